//! The same options give the same bytes, everywhere.

use std::collections::BTreeMap;

use jiff::civil::date;
use sha2::{Digest, Sha256};
use snowmelt_shop::generate::{GenerateOptions, generate};

use crate::{run, small_shop};

fn hash(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// When this fails, everybody's generated data changes: mean it, and say so in the changelog.
#[test]
fn the_bytes_are_pinned() {
    let clean = run(&small_shop()).1;
    let dirty = run(&GenerateOptions {
        dirty: 0.05,
        seed: 42,
        ..small_shop()
    })
    .1;
    assert_eq!(
        [hash(&clean), hash(&dirty)],
        [
            "0094e48c0c5fe7f28cf148ef9e00334b6e692874731602ca0acc3fa3e6cbb798",
            "25fcf42ab1543af685041c9f41fddf910eb9e92845ed5a33525fce80a06c7198",
        ]
    );
}

#[test]
fn another_seed_or_end_gives_other_data_under_other_names() {
    let base = run(&small_shop()).1;
    let seed = run(&GenerateOptions {
        seed: 2,
        ..small_shop()
    })
    .1;
    let end = run(&GenerateOptions {
        end_date: date(2027, 2, 24),
        ..small_shop()
    })
    .1;
    assert!(
        base.keys()
            .all(|name| !seed.contains_key(name) && !end.contains_key(name))
    );
    let product = |files: &BTreeMap<String, Vec<u8>>| {
        files
            .iter()
            .find(|(name, _)| name.starts_with("products"))
            .map(|(_, bytes)| bytes.clone())
    };
    assert_eq!(product(&base), product(&end), "prices stay");
    assert_ne!(product(&base), product(&seed));
}

#[test]
fn one_file_has_plain_names() {
    let (summary, files) = run(&GenerateOptions {
        files: 1,
        sales: 100,
        ..small_shop()
    });
    assert!(
        files
            .keys()
            .eq(["customers.csv", "products.csv", "sales.json"])
    );
    assert_eq!(
        summary
            .files
            .iter()
            .map(|file| file.table)
            .collect::<Vec<_>>(),
        ["customers", "products", "sales"]
    );
}

#[test]
fn files_split_the_same_sales() {
    let lines = |files: u32| {
        crate::sale_lines(
            &run(&GenerateOptions {
                files,
                dirty: 0.1,
                ..small_shop()
            })
            .1,
        )
    };
    let one = lines(1);
    for files in [3, 90, 500] {
        assert_eq!(lines(files), one, "{files} files");
    }
    let names: Vec<String> = run(&GenerateOptions {
        files: 180,
        sales: 2_000,
        ..small_shop()
    })
    .1
    .into_keys()
    .collect();
    assert!(
        names.contains(&"sales_2026-11-24_001.json".to_owned()),
        "{names:?}"
    );
    assert!(
        names.contains(&"sales_2026-11-24_002.json".to_owned()),
        "{names:?}"
    );
}

#[test]
fn the_summary_counts_what_is_in_the_files() {
    let mut told = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    let options = GenerateOptions {
        dirty: 0.1,
        sales: 200_000,
        ..small_shop()
    };
    let summary = generate(&options, folder.path(), &mut |rows| told.push(rows)).unwrap();
    for file in &summary.files {
        let bytes = std::fs::read(&file.path).unwrap();
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let header = u64::from(file.table != "sales");
        assert_eq!(
            (file.rows, file.bytes),
            (lines - header, bytes.len() as u64),
            "{}",
            file.path.display()
        );
    }
    assert_eq!(told.last(), Some(&summary.rows(None)));
    assert!(told.is_sorted());
}

#[test]
fn many_customers_come_in_parts() {
    let (summary, files) = run(&GenerateOptions {
        customers: 1_000_001,
        products: 1,
        sales: 0,
        ..small_shop()
    });
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "customers_2026-11-24_001.csv",
            "customers_2026-11-24_002.csv",
            "products_2026-11-24.csv"
        ]
    );
    assert_eq!(
        summary
            .files
            .iter()
            .map(|file| file.rows)
            .collect::<Vec<_>>(),
        [1_000_000, 1, 1]
    );
    assert!(String::from_utf8_lossy(&files[names[1]]).contains("\n1000001,"));
}
