//! A project: a folder with `snowmelt.toml` and SQL files. In: its files, and a [`target::Target`] that runs Snowflake
//! SQL. Out: the plan of what a run would do, the run itself, its report, the checks, the status and the lint findings.
//!
//! Nothing here knows the embedded engine: all that is read and done is Snowflake SQL, so an account serves as well.

pub mod account;
pub mod aws;
pub mod check;
mod declare;
pub mod deploy;
pub mod error;
pub mod export;
mod graph;
mod inventory;
pub mod lint;
pub mod moving;
pub mod place;
pub mod plan;
pub mod project;
pub mod reach;
mod record;
pub mod report;
pub mod run;
mod select;
mod session;
pub mod status;
pub mod target;
mod text;

pub use error::{ErrorKind, PipelineError};
pub use place::{Place, SourceFile};
pub use project::Project;
pub use target::{Clock, Rows, Target, TargetError, TargetErrorKind, TargetSession};
