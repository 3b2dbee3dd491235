//! Lambda expressions: `a -> a * 2`, `(acc, value INT) -> acc + value`.

use super::cast::{self, Mode};
use super::scope::Scope;
use super::tree::{Expr, ExprKind, Place};
use super::{Analyzer, Arguments, place, stored, types};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;

/// The name of the call that an analyzed lambda is; its one argument is the body.
const LAMBDA: &str = "LAMBDA";

impl Analyzer<'_> {
    /// A lambda among the arguments of `call`, those before it analyzed. Parameters are VARIANT unless their type is given;
    /// REDUCE's first one has the type of the initial value.
    pub(super) fn lambda(
        &mut self,
        lambda: &ast::LambdaFunction,
        call: &Arguments,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let parameters = match &lambda.params {
            ast::OneOrManyWithParens::One(one) => std::slice::from_ref(one),
            ast::OneOrManyWithParens::Many(many) => many.as_slice(),
        };
        let wanted = if call.function == "REDUCE" { 2 } else { 1 };
        if parameters.len() != wanted {
            return Err(SqlError::compilation(
                "001044",
                "42P13",
                format!(
                    "Invalid argument types for function '{}': a lambda expression with {wanted} argument(s) is expected, got {}",
                    call.function,
                    parameters.len()
                ),
                self.span(call.place),
            ));
        }
        let mut names = Vec::with_capacity(parameters.len());
        let mut aliases = Vec::with_capacity(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            let name = format!("l{}", self.relation_id());
            let at = place(parameter.name.span);
            let value = Expr::scalar("LAMBDA", name.clone(), Vec::new(), DataType::Variant)
                .nullable(true)
                .at(at);
            let to = match &parameter.data_type {
                Some(written) => Some(types::data_type(written, self.context, self.span(at))?),
                None if index == 0 && wanted == 2 => call
                    .items
                    .get(1)
                    .map(|initial| cast::accumulated(initial.data_type)),
                None => None,
            };
            let value = match to {
                Some(to) => self.explicit_cast(value, to, Mode::Explicit)?,
                None => value,
            };
            aliases.push((stored(&parameter.name), value));
            names.push(name);
        }
        let inner = Scope {
            parent: Some(scope),
            ..Scope::default()
        };
        *inner.aliases.borrow_mut() = aliases;
        let body = self.expression(&lambda.body, &inner)?;
        let data_type = body.data_type;
        let template = format!("lambda {}: {{0}}", names.join(", "));
        Ok(Expr::scalar(LAMBDA, template, vec![body], data_type).at(Place::NOWHERE))
    }
}

/// The body of an analyzed lambda; `None` if the expression is none.
pub(crate) fn body(lambda: &Expr) -> Option<&Expr> {
    match &lambda.kind {
        ExprKind::Call(call) if call.function == LAMBDA => call.arguments.first(),
        _ => None,
    }
}

/// The lambda with another body.
pub(crate) fn with_body(lambda: &Expr, body: Expr) -> Expr {
    let mut lambda = lambda.clone();
    lambda.data_type = body.data_type;
    if let ExprKind::Call(call) = &mut lambda.kind {
        call.arguments = vec![body];
    }
    lambda
}
