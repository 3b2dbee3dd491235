//! `snowmelt rejects replay`. In: the pipes, and the files that their tables' histories call failed. Out: those files loaded by
//! the pipe's own COPY, each once: what COPY has loaded it does not load again.

use super::{ask, quoted};
use crate::context::Context;
use crate::failure::Failure;
use crate::human::count;
use snowmelt_pipeline::TargetSession;
use snowmelt_sql::parse::{parse_script, quote_string};
use snowmelt_sql::statement::{StagePathRef, Statement};

/// Names that one COPY's FILES may have.
const MOST_FILES: usize = 1000;

pub(super) fn replay(
    context: &Context<'_>,
    session: &mut dyn TargetSession,
    wanted: Option<&str>,
) -> Result<(), Failure> {
    let shown = ask(session, "SHOW PIPES IN ACCOUNT")?;
    let mut known = false;
    for row in 0..shown.rows.len() {
        let value = |column: &str| shown.value(row, column).unwrap_or_default().to_owned();
        let (name, definition) = (value("name"), value("definition"));
        if wanted.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&name)) {
            continue;
        }
        known = true;
        let schema = format!(
            "{}.{}",
            quoted(&value("database_name")),
            quoted(&value("schema_name"))
        );
        ask(session, &format!("USE SCHEMA {schema}"))?;
        replay_pipe(context, session, &name, &definition)?;
    }
    match (known, wanted) {
        (false, Some(wanted)) => Err(Failure::user(format!("there is no pipe `{wanted}`"))
            .with_hint("`snowmelt status` shows the pipes")),
        _ => Ok(()),
    }
}

fn replay_pipe(
    context: &Context<'_>,
    session: &mut dyn TargetSession,
    name: &str,
    definition: &str,
) -> Result<(), Failure> {
    let parsed = parse_script(definition).ok().and_then(|parsed| {
        parsed
            .into_iter()
            .next()
            .map(|statement| statement.statement)
    });
    let Some(Statement::CopyInto(copy)) = parsed else {
        return Err(Failure::other(format!("the pipe `{name}` holds no COPY")));
    };
    let folder = match &copy.path {
        StagePathRef::Named { path, .. }
        | StagePathRef::Table { path, .. }
        | StagePathRef::User { path, .. } => path.as_str(),
        StagePathRef::Url { .. } => "",
    };
    let failed = ask(
        session,
        &format!(
            "SELECT file_name FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => {}, START_TIME => '1970-01-01'::TIMESTAMP_LTZ))
             GROUP BY file_name HAVING COUNT_IF(status <> 'Load failed') = 0 AND COUNT_IF(pipe_name = {}) > 0 ORDER BY 1",
            quote_string(&copy.table.to_string()),
            quote_string(name)
        ),
    )?;
    let files: Vec<String> = failed
        .rows
        .into_iter()
        .filter_map(|mut row| row.swap_remove(0))
        .filter_map(|file| Some(quote_string(file.strip_prefix(folder)?)))
        .collect();
    if files.is_empty() {
        context.printer.say(format_args!("{name}: no file failed"));
        return Ok(());
    }
    // As the pipe itself does, unless it says otherwise.
    let on_error = match copy.options.iter().any(|(key, _)| key.value == "ON_ERROR") {
        true => "",
        false => " ON_ERROR = SKIP_FILE",
    };
    for names in files.chunks(MOST_FILES) {
        let sql = format!(
            "{}{on_error} FILES = ({})",
            definition.trim().trim_end_matches(';'),
            names.join(", ")
        );
        let loaded = ask(session, &sql)?;
        for row in 0..loaded.rows.len() {
            let value = |column: &str| loaded.value(row, column).unwrap_or_default();
            let (file, status) = (value("file"), value("status"));
            match status {
                "LOADED" | "PARTIALLY_LOADED" => context.printer.say(format_args!(
                    "{name} loaded {file}: {} rows",
                    count(value("rows_loaded").parse().unwrap_or_default())
                )),
                _ => context.printer.warn(format_args!(
                    "{name} did not load {file}: {}",
                    value("first_error")
                )),
            }
        }
    }
    Ok(())
}
