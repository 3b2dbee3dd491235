//! What a user may do. In: a role and a plan. Out: nothing, or Snowflake's refusal.

use crate::error::{EngineError, EngineErrorKind, Result};
use snowmelt_sql::Plan;
use snowmelt_sql::plan::{ImmediatePlan, UsePlan};

/// The two roles there are. Rights on single objects (GRANT) are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserRole {
    /// May do everything.
    Owner,
    /// May look at everything, and change its own session only.
    Reader,
}

impl UserRole {
    /// As it is written: `owner`, `reader`.
    pub fn name(self) -> &'static str {
        match self {
            UserRole::Owner => "owner",
            UserRole::Reader => "reader",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        [UserRole::Owner, UserRole::Reader]
            .into_iter()
            .find(|role| role.name().eq_ignore_ascii_case(name))
    }

    /// What CURRENT_ROLE says at first.
    pub fn snowflake_role(self) -> &'static str {
        match self {
            UserRole::Owner => "ACCOUNTADMIN",
            UserRole::Reader => "READER",
        }
    }
}

/// Refuses what the role may not do.
///
/// # Errors
/// 003001: Snowflake's words for a missing privilege.
pub(crate) fn refuse(role: UserRole, plan: &Plan) -> Result<()> {
    if role == UserRole::Owner {
        return match plan {
            Plan::Use(UsePlan::Role(name)) if name == UserRole::Reader.snowflake_role() => {
                Err(not_assigned(name))
            }
            _ => Ok(()),
        };
    }
    let what = match plan {
        Plan::Query(_)
        // Each of its statements is asked for by itself.
        | Plan::ExecuteImmediate(ImmediatePlan::Text(_))
        | Plan::Show { .. }
        | Plan::Describe { .. }
        | Plan::Use(
            UsePlan::Database(_) | UsePlan::Schema(..) | UsePlan::Warehouse(_) | UsePlan::SecondaryRoles(_),
        )
        // These change nothing but the session.
        | Plan::SetVariables { .. }
        | Plan::UnsetVariables(_)
        | Plan::AlterSession { .. }
        | Plan::Begin
        | Plan::Commit
        | Plan::Rollback => return Ok(()),
        Plan::Use(UsePlan::Role(name)) => {
            return match name == role.snowflake_role() {
                true => Ok(()),
                false => Err(not_assigned(name)),
            };
        }
        Plan::Insert(insert) => format!("table '{}'", insert.table.name),
        Plan::Modify(modify) => format!("table '{}'", modify.table.name),
        Plan::Truncate(Some(table)) => format!("table '{}'", table.name),
        Plan::AlterTable { name, .. } => format!("table '{}'", name.name),
        Plan::AlterPipe { name, .. } => format!("pipe '{}'", name.name),
        Plan::CopyInto { copy, .. } => format!("table '{}'", copy.table.name),
        Plan::CreateTableAs { table, .. } | Plan::CreateTableClone { table, .. } => {
            format!("schema '{}'", table.name.schema)
        }
        Plan::ExecuteImmediate(ImmediatePlan::File(_))
        | Plan::InsertMulti(_)
        | Plan::Truncate(None)
        | Plan::Create { .. }
        | Plan::AlterObject { .. }
        | Plan::AlterProperties { .. }
        | Plan::AlterWarehouse { .. }
        | Plan::Comment { .. }
        | Plan::Drop { .. }
        | Plan::Unload(_)
        | Plan::Put(_)
        | Plan::Get(_)
        | Plan::Remove { .. }
        | Plan::List { .. }
        | Plan::Nothing => "this object".to_owned(),
    };
    let message =
        format!("SQL access control error:\nInsufficient privileges to operate on {what}");
    Err(
        EngineError::new(EngineErrorKind::Compilation, "003001", "42501", message)
            .with_detail("the user's role is `reader`, which may SELECT, SHOW, DESCRIBE and USE"),
    )
}

/// The role is not one of the user's.
fn not_assigned(name: &str) -> EngineError {
    let message = format!(
        "Requested role '{name}' is not assigned to the executing user. Specify another role to activate."
    );
    EngineError::new(EngineErrorKind::Compilation, "003013", "42501", message)
}
