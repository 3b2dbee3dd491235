//! Moves a project from one target to another. In: the project, the target it runs on, the target it goes to. Out: the new
//! one deployed, loaded from the buckets' whole history and built; and how the two compare, table by table.
//!
//! Each step does only what is not done yet, so a move that stopped is started again: a deploy makes what is missing, files
//! that the table's load history has are not copied, a model that is up to date is left.

mod compare;
mod fingerprint;
mod history;

pub use compare::{Comparison, TableComparison, compare};

use crate::declare::Declarations;
use crate::deploy::{DeployOptions, deploy};
use crate::error::PipelineError;
use crate::inventory::OnTarget;
use crate::project::Project;
use crate::report::{LineAction, Outcome, ReportLine, RunReport};
use crate::run::{Run, RunObserver, RunOptions, run};
use crate::session::Session;
use crate::target::{Clock, Target};
use snowmelt_sql::object::Object;

/// Deploys the project to a target, lets it load all files that the project's pipes and COPY statements ever loaded, builds
/// the models and runs the checks. The report's lines are those of the steps, in order; the first step that fails is the
/// last.
pub fn carry_over(
    project: &Project,
    to: &dyn Target,
    clock: &dyn Clock,
    options: &RunOptions,
    observer: &dyn RunObserver,
) -> RunReport {
    let deploying = DeployOptions {
        run: options.clone(),
        ..DeployOptions::default()
    };
    let mut report = deploy(project, to, clock, &deploying, observer);
    if report.outcome != Outcome::Ok || options.dry_run {
        return report;
    }
    report.notes.clear();
    let steps = Run {
        target: to,
        clock,
        options,
        observer,
    };
    match load_history(&steps, project) {
        Ok(lines) => report.lines.extend(lines),
        Err(errors) => report.errors.extend(errors),
    }
    steps.finish(&mut report);
    if report.outcome != Outcome::Ok {
        return report;
    }
    let ran = run(project, to, clock, options, observer);
    report.lines.extend(ran.lines);
    report.checks = ran.checks;
    report.notes.extend(ran.notes);
    report.errors.extend(ran.errors);
    steps.finish(&mut report);
    report
}

/// Lets each pipe load what it can reach, and copies the files that came before.
fn load_history(steps: &Run<'_>, project: &Project) -> Result<Vec<ReportLine>, Vec<PipelineError>> {
    let mut asking = Session::new(steps.target, &[]);
    let declarations = Declarations::read(&project.sql, &mut OnTarget(&mut asking))?;
    let mut session = Session::new(steps.target, &declarations.settings);
    let mut lines: Vec<ReportLine> = Vec::new();
    for declared in &declarations.objects {
        let Object::Pipe(pipe) = &declared.object else {
            continue;
        };
        if steps.options.is_cancelled() {
            return Err(vec![PipelineError::cancelled()]);
        }
        let own = declarations
            .loads
            .iter()
            .find(|load| load.is_pipe && load.name == pipe.name);
        if let Some(load) = own {
            let line = steps.load(load, &mut session);
            let failed = line.action == LineAction::Failed;
            lines.push(line);
            if failed {
                break;
            }
        }
        let statements =
            history::statements(pipe, &declarations, &mut session).map_err(|error| vec![error])?;
        for sql in statements {
            let line = steps.copy(&pipe.copy.table, &declared.statement, &sql, &mut session);
            let failed = line.action == LineAction::Failed;
            lines.push(line);
            if failed {
                return Ok(lines);
            }
        }
    }
    Ok(lines)
}
