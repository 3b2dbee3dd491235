//! PUT and GET of a client on another machine: the plan of the statement, and the files of the stage that it means. The
//! client moves the bytes itself; a server stands between.

use super::Session;
use crate::bucket::Bucket;
use crate::error::{EngineError, Result};
use crate::stage::{StagedPlace, pattern};
use snowmelt_sql::Plan;
use snowmelt_sql::object::StagePath;
use snowmelt_sql::plan::{GetPlan, PutPlan};
use std::path::PathBuf;

/// What a client is to move.
#[derive(Debug)]
pub enum Transfer {
    /// PUT.
    Upload {
        /// As written.
        plan: PutPlan,
        /// Where the files go.
        bucket: Bucket,
        /// What stands before their names there: empty, or with a slash at its end.
        folder: String,
    },
    /// GET.
    Download {
        /// As written.
        plan: GetPlan,
        /// The files, in the order of their paths.
        files: Vec<TransferFile>,
    },
}

/// A file of a stage that a client fetches.
#[derive(Debug, Clone)]
pub struct TransferFile {
    /// Its path below the stage.
    pub relative: String,
    /// The file itself.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

impl Session {
    /// What a PUT or GET means; `None` for any other statement. Nothing is moved.
    ///
    /// # Errors
    /// What the statement's compilation refuses; a stage whose folder cannot be read.
    pub fn transfer(&mut self, statement: &str) -> Result<Option<Transfer>> {
        let parsed = snowmelt_sql::parse::parse_script(statement)?;
        let [one] = parsed.as_slice() else {
            return Ok(None);
        };
        self.start_statement();
        let transfer = match self.plan_only(one, statement)? {
            Plan::Put(plan) => {
                let place = StagedPlace::resolve(self, &plan.path)?;
                let written = match &plan.path {
                    StagePath::Named { path, .. }
                    | StagePath::Table { path, .. }
                    | StagePath::User { path } => path,
                };
                let folder = match written.trim_matches('/') {
                    "" => String::new(),
                    folder => format!("{folder}/"),
                };
                Transfer::Upload {
                    plan,
                    bucket: place.bucket,
                    folder,
                }
            }
            Plan::Get(plan) => {
                let place = StagedPlace::resolve(self, &plan.path)?;
                let wanted = plan.pattern.as_deref().map(pattern).transpose()?;
                let root = place.bucket.folder().ok_or_else(|| {
                    EngineError::internal("an internal stage is not a folder of this machine")
                })?;
                let root = root.to_owned();
                let files = place
                    .list("")?
                    .into_iter()
                    .filter(|file| {
                        wanted
                            .as_ref()
                            .is_none_or(|wanted| wanted.is_match(&place.pattern_subject(file)))
                    })
                    .map(|file| TransferFile {
                        path: root.join(&file.object.path),
                        size: file.object.size,
                        relative: file.relative,
                    })
                    .collect();
                Transfer::Download { plan, files }
            }
            _ => return Ok(None),
        };
        Ok(Some(transfer))
    }
}
