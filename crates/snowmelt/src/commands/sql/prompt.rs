//! The prompt of `snowmelt sql`. In: what a person types. Out: the rows, or the error, and the next prompt.

use super::show::Shown;
use super::{Script, SqlSession, run_script};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Editor, Helper};
use snowmelt_sql::parse::ends_with_semicolon;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Asks until the end of the input or `\q`.
pub(super) fn run(
    session: &mut SqlSession,
    shown: &Shown<'_>,
    interrupt: &Interrupt,
    history: Option<PathBuf>,
) -> Result<(), Failure> {
    let failed =
        |error: ReadlineError| Failure::other("cannot read from the terminal").caused_by(&error);
    let config = Config::builder().auto_add_history(true).build();
    let mut editor: Editor<Statements, FileHistory> =
        Editor::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Statements));
    let history = history.or_else(default_history);
    if let Some(file) = &history {
        // The first time there is none.
        _ = editor.load_history(file);
    }
    shown
        .printer
        .say("end a statement with a semicolon; `help` shows more, `\\q` leaves");
    loop {
        match editor.readline("snowmelt> ") {
            Ok(line) => match line.trim() {
                "" => {}
                text if is_word(text, &["\\q", "quit", "exit"]) => break,
                text if is_word(text, &["help", "\\?", "\\h"]) => shown.printer.say(HELP),
                text => {
                    let script = Script {
                        label: "input".to_owned(),
                        text: text.into(),
                    };
                    match run_script(session, &script, shown, interrupt) {
                        Err(failure) if failure.is_closed_pipe => return Err(failure),
                        Err(failure) => shown.printer.failure(&failure),
                        Ok(()) => {}
                    }
                    interrupt.forget();
                }
            },
            // Ctrl-C throws the line away.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(failed(error)),
        }
    }
    if let Some(file) = &history
        && let Err(error) = save(&mut editor, file)
    {
        shown.printer.warn(format_args!(
            "cannot keep the history in `{}`: {error}",
            file.display()
        ));
    }
    Ok(())
}

const HELP: &str = "  select 1;         runs a statement; it may go over several lines
  show tables;      what there is: SHOW DATABASES, SHOW PIPES, DESCRIBE TABLE name
  help              this
  \\q                leaves, as Ctrl-D does
Ctrl-C throws the line away, or stops the statement that runs. The arrow keys bring back earlier lines.";

fn is_word(text: &str, words: &[&str]) -> bool {
    let text = text.trim_end_matches(';').trim_end();
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn default_history() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".local/state/snowmelt/sql_history"))
}

fn save(editor: &mut Editor<Statements, FileHistory>, file: &Path) -> Result<(), ReadlineError> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    editor.save_history(file)
}

/// Tells the line editor when a statement is whole.
struct Statements;

impl Validator for Statements {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().trim();
        let runs = text.is_empty()
            || is_word(text, &["\\q", "quit", "exit", "help", "\\?", "\\h"])
            || ends_with_semicolon(text);
        Ok(if runs {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Completer for Statements {
    type Candidate = String;
}

impl Hinter for Statements {
    type Hint = String;
}

impl Highlighter for Statements {}

impl Helper for Statements {}
