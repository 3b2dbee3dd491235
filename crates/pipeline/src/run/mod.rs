//! The main job: apply what the project declares, load what is new, build what is stale, check the data.
//! In: a project and a target. Out: a [`RunReport`], and events on the way.
//!
//! Two runs of one project at a time: the embedded engine's file has one owner, so a second process waits outside or goes
//! through the first. On an account two runs may overlap; each model is swapped in whole, and the later build wins.

mod apply;
mod build;
mod load;
mod observe;
mod options;
mod schedule;

pub(crate) use load::{PipeStatus, pipe_status};
pub use observe::{RunEvent, RunObserver, Silent};
pub use options::RunOptions;

use crate::check;
use crate::error::{ErrorKind, PipelineError};
use crate::plan::RunPlan;
use crate::plan::prepare::Prepared;
use crate::project::Project;
use crate::report::{LineAction, Outcome, ReportLine, RunReport, Totals};
use crate::session::Session;
use crate::target::{Clock, Target};
use std::collections::BTreeSet;

/// What the steps of a run share.
pub(crate) struct Run<'a> {
    pub(crate) target: &'a dyn Target,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) options: &'a RunOptions,
    pub(crate) observer: &'a dyn RunObserver,
}

/// Runs a project; with `dry_run` only says what it would do.
pub fn run(
    project: &Project,
    target: &dyn Target,
    clock: &dyn Clock,
    options: &RunOptions,
    observer: &dyn RunObserver,
) -> RunReport {
    let run = Run {
        target,
        clock,
        options,
        observer,
    };
    let mut report = RunReport {
        project: project.config.name.clone(),
        target: target.name().to_owned(),
        started_at_micros: clock.now_micros(),
        seconds: 0.0,
        dry_run: options.dry_run,
        plan: RunPlan::default(),
        lines: Vec::new(),
        checks: Vec::new(),
        notes: Vec::new(),
        errors: Vec::new(),
        totals: Totals::default(),
        outcome: Outcome::Ok,
    };
    match Prepared::new(project, target, options) {
        Err(errors) => report.errors = errors,
        Ok(prepared) => run.go(project, prepared, &mut report),
    }
    run.finish(&mut report);
    report
}

impl Run<'_> {
    fn go(&self, project: &Project, mut prepared: Prepared, report: &mut RunReport) {
        report.plan = std::mem::take(&mut prepared.plan);
        report.notes = std::mem::take(&mut prepared.notes);
        self.observer.event(&RunEvent::Planned(&report.plan));
        let checks = match check::plan_all(&project.checks, &mut prepared.declarations.catalog) {
            Ok(checks) => checks,
            Err(errors) => {
                report.errors = errors;
                return;
            }
        };
        if self.options.dry_run {
            return;
        }
        if let Some(refusal) = refuse_loss(&report.plan, self.options) {
            report.errors.push(refusal);
            return;
        }
        let settings = prepared.declarations.settings.clone();
        let mut session = Session::new(self.target, &settings);
        let applied = self.apply(&prepared, &report.plan, &mut session, &mut report.lines);
        let worked = self.schedule(
            &mut prepared,
            &report.plan,
            applied,
            &settings,
            &mut session,
        );
        report.lines.extend(worked.lines);
        report.errors.extend(worked.errors);
        if self.options.is_cancelled() {
            report.errors.push(PipelineError::cancelled());
        } else {
            let failed = failed_tables(&report.lines);
            self.observer.event(&RunEvent::Checking {
                checks: checks.len(),
            });
            let done = check::run_planned(self, &checks, &mut prepared, &failed, &mut session);
            report.checks = done.results;
            report.errors.extend(done.errors);
        }
        self.finish(report);
        if let Some(home) = prepared.home()
            && let Err(error) = self.put_on_record(&mut prepared, &home, report, &mut session)
        {
            report.errors.push(error);
        }
    }

    /// Adds the run to the table of runs. A database that is not there has none.
    fn put_on_record(
        &self,
        prepared: &mut Prepared,
        home: &str,
        report: &RunReport,
        session: &mut Session<'_>,
    ) -> Result<(), PipelineError> {
        let nothing_stands = report
            .lines
            .iter()
            .any(|line| line.action == LineAction::Failed);
        match prepared.record_tables.write_run(session, home, report) {
            Ok(()) => Ok(()),
            // Where the declarations themselves failed there may be no database to write to.
            Err(_) if nothing_stands => Ok(()),
            Err(error) => {
                Err(PipelineError::from_target(error)
                    .with_detail("the run could not be put on record"))
            }
        }
    }

    pub(crate) fn finish(&self, report: &mut RunReport) {
        report.seconds = seconds_between(report.started_at_micros, self.clock.now_micros());
        report.totals = Totals::of(&report.lines, &report.checks);
        let of_lines = report
            .lines
            .iter()
            .filter(|line| line.action == LineAction::Failed)
            .filter_map(|line| line.error.as_ref());
        report.outcome = Outcome::of(report.errors.iter().chain(of_lines), &report.checks);
    }

    /// How many statements may run side by side.
    pub(crate) fn sessions(&self) -> usize {
        const DEFAULT: usize = 4;
        match self.options.sessions {
            0 => DEFAULT,
            sessions => sessions,
        }
    }
}

/// Seconds between two times in microseconds.
pub(crate) fn seconds_between(from_micros: i64, to_micros: i64) -> f64 {
    (to_micros - from_micros).max(0) as f64 / 1e6
}

/// The refusal of a plan that loses something, unless that is allowed.
pub(crate) fn refuse_loss(plan: &RunPlan, options: &RunOptions) -> Option<PipelineError> {
    let losses: Vec<String> = plan
        .destructive()
        .map(|change| {
            let (kind, name) = (change.kind.noun(), &change.name);
            format!(
                "{kind} {name} ({}) loses {}",
                change.differences.join("; "),
                change.lost.join(" and ")
            )
        })
        .collect();
    if losses.is_empty() || options.allow_destructive {
        return None;
    }
    let place = plan.destructive().next().map(|change| change.place.clone());
    let mut error = PipelineError::new(
        ErrorKind::Destructive,
        "the changed declarations would lose data",
    )
    .with_detail(losses.join("\n"))
    .with_hint("allow it with `--allow-destructive`, or declare what is there; nothing was done");
    error.place = place;
    Some(error)
}

/// The names of what failed or was skipped because something failed.
fn failed_tables(lines: &[ReportLine]) -> BTreeSet<String> {
    lines
        .iter()
        .filter(|line| matches!(line.action, LineAction::Failed | LineAction::Skipped))
        .map(|line| line.name.clone())
        .collect()
}
