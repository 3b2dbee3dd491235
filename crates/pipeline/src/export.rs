//! The project as a Snowflake DCM project: a manifest and DEFINE statements. In: the project's files; no target is asked.
//! Out: files by their path below the new folder.
//!
//! Follows "DCM Projects files and templates" and "Supported entities in DCM Projects". What DCM cannot define is written
//! beside it: storage integrations to be made before, models to be built after.

use crate::declare::{Declarations, Declared, DeclaredView, Nowhere, Sent};
use crate::error::PipelineError;
use crate::plan::Note;
use crate::project::Project;
use crate::text;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::Object;
use snowmelt_sql::print::DdlNames;
use std::collections::{BTreeMap, BTreeSet};

/// A DCM project.
#[derive(Debug, Clone, PartialEq)]
pub struct DcmProject {
    /// Texts by path, with `/` between its parts.
    pub files: BTreeMap<String, String>,
    /// What a person has to mend in them.
    pub notes: Vec<Note>,
}

/// An account that the project is deployed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DcmTarget {
    /// Its name in `snowmelt.toml`.
    pub name: String,
    /// The account's identifier, if its connection is known here.
    pub account: Option<String>,
    /// The role that owns the DCM project, if its connection names one.
    pub role: Option<String>,
}

/// Writes the project as a DCM project.
///
/// # Errors
/// Every error in the project's files.
pub fn dcm(project: &Project, targets: &[DcmTarget]) -> Result<DcmProject, Vec<PipelineError>> {
    let declarations = Declarations::read(&project.sql, &mut Nowhere)?;
    let mut files = BTreeMap::from([
        ("manifest.yml".to_owned(), manifest(project, targets)),
        (".gitignore".to_owned(), "out/\n".to_owned()),
    ]);
    let mut notes = Vec::new();
    for declared in &declarations.objects {
        let (path, text) = match &declared.object {
            Object::Integration(_) => (
                "before/integrations.sql".to_owned(),
                text::if_not_exists(&ddl(declared)) + ";\n\n",
            ),
            _ => (definitions_of(declared), define(declared)),
        };
        files.entry(path).or_default().push_str(&text);
    }
    let mut after: BTreeMap<usize, String> = declarations
        .models
        .iter()
        .map(|model| (model.statement.order, as_written(&model.statement)))
        .collect();
    let mut built: BTreeSet<&QualifiedName> = declarations
        .models
        .iter()
        .map(|model| &model.name)
        .collect();
    for view in &declarations.views {
        // What reads a model can only be made when that is built.
        if view.reads.iter().any(|name| built.contains(name)) {
            built.insert(&view.name);
            let statement = &view.declared.statement;
            after.insert(statement.order, as_written(statement));
            continue;
        }
        notes.extend(incomplete(view));
        files
            .entry(definitions_of(&view.declared))
            .or_default()
            .push_str(&define(&view.declared));
    }
    if !after.is_empty() {
        let text = after.into_values().collect();
        files.insert("after/models.sql".to_owned(), text);
    }
    if !declarations.models.is_empty() {
        notes.push(Note {
            message: "models are no DCM objects: after a deploy, `snowmelt run --target NAME` builds those in after/models.sql".to_owned(),
            place: None,
        });
    }
    for text in files.values_mut() {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    Ok(DcmProject { files, notes })
}

/// A statement of the files under its place.
fn as_written(statement: &Sent) -> String {
    format!("-- {}\n{};\n\n", statement.place, statement.place.text())
}

/// The file for the definitions of one of the project's files.
fn definitions_of(declared: &Declared) -> String {
    let path = &*declared.statement.place.file.path;
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("sources/definitions/{name}")
}

fn ddl(declared: &Declared) -> String {
    let ddl = declared.object.ddl(DdlNames::Full);
    ddl.trim_end().trim_end_matches(';').to_owned()
}

/// `DEFINE TABLE DB.SCHEMA.T (…);`, with DCM's template marks taken as text.
fn define(declared: &Declared) -> String {
    const HEAD: &str = "create or replace ";
    let ddl = ddl(declared);
    let rest = match ddl.get(..HEAD.len()) {
        Some(head) if head.eq_ignore_ascii_case(HEAD) => &ddl[HEAD.len()..],
        _ => &ddl,
    };
    let is_template = ["{{", "{%", "{#"].iter().any(|mark| rest.contains(mark));
    match is_template {
        true => format!("{{% raw %}}\nDEFINE {rest};\n{{% endraw %}}\n\n"),
        false => format!("DEFINE {rest};\n\n"),
    }
}

/// A note if names in a view's query are not complete: DCM knows no current schema.
fn incomplete(view: &DeclaredView) -> Option<Note> {
    let Object::View(definition) = &view.declared.object else {
        return None;
    };
    let query = text::normalized(&definition.query);
    let missing = view
        .reads
        .iter()
        .find(|name| !query.contains(&text::normalized(&name.to_string())))?;
    Some(Note {
        message: format!(
            "view `{}`: write `{missing}` in its query, DCM wants complete names",
            view.name
        ),
        place: Some(view.declared.statement.place.clone()),
    })
}

fn manifest(project: &Project, targets: &[DcmTarget]) -> String {
    let mut text = String::from("manifest_version: 2\n\ntype: DCM_PROJECT\n\n");
    let unknown = [DcmTarget {
        name: "prod".to_owned(),
        account: None,
        role: None,
    }];
    let targets = if targets.is_empty() {
        &unknown
    } else {
        targets
    };
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    if let Some(first) = targets.first() {
        text.push_str(&format!(
            "default_target: {}\n\ntargets:\n",
            quoted(&first.name)
        ));
    }
    for target in targets {
        let account = target.account.as_deref().unwrap_or("ORGANIZATION-ACCOUNT");
        let role = target.role.as_deref().unwrap_or("ACCOUNTADMIN");
        let name = project
            .config
            .name
            .to_uppercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        text.push_str(&format!(
            "  {}:\n    account_identifier: {}\n    project_name: {}\n    project_owner: {}\n",
            quoted(&target.name),
            quoted(account),
            quoted(&format!("DCM.PROJECTS.{name}")),
            quoted(role)
        ));
    }
    text
}
