//! INITCAP: the first letter of each word upper case, the rest lower case.

use super::add;
use super::native::native;
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Initcap>(database)?;
    add::<InitcapBy>(database)
}

/// Snowflake's default delimiters, white space aside.
const DELIMITERS: &str = "!?@\"^#$&~_,.:;+-*%/|\\[](){}<>";

native! {
    /// INITCAP(text): words end at white space and at the default delimiters.
    Initcap = "snowmelt_initcap"(Text) -> Text, |row, cache: (), out| {
        let Some(text) = row.text(0) else { return Ok(()) };
        initcap(text, |character| character.is_whitespace() || DELIMITERS.contains(character), &mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// INITCAP(text, delimiters).
    InitcapBy = "snowmelt_initcap_by"(Text, Text) -> Text, |row, cache: (), out| {
        let (Some(text), Some(delimiters)) = (row.text(0), row.text(1)) else { return Ok(()) };
        initcap(text, |character| delimiters.contains(character), &mut out.scratch);
        out.scratch();
        Ok(())
    }
}

fn initcap(text: &str, is_delimiter: impl Fn(char) -> bool, out: &mut String) {
    let mut at_start = true;
    for character in text.chars() {
        if is_delimiter(character) {
            out.push(character);
            at_start = true;
        } else if character.is_ascii() {
            out.push(if at_start {
                character.to_ascii_uppercase()
            } else {
                character.to_ascii_lowercase()
            });
            at_start = false;
        } else if at_start {
            out.extend(character.to_uppercase());
            at_start = false;
        } else {
            out.extend(character.to_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::one;

    #[test]
    fn words_begin_after_delimiters() {
        assert_eq!(
            one("SELECT snowmelt_initcap('HelL0_hi+therE o''neil ÄÖ')"),
            "Hell0_Hi+There O'neil Äö"
        );
        assert_eq!(
            one("SELECT snowmelt_initcap_by('apple is僉sweetandballIsROUND', '僉a b')"),
            "aPple Is僉SweetaNdbaLlisround"
        );
        assert_eq!(one("SELECT snowmelt_initcap(NULL)"), "NULL");
    }
}
