//! Queries: output columns are `c0`, `c1`, …, relations `t0`, `t1`, …, common table expressions `w0`, `w1`, ….

use super::expression::{
    fill, write as write_expression, write_key, write_keys, write_list, write_order,
};
use super::quote_name;
use crate::analyze::tree::{
    Body, Cte, Distinct, Expand, From, GroupBy, GroupingSets, JoinKind, Query, Select,
};
use std::fmt::Write;

/// The DuckDB text of a query, without parentheses.
pub(crate) fn query(query: &Query) -> String {
    let mut sql = String::new();
    write(&mut sql, query);
    sql
}

/// The DuckDB text of what stands in FROM.
pub(crate) fn relation(from: &From) -> String {
    let mut sql = String::new();
    write_from(&mut sql, from);
    sql
}

pub(super) fn write(sql: &mut String, query: &Query) {
    if !query.ctes.is_empty() {
        sql.push_str(if query.recursive {
            "WITH RECURSIVE "
        } else {
            "WITH "
        });
        for (index, cte) in query.ctes.iter().enumerate() {
            if index > 0 {
                sql.push_str(", ");
            }
            write_cte(sql, cte);
        }
        sql.push(' ');
    }
    match &query.body {
        Body::Select(select) => write_select(sql, select),
        Body::Set {
            operator,
            left,
            right,
        } => {
            sql.push('(');
            write(sql, left);
            let _ = write!(sql, ") {operator} (");
            write(sql, right);
            sql.push(')');
        }
        Body::Values(rows) => {
            sql.push_str("VALUES ");
            for (index, row) in rows.iter().enumerate() {
                sql.push_str(if index > 0 { ", (" } else { "(" });
                write_list(sql, row);
                sql.push(')');
            }
        }
    }
    if !query.order_by.is_empty() {
        sql.push_str(" ORDER BY ");
        write_order(sql, &query.order_by);
    }
    if let Some(limit) = query.limit {
        let _ = write!(sql, " LIMIT {limit}");
    }
    if let Some(offset) = query.offset {
        let _ = write!(sql, " OFFSET {offset}");
    }
}

fn write_cte(sql: &mut String, cte: &Cte) {
    let _ = write!(sql, "w{}", cte.id);
    write_column_names(sql, cte.query.columns.len());
    sql.push_str(" AS (");
    write(sql, &cte.query);
    sql.push(')');
}

fn write_column_names(sql: &mut String, count: usize) {
    sql.push('(');
    for index in 0..count {
        if index > 0 {
            sql.push_str(", ");
        }
        let _ = write!(sql, "c{index}");
    }
    sql.push(')');
}

fn write_select(sql: &mut String, select: &Select) {
    sql.push_str("SELECT ");
    match (select.distinct, select.items.first()) {
        (Distinct::Keep, _) | (Distinct::First, None) => {}
        (Distinct::Whole, _) => sql.push_str("DISTINCT "),
        (Distinct::First, Some(first)) => {
            sql.push_str("DISTINCT ON (");
            write_expression(sql, first);
            sql.push_str(") ");
        }
    }
    for (index, item) in select.items.iter().enumerate() {
        if index > 0 {
            sql.push_str(", ");
        }
        write_expression(sql, item);
        let _ = write!(sql, " AS c{index}");
    }
    if let Some(from) = &select.from {
        sql.push_str(" FROM ");
        write_from(sql, from);
    }
    if let Some(filter) = &select.filter {
        sql.push_str(" WHERE ");
        write_expression(sql, filter);
    }
    if let Some(group_by) = &select.group_by {
        write_group_by(sql, group_by);
    }
    if let Some(having) = &select.having {
        sql.push_str(" HAVING ");
        write_expression(sql, having);
    }
    if let Some(qualify) = &select.qualify {
        sql.push_str(" QUALIFY ");
        write_expression(sql, qualify);
    }
}

fn write_group_by(sql: &mut String, group_by: &GroupBy) {
    match &group_by.sets {
        GroupingSets::Plain if group_by.keys.is_empty() => {}
        GroupingSets::Plain => {
            sql.push_str(" GROUP BY ");
            write_keys(sql, &group_by.keys);
        }
        GroupingSets::Sets(sets) => {
            sql.push_str(" GROUP BY GROUPING SETS (");
            for (index, set) in sets.iter().enumerate() {
                sql.push_str(if index > 0 { ", (" } else { "(" });
                for (position, key) in set.iter().enumerate() {
                    if position > 0 {
                        sql.push_str(", ");
                    }
                    write_key(sql, &group_by.keys[*key]);
                }
                sql.push(')');
            }
            sql.push(')');
        }
    }
}

fn write_from(sql: &mut String, from: &From) {
    match from {
        From::Table {
            id,
            template,
            arguments,
            columns,
            sample,
            lateral,
        } => {
            if *lateral {
                sql.push_str("LATERAL ");
            }
            fill(sql, template, arguments, &mut |_, hole| {
                debug_assert!(false, "unknown hole {hole}");
            });
            let _ = write!(sql, " AS t{id}");
            if !columns.is_empty() {
                let names: Vec<String> = columns.iter().map(|name| quote_name(name)).collect();
                let _ = write!(sql, "({})", names.join(", "));
            }
            write_sample(sql, sample.as_deref());
        }
        From::Query {
            id,
            query,
            lateral,
            sample,
        } => {
            sql.push_str(if *lateral { "LATERAL (" } else { "(" });
            write(sql, query);
            let _ = write!(sql, ") AS t{id}");
            write_column_names(sql, query.columns.len());
            write_sample(sql, sample.as_deref());
        }
        From::Cte { id, cte } => {
            let _ = write!(sql, "w{cte} AS t{id}");
        }
        From::Expand(expand) => write_expand(sql, expand),
        From::Join {
            kind,
            left,
            right,
            on,
        } => {
            write_from(sql, left);
            sql.push_str(match kind {
                JoinKind::Inner => " JOIN ",
                JoinKind::Left => " LEFT JOIN ",
                JoinKind::Right => " RIGHT JOIN ",
                JoinKind::Full => " FULL JOIN ",
                JoinKind::Cross => " CROSS JOIN ",
                JoinKind::AsOfLeft => " ASOF LEFT JOIN ",
            });
            if matches!(**right, From::Join { .. }) {
                sql.push('(');
                write_from(sql, right);
                sql.push(')');
            } else {
                write_from(sql, right);
            }
            if let Some(on) = on {
                sql.push_str(" ON ");
                write_expression(sql, on);
            }
        }
    }
}

/// Three steps: the columns and arguments of each input row; a row for each element of its list; the columns wanted.
fn write_expand(sql: &mut String, expand: &Expand) {
    let width = expand.carried.len();
    sql.push_str("(SELECT ");
    for index in 0..width {
        let _ = write!(sql, "g.c{index}, ");
    }
    sql.push_str(&expand.outputs.join(", "));
    let _ = write!(
        sql,
        " FROM (SELECT f.*, unnest({}) AS r FROM (SELECT ",
        expand.rows
    );
    for (index, column) in expand.carried.iter().enumerate() {
        write_expression(sql, column);
        let _ = write!(sql, " AS c{index}, ");
    }
    for (index, argument) in expand.arguments.iter().enumerate() {
        write_expression(sql, argument);
        let _ = write!(sql, " AS a{index}, ");
    }
    sql.push_str(if expand.numbered.get() {
        "row_number() OVER () AS seq"
    } else {
        "CAST(1 AS BIGINT) AS seq"
    });
    if let Some(left) = &expand.left {
        sql.push_str(" FROM ");
        write_from(sql, left);
    }
    let _ = write!(sql, ") AS f) AS g) AS t{}", expand.id);
    write_column_names(sql, width + expand.outputs.len());
}

fn write_sample(sql: &mut String, sample: Option<&str>) {
    if let Some(sample) = sample {
        let _ = write!(sql, " TABLESAMPLE {sample}");
    }
}
