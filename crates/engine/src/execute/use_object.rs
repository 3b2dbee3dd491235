//! USE.

use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::plan::UsePlan;
use snowmelt_sql::{Span, SqlError};

/// The roles that Snowflake has from the start; there are no others here, and every one may do everything.
const ROLES: [&str; 6] = [
    "ACCOUNTADMIN",
    "SECURITYADMIN",
    "USERADMIN",
    "SYSADMIN",
    "PUBLIC",
    "ORGADMIN",
];

/// USE DATABASE, SCHEMA, WAREHOUSE or ROLE. That the object exists was checked when the statement was planned.
pub(super) fn use_object(session: &mut Session, plan: UsePlan) -> Result<Listing> {
    match plan {
        UsePlan::Database(name) => {
            let has_public = session
                .catalog()
                .entry(&Key::schema(&name, "PUBLIC"))
                .is_some();
            session.context.database = Some(name);
            session.context.schema = has_public.then(|| "PUBLIC".to_owned());
        }
        UsePlan::Schema(database, name) => {
            session.context.database = Some(database);
            session.context.schema = Some(name);
        }
        UsePlan::Warehouse(name) => session.context.warehouse = Some(name),
        UsePlan::Role(name) => {
            if !ROLES.contains(&name.as_str()) {
                return Err(SqlError::does_not_exist("Role", name, Span::default()).into());
            }
            session.context.role = name;
        }
    }
    Ok(Listing::executed())
}
