//! What SQL says beside what something else says of the same random values: dates beside jiff, FLATTEN beside a plain walk,
//! NUMBER arithmetic beside a big decimal. Values follow from a seed, so that a failure comes again.

use crate::support;
use bigdecimal::{BigDecimal, RoundingMode};
use jiff::civil::{DateTime, Weekday};
use jiff::{Span, ToSpan};
use serde_json::Value;
use std::str::FromStr;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
}

fn session() -> snowmelt_engine::Session {
    let mut session = support::engine().session().unwrap();
    support::run(
        &mut session,
        "CREATE DATABASE IF NOT EXISTS TEST; USE SCHEMA TEST.PUBLIC",
    )
    .unwrap();
    session
}

const UNITS: [&str; 8] = [
    "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND",
];

fn span(unit: &str, amount: i64) -> Span {
    match unit {
        "YEAR" => amount.years(),
        "QUARTER" => (amount * 3).months(),
        "MONTH" => amount.months(),
        "WEEK" => amount.weeks(),
        "DAY" => amount.days(),
        "HOUR" => amount.hours(),
        "MINUTE" => amount.minutes(),
        _ => amount.seconds(),
    }
}

/// The start of the unit that the moment lies in.
fn truncated(unit: &str, moment: DateTime) -> DateTime {
    let date = moment.date();
    match unit {
        "YEAR" => date.first_of_year().at(0, 0, 0, 0),
        "QUARTER" => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            jiff::civil::date(date.year(), month, 1).at(0, 0, 0, 0)
        }
        "MONTH" => date.first_of_month().at(0, 0, 0, 0),
        "WEEK" => {
            let back = i64::from(date.weekday().since(Weekday::Monday));
            date.checked_sub(back.days()).unwrap().at(0, 0, 0, 0)
        }
        "DAY" => date.at(0, 0, 0, 0),
        "HOUR" => date.at(moment.hour(), 0, 0, 0),
        "MINUTE" => date.at(moment.hour(), moment.minute(), 0, 0),
        _ => date.at(moment.hour(), moment.minute(), moment.second(), 0),
    }
}

/// How many boundaries of the unit lie between two moments.
fn difference(unit: &str, from: DateTime, to: DateTime) -> i64 {
    let months = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let seconds = |at: DateTime| {
        let instant = jiff::tz::TimeZone::UTC.to_timestamp(at).unwrap();
        instant.as_second()
    };
    match unit {
        "YEAR" => i64::from(to.year()) - i64::from(from.year()),
        "QUARTER" => months(to).div_euclid(3) - months(from).div_euclid(3),
        "MONTH" => months(to) - months(from),
        unit => {
            let length = match unit {
                "WEEK" => 7 * 86_400,
                "DAY" => 86_400,
                "HOUR" => 3600,
                "MINUTE" => 60,
                _ => 1,
            };
            (seconds(truncated(unit, to)) - seconds(truncated(unit, from))) / length
        }
    }
}

fn shown(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S.000").to_string()
}

#[test]
fn dates_are_those_of_another_calendar() {
    let mut random = Random(4);
    let moment = |random: &mut Random| {
        let day = random.between(1, 28) as i8;
        let month = random.between(1, 12) as i8;
        let year = random.between(1600, 2400) as i16;
        let clock = random.between(0, 86_399);
        // Ends of months matter most.
        let date = match random.between(0, 3) {
            0 => jiff::civil::date(year, month, day).last_of_month(),
            1 => jiff::civil::date(year, 12, 29),
            _ => jiff::civil::date(year, month, day),
        };
        date.at(0, 0, 0, 0).checked_add(clock.seconds()).unwrap()
    };
    let mut rows = Vec::new();
    let mut expected = Vec::new();
    for _ in 0..400 {
        let (from, to) = (moment(&mut random), moment(&mut random));
        let amount = random.between(-500, 500);
        rows.push(format!("('{}', '{}', {amount})", shown(from), shown(to)));
        let mut row = Vec::new();
        for unit in UNITS {
            row.push(shown(from.checked_add(span(unit, amount)).unwrap()));
            row.push(difference(unit, from, to).to_string());
            row.push(shown(truncated(unit, from)));
        }
        let date = from.date();
        row.push(date.last_of_month().to_string());
        row.push(date.day_of_year().to_string());
        row.push(date.iso_week_date().week().to_string());
        row.push(date.iso_week_date().year().to_string());
        row.push(date.weekday().to_monday_one_offset().to_string());
        expected.push(row);
    }
    let mut columns: Vec<String> = UNITS
        .iter()
        .flat_map(|unit| {
            [
                format!("DATEADD({unit}, n, a)"),
                format!("DATEDIFF({unit}, a, b)"),
                format!("DATE_TRUNC({unit}, a)"),
            ]
        })
        .collect();
    for function in [
        "LAST_DAY",
        "DAYOFYEAR",
        "WEEKISO",
        "YEAROFWEEKISO",
        "DAYOFWEEKISO",
    ] {
        columns.push(format!("{function}(a)"));
    }
    let sql = format!(
        "SELECT {} FROM (SELECT column1::TIMESTAMP AS a, column2::TIMESTAMP AS b, column3 AS n FROM VALUES {})",
        columns.join(", "),
        rows.join(", ")
    );
    let got = support::run(&mut session(), &sql).unwrap();
    assert_eq!(got.len(), expected.len());
    for ((got, expected), row) in got.iter().zip(&expected).zip(&rows) {
        for ((got, expected), column) in got.iter().zip(expected).zip(&columns) {
            assert_eq!(got, expected, "{column} of {row}");
        }
    }
}

/// A random JSON value, at most `depth` levels deep.
fn json(random: &mut Random, depth: u32) -> Value {
    const KEYS: [&str; 6] = ["a", "b_1", "c d", "it's", "Z", "9"];
    match random.between(0, if depth == 0 { 3 } else { 7 }) {
        0 => Value::Null,
        1 => Value::Bool(random.between(0, 1) == 1),
        2 => Value::from(random.between(-1000, 1000)),
        3 => Value::from(format!("text {}", random.between(0, 9))),
        4 | 5 => (0..random.between(0, 3))
            .map(|_| json(random, depth - 1))
            .collect(),
        _ => Value::Object(
            (0..random.between(0, 4))
                .map(|_| {
                    let key = KEYS[random.between(0, 5) as usize].to_owned();
                    (key, json(random, depth - 1))
                })
                .collect(),
        ),
    }
}

/// FLATTEN as a plain walk, of one level or all: path, key, index, value and what holds it.
fn walk(value: &Value, path: &str, deep: bool, rows: &mut Vec<Vec<String>>) {
    let nothing = || "NULL".to_owned();
    let this = value.to_string();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                rows.push(vec![
                    path.clone(),
                    nothing(),
                    index.to_string(),
                    item.to_string(),
                    this.clone(),
                ]);
                if deep {
                    walk(item, &path, deep, rows);
                }
            }
        }
        Value::Object(members) => {
            for (key, item) in members {
                let plain = key.chars().enumerate().all(|(at, letter)| {
                    letter.is_ascii_alphabetic()
                        || letter == '_'
                        || at > 0 && letter.is_ascii_digit()
                });
                let path = match (plain, path.is_empty()) {
                    (true, true) => key.clone(),
                    (true, false) => format!("{path}.{key}"),
                    (false, _) => format!("{path}['{}']", key.replace('\'', "\\'")),
                };
                rows.push(vec![
                    path.clone(),
                    key.clone(),
                    nothing(),
                    item.to_string(),
                    this.clone(),
                ]);
                if deep {
                    walk(item, &path, deep, rows);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn flatten_is_a_walk() {
    let mut random = Random(5);
    let mut session = session();
    for _ in 0..60 {
        let value = json(&mut random, 4);
        let text = value.to_string().replace('\\', "\\\\").replace('\'', "\\'");
        let of = |options: &str| {
            format!(
                "SELECT path, key, index, TO_JSON(value), TO_JSON(this) FROM TABLE(FLATTEN(INPUT => PARSE_JSON('{text}'){options}))"
            )
        };
        for deep in [true, false] {
            let mut expected = Vec::new();
            walk(&value, "", deep, &mut expected);
            let mut got =
                support::run(&mut session, &of(&format!(", RECURSIVE => {deep}"))).unwrap();
            expected.sort();
            got.sort();
            assert_eq!(got, expected, "{value}");
        }
    }
}

#[test]
fn numbers_are_exact() {
    let mut random = Random(6);
    let mut session = session();
    let number = |random: &mut Random| {
        let scale = random.between(0, 6);
        let whole = {
            let digits = random.between(0, 9) as u32;
            random.between(0, 10_i64.pow(digits))
        };
        let sign = if random.between(0, 1) == 1 { "-" } else { "" };
        match scale {
            0 => (format!("{sign}{whole}"), 0),
            scale => {
                let fraction = random.between(0, 10_i64.pow(scale as u32) - 1);
                let fraction = format!("{fraction:0width$}", width = scale as usize);
                (format!("{sign}{whole}.{fraction}"), scale)
            }
        }
    };
    for _ in 0..150 {
        let ((left, left_scale), (right, right_scale)) = (number(&mut random), number(&mut random));
        let (a, b) = (
            BigDecimal::from_str(&left).unwrap(),
            BigDecimal::from_str(&right).unwrap(),
        );
        let sql = format!(
            "SELECT a + b, a - b, a * b, CASE WHEN b <> 0 THEN a / b END FROM (SELECT {left} AS a, {right} AS b)"
        );
        let got = support::run(&mut session, &sql).unwrap().remove(0);
        let wider = left_scale.max(right_scale);
        let quotient = (b.sign() != bigdecimal::num_bigint::Sign::NoSign).then(|| {
            let scale = left_scale.max((left_scale + 6).min(12));
            // As many digits as needed for the rounding to be of the exact quotient.
            let exact = a.with_scale(60) / &b;
            exact.with_scale_round(scale, RoundingMode::HalfUp)
        });
        let expected = [
            Some((&a + &b).with_scale(wider)),
            Some((&a - &b).with_scale(wider)),
            Some((&a * &b).with_scale(left_scale + right_scale)),
            quotient,
        ];
        for (got, expected) in got.iter().zip(expected) {
            match expected {
                None => assert_eq!(got, "NULL"),
                Some(expected) => {
                    assert_eq!(BigDecimal::from_str(got).unwrap(), expected, "{sql}: {got}")
                }
            }
        }
    }
}
