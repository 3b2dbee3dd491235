//! Table functions: FLATTEN, GENERATOR, and those of INFORMATION_SCHEMA, which the engine provides as DuckDB table macros.

use super::scope::{Relation, Scope};
use super::tree::{Column, Expand, Expr, From, Place};
use super::{Analyzer, place_of_name, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::{
    TABLE_BY_NAME, TableFunction, TableParameter, TableSource, file_list,
    is_refused_table_function, table_function,
};
use sqlparser::ast;
use std::cell::Cell;
use std::rc::Rc;

impl Analyzer<'_> {
    /// A table function in FROM; `left` is what stands before it, which it may refer to. A function that expands its
    /// input takes `left` in: then the result holds both, and the relations of `left` (those from `first` on) are
    /// seen through it.
    pub(super) fn table_function(
        &mut self,
        call: &TableCall<'_>,
        left: Option<From>,
        first: usize,
        scope: &mut Scope<'_>,
    ) -> Result<(From, Option<From>), SqlError> {
        let at = place_of_name(call.name);
        let own = self.user_functions(call.name);
        if !own.is_empty() {
            let from = self.user_table_function(&own, call.args, call.alias, scope, at)?;
            return Ok((from, left));
        }
        let function = self.find_table_function(call.name, at)?;
        let arguments = self.table_arguments(function, call.args, at, scope)?;
        let built = (function.build)(self, arguments, at)?;
        let id = self.relation_id();
        let (from, left, offset) = match built.source {
            TableSource::Template(template) => {
                let from = From::Table {
                    id,
                    template,
                    arguments: built.arguments,
                    // A relation without columns of its own still has DuckDB's.
                    columns: (0..built.columns.len().max(1))
                        .map(|index| format!("c{index}"))
                        .collect(),
                    sample: None,
                    lateral: false,
                };
                (from, left, 0)
            }
            TableSource::List { rows, outputs } => {
                let carried = if left.is_some() {
                    carry(id, first, scope)
                } else {
                    Vec::new()
                };
                let offset = carried.len();
                let expand = Expand {
                    id,
                    left,
                    carried,
                    arguments: built.arguments,
                    rows,
                    outputs: outputs.iter().map(|output| (*output).to_owned()).collect(),
                    numbered: Rc::new(Cell::new(false)),
                };
                (From::Expand(Box::new(expand)), None, offset)
            }
        };
        let columns: Rc<[Rc<Column>]> = built
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                Rc::new(Column {
                    name: column.name.clone(),
                    physical: format!("c{}", index + offset),
                    data_type: column.data_type,
                    narrow: column.narrow,
                    nullable: true,
                    origins: Vec::new(),
                })
            })
            .collect();
        let columns = self.aliased_columns(columns, call.alias)?;
        let qualifier = call.alias.map(|alias| stored(&alias.name));
        let mut relation = Relation::new(id, qualifier.into_iter().collect(), columns);
        if let From::Expand(expand) = &from {
            relation.watched = Some((0, Rc::clone(&expand.numbered)));
        }
        scope.relations.push(relation);
        Ok((from, left))
    }

    fn find_table_function(
        &self,
        name: &ast::ObjectName,
        at: Place,
    ) -> Result<&'static TableFunction, SqlError> {
        let parts: Vec<String> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(stored)
            .collect();
        let in_information_schema = match parts.as_slice() {
            [_] => Some(false),
            [schema, _] | [_, schema, _] if schema == "INFORMATION_SCHEMA" => Some(true),
            _ => None,
        };
        parts
            .last()
            .and_then(|last| table_function(last))
            .filter(|function| Some(function.in_information_schema) == in_information_schema)
            .ok_or_else(|| match parts.last() {
                Some(last) if is_refused_table_function(last) => {
                    SqlError::unsupported(format!("table function {last}"), self.span(at))
                }
                _ => SqlError::unknown_function(parts.join("."), self.span(at)),
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
            let value = match file_list(expr) {
                Some(files) if parameter.name == "FILES" => Expr::text(files),
                _ if parameter.name == TABLE_BY_NAME => Expr::text(expr.to_string()),
                _ => match expr {
                    // A sequence is no value, only its next number is.
                    ast::Expr::Identifier(name) if function.name == "GETNEXTVAL" => {
                        self.next_value_of(std::slice::from_ref(name), at)?
                    }
                    ast::Expr::CompoundIdentifier(name) if function.name == "GETNEXTVAL" => {
                        self.next_value_of(name, at)?
                    }
                    _ => self.expression(expr, scope)?,
                },
            };
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

/// A call of a table function as written.
pub(super) struct TableCall<'q> {
    pub(super) name: &'q ast::ObjectName,
    pub(super) args: &'q [ast::FunctionArg],
    pub(super) alias: Option<&'q ast::TableAlias>,
}

impl<'q> TableCall<'q> {
    /// The call, if that is what stands in FROM.
    pub(super) fn of(factor: &'q ast::TableFactor) -> Option<Self> {
        use ast::TableFactor as T;
        Some(match factor {
            T::Table {
                name,
                alias,
                args: Some(args),
                ..
            } if !super::staged::is_stage(name) => TableCall {
                name,
                args: &args.args,
                alias: alias.as_ref(),
            },
            T::Function {
                name, args, alias, ..
            } => TableCall {
                name,
                args,
                alias: alias.as_ref(),
            },
            T::TableFunction {
                expr: ast::Expr::Function(function),
                alias,
            } => TableCall {
                name: &function.name,
                args: match &function.args {
                    ast::FunctionArguments::List(list) => list.args.as_slice(),
                    ast::FunctionArguments::None | ast::FunctionArguments::Subquery(_) => &[],
                },
                alias: alias.as_ref(),
            },
            _ => return None,
        })
    }
}

/// Makes the relations from `first` on be seen as columns of relation `id`: references to what they were.
fn carry(id: u32, first: usize, scope: &mut Scope<'_>) -> Vec<Expr> {
    let mut carried = Vec::new();
    let Scope {
        relations, merged, ..
    } = scope;
    let mut seen_as = |reference: Expr, column: &Column| {
        let physical = format!("c{}", carried.len());
        carried.push(reference.narrowed());
        Rc::new(Column {
            name: column.name.clone(),
            physical,
            data_type: column.data_type,
            narrow: column.narrow,
            nullable: column.nullable,
            origins: column.origins.clone(),
        })
    };
    for relation in &mut relations[first..] {
        let columns: Rc<[Rc<Column>]> = (0..relation.columns.len())
            .map(|position| {
                let reference = relation.reference(position, Place::NOWHERE);
                seen_as(reference, &relation.columns[position])
            })
            .collect();
        relation.columns = columns;
        relation.id = id;
        relation.watched = None;
    }
    for (name, expr) in merged {
        let column = Column {
            name: name.clone(),
            physical: String::new(),
            data_type: expr.data_type,
            narrow: expr.bare().narrow,
            nullable: expr.nullable,
            origins: expr.origins(),
        };
        let column = seen_as(expr.clone(), &column);
        *expr = super::scope::column_reference(id, &column, expr.place);
    }
    carried
}
