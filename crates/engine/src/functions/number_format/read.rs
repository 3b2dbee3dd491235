//! Text as a number by a format model.

use super::model::{Digits, Element, Minimal, Model, Place};

/// The number that a text shows by a format, as plain digits; `None` if it does not fit.
pub(super) fn read(text: &str, model: &Model) -> Option<String> {
    let mut reader = Reader {
        rest: if model.exact { text } else { text.trim() },
        negative: None,
        model,
    };
    let mut digits = None;
    for element in &model.elements {
        match element {
            Element::Literal(literal) => reader.literal(literal)?,
            Element::OptionalSpace => reader.rest = reader.rest.trim_start_matches(' '),
            Element::Dollar => {
                reader.implicit_sign(digits.is_some());
                reader.literal("$")?;
            }
            Element::Sign => reader.sign(true)?,
            Element::Minus => reader.sign(false)?,
            Element::Percent => reader.literal("%")?,
            Element::Digits(fixed) => {
                reader.implicit_sign(false);
                digits = Some(reader.fixed(fixed)?);
            }
            Element::Minimal { kind, .. } => {
                reader.implicit_sign(false);
                digits = Some(reader.minimal(*kind)?);
            }
        }
    }
    let digits = digits?;
    let rest = if model.exact {
        reader.rest
    } else {
        reader.rest.trim_start()
    };
    if !rest.is_empty() {
        return None;
    }
    let sign = if reader.negative == Some(true) {
        "-"
    } else {
        ""
    };
    let digits = if model.percent {
        format!("{digits}e-2")
    } else {
        digits
    };
    Some(format!("{sign}{digits}"))
}

struct Reader<'t> {
    rest: &'t str,
    negative: Option<bool>,
    model: &'t Model,
}

impl Reader<'_> {
    fn literal(&mut self, literal: &str) -> Option<()> {
        let start = self.rest.get(..literal.len())?;
        if !start.eq_ignore_ascii_case(literal) {
            return None;
        }
        self.rest = &self.rest[literal.len()..];
        Some(())
    }

    /// `S` or `MI`: a sign, for which `MI` and a lax `S` also take a blank or nothing.
    fn sign(&mut self, required: bool) -> Option<()> {
        let sign = self.rest.chars().next();
        match sign {
            Some('-') => self.negative = Some(true),
            Some('+') if required || !self.model.exact => self.negative = Some(false),
            _ if required && self.model.exact => return None,
            _ => {
                self.rest = self.rest.trim_start_matches(' ');
                return Some(());
            }
        }
        self.rest = &self.rest[1..];
        if !self.model.exact {
            self.rest = self.rest.trim_start_matches(' ');
        }
        Some(())
    }

    /// A sign before the first digit in a format that has no place for it.
    fn implicit_sign(&mut self, seen_digits: bool) {
        let explicit = self
            .model
            .elements
            .iter()
            .any(|element| matches!(element, Element::Sign | Element::Minus));
        if explicit || seen_digits {
            return;
        }
        self.rest = self.rest.trim_start_matches(' ');
        if let Some(after) = self.rest.strip_prefix('-') {
            self.negative = Some(true);
            self.rest = after.trim_start_matches(' ');
        }
    }

    fn fixed(&mut self, format: &Digits) -> Option<String> {
        let hexadecimal = format.hexadecimal.is_some();
        let is_digit = |character: char| {
            if hexadecimal {
                character.is_ascii_hexdigit()
            } else {
                character.is_ascii_digit()
            }
        };
        let end = self
            .rest
            .find(|c: char| !is_digit(c) && c != ',')
            .unwrap_or(self.rest.len());
        let whole = &self.rest[..end];
        self.rest = &self.rest[end..];
        if !groups_fit(whole, &format.whole, self.model.exact) {
            return None;
        }
        let whole: String = whole
            .chars()
            .filter(|character| *character != ',')
            .collect();
        let places = format
            .whole
            .iter()
            .filter(|place| **place != Place::Group)
            .count();
        let digits_from_first_zero = |places: &[Place]| {
            let first = places.iter().position(|place| *place == Place::Zero);
            first.map_or(0, |first| {
                places[first..]
                    .iter()
                    .filter(|place| **place != Place::Group)
                    .count()
            })
        };
        if whole.len() > places || whole.len() < digits_from_first_zero(&format.whole) {
            return None;
        }
        if hexadecimal {
            return i128::from_str_radix(&whole, 16)
                .ok()
                .map(|value| value.to_string());
        }
        let mut fraction = String::new();
        if let Some(format) = &format.fraction {
            match self.rest.strip_prefix('.') {
                Some(after) => {
                    let end = after
                        .find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(after.len());
                    after[..end].clone_into(&mut fraction);
                    self.rest = &after[end..];
                }
                None if self.model.exact => return None,
                None => {}
            }
            let required = format
                .iter()
                .rposition(|place| *place == Place::Zero)
                .map_or(0, |at| at + 1);
            if fraction.len() > format.len() || fraction.len() < required {
                return None;
            }
        }
        if whole.is_empty() && (fraction.is_empty() || !self.model.blank_zero && places > 0) {
            return None;
        }
        let exponent = match format.exponent {
            Some(_) => self.exponent()?,
            None => String::new(),
        };
        Some(assemble(&whole, &fraction, &exponent))
    }

    /// `E`, a sign perhaps, one to three digits.
    fn exponent(&mut self) -> Option<String> {
        let after = self.rest.strip_prefix(['E', 'e'])?;
        let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
        let count = digits
            .bytes()
            .take_while(u8::is_ascii_digit)
            .take(3)
            .count();
        if count == 0 {
            return None;
        }
        let length = after.len() - digits.len() + count;
        let exponent = after[..length].trim_start_matches('+').to_owned();
        self.rest = &after[length..];
        Some(exponent)
    }

    fn minimal(&mut self, kind: Minimal) -> Option<String> {
        let part = |text: &str| {
            text.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len())
        };
        let whole = self.rest[..part(self.rest)].to_owned();
        self.rest = &self.rest[whole.len()..];
        let mut fraction = String::new();
        if let Some(after) = self.rest.strip_prefix('.') {
            after[..part(after)].clone_into(&mut fraction);
            self.rest = &after[fraction.len()..];
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match kind {
            Minimal::Positional => String::new(),
            Minimal::Scientific => self.exponent()?,
            Minimal::Any => self.exponent().unwrap_or_default(),
        };
        Some(assemble(&whole, &fraction, &exponent))
    }
}

fn assemble(whole: &str, fraction: &str, exponent: &str) -> String {
    let whole = if whole.is_empty() { "0" } else { whole };
    let mut digits = whole.to_owned();
    if !fraction.is_empty() {
        digits.push('.');
        digits.push_str(fraction);
    }
    if !exponent.is_empty() {
        digits.push('e');
        digits.push_str(exponent);
    }
    digits
}

/// Whether the separators of a text stand where the format has them; a lax format lets all of them be left out.
fn groups_fit(text: &str, format: &[Place], exact: bool) -> bool {
    if !text.contains(',') {
        return !exact || !format.contains(&Place::Group);
    }
    let written: Vec<usize> = text.rsplit(',').map(str::len).collect();
    let mut expected = vec![0_usize];
    for place in format.iter().rev() {
        match place {
            Place::Group => expected.push(0),
            _ => *expected.last_mut().unwrap_or(&mut 0) += 1,
        }
    }
    written.len() <= expected.len()
        && written[..written.len() - 1] == expected[..written.len() - 1]
        && written.last() <= expected.get(written.len() - 1)
        && written.last() != Some(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, format: &str) -> Option<String> {
        Model::parse_alternatives(format)
            .unwrap()
            .iter()
            .find_map(|model| read(text, model))
    }

    #[test]
    fn the_documented_inputs() {
        let rows = [
            ("-12.3", "99.9", Some("-12.3")),
            ("- 0.1", "99.9", Some("-0.1")),
            ("- 0.1", "TM9", Some("-0.1")),
            ("3,741.72", "9,999.99", Some("3741.72")),
            ("$3,741.72", "$9,999.99", Some("3741.72")),
            ("ae5", "XXX", Some("2789")),
            ("ae5", "XX", None),
            ("012,345.67", "999,999.99", Some("012345.67")),
            (" 12,345.67", "999,999.99", Some("12345.67")),
            ("012,345.67", "000,000.00", Some("012345.67")),
            ("12,345.67", "000,000.00", None),
            ("-101", "MI999|999MI", Some("-101")),
            ("102-", "MI999|999MI", Some("-102")),
            ("103", "MI999|999MI", Some("103")),
            ("1,23", "9,999", None),
            ("1234", "999", None),
            ("x", "999", None),
            ("1.5e3", "TM", Some("1.5e3")),
        ];
        for (text, format, expected) in rows {
            assert_eq!(number(text, format).as_deref(), expected, "{text} {format}");
        }
    }
}
