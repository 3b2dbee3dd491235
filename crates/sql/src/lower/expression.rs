//! Expressions.

use super::{query, quote_name, quote_text};
use crate::analyze::tree::{Call, Expr, ExprKind, Literal, Order, OrderKey, Window};
use crate::data_type::DataType;
use std::fmt::Write;

pub(super) fn write(sql: &mut String, expr: &Expr) {
    match &expr.kind {
        ExprKind::Column(reference) => {
            let _ = write!(
                sql,
                "t{}.{}",
                reference.relation,
                quote_name(&reference.column.physical)
            );
        }
        ExprKind::Literal(literal) => write_literal(sql, literal, expr),
        ExprKind::InFull(narrow) => {
            sql.push_str("CAST(");
            write(sql, narrow);
            let _ = write!(sql, " AS {})", expr.physical());
        }
        ExprKind::Call(call) => write_call(sql, call),
        ExprKind::Subquery(subquery) => {
            sql.push('(');
            query::write(sql, subquery);
            sql.push(')');
        }
        ExprKind::Exists { query, negated } => {
            sql.push_str(if *negated {
                "(NOT EXISTS ("
            } else {
                "(EXISTS ("
            });
            query::write(sql, query);
            sql.push_str("))");
        }
        ExprKind::InSubquery {
            values,
            operator,
            query,
        } => {
            sql.push('(');
            match values.as_slice() {
                [value] => write(sql, value),
                values => {
                    sql.push('(');
                    write_list(sql, values);
                    sql.push(')');
                }
            }
            let _ = write!(sql, " {operator} (");
            query::write(sql, query);
            sql.push_str("))");
        }
    }
}

/// Literals carry their type, so that DuckDB's own typing of numbers never matters.
fn write_literal(sql: &mut String, literal: &Literal, expr: &Expr) {
    match literal {
        Literal::Null if expr.data_type == DataType::Null => sql.push_str("NULL"),
        Literal::Null => {
            let _ = write!(sql, "CAST(NULL AS {})", expr.physical());
        }
        Literal::Boolean(true) => sql.push_str("TRUE"),
        Literal::Boolean(false) => sql.push_str("FALSE"),
        Literal::Number(digits) => {
            let _ = write!(sql, "CAST({digits} AS {})", expr.physical());
        }
        Literal::Float(digits) => {
            let _ = write!(sql, "CAST({} AS DOUBLE)", quote_text(digits));
        }
        Literal::Text(text) => sql.push_str(&quote_text(text)),
    }
}

fn write_call(sql: &mut String, call: &Call) {
    fill(
        sql,
        &call.template,
        &call.arguments,
        &mut |sql, hole| match hole {
            "distinct" => {
                if call.distinct {
                    sql.push_str("DISTINCT ");
                }
            }
            "order" => {
                if !call.order_by.is_empty() {
                    sql.push_str(" ORDER BY ");
                    write_order(sql, &call.order_by);
                }
            }
            "over" => {
                if let Some(window) = &call.window {
                    write_window(sql, window);
                }
            }
            other => debug_assert!(false, "unknown hole {other}"),
        },
    );
}

/// Writes `template` with its holes filled: arguments here, others by `named`.
pub(super) fn fill(
    sql: &mut String,
    template: &str,
    arguments: &[Expr],
    named: &mut dyn FnMut(&mut String, &str),
) {
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        sql.push_str(&rest[..open]);
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            sql.push('{');
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let hole = &rest[..close];
        rest = &rest[close + 1..];
        match hole.parse::<usize>() {
            Ok(index) => {
                if let Some(argument) = arguments.get(index) {
                    write(sql, argument);
                }
            }
            Err(_) if hole == "*" => write_list(sql, arguments),
            Err(_) => named(sql, hole),
        }
    }
    sql.push_str(rest);
}

/// Keys of groups, partitions and orders: narrow values are the same in 64 bits.
pub(super) fn write_key(sql: &mut String, key: &Expr) {
    match &key.kind {
        ExprKind::InFull(narrow) => write(sql, narrow),
        _ => write(sql, key),
    }
}

pub(super) fn write_keys(sql: &mut String, keys: &[Expr]) {
    for (index, key) in keys.iter().enumerate() {
        if index > 0 {
            sql.push_str(", ");
        }
        write_key(sql, key);
    }
}

pub(super) fn write_list(sql: &mut String, exprs: &[Expr]) {
    for (index, expr) in exprs.iter().enumerate() {
        if index > 0 {
            sql.push_str(", ");
        }
        write(sql, expr);
    }
}

pub(super) fn write_order(sql: &mut String, terms: &[Order]) {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            sql.push_str(", ");
        }
        match &term.key {
            OrderKey::Expr(expr) => write_key(sql, expr),
            OrderKey::Output(position) => {
                let _ = write!(sql, "{}", position + 1);
            }
        }
        sql.push_str(if term.descending { " DESC" } else { " ASC" });
        sql.push_str(if term.nulls_first {
            " NULLS FIRST"
        } else {
            " NULLS LAST"
        });
    }
}

fn write_window(sql: &mut String, window: &Window) {
    sql.push_str(" OVER (");
    if !window.partition_by.is_empty() {
        sql.push_str("PARTITION BY ");
        write_keys(sql, &window.partition_by);
    }
    if !window.order_by.is_empty() {
        if !window.partition_by.is_empty() {
            sql.push(' ');
        }
        sql.push_str("ORDER BY ");
        write_order(sql, &window.order_by);
    }
    if !window.frame.is_empty() {
        sql.push(' ');
        sql.push_str(&window.frame);
    }
    sql.push(')');
}
