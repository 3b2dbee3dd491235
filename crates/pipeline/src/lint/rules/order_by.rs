//! SM202: ORDER BY in a query that fills a table, which has no order.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};
use snowmelt_sql::shape::order_without_limit;

const RULE: Rule = Rule {
    code: "SM202",
    name: "order-by-in-table",
    severity: FindingSeverity::Warning,
};

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for statement in &input.reading.statements {
        if let Some(span) = order_without_limit(&statement.parsed.statement) {
            findings.push(RULE.found(
                statement.place.file.place(span),
                "ORDER BY in a query that fills a table",
                "the rows are sorted, and that is paid for; a table has no order, so a later SELECT returns them in any",
                "take it away, and write ORDER BY where the table is read",
            ));
        }
    }
}
