//! Why a command ended badly. In: the errors of the crates below, and of this one. Out: text for a person, and an exit code.
//!
//! ```text
//! error[000904]: invalid identifier 'NAMEE'
//!   --> sql/silver.sql:12:7
//!    |
//! 12 |     c.namee AS name,
//!    |       ^^^^^
//!   the table has the columns CUSTOMER_ID, NAME, COUNTRY, EMAIL
//!   hint: did you mean `name`?
//! ```

use crate::printer::Palette;
use crate::visible::{visible, visible_lines};
use snowmelt_sql::{LineColumn, Span};
use std::error::Error;
use std::fmt::Write;
use std::io;
use std::sync::Arc;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What kind of bad end it is, by what the caller can do about it; its value is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The data did not pass a check.
    CheckFailed = 1,
    /// SQL, configuration or arguments are to be mended.
    User = 2,
    /// Anything else.
    Other = 3,
    /// Nothing is wrong: `plan` found something to do.
    Changes = 10,
}

/// An error with all that is to be said about it.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// What the caller can do about it.
    pub(crate) exit: Exit,
    /// Snowflake's error code, or a lint's.
    pub(crate) code: Option<String>,
    /// One line: lower case, no full stop, names in backticks.
    pub(crate) message: String,
    /// Where in which text.
    pub(crate) excerpt: Option<Excerpt>,
    /// More about the cause.
    pub(crate) detail: Option<String>,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// The causes, the nearest first, each said once.
    pub(crate) causes: Vec<String>,
    /// Whether stdout was closed by its reader, which is no error at all.
    pub(crate) is_closed_pipe: bool,
    /// Whether the user was told already; then only the exit code is left to give.
    pub(crate) is_reported: bool,
}

/// A place in a text that the user wrote.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    /// The file's path, or another name for the text.
    pub(crate) label: String,
    /// The whole text.
    pub(crate) text: Arc<str>,
    /// Which part of it, in bytes.
    pub(crate) span: Span,
}

impl Failure {
    /// Something that the user can mend.
    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self::new(Exit::User, message)
    }

    /// Something that the user can not mend by changing what was written.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(Exit::Other, message)
    }

    /// A failure with that exit code.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: None,
            message: message.into(),
            excerpt: None,
            detail: None,
            hint: None,
            causes: Vec::new(),
            is_closed_pipe: false,
            is_reported: false,
        }
    }

    /// An end of which the user was told already; only the exit code is left to give.
    pub(crate) fn reported(exit: Exit) -> Self {
        Self {
            is_reported: true,
            ..Self::new(exit, "")
        }
    }

    /// A file or folder with which something could not be done: `cannot read `x`: no such file or directory`.
    pub(crate) fn file(doing: &str, path: &std::path::Path, source: io::Error) -> Self {
        let user = matches!(
            source.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::InvalidData
        );
        let exit = if user { Exit::User } else { Exit::Other };
        Self::new(exit, format!("cannot {doing} `{}`", path.display())).caused_by(&source)
    }

    /// The same failure with what to do next.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure with more about the cause.
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same failure with a cause and what caused that; a message that the one above already contains is left out.
    pub(crate) fn caused_by(mut self, cause: &dyn Error) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = without_os_number(error);
            let said = self.causes.last().unwrap_or(&self.message);
            if !said.contains(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// The text for a person, several lines, in those colours.
    pub(crate) fn render(&self, palette: Palette) -> String {
        let word = match &self.code {
            Some(code) => format!("error[{code}]:"),
            None => "error:".to_owned(),
        };
        self.render_as(&palette.error(&word), palette)
    }

    /// Like [`Failure::render`], with other words in front than `error:`.
    pub(crate) fn render_as(&self, word: &str, palette: Palette) -> String {
        let mut text = format!("{word} {}\n", palette.bold(&primary(&self.message)));
        // Writing to a String cannot fail.
        if let Some(excerpt) = &self.excerpt {
            excerpt.render(&mut text, palette);
        }
        for cause in &self.causes {
            _ = writeln!(
                text,
                "  {} {}",
                palette.frame("cause:"),
                indented(&primary(cause))
            );
        }
        if let Some(detail) = &self.detail {
            _ = writeln!(text, "  {}", indented(detail));
        }
        if let Some(hint) = &self.hint {
            _ = writeln!(text, "  {} {}", palette.frame("hint:"), indented(hint));
        }
        text
    }
}

impl From<io::Error> for Failure {
    /// An error of writing to stdout: files carry their own path, see [`Failure::file`].
    fn from(error: io::Error) -> Self {
        let mut failure = Failure::other("cannot write to stdout").caused_by(&error);
        failure.is_closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        failure
    }
}

impl Excerpt {
    /// `--> file:line:column`, the source line and a caret under the place.
    fn render(&self, out: &mut String, palette: Palette) {
        if self.span.is_nowhere() {
            _ = writeln!(out, "  {} {}", palette.frame("-->"), self.label);
            return;
        }
        let start = LineColumn::of(&self.text, self.span.start);
        let line = self.text.lines().nth(start.line - 1).unwrap_or_default();
        let number = start.line.to_string();
        let margin = " ".repeat(number.len());
        let before: String = line.chars().take(start.position).map(shown).collect();
        let marked = self.span.of(&self.text).lines().next().unwrap_or_default();
        let marks = marked
            .chars()
            .map(|character| shown(character).width())
            .sum::<usize>()
            .max(1);
        let line: String = line.chars().map(shown).collect();
        let bar = palette.frame("|");
        _ = writeln!(
            out,
            "{margin}{} {}:{}:{}",
            palette.frame("-->"),
            self.label,
            start.line,
            start.position + 1
        );
        _ = writeln!(out, "{margin} {bar}");
        _ = writeln!(out, "{} {bar} {}", palette.frame(&number), line.trim_end());
        _ = writeln!(
            out,
            "{margin} {bar} {}{}",
            " ".repeat(before.width()),
            palette.error(&"^".repeat(marks))
        );
    }
}

/// A character of a source line: a tab takes four columns, what a terminal would obey is spelled out.
fn shown(character: char) -> String {
    match character {
        '\t' => "    ".to_owned(),
        _ if character.width().unwrap_or(0) > 0 => character.to_string(),
        _ => visible(character.encode_utf8(&mut [0; 4])).into_owned(),
    }
}

/// A first line in this project's style, whoever wrote it: lower case unless it starts with a name, no full stop.
fn primary(message: &str) -> String {
    let message = visible_lines(message.trim().trim_end_matches('.'));
    let word = message.split(' ').next().unwrap_or_default();
    let mut letters = word.chars();
    // `Object`, but neither `SQL` nor `DuckDB`.
    match letters.next() {
        Some(first)
            if first.is_uppercase() && word.len() > 1 && letters.all(char::is_lowercase) =>
        {
            first
                .to_lowercase()
                .chain(message.chars().skip(1))
                .collect()
        }
        _ => message.into_owned(),
    }
}

/// Further lines of a text under its first one.
fn indented(text: &str) -> String {
    visible_lines(text.trim_end()).replace('\n', "\n    ")
}

/// `no such file or directory` instead of `No such file or directory (os error 2)`.
fn without_os_number(error: &dyn Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(cut) if text.ends_with(')') => text[..cut].to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, marked: &str) -> Excerpt {
        let start = text.find(marked).unwrap();
        Excerpt {
            label: "sql/silver.sql".to_owned(),
            text: text.into(),
            span: Span::new(start, start + marked.len()),
        }
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let mut failure = Failure::user("Invalid identifier 'NAMEE'.")
            .with_detail("one\ntwo")
            .with_hint("did you mean `name`?");
        failure.code = Some("000904".to_owned());
        failure.excerpt = Some(excerpt("select\n\té❄雪, namee from t\n", "namee"));
        assert_eq!(
            failure.render(Palette::PLAIN),
            "error[000904]: invalid identifier 'NAMEE'\n --> sql/silver.sql:2:7\n  |\n2 |     é❄雪, namee from t\n  |           ^^^^^\n  \
             one\n    two\n  hint: did you mean `name`?\n"
        );
    }

    #[test]
    fn a_span_over_lines_is_marked_on_its_first() {
        let mut failure = Failure::user("x");
        failure.excerpt = Some(excerpt("a bcd\nef", "bcd\ne"));
        assert!(
            failure
                .render(Palette::PLAIN)
                .contains("1 | a bcd\n  |   ^^^\n"),
            "{}",
            failure.render(Palette::PLAIN)
        );
    }

    #[test]
    fn escape_sequences_in_the_users_text_are_not_obeyed() {
        let mut failure = Failure::user("bad \u{1b}[2J text");
        failure.excerpt = Some(excerpt("\u{1b}[31m x", "x"));
        let rendered = failure.render(Palette::PLAIN);
        assert!(!rendered.contains('\u{1b}'), "{rendered}");
        assert!(
            rendered.contains("1 | \\u{1b}[31m x\n  |            ^\n"),
            "{rendered}"
        );
    }

    #[test]
    fn a_chain_is_said_once() {
        let inner = io::Error::new(
            io::ErrorKind::NotFound,
            "No such file or directory (os error 2)",
        );
        let failure = Failure::file("read", std::path::Path::new("a.sql"), inner);
        assert_eq!(
            failure.render(Palette::PLAIN),
            "error: cannot read `a.sql`\n  cause: no such file or directory\n"
        );
        assert_eq!(failure.exit, Exit::User);
    }

    #[test]
    fn names_keep_their_case() {
        assert_eq!(primary("SQL compilation error."), "SQL compilation error");
        assert_eq!(
            primary("Object 'A' does not exist."),
            "object 'A' does not exist"
        );
    }
}
