//! The SQL of a deploy as text. In: a project and a target that is only read. Out: a script that does what the deploy
//! would do, each statement under the place of the files that it is for.

use super::{DeployOptions, order, prepare};
use crate::error::PipelineError;
use crate::plan::change::Step;
use crate::project::Project;
use crate::run::refuse_loss;
use crate::session::Session;
use crate::target::{Rows, Target, TargetError, TargetSession};
use std::sync::{Arc, Mutex, PoisonError};

/// The statements that a deploy would send.
///
/// # Errors
/// Every error in the files, what the target refuses to tell, or the loss that was not allowed.
pub fn script(
    project: &Project,
    target: &dyn Target,
    options: &DeployOptions,
) -> Result<String, Vec<PipelineError>> {
    let prepared = prepare(project, target, options)?;
    if let Some(refusal) = refuse_loss(&prepared.plan, &options.run) {
        return Err(vec![refusal]);
    }
    let paper = Paper::default();
    let settings = prepared.declarations.settings.clone();
    let mut session = Session::new(&paper, &settings);
    for index in order(&prepared) {
        session.is_for(&prepared.plan.changes[index].place);
        for step in &prepared.steps[index] {
            match step {
                Step::Made(sql, statement) => session.send_made(statement, sql),
                Step::Own(sql, _) => session.execute(sql).map_err(PipelineError::from_target),
            }
            .map_err(|error| vec![error])?;
        }
    }
    let text = paper.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(text.clone())
}

/// A target that writes down what it is sent.
#[derive(Debug, Clone, Default)]
struct Paper(Arc<Mutex<String>>);

struct PaperSession {
    paper: Paper,
    origin: Option<String>,
}

impl Target for Paper {
    fn name(&self) -> &str {
        "script"
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        Ok(Box::new(PaperSession {
            paper: self.clone(),
            origin: None,
        }))
    }
}

impl TargetSession for PaperSession {
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        let mut text = self.paper.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = self.origin.take() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("-- {origin}\n"));
        }
        text.push_str(sql);
        text.push_str(";\n");
        Ok(Rows::default())
    }

    fn set_origin(&mut self, origin: Option<&str>) {
        self.origin = origin.map(str::to_owned);
    }
}
