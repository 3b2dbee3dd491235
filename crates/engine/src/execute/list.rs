//! LIST: the files of a stage.

use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use crate::stage::{StagedPlace, pattern};
use snowmelt_sql::DataType;
use snowmelt_sql::object::StagePath;

const COLUMNS: &[ListingColumn] = &[
    ("name", DataType::TEXT),
    ("size", DataType::INTEGER),
    ("md5", DataType::TEXT),
    ("last_modified", DataType::TEXT),
];

/// LIST.
pub(super) fn list(
    session: &Session,
    path: &StagePath,
    pattern_text: Option<&str>,
) -> Result<Listing> {
    let place = StagedPlace::resolve(session, path)?;
    let pattern = pattern_text.map(pattern).transpose()?;
    let mut listing = Listing::new(COLUMNS);
    for file in place.list("")? {
        if pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.is_match(&place.pattern_subject(&file)))
        {
            continue;
        }
        listing.rows.push(vec![
            Cell::from(file.shown),
            Cell::Number(i64::try_from(file.object.size).unwrap_or(i64::MAX)),
            Cell::from(file.object.etag),
            Cell::from(http_date(file.object.last_modified_micros)),
        ]);
    }
    Ok(listing)
}

/// `Mon, 11 Sep 2019 16:57:43 GMT`.
fn http_date(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map(|timestamp| timestamp.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}
