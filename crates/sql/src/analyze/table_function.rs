//! Table functions: FLATTEN, GENERATOR, and those of INFORMATION_SCHEMA, which the engine provides as DuckDB table macros.

use super::scope::{Relation, Scope};
use super::tree::{Column, Expr, From, Place};
use super::{Analyzer, place_of_name, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::{TableFunction, TableParameter, table_function};
use sqlparser::ast;
use std::rc::Rc;

impl Analyzer<'_> {
    pub(super) fn table_function(
        &mut self,
        name: &ast::ObjectName,
        args: &[ast::FunctionArg],
        alias: Option<&ast::TableAlias>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let at = place_of_name(name);
        let parts: Vec<String> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(stored)
            .collect();
        let (last, qualifier) = match parts.split_last() {
            Some(split) => split,
            None => return Err(SqlError::unknown_function(name, self.span(at))),
        };
        let in_information_schema = match qualifier {
            [] => false,
            [schema] | [_, schema] if schema == "INFORMATION_SCHEMA" => true,
            _ => {
                return Err(SqlError::unknown_function(parts.join("."), self.span(at)));
            }
        };
        let Some(function) = table_function(last)
            .filter(|function| function.in_information_schema == in_information_schema)
        else {
            return Err(SqlError::unknown_function(parts.join("."), self.span(at)));
        };
        let arguments = self.table_arguments(function, args, at, scope)?;
        let built = (function.build)(self, arguments, at)?;
        let id = self.relation_id();
        let columns: Rc<[Rc<Column>]> = built
            .columns
            .iter()
            .enumerate()
            .map(|(index, (name, data_type))| {
                Rc::new(Column {
                    name: (*name).to_owned(),
                    physical: format!("c{index}"),
                    data_type: *data_type,
                    narrow: data_type.can_be_narrow(),
                    nullable: true,
                    origins: Vec::new(),
                })
            })
            .collect();
        let columns = self.aliased_columns(columns, alias)?;
        let qualifier = alias.map(|alias| stored(&alias.name));
        let count = columns.len();
        scope
            .relations
            .push(Relation::new(id, qualifier.into_iter().collect(), columns));
        Ok(From::Table {
            id,
            template: built.template,
            arguments: built.arguments,
            columns: (0..count).map(|index| format!("c{index}")).collect(),
            sample: None,
            lateral: function.lateral,
        })
    }

    /// The arguments in the order of the function's parameters; one that was left out is `None`.
    fn table_arguments(
        &mut self,
        function: &TableFunction,
        args: &[ast::FunctionArg],
        at: Place,
        scope: &Scope<'_>,
    ) -> Result<Vec<Option<Expr>>, SqlError> {
        let mut values: Vec<Option<Expr>> = function.parameters.iter().map(|_| None).collect();
        for (position, arg) in args.iter().enumerate() {
            let (index, expr) = match arg {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => {
                    (Some(position), expr)
                }
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(expr),
                    ..
                } => {
                    let name = stored(name);
                    (
                        function
                            .parameters
                            .iter()
                            .position(|parameter| parameter.name == name),
                        expr,
                    )
                }
                other => {
                    return Err(SqlError::unsupported(
                        format!("argument `{other}`"),
                        self.span(at),
                    ));
                }
            };
            let Some(parameter) = index.and_then(|index| function.parameters.get(index)) else {
                return Err(SqlError::compilation(
                    "001042",
                    "42601",
                    format!("invalid argument `{arg}` for function {}", function.name),
                    self.span(at),
                ));
            };
            let value = self.expression(expr, scope)?;
            let value = match parameter.data_type {
                None => value,
                Some(DataType::Text { .. }) => self.text(value, function.name)?,
                Some(to) => self.coerce(value, to, function.name)?,
            };
            if let Some(slot) = index.and_then(|index| values.get_mut(index)) {
                *slot = Some(value);
            }
        }
        let missing = |(parameter, value): (&TableParameter, &Option<Expr>)| {
            (parameter.required && value.is_none()).then_some(parameter.name)
        };
        if let Some(name) = function.parameters.iter().zip(&values).find_map(missing) {
            return Err(SqlError::compilation(
                "000938",
                "22023",
                format!(
                    "not enough arguments for function [{}]: {name} is missing",
                    function.name
                ),
                self.span(at),
            ));
        }
        Ok(values)
    }
}
