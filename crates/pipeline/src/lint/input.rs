//! What the rules look at: the statements, and the loads among them.

use crate::declare::Reading;
use crate::declare::read::ReadStatement;
use crate::place::Place;
use crate::project::Project;
use snowmelt_sql::Catalog;
use snowmelt_sql::object::{
    CopyInto, CsvFormat, FileFormat, FileFormatRef, Object, Stage, StageLocation, StagePath,
};
use snowmelt_sql::plan::Plan;
use snowmelt_sql::statement::Statement;
use std::sync::Arc;

/// What the rules look at.
pub(super) struct Input<'a> {
    pub(super) project: &'a Project,
    pub(super) reading: &'a Reading,
    /// Pipes and COPY statements, in order.
    pub(super) loads: Vec<Load<'a>>,
}

/// A pipe or a COPY statement.
pub(super) struct Load<'a> {
    pub(super) copy: &'a CopyInto,
    /// The pipe's name; nothing for a COPY statement.
    pub(super) pipe: Option<String>,
    pub(super) auto_ingest: bool,
    /// The name of the pipe, or of the table that is loaded.
    pub(super) place: Place,
    /// The stage, if it is a declared one.
    pub(super) stage: Option<Arc<Stage>>,
}

impl<'a> Input<'a> {
    pub(super) fn new(project: &'a Project, reading: &'a Reading) -> Self {
        let loads = reading
            .statements
            .iter()
            .filter_map(|statement| load(statement, reading))
            .collect();
        Self {
            project,
            reading,
            loads,
        }
    }

    /// The statements that could be planned.
    pub(super) fn planned(&self) -> impl Iterator<Item = (&'a ReadStatement, &'a Plan)> {
        self.reading
            .statements
            .iter()
            .filter_map(|statement| Some((statement, statement.plan.as_ref()?)))
    }
}

fn load<'a>(statement: &'a ReadStatement, reading: &'a Reading) -> Option<Load<'a>> {
    let file = &statement.place.file;
    let (copy, pipe, auto_ingest, span) =
        match (statement.plan.as_ref()?, &statement.parsed.statement) {
            (
                Plan::Create {
                    object: Object::Pipe(pipe),
                    ..
                },
                Statement::CreatePipe(create),
            ) => (
                &pipe.copy,
                Some(pipe.name.to_string()),
                pipe.auto_ingest,
                create.name.span(),
            ),
            (Plan::CopyInto { copy, .. }, Statement::CopyInto(written)) => {
                (copy, None, false, written.table.span())
            }
            _ => return None,
        };
    let stage = match &copy.source.path {
        StagePath::Named { stage, .. } => reading.catalog.stage(stage),
        StagePath::Table { .. } | StagePath::User { .. } => None,
    };
    Some(Load {
        copy,
        pipe,
        auto_ingest,
        place: file.place(span),
        stage,
    })
}

impl Load<'_> {
    /// What messages call it.
    pub(super) fn title(&self) -> String {
        match &self.pipe {
            Some(name) => format!("pipe {name}"),
            None => format!("COPY INTO {}", self.copy.table),
        }
    }

    /// The path below the stage.
    pub(super) fn path(&self) -> &str {
        match &self.copy.source.path {
            StagePath::Named { path, .. }
            | StagePath::Table { path, .. }
            | StagePath::User { path } => path,
        }
    }

    /// Where it looks for files: the stage's URL (or the stage's name) and the path. Everything that begins so is its own.
    pub(super) fn prefix(&self) -> String {
        let base = match (&self.stage, &self.copy.source.path) {
            (Some(stage), _) => match &stage.location {
                StageLocation::External { url } => format!("{}/", url.trim_end_matches('/')),
                StageLocation::Internal => format!("@{}/", stage.name),
            },
            (None, StagePath::Named { stage, .. }) => format!("@{stage}/"),
            (None, StagePath::Table { table, .. }) => format!("@%{table}/"),
            (None, StagePath::User { .. }) => "@~/".to_owned(),
        };
        format!("{base}{}", self.path())
    }

    /// The file format that counts: its own, else the stage's, else CSV.
    pub(super) fn format(&self, reading: &Reading) -> Option<FileFormat> {
        let given = self.copy.file_format.as_ref().or_else(|| {
            self.stage
                .as_ref()
                .and_then(|stage| stage.file_format.as_ref())
        });
        match given {
            None => Some(FileFormat::Csv(CsvFormat::default())),
            Some(FileFormatRef::Inline(format)) => Some(format.clone()),
            Some(FileFormatRef::Named(name)) => {
                Some(reading.catalog.file_format(name)?.format.clone())
            }
        }
    }
}
