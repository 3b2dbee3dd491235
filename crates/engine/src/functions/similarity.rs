//! How alike two texts are: EDITDISTANCE and JAROWINKLER_SIMILARITY, by characters.

use super::add;
use super::native::native;
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<EditDistance>(database)?;
    add::<JaroWinkler>(database)
}

native! {
    /// Insertions, deletions and replacements of characters that make one text the other.
    EditDistance = "snowmelt_editdistance"(Text, Text) -> Integer, |row, cache: (), out| {
        let (Some(left), Some(right)) = (row.text(0), row.text(1)) else { return Ok(()) };
        out.integer(strsim::levenshtein(left, right) as i64);
        Ok(())
    }
}

native! {
    /// 0 to 100, whatever the case; empty texts are not alike.
    JaroWinkler = "snowmelt_jarowinkler"(Text, Text) -> Integer, |row, cache: (), out| {
        let (Some(left), Some(right)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let likeness = if left.is_empty() || right.is_empty() {
            0.0
        } else {
            likeness(&left.to_lowercase(), &right.to_lowercase())
        };
        out.integer((likeness * 100.0) as i64);
        Ok(())
    }
}

/// What a common beginning adds to the likeness of Jaro: a tenth of what is missing for each character, six at most, as
/// the documentation's figures have it.
fn likeness(left: &str, right: &str) -> f64 {
    const MOST: usize = 6;
    let jaro = strsim::jaro(left, right);
    let common = left
        .chars()
        .zip(right.chars())
        .take(MOST)
        .take_while(|(left, right)| left == right)
        .count();
    jaro + common as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn characters_count_and_not_bytes() {
        assert_eq!(one("SELECT snowmelt_editdistance('święta', 'swieta')"), "2");
        assert_eq!(one("SELECT snowmelt_jarowinkler('święta', 'SWIETA')"), "77");
        assert_eq!(
            one("SELECT snowmelt_jarowinkler('Ich weiß nicht', 'Ich wei? nicht')"),
            "98"
        );
        assert_eq!(one("SELECT snowmelt_jarowinkler('', '')"), "0");
        assert_eq!(
            one("SELECT snowmelt_jarowinkler('Snowflake', 'Oracle')"),
            "61"
        );
    }
}
