//! The generator by what it writes: the same bytes for the same options, data that looks like a shop's, and dirt in the
//! amount asked for.
#![allow(clippy::unwrap_used)]

mod bytes;
mod clean;
mod dirty;
mod options;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;
use snowmelt_shop::generate::{GenerateOptions, GenerateSummary, generate};

/// A shop of which every test changes what it is about.
fn small_shop() -> GenerateOptions {
    GenerateOptions {
        customers: 2_000,
        products: 200,
        sales: 40_000,
        ..GenerateOptions::new(date(2026, 11, 24))
    }
}

/// Generates into a folder of its own and reads every file back, by name.
fn run(options: &GenerateOptions) -> (GenerateSummary, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let summary = generate(options, folder.path(), &mut |_| {})
        .expect("good options and a folder to write to");
    let names: Vec<String> = summary.files.iter().map(|file| name(&file.path)).collect();
    let mut on_disk = BTreeMap::new();
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        on_disk.insert(name(&path), std::fs::read(&path).expect("a file"));
    }
    let mut sorted = names.clone();
    sorted.sort();
    assert!(
        sorted.iter().eq(on_disk.keys()),
        "on disk is what the summary says: {names:?}"
    );
    (summary, on_disk)
}

fn name(path: &Path) -> String {
    path.file_name()
        .and_then(|name| name.to_str())
        .expect("a plain name")
        .to_owned()
}

/// Rows of all files of a CSV table, each with as many fields as the header.
fn csv_rows(files: &BTreeMap<String, Vec<u8>>, table: &str) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for (_, bytes) in files.iter().filter(|(name, _)| name.starts_with(table)) {
        for record in csv::Reader::from_reader(&bytes[..]).records() {
            let record = record.expect("RFC 4180");
            let fields: Vec<String> = record.iter().map(str::to_owned).collect();
            rows.push(fields.try_into().expect("four fields"));
        }
    }
    rows
}

/// Lines of all sales files, in the order of the names, which is that of the dates.
fn sale_lines(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let sales = files.iter().filter(|(name, _)| name.starts_with("sales"));
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).expect("UTF-8");
    sales
        .flat_map(|(_, bytes)| text(bytes).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}
