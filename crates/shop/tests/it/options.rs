//! Options out of range and folders that cannot be written to.

use jiff::civil::{Date, date};
use snowmelt_shop::generate::{GenerateError, GenerateOptions, generate};

use crate::{run, small_shop};

#[test]
fn options_out_of_range_are_named() {
    let refused: [(GenerateOptions, &str); 9] = [
        (
            GenerateOptions {
                days: 0,
                ..small_shop()
            },
            "days",
        ),
        (
            GenerateOptions {
                days: 36_526,
                ..small_shop()
            },
            "days",
        ),
        (
            GenerateOptions {
                files: 0,
                ..small_shop()
            },
            "files",
        ),
        (
            GenerateOptions {
                dirty: 1.5,
                ..small_shop()
            },
            "dirty",
        ),
        (
            GenerateOptions {
                dirty: f64::NAN,
                ..small_shop()
            },
            "dirty",
        ),
        (
            GenerateOptions {
                customers: 0,
                ..small_shop()
            },
            "customers",
        ),
        (
            GenerateOptions {
                products: 0,
                ..small_shop()
            },
            "products",
        ),
        (
            GenerateOptions {
                sales: u64::MAX,
                ..small_shop()
            },
            "sales",
        ),
        (
            GenerateOptions {
                end_date: Date::MIN,
                ..small_shop()
            },
            "end_date",
        ),
    ];
    for (options, expected) in refused {
        let folder = tempfile::tempdir().unwrap();
        match generate(&options, folder.path(), &mut |_| {}) {
            Err(GenerateError::Option { option, .. }) => assert_eq!(option, expected),
            other => panic!("{expected}: {other:?}"),
        }
        assert!(
            folder.path().read_dir().unwrap().next().is_none(),
            "{expected}"
        );
    }
}

#[test]
fn nothing_to_sell_is_no_error() {
    let (summary, files) = run(&GenerateOptions {
        customers: 0,
        products: 3,
        sales: 0,
        ..small_shop()
    });
    assert_eq!(
        (
            summary.rows(Some("customers")),
            summary.rows(Some("products"))
        ),
        (0, 3)
    );
    assert_eq!(
        files["customers_2026-11-24.csv"],
        b"customer_id,name,country,email\r\n"
    );
    assert_eq!(summary.rows(Some("sales")), 0);
}

#[test]
fn a_day_at_a_time_never_repeats_a_sale() {
    let day = |end_date: Date| GenerateOptions {
        end_date,
        days: 1,
        sales: 500,
        files: 2,
        ..small_shop()
    };
    let (first, second) = (
        run(&day(date(2026, 12, 1))).1,
        run(&day(date(2026, 12, 2))).1,
    );
    let second = crate::sale_lines(&second);
    assert!(
        crate::sale_lines(&first)
            .iter()
            .all(|line| !second.contains(line))
    );
}

#[test]
fn a_file_that_cannot_be_written_is_named_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    // A folder lies where the file belongs: it can be written under its hidden name, but not take its own.
    let in_the_way = folder.path().join("products_2026-11-24.csv");
    std::fs::create_dir_all(in_the_way.join("something")).unwrap();
    let error = generate(&small_shop(), folder.path(), &mut |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write `{}`", in_the_way.display())
    );
    let mut left: Vec<_> = folder
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["customers_2026-11-24.csv", "products_2026-11-24.csv"]
    );
}
