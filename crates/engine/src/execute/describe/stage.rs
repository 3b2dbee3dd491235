//! DESCRIBE STAGE: its file format, copy options and place, each with its default. CREDENTIALS are never shown.

use super::TEXT;
use super::file_format::{FormatOption, file_format_options};
use crate::catalog::CatalogView;
use crate::result::{Cell, Listing, ListingColumn};
use snowmelt_sql::catalog::Catalog;
use snowmelt_sql::object::{CsvFormat, FileFormat, FileFormatRef, Stage, StageLocation};

const COLUMNS: &[ListingColumn] = &[
    ("parent_property", TEXT),
    ("property", TEXT),
    ("property_type", TEXT),
    ("property_value", TEXT),
    ("property_default", TEXT),
];

/// Copy options of a stage; they are given to COPY and not kept with stages, so each has its default.
const COPY_OPTIONS: &[(&str, &str, &str)] = &[
    ("ON_ERROR", "String", "ABORT_STATEMENT"),
    ("SIZE_LIMIT", "Long", ""),
    ("PURGE", "Boolean", "false"),
    ("RETURN_FAILED_ONLY", "Boolean", "false"),
    ("ENFORCE_LENGTH", "Boolean", "true"),
    ("TRUNCATECOLUMNS", "Boolean", "false"),
    ("FORCE", "Boolean", "false"),
];

pub(super) fn describe(catalog: &CatalogView, stage: &Stage) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    let mut row = |parent: &str, name: &str, kind: &str, value: &str, default: &str| {
        listing.rows.push(
            [parent, name, kind, value, default]
                .map(Cell::from)
                .to_vec(),
        );
    };
    let inherited;
    let format = match &stage.file_format {
        Some(FileFormatRef::Named(name)) => {
            row(
                "STAGE_FILE_FORMAT",
                "FORMAT_NAME",
                "String",
                &name.to_string(),
                "",
            );
            inherited = catalog.file_format(name);
            inherited.as_ref().map(|format| &format.format)
        }
        Some(FileFormatRef::Inline(format)) => Some(format),
        None => None,
    };
    let default = FileFormat::Csv(CsvFormat::default());
    for FormatOption {
        name,
        kind,
        value,
        default,
    } in file_format_options(format.unwrap_or(&default))
    {
        row("STAGE_FILE_FORMAT", name, kind, &value, &default);
    }
    for (name, kind, default) in COPY_OPTIONS {
        row("STAGE_COPY_OPTIONS", name, kind, default, default);
    }
    if let StageLocation::External { url } = &stage.location {
        row(
            "STAGE_LOCATION",
            "URL",
            "String",
            &format!("[\"{url}\"]"),
            "",
        );
    }
    if let Some(integration) = &stage.integration {
        row(
            "STAGE_INTEGRATION",
            "STORAGE_INTEGRATION",
            "String",
            integration,
            "",
        );
    }
    row(
        "DIRECTORY",
        "ENABLE",
        "Boolean",
        &stage.directory.to_string(),
        "false",
    );
    row("DIRECTORY", "AUTO_REFRESH", "Boolean", "false", "false");
    listing
}
