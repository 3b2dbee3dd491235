//! The query that tells two tables of equal contents from others, whatever engine holds them. In: a table's columns. Out:
//! SQL that gives its row count and a sum for each column that can be compared.
//!
//! Sums do not depend on the order of rows, and unlike XOR they tell one row from three.

use crate::target::Rows;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;

/// A column as DESCRIBE TABLE names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// Snowflake's type, e.g. `NUMBER(38,0)`.
    kind: String,
}

/// The columns of DESCRIBE TABLE's answer.
pub(super) fn columns(described: &Rows) -> Vec<Column> {
    let value = |row, column| described.value(row, column).unwrap_or_default().to_owned();
    (0..described.rows.len())
        .map(|row| Column {
            name: value(row, "name"),
            kind: value(row, "type").to_uppercase(),
        })
        .collect()
}

impl Column {
    /// The value as text that is the same everywhere; nothing where there is no such text: semi-structured values keep
    /// their keys in another order, floating-point ones their last digit.
    fn text(&self) -> Option<String> {
        let name = quote_if_needed(&self.name);
        let kind = self.kind.split('(').next().unwrap_or_default();
        Some(match kind {
            "NUMBER" | "VARCHAR" | "BOOLEAN" => format!("TO_VARCHAR({name})"),
            "DATE" => format!("TO_VARCHAR({name}, 'YYYY-MM-DD')"),
            "TIME" => format!("TO_VARCHAR({name}, 'HH24:MI:SS.FF6')"),
            "TIMESTAMP_NTZ" => format!("TO_VARCHAR({name}, 'YYYY-MM-DD HH24:MI:SS.FF6')"),
            "TIMESTAMP_LTZ" | "TIMESTAMP_TZ" => {
                format!("TO_VARCHAR(DATE_PART(EPOCH_MICROSECOND, {name}))")
            }
            "BINARY" => format!("HEX_ENCODE({name})"),
            _ => return None,
        })
    }

    /// Whether its values can be compared.
    pub(super) fn is_comparable(&self) -> bool {
        self.text().is_some()
    }
}

/// The query; its columns are ROW_COUNT and F0, F1, … for those of `columns` that can be compared.
pub(super) fn query(table: &QualifiedName, columns: &[Column]) -> String {
    let mut items = vec!["COUNT(*) AS ROW_COUNT".to_owned()];
    for (index, text) in columns.iter().filter_map(Column::text).enumerate() {
        // NULL is neither the empty string nor any other.
        items.push(format!(
            "SUM(MD5_NUMBER_LOWER64(IFNULL('+' || {text}, '-'))) AS F{index}"
        ));
    }
    format!("SELECT {} FROM {table}", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comparable_column_has_a_sum() {
        let column = |name: &str, kind: &str| Column {
            name: name.to_owned(),
            kind: kind.to_owned(),
        };
        let columns = [
            column("ID", "NUMBER(38,0)"),
            column("my name", "VARCHAR(10)"),
            column("AT", "TIMESTAMP_LTZ(9)"),
            column("PRICE", "FLOAT"),
            column("DOC", "VARIANT"),
        ];
        assert_eq!(
            query(&QualifiedName::new("D", "S", "T"), &columns),
            "SELECT COUNT(*) AS ROW_COUNT, \
             SUM(MD5_NUMBER_LOWER64(IFNULL('+' || TO_VARCHAR(ID), '-'))) AS F0, \
             SUM(MD5_NUMBER_LOWER64(IFNULL('+' || TO_VARCHAR(\"my name\"), '-'))) AS F1, \
             SUM(MD5_NUMBER_LOWER64(IFNULL('+' || TO_VARCHAR(DATE_PART(EPOCH_MICROSECOND, AT)), '-'))) AS F2 \
             FROM D.S.T"
        );
    }
}
