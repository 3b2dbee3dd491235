//! `snowmelt rejects`. In: the project and its warehouse. Out: the records that did not fit, as a list, one by one or as
//! files; and failed files loaded again.

mod replay;

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::human::count;
use crate::output::{self, Cell, Head, OutputFormat};
use clap::Subcommand;
use snowmelt_pipeline::{Rows, Target, TargetError, TargetErrorKind, TargetSession};
use snowmelt_sql::parse::quote_string;
use std::fs;
use std::path::{Path, PathBuf};

/// Shows the records that did not fit, and loads failed files again
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Rejects are kept for good beside the load history; a file that is loaded again replaces its own.
The same records are in SQL: SELECT * FROM <database>.SNOWMELT.REJECTS.

Examples:
  snowmelt rejects list
  snowmelt rejects show --table sales --limit 5
  snowmelt rejects export mended --table sales
  snowmelt rejects replay sales_pipe"
)]
pub(crate) struct Rejects {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Count them by table and file
    List {
        #[command(flatten)]
        wanted: Wanted,
        /// In which form they are printed
        #[arg(long, short, value_name = "FORMAT", default_value = "table")]
        output: OutputFormat,
    },
    /// Show each with its place, its reason and its text
    Show {
        #[command(flatten)]
        wanted: Wanted,
        /// Show at most so many
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u64,
        /// In which form they are printed
        #[arg(long, short, value_name = "FORMAT", default_value = "table")]
        output: OutputFormat,
    },
    /// Write their text into a folder, a file for each file that they are from
    ///
    /// Mend them and upload them under a new name: a pipe then loads them like any other file.
    Export {
        /// The folder; it is made if it is not there
        folder: PathBuf,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Load the files of which nothing was loaded once more, by their pipe's COPY
    ///
    /// After the table, the file format or the file was mended. A file of which rows are in the table is left alone:
    /// export its rejects. A file that was loaded meanwhile is not loaded twice.
    Replay {
        /// The pipe's name; all pipes, if it is left out
        pipe: Option<String>,
    },
}

/// Which rejects.
#[derive(Debug, clap::Args)]
struct Wanted {
    /// Those of tables of this name
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Those of files whose path holds this text
    #[arg(long, value_name = "TEXT")]
    file: Option<String>,
}

impl Wanted {
    /// What stands in WHERE.
    fn condition(&self) -> String {
        let mut all = vec!["TRUE".to_owned()];
        if let Some(table) = &self.table {
            all.push(format!(
                "UPPER(table_name) = UPPER({})",
                quote_string(table)
            ));
        }
        if let Some(file) = &self.file {
            all.push(format!("CONTAINS(file_name, {})", quote_string(file)));
        }
        all.join(" AND ")
    }
}

impl Rejects {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let open = context.open_project("snowmelt rejects", None)?;
        let mut session = open.target.session().map_err(failure)?;
        let session = session.as_mut();
        match self.action {
            Action::List { wanted, output } => list(context, session, &wanted, output),
            Action::Show {
                wanted,
                limit,
                output,
            } => show(context, session, &wanted, limit, output),
            Action::Export { folder, wanted } => export(context, session, &wanted, &folder),
            Action::Replay { pipe } => replay::replay(context, session, pipe.as_deref()),
        }
    }
}

fn list(
    context: &Context<'_>,
    session: &mut dyn TargetSession,
    wanted: &Wanted,
    output: OutputFormat,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for database in databases(session)? {
        let found = ask(
            session,
            &format!(
                "SELECT table_schema, table_name, pipe_name, file_name, load_status, COUNT(*) AS rejects, MIN(error) AS error
                 FROM {database}.SNOWMELT.REJECTS WHERE {} GROUP BY ALL ORDER BY 1, 2, 3, 4",
                wanted.condition()
            ),
        )?;
        rows.extend(
            found
                .rows
                .into_iter()
                .map(|row| with_database(&database, row)),
        );
    }
    let heads = vec![
        Head::text("TABLE"),
        Head::text("PIPE"),
        Head::text("FILE"),
        Head::text("STATUS"),
        Head::number("REJECTS"),
        Head::text("ERROR"),
    ];
    Ok(output::print(context.printer, output, heads, rows)?)
}

fn show(
    context: &Context<'_>,
    session: &mut dyn TargetSession,
    wanted: &Wanted,
    limit: u64,
    output: OutputFormat,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for database in databases(session)? {
        let left = limit.saturating_sub(rows.len() as u64);
        let found = ask(
            session,
            &format!(
                "SELECT table_schema, table_name, file_name, line, character, column_name, error, rejected_record
                 FROM {database}.SNOWMELT.REJECTS WHERE {} ORDER BY loaded_at, file_name, row_number LIMIT {left}",
                wanted.condition()
            ),
        )?;
        rows.extend(
            found
                .rows
                .into_iter()
                .map(|row| with_database(&database, row)),
        );
    }
    let heads = vec![
        Head::text("TABLE"),
        Head::text("FILE"),
        Head::number("LINE"),
        Head::number("CHARACTER"),
        Head::text("COLUMN"),
        Head::text("ERROR"),
        Head::text("RECORD"),
    ];
    Ok(output::print(context.printer, output, heads, rows)?)
}

/// A row whose first two values are a schema and a name: one full name.
fn with_database(database: &str, row: Vec<Option<String>>) -> Vec<Cell<'static>> {
    let mut values = row.into_iter();
    let mut next = || values.next().flatten().unwrap_or_default();
    let name = format!("{database}.{}.{}", next(), next());
    let rest = values.map(|value| value.map_or(Cell::Null, Cell::text));
    std::iter::once(Cell::text(name)).chain(rest).collect()
}

fn export(
    context: &Context<'_>,
    session: &mut dyn TargetSession,
    wanted: &Wanted,
    folder: &Path,
) -> Result<(), Failure> {
    let (mut files, mut records, mut cut) = (0_u64, 0_u64, 0_u64);
    for database in databases(session)? {
        let found = ask(
            session,
            &format!(
                "SELECT table_schema, table_name, file_name, rejected_record, is_cut
                 FROM {database}.SNOWMELT.REJECTS WHERE {} ORDER BY table_schema, table_name, file_name, loaded_at, row_number",
                wanted.condition()
            ),
        )?;
        let mut open: Option<(PathBuf, String)> = None;
        for row in found.rows {
            let text = |index: usize| row.get(index).cloned().flatten().unwrap_or_default();
            if text(4) == "true" {
                cut += 1;
                continue;
            }
            let table = format!("{database}.{}.{}", text(0), text(1));
            let path = folder.join(table).join(text(2).replace(['/', '\\'], "_"));
            if open.as_ref().is_none_or(|(known, _)| *known != path) {
                files += 1;
                write(open.take())?;
            }
            let (_, body) = open.get_or_insert((path, String::new()));
            body.push_str(text(3).trim_end_matches(['\n', '\r']));
            body.push('\n');
            records += 1;
        }
        write(open)?;
    }
    if cut > 0 {
        context.printer.warn(format_args!(
            "{} were too long to be kept whole and are not exported",
            count(cut)
        ));
    }
    context.printer.say(format_args!(
        "{} records in {} files under {}",
        count(records),
        count(files),
        folder.display()
    ));
    Ok(())
}

fn write(file: Option<(PathBuf, String)>) -> Result<(), Failure> {
    let Some((path, body)) = file else {
        return Ok(());
    };
    let parent = path.parent().unwrap_or(&path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, body))
        .map_err(|source| Failure::file("write", &path, source))
}

/// The databases, quoted where they must be.
fn databases(session: &mut dyn TargetSession) -> Result<Vec<String>, Failure> {
    let shown = ask(session, "SHOW DATABASES")?;
    let names = (0..shown.rows.len()).filter_map(|row| shown.value(row, "name"));
    Ok(names.map(quoted).collect())
}

/// A stored name as SQL has it.
fn quoted(name: &str) -> String {
    let plain = name
        .chars()
        .all(|any| any.is_ascii_uppercase() || any.is_ascii_digit() || any == '_');
    match plain && !name.starts_with(|first: char| first.is_ascii_digit()) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn ask(session: &mut dyn TargetSession, sql: &str) -> Result<Rows, Failure> {
    session.execute(sql).map_err(failure)
}

fn failure(error: TargetError) -> Failure {
    let exit = match error.kind {
        TargetErrorKind::Statement | TargetErrorKind::Data => Exit::User,
        _ => Exit::Other,
    };
    let mut failure = Failure::new(exit, error.message);
    failure.code = error.code;
    failure.detail = error.detail;
    failure.hint = error.hint;
    failure
}
