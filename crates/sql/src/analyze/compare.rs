//! Comparisons, BETWEEN, IN and pattern matching.

use super::cast::{self, Mode};
use super::scope::Scope;
use super::tree::{Expr, ExprKind, Place};
use super::{Analyzer, common_type, expression, literal, place_of};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;

impl Analyzer<'_> {
    pub(super) fn comparison(
        &mut self,
        operator: &'static str,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = expression::place_of_start(left);
        if let (ast::Expr::Tuple(lefts), ast::Expr::Tuple(rights)) = (left, right)
            && matches!(operator, "=" | "<>")
            && lefts.len() == rights.len()
        {
            return self.compare_rows(operator, lefts, rights, scope, at);
        }
        let left = self.expression(left, scope)?;
        let right = self.expression(right, scope)?;
        self.compare(operator, left, right, at)
    }

    fn compare_rows(
        &mut self,
        operator: &'static str,
        lefts: &[ast::Expr],
        rights: &[ast::Expr],
        scope: &Scope<'_>,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let mut equal: Option<Expr> = None;
        for (left, right) in lefts.iter().zip(rights) {
            let next = self.comparison("=", left, right, scope)?;
            equal = Some(match equal {
                None => next,
                Some(before) => Expr::scalar(
                    "AND",
                    "({0} AND {1})",
                    vec![before, next],
                    DataType::Boolean,
                ),
            });
        }
        let equal = equal.unwrap_or_else(|| Expr::boolean(true));
        Ok(if operator == "=" {
            equal
        } else {
            Expr::scalar("NOT", "(NOT {0})", vec![equal], DataType::Boolean)
        }
        .at(at))
    }

    /// `left operator right`, each read as the other's type where they differ.
    pub(crate) fn compare(
        &self,
        operator: &'static str,
        left: Expr,
        right: Expr,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let types = [left.data_type, right.data_type];
        let (left, right) =
            comparable(left, right).ok_or_else(|| self.cannot_compare(operator, &types, at))?;
        let template = match operator {
            "=" => "({0} = {1})",
            "<>" => "({0} <> {1})",
            "<" => "({0} < {1})",
            "<=" => "({0} <= {1})",
            ">" => "({0} > {1})",
            ">=" => "({0} >= {1})",
            "IS DISTINCT FROM" => "({0} IS DISTINCT FROM {1})",
            _ => "({0} IS NOT DISTINCT FROM {1})",
        };
        let result = Expr::scalar(operator, template, vec![left, right], DataType::Boolean).at(at);
        Ok(if operator.starts_with("IS") {
            result.nullable(false)
        } else {
            result
        })
    }

    /// `001038`-like: the types have nothing in common.
    fn cannot_compare(&self, operator: &str, types: &[DataType; 2], at: Place) -> SqlError {
        self.invalid_types(operator, types, at)
    }

    pub(super) fn between(
        &mut self,
        value: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = expression::place_of_start(value);
        let value = self.expression(value, scope)?.narrowed();
        let low = self.expression(low, scope)?;
        let high = self.expression(high, scope)?;
        let types = [value.data_type, low.data_type];
        // One reading of the value serves both ends where it stays as it is; else each end is compared by itself.
        let plain = comparable(value.clone(), low.clone())
            .zip(comparable(value.clone(), high.clone()))
            .filter(|((a, _), (b, _))| *a == value && *b == value);
        let between = match plain {
            Some(((_, low), (_, high))) => Expr::scalar(
                "BETWEEN",
                "({0} BETWEEN {1} AND {2})",
                vec![value, low, high],
                DataType::Boolean,
            ),
            None => {
                let from = self
                    .compare(">=", value.clone(), low, at)
                    .map_err(|_| self.cannot_compare("BETWEEN", &types, at))?;
                let to = self.compare("<=", value, high, at)?;
                Expr::scalar(
                    "BETWEEN",
                    "({0} AND {1})",
                    vec![from, to],
                    DataType::Boolean,
                )
            }
        };
        Ok(negate_if(negated, between).at(at))
    }

    pub(super) fn in_target(
        &mut self,
        value: &ast::Expr,
        target: &ast::InTarget,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = expression::place_of_start(value);
        match target {
            ast::InTarget::List(items) => self.in_list(value, items, negated, scope, at),
            ast::InTarget::Subquery(query) => {
                let operator = if negated { "NOT IN" } else { "IN" };
                self.in_subquery(value, operator, query, scope, at)
            }
            ast::InTarget::Unnest(_) | ast::InTarget::Table { .. } => {
                Err(SqlError::unsupported("IN of a table", self.span(at)))
            }
        }
    }

    fn in_list(
        &mut self,
        value: &ast::Expr,
        items: &[ast::Expr],
        negated: bool,
        scope: &Scope<'_>,
        at: Place,
    ) -> Result<Expr, SqlError> {
        if let ast::Expr::Tuple(values) = value {
            let mut any: Option<Expr> = None;
            for item in items {
                let ast::Expr::Tuple(row) = item else {
                    return Err(SqlError::unsupported(
                        "IN of rows and values",
                        self.span(at),
                    ));
                };
                if row.len() != values.len() {
                    return Err(SqlError::compilation(
                        "001039",
                        "42601",
                        "invalid number of values in IN",
                        self.span(at),
                    ));
                }
                let equal = self.compare_rows("=", values, row, scope, at)?;
                any = Some(match any {
                    None => equal,
                    Some(before) => {
                        Expr::scalar("OR", "({0} OR {1})", vec![before, equal], DataType::Boolean)
                    }
                });
            }
            return Ok(negate_if(negated, any.unwrap_or_else(|| Expr::boolean(false))).at(at));
        }
        let value = self.expression(value, scope)?.narrowed();
        let mut arguments = vec![value.clone()];
        let mut others: Vec<Expr> = Vec::new();
        for item in items {
            let item = self.expression(item, scope)?;
            let types = [value.data_type, item.data_type];
            let (left, right) = comparable(value.clone(), item)
                .ok_or_else(|| self.cannot_compare("IN", &types, at))?;
            // Items that the value need not be converted for go into one list.
            if left == value {
                arguments.push(right);
            } else {
                others.push(self.compare("=", left, right, at)?);
            }
        }
        let mut result = (arguments.len() > 1).then(|| {
            let holes: Vec<String> = (1..arguments.len()).map(|i| format!("{{{i}}}")).collect();
            let template = format!("({{0}} IN ({}))", holes.join(", "));
            Expr::scalar("IN", template, arguments, DataType::Boolean)
        });
        for other in others {
            result = Some(match result {
                None => other,
                Some(before) => {
                    Expr::scalar("OR", "({0} OR {1})", vec![before, other], DataType::Boolean)
                }
            });
        }
        let result = result.unwrap_or_else(|| Expr::boolean(false));
        Ok(negate_if(negated, result).at(at))
    }

    /// `value > ALL (query)` and its kin; SOME is another word for ANY.
    pub(super) fn quantified(
        &mut self,
        whole: &ast::Expr,
        (value, operator, query): (&ast::Expr, &ast::BinaryOperator, &ast::Expr),
        is_all: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        use ast::BinaryOperator as B;
        let operator = match (operator, is_all) {
            (B::Eq, false) => "= ANY",
            (B::NotEq, false) => "<> ANY",
            (B::Lt, false) => "< ANY",
            (B::LtEq, false) => "<= ANY",
            (B::Gt, false) => "> ANY",
            (B::GtEq, false) => ">= ANY",
            (B::Eq, true) => "= ALL",
            (B::NotEq, true) => "<> ALL",
            (B::Lt, true) => "< ALL",
            (B::LtEq, true) => "<= ALL",
            (B::Gt, true) => "> ALL",
            (B::GtEq, true) => ">= ALL",
            _ => return Err(self.refuse("this comparison with ANY or ALL", whole)),
        };
        let ast::Expr::Subquery(query) = query else {
            return Err(self.refuse("ANY or ALL of other than a subquery", whole));
        };
        self.in_subquery(value, operator, query, scope, place_of(whole))
    }

    fn in_subquery(
        &mut self,
        value: &ast::Expr,
        operator: &'static str,
        query: &ast::Query,
        scope: &Scope<'_>,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let values = match value {
            ast::Expr::Tuple(values) => self.expressions(values, scope)?,
            value => vec![self.expression(value, scope)?],
        };
        let mut query = self.query(query, Some(scope))?;
        if query.columns.len() != values.len() {
            return Err(SqlError::compilation(
                "001039",
                "42601",
                format!(
                    "Invalid number of columns in the subquery of IN: expected {}, got {}",
                    values.len(),
                    query.columns.len()
                ),
                self.span(at),
            ));
        }
        let mut targets = Vec::with_capacity(values.len());
        let mut converted = Vec::with_capacity(values.len());
        for (value, column) in values.into_iter().zip(&query.columns) {
            let types = [value.data_type, column.data_type];
            let numbers = matches!(types, [DataType::Number { .. }, DataType::Number { .. }]);
            if numbers || same_kind(types[0], types[1]) {
                targets.push((column.data_type, column.narrow));
                converted.push(value.narrowed());
                continue;
            }
            let common = common_type(types[0], types[1])
                .ok_or_else(|| self.cannot_compare("IN", &types, at))?;
            targets.push((common, false));
            converted.push(
                cast::cast(value, common, Mode::Implicit)
                    .ok_or_else(|| self.cannot_compare("IN", &types, at))?,
            );
        }
        self.convert_columns(&mut query, &targets, at)?;
        let nullable = converted.iter().any(|value| value.nullable)
            || query.columns.iter().any(|column| column.nullable);
        Ok(Expr {
            kind: ExprKind::InSubquery {
                values: converted,
                operator,
                query: Box::new(query),
            },
            ..Expr::boolean(true)
        }
        .nullable(nullable)
        .at(at))
    }

    #[expect(clippy::too_many_arguments, reason = "one per part of the syntax")]
    pub(super) fn like(
        &mut self,
        operator: &'static str,
        negated: bool,
        any: bool,
        value: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ast::Expr>,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = expression::place_of_start(value);
        let value = self.expression(value, scope)?;
        let value = self.text(value, operator)?;
        let escape = match escape {
            None => None,
            Some(escape) => {
                let escape = self.expression(escape, scope)?;
                Some(self.text(escape, operator)?)
            }
        };
        let all = every_pattern(pattern);
        let patterns: Vec<&ast::Expr> = match pattern {
            ast::Expr::Tuple(patterns) if any => patterns.iter().collect(),
            ast::Expr::Nested(inner) if any => vec![inner],
            pattern => all.clone().unwrap_or_else(|| vec![pattern]),
        };
        let (name, joined) = match all {
            Some(_) => ("AND", "({0} AND {1})"),
            None => ("OR", "({0} OR {1})"),
        };
        let mut result: Option<Expr> = None;
        for pattern in patterns {
            let pattern = self.expression(pattern, scope)?;
            let pattern = self.text(pattern, operator)?;
            let mut arguments = vec![value.clone(), pattern];
            let template = match (&escape, operator) {
                (None, "LIKE") => "({0} LIKE {1})",
                (None, _) => "({0} ILIKE {1})",
                (Some(_), "LIKE") => "({0} LIKE {1} ESCAPE {2})",
                (Some(_), _) => "({0} ILIKE {1} ESCAPE {2})",
            };
            arguments.extend(escape.clone());
            let one = Expr::scalar(operator, template, arguments, DataType::Boolean);
            result = Some(match result {
                None => one,
                Some(before) => Expr::scalar(name, joined, vec![before, one], DataType::Boolean),
            });
        }
        let result = result.unwrap_or_else(|| Expr::boolean(false));
        Ok(negate_if(negated, result).at(at))
    }

    pub(super) fn rlike(
        &mut self,
        negated: bool,
        value: &ast::Expr,
        pattern: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = place_of(value);
        let items = vec![
            self.expression(value, scope)?,
            self.expression(pattern, scope)?,
        ];
        Ok(negate_if(negated, self.call_named("RLIKE", items, at)?))
    }

    /// The value as VARCHAR.
    pub(crate) fn text(&self, value: Expr, function: &str) -> Result<Expr, SqlError> {
        if matches!(value.data_type, DataType::Text { .. }) {
            return Ok(value);
        }
        self.coerce(value, DataType::TEXT, function)
    }
}

/// The patterns of LIKE ALL (…), which the parser takes for a call.
fn every_pattern(pattern: &ast::Expr) -> Option<Vec<&ast::Expr>> {
    let ast::Expr::Function(function) = pattern else {
        return None;
    };
    let ast::FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !function.name.to_string().eq_ignore_ascii_case("ALL") {
        return None;
    }
    list.args
        .iter()
        .map(|argument| match argument {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(pattern)) => Some(pattern),
            _ => None,
        })
        .collect()
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    if negated {
        Expr::scalar("NOT", "(NOT {0})", vec![expr], DataType::Boolean)
    } else {
        expr
    }
}

/// Whether values of both types are compared as they are.
fn same_kind(left: DataType, right: DataType) -> bool {
    std::mem::discriminant(&left) == std::mem::discriminant(&right)
}

/// Both sides in types that DuckDB compares as Snowflake would. What needs no conversion stays untouched, so that joins
/// and filters on columns stay fast.
pub(super) fn comparable(left: Expr, right: Expr) -> Option<(Expr, Expr)> {
    use DataType as T;
    let (from, to) = (left.data_type, right.data_type);
    if let (T::Number { .. }, T::Number { .. }) = (from, to) {
        let (left, right) = (left.narrowed(), right.narrowed());
        // A literal takes the column's type if it fits, so that DuckDB need not convert the column.
        return Some(if left.is_number_literal() {
            (cast::number_literal_as(left, &right), right)
        } else {
            let right = cast::number_literal_as(right, &left);
            (left, right)
        });
    }
    // Timestamps with an offset compare as instants.
    if matches!(from, T::TimestampTz { .. }) || matches!(to, T::TimestampTz { .. }) {
        let instant = T::TimestampLtz { precision: 9 };
        common_type(from, to)?;
        return Some((
            cast::cast(left, instant, Mode::Implicit)?,
            cast::cast(right, instant, Mode::Implicit)?,
        ));
    }
    if same_kind(from, to) {
        return Some((left, right));
    }
    // A string literal that holds a number is that number.
    if let (T::Text { .. }, T::Number { .. }) = (from, to)
        && let Some(number) = left
            .as_text()
            .and_then(|text| literal::number_in_text(text, left.place))
    {
        return comparable(number, right);
    }
    if let (T::Number { .. }, T::Text { .. }) = (from, to)
        && let Some(number) = right
            .as_text()
            .and_then(|text| literal::number_in_text(text, right.place))
    {
        return comparable(left, number);
    }
    let common = common_type(from, to)?;
    let convert = |expr: Expr| match (expr.data_type, common) {
        // A NUMBER beside the number in a string keeps its own digits.
        (T::Number { .. }, T::Number { .. }) => Some(expr),
        _ => cast::cast(expr, common, Mode::Implicit),
    };
    Some((convert(left)?, convert(right)?))
}
