//! Sales. In: the options and the days. Out: `sales….json`, one object a line with `sale_id`, `customer_id`,
//! `product_id`, `quantity` and `sale_date`.

use std::collections::VecDeque;
use std::ops::Range;

use jiff::civil::Date;

use super::calendar::Day;
use super::output::{Output, Rows, number};
use super::popularity::Popularity;
use super::random::{Purpose, Random, hash};
use super::{GenerateError, GenerateOptions, dirty_threshold, file_stem, product};

/// A sale that is sent again comes this many rows after it was sent first, often in a later file.
const ROWS_UNTIL_SENT_AGAIN: u64 = 5_000;

/// Of 100 customers so many are there on the first day; the others come evenly over the period.
const CUSTOMERS_FROM_THE_START: u64 = 60;

pub(super) fn write(
    options: &GenerateOptions,
    days: &[Day],
    output: &mut Output<'_>,
) -> Result<(), GenerateError> {
    if options.sales == 0 {
        return Ok(());
    }
    let parts = split(days, options.files);
    let mut shop = Shop::new(options);
    for (index, part) in parts.iter().enumerate() {
        let date = days[part.days.start].date;
        let name = format!("{}.json", file_stem(options, "sales", date, part.number));
        output.file(&name, "sales", |rows| {
            for (day, of_day) in days[part.days.clone()].iter().zip(part.days.clone()) {
                let sales = part.sales.clone().unwrap_or(0..day.sales);
                shop.sell(*day, of_day as u64 + 1, sales, rows)?;
            }
            if index + 1 == parts.len() {
                shop.send_again(u64::MAX, rows)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// What one file holds.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    /// Indices of days.
    days: Range<usize>,
    /// Which sales of its only day, where a day has several files; else all.
    sales: Option<Range<u64>>,
    /// Number within its only day, from 1.
    number: Option<u64>,
}

/// Splits the days over `files` files, and leaves out those that would be empty.
fn split(days: &[Day], files: u32) -> Vec<Part> {
    let (files, count) = (files as usize, days.len());
    if files == 1 {
        return vec![Part {
            days: 0..count,
            sales: None,
            number: None,
        }];
    }
    if files <= count {
        let ranges = (0..files).map(|file| file * count / files..(file + 1) * count / files);
        let parts = ranges.map(|days| Part {
            days,
            sales: None,
            number: None,
        });
        return parts
            .filter(|part| days[part.days.clone()].iter().any(|day| day.sales > 0))
            .collect();
    }
    let mut parts = Vec::with_capacity(files);
    for (index, day) in days.iter().enumerate() {
        let parts_of_day = ((index + 1) * files / count - index * files / count) as u64;
        for part in 0..parts_of_day {
            let at = |part: u64| {
                (u128::from(day.sales) * u128::from(part) / u128::from(parts_of_day)) as u64
            };
            let sales = at(part)..at(part + 1);
            if !sales.is_empty() {
                parts.push(Part {
                    days: index..index + 1,
                    sales: Some(sales),
                    number: Some(part + 1),
                });
            }
        }
    }
    parts
}

/// Who buys what.
struct Shop<'a> {
    options: &'a GenerateOptions,
    customers: Popularity,
    products: Popularity,
    random: Random,
    dirt: Random,
    dirty: u64,
    sent: u64,
    /// Lines to be sent again, each when so many rows have been sent.
    again: VecDeque<(u64, Vec<u8>)>,
}

struct Sale {
    id: u64,
    customer_id: u64,
    product_id: u64,
    quantity: u64,
}

impl<'a> Shop<'a> {
    fn new(options: &'a GenerateOptions) -> Self {
        let seed = options.seed;
        // Another period, other sales; customers and products keep their popularity.
        let period = date_number(options.end_date) << 16 | u64::from(options.days);
        Self {
            options,
            customers: Popularity::new(options.customers, hash(seed, Purpose::Sale, 0)),
            products: Popularity::new(options.products, hash(seed, Purpose::Sale, 1)),
            random: Random::new(seed, Purpose::Sale, 2 + period),
            dirt: Random::new(seed, Purpose::SaleDirt, period),
            dirty: dirty_threshold(options.dirty),
            sent: 0,
            again: VecDeque::new(),
        }
    }

    /// Writes the given sales of a day, which is the `day_number`th of the period.
    fn sell(
        &mut self,
        day: Day,
        day_number: u64,
        sales: Range<u64>,
        rows: &mut Rows<'_>,
    ) -> Result<(), GenerateError> {
        let first_id = first_sale_id(day.date);
        let date = day.date.to_string();
        let end_of_line = format!(",\"sale_date\":\"{date}\"}}\n");
        let present = customers_present(
            self.options.customers,
            day_number,
            u64::from(self.options.days),
        );
        for number_of_day in sales {
            let sale = Sale {
                id: first_id + number_of_day,
                customer_id: self.customer(present),
                product_id: self.product(day.date.month()),
                quantity: self.quantity(),
            };
            if self.dirty > 0 && self.dirt.chance(self.dirty) {
                rows.count_dirty();
                self.write_dirty(&sale, &date, &end_of_line, rows)?;
            } else {
                write_sale(rows.buffer(), &sale, end_of_line.as_bytes());
                self.row_sent(rows)?;
            }
            if !self.again.is_empty() {
                self.send_again(self.sent, rows)?;
            }
        }
        Ok(())
    }

    /// One of the customers up to the one with id `present`.
    #[inline]
    fn customer(&mut self, present: u64) -> u64 {
        for _ in 0..3 {
            let id = self.customers.draw(&mut self.random);
            if id <= present {
                return id;
            }
        }
        1 + self.random.below(present)
    }

    /// A product, rather one that is in season.
    #[inline]
    fn product(&mut self, month: i8) -> u64 {
        let id = self.products.draw(&mut self.random);
        let in_season = product::season(self.options.seed, id, month);
        if self.random.bits() >> 56 < in_season {
            id
        } else {
            self.products.draw(&mut self.random)
        }
    }

    #[inline]
    fn quantity(&mut self) -> u64 {
        match self.random.bits() >> 56 {
            0..160 => 1,
            160..212 => 2,
            212..235 => 3,
            235..246 => 4,
            bits => bits - 241,
        }
    }

    #[inline]
    fn row_sent(&mut self, rows: &mut Rows<'_>) -> Result<(), GenerateError> {
        self.sent += 1;
        rows.row_done()
    }

    /// Sends again what is due when `sent` rows have been sent.
    fn send_again(&mut self, sent: u64, rows: &mut Rows<'_>) -> Result<(), GenerateError> {
        while self.again.front().is_some_and(|&(due, _)| due <= sent) {
            if let Some((_, line)) = self.again.pop_front() {
                rows.buffer().extend_from_slice(&line);
                self.row_sent(rows)?;
            }
        }
        Ok(())
    }

    /// A sale with something wrong, or that will be sent again.
    fn write_dirty(
        &mut self,
        sale: &Sale,
        date: &str,
        end_of_line: &str,
        rows: &mut Rows<'_>,
    ) -> Result<(), GenerateError> {
        let Sale {
            id,
            customer_id,
            product_id,
            quantity,
        } = *sale;
        let dirt = &mut self.dirt;
        let with_date = |date: &str| {
            format!(
                "{{\"sale_id\":{id},\"customer_id\":{customer_id},\"product_id\":{product_id},\"quantity\":{quantity},\
                 \"sale_date\":\"{date}\"}}"
            )
        };
        let mut line = match dirt.below(8) {
            // A key is missing, by its name or by its value.
            0 => match dirt.below(3) {
                0 => format!(
                    "{{\"sale_id\":{id},\"product_id\":{product_id},\"quantity\":{quantity},\"sale_date\":\"{date}\"}}"
                ),
                1 => format!(
                    "{{\"sale_id\":{id},\"customer_id\":{customer_id},\"quantity\":{quantity},\"sale_date\":\"{date}\"}}"
                ),
                _ => with_date(date).replacen(&format!("\"sale_id\":{id}"), "\"sale_id\":null", 1),
            },
            // A date that is none.
            1 => with_date(dirt.pick(BAD_DATES)),
            // Unknown ids.
            2 => with_date(date).replacen(
                &format!("\"customer_id\":{customer_id}"),
                &format!(
                    "\"customer_id\":{}",
                    self.options.customers + 1 + dirt.below(1_000)
                ),
                1,
            ),
            3 => with_date(date).replacen(
                &format!("\"product_id\":{product_id}"),
                &format!(
                    "\"product_id\":{}",
                    self.options.products + 1 + dirt.below(1_000)
                ),
                1,
            ),
            // Broken JSON: cut short, a quote lost, or no JSON at all.
            4 => match dirt.below(3) {
                0 => {
                    let mut line = with_date(date);
                    line.truncate(1 + dirt.below(line.len() as u64 - 1) as usize);
                    line
                }
                1 => with_date(date).replacen("quantity\"", "quantity", 1),
                _ => format!("{date} upstream timed out, sale {id} not sent"),
            },
            // Quantities that are none.
            5 => {
                let quantity_text = dirt.pick(&["0", "-1", "\"two\"", "null"]);
                with_date(date).replacen(
                    &format!("\"quantity\":{quantity}"),
                    &format!("\"quantity\":{quantity_text}"),
                    1,
                )
            }
            // Sent twice, or corrected later.
            kind => {
                let corrected = if kind == 6 { quantity } else { quantity + 1 };
                let mut line = Vec::with_capacity(128);
                write_sale(
                    &mut line,
                    &Sale {
                        quantity: corrected,
                        ..*sale
                    },
                    end_of_line.as_bytes(),
                );
                self.again
                    .push_back((self.sent + ROWS_UNTIL_SENT_AGAIN, line));
                with_date(date)
            }
        };
        line.push('\n');
        rows.buffer().extend_from_slice(line.as_bytes());
        self.row_sent(rows)
    }
}

/// None of them is a date in any of the forms that Snowflake finds by itself.
const BAD_DATES: &[&str] = &[
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "31.12.2026",
    "yesterday",
    "not a date",
];

#[inline]
fn write_sale(buffer: &mut Vec<u8>, sale: &Sale, end_of_line: &[u8]) {
    buffer.extend_from_slice(b"{\"sale_id\":");
    number(buffer, sale.id);
    buffer.extend_from_slice(b",\"customer_id\":");
    number(buffer, sale.customer_id);
    buffer.extend_from_slice(b",\"product_id\":");
    number(buffer, sale.product_id);
    buffer.extend_from_slice(b",\"quantity\":");
    number(buffer, sale.quantity);
    buffer.extend_from_slice(end_of_line);
}

/// Ids of customers up to the result are there on a day.
fn customers_present(customers: u64, day_number: u64, days: u64) -> u64 {
    let percent_of_days =
        u128::from(CUSTOMERS_FROM_THE_START * days + (100 - CUSTOMERS_FROM_THE_START) * day_number);
    ((u128::from(customers) * percent_of_days / u128::from(100 * days)) as u64).max(1)
}

/// The day as yymmdd and eight digits: 2026-11-24 has the sales from 26112400000001 on. Exact in any JSON reader.
fn first_sale_id(date: Date) -> u64 {
    date_number(date) % 1_000_000 * 100_000_000 + 1
}

/// The date as yyyymmdd.
fn date_number(date: Date) -> u64 {
    let part = |part: i8| u64::from(part.unsigned_abs());
    u64::from(date.year().unsigned_abs()) * 10_000 + part(date.month()) * 100 + part(date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days(sales: &[u64]) -> Vec<Day> {
        let dates = date(2026, 11, 1).series(jiff::ToSpan::day(1));
        dates
            .zip(sales)
            .map(|(date, &sales)| Day { date, sales })
            .collect()
    }

    #[test]
    fn every_sale_is_in_one_file() {
        for files in [1, 2, 3, 7, 8, 100] {
            let days = days(&[5, 0, 3, 10, 1, 0, 2]);
            let mut seen = vec![0; days.len()];
            for part in split(&days, files) {
                for index in part.days {
                    let sales = part.sales.clone().unwrap_or(0..days[index].sales);
                    assert_eq!(sales.start, seen[index], "{files} files");
                    seen[index] = sales.end;
                }
            }
            assert!(
                seen.iter().zip(&days).all(|(&seen, day)| seen == day.sales),
                "{files} files"
            );
        }
    }

    #[test]
    fn files_are_as_many_as_asked_for() {
        let days = days(&[1_000; 7]);
        for files in [1, 2, 3, 7, 8, 14, 100] {
            assert_eq!(split(&days, files).len(), files as usize);
        }
    }

    #[test]
    fn sale_ids_begin_with_the_day() {
        assert_eq!(first_sale_id(date(2026, 11, 24)), 26_112_400_000_001);
    }

    #[test]
    fn customers_come_over_time() {
        assert_eq!(customers_present(1_000, 90, 90), 1_000);
        assert_eq!(customers_present(1_000, 45, 90), 800);
        assert_eq!(customers_present(1, 1, 90), 1);
    }
}
