//! Numbers by a format model.

use super::model::{Digits, Element, Minimal, Model, Place};

/// A decimal number taken apart.
#[derive(Clone)]
struct Number {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: String,
    /// Digits after the point, as many as its scale says.
    fraction: String,
}

impl Number {
    /// From DuckDB's text of a DECIMAL, BIGINT or DOUBLE.
    fn parse(text: &str) -> Number {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let expanded;
        let digits = match digits.split_once(['e', 'E']) {
            Some(_) => {
                expanded = digits
                    .parse::<f64>()
                    .map(|value| value.to_string())
                    .unwrap_or_default();
                expanded.as_str()
            }
            None => digits,
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        Number {
            negative,
            whole: whole.trim_start_matches('0').to_owned(),
            fraction: fraction.to_owned(),
        }
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.bytes().all(|digit| digit == b'0')
    }

    /// The same number times ten to the power of `places`.
    fn shifted(mut self, places: i32) -> Number {
        for _ in 0..places {
            let next = if self.fraction.is_empty() {
                '0'
            } else {
                self.fraction.remove(0)
            };
            if !(self.whole.is_empty() && next == '0') {
                self.whole.push(next);
            }
        }
        for _ in places..0 {
            let next = self.whole.pop().unwrap_or('0');
            self.fraction.insert(0, next);
        }
        self
    }

    /// Rounded half away from zero to `scale` digits after the point.
    fn rounded(mut self, scale: usize) -> Number {
        let up = self
            .fraction
            .as_bytes()
            .get(scale)
            .is_some_and(|digit| *digit >= b'5');
        self.fraction.truncate(scale);
        if up {
            let mut digits: Vec<u8> = self.whole.bytes().chain(self.fraction.bytes()).collect();
            let mut carry = true;
            for digit in digits.iter_mut().rev() {
                if *digit == b'9' {
                    *digit = b'0';
                } else {
                    *digit += 1;
                    carry = false;
                    break;
                }
            }
            if carry {
                digits.insert(0, b'1');
            }
            let point = digits.len() - self.fraction.len();
            let text = |part: &[u8]| part.iter().copied().map(char::from).collect::<String>();
            self.whole = text(&digits[..point]).trim_start_matches('0').to_owned();
            self.fraction = text(&digits[point..]);
        }
        self
    }
}

/// Writes a number by a format.
pub(super) fn print(text: &str, model: &Model, out: &mut String) {
    if !text
        .trim_start_matches('-')
        .starts_with(|first: char| first.is_ascii_digit())
    {
        // Not a number, or infinite: fixed-position formats overflow.
        return out.push_str(&overflow(model));
    }
    let mut number = Number::parse(text);
    if model.percent {
        number = number.shifted(2);
    }
    let digits = model.elements.iter().find_map(|element| match element {
        Element::Digits(digits) => Some(digits),
        _ => None,
    });
    let body = match digits {
        Some(digits) => fixed(number, digits, model),
        None => minimal(&number, text, model),
    };
    assemble(
        &body,
        digits.is_some_and(|digits| digits.hexadecimal.is_none()),
        model,
        out,
    );
}

/// The digits as they are printed, without sign.
struct Body {
    negative: bool,
    /// Blanks before the first digit.
    padding: usize,
    digits: String,
}

/// Puts sign, currency, literals and digits together.
fn assemble(body: &Body, sign_has_place: bool, model: &Model, out: &mut String) {
    let explicit = model
        .elements
        .iter()
        .any(|element| matches!(element, Element::Sign | Element::Minus));
    let body_at = model
        .elements
        .iter()
        .position(|element| matches!(element, Element::Digits(_) | Element::Minimal { .. }))
        .unwrap_or(model.elements.len());
    let has_dollar = model.elements[..body_at].contains(&Element::Dollar);
    let sign_first = model.elements[..body_at]
        .iter()
        .any(|element| matches!(element, Element::Sign));
    // What floats to the first digit: padding, sign, currency.
    let mut front = String::new();
    let pad = if model.compact { 0 } else { body.padding };
    front.extend(std::iter::repeat_n(' ', pad));
    if explicit {
        if sign_first {
            front.push(if body.negative { '-' } else { '+' });
        }
    } else if body.negative {
        front.push('-');
    } else if sign_has_place && !model.compact {
        front.push(' ');
    }
    if has_dollar {
        front.push('$');
    }
    let mut front = Some(front);
    for (index, element) in model.elements.iter().enumerate() {
        match element {
            Element::Literal(text) => out.push_str(text),
            Element::OptionalSpace => {}
            Element::Dollar if index < body_at => out.push_str(&front.take().unwrap_or_default()),
            Element::Dollar => out.push('$'),
            Element::Sign if index < body_at => out.push_str(&front.take().unwrap_or_default()),
            Element::Sign => out.push(if body.negative { '-' } else { '+' }),
            Element::Minus if body.negative => out.push('-'),
            Element::Minus if !model.compact => out.push(' '),
            Element::Minus => {}
            Element::Percent => out.push('%'),
            Element::Digits(_) | Element::Minimal { .. } => {
                out.push_str(&front.take().unwrap_or_default());
                out.push_str(&body.digits);
            }
        }
    }
}

/// The digits of a fixed-position format.
fn fixed(number: Number, digits: &Digits, model: &Model) -> Body {
    if let Some(upper) = digits.hexadecimal {
        return hexadecimal(number, digits, upper, model);
    }
    let scale = digits.fraction.as_ref().map_or(0, Vec::len);
    let places = digits
        .whole
        .iter()
        .filter(|place| **place != Place::Group)
        .count();
    let (number, exponent) = match digits.exponent {
        Some(_) if !number.is_zero() => normalized(number, places.max(1), scale),
        _ => (number.rounded(scale), 0),
    };
    let negative = number.negative && !number.is_zero();
    let mut text = String::new();
    let too_large = number.whole.len() > places;
    let mut missing = places.saturating_sub(number.whole.len());
    let mut given = number.whole.chars();
    let mut begun = false;
    let mut padding = 0;
    let last = digits
        .whole
        .iter()
        .rposition(|place| *place != Place::Group);
    for (index, place) in digits.whole.iter().enumerate() {
        if too_large {
            text.push(if *place == Place::Group { ',' } else { '#' });
            continue;
        }
        match place {
            Place::Group if begun => text.push(','),
            Place::Group => padding += 1,
            _ if missing == 0 => {
                begun = true;
                text.extend(given.next());
            }
            place => {
                missing -= 1;
                // A whole part of zero shows one digit, unless it is to be blank.
                begun = begun || *place == Place::Zero || Some(index) == last && !model.blank_zero;
                if begun {
                    text.push('0');
                } else {
                    padding += 1;
                }
            }
        }
    }
    if let Some(fraction) = &digits.fraction {
        text.push('.');
        if too_large {
            text.extend(std::iter::repeat_n('#', fraction.len()));
        } else {
            push_fraction(&number.fraction, fraction, model, &mut text);
        }
    }
    if let Some((width, upper)) = digits.exponent {
        push_exponent(exponent, width, upper, &mut text);
    }
    Body {
        negative,
        padding,
        digits: text,
    }
}

/// Digits after the point: trailing zeros at a `9` are blanks.
fn push_fraction(given: &str, places: &[Place], model: &Model, out: &mut String) {
    let digits: Vec<char> = given
        .chars()
        .chain(std::iter::repeat('0'))
        .take(places.len())
        .collect();
    let significant = digits
        .iter()
        .rposition(|digit| *digit != '0')
        .map_or(0, |at| at + 1);
    let required = places
        .iter()
        .rposition(|place| *place == Place::Zero)
        .map_or(0, |at| at + 1);
    let shown = significant.max(required);
    out.extend(&digits[..shown]);
    if !model.compact {
        out.extend(std::iter::repeat_n(' ', places.len() - shown));
    }
}

/// A number whose whole part has just `places` digits, and the power of ten that makes up for it.
fn normalized(number: Number, places: usize, scale: usize) -> (Number, i32) {
    let leading = match number.whole.len() {
        0 => {
            -(number
                .fraction
                .bytes()
                .take_while(|digit| *digit == b'0')
                .count() as i32)
        }
        digits => digits as i32,
    };
    let exponent = leading - places as i32;
    let shifted = number.shifted(-exponent);
    let whole = shifted.whole.trim_start_matches('0').len();
    let rounded = shifted.rounded(scale);
    if rounded.whole.len() > whole.max(places) {
        return (rounded.shifted(-1).rounded(scale), exponent + 1);
    }
    (rounded, exponent)
}

fn push_exponent(exponent: i32, width: usize, upper: bool, out: &mut String) {
    out.push(if upper { 'E' } else { 'e' });
    if width == 2 {
        out.push_str(&exponent.to_string());
        return;
    }
    out.push(if exponent < 0 { '-' } else { '+' });
    let digits = width - 2;
    let size = exponent.unsigned_abs().to_string();
    if size.len() > digits {
        out.extend(std::iter::repeat_n('#', digits));
    } else {
        out.push_str(&format!("{size:0>digits$}"));
    }
}

/// Hexadecimal digits: without an explicit sign, negative numbers show their two's complement.
fn hexadecimal(number: Number, digits: &Digits, upper: bool, model: &Model) -> Body {
    let rounded = number.rounded(0);
    let value: i128 = format!("0{}", rounded.whole).parse().unwrap_or(i128::MAX);
    let places = digits
        .whole
        .iter()
        .filter(|place| **place != Place::Group)
        .count();
    let explicit = model
        .elements
        .iter()
        .any(|element| matches!(element, Element::Sign | Element::Minus));
    let bits = (places as u32 * 4).min(127);
    let shown = if rounded.negative && !explicit {
        (1_i128 << bits) - value
    } else {
        value
    };
    let text = if upper {
        format!("{shown:X}")
    } else {
        format!("{shown:x}")
    };
    let zeros = digits
        .whole
        .iter()
        .position(|place| *place == Place::Zero)
        .map_or(0, |at| places - at);
    let text = format!("{text:0>zeros$}");
    let negative = rounded.negative && explicit && value != 0;
    if text.len() > places {
        return Body {
            negative,
            padding: 0,
            digits: "#".repeat(places),
        };
    }
    Body {
        negative,
        padding: places - text.len(),
        digits: text,
    }
}

/// `TM9`, `TME` and `TM`.
fn minimal(number: &Number, text: &str, model: &Model) -> Body {
    let kind = model.elements.iter().find_map(|element| match element {
        Element::Minimal {
            kind,
            upper,
            limits,
        } => Some((*kind, *upper, *limits)),
        _ => None,
    });
    let Some((kind, upper, limits)) = kind else {
        return Body {
            negative: false,
            padding: 0,
            digits: String::new(),
        };
    };
    let limited;
    let number = match limits {
        Some((Some(decimals), _)) if number.fraction.len() > decimals => {
            limited = number.clone().rounded(decimals);
            &limited
        }
        _ => number,
    };
    let grouped;
    let whole = match (number.whole.as_str(), limits) {
        ("", _) => "0",
        (whole, Some((_, group @ 1..))) => {
            grouped = in_groups(whole, group);
            &grouped
        }
        (whole, _) => whole,
    };
    let positional = match number.fraction.as_str() {
        "" => whole.to_owned(),
        fraction if model.percent || model.compact || text.contains(['e', 'E']) => {
            let trimmed = fraction.trim_end_matches('0');
            if trimmed.is_empty() {
                whole.to_owned()
            } else {
                format!("{whole}.{trimmed}")
            }
        }
        fraction => format!("{whole}.{fraction}"),
    };
    let digits = match kind {
        Minimal::Positional => positional,
        Minimal::Scientific => scientific(number, upper),
        Minimal::Any => {
            let scientific = scientific(number, upper);
            if scientific.len() < positional.len() {
                scientific
            } else {
                positional
            }
        }
    };
    Body {
        negative: number.negative && !number.is_zero(),
        padding: 0,
        digits,
    }
}

/// Digits with a comma between groups of so many.
fn in_groups(digits: &str, group: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(group) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1.2391E1`.
fn scientific(number: &Number, upper: bool) -> String {
    let all = format!("{}{}", number.whole, number.fraction);
    let significant = all.trim_start_matches('0');
    let mark = if upper { 'E' } else { 'e' };
    let Some(first) = significant.chars().next() else {
        return format!("0{mark}0");
    };
    let exponent = significant.len() as i64 - number.fraction.len() as i64 - 1;
    let rest = significant[1..].trim_end_matches('0');
    if rest.is_empty() {
        format!("{first}{mark}{exponent}")
    } else {
        format!("{first}.{rest}{mark}{exponent}")
    }
}

/// What a value without digits prints.
fn overflow(model: &Model) -> String {
    model
        .elements
        .iter()
        .map(|element| match element {
            Element::Digits(digits) => "#".repeat(
                digits.whole.len()
                    + digits
                        .fraction
                        .as_ref()
                        .map_or(0, |fraction| fraction.len() + 1),
            ),
            Element::Literal(text) => text.clone(),
            _ => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(number: &str, format: &str) -> String {
        let mut out = String::new();
        print(
            number,
            &Model::parse_alternatives(format).unwrap()[0],
            &mut out,
        );
        out
    }

    #[test]
    fn the_documented_table() {
        let rows = [
            (
                "-12.391",
                [
                    "-$12.4",
                    "   -12.4",
                    "-1.2391E1",
                    "-12.391",
                    "FFF4",
                    "-000C",
                ],
            ),
            (
                "0.000",
                ["  $0.0", "      .0", "0E0", "0.000", "0000", "+0000"],
            ),
            (
                "-1.000",
                [" -$1.0", "    -1.0", "-1E0", "-1.000", "FFFF", "-0001"],
            ),
            (
                "0.100",
                ["  $0.1", "      .1", "1E-1", "0.100", "0000", "+0000"],
            ),
            (
                "0.010",
                ["  $0.0", "      .0", "1E-2", "0.010", "0000", "+0000"],
            ),
            (
                "3987.000",
                [" $##.#", " 3,987.0", "3.987E3", "3987.000", "0F93", "+0F93"],
            ),
            (
                "1.111",
                ["  $1.1", "     1.1", "1.111E0", "1.111", "0001", "+0001"],
            ),
        ];
        let formats = ["$99.0", "B9,999.0", "TME", "TM9", "0XXX", "S0XXX"];
        for (number, expected) in rows {
            for (format, expected) in formats.iter().zip(expected) {
                assert_eq!(printed(number, format), expected, "{number} {format}");
            }
        }
    }

    #[test]
    fn signs_have_their_places() {
        let rows = [
            ("99", " 12", " -7"),
            ("S99", "+12", " -7"),
            ("99S", "12+", " 7-"),
            ("MI99", " 12", "- 7"),
            ("99MI", "12 ", " 7-"),
            ("$99", " $12", " -$7"),
            ("FM99", "12", "-7"),
        ];
        for (format, twelve, minus_seven) in rows {
            assert_eq!(printed("12", format), twelve, "{format}");
            assert_eq!(printed("-7", format), minus_seven, "{format}");
        }
        assert_eq!(printed("-123.45", "999.99MI"), "123.45-");
        assert_eq!(printed("1.2", "999,999.999"), "       1.2  ");
        assert_eq!(printed("1.2", "S000,000.000"), "+000,001.200");
        assert_eq!(printed("-123456.789", "FM999,999.999"), "-123,456.789");
        assert_eq!(printed("1234", "FM9d999EE"), "1.234E3");
        assert_eq!(printed("0.25", "TM9%"), "25%");
        assert_eq!(printed("12", "\">\"99\"<\""), "> 12<");
        assert_eq!(printed("9.99", "FM9.9"), "#.#");
    }
}
