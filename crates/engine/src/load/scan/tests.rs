//! Passes over files in memory, selected from by DuckDB.

use super::*;
use crate::load::target::{ColumnSource, Conversion, TargetColumn};
use crate::load::value::TemporalFormats;
use duckdb::Connection;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use snowmelt_sql::DataType;
use snowmelt_sql::object::{BinaryFormat, CsvFormat, MetadataColumn, ValueFormat};
use std::io::{self, Read, Write};

/// A file in memory.
struct Memory(Vec<u8>);

impl FileSource for Memory {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.0.clone())))
    }
}

pub(super) fn column(name: &str, data_type: DataType, source: ColumnSource) -> TargetColumn {
    TargetColumn {
        name: name.to_owned(),
        ordinal: 1,
        data_type,
        narrow: data_type.can_be_narrow(),
        nullable: true,
        source,
    }
}

pub(super) fn target(mut columns: Vec<TargetColumn>, expected_fields: Option<usize>) -> Target {
    for (index, column) in columns.iter_mut().enumerate() {
        column.ordinal = index + 1;
    }
    let auto = &ValueFormat::Auto;
    Target {
        table: "T".to_owned(),
        columns,
        case_sensitive: false,
        expected_fields,
        conversion: Conversion {
            temporal: TemporalFormats::new(auto, auto, auto, TimeZone::UTC),
            binary_format: BinaryFormat::Hex,
            enforce_length: true,
            trim_space: false,
            strip_null_values: false,
            null_if: Vec::new(),
        },
    }
}

pub(super) fn csv(format: &CsvFormat) -> ScanFormat {
    ScanFormat {
        container: None,
        records: RecordFormat::Csv {
            dialect: Arc::new(CsvDialect::new(format).unwrap()),
            charset: Charset::Utf8,
        },
        compression: Compression::Auto,
        skip_byte_order_mark: true,
        replace_invalid_characters: format.replace_invalid_characters,
    }
}

pub(super) fn json() -> ScanFormat {
    ScanFormat {
        records: RecordFormat::Json {
            strip_outer_array: false,
            allow_duplicate: false,
            multi_line: true,
        },
        ..csv(&CsvFormat::default())
    }
}

pub(super) fn plan(
    target: Target,
    format: ScanFormat,
    files: &[&[u8]],
    tolerance: Tolerance,
) -> ScanPlan {
    let files = files
        .iter()
        .enumerate()
        .map(|(index, bytes)| LoadFile {
            path: format!("f{index}"),
            content_key: "key".to_owned(),
            last_modified_micros: 0,
            source: Arc::new(Memory(bytes.to_vec())),
        })
        .collect();
    ScanPlan {
        target: Arc::new(target),
        format,
        files,
        tolerance,
        started_at_micros: 0,
        zone: TimeZone::UTC,
        threads: 2,
        in_order: false,
        block_bytes: crate::load::block::BLOCK_BYTES,
    }
}

/// Runs a pass and gives its rows, sorted, as JSON arrays of text.
pub(super) fn run(plan: ScanPlan) -> (Vec<String>, Arc<Scan>) {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch("SET preserve_insertion_order = false; SET threads = 2")
        .unwrap();
    let registry = ScanRegistry::default();
    register(&connection, &registry).unwrap();
    let scan = Arc::new(Scan::new(plan));
    let registered = registry.put(Arc::clone(&scan));
    let sql = format!(
        "CREATE TABLE t AS SELECT * FROM snowmelt_scan({}); ",
        registered.id
    );
    connection.execute_batch(&sql).unwrap();
    let mut statement = connection
        .prepare("SELECT CAST(to_json(t) AS VARCHAR) FROM t ORDER BY ALL")
        .unwrap();
    let rows = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    (rows, scan)
}

fn rejects(scan: &Scan) -> Vec<Reject> {
    let mut all = Vec::new();
    scan.rejects()
        .drain(|reject| {
            all.push(reject);
            Ok::<_, io::Error>(())
        })
        .unwrap();
    all.sort_by_key(|reject| (reject.file, reject.row_number));
    all
}

fn two_columns() -> Vec<TargetColumn> {
    vec![
        column("A", DataType::INTEGER, ColumnSource::Field(0)),
        column("B", DataType::TEXT, ColumnSource::Field(1)),
    ]
}

#[test]
fn csv_rejects_are_placed_as_snowflake_places_them() {
    // data, error, line, character, column, byte offset, record
    #[expect(clippy::type_complexity, reason = "a table")]
    let cases: &[(&str, &str, u64, u64, Option<&str>, u64, &str)] = &[
        (
            "1,x\nNOPE,y\n3,z\n",
            "Numeric value 'NOPE' is not recognized",
            2,
            1,
            Some("\"T\"[\"A\":1]"),
            4,
            "NOPE,y\n",
        ),
        (
            "1,a\n2,b,extra\n",
            "Field delimiter ',' found while expecting record delimiter '\\n'",
            2,
            4,
            Some("\"T\"[\"B\":2]"),
            7,
            "2,b,extra",
        ),
        (
            "1,a\n2\n",
            "End of record reached while expected to parse column '\"T\"[\"B\":2]'",
            2,
            2,
            Some("\"T\"[\"B\":2]"),
            5,
            "2",
        ),
        (
            "1,x\n\n2,y\n",
            "End of record reached while expected to parse column '\"T\"[\"B\":2]'",
            2,
            1,
            Some("\"T\"[\"B\":2]"),
            4,
            "\n",
        ),
        (
            "1,a,extra\n2,b\n",
            "Number of columns in file (3) does not match that of the corresponding table (2), use file format option error_on_column_count_mismatch=false to ignore this error",
            2,
            1,
            Some("\"T\"[3]"),
            10,
            "1,a,extra\n",
        ),
        (
            "1\n2,b\n",
            "Number of columns in file (1) does not match that of the corresponding table (2), use file format option error_on_column_count_mismatch=false to ignore this error",
            2,
            1,
            Some("\"T\"[\"A\":1]"),
            2,
            "1\n",
        ),
        (
            "1,a,extra\n",
            "Number of columns in file (3) does not match that of the corresponding table (2), use file format option error_on_column_count_mismatch=false to ignore this error",
            1,
            10,
            Some("\"T\"[3]"),
            9,
            "1,a,extra",
        ),
    ];
    for (data, error, line, character, column, byte_offset, record) in cases {
        let (_, scan) = run(plan(
            target(two_columns(), Some(2)),
            csv(&CsvFormat::default()),
            &[data.as_bytes()],
            Tolerance::Any,
        ));
        let found = rejects(&scan);
        assert_eq!(found.len(), 1, "{data:?}");
        let reject = &found[0];
        assert_eq!(
            (reject.error.as_str(), reject.line, reject.character),
            (*error, *line, *character),
            "{data:?}"
        );
        assert_eq!(reject.column_name.as_deref(), *column, "{data:?}");
        assert_eq!(
            (reject.byte_offset, reject.record.as_str()),
            (*byte_offset, *record),
            "{data:?}"
        );
    }
}

fn named(columns: &[(&str, DataType)]) -> Vec<TargetColumn> {
    let mut all: Vec<TargetColumn> = columns
        .iter()
        .map(|(name, data_type)| column(name, *data_type, ColumnSource::Name))
        .collect();
    let row = ColumnSource::Metadata(MetadataColumn::FileRowNumber);
    all.push(column("ROW", DataType::INTEGER, row));
    all
}

#[test]
fn json_values_become_their_columns_types() {
    let columns = named(&[
        (
            "N",
            DataType::Number {
                precision: 10,
                scale: 2,
            },
        ),
        ("D", DataType::Date),
        ("S", DataType::Text { length: 5 }),
        ("F", DataType::Float),
        ("B", DataType::Boolean),
        ("V", DataType::Variant),
        ("TS", DataType::TimestampNtz { precision: 9 }),
    ]);
    let data = br#"{"n": 1.005, "d": "2024-02-29", "s": "a\u00e9\n", "f": 1e3, "b": true, "v": {"y": 1, "x": [null]}, "ts": "2024-01-02 03:04:05.678"}
{"N": "7", "D": null, "S": 1.50, "F": "2.5", "B": "no", "V": null, "more": {"deep": [1, {"er": 2}]}}
{"n": true, "s": {"b": 1, "a": 2}}
{"n": "x"}
{"d": 5}
{"n": 1, "n": 2}
{"s": "123456"}
{"n": 123456789}
[1]
{"n": 1,
{"n": 3}{"n": 4} {"n": 5}

{
  "n": 6
}
"#;
    let (rows, scan) = run(ScanPlan {
        in_order: true,
        ..plan(target(columns, None), json(), &[data], Tolerance::Any)
    });
    let expected = [
        r#"{"c0":1.01,"c1":"2024-02-29","c2":"aé\n","c3":1000.0,"c4":true,"c5":{"x":[null],"y":1},"c6":"2024-01-02 03:04:05.678","c7":1}"#,
        r#"{"c0":3.0,"c1":null,"c2":null,"c3":null,"c4":null,"c5":null,"c6":null,"c7":11}"#,
        r#"{"c0":4.0,"c1":null,"c2":null,"c3":null,"c4":null,"c5":null,"c6":null,"c7":12}"#,
        r#"{"c0":5.0,"c1":null,"c2":null,"c3":null,"c4":null,"c5":null,"c6":null,"c7":13}"#,
        r#"{"c0":6.0,"c1":null,"c2":null,"c3":null,"c4":null,"c5":null,"c6":null,"c7":14}"#,
        r#"{"c0":7.0,"c1":null,"c2":"1.5","c3":2.5,"c4":false,"c5":null,"c6":null,"c7":2}"#,
    ];
    assert_eq!(rows, expected);
    let found: Vec<(u64, u64, u64, String)> = rejects(&scan)
        .into_iter()
        .map(|reject| {
            (
                reject.row_number,
                reject.line,
                reject.character,
                reject.error,
            )
        })
        .collect();
    let expected: Vec<(u64, u64, u64, &str)> = vec![
        (
            3,
            3,
            18,
            "User character length limit (5) exceeded by string '{\"a\":2,\"b\":1}'",
        ),
        (4, 4, 7, "Failed to cast variant value \"x\" to FIXED"),
        (5, 5, 7, "Failed to cast variant value 5 to DATE"),
        (
            6,
            6,
            12,
            "Error parsing JSON: duplicate object attribute \"n\", pos 12",
        ),
        (
            7,
            7,
            7,
            "User character length limit (5) exceeded by string '123456'",
        ),
        (8, 8, 7, "Numeric value '123456789' is out of range"),
        (9, 9, 1, "Failed to cast variant value [1] to OBJECT"),
        (10, 10, 9, "Error parsing JSON: missing comma, pos 10"),
    ];
    let expected: Vec<(u64, u64, u64, String)> = expected
        .into_iter()
        .map(|(row, line, character, error)| (row, line, character, error.to_owned()))
        .collect();
    assert_eq!(found, expected);
    let Outcome::Read(outcomes) = scan.outcome() else {
        panic!("not read")
    };
    assert_eq!((outcomes[0].rows, outcomes[0].rejected), (6, 8));
}

#[test]
fn a_wide_number_asks_for_a_wider_column() {
    let columns = named(&[("A", DataType::INTEGER), ("B", DataType::INTEGER)]);
    let data = b"{\"a\":1}\n{\"b\":9223372036854775808}\n";
    let (_, scan) = run(plan(target(columns, None), json(), &[data], Tolerance::Any));
    assert!(matches!(scan.outcome(), Outcome::Widen(columns) if columns == [1]));
    let mut wide = named(&[("A", DataType::INTEGER), ("B", DataType::INTEGER)]);
    wide[1].narrow = false;
    let (rows, _) = run(plan(target(wide, None), json(), &[data], Tolerance::Any));
    assert_eq!(rows[1], r#"{"c0":null,"c1":9223372036854775808,"c2":2}"#);
}

#[test]
fn bad_files_are_told_from_good_ones() {
    let good = b"1,x\n2,y\n".as_slice();
    let bad = b"1,x\nNOPE,y\nNO,z\n".as_slice();
    let outcome = |tolerance, files: &[&[u8]]| {
        let (rows, scan) = run(plan(
            target(two_columns(), Some(2)),
            csv(&CsvFormat::default()),
            files,
            tolerance,
        ));
        let Outcome::Read(files) = scan.outcome() else {
            panic!("not read")
        };
        let counts = |file: &FileOutcome| (file.rows, file.rejected, file.is_bad);
        (rows.len(), files.iter().map(counts).collect::<Vec<_>>())
    };
    assert_eq!(
        outcome(Tolerance::Any, &[good, bad]),
        (3, vec![(2, 0, false), (1, 2, false)])
    );
    assert_eq!(
        outcome(Tolerance::Fewer(1), &[bad, good]).1,
        [(1, 2, true), (2, 0, false)]
    );
    assert_eq!(outcome(Tolerance::Fewer(3), &[bad]).1, [(1, 2, false)]);
    assert_eq!(
        outcome(Tolerance::FewerPercent(67.0), &[bad]).1,
        [(1, 2, true)]
    );
    assert_eq!(
        outcome(Tolerance::FewerPercent(100.0), &[bad]).1,
        [(1, 2, false)]
    );
    let (_, scan) = run(plan(
        target(two_columns(), Some(2)),
        csv(&CsvFormat::default()),
        &[good, bad],
        Tolerance::None,
    ));
    let Outcome::Abort(reject) = scan.outcome() else {
        panic!("not aborted")
    };
    assert_eq!(
        (reject.file, reject.line, reject.error.as_str()),
        (1, 2, "Numeric value 'NOPE' is not recognized")
    );
}

#[test]
fn a_damaged_file_fails_as_a_whole() {
    let mut cut = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut cut, flate2::Compression::fast());
    encoder
        .write_all("1,x\n".repeat(100_000).as_bytes())
        .unwrap();
    encoder.finish().unwrap();
    cut.truncate(cut.len() - 10);
    let (_, scan) = run(plan(
        target(two_columns(), Some(2)),
        csv(&CsvFormat::default()),
        &[&cut, b"1,x\n"],
        Tolerance::Any,
    ));
    let Outcome::Read(files) = scan.outcome() else {
        panic!("not read")
    };
    assert!(
        matches!(files[0].failure, Some(FileFailure::Damaged(_))),
        "{:?}",
        files[0].failure
    );
    assert_eq!((files[1].rows, files[1].failure.clone()), (1, None));
}

#[test]
fn csv_options() {
    let read = |format: CsvFormat, expected: Option<usize>, data: &[u8]| {
        run(plan(
            target(two_columns(), expected),
            csv(&format),
            &[data],
            Tolerance::Any,
        ))
        .0
    };
    let quoted = || CsvFormat {
        field_optionally_enclosed_by: Some('"'),
        ..CsvFormat::default()
    };
    let row = |a: &str, b: &str| format!("{{\"c0\":{a},\"c1\":{b}}}");
    assert_eq!(
        read(quoted(), Some(2), b"1,\"a \"\"b\"\", c\nd\"\r\n2,x\r\n"),
        [row("1", r#""a \"b\", c\nd""#), row("2", "\"x\"")]
    );
    assert_eq!(
        read(CsvFormat::default(), Some(2), b"1,\\N\n2,a\\,b\n3,\n"),
        [row("1", "null"), row("2", "\"a,b\""), row("3", "null")]
    );
    let keep = CsvFormat {
        empty_field_as_null: false,
        ..quoted()
    };
    assert_eq!(read(keep, Some(2), b"1,\n"), [row("1", "\"\"")]);
    assert_eq!(read(quoted(), Some(2), b"1,\"\"\n"), [row("1", "\"\"")]);
    let trim = CsvFormat {
        trim_space: true,
        ..quoted()
    };
    assert_eq!(
        read(trim, Some(2), b" 1 , \" x y \" \n"),
        [row("1", "\" x y \"")]
    );
    let odd = CsvFormat {
        field_delimiter: Some("||".into()),
        record_delimiter: Some("^~".into()),
        ..CsvFormat::default()
    };
    assert_eq!(
        read(odd, Some(2), b"1||a|b^c^~2||d"),
        [row("1", "\"a|b^c\""), row("2", "\"d\"")]
    );
    let lenient = || CsvFormat {
        skip_header: 1,
        skip_blank_lines: true,
        ..CsvFormat::default()
    };
    assert_eq!(
        read(lenient(), None, b"h\n1,a,extra\n\n2\n"),
        [row("1", "\"a\""), row("2", "null")]
    );
    let null_if = CsvFormat {
        null_if: vec!["NULL".into(), "2".into()],
        ..quoted()
    };
    assert_eq!(
        read(null_if, Some(2), b"1,NULL\n2,\"NULL\"\n"),
        [row("1", "null"), row("null", "null")]
    );
    let escape = CsvFormat {
        escape: Some('\\'),
        ..quoted()
    };
    assert_eq!(
        read(escape, Some(2), b"1,\"a\\\"b\\n\"\n"),
        [row("1", r#""a\"b\n""#)]
    );
    let replace = CsvFormat {
        replace_invalid_characters: true,
        ..CsvFormat::default()
    };
    assert_eq!(
        read(replace, Some(2), b"1,a\xFF\xFEb\n"),
        [row("1", "\"a\u{FFFD}\u{FFFD}b\"")]
    );
    let mut header = target(
        named(&[("B", DataType::TEXT), ("A", DataType::INTEGER)]),
        None,
    );
    header.case_sensitive = false;
    let format = csv(&CsvFormat {
        parse_header: true,
        ..quoted()
    });
    let rows = run(plan(
        header,
        format,
        &[b"a,x,\"b\"\n1,2,3\n"],
        Tolerance::Any,
    ))
    .0;
    assert_eq!(rows, [r#"{"c0":"3","c1":1,"c2":1}"#]);
}

/// Reads without DuckDB: what a pass counts and rejects.
fn read_through(plan: ScanPlan) -> (Vec<(u64, u64, u64)>, Vec<Reject>) {
    let scan = Scan::new(plan);
    let types: Vec<_> = scan
        .types
        .iter()
        .map(|cell_type| table_function::logical_type(*cell_type))
        .collect();
    loop {
        let chunk = duckdb::core::DataChunkHandle::new(&types);
        // SAFETY: the chunk is this call's own, and has the scan's types.
        let mut writer =
            unsafe { crate::load::vector::RowWriter::new(chunk.get_ptr(), &scan.types) };
        scan.fill(&mut writer);
        if writer.rows() == 0 {
            break;
        }
    }
    let found = rejects(&scan);
    let Outcome::Read(files) = scan.outcome() else {
        return (Vec::new(), found);
    };
    let counts = files
        .iter()
        .map(|file| (file.rows, file.rejected, file.blank))
        .collect();
    (counts, found)
}

fn assert_same_in_blocks(
    make: impl Fn() -> (Target, ScanFormat),
    data: &[u8],
) -> Result<(), TestCaseError> {
    let read = |block_bytes, in_order| {
        let (target, format) = make();
        read_through(ScanPlan {
            block_bytes,
            in_order,
            threads: 1,
            ..plan(target, format, &[data], Tolerance::Any)
        })
    };
    let whole = read(1 << 20, true);
    for block_bytes in [1, 7, 64] {
        let (counts, found) = read(block_bytes, true);
        prop_assert_eq!(&counts, &whole.0, "{:?}", String::from_utf8_lossy(data));
        prop_assert_eq!(&found, &whole.1);
    }
    let (rows, rejected, _) = whole.0[0];
    prop_assert_eq!(rejected as usize, whole.1.len());
    let records: Vec<u64> = whole.1.iter().map(|reject| reject.row_number).collect();
    prop_assert!(
        records
            .iter()
            .all(|record| *record <= rows + rejected + whole.0[0].2)
    );
    Ok(())
}

fn text_of(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(alphabet), 0..80)
}

proptest! {
    #[test]
    fn csv_is_the_same_in_any_blocks(
        data in text_of(b"1a,,\n\n\"\"\\ \r|"),
        enclosed in any::<bool>(), escape in any::<bool>(), trim_space in any::<bool>(),
        multi_line in any::<bool>(), skip_blank_lines in any::<bool>(), wide in any::<bool>(), skip_header in 0_u64..3,
    ) {
        let format = CsvFormat {
            field_optionally_enclosed_by: enclosed.then_some('"'),
            escape: escape.then_some('\\'),
            field_delimiter: Some(if wide { ",|".into() } else { ",".into() }),
            record_delimiter: Some(if wide { "\n1".into() } else { "\n".into() }),
            trim_space, multi_line, skip_blank_lines, skip_header,
            ..CsvFormat::default()
        };
        assert_same_in_blocks(|| (target(two_columns(), Some(2)), csv(&format)), &data)?;
    }

    #[test]
    fn any_bytes_are_rows_or_rejects(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_same_in_blocks(|| (target(two_columns(), Some(2)), csv(&CsvFormat::default())), &data)?;
    }

    #[test]
    fn json_lines_are_the_same_in_any_blocks(
        records in proptest::collection::vec(proptest::sample::select(&[
            "{\"a\":1}", "{\"b\":\"x}{\"}", "{\"a\":1,", "{\"a\":\"x", "[{}]", "{\n \"a\": [\n {},\n {}\n ]\n}", "3", "nope", "{\"a\":{}}", ""][..]), 0..12),
        separators in proptest::collection::vec(proptest::sample::select(&["\n", "\n", " \n", "\n\n", "\r\n"][..]), 12),
    ) {
        let data: String = records.iter().zip(&separators).flat_map(|(record, separator)| [*record, *separator]).collect();
        let make = || (target(named(&[("A", DataType::INTEGER), ("B", DataType::TEXT)]), None), json());
        assert_same_in_blocks(make, data.as_bytes())?;
    }

    #[test]
    fn json_bytes_never_panic(data in text_of(b"{}[]\",:\\ab0-e. \n\xFF"), strip_outer_array in any::<bool>(), multi_line in any::<bool>()) {
        let records = RecordFormat::Json { strip_outer_array, allow_duplicate: false, multi_line };
        let make = || (target(named(&[("A", DataType::INTEGER)]), None), ScanFormat { records: records.clone(), ..json() });
        for block_bytes in [1, 1 << 20] {
            let (target, format) = make();
            let (counts, found) = read_through(ScanPlan { block_bytes, in_order: true, ..plan(target, format, &[&data], Tolerance::Any) });
            prop_assert_eq!(counts[0].1 as usize, found.len());
        }
    }
}
