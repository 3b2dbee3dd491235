//! User-defined functions are analyzed where they are called: their body, against their own schema, with the arguments
//! in place of the parameters.

use super::cast::Mode;
use super::query::{parse_query, relation_of};
use super::scope::Scope;
use super::tree::{Expr, From, Place};
use super::{Analyzer, stored};
use crate::catalog::Catalog;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::name::{Ident, ObjectName, QualifiedName, quote_if_needed};
use crate::object::{Function, FunctionReturns, base_name};
use crate::parse::parse_script;
use crate::plan::SessionContext;
use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast;
use std::sync::Arc;

/// An error unless the function's body can be analyzed. `span` is where the function was named.
pub(crate) fn check_function(
    function: &Function,
    span: Span,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<(), SqlError> {
    let mut analyzer = Analyzer::new("", catalog, context);
    let here = |mut error: SqlError| {
        error.span = span;
        error
    };
    let mut arguments = Vec::with_capacity(function.parameters.len());
    for parameter in &function.parameters {
        arguments.push(analyzer.explicit_cast(
            Expr::null(),
            parameter.data_type,
            Mode::Explicit,
        )?);
        if let Some(text) = &parameter.default {
            analyzer
                .default_of(function, text, parameter.data_type)
                .map_err(here)?;
        }
    }
    match &function.returns {
        FunctionReturns::Value(returns) => analyzer
            .value_of(function, *returns, arguments, span)
            .map(drop),
        FunctionReturns::Table(columns) => analyzer
            .rows_of(function, columns, arguments, span)
            .map(drop),
    }
    .map_err(here)
}

impl Analyzer<'_> {
    /// The user-defined functions that a name may mean.
    pub(super) fn user_functions(&self, name: &ast::ObjectName) -> Vec<Arc<Function>> {
        let parts: Vec<Ident> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(crate::parse::ident)
            .collect();
        match self.qualify(&ObjectName { parts }) {
            Ok(name) => self.catalog.functions(&name),
            // No current schema, and so no functions in it.
            Err(_) => Vec::new(),
        }
    }

    /// The user-defined function that a text names with the types of its parameters, `db.s.add(number, number)`.
    pub(crate) fn function_in_text(
        &self,
        text: &str,
        span: Span,
    ) -> Result<Option<Arc<Function>>, SqlError> {
        let here = |mut error: SqlError| {
            error.span = span;
            error
        };
        // The name as DROP has it.
        let statements = parse_script(&format!("DROP FUNCTION {text}")).map_err(here)?;
        let [only] = statements.as_slice() else {
            return Err(SqlError::invalid_identifier(text, span));
        };
        let Statement::Drop { name, .. } = &only.statement else {
            return Err(SqlError::invalid_identifier(text, span));
        };
        let wanted = self.qualify(name)?;
        let base = QualifiedName {
            name: base_name(&wanted.name).to_owned(),
            ..wanted.clone()
        };
        let functions = self.catalog.functions(&base);
        Ok(functions
            .into_iter()
            .find(|function| function.name == wanted))
    }

    /// A call of one of `functions`, the overloads of one name.
    pub(super) fn call_user_function(
        &mut self,
        functions: &[Arc<Function>],
        call: &ast::Function,
        scope: &Scope<'_>,
        at: Place,
    ) -> Result<Expr, SqlError> {
        if call.over.is_some() || call.filter.is_some() || !call.within_group.is_empty() {
            return Err(SqlError::compilation(
                "002076",
                "42601",
                format!("invalid window function [{}]", call.name),
                self.span(at),
            ));
        }
        let args: &[ast::FunctionArg] = match &call.args {
            ast::FunctionArguments::List(list) => &list.args,
            ast::FunctionArguments::None => &[],
            ast::FunctionArguments::Subquery(_) => {
                return Err(SqlError::unsupported(
                    "a query in place of arguments",
                    self.span(at),
                ));
            }
        };
        let (function, arguments) = self.choose(functions, args, scope, at)?;
        match &function.returns {
            FunctionReturns::Value(returns) => {
                let span = self.span(at);
                let value = self.value_of(&function, *returns, arguments, span)?;
                Ok(value.at(at))
            }
            FunctionReturns::Table(_) => Err(SqlError::compilation(
                "001003",
                "42000",
                format!(
                    "{} is a table function: call it in FROM as TABLE({}(…))",
                    function.base_name(),
                    function.base_name()
                ),
                self.span(at),
            )),
        }
    }

    /// A user-defined table function in FROM.
    pub(super) fn user_table_function(
        &mut self,
        functions: &[Arc<Function>],
        args: &[ast::FunctionArg],
        alias: Option<&ast::TableAlias>,
        scope: &mut Scope<'_>,
        at: Place,
    ) -> Result<From, SqlError> {
        let (function, arguments) = self.choose(functions, args, scope, at)?;
        let FunctionReturns::Table(columns) = &function.returns else {
            return Err(SqlError::compilation(
                "002141",
                "42601",
                format!("{} is not a table function", function.base_name()),
                self.span(at),
            ));
        };
        let span = self.span(at);
        let mut query = self.rows_of(&function, columns, arguments, span)?;
        let name = match alias {
            Some(alias) => {
                self.rename_columns(&mut query.columns, alias)?;
                Some(stored(&alias.name))
            }
            None => None,
        };
        let id = self.relation_id();
        scope.relations.push(relation_of(id, name, &query.columns));
        Ok(From::Query {
            id,
            query: Box::new(query),
            lateral: true,
            sample: None,
        })
    }

    /// The overload that the arguments fit best, and the arguments as its parameters take them.
    fn choose(
        &mut self,
        functions: &[Arc<Function>],
        args: &[ast::FunctionArg],
        scope: &Scope<'_>,
        at: Place,
    ) -> Result<(Arc<Function>, Vec<Expr>), SqlError> {
        let mut given: Vec<(Option<String>, Expr)> = Vec::with_capacity(args.len());
        for arg in args {
            given.push(match arg {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => {
                    (None, self.expression(expr, scope)?)
                }
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(expr),
                    ..
                } => (Some(stored(name)), self.expression(expr, scope)?),
                other => {
                    return Err(SqlError::unsupported(
                        format!("argument `{other}`"),
                        self.span(at),
                    ));
                }
            });
        }
        let mut fitting: Vec<(usize, Arc<Function>, Vec<Expr>)> = Vec::new();
        for function in functions {
            if let Some((exact, arguments)) = self.fitting(function, &given)? {
                fitting.push((exact, Arc::clone(function), arguments));
            }
        }
        fitting.sort_by_key(|(exact, ..)| std::cmp::Reverse(*exact));
        match fitting.into_iter().next() {
            Some((_, function, arguments)) => Ok((function, arguments)),
            None => {
                let name = functions
                    .first()
                    .map_or("", |function| function.base_name());
                let types: Vec<String> = given
                    .iter()
                    .map(|(_, expr)| expr.data_type.to_string())
                    .collect();
                Err(SqlError::compilation(
                    "001044",
                    "42P13",
                    format!(
                        "Invalid argument types for function '{name}': ({})",
                        types.join(", ")
                    ),
                    self.span(at),
                ))
            }
        }
    }

    /// The arguments as the function takes them, and how many have just the type of their parameter; `None` if they do
    /// not fit.
    fn fitting(
        &mut self,
        function: &Function,
        given: &[(Option<String>, Expr)],
    ) -> Result<Option<(usize, Vec<Expr>)>, SqlError> {
        if given.len() > function.parameters.len() || given.len() < function.required() {
            return Ok(None);
        }
        let is_named = |name: &str| {
            let mut names = function.parameters.iter();
            names.any(|parameter| parameter.name == name)
        };
        if given
            .iter()
            .any(|(name, _)| name.as_deref().is_some_and(|name| !is_named(name)))
        {
            return Ok(None);
        }
        let (mut exact, mut arguments) = (0, Vec::with_capacity(function.parameters.len()));
        for (position, parameter) in function.parameters.iter().enumerate() {
            let named = given
                .iter()
                .find(|(name, _)| name.as_ref() == Some(&parameter.name));
            let found = named.or_else(|| given.get(position).filter(|(name, _)| name.is_none()));
            let argument = match (found, &parameter.default) {
                (Some((_, value)), _) => {
                    let to = parameter.data_type;
                    exact += usize::from(value.data_type.noun() == to.noun());
                    match self.coerce(value.clone(), to, function.base_name()) {
                        Ok(value) => self.explicit_cast(value, to, Mode::Explicit)?,
                        Err(_) => return Ok(None),
                    }
                }
                (None, Some(text)) => self.default_of(function, text, parameter.data_type)?,
                (None, None) => return Ok(None),
            };
            arguments.push(argument);
        }
        Ok(Some((exact, arguments)))
    }

    fn default_of(
        &mut self,
        function: &Function,
        text: &str,
        to: DataType,
    ) -> Result<Expr, SqlError> {
        let text = format!("SELECT CAST((\n{text}\n) AS {to})");
        self.expanded(
            &function.name,
            "Function",
            &text,
            Span::default(),
            |analyzer| analyzer.only_expression(&text, &Scope::default()),
        )
    }

    /// What a function is with these arguments.
    fn value_of(
        &mut self,
        function: &Function,
        returns: DataType,
        arguments: Vec<Expr>,
        used: Span,
    ) -> Result<Expr, SqlError> {
        let text = format!("SELECT CAST((\n{}\n) AS {returns})", body(function));
        let scope = parameters(function, arguments.clone());
        let value = self.expanded(&function.name, "Function", &text, used, |analyzer| {
            analyzer.only_expression(&text, &scope)
        })?;
        if !function.strict || arguments.is_empty() {
            return Ok(value);
        }
        let tests: Vec<String> = (0..arguments.len())
            .map(|index| format!("{{{index}}} IS NULL"))
            .collect();
        let template = format!(
            "CASE WHEN {} THEN NULL ELSE {{{}}} END",
            tests.join(" OR "),
            arguments.len()
        );
        let mut all = arguments;
        all.push(value);
        Ok(Expr::scalar("STRICT", template, all, returns).nullable(true))
    }

    /// The query that a table function is with these arguments.
    fn rows_of(
        &mut self,
        function: &Function,
        columns: &[(String, DataType)],
        arguments: Vec<Expr>,
        used: Span,
    ) -> Result<super::tree::Query, SqlError> {
        let casts: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(index, (name, data_type))| {
                format!("CAST(\"c{index}\" AS {data_type}) AS {}", quoted(name))
            })
            .collect();
        let names: Vec<String> = (0..columns.len())
            .map(|index| format!("\"c{index}\""))
            .collect();
        let text = format!(
            "SELECT {} FROM (\n{}\n) AS \"rows\" ({})",
            casts.join(", "),
            body(function),
            names.join(", ")
        );
        let scope = parameters(function, arguments);
        self.expanded(&function.name, "Function", &text, used, |analyzer| {
            let query = parse_query(&text)?;
            analyzer.query(&query, Some(&scope))
        })
    }

    /// The one expression of a SELECT.
    fn only_expression(&mut self, text: &str, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        let query = parse_query(text)?;
        match &*query.body {
            ast::SetExpr::Select(select) => match select.projection.as_slice() {
                [ast::SelectItem::UnnamedExpr(expr)] => self.expression(expr, scope),
                _ => Err(SqlError::syntax("expected one expression", Span::default())),
            },
            _ => Err(SqlError::syntax("expected one expression", Span::default())),
        }
    }
}

/// What stands for the parameters in the body.
fn parameters(function: &Function, arguments: Vec<Expr>) -> Scope<'static> {
    let scope = Scope::default();
    *scope.aliases.borrow_mut() = function
        .parameters
        .iter()
        .map(|parameter| parameter.name.clone())
        .zip(arguments)
        .collect();
    scope
}

/// The body; a semicolon may end it.
fn body(function: &Function) -> &str {
    function.body.trim_end().trim_end_matches(';')
}

fn quoted(name: &str) -> String {
    match quote_if_needed(name) {
        quoted if quoted.starts_with('"') => quoted,
        bare => format!("\"{bare}\""),
    }
}
