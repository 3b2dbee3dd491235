//! `snowmelt generate`. In: counts, a period and a seed. Out: CSV and JSON files of an invented shop.

use crate::context::{Context, DATA_FOLDER};
use crate::failure::Failure;
use crate::human::{bytes, count, counted, duration, parse_count};
use crate::printer::Printer;
use crate::progress;
use crate::system;
use jiff::civil::Date;
use snowmelt_shop::generate::{GenerateError, GenerateOptions, GenerateSummary};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Invents a shop's customers, products and sales, in data/
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Customers and products are CSV, sales are JSON, one object a line. A few customers buy often and
most seldom; weekends and December are busy. The same options give the same bytes.

Examples:
  snowmelt generate
  snowmelt generate --sales 5M --customers 500k --products 20k
  snowmelt generate --dirty 0.02                           with work for the cleaning
  snowmelt generate --end-date 2026-12-01 --days 1         one more day, in new files")]
pub(crate) struct Generate {
    #[command(flatten)]
    amounts: Amounts,
    /// The folder to write to [default: the project's data/]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// How much of what.
#[derive(Debug, clap::Args)]
pub(crate) struct Amounts {
    /// Customers
    #[arg(long, value_name = "COUNT", default_value = "10000", value_parser = parse_count)]
    pub(crate) customers: u64,
    /// Products
    #[arg(long, value_name = "COUNT", default_value = "500", value_parser = parse_count)]
    pub(crate) products: u64,
    /// Sales over the whole period
    #[arg(long, value_name = "COUNT", default_value = "100000", value_parser = parse_count)]
    pub(crate) sales: u64,
    /// Length of the period in days
    #[arg(long, value_name = "DAYS", default_value = "90")]
    pub(crate) days: u32,
    /// Last day of the period [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) end_date: Option<Date>,
    /// How many files the sales are split into: days, or parts of days
    #[arg(long, value_name = "COUNT", default_value = "10")]
    pub(crate) files: u32,
    /// Another seed, other data
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub(crate) seed: u64,
    /// Share of the records, 0 to 1, with something wrong: missing keys, bad dates, duplicates, stray spaces, unknown ids, broken JSON
    #[arg(long, value_name = "RATE", default_value = "0")]
    pub(crate) dirty: f64,
}

impl Generate {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let out = match self.out {
            Some(out) => out,
            None => context.project_dir()?.join(DATA_FOLDER),
        };
        generate(context.printer, &self.amounts, &out).map(|_| ())
    }
}

/// Generates, with a progress bar, and says what was written.
pub(super) fn generate(
    printer: &Printer,
    amounts: &Amounts,
    out: &Path,
) -> Result<GenerateSummary, Failure> {
    let started = Instant::now();
    let options = amounts.options();
    let bar = progress::rows(
        printer,
        "generating",
        options
            .customers
            .saturating_add(options.products)
            .saturating_add(options.sales),
    );
    let summary =
        snowmelt_shop::generate::generate(&options, out, &mut |rows| bar.set_position(rows))?;
    bar.finish_and_clear();
    for table in ["customers", "products", "sales"] {
        let files = summary.files.iter().filter(|file| file.table == table);
        let (files, size) =
            files.fold((0, 0), |(files, size), file| (files + 1, size + file.bytes));
        printer.say(format_args!(
            "{table:<10} {:>12} rows  {:>10}  {}",
            count(summary.rows(Some(table))),
            bytes(size),
            counted(files, "file"),
        ));
    }
    let dirty = match summary.dirty_rows() {
        0 => String::new(),
        dirty => format!(", {} of them dirty", count(dirty)),
    };
    printer.say(format_args!(
        "wrote {}{dirty} to {} in {}",
        counted(summary.rows(None), "row"),
        out.display(),
        duration(started.elapsed())
    ));
    Ok(summary)
}

fn parse_date(text: &str) -> Result<Date, String> {
    let date = text.parse();
    date.map_err(|_| "expected a date, such as 2026-11-24".to_owned())
}

impl Amounts {
    /// A shop with that many sales in a quarter that ends today.
    pub(super) fn of_shop(sales: u64, dirty: f64, seed: u64) -> Self {
        Self {
            customers: (sales / 10).max(1),
            products: (sales / 200).clamp(20, 20_000),
            sales,
            days: 90,
            end_date: None,
            files: 10,
            seed,
            dirty,
        }
    }

    fn options(&self) -> GenerateOptions {
        let end_date = self.end_date.unwrap_or_else(system::today);
        GenerateOptions {
            customers: self.customers,
            products: self.products,
            sales: self.sales,
            days: self.days,
            files: self.files,
            seed: self.seed,
            dirty: self.dirty,
            ..GenerateOptions::new(end_date)
        }
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Option { option, expected } => {
                Failure::user(format!("`--{}` must be {expected}", option.replace('_', "-")))
            }
            GenerateError::Write { path, source } => Failure::file("write", &path, source)
                .with_hint("files that were finished before are complete; `snowmelt generate` again writes them all anew"),
        }
    }
}
