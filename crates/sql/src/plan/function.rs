//! CREATE FUNCTION.

use super::Plan;
use super::resolve::Resolver;
use crate::analyze;
use crate::error::SqlError;
use crate::object::{Function, FunctionParameter, FunctionReturns, Object, name_with_signature};
use crate::statement::{CreateFunction, ReturnsClause};

/// CREATE FUNCTION. Its body is analyzed as it will be when the function is called: in the function's own schema.
pub(super) fn plan(create: &CreateFunction, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let span = create.name.span();
    let of = |written| analyze::data_type(written, resolver.context, span);
    let mut parameters: Vec<FunctionParameter> = Vec::with_capacity(create.arguments.len());
    for argument in &create.arguments {
        if parameters
            .iter()
            .any(|other| other.name == argument.name.value)
        {
            return Err(SqlError::compilation(
                "002025",
                "42S21",
                format!("duplicate argument name '{}'", argument.name),
                argument.name.span,
            ));
        }
        if argument.default.is_none() && parameters.iter().any(|before| before.default.is_some()) {
            return Err(SqlError::compilation(
                "001003",
                "42000",
                format!(
                    "argument '{}' without DEFAULT follows one that has it",
                    argument.name
                ),
                argument.name.span,
            ));
        }
        parameters.push(FunctionParameter {
            name: argument.name.value.clone(),
            data_type: of(&argument.data_type)?,
            default: argument.default.clone(),
        });
    }
    let returns = match &create.returns {
        ReturnsClause::Value(written) => FunctionReturns::Value(of(written)?),
        ReturnsClause::Table(columns) => FunctionReturns::Table(
            columns
                .iter()
                .map(|(name, written)| Ok((name.value.clone(), of(written)?)))
                .collect::<Result<_, SqlError>>()?,
        ),
    };
    let mut name = resolver.new_name(&create.name)?;
    name.name = name_with_signature(
        &name.name,
        parameters.iter().map(|parameter| parameter.data_type),
    );
    let function = Function {
        name,
        parameters,
        returns,
        body: create.body.clone(),
        secure: create.secure,
        strict: create.strict,
        volatility: create.volatility,
        memoizable: create.memoizable,
        comment: create.comment.clone(),
    };
    analyze::check_function(&function, span, resolver.catalog, resolver.context)?;
    Ok(Plan::Create {
        object: Object::Function(function),
        mode: create.mode,
        credentials: None,
    })
}
