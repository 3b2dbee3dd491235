//! Whatever a definition holds, its DDL gives it back.

use crate::session::Session;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use snowmelt_sql::DdlNames;
use snowmelt_sql::data_type::DataType;
use snowmelt_sql::name::QualifiedName;
use snowmelt_sql::object::{
    AvroFormat, BinaryFormat, Column, Compression, CsvFormat, Database, DefaultValue, FileFormat,
    FileFormatRef, ForeignKey, Identity, JsonFormat, Key, NamedFileFormat, Object, ParquetFormat,
    Properties, PropertyValue, Schema, Sequence, Stage, StageLocation, Table, TableKind,
    ValueFormat, View, Warehouse,
};
use std::collections::BTreeMap;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z_][A-Z0-9_$]{0,8}",
        "[a-zA-Zé\" .']{1,8}".prop_map(|text| text),
        Just("select".to_owned()),
        Just("TABLE".to_owned()),
    ]
}

fn full_name() -> impl Strategy<Value = QualifiedName> {
    name().prop_map(|name| QualifiedName::new("DB", "RAW", name))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[ -~\\n\\t'\\\\$]{0,12}"]
}

fn comment() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn value() -> impl Strategy<Value = PropertyValue> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(PropertyValue::Boolean),
        any::<i32>().prop_map(|number| PropertyValue::Integer(i64::from(number))),
        text().prop_map(PropertyValue::Text),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(PropertyValue::List),
            btree_map("[A-Z]{1,6}", inner, 1..3).prop_map(PropertyValue::Options),
        ]
    })
}

fn properties(keys: &'static [&'static str]) -> impl Strategy<Value = Properties> {
    btree_map(
        proptest::sample::select(keys).prop_map(str::to_owned),
        value(),
        0..3,
    )
}

fn data_type() -> impl Strategy<Value = DataType> {
    prop_oneof![
        Just(DataType::Boolean),
        (1u8..=38)
            .prop_flat_map(|precision| (Just(precision), 0..=precision.min(37)))
            .prop_map(|(precision, scale)| DataType::Number { precision, scale }),
        Just(DataType::Float),
        (1u32..=16_777_216).prop_map(|length| DataType::Text { length }),
        (1u32..=8_388_608).prop_map(|length| DataType::Binary { length }),
        Just(DataType::Date),
        (0u8..=9).prop_map(|precision| DataType::Time { precision }),
        (0u8..=9).prop_map(|precision| DataType::TimestampNtz { precision }),
        (0u8..=9).prop_map(|precision| DataType::TimestampLtz { precision }),
        Just(DataType::Variant),
        Just(DataType::Object),
        Just(DataType::Array),
    ]
}

fn column() -> impl Strategy<Value = Column> {
    let default = option::of(prop_oneof![any::<(i32, bool)>().prop_map(
        |(start, ordered)| DefaultValue::Identity(Identity {
            sequence: None,
            start: i64::from(start),
            increment: -7,
            ordered,
        })
    ),]);
    (name(), data_type(), any::<bool>(), default, comment()).prop_map(
        |(name, data_type, nullable, default, comment)| {
            let mut column = Column::new(name, data_type);
            column.nullable = nullable;
            column.comment = comment;
            column.default = default.filter(|_| data_type.can_be_narrow());
            column
        },
    )
}

fn table() -> impl Strategy<Value = Object> {
    let kind = prop_oneof![
        Just(TableKind::Permanent),
        Just(TableKind::Transient),
        Just(TableKind::Temporary)
    ];
    let kept = properties(&["CHANGE_TRACKING", "ENABLE_SCHEMA_EVOLUTION"]);
    (
        full_name(),
        kind,
        vec(column(), 1..5),
        any::<[bool; 4]>(),
        option::of(name()),
        comment(),
        kept,
    )
        .prop_map(
            |(name, kind, mut columns, flags, key_name, comment, properties)| {
                for (index, column) in columns.iter_mut().enumerate().skip(1) {
                    column.name.push_str(&index.to_string());
                }
                let first = columns[0].name.clone();
                let all: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
                let mut table = Table {
                    name,
                    kind,
                    columns,
                    primary_key: None,
                    unique_keys: Vec::new(),
                    foreign_keys: Vec::new(),
                    comment,
                    properties,
                };
                if flags[0] {
                    table.columns[0].nullable = false;
                    table.primary_key = Some(Key {
                        name: key_name.clone(),
                        columns: vec![first.clone()],
                    });
                }
                if flags[1] {
                    table.unique_keys.push(Key {
                        name: key_name.clone(),
                        columns: all,
                    });
                }
                if flags[2] {
                    table.foreign_keys.push(ForeignKey {
                        name: key_name,
                        columns: vec![first],
                        table: QualifiedName::new("DB", "PUBLIC", "Other"),
                        referenced_columns: if flags[3] {
                            vec!["id".to_owned()]
                        } else {
                            Vec::new()
                        },
                    });
                }
                Object::Table(table)
            },
        )
}

fn character() -> impl Strategy<Value = Option<char>> {
    option::of(proptest::char::range(' ', '~'))
}

fn delimiter() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some("\\n".to_owned())),
        Just(Some("0x41".to_owned())),
        "[|;:a\\\\0xté€\\t]{1,6}".prop_map(Some),
    ]
}

fn value_format() -> impl Strategy<Value = ValueFormat> {
    prop_oneof![
        Just(ValueFormat::Auto),
        "[YMDH/.' -]{1,9}x".prop_map(ValueFormat::Format)
    ]
}

fn compression() -> impl Strategy<Value = Compression> {
    prop_oneof![
        Just(Compression::Auto),
        Just(Compression::Gzip),
        Just(Compression::RawDeflate),
        Just(Compression::None)
    ]
}

fn binary_format() -> impl Strategy<Value = BinaryFormat> {
    prop_oneof![
        Just(BinaryFormat::Hex),
        Just(BinaryFormat::Base64),
        Just(BinaryFormat::Utf8)
    ]
}

fn csv() -> impl Strategy<Value = FileFormat> {
    (
        (compression(), delimiter(), character(), character()),
        option::of(prop_oneof![Just('"'), Just('\'')]),
        (
            value_format(),
            value_format(),
            value_format(),
            binary_format(),
        ),
        vec(text(), 0..3),
        any::<[bool; 8]>(),
        0u64..9,
    )
        .prop_map(
            |(text_options, enclosed, formats, null_if, flags, skip_header)| {
                let (compression, field_delimiter, escape, escape_unenclosed_field) = text_options;
                let (date_format, time_format, timestamp_format, binary_format) = formats;
                FileFormat::Csv(CsvFormat {
                    compression,
                    record_delimiter: Some("\r\n".to_owned()),
                    field_delimiter,
                    parse_header: skip_header == 0 && flags[0],
                    skip_header,
                    skip_blank_lines: flags[1],
                    date_format,
                    time_format,
                    timestamp_format,
                    binary_format,
                    escape,
                    escape_unenclosed_field,
                    trim_space: flags[2],
                    field_optionally_enclosed_by: enclosed,
                    null_if,
                    error_on_column_count_mismatch: flags[3],
                    replace_invalid_characters: flags[4],
                    empty_field_as_null: flags[5],
                    skip_byte_order_mark: flags[6],
                    multi_line: flags[7],
                    encoding: "ISO88591".to_owned(),
                    file_extension: None,
                })
            },
        )
}

fn format() -> impl Strategy<Value = FileFormat> {
    let json = (
        compression(),
        value_format(),
        vec(text(), 0..3),
        any::<[bool; 5]>(),
    )
        .prop_map(|(compression, date_format, null_if, flags)| {
            FileFormat::Json(JsonFormat {
                compression,
                date_format,
                null_if,
                strip_outer_array: flags[0],
                strip_null_values: flags[1],
                allow_duplicate: flags[2],
                multi_line: flags[3],
                ignore_utf8_errors: flags[4],
                file_extension: Some("x".to_owned()),
                ..JsonFormat::default()
            })
        });
    let parquet = any::<[bool; 4]>().prop_map(|flags| {
        FileFormat::Parquet(ParquetFormat {
            compression: if flags[0] {
                Compression::Snappy
            } else {
                Compression::Lzo
            },
            binary_as_text: flags[1],
            use_logical_type: flags[2],
            use_vectorized_scanner: flags[3],
            ..ParquetFormat::default()
        })
    });
    let avro = (compression(), vec(text(), 0..3), any::<bool>()).prop_map(
        |(compression, null_if, trim_space)| {
            FileFormat::Avro(AvroFormat {
                compression,
                trim_space,
                replace_invalid_characters: !trim_space,
                null_if,
            })
        },
    );
    prop_oneof![csv(), json, parquet, avro]
}

fn stage() -> impl Strategy<Value = Object> {
    let location = prop_oneof![
        Just(StageLocation::Internal),
        "[a-z0-9.-]{3,9}(/[ -~]{0,9})?".prop_map(|path| StageLocation::External {
            url: format!("s3://{path}")
        }),
    ];
    let file_format = option::of(prop_oneof![
        format().prop_map(FileFormatRef::Inline),
        Just(FileFormatRef::Named(QualifiedName::new(
            "DB", "RAW", "a Format"
        ))),
    ]);
    let directory = btree_map("AUTO_REFRESH", Just(PropertyValue::Boolean(true)), 0..2);
    (
        full_name(),
        location,
        file_format,
        any::<bool>(),
        directory,
        comment(),
    )
        .prop_map(
            |(name, location, file_format, enabled, directory, comment)| {
                let mut properties = Properties::new();
                if !directory.is_empty() {
                    properties.insert("DIRECTORY".to_owned(), PropertyValue::Options(directory));
                }
                Object::Stage(Stage {
                    name,
                    temporary: false,
                    location,
                    integration: None,
                    file_format,
                    directory: enabled,
                    comment,
                    properties,
                })
            },
        )
}

fn object() -> impl Strategy<Value = Object> {
    let database = (name(), any::<bool>(), comment(), properties(&["LOG_LEVEL"])).prop_map(
        |(name, transient, comment, properties)| {
            Object::Database(Database {
                name,
                transient,
                comment,
                properties,
            })
        },
    );
    let schema = (name(), any::<bool>(), comment(), any::<bool>()).prop_map(
        |(name, transient, comment, managed)| {
            let mut properties = BTreeMap::new();
            if managed {
                properties.insert("MANAGED_ACCESS".to_owned(), PropertyValue::Boolean(true));
            }
            Object::Schema(Schema {
                database: "DB".to_owned(),
                name,
                transient,
                comment,
                properties,
            })
        },
    );
    let kept = properties(&["WAREHOUSE_SIZE", "AUTO_SUSPEND", "AUTO_RESUME"]);
    let warehouse = (name(), comment(), kept).prop_map(|(name, comment, properties)| {
        Object::Warehouse(Warehouse {
            name,
            comment,
            properties,
        })
    });
    let sequence = (full_name(), any::<(i64, i64, bool)>(), comment()).prop_map(
        |(name, (start, increment, ordered), comment)| {
            Object::Sequence(Sequence {
                name,
                start,
                increment: if increment == 0 { 1 } else { increment },
                ordered,
                comment,
            })
        },
    );
    let file_format = (full_name(), format(), comment()).prop_map(|(name, format, comment)| {
        Object::FileFormat(NamedFileFormat {
            name,
            temporary: false,
            format,
            comment,
        })
    });
    let view = (full_name(), name(), any::<bool>(), comment(), comment()).prop_map(
        |(name, column, secure, comment, column_comment)| {
            Object::View(View {
                name,
                column_comments: column_comment
                    .into_iter()
                    .map(|comment| (column.clone(), comment))
                    .collect(),
                column_names: vec![column],
                query: "select  1 -- é\n + 2".to_owned(),
                secure,
                temporary: false,
                comment,
                properties: Properties::new(),
            })
        },
    );
    prop_oneof![
        database,
        schema,
        warehouse,
        sequence,
        file_format,
        view,
        stage(),
        table()
    ]
}

proptest! {
    #[test]
    fn ddl_gives_the_object_back(object in object(), full in any::<bool>()) {
        let mut session = Session::new();
        session
            .run("create table public.\"Other\" (\"id\" int primary key); create file format \"a Format\"")
            .unwrap();
        let ddl = object.ddl(if full { DdlNames::Full } else { DdlNames::Bare });
        match session.run(&ddl) {
            Ok(_) => prop_assert_eq!(session.objects.get(&(object.kind(), object.path())), Some(&object), "{}", ddl),
            Err(error) => prop_assert!(false, "{}\n{}", error.snowflake_message(&ddl), ddl),
        }
    }
}
