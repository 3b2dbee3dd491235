//! ALTER SESSION, UNSET and EXECUTE IMMEDIATE.

use super::resolve::Resolver;
use super::{ImmediatePlan, Plan, parameter, stage};
use crate::error::SqlError;
use crate::name::Ident;
use crate::statement::{AlterSession, Immediate};

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

/// EXECUTE IMMEDIATE.
pub(super) fn plan_immediate(
    immediate: &Immediate,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    Ok(Plan::ExecuteImmediate(match immediate {
        Immediate::Text(text, _) => ImmediatePlan::Text(text.clone()),
        Immediate::File(path) => ImmediatePlan::File(stage::path(path, resolver)?),
        Immediate::Variable(name, span) => {
            let literal = resolver.context.variables.get(name).ok_or_else(|| {
                SqlError::compilation(
                    "002211",
                    "02000",
                    format!("Session variable '${name}' does not exist"),
                    *span,
                )
            })?;
            let text = crate::parse::string_in_text(literal)
                .ok_or_else(|| SqlError::syntax(format!("unexpected '{literal}'."), *span))?;
            ImmediatePlan::Text(text)
        }
    }))
}
