//! What was changed by hand. In: the differences that a plan found, and the definitions as they were deployed last. Out:
//! a plan without those objects that differ although their declaration is what was deployed; they are told of.

use crate::declare::Declared;
use crate::plan::change::line_kind;
use crate::plan::prepare::Prepared;
use crate::plan::{ChangeAction, Note};
use crate::report::{LineAction, LineKind, RunReport};
use crate::session::Session;
use crate::target::TargetError;
use crate::text;
use snowmelt_sql::print::DdlNames;
use std::collections::BTreeMap;

/// Takes out of the plan what was changed by hand.
pub(super) fn leave(prepared: &mut Prepared) {
    let declared = definitions(prepared);
    for (change, steps) in prepared.plan.changes.iter_mut().zip(&mut prepared.steps) {
        let is_there = matches!(change.action, ChangeAction::Alter | ChangeAction::Replace);
        let key = key(change.kind, &change.name);
        let Some(deployed) = prepared.records.objects.get(&key).filter(|_| is_there) else {
            continue;
        };
        if declared.get(&key) != Some(deployed) {
            continue;
        }
        let message = format!(
            "{} `{}` was changed by hand since it was deployed and is left as it is: {}; \
             take the change into the files, or undo it with `--overwrite-drift`",
            change.kind.noun(),
            change.name,
            change.differences.join("; ")
        );
        prepared.notes.push(Note {
            message,
            place: Some(change.place.clone()),
        });
        change.keep();
        steps.clear();
    }
}

/// Puts on record the definitions of all objects that are now as they are declared.
pub(super) fn put_on_record(
    prepared: &mut Prepared,
    report: &RunReport,
    session: &mut Session<'_>,
) -> Result<(), TargetError> {
    let Some(home) = prepared.home() else {
        return Ok(());
    };
    let declared = definitions(prepared);
    let is_done = |action: LineAction| {
        matches!(
            action,
            LineAction::Created
                | LineAction::Altered
                | LineAction::Replaced
                | LineAction::Unchanged
        )
    };
    let news: Vec<(String, String)> = report
        .lines
        .iter()
        .filter(|line| is_done(line.action))
        .filter_map(|line| {
            let key = key(line.kind, &line.name);
            let hash = declared.get(&key)?.clone();
            (prepared.records.objects.get(&key) != Some(&hash)).then_some((key, hash))
        })
        .collect();
    prepared
        .record_tables
        .write_objects(session, &home, &news, report.started_at_micros)
}

/// The hash of each declared object's definition.
fn definitions(prepared: &Prepared) -> BTreeMap<String, String> {
    let views = prepared
        .declarations
        .views
        .iter()
        .map(|view| &view.declared);
    let all = prepared.declarations.objects.iter().chain(views);
    all.map(|declared: &Declared| {
        let kind = line_kind(declared.object.kind());
        let ddl = text::normalized(&declared.object.ddl(DdlNames::Full));
        (
            key(kind, &declared.object.path().to_string()),
            text::hash([ddl.as_str()]),
        )
    })
    .collect()
}

fn key(kind: LineKind, name: &str) -> String {
    format!("{} {name}", kind.noun())
}
