//! Operators: arithmetic, comparison, logic, and what stands after a value (`IS NULL`, `IS TRUE`).

use super::expression::place_of_start;
use super::number::{self, Operator};
use super::scope::Scope;
use super::tree::{Expr, Place};
use super::{Analyzer, place_of};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast::{self, BinaryOperator, UnaryOperator};

impl Analyzer<'_> {
    pub(super) fn binary(
        &mut self,
        whole: &ast::Expr,
        left: &ast::Expr,
        operator: &BinaryOperator,
        right: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        use BinaryOperator as B;
        match operator {
            B::And => self.logical("AND", "({0} AND {1})", left, right, scope),
            B::Or => self.logical("OR", "({0} OR {1})", left, right, scope),
            B::Eq => self.comparison("=", left, right, scope),
            B::NotEq => self.comparison("<>", left, right, scope),
            B::Lt => self.comparison("<", left, right, scope),
            B::LtEq => self.comparison("<=", left, right, scope),
            B::Gt => self.comparison(">", left, right, scope),
            B::GtEq => self.comparison(">=", left, right, scope),
            B::StringConcat => {
                let items = vec![
                    self.expression(left, scope)?,
                    self.expression(right, scope)?,
                ];
                self.call_named("CONCAT", items, place_of(whole))
            }
            B::Plus => self.arithmetic(Operator::Add, left, right, scope),
            B::Minus => self.arithmetic(Operator::Subtract, left, right, scope),
            B::Multiply => self.arithmetic(Operator::Multiply, left, right, scope),
            B::Divide => self.arithmetic(Operator::Divide, left, right, scope),
            B::Modulo => self.arithmetic(Operator::Modulo, left, right, scope),
            other => Err(SqlError::unsupported(
                format!("operator {other}"),
                self.span(place_of_start(whole)),
            )),
        }
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        if let ast::Expr::Interval(interval) = right
            && matches!(operator, Operator::Add | Operator::Subtract)
        {
            let moment = self.expression(left, scope)?;
            return self.plus_interval(moment, interval, operator == Operator::Subtract);
        }
        if let (ast::Expr::Interval(interval), Operator::Add) = (left, operator) {
            let moment = self.expression(right, scope)?;
            return self.plus_interval(moment, interval, false);
        }
        let at = place_of_start(left);
        let left = self.expression(left, scope)?;
        let right = self.expression(right, scope)?;
        self.arithmetic_of(operator, left, right, at)
    }

    pub(crate) fn arithmetic_of(
        &mut self,
        operator: Operator,
        left: Expr,
        right: Expr,
        at: Place,
    ) -> Result<Expr, SqlError> {
        // DATE ± days and DATE − DATE.
        match (left.data_type, operator, right.data_type) {
            (DataType::Date, Operator::Subtract, DataType::Date) => {
                let days = DataType::Number {
                    precision: 9,
                    scale: 0,
                };
                return Ok(
                    Expr::scalar("-", "datediff('day', {1}, {0})", vec![left, right], days)
                        .narrow()
                        .at(at),
                );
            }
            (DataType::Date, Operator::Add | Operator::Subtract, DataType::Number { .. }) => {
                let part = Expr::text("DAY");
                let days = match operator {
                    Operator::Subtract => number::negate(right).unwrap_or_else(Expr::null),
                    _ => right,
                };
                return self.call_named("DATEADD", vec![part, days, left], at);
            }
            (DataType::Number { .. }, Operator::Add, DataType::Date) => {
                return self.call_named("DATEADD", vec![Expr::text("DAY"), left, right], at);
            }
            (
                DataType::TimestampNtz { .. }
                | DataType::TimestampLtz { .. }
                | DataType::TimestampTz { .. },
                Operator::Subtract,
                DataType::TimestampNtz { .. }
                | DataType::TimestampLtz { .. }
                | DataType::TimestampTz { .. },
            ) => {
                return Err(SqlError::unsupported("INTERVAL data types", self.span(at))
                    .with_hint("DATEDIFF gives the difference in a unit"));
            }
            _ => {}
        }
        let symbol = match operator {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Modulo => "%",
        };
        number::arithmetic(operator, left, right)
            .map(|result| result.at(at))
            .map_err(|(left, right)| match (left, right) {
                (DataType::Number { .. }, DataType::Number { .. }) => {
                    SqlError::unsupported(format!("{symbol} of {left} and {right}"), self.span(at))
                }
                _ => self.invalid_types(symbol, &[left, right], at),
            })
    }

    pub(super) fn unary(
        &mut self,
        operator: &UnaryOperator,
        inner: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let value = self.expression(inner, scope)?;
        let (from, at) = (value.data_type, value.place);
        match operator {
            UnaryOperator::Not => {
                let value = self.boolean(value, "NOT")?;
                Ok(Expr::scalar(
                    "NOT",
                    "(NOT {0})",
                    vec![value],
                    DataType::Boolean,
                ))
            }
            UnaryOperator::Minus => {
                number::negate(value).ok_or_else(|| self.invalid_types("-", &[from], at))
            }
            UnaryOperator::Plus => match from {
                DataType::Number { .. } | DataType::Float => Ok(value),
                _ => self.coerce(
                    value,
                    DataType::Number {
                        precision: 38,
                        scale: 5,
                    },
                    "+",
                ),
            },
            other => Err(SqlError::unsupported(
                format!("operator {other}"),
                self.span(at),
            )),
        }
    }

    pub(super) fn logical(
        &mut self,
        name: &'static str,
        template: &'static str,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let left = self.expression(left, scope)?;
        let right = self.expression(right, scope)?;
        let items = vec![self.boolean(left, name)?, self.boolean(right, name)?];
        Ok(Expr::scalar(name, template, items, DataType::Boolean))
    }

    /// The value as BOOLEAN.
    pub(super) fn boolean(&self, value: Expr, function: &str) -> Result<Expr, SqlError> {
        self.coerce(value, DataType::Boolean, function)
    }

    pub(super) fn postfix(
        &mut self,
        name: &'static str,
        template: &'static str,
        inner: &ast::Expr,
        to: Option<DataType>,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut value = self.expression(inner, scope)?;
        if let Some(to) = to {
            value = self.coerce(value, to, name)?;
        }
        Ok(Expr::scalar(name, template, vec![value], DataType::Boolean).nullable(false))
    }

    pub(super) fn is_boolean(
        &mut self,
        template: &'static str,
        inner: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        self.postfix("IS", template, inner, Some(DataType::Boolean), scope)
    }
}
