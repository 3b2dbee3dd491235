//! SM201: OR REPLACE that wipes data or load history when the files are replayed on an account.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};
use snowmelt_sql::object::{Object, StageLocation};
use snowmelt_sql::plan::Plan;
use snowmelt_sql::statement::{CreateMode, Statement};

const RULE: Rule = Rule {
    code: "SM201",
    name: "replace-wipes-on-replay",
    severity: FindingSeverity::Note,
};

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for (statement, plan) in input.planned() {
        let Plan::Create {
            object,
            mode: CreateMode::OrReplace,
            ..
        } = plan
        else {
            continue;
        };
        let (noun, effect) = match object {
            Object::Database(_) => (
                "DATABASE",
                "drops every schema and table in it, with all rows",
            ),
            Object::Schema(_) => ("SCHEMA", "drops every table in it, with all rows"),
            Object::Table(table) => {
                if !input.loads.iter().any(|load| load.copy.table == table.name) {
                    continue;
                }
                ("TABLE", "drops its rows and its load history")
            }
            Object::Pipe(_) => (
                "PIPE",
                "drops its load history: the next refresh may load files again",
            ),
            Object::Stage(stage) if stage.location == StageLocation::Internal => {
                ("STAGE", "drops the files in it")
            }
            Object::Sequence(_) => ("SEQUENCE", "makes it hand out the same numbers again"),
            Object::Warehouse(_)
            | Object::Integration(_)
            | Object::View(_)
            | Object::Stage(_)
            | Object::FileFormat(_)
            | Object::Function(_) => continue,
        };
        let span = match &statement.parsed.statement {
            Statement::CreateTable(create) => create.name.span(),
            Statement::CreateSchema(create) => create.name.span(),
            Statement::CreatePipe(create) => create.name.span(),
            Statement::CreateStage(create) => create.name.span(),
            Statement::CreateSequence(create) => create.name.span(),
            Statement::CreateDatabase(create) => create.name.span,
            _ => statement.place.span,
        };
        findings.push(RULE.found(
            statement.place.file.place(span),
            format!("CREATE OR REPLACE {noun} {}", object.path()),
            format!("on an account each replay {effect} (`snowmelt run` reads it as a declaration and keeps them)"),
            format!("write CREATE {noun} IF NOT EXISTS if the file is to be run there more than once"),
        ));
    }
}
