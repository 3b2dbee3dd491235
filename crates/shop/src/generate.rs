//! Invents a shop's customers, products and sales. In: counts, a period, a seed. Out: CSV and JSON files in a folder.
//!
//! The same options give the same bytes on every platform: nothing reads a clock, and nothing that shapes the data is
//! computed in floating point. Rows stream to disk; what is held in memory does not grow with the counts.
//!
//! A few customers buy often and most seldom, and so it is with products; weekends, Black Friday and December are busy;
//! a product's price and a customer's country never change; names fit countries.

mod calendar;
mod countries;
mod customer;
mod output;
mod popularity;
mod product;
mod random;
mod sale;

use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

/// The seed that `GenerateOptions::new` sets; files made with any other carry it in their names.
pub const DEFAULT_SEED: u64 = 1;

/// Customers and products go into one file up to this many rows, and into files of this many rows above (but into one
/// where the sales are in one).
const ROWS_PER_CSV_FILE: u64 = 1_000_000;

/// A hundred years.
const MAX_DAYS: u32 = 36_525;

/// Sale ids number the sales of a day with eight digits.
const MAX_SALES_PER_DAY: u64 = 99_999_999;

const MAX_FILES: u32 = 1_000_000;

/// What to invent. The counts are of clean rows: with `dirty`, rows that are sent twice come on top.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateOptions {
    /// Customers, numbered from 1.
    pub customers: u64,
    /// Products, numbered from 1.
    pub products: u64,
    /// Sales over the whole period. Their ids begin with the day they were made on, so that another period never
    /// repeats one.
    pub sales: u64,
    /// Length of the period in days, 1 to 36,525.
    pub days: u32,
    /// The last day of the period.
    pub end_date: Date,
    /// How many files the sales are split into: ranges of days, or parts of days where there are more files than days.
    /// With 1, the files are called `customers.csv`, `products.csv` and `sales.json`; else their names carry dates.
    /// A file that would have no rows is not written.
    pub files: u32,
    /// Another seed, other data.
    pub seed: u64,
    /// Share of the rows that have something wrong with them, 0 to 1.
    pub dirty: f64,
}

impl GenerateOptions {
    /// A small shop's quarter that ends on `end_date`: 10,000 customers, 500 products and 100,000 clean sales in 10 files.
    pub fn new(end_date: Date) -> Self {
        Self {
            customers: 10_000,
            products: 500,
            sales: 100_000,
            days: 90,
            end_date,
            files: 10,
            seed: DEFAULT_SEED,
            dirty: 0.0,
        }
    }
}

/// What was written, in the order it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateSummary {
    /// The files: customers, then products, then sales by date.
    pub files: Vec<GeneratedFile>,
}

impl GenerateSummary {
    /// Rows of one table, or of all: `table` is `customers`, `products` or `sales`.
    pub fn rows(&self, table: Option<&str>) -> u64 {
        let wanted = |file: &&GeneratedFile| table.is_none_or(|table| table == file.table);
        self.files.iter().filter(wanted).map(|file| file.rows).sum()
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Rows with something wrong, in all files.
    pub fn dirty_rows(&self) -> u64 {
        self.files.iter().map(|file| file.dirty_rows).sum()
    }
}

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it is: the folder asked for, and its name.
    pub path: PathBuf,
    /// The table it is for: `customers`, `products` or `sales`.
    pub table: &'static str,
    /// Records, the CSV header not counted.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// Records with something wrong: damaged, sent twice or sent again with other values.
    pub dirty_rows: u64,
}

/// Why nothing, or not everything, was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// An option is out of its range.
    #[error("`{option}` must be {expected}")]
    Option {
        /// Name of the field of [`GenerateOptions`].
        option: &'static str,
        /// What it may be.
        expected: String,
    },
    /// A file or folder could not be written. Files finished before stay; none is left half-written under its own name.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Writes the files into `out_dir`, which is made if need be; a file of the same name is replaced.
///
/// `progress` is told now and then, and at the end of each file, how many rows are done in all.
pub fn generate(
    options: &GenerateOptions,
    out_dir: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<GenerateSummary, GenerateError> {
    let first_date = check(options)?;
    std::fs::create_dir_all(out_dir).map_err(|source| GenerateError::Write {
        path: out_dir.to_owned(),
        source,
    })?;
    let days = calendar::plan(options.seed, first_date, options.days, options.sales);
    if let Some(day) = days.iter().find(|day| day.sales > MAX_SALES_PER_DAY) {
        let expected = format!(
            "fewer: {} would have {} sales of at most {MAX_SALES_PER_DAY}",
            day.date, day.sales
        );
        return Err(GenerateError::Option {
            option: "sales",
            expected,
        });
    }
    let mut output = output::Output::new(out_dir, progress);
    customer::write(options, &mut output)?;
    product::write(options, &mut output)?;
    sale::write(options, &days, &mut output)?;
    Ok(output.finish())
}

/// Checks the options and gives the first day of the period.
fn check(options: &GenerateOptions) -> Result<Date, GenerateError> {
    let expect = |good: bool, option: &'static str, expected: &str| match good {
        true => Ok(()),
        false => Err(GenerateError::Option {
            option,
            expected: expected.to_owned(),
        }),
    };
    expect(
        (1..=MAX_DAYS).contains(&options.days),
        "days",
        "1 to 36,525",
    )?;
    expect(
        (1..=MAX_FILES).contains(&options.files),
        "files",
        "1 to 1,000,000",
    )?;
    expect(
        (0.0..=1.0).contains(&options.dirty),
        "dirty",
        "0 to 1, as 0.02 for 2 %",
    )?;
    let countable = 0..=popularity::MAX_COUNT;
    expect(
        countable.contains(&options.customers),
        "customers",
        "at most 1,000,000,000,000",
    )?;
    expect(
        countable.contains(&options.products),
        "products",
        "at most 1,000,000,000,000",
    )?;
    expect(
        options.customers > 0 || options.sales == 0,
        "customers",
        "at least 1 to have sales",
    )?;
    expect(
        options.products > 0 || options.sales == 0,
        "products",
        "at least 1 to have sales",
    )?;
    let first_date = options
        .end_date
        .checked_sub((i64::from(options.days) - 1).days())
        .ok();
    first_date
        .filter(|date| date.year() >= 1)
        .ok_or_else(|| GenerateError::Option {
            option: "end_date",
            expected: format!("at least {} days after 0001-01-01", options.days),
        })
}

/// The share of dirty rows as a threshold that 32 random bits are held against.
fn dirty_threshold(dirty: f64) -> u64 {
    // Exact: a multiplication by a power of two.
    (dirty * 4_294_967_296.0) as u64
}

/// The CSV files of a table with ids from 1 to `count`: their names and the ids in each.
fn csv_files(
    options: &GenerateOptions,
    table: &str,
    count: u64,
) -> Vec<(String, RangeInclusive<u64>)> {
    let parts = match options.files {
        1 => 1,
        _ => count.div_ceil(ROWS_PER_CSV_FILE).max(1),
    };
    let file = |part: u64| {
        let number = (parts > 1).then_some(part + 1);
        let last_id = if part + 1 == parts {
            count
        } else {
            (part + 1) * ROWS_PER_CSV_FILE
        };
        let stem = file_stem(options, table, options.end_date, number);
        (
            format!("{stem}.csv"),
            part * ROWS_PER_CSV_FILE + 1..=last_id,
        )
    };
    (0..parts).map(file).collect()
}

/// `customers_2026-11-24`, with `_003` for the part and `_seed7` for the seed where they matter; just `customers` when
/// all sales are in one file.
fn file_stem(options: &GenerateOptions, table: &str, date: Date, part: Option<u64>) -> String {
    if options.files == 1 && part.is_none() {
        return table.to_owned();
    }
    let part = part.map(|part| format!("_{part:03}")).unwrap_or_default();
    let seed = match options.seed {
        DEFAULT_SEED => String::new(),
        seed => format!("_seed{seed}"),
    };
    format!("{table}_{date}{part}{seed}")
}
