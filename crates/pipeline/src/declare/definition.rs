//! What a model's rows depend on besides its inputs: its text, the views it reads, the settings before it, the day.

use super::Sent;
use super::catalog::ProjectCatalog;
use crate::place::Place;
use crate::text;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::catalog::Relation;
use std::collections::BTreeSet;

/// The hash of a model's definition.
pub(super) fn definition<'a>(
    name: &QualifiedName,
    statements: impl IntoIterator<Item = &'a Sent>,
    reads: &BTreeSet<QualifiedName>,
    views: &BTreeSet<QualifiedName>,
    settings: &[(Place, super::Context)],
    catalog: &ProjectCatalog,
) -> String {
    let mut parts = vec![name.to_string()];
    let mut settings_before = 0;
    for statement in statements {
        parts.push(text::normalized(statement.place.text()));
        settings_before = settings_before.max(statement.context.settings);
    }
    // Names in the text that are not complete mean what they resolve to.
    parts.push("reads".to_owned());
    parts.extend(reads.iter().map(ToString::to_string));
    push_views(&mut parts, views, catalog);
    for (setting, _) in &settings[..settings_before.min(settings.len())] {
        parts.push(text::normalized(setting.text()));
    }
    text::hash(parts.iter().map(String::as_str))
}

/// The hash of a query and of the views it reads.
pub(crate) fn query_definition(
    query: &str,
    views: &BTreeSet<QualifiedName>,
    catalog: &ProjectCatalog,
) -> String {
    let mut parts = vec![text::normalized(query)];
    push_views(&mut parts, views, catalog);
    text::hash(parts.iter().map(String::as_str))
}

fn push_views(parts: &mut Vec<String>, views: &BTreeSet<QualifiedName>, catalog: &ProjectCatalog) {
    for (name, relation) in catalog.relations() {
        if let Relation::View(view) = relation
            && views.contains(name)
        {
            parts.push(name.to_string());
            parts.push(view.column_names.join(","));
            parts.push(text::normalized(&view.query));
        }
    }
}

/// Whether the word is a function or pseudo-column that gives the time at which the statement runs.
pub(crate) fn is_clock(word: &str) -> bool {
    matches!(
        word,
        "CURRENT_DATE"
            | "CURRENT_TIME"
            | "CURRENT_TIMESTAMP"
            | "GETDATE"
            | "LOCALTIME"
            | "LOCALTIMESTAMP"
            | "SYSDATE"
            | "SYSTIMESTAMP"
    )
}

/// Whether what the statements give depends on when they run, by themselves or through views.
pub(crate) fn reads_clock<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    views: &BTreeSet<QualifiedName>,
    catalog: &ProjectCatalog,
) -> bool {
    texts.into_iter().any(|text| text::has_word(text, is_clock))
        || catalog.relations().any(|(name, relation)| match relation {
            Relation::View(view) => views.contains(name) && text::has_word(&view.query, is_clock),
            Relation::Table(_) | Relation::System(_) => false,
        })
}
