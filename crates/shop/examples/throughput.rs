//! How fast data is generated: `cargo run --profile dist -p snowmelt-shop --example throughput [SALES] [DIRTY] [FOLDER]`.
//! Writes to the folder, or to a temporary one, and prints rows and megabytes a second.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::date;
use snowmelt_shop::generate::{GenerateOptions, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let sales = arguments
        .next()
        .map_or(Ok(5_000_000), |text| text.parse())?;
    let dirty = arguments.next().map_or(Ok(0.0), |text| text.parse())?;
    let options = GenerateOptions {
        customers: sales / 10,
        products: 20_000,
        sales,
        dirty,
        ..GenerateOptions::new(date(2026, 11, 24))
    };
    let temporary = tempfile::tempdir()?;
    let folder = arguments
        .next()
        .map_or(temporary.path().to_owned(), PathBuf::from);
    let start = Instant::now();
    let summary = generate(&options, &folder, &mut |_| {})?;
    let seconds = start.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{} rows, {} MB in {seconds:.2} s: {:.2} M rows/s, {:.0} MB/s",
        summary.rows(None),
        summary.bytes() / 1_000_000,
        summary.rows(None) as f64 / 1e6 / seconds,
        summary.bytes() as f64 / 1e6 / seconds,
    )?;
    Ok(())
}
