//! OVER clauses and ORDER BY terms.

use super::scope::Scope;
use super::tree::{Expr, Order, OrderKey, Place, Window};
use super::{Analyzer, place_of};
use crate::error::SqlError;
use crate::functions::Kind;
use sqlparser::ast;

impl Analyzer<'_> {
    pub(super) fn window(
        &mut self,
        over: &ast::WindowType,
        function: &str,
        kind: Kind,
        scope: &Scope<'_>,
    ) -> Result<Window, SqlError> {
        let counted = std::mem::replace(&mut self.counts_rows, true);
        let window = self.window_of(over, function, kind, scope);
        self.counts_rows = counted;
        window
    }

    fn window_of(
        &mut self,
        over: &ast::WindowType,
        function: &str,
        kind: Kind,
        scope: &Scope<'_>,
    ) -> Result<Window, SqlError> {
        let spec = match over {
            ast::WindowType::WindowSpec(spec) if spec.window_name.is_none() => spec,
            ast::WindowType::WindowSpec(_) | ast::WindowType::NamedWindow(_) => {
                return Err(SqlError::unsupported(
                    "named windows",
                    self.span(Place::NOWHERE),
                ));
            }
        };
        let partition_by = spec
            .partition_by
            .iter()
            .map(|key| {
                let key = self.expression(key, scope)?;
                Ok(if is_constant(&key) {
                    typed_constant(key)
                } else {
                    key
                })
            })
            .collect::<Result<Vec<_>, SqlError>>()?;
        let order_by = self.order_terms(&spec.order_by, scope)?;
        let frame = match &spec.window_frame {
            Some(frame) => {
                self.check_range(frame, &order_by)?;
                self.frame(frame)?
            }
            None => default_frame(function, kind, &order_by).to_owned(),
        };
        Ok(Window {
            partition_by,
            order_by,
            frame,
        })
    }

    /// ORDER BY terms that are expressions, as in OVER and WITHIN GROUP.
    pub(super) fn order_terms(
        &mut self,
        terms: &[ast::OrderByExpr],
        scope: &Scope<'_>,
    ) -> Result<Vec<Order>, SqlError> {
        terms
            .iter()
            .map(|term| {
                let expr = self.expression(&term.expr, scope)?;
                Ok(self.order(OrderKey::Expr(typed_constant(expr)), &term.options))
            })
            .collect()
    }

    /// A term with Snowflake's defaults: NULLs are larger than any value.
    pub(super) fn order(&self, key: OrderKey, options: &ast::OrderByOptions) -> Order {
        let descending = matches!(options.sort, Some(ast::OrderBySort::Desc));
        Order {
            key,
            descending,
            nulls_first: options
                .nulls_first
                .unwrap_or(descending != self.context.nulls_are_lowest()),
        }
    }

    /// A RANGE with offsets measures one key: a number, or a moment.
    fn check_range(&self, frame: &ast::WindowFrame, order_by: &[Order]) -> Result<(), SqlError> {
        use ast::WindowFrameBound as B;
        let measures = |bound: &B| matches!(bound, B::Preceding(Some(_)) | B::Following(Some(_)));
        let offset = measures(&frame.start_bound) || frame.end_bound.as_ref().is_some_and(measures);
        if frame.units == ast::WindowFrameUnits::Range && offset && order_by.len() != 1 {
            return Err(SqlError::unsupported(
                "RANGE frame with an offset over other than one ORDER BY expression",
                self.span(Place::NOWHERE),
            ));
        }
        Ok(())
    }

    fn frame(&mut self, frame: &ast::WindowFrame) -> Result<String, SqlError> {
        let units = match frame.units {
            ast::WindowFrameUnits::Rows => "ROWS",
            ast::WindowFrameUnits::Range => "RANGE",
            ast::WindowFrameUnits::Groups => {
                return Err(SqlError::unsupported(
                    "GROUPS in a window frame",
                    self.span(Place::NOWHERE),
                ));
            }
        };
        let start = self.frame_bound(&frame.start_bound, units)?;
        let end = match &frame.end_bound {
            Some(end) => self.frame_bound(end, units)?,
            None => "CURRENT ROW".to_owned(),
        };
        Ok(format!("{units} BETWEEN {start} AND {end}"))
    }

    fn frame_bound(
        &mut self,
        bound: &ast::WindowFrameBound,
        units: &str,
    ) -> Result<String, SqlError> {
        let (offset, direction) = match bound {
            ast::WindowFrameBound::CurrentRow => return Ok("CURRENT ROW".to_owned()),
            ast::WindowFrameBound::Preceding(None) => return Ok("UNBOUNDED PRECEDING".to_owned()),
            ast::WindowFrameBound::Following(None) => return Ok("UNBOUNDED FOLLOWING".to_owned()),
            ast::WindowFrameBound::Preceding(Some(offset)) => (offset, "PRECEDING"),
            ast::WindowFrameBound::Following(Some(offset)) => (offset, "FOLLOWING"),
        };
        let place = place_of(offset);
        if let (ast::Expr::Interval(interval), "RANGE") = (offset.as_ref(), units) {
            let length = self.interval_length(interval, place)?;
            return Ok(format!("{length} {direction}"));
        }
        let value = self.expression(offset, &Scope::default())?;
        match value.as_integer() {
            Some(rows) if rows >= 0 => Ok(format!("{rows} {direction}")),
            None if units == "RANGE" && is_positive_number(&value) => {
                Ok(format!("{} {direction}", crate::lower::expression(&value)))
            }
            _ => Err(SqlError::unsupported(
                format!("{units} frame bound `{offset}`"),
                self.span(place),
            )),
        }
    }
}

/// All rows so far, and those that are no different in order.
pub(crate) const CUMULATIVE: &str = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";

/// Snowflake's frame where none is written: functions of position take the whole partition, others run up to the
/// current row and its peers if there is an order.
fn default_frame(function: &str, kind: Kind, order_by: &[Order]) -> &'static str {
    match function {
        "FIRST_VALUE" | "LAST_VALUE" | "NTH_VALUE" => {
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
        }
        _ if kind == Kind::Aggregate && !order_by.is_empty() => CUMULATIVE,
        _ => "",
    }
}

fn is_positive_number(value: &Expr) -> bool {
    matches!(&value.kind, super::tree::ExprKind::Literal(super::tree::Literal::Number(digits)) if !digits.starts_with('-'))
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, super::tree::ExprKind::Literal(_))
}

/// A constant is a value here, never the position of a column.
fn typed_constant(expr: Expr) -> Expr {
    if is_constant(&expr) && matches!(expr.data_type, crate::DataType::Null) {
        return super::cast::cast(expr, crate::DataType::TEXT, super::cast::Mode::Implicit)
            .unwrap_or_else(Expr::null);
    }
    expr
}
