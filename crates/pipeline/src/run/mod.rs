//! The main job: apply what the project declares, load what is new, build what is stale, check the data.
//! In: a project and a target. Out: a [`crate::report::RunReport`], and events on the way.

mod observe;
mod options;

pub use observe::{RunEvent, RunObserver, Silent};
pub use options::RunOptions;
