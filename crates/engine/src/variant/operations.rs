//! Comparison, sorting and the multiset operations of the array functions.

use super::value::Value;
use std::cmp::Ordering;

/// How ARRAY_SORT sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortOrder {
    /// Greatest first.
    pub(crate) descending: bool,
    /// Places without a value first.
    pub(crate) nulls_first: bool,
}

/// The order of two values: by kind, then by value; JSON's null is greater than everything, a place without a value even
/// greater. Equal numbers are equal whatever their type.
pub(crate) fn compare(left: &Value<'_>, right: &Value<'_>) -> Ordering {
    match (left, right) {
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => compare_digits(left, right),
        (Value::Number(digits), Value::Double(value)) => as_float(digits).total_cmp(value),
        (Value::Double(value), Value::Number(digits)) => value.total_cmp(&as_float(digits)),
        (Value::Double(left), Value::Double(right)) => left.total_cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Special(left, left_text), Value::Special(right, right_text)) => {
            left.cmp(right).then_with(|| left_text.cmp(right_text))
        }
        (Value::Array(left), Value::Array(right)) => {
            let differ = left
                .iter()
                .zip(right)
                .map(|(left, right)| compare(left, right))
                .find(|order| order.is_ne());
            differ.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Value::Object(left), Value::Object(right)) => {
            let differ = left
                .iter()
                .zip(right)
                .map(|((left_key, left), (right_key, right))| {
                    left_key.cmp(right_key).then_with(|| compare(left, right))
                });
            differ
                .into_iter()
                .find(|order| order.is_ne())
                .unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        _ => kind(left).cmp(&kind(right)),
    }
}

fn kind(value: &Value<'_>) -> u8 {
    match value {
        Value::Boolean(_) => 0,
        Value::Number(_) | Value::Double(_) => 1,
        Value::Text(_) => 2,
        Value::Special(..) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
        Value::Null => 6,
        Value::Undefined => 7,
    }
}

fn as_float(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// The stored text without the null members of objects, at every level (STRIP_NULL_VALUES). Nulls in arrays stay: what
/// Snowflake leaves in their place is no JSON.
pub(crate) fn strip_null_values(stored: &str) -> String {
    fn strip(value: &mut Value<'_>) {
        match value {
            Value::Object(members) => {
                members.retain(|(_, member)| *member != Value::Null);
                members.iter_mut().for_each(|(_, member)| strip(member));
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = Value::parse(stored);
    strip(&mut value);
    value.to_stored()
}

/// Two decimal numbers in their stored form.
fn compare_digits(left: &str, right: &str) -> Ordering {
    let split = |digits: &str| {
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(digits) => (true, digits.to_owned()),
            None => (false, digits.to_owned()),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole.to_owned(), fraction.to_owned()),
            None => (digits, String::new()),
        };
        (negative, whole, fraction)
    };
    let ((left_negative, left_whole, left_fraction), (right_negative, right_whole, right_fraction)) =
        (split(left), split(right));
    if left_negative != right_negative {
        return if left_negative {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let size = left_whole
        .len()
        .cmp(&right_whole.len())
        .then_with(|| left_whole.cmp(&right_whole))
        .then_with(|| left_fraction.cmp(&right_fraction));
    if left_negative { size.reverse() } else { size }
}

/// Sorts the elements of an array.
pub(crate) fn sort(items: &mut Vec<Value<'_>>, order: SortOrder) {
    let all = items.len();
    items.retain(|item| *item != Value::Undefined);
    items.sort_by(|left, right| {
        let ordering = compare(left, right);
        if order.descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    let missing = std::iter::repeat_n(Value::Undefined, all - items.len());
    if order.nulls_first {
        items.splice(0..0, missing);
    } else {
        items.extend(missing);
    }
}

/// The elements of `left` that are not in `right`, as often as they are there more often.
pub(crate) fn except<'t>(left: Vec<Value<'t>>, right: Vec<Value<'t>>) -> Vec<Value<'t>> {
    let mut taken = right;
    left.into_iter()
        .filter(|item| !take(&mut taken, item))
        .collect()
}

/// The elements that both arrays have, as often as both have them.
pub(crate) fn intersection<'t>(left: Vec<Value<'t>>, right: Vec<Value<'t>>) -> Vec<Value<'t>> {
    let mut taken = right;
    left.into_iter()
        .filter(|item| take(&mut taken, item))
        .collect()
}

/// Takes one element equal to `item` out, if there is one.
fn take(from: &mut Vec<Value<'_>>, item: &Value<'_>) -> bool {
    match from.iter().position(|other| compare(other, item).is_eq()) {
        Some(at) => {
            from.swap_remove(at);
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Value<'_>> {
        match Value::parse(text) {
            Value::Array(items) => items,
            other => vec![other],
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        let sorted = ["-10.5", "-10", "-9", "0", "0.05", "0.5", "2", "10", "10.1"];
        for (index, left) in sorted.iter().enumerate() {
            for (other, right) in sorted.iter().enumerate() {
                assert_eq!(
                    compare(&Value::parse(left), &Value::parse(right)),
                    index.cmp(&other),
                    "{left} {right}"
                );
            }
        }
        assert!(compare(&Value::parse("5"), &Value::parse("5e0")).is_eq());
    }

    #[test]
    fn null_members_go() {
        assert_eq!(
            strip_null_values(r#"{"a":[1,null,2],"b":{"x":null,"y":88},"c":null,"d":"null"}"#),
            r#"{"a":[1,null,2],"b":{"y":88},"d":"null"}"#
        );
    }

    #[test]
    fn arrays_are_multisets() {
        let (left, right) = ("[\"A\",\"B\",\"B\",\"C\"]", "[\"B\",\"D\"]");
        assert_eq!(
            Value::Array(except(items(left), items(right))).to_stored(),
            "[\"A\",\"B\",\"C\"]"
        );
        assert_eq!(
            Value::Array(intersection(items(left), items(right))).to_stored(),
            "[\"B\"]"
        );
        let mut values = items("[20,null,0,\"\u{F8F0}u\",10]");
        sort(
            &mut values,
            SortOrder {
                descending: true,
                nulls_first: false,
            },
        );
        assert_eq!(
            Value::Array(values).to_stored(),
            "[null,20,10,0,\"\u{F8F0}u\"]"
        );
    }
}
