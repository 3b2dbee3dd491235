//! What Snowflake would have done: findings in the project's SQL, with no engine and no data.
//! In: the project's files. Out: [`Finding`]s.

mod finding;

pub use finding::{Finding, FindingSeverity};
