//! `moment ± INTERVAL …`: interval constants (`'1 year, 2 days'`) and interval literals (`'1-1' YEAR TO MONTH`).

use crate::analyze::Analyzer;
use crate::analyze::tree::{Expr, Place};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::date_part::Part;
use sqlparser::ast::{self, DateTimeField};

impl Analyzer<'_> {
    /// `moment + INTERVAL '1 day, 2 hours'` (or `−`).
    pub(crate) fn plus_interval(
        &mut self,
        moment: Expr,
        interval: &ast::Interval,
        negative: bool,
    ) -> Result<Expr, SqlError> {
        let at = moment.place;
        let refuse =
            |analyzer: &Self| SqlError::unsupported(format!("{interval}"), analyzer.span(at));
        let text = match interval.value.as_ref() {
            ast::Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => text.clone(),
                ast::Value::Number(digits, _) => digits.clone(),
                _ => return Err(refuse(self)),
            },
            _ => return Err(refuse(self)),
        };
        let Some(leading) = &interval.leading_field else {
            let terms = constant(&text).ok_or_else(|| refuse(self))?;
            return self.plus_terms(moment, terms, negative, at);
        };
        let last = interval.last_field.as_ref().unwrap_or(leading);
        let (months, micros) = literal(&text, leading, last).ok_or_else(|| refuse(self))?;
        match micros {
            None => self.plus_terms(moment, vec![(months, "month")], negative, at),
            Some(micros) => {
                // A DATE takes the time of an interval of days and less.
                let moment = match moment.data_type {
                    DataType::Date => {
                        self.coerce(moment, DataType::TimestampNtz { precision: 9 }, "+")?
                    }
                    _ => moment,
                };
                let day = crate::functions::date::DAY_MICROS;
                let mut terms = vec![(micros / day, "day"), (micros % day, "microsecond")];
                terms.retain(|(amount, _)| *amount != 0);
                self.plus_terms(moment, terms, negative, at)
            }
        }
    }

    /// The length of an interval constant, as DuckDB writes it.
    pub(crate) fn interval_length(
        &self,
        interval: &ast::Interval,
        at: Place,
    ) -> Result<String, SqlError> {
        let text = match (interval.value.as_ref(), &interval.leading_field) {
            (ast::Expr::Value(value), None) => match &value.value {
                ast::Value::SingleQuotedString(text) => Some(text.as_str()),
                _ => None,
            },
            _ => None,
        };
        let terms = text.and_then(constant).and_then(|terms| {
            terms
                .into_iter()
                .map(|(amount, word)| {
                    let (unit, times) = match Part::parse(word)? {
                        Part::Year => ("YEAR", 1),
                        Part::Quarter => ("MONTH", 3),
                        Part::Month => ("MONTH", 1),
                        Part::Week => ("DAY", 7),
                        Part::Day => ("DAY", 1),
                        Part::Hour => ("HOUR", 1),
                        Part::Minute => ("MINUTE", 1),
                        Part::Second => ("SECOND", 1),
                        Part::Millisecond => ("MILLISECOND", 1),
                        Part::Microsecond => ("MICROSECOND", 1),
                        _ => return None,
                    };
                    (amount >= 0).then(|| format!("INTERVAL {} {unit}", amount * times))
                })
                .collect::<Option<Vec<String>>>()
        });
        match terms {
            Some(terms) => Ok(format!("({})", terms.join(" + "))),
            None => Err(SqlError::unsupported(format!("{interval}"), self.span(at))),
        }
    }

    fn plus_terms(
        &mut self,
        moment: Expr,
        terms: Vec<(i64, &str)>,
        negative: bool,
        at: Place,
    ) -> Result<Expr, SqlError> {
        let mut result = moment;
        for (amount, word) in terms {
            let amount = Expr::integer(if negative { -amount } else { amount });
            result = self.call_named("DATEADD", vec![Expr::text(word), amount, result], at)?;
        }
        Ok(result)
    }
}

/// `1 year, 2 days`: amounts and parts, seconds where none is written. `None` if it is no such text.
fn constant(text: &str) -> Option<Vec<(i64, &str)>> {
    text.split(',')
        .map(|term| {
            let term = term.trim();
            let digits = term
                .find(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+'))
                .unwrap_or(term.len());
            let (amount, word) = term.split_at(digits);
            let word = match word.trim() {
                "" => "second",
                word => word,
            };
            Part::parse(word)?;
            Some((amount.parse().ok()?, word))
        })
        .collect()
}

/// The months of a year-month literal, or the microseconds of a day-time literal. `None` if the text does not fit its fields.
fn literal(
    text: &str,
    leading: &DateTimeField,
    last: &DateTimeField,
) -> Option<(i64, Option<i64>)> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let first = Part::parse(&leading.to_string())?;
    let last = Part::parse(&last.to_string())?;
    let months = match (first, last) {
        (Part::Year, Part::Year) => Some(text.parse::<i64>().ok()? * 12),
        (Part::Month, Part::Month) => Some(text.parse::<i64>().ok()?),
        (Part::Quarter, Part::Quarter) => Some(text.parse::<i64>().ok()? * 3),
        (Part::Year, Part::Month) => {
            let (years, months) = text.split_once('-')?;
            Some(years.parse::<i64>().ok()? * 12 + months.parse::<i64>().ok()?)
        }
        _ => None,
    };
    if let Some(months) = months {
        return Some((sign * months, None));
    }
    let units: [(Part, i64); 4] = [
        (Part::Day, 86_400_000_000),
        (Part::Hour, 3_600_000_000),
        (Part::Minute, 60_000_000),
        (Part::Second, 1_000_000),
    ];
    if first == Part::Week && last == Part::Week {
        return Some((0, Some(sign * text.parse::<i64>().ok()? * 7 * units[0].1)));
    }
    let from = units.iter().position(|(part, _)| *part == first)?;
    let to = units.iter().position(|(part, _)| *part == last)?;
    let mut fields = text.split([' ', ':']).filter(|field| !field.is_empty());
    let mut micros = 0_i64;
    for (part, unit) in units.get(from..=to)? {
        let field = fields.next()?;
        micros = micros.checked_add(match field.split_once('.') {
            Some((whole, fraction)) if *part == Part::Second => {
                let digits = format!("{fraction:0<6}");
                whole.parse::<i64>().ok()?.checked_mul(*unit)?
                    + digits.get(..6)?.parse::<i64>().ok()?
            }
            _ => field.parse::<i64>().ok()?.checked_mul(*unit)?,
        })?;
    }
    fields.next().is_none().then_some((0, Some(sign * micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_the_fields_they_name() {
        use DateTimeField::{Day, Hour, Minute, Month, Second, Year};
        assert_eq!(literal("1-08", &Year, &Month), Some((20, None)));
        assert_eq!(literal("-44-11", &Year, &Month), Some((-539, None)));
        assert_eq!(
            literal("1 01:01:01.7878", &Day, &Second),
            Some((0, Some(90_061_787_800)))
        );
        assert_eq!(
            literal("-10:09", &Hour, &Minute),
            Some((0, Some(-36_540_000_000)))
        );
        assert_eq!(literal("4.3", &Second, &Second), Some((0, Some(4_300_000))));
        assert_eq!(literal("1 2", &Day, &Day), None);
        assert_eq!(literal("x", &Year, &Year), None);
    }
}
