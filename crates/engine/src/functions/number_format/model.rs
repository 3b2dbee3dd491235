//! What a format model says.

/// One format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Model {
    pub(super) elements: Vec<Element>,
    /// `FM`: no padding.
    pub(super) compact: bool,
    /// `FX`: the text must be as it would be printed.
    pub(super) exact: bool,
    /// `B`: a whole part of zero shows as blanks.
    pub(super) blank_zero: bool,
    /// `%`: the number is shown a hundred times as large.
    pub(super) percent: bool,
}

/// A piece of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Element {
    /// Text that stands for itself.
    Literal(String),
    /// `_`: nothing; on input a space that may be there.
    OptionalSpace,
    /// Digits of a fixed-position format, whole part and fraction together.
    Digits(Digits),
    /// `TM`, `TM9`, `TME`.
    Minimal {
        kind: Minimal,
        upper: bool,
        /// `TM9(decimals,group)`: the most digits after the point, if there is a limit, and how many digits make a group.
        limits: Option<(Option<usize>, usize)>,
    },
    /// `$`.
    Dollar,
    /// `S`.
    Sign,
    /// `MI`.
    Minus,
    /// `%`.
    Percent,
}

/// The digits of a fixed-position format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Digits {
    /// The whole part, left to right.
    pub(super) whole: Vec<Place>,
    /// The fraction; `None` without a point.
    pub(super) fraction: Option<Vec<Place>>,
    /// The exponent: how many `E` and whether they are upper-case.
    pub(super) exponent: Option<(usize, bool)>,
    /// Hexadecimal, and whether in upper case.
    pub(super) hexadecimal: Option<bool>,
}

/// A place in the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `0`: always a digit.
    Zero,
    /// `9` or `X`: a digit that may be missing.
    Nine,
    /// `,` or `G`.
    Group,
}

/// The text-minimal formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Minimal {
    /// The shorter of the other two.
    Any,
    Positional,
    Scientific,
}

impl Model {
    /// The formats between `|`; `None` if one of them is none.
    pub(super) fn parse_alternatives(text: &str) -> Option<Vec<Model>> {
        let mut alternatives = Vec::new();
        let (mut start, mut quoted) = (0, false);
        for (at, character) in text.char_indices() {
            match character {
                '"' => quoted = !quoted,
                '|' if !quoted => {
                    alternatives.push(Model::parse(&text[start..at])?);
                    start = at + 1;
                }
                _ => {}
            }
        }
        alternatives.push(Model::parse(&text[start..])?);
        Some(alternatives)
    }

    fn parse(text: &str) -> Option<Model> {
        if text.eq_ignore_ascii_case("auto") {
            return Model::parse("TM");
        }
        let mut model = Model::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let starts = |word: &str| {
                rest.get(..word.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(word))
            };
            let skip = match first {
                '"' => {
                    let end = rest[1..].find('"')? + 1;
                    model.literal(&rest[1..end]);
                    end + 1
                }
                '0' | '9' | 'X' | 'x' | '.' | 'D' | 'd'
                    if !matches!(first, '.') || fraction_follows(&rest[1..]) =>
                {
                    let (digits, length) = Digits::parse(rest)?;
                    if model.elements.iter().any(|element| {
                        matches!(element, Element::Digits(_) | Element::Minimal { .. })
                    }) {
                        return None;
                    }
                    model.elements.push(Element::Digits(digits));
                    length
                }
                _ if starts("TM9") || starts("TME") || starts("TM") => {
                    let (kind, length) = match rest.as_bytes().get(2) {
                        Some(b'9') => (Minimal::Positional, 3),
                        Some(b'e' | b'E') => (Minimal::Scientific, 3),
                        _ => (Minimal::Any, 2),
                    };
                    let (limits, taken) = match rest[length..].strip_prefix('(') {
                        None => (None, 0),
                        Some(_) if kind != Minimal::Positional => return None,
                        Some(list) => {
                            let list = list.split_once(')')?.0;
                            (Some(limits(list)?), list.len() + 2)
                        }
                    };
                    model.elements.push(Element::Minimal {
                        kind,
                        upper: first == 'T',
                        limits,
                    });
                    length + taken
                }
                _ if starts("FM") => {
                    model.compact = !model.compact;
                    2
                }
                _ if starts("FX") => {
                    model.exact = !model.exact;
                    2
                }
                _ if starts("MI") => {
                    model.elements.push(Element::Minus);
                    2
                }
                'S' | 's' => {
                    model.elements.push(Element::Sign);
                    1
                }
                'B' | 'b' => {
                    model.blank_zero = true;
                    1
                }
                '$' => {
                    model.elements.push(Element::Dollar);
                    1
                }
                '%' => {
                    model.percent = true;
                    model.elements.push(Element::Percent);
                    1
                }
                '_' => {
                    model.elements.push(Element::OptionalSpace);
                    1
                }
                '.' | ',' | ';' | ':' | '-' | '=' | '/' | '(' | ')' | ' ' => {
                    model.literal(&rest[..1]);
                    1
                }
                _ => return None,
            };
            rest = &rest[skip..];
        }
        Some(model)
    }

    fn literal(&mut self, text: &str) {
        match self.elements.last_mut() {
            Some(Element::Literal(last)) => last.push_str(text),
            _ => self.elements.push(Element::Literal(text.to_owned())),
        }
    }
}

/// `6,3` or `ALL,3`.
fn limits(list: &str) -> Option<(Option<usize>, usize)> {
    let (decimals, group) = list.split_once(',')?;
    let decimals = match decimals {
        all if all.eq_ignore_ascii_case("all") => None,
        digits => Some(digits.parse().ok()?),
    };
    Some((decimals, group.parse().ok()?))
}

/// Whether digits follow a point that no digit stands before.
fn fraction_follows(rest: &str) -> bool {
    rest.starts_with(['0', '9'])
}

impl Digits {
    /// The digits at the beginning of a text, and how many bytes they take.
    fn parse(text: &str) -> Option<(Digits, usize)> {
        let mut digits = Digits::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let place = match byte {
                b'0' => Place::Zero,
                b'9' => Place::Nine,
                b'X' | b'x' => {
                    digits.hexadecimal.get_or_insert(*byte == b'X');
                    Place::Nine
                }
                b',' | b'G' | b'g' if digits.fraction.is_none() => Place::Group,
                b'.' | b'D' | b'd' if digits.fraction.is_none() && digits.hexadecimal.is_none() => {
                    digits.fraction = Some(Vec::new());
                    at += 1;
                    continue;
                }
                b'E' | b'e' => {
                    let count = bytes[at..]
                        .iter()
                        .take_while(|byte| byte.eq_ignore_ascii_case(&b'e'))
                        .count();
                    if !(2..=7).contains(&count) {
                        return None;
                    }
                    digits.exponent = Some((count, *byte == b'E'));
                    at += count;
                    break;
                }
                _ => break,
            };
            digits
                .fraction
                .as_mut()
                .unwrap_or(&mut digits.whole)
                .push(place);
            at += 1;
        }
        Some((digits, at))
    }
}
