//! ALTER SESSION and UNSET.

use super::{Plan, parameter};
use crate::error::SqlError;
use crate::name::Ident;
use crate::statement::AlterSession;

/// ALTER SESSION.
pub(super) fn plan_alter(alter: &AlterSession) -> Result<Plan, SqlError> {
    let mut set = Vec::with_capacity(alter.set.len());
    for (name, given) in &alter.set {
        let known = parameter::parameter(name)?;
        set.push((known.name.to_owned(), parameter::value(known, given)?));
    }
    let mut unset = Vec::with_capacity(alter.unset.len());
    for name in &alter.unset {
        unset.push(parameter::parameter(name)?.name.to_owned());
    }
    Ok(Plan::AlterSession { set, unset })
}

/// UNSET of session variables.
pub(super) fn plan_unset(names: &[Ident]) -> Plan {
    Plan::UnsetVariables(names.iter().map(|name| name.value.clone()).collect())
}
