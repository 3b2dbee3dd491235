//! SHOW FILE FORMATS.

use super::{LTZ, Scope, TEXT, comment, entries, file_format_options};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::object::FileFormat;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("type", TEXT),
    ("owner", TEXT),
    ("comment", TEXT),
    ("format_options", TEXT),
    ("owner_role_type", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::FileFormat, show, scope) {
        let Definition::FileFormat(format) = &entry.definition else {
            continue;
        };
        let options: Vec<String> = file_format_options(&format.format)
            .iter()
            .map(|option| format!("{}:{}", json_text(option.name), option.json()))
            .collect();
        listing.rows.push(vec![
            Cell::Timestamp(entry.created_at_micros),
            Cell::from(format.name.name.as_str()),
            Cell::from(format.name.database.as_str()),
            Cell::from(format.name.schema.as_str()),
            Cell::from(type_name(&format.format)),
            Cell::from(entry.owner.as_str()),
            comment(&entry),
            Cell::from(format!("{{{}}}", options.join(","))),
            Cell::from("ROLE"),
        ]);
    }
    listing
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn type_name(format: &FileFormat) -> &'static str {
    match format {
        FileFormat::Csv(_) => "CSV",
        FileFormat::Json(_) => "JSON",
        FileFormat::Parquet(_) => "PARQUET",
        FileFormat::Avro(_) => "AVRO",
    }
}
