//! What a format model says.

/// A format of dates and times, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    pub(super) elements: Vec<Element>,
}

/// A piece of a format. `padded` numbers print with leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `YYYY`, `UUUU`.
    Year,
    /// `YY` and `Y`: the century is the parameter's.
    ShortYear { padded: bool },
    /// `MM` and `MO`.
    Month { padded: bool },
    /// `MON` and `MMMM`.
    MonthName { full: bool },
    /// `DD` and `D`.
    Day { padded: bool },
    /// `DY`.
    Weekday,
    /// `HH24`, `HH` and `H24`, `H`.
    Hour { padded: bool },
    /// `HH12` and `H12`.
    HalfDayHour { padded: bool },
    /// `AM`, `PM` and `P`.
    HalfDay { short: bool },
    /// `MI` and `ME`.
    Minute { padded: bool },
    /// `SS` and `S`.
    Second { padded: bool },
    /// `FF` and a number of digits.
    Fraction { digits: u8 },
    /// `TZH`.
    OffsetHour,
    /// `TZM`.
    OffsetMinute,
    /// A character that stands for itself.
    Literal(char),
}

/// The elements' names, longest first among those that begin alike.
const NAMES: &[(&str, Element)] = &[
    ("YYYY", Element::Year),
    ("UUUU", Element::Year),
    ("YY", Element::ShortYear { padded: true }),
    ("MMMM", Element::MonthName { full: true }),
    ("MON", Element::MonthName { full: false }),
    ("MM", Element::Month { padded: true }),
    ("MO", Element::Month { padded: false }),
    ("MI", Element::Minute { padded: true }),
    ("ME", Element::Minute { padded: false }),
    ("DD", Element::Day { padded: true }),
    ("DY", Element::Weekday),
    ("HH24", Element::Hour { padded: true }),
    ("HH12", Element::HalfDayHour { padded: true }),
    ("HH", Element::Hour { padded: true }),
    ("H24", Element::Hour { padded: false }),
    ("H12", Element::HalfDayHour { padded: false }),
    ("AM", Element::HalfDay { short: false }),
    ("PM", Element::HalfDay { short: false }),
    ("SS", Element::Second { padded: true }),
    ("TZH", Element::OffsetHour),
    ("TZM", Element::OffsetMinute),
];

/// Elements of one letter: only where no other letter stands beside them, so that words stay words.
const LETTERS: &[(char, Element)] = &[
    ('Y', Element::ShortYear { padded: false }),
    ('D', Element::Day { padded: false }),
    ('H', Element::Hour { padded: false }),
    ('S', Element::Second { padded: false }),
    ('P', Element::HalfDay { short: true }),
];

impl Model {
    /// Takes a format apart. Every text is a format: what is no element stands for itself.
    pub(crate) fn parse(format: &str) -> Model {
        let mut elements = Vec::new();
        let mut rest = format;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            let starts = |name: &str| {
                rest.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            };
            let length = if first == '"' {
                let end = rest[1..].find('"').map_or(rest.len(), |end| end + 1);
                elements.extend(rest[1..end].chars().map(Element::Literal));
                (end + 1).min(rest.len())
            } else if let Some((name, element)) = NAMES.iter().find(|(name, _)| starts(name)) {
                elements.push(*element);
                name.len()
            } else if starts("FF") {
                let digits = rest.as_bytes().get(2).filter(|byte| byte.is_ascii_digit());
                elements.push(Element::Fraction {
                    digits: digits.map_or(9, |digit| digit - b'0'),
                });
                2 + usize::from(digits.is_some())
            } else {
                let after = rest[first.len_utf8()..].chars().next();
                let alone = ![before, after]
                    .into_iter()
                    .flatten()
                    .any(char::is_alphabetic);
                let letter = LETTERS
                    .iter()
                    .find(|(letter, _)| letter.eq_ignore_ascii_case(&first) && alone);
                elements.push(letter.map_or(Element::Literal(first), |(_, element)| *element));
                first.len_utf8()
            };
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
        }
        Model { elements }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let literals = |format: &str| -> String {
            let literal = |element: &Element| match element {
                Element::Literal(character) => Some(*character),
                _ => None,
            };
            Model::parse(format)
                .elements
                .iter()
                .filter_map(literal)
                .collect()
        };
        assert_eq!(literals("mm/dd/yyyy, hh24:mi hours"), "//, : hours");
        assert_eq!(literals("YYYY-MM-DDTHH24:MI:SS \"EST\""), "--T:: EST");
        assert_eq!(literals("DDMONYYYYHH24MISSFF3TZHTZM"), "");
        assert_eq!(literals("D/MO/Y H:ME:S"), "// ::");
    }
}
