//! Whether a target can do what the project asks of it. In: a project and a target; nothing is written. Out: what was
//! reached, and the rights that are missing.

mod needs;

use crate::error::PipelineError;
use crate::plan::prepare::Prepared;
use crate::project::Project;
use crate::run::RunOptions;
use crate::session::Session;
use crate::target::{Rows, Target, TargetError};
use needs::{Need, needs};
use serde::Serialize;
use snowmelt_sql::name::quote_if_needed;
use std::collections::BTreeSet;

/// What a target says of itself, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// CURRENT_ACCOUNT.
    pub account: String,
    /// CURRENT_USER.
    pub user: String,
    /// CURRENT_ROLE.
    pub role: String,
    /// CURRENT_WAREHOUSE, if there is one.
    pub warehouse: Option<String>,
    /// CURRENT_VERSION.
    pub version: String,
    /// Rights of the project's objects that the role has neither itself nor by a role granted to it, each as Snowflake's
    /// GRANT names it: `CREATE SCHEMA ON DATABASE SHOP`.
    pub missing_rights: Vec<String>,
}

/// A right that a role has: `USAGE` on `DATABASE` `SHOP`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    privilege: String,
    kind: String,
    name: String,
}

/// Connects to the target and asks what it is and what it allows.
///
/// # Errors
/// Every error in the project's files, or that the target cannot be reached.
pub fn reach(project: &Project, target: &dyn Target) -> Result<Reached, Vec<PipelineError>> {
    let from_target = |error| vec![PipelineError::from_target(error)];
    let mut session = Session::new(target, &[]);
    let row = session
        .execute(
            "SELECT CURRENT_ACCOUNT() AS ACCOUNT, CURRENT_USER() AS USER_NAME, CURRENT_ROLE() AS ROLE, \
             CURRENT_WAREHOUSE() AS WAREHOUSE, CURRENT_VERSION() AS VERSION",
        )
        .map_err(from_target)?;
    let value = |column: &str| row.value(0, column).unwrap_or_default().to_owned();
    let role = value("ROLE");
    let prepared = Prepared::new(project, target, &RunOptions::default())?;
    // The account's owner may do everything.
    let missing_rights = if role == "ACCOUNTADMIN" || !target.is_account() {
        Vec::new()
    } else {
        let grants = grants(&role, &mut session).map_err(from_target)?;
        missing(&needs(&prepared), &grants)
    };
    Ok(Reached {
        account: value("ACCOUNT"),
        user: value("USER_NAME"),
        role,
        warehouse: row.value(0, "WAREHOUSE").map(str::to_owned),
        version: value("VERSION"),
        missing_rights,
    })
}

/// What the grants lack of the needs.
fn missing(needs: &[Need], grants: &BTreeSet<Grant>) -> Vec<String> {
    let has = |privilege: &str, need: &Need| {
        grants.iter().any(|grant| {
            grant.kind == need.kind
                && (need.kind == "ACCOUNT" || grant.name == need.name)
                && (grant.privilege == privilege || grant.privilege == "OWNERSHIP")
        })
    };
    let lacking: BTreeSet<String> = needs
        .iter()
        .filter(|need| !has(need.privilege, need))
        .map(|need| match need.kind {
            "ACCOUNT" => format!("{} ON ACCOUNT", need.privilege),
            kind => format!("{} ON {kind} {}", need.privilege, need.name),
        })
        .collect();
    lacking.into_iter().collect()
}

/// What a role has by itself and by the roles that are granted to it.
fn grants(role: &str, session: &mut Session<'_>) -> Result<BTreeSet<Grant>, TargetError> {
    let mut grants = BTreeSet::new();
    let mut asked = BTreeSet::new();
    let mut waiting = vec![role.to_owned()];
    while let Some(role) = waiting.pop() {
        if !asked.insert(role.clone()) {
            continue;
        }
        let rows = session.execute(&format!("SHOW GRANTS TO ROLE {}", quote_if_needed(&role)))?;
        for grant in (0..rows.rows.len()).map(|row| grant_of(&rows, row)) {
            if grant.kind == "ROLE" {
                waiting.push(grant.name.trim_matches('"').to_owned());
            }
            grants.insert(grant);
        }
    }
    Ok(grants)
}

fn grant_of(rows: &Rows, row: usize) -> Grant {
    let value = |column: &str| rows.value(row, column).unwrap_or_default();
    Grant {
        privilege: value("privilege").to_uppercase(),
        kind: value("granted_on").to_uppercase().replace('_', " "),
        name: value("name").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(privilege: &str, kind: &str, name: &str) -> Grant {
        Grant {
            privilege: privilege.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_right_is_had_by_itself_or_by_ownership() {
        let need = |privilege, kind, name: &str| Need {
            privilege,
            kind,
            name: name.to_owned(),
        };
        let needs = [
            need("CREATE DATABASE", "ACCOUNT", ""),
            need("USAGE", "DATABASE", "SHOP"),
            need("CREATE TABLE", "SCHEMA", "SHOP.RAW"),
            need("CREATE PIPE", "SCHEMA", "SHOP.RAW"),
            need("INSERT", "TABLE", "SHOP.RAW.T"),
            need("INSERT", "TABLE", "SHOP.RAW.U"),
        ];
        let grants = BTreeSet::from([
            grant("USAGE", "DATABASE", "SHOP"),
            grant("CREATE TABLE", "SCHEMA", "SHOP.RAW"),
            grant("OWNERSHIP", "TABLE", "SHOP.RAW.T"),
            grant("SELECT", "TABLE", "SHOP.RAW.U"),
        ]);
        assert_eq!(
            missing(&needs, &grants),
            [
                "CREATE DATABASE ON ACCOUNT",
                "CREATE PIPE ON SCHEMA SHOP.RAW",
                "INSERT ON TABLE SHOP.RAW.U"
            ]
        );
    }
}
