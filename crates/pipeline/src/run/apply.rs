//! Makes the target as the project declares it, in the order of the files. In: the planned changes. Out: a line each.

use super::{Run, RunEvent, seconds_between};
use crate::error::PipelineError;
use crate::plan::change::Step;
use crate::plan::prepare::Prepared;
use crate::plan::{ChangeAction, ObjectChange, RunPlan};
use crate::report::{LineAction, LineKind, ReportLine};
use crate::session::Session;

/// How far the declarations were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applied {
    /// All of them. `changed` says whether anything was done.
    All { changed: bool },
    /// One failed: that one's name.
    Failed(String),
    /// Stopped on request.
    Cancelled,
}

impl Run<'_> {
    /// Applies all changes but those of views, which may need models that are not built yet.
    pub(super) fn apply(
        &self,
        prepared: &Prepared,
        plan: &RunPlan,
        session: &mut Session<'_>,
        lines: &mut Vec<ReportLine>,
    ) -> Applied {
        let mut applied = Applied::All { changed: false };
        for (index, (change, steps)) in plan.changes.iter().zip(&prepared.steps).enumerate() {
            if prepared.view_changes.contains(&index) {
                continue;
            }
            if change.action == ChangeAction::Keep {
                // What a pipe loads and what a model holds has a line of its own.
                let has_own_line = change.kind == LineKind::Pipe
                    || prepared
                        .declarations
                        .models
                        .iter()
                        .any(|model| model.name.to_string() == change.name);
                if !has_own_line {
                    lines.push(ReportLine::of(change, LineAction::Unchanged));
                }
                continue;
            }
            match &applied {
                Applied::All { .. } if self.options.is_cancelled() => applied = Applied::Cancelled,
                Applied::All { .. } | Applied::Failed(_) | Applied::Cancelled => {}
            }
            match &applied {
                Applied::All { .. } => {
                    let done = self.change(change, steps, session);
                    applied = match done.action {
                        LineAction::Failed => Applied::Failed(change.name.clone()),
                        _ => Applied::All { changed: true },
                    };
                    lines.push(done);
                }
                Applied::Failed(name) => lines.push(ReportLine {
                    why: Some(format!("{name} failed")),
                    ..ReportLine::of(change, LineAction::Skipped)
                }),
                Applied::Cancelled => lines.push(ReportLine {
                    why: Some("stopped on request".to_owned()),
                    ..ReportLine::of(change, LineAction::Skipped)
                }),
            }
        }
        applied
    }

    /// Makes one change.
    pub(crate) fn change(
        &self,
        change: &ObjectChange,
        steps: &[Step],
        session: &mut Session<'_>,
    ) -> ReportLine {
        self.observer.event(&RunEvent::Started {
            kind: change.kind,
            name: &change.name,
        });
        let started = self.clock.now_micros();
        session.is_for(&change.place);
        let mut done = ReportLine {
            why: (!change.differences.is_empty()).then(|| change.differences.join("; ")),
            ..ReportLine::of(change, LineAction::Unchanged)
        };
        done.action = match change.action {
            ChangeAction::Create => LineAction::Created,
            ChangeAction::Alter => LineAction::Altered,
            ChangeAction::Replace => LineAction::Replaced,
            ChangeAction::Drop => LineAction::Dropped,
            ChangeAction::Keep => LineAction::Unchanged,
        };
        for step in steps {
            let result = match step {
                Step::Made(sql, statement) => session.send_made(statement, sql).map(drop),
                Step::Own(sql, place) => session.execute(sql).map(drop).map_err(|error| {
                    // The statement is not the one at that place, so the target's position means nothing there.
                    PipelineError::from_target(error)
                        .with_statement(sql)
                        .at(place.clone())
                }),
            };
            if let Err(error) = result {
                done.action = LineAction::Failed;
                done.error = Some(error);
                break;
            }
        }
        done.seconds = seconds_between(started, self.clock.now_micros());
        self.observer.event(&RunEvent::Finished(&done));
        done
    }
}
