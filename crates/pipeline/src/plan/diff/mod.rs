//! Two definitions of one object: the declared one and the target's. In: both. Out: what differs, how to get from one to
//! the other, and whether that can be done without loss.

mod normal;
mod properties;
mod stage;
mod table;

use crate::declare::{Declared, ProjectCatalog};
use crate::inventory::Found;
use crate::inventory::find::from_ddl;
use snowmelt_sql::object::{Function, Object, Sequence};
use snowmelt_sql::parse::quote_string;
use std::collections::BTreeMap;

/// How a declared object differs from the target's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What differs, each as one phrase; nothing if it is just so.
    pub(crate) phrases: Vec<String>,
    /// How to get there.
    pub(crate) remedy: Remedy,
}

/// How to get from the target's definition to the declared one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing to do.
    #[default]
    Keep,
    /// These statements, which lose at most what `lost` names.
    Alter {
        /// In order.
        statements: Vec<String>,
        /// Each as one phrase: `the values of column X`.
        lost: Vec<String>,
    },
    /// CREATE OR REPLACE, which loses nothing.
    ReplaceFreely,
    /// CREATE OR REPLACE, which loses what the object holds.
    Replace,
    /// Snowflake cannot change it and replacing it would be out of proportion: it is only said.
    Tell,
}

/// Compares a declared object with the target's.
pub(crate) fn compare(declared: &Declared, found: &Found, catalog: &ProjectCatalog) -> Difference {
    match found {
        // Listed, and yet without a definition: somebody else's, or gone since.
        Found::Exists => Difference {
            phrases: vec!["its definition cannot be read".to_owned()],
            remedy: Remedy::Tell,
        },
        Found::Properties(properties) => match &declared.object {
            Object::Database(database) => container(
                &format!("DATABASE {}", declared.object.path()),
                database.transient,
                database.comment.as_deref(),
                &database.properties,
                properties,
            ),
            Object::Schema(schema) => container(
                &format!("SCHEMA {}", declared.object.path()),
                schema.transient,
                schema.comment.as_deref(),
                &schema.properties,
                properties,
            ),
            Object::Stage(stage) => stage::compare(stage, properties),
            Object::Warehouse(_)
            | Object::Integration(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::FileFormat(_)
            | Object::Pipe(_)
            | Object::Sequence(_)
            | Object::Function(_) => Difference::default(),
        },
        Found::Ddl(ddl) => {
            let path = declared.object.path();
            let declared = normal::normal(declared.object.clone());
            match from_ddl(ddl, &path, catalog) {
                Some(found) => {
                    let difference = definitions(&declared, &normal::normal(found));
                    // What differs and has no phrase is of no account.
                    if difference.phrases.is_empty() {
                        return Difference::default();
                    }
                    difference
                }
                None => Difference {
                    phrases: vec!["what is there refers to something that is not".to_owned()],
                    remedy: Remedy::Replace,
                },
            }
        }
    }
}

/// Compares two normal definitions.
fn definitions(declared: &Object, found: &Object) -> Difference {
    if declared == found {
        return Difference::default();
    }
    match (declared, found) {
        (Object::Table(declared), Object::Table(found)) => table::compare(declared, found),
        (Object::View(declared), Object::View(found)) => {
            let mut phrases = Vec::new();
            note(
                &mut phrases,
                declared.query != found.query,
                "its query differs",
            );
            note(
                &mut phrases,
                declared.column_names != found.column_names,
                "its column names differ",
            );
            note(
                &mut phrases,
                declared.secure != found.secure,
                "SECURE differs",
            );
            note_comment(
                &mut phrases,
                declared.comment.as_deref(),
                found.comment.as_deref(),
            );
            replaced_freely(phrases)
        }
        (Object::FileFormat(declared), Object::FileFormat(found)) => {
            let mut phrases = Vec::new();
            note(
                &mut phrases,
                declared.format != found.format,
                "its options differ",
            );
            note_comment(
                &mut phrases,
                declared.comment.as_deref(),
                found.comment.as_deref(),
            );
            replaced_freely(phrases)
        }
        (Object::Pipe(declared), Object::Pipe(found)) => {
            let mut phrases = Vec::new();
            note(
                &mut phrases,
                declared.copy != found.copy,
                "its COPY statement differs",
            );
            note(
                &mut phrases,
                declared.auto_ingest != found.auto_ingest,
                "AUTO_INGEST differs",
            );
            properties::compare(&mut phrases, &declared.properties, &found.properties, &[]);
            let only_comment = phrases.is_empty();
            note_comment(
                &mut phrases,
                declared.comment.as_deref(),
                found.comment.as_deref(),
            );
            let remedy = if only_comment {
                altered(format!(
                    "ALTER PIPE {} SET COMMENT = {}",
                    declared.name,
                    quote_string(declared.comment.as_deref().unwrap_or_default())
                ))
            } else {
                Remedy::Replace
            };
            Difference { phrases, remedy }
        }
        (Object::Sequence(declared), Object::Sequence(found)) => sequence(declared, found),
        (Object::Function(declared), Object::Function(found)) => function(declared, found),
        (Object::Warehouse(declared), Object::Warehouse(found)) => {
            let mut phrases = Vec::new();
            let name = snowmelt_sql::name::quote_if_needed(&declared.name);
            let mut set = properties::compare(
                &mut phrases,
                &declared.properties,
                &found.properties,
                properties::WAREHOUSE_DEFAULTS,
            );
            if note_comment(
                &mut phrases,
                declared.comment.as_deref(),
                found.comment.as_deref(),
            ) {
                let comment = declared.comment.as_deref().unwrap_or_default();
                set.push(format!("COMMENT = {}", quote_string(comment)));
            }
            let remedy = altered(format!("ALTER WAREHOUSE {name} SET {}", set.join(" ")));
            Difference { phrases, remedy }
        }
        (Object::Integration(declared), Object::Integration(found)) => {
            let mut phrases = Vec::new();
            note(
                &mut phrases,
                declared.enabled != found.enabled,
                "ENABLED differs",
            );
            note(
                &mut phrases,
                declared.storage_provider != found.storage_provider,
                "STORAGE_PROVIDER differs",
            );
            note(
                &mut phrases,
                declared.allowed_locations != found.allowed_locations,
                "STORAGE_ALLOWED_LOCATIONS differs",
            );
            note(
                &mut phrases,
                declared.blocked_locations != found.blocked_locations,
                "STORAGE_BLOCKED_LOCATIONS differs",
            );
            properties::compare(&mut phrases, &declared.properties, &found.properties, &[]);
            note_comment(
                &mut phrases,
                declared.comment.as_deref(),
                found.comment.as_deref(),
            );
            if phrases.is_empty() {
                return Difference::default();
            }
            Difference {
                phrases,
                remedy: Remedy::Replace,
            }
        }
        (declared, found) => Difference {
            phrases: vec![format!(
                "there is a {} of that name",
                found.kind().to_string().to_lowercase()
            )],
            remedy: if declared.kind() == found.kind() {
                Remedy::Tell
            } else {
                Remedy::Replace
            },
        },
    }
}

/// A database or schema by what SHOW says.
fn container(
    noun_and_name: &str,
    transient: bool,
    comment: Option<&str>,
    declared: &snowmelt_sql::object::Properties,
    found: &BTreeMap<String, String>,
) -> Difference {
    let given = |column: &str| {
        found
            .get(column)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let mut phrases = Vec::new();
    let is_transient = given("options").is_some_and(|options| options.contains("TRANSIENT"));
    if note(&mut phrases, transient != is_transient, "TRANSIENT differs") {
        return Difference {
            phrases,
            remedy: Remedy::Replace,
        };
    }
    if note_comment(&mut phrases, comment, given("comment")) {
        let comment = quote_string(comment.unwrap_or_default());
        return Difference {
            phrases,
            remedy: altered(format!("COMMENT ON {noun_and_name} IS {comment}")),
        };
    }
    let days = declared
        .get("DATA_RETENTION_TIME_IN_DAYS")
        .map(properties::plain);
    if let (Some(days), Some(found)) = (days, given("retention_time"))
        && days != found
    {
        return Difference {
            phrases: vec![format!(
                "DATA_RETENTION_TIME_IN_DAYS is {found}, declared {days}"
            )],
            remedy: Remedy::Tell,
        };
    }
    Difference::default()
}

fn function(declared: &Function, found: &Function) -> Difference {
    let mut phrases = Vec::new();
    let without_body = |function: &Function| Function {
        body: String::new(),
        comment: None,
        ..function.clone()
    };
    note(&mut phrases, declared.body != found.body, "body differs");
    note(
        &mut phrases,
        without_body(declared) != without_body(found),
        "definition differs",
    );
    note_comment(
        &mut phrases,
        declared.comment.as_deref(),
        found.comment.as_deref(),
    );
    Difference {
        phrases,
        remedy: Remedy::ReplaceFreely,
    }
}

fn sequence(declared: &Sequence, found: &Sequence) -> Difference {
    let mut phrases = Vec::new();
    note(&mut phrases, declared.start != found.start, "START differs");
    note(
        &mut phrases,
        declared.increment != found.increment,
        "INCREMENT differs",
    );
    note(
        &mut phrases,
        declared.ordered != found.ordered,
        "ORDER differs",
    );
    if !phrases.is_empty() {
        return Difference {
            phrases,
            remedy: Remedy::Replace,
        };
    }
    note_comment(
        &mut phrases,
        declared.comment.as_deref(),
        found.comment.as_deref(),
    );
    let comment = quote_string(declared.comment.as_deref().unwrap_or_default());
    let remedy = altered(format!(
        "COMMENT ON SEQUENCE {} IS {comment}",
        declared.name
    ));
    Difference { phrases, remedy }
}

fn altered(statement: String) -> Remedy {
    Remedy::Alter {
        statements: vec![statement],
        lost: Vec::new(),
    }
}

fn replaced_freely(phrases: Vec<String>) -> Difference {
    if phrases.is_empty() {
        return Difference::default();
    }
    Difference {
        phrases,
        remedy: Remedy::ReplaceFreely,
    }
}

fn note(phrases: &mut Vec<String>, differs: bool, phrase: &str) -> bool {
    if differs {
        phrases.push(phrase.to_owned());
    }
    differs
}

fn note_comment(phrases: &mut Vec<String>, declared: Option<&str>, found: Option<&str>) -> bool {
    let differs = declared.unwrap_or_default() != found.unwrap_or_default();
    note(phrases, differs, "its comment differs")
}
