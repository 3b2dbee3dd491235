//! SQL text as such, without its meaning: comments and white space taken off, so that two spellings of one definition
//! are equal. In: a statement's text. Out: the same statement in one form, or its hash.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A stretch of SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// White space or a comment.
    Blank,
    /// A string or a quoted identifier: stays as written.
    Quoted(&'a str),
    /// A word or number: case does not matter.
    Word(&'a str),
    /// One other character.
    Sign(&'a str),
}

/// The statement without comments, with white space only where words would otherwise run together, and in upper case
/// outside quotes.
pub(crate) fn normalized(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut after_word = false;
    for piece in Pieces(sql) {
        match piece {
            Piece::Blank => {}
            Piece::Quoted(quoted) => {
                // `e'…'` and `x "y"` must not run together with the word before.
                if after_word {
                    text.push(' ');
                }
                text.push_str(quoted);
                after_word = true;
            }
            Piece::Word(word) => {
                if after_word {
                    text.push(' ');
                }
                text.push_str(&word.to_uppercase());
                after_word = true;
            }
            Piece::Sign(sign) => {
                text.push_str(sign);
                after_word = false;
            }
        }
    }
    text
}

/// The SHA-256 of the parts, in hexadecimal; where one part ends and the next begins counts.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Whether the words of the statement, outside quotes, have one for which `is` holds (given in upper case).
pub(crate) fn has_word(sql: &str, is: impl Fn(&str) -> bool) -> bool {
    Pieces(sql).any(|piece| match piece {
        Piece::Word(word) => is(&word.to_uppercase()),
        _ => false,
    })
}

/// The statement that makes an object, so that it does nothing where there is one: `CREATE OR REPLACE TRANSIENT TABLE t …`
/// as `CREATE TRANSIENT TABLE IF NOT EXISTS t …`. A plan found the object missing; if somebody else has made it since, what
/// that one holds stays.
pub(crate) fn if_not_exists(create: &str) -> String {
    let Some(head) = CreateHead::of(create) else {
        return create.to_owned();
    };
    let (noun, rest) = (
        &create[head.resumes..head.noun_end],
        &create[head.noun_end..],
    );
    let is_said = normalized(rest).starts_with("IF NOT EXISTS ");
    let condition = if is_said { "" } else { " IF NOT EXISTS" };
    format!("{}{noun}{condition}{rest}", &create[..head.create_end])
}

/// Whether the statement makes another database or schema the current one: CREATE does, and DROP may.
pub(crate) fn moves_session(sql: &str) -> bool {
    match CreateHead::of(sql) {
        Some(head) => matches!(head.noun.as_str(), "DATABASE" | "SCHEMA"),
        None => normalized(sql).starts_with("DROP "),
    }
}

/// The beginning of a CREATE statement.
struct CreateHead {
    /// The offset after CREATE.
    create_end: usize,
    /// The offset after OR REPLACE or OR ALTER, if it says so; else after CREATE.
    resumes: usize,
    /// What is made, in upper case: `TABLE`, of several words the last.
    noun: String,
    /// The offset after that.
    noun_end: usize,
}

impl CreateHead {
    const NOUNS: [&str; 10] = [
        "DATABASE",
        "SCHEMA",
        "WAREHOUSE",
        "INTEGRATION",
        "TABLE",
        "VIEW",
        "STAGE",
        "FORMAT",
        "PIPE",
        "SEQUENCE",
    ];

    /// The beginning of that statement; nothing if it makes none of these.
    fn of(sql: &str) -> Option<Self> {
        let mut pieces = Pieces(sql);
        let mut words = Vec::new();
        let (mut create_end, mut resumes) = (0, 0);
        while let Some(piece) = pieces.next() {
            let end = sql.len() - pieces.0.len();
            let Piece::Word(word) = piece else {
                continue;
            };
            words.push(word.to_uppercase());
            match (words.len(), words.last().map(String::as_str)) {
                (1, Some("CREATE")) => (create_end, resumes) = (end, end),
                (1, _) => return None,
                (3, Some("REPLACE" | "ALTER")) if words[1] == "OR" => resumes = end,
                (_, Some(noun)) if Self::NOUNS.contains(&noun) => {
                    return Some(Self {
                        create_end,
                        resumes,
                        noun: noun.to_owned(),
                        noun_end: end,
                    });
                }
                _ => {}
            }
        }
        None
    }
}

struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.0;
        let first = rest.chars().next()?;
        let (length, make): (usize, fn(&'a str) -> Piece<'a>) =
            if rest.starts_with("--") || rest.starts_with("//") {
                (rest.find('\n').unwrap_or(rest.len()), |_| Piece::Blank)
            } else if rest.starts_with("/*") {
                (end_after(rest, 2, "*/"), |_| Piece::Blank)
            } else if rest.starts_with("$$") {
                (end_after(rest, 2, "$$"), Piece::Quoted)
            } else if first == '\'' || first == '"' {
                (end_of_quoted(rest, first), Piece::Quoted)
            } else if first.is_whitespace() {
                (first.len_utf8(), |_| Piece::Blank)
            } else if is_word(first) {
                (
                    rest.find(|character| !is_word(character))
                        .unwrap_or(rest.len()),
                    Piece::Word,
                )
            } else {
                (first.len_utf8(), Piece::Sign)
            };
        let (piece, rest) = rest.split_at(length);
        self.0 = rest;
        Some(make(piece))
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// The offset after the first `end` at or after `from`; all if there is none.
fn end_after(text: &str, from: usize, end: &str) -> usize {
    text[from..]
        .find(end)
        .map_or(text.len(), |at| from + at + end.len())
}

/// The offset after a string or quoted identifier. A doubled quote does not end it; in a string a backslash takes the
/// next character's meaning away.
fn end_of_quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '\'' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_case_and_white_space_do_not_matter() {
        let one = "create table T as -- why\n select a , 'It''s /* x */' || \"b c\" /* no */ from s where x>=1.5";
        let other = "CREATE TABLE t AS\nSELECT A,'It''s /* x */'||\"b c\" FROM S // the end\n WHERE x >= 1.5\n";
        assert_eq!(normalized(one), normalized(other));
        assert_eq!(
            normalized(one),
            "CREATE TABLE T AS SELECT A,'It''s /* x */'||\"b c\" FROM S WHERE X>=1.5"
        );
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("select 'a'", "select 'A'"),
            ("select 'a  b'", "select 'a b'"),
            ("select \"a\"", "select \"A\""),
            ("select a b", "select ab"),
            ("select 'a\\'--', b", "select 'a\\'--', c"),
            ("select $$a -- b$$", "select $$a$$"),
            ("select x y", "select \"X\" y"),
            ("select \"a\"\"b\"", "select \"a\" \"b\""),
        ] {
            assert_ne!(normalized(one), normalized(other), "{one}");
        }
        assert_ne!(hash(["a", "bc"]), hash(["ab", "c"]));
        assert_eq!(hash(["a"]).len(), 64);
    }

    #[test]
    fn what_is_missing_is_made_only_if_it_still_is() {
        for (create, made) in [
            (
                "create or replace table t (a int)",
                "create table IF NOT EXISTS t (a int)",
            ),
            (
                "CREATE OR REPLACE /* x */ TRANSIENT TABLE d.s.t (a int)",
                "CREATE /* x */ TRANSIENT TABLE IF NOT EXISTS d.s.t (a int)",
            ),
            (
                "CREATE FILE FORMAT f TYPE = CSV",
                "CREATE FILE FORMAT IF NOT EXISTS f TYPE = CSV",
            ),
            (
                "CREATE STAGE IF  NOT EXISTS s",
                "CREATE STAGE IF  NOT EXISTS s",
            ),
            (
                "create or alter view v as select 1",
                "create view IF NOT EXISTS v as select 1",
            ),
        ] {
            assert_eq!(if_not_exists(create), made);
        }
        assert_eq!(
            if_not_exists("alter table t add column x int"),
            "alter table t add column x int"
        );
    }

    #[test]
    fn some_statements_make_another_schema_current() {
        assert!(moves_session("create or replace transient schema d.s"));
        assert!(moves_session("-- x\nCREATE DATABASE IF NOT EXISTS d"));
        assert!(moves_session("DROP SCHEMA d.s"));
        assert!(!moves_session("create table schema_of_things (a int)"));
        assert!(!moves_session("insert into t select 1"));
    }

    #[test]
    fn words_are_found_outside_quotes_and_comments_only() {
        let is_clock = |word: &str| word == "CURRENT_DATE";
        assert!(has_word("select Current_Date()", is_clock));
        assert!(!has_word(
            "select 'current_date' -- current_date\n, \"current_date\", my_current_date",
            is_clock
        ));
    }
}
