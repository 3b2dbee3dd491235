//! STAGE.

use super::{DdlNames, file_format, property, statement};
use crate::name::quote_if_needed;
use crate::object::{PropertyValue, Stage, StageLocation};
use crate::parse::quote_string;

pub(super) fn ddl(stage: &Stage, names: DdlNames) -> String {
    let mut lines = Vec::new();
    if let StageLocation::External { url } = &stage.location {
        lines.push(format!("URL = {}", quote_string(url)));
    }
    if let Some(integration) = &stage.integration {
        lines.push(format!(
            "STORAGE_INTEGRATION = {}",
            quote_if_needed(integration)
        ));
    }
    let mut directory = Vec::new();
    if stage.directory {
        directory.push("ENABLE = TRUE".to_owned());
    }
    if let Some(PropertyValue::Options(others)) = stage.properties.get("DIRECTORY") {
        directory.extend(property::clauses(others, &[]));
    }
    if !directory.is_empty() {
        lines.push(format!("DIRECTORY = ({})", directory.join(" ")));
    }
    if let Some(format) = &stage.file_format {
        lines.push(format!("FILE_FORMAT = {}", file_format::reference(format)));
    }
    lines.extend(property::clauses(&stage.properties, &["DIRECTORY"]));
    lines.extend(property::comment(&stage.comment));
    let temporary = if stage.temporary { "temporary " } else { "" };
    statement(
        format!(
            "create or replace {temporary}stage {}",
            names.of(&stage.name)
        ),
        lines,
    )
}
