//! Projects made of text.

use crate::fake_target::FakeTarget;
use snowmelt_pipeline::project::{CONFIG_FILE, Config};
use snowmelt_pipeline::report::{LineAction, RunReport};
use snowmelt_pipeline::run::{RunOptions, Silent, run};
use snowmelt_pipeline::{Clock, Project, SourceFile};
use std::fmt::Write;
use std::time::Duration;

/// Time stands still: what takes time in a test is nobody's business.
pub(crate) struct StillClock;

impl Clock for StillClock {
    fn now_micros(&self) -> i64 {
        1_795_478_400_000_000
    }

    fn sleep(&self, _: Duration) {}
}

/// A project of one SQL file and some checks.
pub(crate) fn project(sql: &str, checks: &[(&str, &str)]) -> Project {
    let toml =
        "[project]\nname = \"shop\"\nsql = [\"shop.sql\"]\n[buckets.shop]\npath = \"lake\"\n";
    Project {
        root: std::path::PathBuf::new(),
        config: Config::parse(&SourceFile::new(CONFIG_FILE, toml)).unwrap(),
        sql: vec![SourceFile::new("shop.sql", sql)],
        checks: checks
            .iter()
            .map(|(name, text)| SourceFile::new(format!("checks/{name}.sql"), *text))
            .collect(),
    }
}

/// Runs a project.
pub(crate) fn run_with(project: &Project, target: &FakeTarget, options: &RunOptions) -> RunReport {
    run(project, target, &StillClock, options, &Silent)
}

/// Runs a project as it is.
pub(crate) fn run_plain(project: &Project, target: &FakeTarget) -> RunReport {
    run_with(project, target, &RunOptions::default())
}

/// A report as text, what is unchanged in one line.
pub(crate) fn shown(report: &RunReport) -> String {
    let mut text = String::new();
    let mut unchanged = 0;
    for line in &report.lines {
        if line.action == LineAction::Unchanged {
            unchanged += 1;
            continue;
        }
        let _ = write!(text, "{:?} {} {}", line.action, line.kind.noun(), line.name);
        if let Some(rows) = line.rows {
            let _ = write!(text, ", {rows} rows");
        }
        if let Some(rejected) = line.rows_rejected.filter(|rejected| *rejected > 0) {
            let _ = write!(text, ", {rejected} rejected");
        }
        if let Some(why) = &line.why {
            let _ = write!(text, ": {why}");
        }
        if let Some(error) = &line.error {
            let place = error
                .place
                .as_ref()
                .map(|place| format!(" at {place}"))
                .unwrap_or_default();
            let _ = write!(text, " [{error}{place}]");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "unchanged: {unchanged}");
    for check in &report.checks {
        let how = match (&check.error, &check.skipped, check.unchanged) {
            (Some(error), ..) => format!("error {error}"),
            (_, Some(why), _) => format!("skipped, {why}"),
            (.., true) => "unchanged".to_owned(),
            _ => format!("{} bad rows", check.bad_rows),
        };
        let _ = writeln!(text, "check {} ({:?}): {how}", check.name, check.severity);
    }
    for note in &report.notes {
        let place = note
            .place
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(text, "note {place}: {}", note.message);
    }
    for error in &report.errors {
        text.push_str(&shown_error(error));
    }
    let _ = writeln!(
        text,
        "outcome: {:?}, exit code {}",
        report.outcome,
        report.outcome.exit_code()
    );
    text
}

/// An error as text.
pub(crate) fn shown_error(error: &snowmelt_pipeline::PipelineError) -> String {
    let place = error
        .place
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut text = format!("error {place}: {error}\n");
    for (word, more) in [("detail", &error.detail), ("hint", &error.hint)] {
        if let Some(more) = more {
            let _ = writeln!(text, "  {word}: {}", more.replace('\n', "\n    "));
        }
    }
    text
}
