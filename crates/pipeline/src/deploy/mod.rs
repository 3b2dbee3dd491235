//! Makes a target as the project declares it, and no more: nothing is loaded, no model is built, and what somebody changed
//! by hand is shown and left. In: a project and a target. Out: what would be done, what was done, or the SQL that does it.
//!
//! There is no state besides the target's own: what is there is read anew each time, so a deploy that stopped goes on
//! where it stopped. The table SNOWMELT.OBJECTS has only the hash of each definition as it was deployed last; it tells a
//! changed declaration from an object that was changed by hand.

mod drift;
mod script;
mod views;

pub use script::script;

use crate::error::PipelineError;
use crate::plan::prepare::Prepared;
use crate::plan::{ChangeAction, Note, RunPlan};
use crate::project::Project;
use crate::report::{LineAction, Outcome, ReportLine, RunReport, Totals};
use crate::run::{Run, RunEvent, RunObserver, RunOptions, refuse_loss};
use crate::session::Session;
use crate::target::{Clock, Target};

/// How a deploy is to be done.
#[derive(Debug, Clone, Default)]
pub struct DeployOptions {
    /// Make also what was changed by hand as the files declare it.
    pub overwrite_drift: bool,
    /// What it shares with a run: `allow_destructive`, `dry_run`, `cancel`.
    pub run: RunOptions,
}

/// Deploys a project; with `dry_run` only says what it would do.
pub fn deploy(
    project: &Project,
    target: &dyn Target,
    clock: &dyn Clock,
    options: &DeployOptions,
    observer: &dyn RunObserver,
) -> RunReport {
    let run = Run {
        target,
        clock,
        options: &options.run,
        observer,
    };
    let mut report = RunReport {
        project: project.config.name.clone(),
        target: target.name().to_owned(),
        started_at_micros: clock.now_micros(),
        seconds: 0.0,
        dry_run: options.run.dry_run,
        plan: RunPlan::default(),
        lines: Vec::new(),
        checks: Vec::new(),
        notes: Vec::new(),
        errors: Vec::new(),
        totals: Totals::default(),
        outcome: Outcome::Ok,
    };
    match prepare(project, target, options) {
        Err(errors) => report.errors = errors,
        Ok(prepared) => go(&run, prepared, &mut report),
    }
    run.finish(&mut report);
    report
}

/// What is to be done: the objects of a run's plan, less what was changed by hand and what cannot be made yet.
fn prepare(
    project: &Project,
    target: &dyn Target,
    options: &DeployOptions,
) -> Result<Prepared, Vec<PipelineError>> {
    let mut prepared = Prepared::new(project, target, &options.run)?;
    prepared.plan.loads.clear();
    let models = prepared
        .plan
        .models
        .drain(..)
        .filter(|model| model.rebuild)
        .count();
    if !options.overwrite_drift {
        drift::leave(&mut prepared);
    }
    views::leave(&mut prepared);
    if models > 0 {
        let target = match target.is_account() {
            true => format!(" --target {}", target.name()),
            false => String::new(),
        };
        let models = match models {
            1 => "the model that is not up to date".to_owned(),
            _ => format!("the {models} models that are not up to date"),
        };
        prepared.notes.push(Note {
            message: format!("`snowmelt run{target}` loads the files and builds {models}"),
            place: None,
        });
    }
    Ok(prepared)
}

fn go(run: &Run<'_>, mut prepared: Prepared, report: &mut RunReport) {
    report.plan = std::mem::take(&mut prepared.plan);
    report.notes = std::mem::take(&mut prepared.notes);
    run.observer.event(&RunEvent::Planned(&report.plan));
    if run.options.dry_run {
        return;
    }
    if let Some(refusal) = refuse_loss(&report.plan, run.options) {
        report.errors.push(refusal);
        return;
    }
    let settings = prepared.declarations.settings.clone();
    let mut session = Session::new(run.target, &settings);
    let mut stopped = None;
    for index in order(&prepared) {
        let (change, steps) = (&report.plan.changes[index], &prepared.steps[index]);
        if stopped.is_none() && run.options.is_cancelled() {
            stopped = Some("stopped on request".to_owned());
            report.errors.push(PipelineError::cancelled());
        }
        let line = match (&stopped, change.action) {
            (_, ChangeAction::Keep) => ReportLine::of(change, LineAction::Unchanged),
            (None, _) => run.change(change, steps, &mut session),
            (Some(why), _) => ReportLine {
                why: Some(why.clone()),
                ..ReportLine::of(change, LineAction::Skipped)
            },
        };
        if line.action == LineAction::Failed {
            stopped = Some(format!(
                "{} failed; deploy again to go on from there",
                change.name
            ));
        }
        report.lines.push(line);
    }
    if let Err(error) = drift::put_on_record(&mut prepared, report, &mut session) {
        report.errors.push(PipelineError::from_target(error).with_detail(
            "what was deployed could not be put on record: changes made by hand will not be told from changed files",
        ));
    }
}

/// The plan's changes in an order in which each finds what it needs: as the files declare them, views after one another.
fn order(prepared: &Prepared) -> Vec<usize> {
    let views = views::in_order(prepared);
    let others = (0..prepared.steps.len()).filter(|index| !prepared.view_changes.contains(index));
    others.chain(views).collect()
}
