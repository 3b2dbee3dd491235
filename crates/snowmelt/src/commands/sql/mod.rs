//! `snowmelt sql`. In: statements from an argument, a file, stdin or a prompt. Out: their rows, as they come.

mod prompt;
mod served;
mod show;

use crate::context::{Context, open_account};
use crate::failure::{Excerpt, Failure};
use crate::interrupt::{Interrupt, Stop};
use crate::output::OutputFormat;
use crate::printer::Printer;
use crate::warehouse::{self, Opened};
use show::Shown;
use snowmelt_engine::{Engine, EngineError, Session};
use snowmelt_pipeline::account::AccountSession;
use snowmelt_sql::Span;
use snowmelt_sql::parse::parse_script;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs Snowflake SQL in the project's warehouse
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Statements run exactly as Snowflake would run them: here CREATE OR REPLACE replaces.
Without a query and a file it asks for statements; if stdin is no terminal, it reads them from there.
Outside of a project the warehouse is in memory and gone at the end.

Examples:
  snowmelt sql -q \"select * from ecommerce_db.gold.sales_by_country order by revenue desc\"
  snowmelt sql -f report.sql --output csv > report.csv
  snowmelt sql                                   a prompt; end a statement with a semicolon
  snowmelt sql --target prod -q \"show tables\"    on an account
  snowmelt sql --warehouse other.duckdb -q \"show tables in account\"")]
pub(crate) struct Sql {
    /// The statements, separated by semicolons
    #[arg(short, long, value_name = "SQL", conflicts_with = "file")]
    query: Option<String>,
    /// A file of statements; `-` is stdin
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The warehouse file, instead of the project's
    #[arg(long, value_name = "FILE", conflicts_with = "project")]
    warehouse: Option<PathBuf>,
    /// Run them on the account that [targets.NAME] in snowmelt.toml names
    #[arg(long, value_name = "NAME", conflicts_with = "warehouse")]
    target: Option<String>,
    /// In which form rows are printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
    /// Where the prompt remembers what was typed [default: ~/.local/state/snowmelt/sql_history]
    #[arg(
        long,
        value_name = "FILE",
        env = "SNOWMELT_HISTORY",
        hide_env_values = true
    )]
    history: Option<PathBuf>,
}

impl Sql {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let script = match (self.query, self.file.as_deref()) {
            (Some(query), _) => Some(Script {
                label: "query".to_owned(),
                text: query.into(),
            }),
            (None, Some(file)) if file != Path::new("-") => Some(Script::read(file)?),
            (None, None) if io::stdin().is_terminal() => None,
            (None, _) => Some(Script::read_stdin()?),
        };
        let opened = match &self.target {
            None => warehouse::open_for_sql(context, self.warehouse)?,
            Some(name) => {
                let root = context.project_dir()?;
                let project = context.load_project(&root)?;
                Opened::Served(open_account(&root, &project, name)?)
            }
        };
        let interrupt = Interrupt::listen(context.printer)?;
        let mut session = match &opened {
            Opened::Here(engine) => SqlSession::Here(Box::new(engine.session()?)),
            Opened::Served(server) => {
                let session = Box::new(server.open().map_err(served::failure)?);
                match self.target {
                    None => SqlSession::Served(session),
                    Some(_) => SqlSession::Account(session),
                }
            }
        };
        let shown = &Shown::new(context.printer, self.output);
        match script {
            Some(script) => run_script(&mut session, &script, shown, &interrupt),
            None => prompt::run(&mut session, shown, &interrupt, self.history),
        }
    }
}

/// Shows the rows of a query as a table.
pub(super) fn show_query(printer: &Printer, engine: &Engine, query: &str) -> Result<(), Failure> {
    let script = Script {
        label: "query".to_owned(),
        text: query.into(),
    };
    let shown = Shown::new(printer, OutputFormat::Table);
    run_script(
        &mut SqlSession::Here(Box::new(engine.session()?)),
        &script,
        &shown,
        &Interrupt::default(),
    )
}

/// Where the statements run.
enum SqlSession {
    /// In this process.
    Here(Box<Session>),
    /// In a server that has the warehouse.
    Served(Box<AccountSession>),
    /// On an account, which knows more statements than we do.
    Account(Box<AccountSession>),
}

/// Statements, and what to call where they come from.
struct Script {
    label: String,
    text: Arc<str>,
}

impl Script {
    fn read(file: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(file).map_err(|source| Failure::file("read", file, source))?;
        Self::decode(file.display().to_string(), bytes)
    }

    fn read_stdin() -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::other("cannot read stdin").caused_by(&error))?;
        Self::decode("stdin".to_owned(), bytes)
    }

    fn decode(label: String, bytes: Vec<u8>) -> Result<Self, Failure> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            Failure::user(format!("`{label}` is not UTF-8 text"))
                .with_detail(format!("the first byte that is not stands in line {line}"))
                .with_hint("save the file as UTF-8")
        })?;
        // A byte order mark is no part of the text.
        let text = text
            .strip_prefix('\u{feff}')
            .map_or(text.as_str(), |rest| rest);
        Ok(Self {
            label,
            text: text.into(),
        })
    }

    /// The error with its place.
    fn located(&self, error: EngineError) -> Failure {
        let span = if error.span.is_nowhere() {
            error.statement
        } else {
            error.span
        };
        let mut failure = Failure::from(error);
        failure.excerpt = (!span.is_nowhere()).then(|| self.excerpt(span));
        failure
    }

    fn excerpt(&self, span: Span) -> Excerpt {
        Excerpt {
            label: self.label.clone(),
            text: Arc::clone(&self.text),
            span,
        }
    }
}

/// Runs statement by statement, up to the first that fails.
fn run_script(
    session: &mut SqlSession,
    script: &Script,
    shown: &Shown<'_>,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let session = match session {
        SqlSession::Here(session) => session,
        SqlSession::Served(session) => {
            parse_script(&script.text).map_err(|error| script.located(error.into()))?;
            return served::run_script(session, script, shown, interrupt);
        }
        SqlSession::Account(session) => {
            return served::run_script(session, script, shown, interrupt);
        }
    };
    let handle = session.interrupt_handle();
    let stop: Stop = Arc::new(move || handle.interrupt());
    let located = |error| script.located(error);
    let mut statements = session.execute_script(&script.text).map_err(located)?;
    let mut texts = spans(shown.printer, &script.text).into_iter();
    loop {
        if interrupt.is_requested() {
            return Err(Failure::other("stopped on request")
                .with_detail("statements that ended before are done"));
        }
        let _running = interrupt.running(Arc::clone(&stop));
        if let Some(span) = texts.next() {
            shown
                .printer
                .detail(format_args!("{};", span.of(&script.text)));
        }
        let started = std::time::Instant::now();
        let Some(result) = statements.next() else {
            return Ok(());
        };
        let result = result.map_err(located)?;
        shown
            .result(result, &script.text, started)
            .map_err(|error| match error {
                show::ShowError::Statement(error) => located(error),
                show::ShowError::Output(error) => Failure::from(error),
            })?;
    }
}

/// Where the statements stand, if they are to be shown.
fn spans(printer: &Printer, text: &str) -> Vec<Span> {
    match parse_script(text) {
        Ok(parsed) if printer.is_verbose() => parsed.iter().map(|parsed| parsed.span).collect(),
        _ => Vec::new(),
    }
}
