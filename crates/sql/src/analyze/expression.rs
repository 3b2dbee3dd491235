//! Expressions.

use super::cast::{self, Mode};
use super::scope::Scope;
use super::tree::{Expr, ExprKind, Literal, Place};
use super::{Analyzer, place, place_of, types};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast::{self};

impl Analyzer<'_> {
    /// An expression, with the names in `scope`.
    pub(super) fn expression(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let at = match expr {
            ast::Expr::Identifier(ident) => place(ident.span),
            ast::Expr::Value(value) => place(value.span),
            _ => Place::NOWHERE,
        };
        let analyzed = self.nested(at, |analyzer| analyzer.any_expression(expr, scope))?;
        Ok(if analyzed.place.0.is_nowhere() {
            analyzed.at(place_of_start(expr))
        } else {
            analyzed
        })
    }

    fn any_expression(&mut self, expr: &ast::Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        use ast::Expr as E;
        match expr {
            E::Identifier(ident) => self.identifier(ident, scope),
            E::CompoundIdentifier(idents) => self.compound_identifier(idents, scope),
            E::Nested(inner) => self.expression(inner, scope),
            E::Value(value) => self.value(&value.value, place(value.span), scope),
            E::TypedString(typed) => {
                let span = typed.value.span.into();
                let to = types::data_type(&typed.data_type, self.context, span)?;
                let text = self.value(&typed.value.value, place(typed.value.span), scope)?;
                self.explicit_cast(text, to, Mode::Explicit)
            }
            E::BinaryOp { left, op, right } => self.binary(expr, left, op, right, scope),
            E::UnaryOp { op, expr: inner } => self.unary(op, inner, scope),
            E::IsNull(inner) => self.postfix("IS NULL", "({0} IS NULL)", inner, None, scope),
            E::IsNotNull(inner) => {
                self.postfix("IS NOT NULL", "({0} IS NOT NULL)", inner, None, scope)
            }
            E::IsTrue(inner) => self.is_boolean("({0} IS TRUE)", inner, scope),
            E::IsNotTrue(inner) => self.is_boolean("({0} IS NOT TRUE)", inner, scope),
            E::IsFalse(inner) => self.is_boolean("({0} IS FALSE)", inner, scope),
            E::IsNotFalse(inner) => self.is_boolean("({0} IS NOT FALSE)", inner, scope),
            E::IsDistinctFrom(left, right) => {
                self.comparison("IS DISTINCT FROM", left, right, scope)
            }
            E::IsNotDistinctFrom(left, right) => {
                self.comparison("IS NOT DISTINCT FROM", left, right, scope)
            }
            E::Between {
                expr,
                negated,
                low,
                high,
            } => self.between(expr, *negated, low, high, scope),
            E::In {
                expr,
                target,
                negated,
                ..
            } => self.in_target(expr, target, *negated, scope),
            E::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => self.like(
                "LIKE",
                *negated,
                *any,
                expr,
                pattern,
                escape_char.as_deref(),
                scope,
            ),
            E::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => self.like(
                "ILIKE",
                *negated,
                *any,
                expr,
                pattern,
                escape_char.as_deref(),
                scope,
            ),
            E::RLike {
                negated,
                expr,
                pattern,
                ..
            } => self.rlike(*negated, expr, pattern, scope),
            E::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                scope,
            ),
            E::Cast {
                kind,
                expr,
                data_type,
                format,
            } => {
                if format.is_some() {
                    return Err(SqlError::unsupported(
                        "CAST … FORMAT",
                        self.span(place_of(expr)),
                    ));
                }
                let value = self.expression(expr, scope)?;
                let to = types::data_type(data_type, self.context, self.span(value.place))?;
                let mode = match kind {
                    ast::CastKind::Cast | ast::CastKind::DoubleColon => Mode::Explicit,
                    ast::CastKind::TryCast => Mode::Try,
                    ast::CastKind::SafeCast => {
                        return Err(SqlError::unsupported("SAFE_CAST", self.span(value.place)));
                    }
                };
                self.explicit_cast(value, to, mode)
            }
            E::Function(function) => match named_column(function) {
                Some(column) => self.expression(&column, scope),
                None => self.function(function, scope),
            },
            E::Extract { field, expr, .. } => {
                // EXTRACT('year' FROM …) too.
                let part = Expr::text(field.to_string().trim_matches('\'').to_owned());
                let value = self.expression(expr, scope)?;
                self.call_named("DATE_PART", vec![part, value], place_of(expr))
            }
            E::Ceil { expr, field } => self.rounding("CEIL", expr, field, scope),
            E::Floor { expr, field } => self.rounding("FLOOR", expr, field, scope),
            E::Position { expr, r#in } => {
                let items = vec![self.expression(expr, scope)?, self.expression(r#in, scope)?];
                self.call_named("POSITION", items, place_of(expr))
            }
            E::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut items = vec![self.expression(expr, scope)?];
                for part in [substring_from, substring_for].into_iter().flatten() {
                    items.push(self.expression(part, scope)?);
                }
                self.call_named("SUBSTR", items, self.name_before(place_of(expr)))
            }
            E::Trim {
                trim_where: None,
                trim_what: None,
                expr,
                trim_characters,
            } => {
                let mut items = vec![self.expression(expr, scope)?];
                for characters in trim_characters.iter().flatten() {
                    items.push(self.expression(characters, scope)?);
                }
                self.call_named("TRIM", items, self.name_before(place_of(expr)))
            }
            E::Exists { subquery, negated } => {
                let query = self.query(subquery, Some(scope))?;
                Ok(Expr {
                    kind: ExprKind::Exists {
                        query: Box::new(query),
                        negated: *negated,
                    },
                    ..Expr::boolean(true)
                })
            }
            E::Subquery(query) => self.scalar_subquery(query, scope),
            E::JsonAccess { value, path } => self.json_access(value, path, scope),
            E::CompoundFieldAccess { root, access_chain } => {
                self.field_access(root, access_chain, scope)
            }
            E::Array(array) => {
                let items = self.expressions(&array.elem, scope)?;
                self.call_named("ARRAY_CONSTRUCT", items, place_of(expr))
            }
            E::Dictionary(fields) => {
                let mut items = Vec::with_capacity(fields.len() * 2);
                for field in fields {
                    items.push(Expr::text(field.key.value.clone()).at(place(field.key.span)));
                    items.push(self.expression(&field.value, scope)?);
                }
                self.call_named("OBJECT_CONSTRUCT", items, place_of(expr))
            }
            E::Collate { .. } => Err(self.refuse("COLLATE", expr)),
            E::Interval(_) => Err(self.refuse("an interval outside of date arithmetic", expr)),
            E::Tuple(_) => Err(self.refuse("a row of values here", expr)),
            E::OuterJoin(inner) => {
                let column = self.expression(inner, scope)?;
                match (&column.bare().kind, self.outer_marks.as_mut()) {
                    (ExprKind::Column(reference), Some(marks)) => {
                        marks.push(reference.relation);
                        Ok(column)
                    }
                    _ => Err(self.refuse("the outer join operator (+) here", expr)),
                }
            }
            E::Prior(inner) => self.prior(inner, scope),
            E::Prefixed { prefix, value } if super::stored(prefix) == "CONNECT_BY_ROOT" => {
                self.connect_by_root(value, scope)
            }
            E::Lambda(_) => Err(self.refuse("a lambda here", expr)),
            E::Wildcard(_) | E::QualifiedWildcard(..) => Err(self.refuse("* here", expr)),
            E::SimilarTo { .. } => Err(self.refuse("SIMILAR TO", expr)),
            E::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.quantified(expr, (left, compare_op, right), false, scope),
            E::AllOp {
                left,
                compare_op,
                right,
            } => self.quantified(expr, (left, compare_op, right), true, scope),
            E::IsUnknown(_) | E::IsNotUnknown(_) => Err(self.refuse("IS UNKNOWN", expr)),
            E::AtTimeZone { .. } => Err(self.refuse("AT TIME ZONE", expr)),
            E::Convert { .. } => Err(self.refuse("CONVERT", expr)),
            E::Overlay { .. } => Err(self.refuse("OVERLAY", expr)),
            E::Trim { .. } => Err(self.refuse("TRIM(… FROM …)", expr)),
            E::IsJson { .. }
            | E::IsNormalized { .. }
            | E::Prefixed { .. }
            | E::GroupingSets(_)
            | E::Cube(_)
            | E::Rollup(_)
            | E::Struct { .. }
            | E::Named { .. }
            | E::Map(_)
            | E::MatchAgainst { .. }
            | E::MemberOf(_) => Err(self.refuse(&expr.to_string(), expr)),
        }
    }

    pub(super) fn expressions(
        &mut self,
        exprs: &[ast::Expr],
        scope: &Scope<'_>,
    ) -> Result<Vec<Expr>, SqlError> {
        exprs
            .iter()
            .map(|expr| self.expression(expr, scope))
            .collect()
    }

    /// Where the function's name stands whose first argument stands there.
    fn name_before(&self, argument: Place) -> Place {
        let named = (|| {
            let before = self.script.get(..argument.0.start)?.trim_end();
            let before = before.strip_suffix('(')?.trim_end();
            let start = before
                .rfind(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .map_or(0, |index| index + 1);
            Some(Place(crate::span::Span::new(start, before.len())))
        })();
        named.unwrap_or(argument)
    }

    pub(super) fn refuse(&self, what: &str, expr: &ast::Expr) -> SqlError {
        SqlError::unsupported(what, self.span(place_of(expr)))
    }

    pub(crate) fn explicit_cast(
        &self,
        value: Expr,
        to: DataType,
        mode: Mode,
    ) -> Result<Expr, SqlError> {
        let (from, at) = (value.data_type, value.place);
        if mode == Mode::Try {
            self.can_try(from, to, at)?;
        }
        cast::cast(value, to, mode).ok_or_else(|| self.cannot_convert(to, at))
    }

    /// TRY_CAST and TRY_TO_… read text only (`001065`).
    pub(crate) fn can_try(&self, from: DataType, to: DataType, at: Place) -> Result<(), SqlError> {
        match from {
            DataType::Text { .. } | DataType::Null => Ok(()),
            _ => Err(SqlError::compilation(
                "001065",
                "22023",
                format!("Function TRY_CAST cannot be used with arguments of types {from} and {to}"),
                self.span(at),
            )),
        }
    }

    /// `001007`: the conversion as Snowflake writes it, and the function that would do it.
    fn cannot_convert(&self, to: DataType, at: Place) -> SqlError {
        let span = self.span(at);
        let written = self.script.get(span.start..span.end).unwrap_or("?");
        let written = written.to_uppercase();
        let function = match to {
            DataType::Null | DataType::Text { .. } => "TO_VARCHAR",
            DataType::Number { .. } => "TO_NUMBER",
            DataType::Float => "TO_DOUBLE",
            DataType::Boolean => "TO_BOOLEAN",
            DataType::Binary { .. } => "TO_BINARY",
            DataType::Date => "TO_DATE",
            DataType::Time { .. } => "TO_TIME",
            DataType::TimestampNtz { .. } => "TO_TIMESTAMP_NTZ",
            DataType::TimestampLtz { .. } => "TO_TIMESTAMP_LTZ",
            DataType::TimestampTz { .. } => "TO_TIMESTAMP_TZ",
            DataType::Variant => "TO_VARIANT",
            DataType::Object => "TO_OBJECT",
            DataType::Array => "TO_ARRAY",
        };
        SqlError::compilation(
            "001007",
            "22023",
            format!("invalid type [CAST({written} AS {to})] for parameter '{function}'"),
            span,
        )
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let operand = operand
            .map(|operand| self.expression(operand, scope))
            .transpose()?;
        let mut tests = Vec::with_capacity(conditions.len());
        let mut results = Vec::with_capacity(conditions.len() + 1);
        for when in conditions {
            let condition = self.expression(&when.condition, scope)?;
            tests.push(match &operand {
                Some(operand) => self.compare("=", operand.clone(), condition, operand.place)?,
                None => self.boolean(condition, "CASE")?,
            });
            results.push(self.expression(&when.result, scope)?);
        }
        results.push(match otherwise {
            Some(otherwise) => self.expression(otherwise, scope)?,
            None => Expr::null(),
        });
        let at = tests.first().map_or(Place::NOWHERE, |test| test.place);
        self.case_of(tests, results, "CASE", at)
    }

    /// CASE of analyzed parts; the last result is ELSE's.
    pub(crate) fn case_of(
        &self,
        tests: Vec<Expr>,
        results: Vec<Expr>,
        function: &'static str,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let nullable = results.iter().any(|result| result.nullable);
        let mut results = self.to_common_type(results, function, at)?;
        let narrow = results.iter().all(Expr::is_bigint);
        let data_type = results[0].data_type;
        let otherwise = results.pop().unwrap_or_else(Expr::null);
        let mut template = "CASE".to_owned();
        let mut arguments = Vec::with_capacity(tests.len() * 2 + 1);
        for (test, result) in tests.into_iter().zip(results) {
            template.push_str(&format!(
                " WHEN {{{}}} THEN {{{}}}",
                arguments.len(),
                arguments.len() + 1
            ));
            arguments.push(test);
            arguments.push(result);
        }
        if !matches!(otherwise.kind, ExprKind::Literal(Literal::Null)) {
            template.push_str(&format!(" ELSE {{{}}}", arguments.len()));
            arguments.push(otherwise);
        }
        template.push_str(" END");
        let mut case = Expr::scalar(function, template, arguments, data_type)
            .nullable(nullable)
            .at(at);
        case.narrow = narrow;
        Ok(case)
    }

    fn rounding(
        &mut self,
        name: &'static str,
        inner: &ast::Expr,
        field: &ast::CeilFloorKind,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut items = vec![self.expression(inner, scope)?];
        match field {
            ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {}
            ast::CeilFloorKind::Scale(value) => {
                items.push(self.value(&value.value, place(value.span), scope)?);
            }
            ast::CeilFloorKind::DateTimeField(field) => {
                return Err(SqlError::unsupported(
                    format!("{name}(… TO {field})"),
                    self.span(place_of(inner)),
                ));
            }
        }
        self.call_named(name, items, place_of(inner))
    }

    pub(super) fn scalar_subquery(
        &mut self,
        query: &ast::Query,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let query = self.query(query, Some(scope))?;
        let [column] = query.columns.as_slice() else {
            return Err(SqlError::compilation(
                "001006",
                "42601",
                format!(
                    "Invalid number of columns in a scalar subquery: expected 1, got {}",
                    query.columns.len()
                ),
                self.span(Place::NOWHERE),
            ));
        };
        Ok(Expr {
            data_type: column.data_type,
            narrow: column.narrow,
            nullable: true,
            place: Place::NOWHERE,
            kind: ExprKind::Subquery(Box::new(query)),
        }
        .in_full())
    }

    /// A call by Snowflake's name with analyzed arguments.
    pub(crate) fn call_named(
        &mut self,
        name: &str,
        items: Vec<Expr>,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let Some((name, overloads)) = crate::functions::overloads(name) else {
            return Err(SqlError::unknown_function(name, self.span(at)));
        };
        self.call(
            overloads,
            super::Arguments {
                function: name,
                kind: overloads[0].kind,
                items,
                named: Vec::new(),
                distinct: false,
                order_by: Vec::new(),
                window: None,
                ignore_nulls: false,
                star: false,
                place: at,
            },
        )
    }
}

/// Where an expression starts.
pub(super) fn place_of_start(expr: &ast::Expr) -> Place {
    match expr {
        ast::Expr::Function(function) => super::place_of_name(&function.name),
        other => place_of(other),
    }
}

/// The column of `IDENTIFIER('name')`, each part as if it were quoted where it was written.
fn named_column(function: &ast::Function) -> Option<ast::Expr> {
    let [ast::ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else {
        return None;
    };
    let ast::FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ast::Expr::Value(value)))] =
        list.args.as_slice()
    else {
        return None;
    };
    let ast::Value::SingleQuotedString(text) = &value.value else {
        return None;
    };
    if name.quote_style.is_some() || !name.value.eq_ignore_ascii_case("IDENTIFIER") {
        return None;
    }
    let named = crate::parse::name_in_text(text, value.span.into())?;
    let mut parts: Vec<ast::Ident> = named
        .parts
        .into_iter()
        .map(|part| ast::Ident {
            value: part.value,
            quote_style: Some('"'),
            span: value.span,
        })
        .collect();
    match parts.len() {
        1 => parts.pop().map(ast::Expr::Identifier),
        _ => Some(ast::Expr::CompoundIdentifier(parts)),
    }
}
