//! ARRAY functions, on stored texts.

use super::add;
use super::native::{Output, Raised, Row, native};
use crate::variant::{self, SortOrder, Value};
use duckdb::Connection;
use std::borrow::Cow;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<ArrayConstruct>(database)?;
    add::<ArrayConstructCompact>(database)?;
    add::<ArrayOf>(database)?;
    add::<ToArray>(database)?;
    add::<ArraySize>(database)?;
    add::<ArrayAppend>(database)?;
    add::<ArrayPrepend>(database)?;
    add::<ArrayCat>(database)?;
    add::<ArrayCompact>(database)?;
    add::<ArrayContains>(database)?;
    add::<ArrayPosition>(database)?;
    add::<ArrayDistinct>(database)?;
    add::<ArrayExcept>(database)?;
    add::<ArrayIntersection>(database)?;
    add::<ArraysOverlap>(database)?;
    add::<ArrayFlatten>(database)?;
    add::<ArrayGenerateRange>(database)?;
    add::<ArrayInsert>(database)?;
    add::<ArrayMax>(database)?;
    add::<ArrayMin>(database)?;
    add::<ArrayRemove>(database)?;
    add::<ArrayRemoveAt>(database)?;
    add::<ArrayRepeat>(database)?;
    add::<ArrayReverse>(database)?;
    add::<ArraySlice>(database)?;
    add::<ArraySort>(database)?;
    add::<ArrayToString>(database)?;
    add::<ArraysToObject>(database)?;
    add::<ArraysZip>(database)?;
    add::<ArrayUnion>(database)?;
    add::<ArrayElements>(database)
}

/// The elements of an array; `None` if the value is none.
fn items(stored: &str) -> Option<Vec<Value<'_>>> {
    match Value::parse(stored) {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// The elements of the first argument; an error if it is no array.
fn array<'v>(row: &Row<'v>, index: usize) -> Result<Vec<Value<'v>>, Raised> {
    let stored = row.text(index).unwrap_or("[]");
    items(stored).ok_or_else(|| {
        Raised::new(
            "100107",
            "22000",
            format!(
                "Invalid type for parameter '{}'. Expected: ARRAY",
                variant::type_name(stored)
            ),
        )
    })
}

/// An element that an argument gives: NULL is a place without a value.
fn element<'v>(row: &Row<'v>, index: usize) -> Value<'v> {
    row.variant(index).map_or(Value::Undefined, Value::parse)
}

fn put(value: Value<'_>, out: &mut Output<'_>) {
    value.write(&mut out.scratch);
    out.scratch();
}

fn put_array(items: Vec<Value<'_>>, out: &mut Output<'_>) {
    put(Value::Array(items), out);
}

/// A value of its own, NULL where there is none.
fn put_element(item: Option<&Value<'_>>, out: &mut Output<'_>) {
    match item {
        None | Some(Value::Undefined) => out.null(),
        Some(item) => {
            item.write(&mut out.scratch);
            out.scratch();
        }
    }
}

/// An index that may count from the end; `None` if it lies before the start.
fn from_end(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 {
        index + length as i64
    } else {
        index
    };
    usize::try_from(index).ok()
}

native! {
    /// ARRAY_CONSTRUCT(value, …).
    ArrayConstruct = "snowmelt_array_construct"(..Text) -> Json, |row, cache: (), out| {
        join(row, out, true);
        Ok(())
    }
}

native! {
    /// ARRAY_CONSTRUCT_COMPACT(value, …).
    ArrayConstructCompact = "snowmelt_array_construct_compact"(..Text) -> Json, |row, cache: (), out| {
        join(row, out, false);
        Ok(())
    }
}

/// The arguments' stored texts as an array.
fn join(row: &Row<'_>, out: &mut Output<'_>, keep_null: bool) {
    out.scratch.push('[');
    for index in 0..row.len() {
        let item = row
            .variant(index)
            .or(keep_null.then_some(variant::UNDEFINED));
        let Some(item) = item else { continue };
        if out.scratch.len() > 1 {
            out.scratch.push(',');
        }
        out.scratch.push_str(item);
    }
    out.scratch.push(']');
    out.scratch();
}

native! {
    /// Stored texts that an aggregate joined with commas, as an array; none gives an empty one.
    ArrayOf = "snowmelt_array_of"(Text) -> Json, |row, cache: (), out| {
        out.scratch.push('[');
        out.scratch.push_str(row.text(0).unwrap_or(""));
        out.scratch.push(']');
        out.scratch();
        Ok(())
    }
}

native! {
    /// TO_ARRAY(variant).
    ToArray = "snowmelt_to_array"(Text) -> Json, |row, cache: (), out| {
        let Some(stored) = row.text(0) else { return Ok(()) };
        match variant::type_name(stored) {
            "NULL" | "NULL_VALUE" => out.null(),
            "ARRAY" => out.text(stored),
            _ => {
                out.scratch.push('[');
                out.scratch.push_str(stored);
                out.scratch.push(']');
                out.scratch();
            }
        }
        Ok(())
    }
}

native! {
    /// ARRAY_SIZE(variant): NULL for what is no array.
    ArraySize = "snowmelt_array_size"(Text) -> Integer, |row, cache: (), out| {
        match row.text(0).and_then(items) {
            Some(items) => out.integer(items.len() as i64),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// ARRAY_APPEND(array, value).
    ArrayAppend = "snowmelt_array_append"(Text, Text) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        items.push(element(row, 1));
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_PREPEND(array, value).
    ArrayPrepend = "snowmelt_array_prepend"(Text, Text) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        items.insert(0, element(row, 1));
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_CAT(array, array).
    ArrayCat = "snowmelt_array_cat"(Text, Text) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        items.extend(array(row, 1)?);
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_COMPACT(array).
    ArrayCompact = "snowmelt_array_compact"(Text) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        items.retain(|item| !matches!(item, Value::Null | Value::Undefined));
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_CONTAINS(value, array).
    ArrayContains = "snowmelt_array_contains"(Text, Text) -> Boolean, |row, cache: (), out| {
        let items = array(row, 1)?;
        let wanted = element(row, 0);
        match (position(&items, &wanted), wanted) {
            // NULL is found, but not ruled out.
            (None, Value::Undefined) => out.null(),
            (found, _) => out.boolean(found.is_some()),
        }
        Ok(())
    }
}

fn position(items: &[Value<'_>], wanted: &Value<'_>) -> Option<usize> {
    items
        .iter()
        .position(|item| variant::compare(item, wanted).is_eq())
}

native! {
    /// ARRAY_POSITION(value, array).
    ArrayPosition = "snowmelt_array_position"(Text, Text) -> Integer, |row, cache: (), out| {
        match position(&array(row, 1)?, &element(row, 0)) {
            Some(at) => out.integer(at as i64),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// ARRAY_DISTINCT(array).
    ArrayDistinct = "snowmelt_array_distinct"(Text) -> Json, |row, cache: (), out| {
        let mut kept: Vec<Value<'_>> = Vec::new();
        for item in array(row, 0)? {
            if position(&kept, &item).is_none() {
                kept.push(item);
            }
        }
        put_array(kept, out);
        Ok(())
    }
}

native! {
    /// ARRAY_EXCEPT(array, array).
    ArrayExcept = "snowmelt_array_except"(Text, Text) -> Json, |row, cache: (), out| {
        put_array(variant::except(array(row, 0)?, array(row, 1)?), out);
        Ok(())
    }
}

native! {
    /// ARRAY_INTERSECTION(array, array).
    ArrayIntersection = "snowmelt_array_intersection"(Text, Text) -> Json, |row, cache: (), out| {
        put_array(variant::intersection(array(row, 0)?, array(row, 1)?), out);
        Ok(())
    }
}

native! {
    /// ARRAYS_OVERLAP(array, array).
    ArraysOverlap = "snowmelt_arrays_overlap"(Text, Text) -> Boolean, |row, cache: (), out| {
        out.boolean(!variant::intersection(array(row, 0)?, array(row, 1)?).is_empty());
        Ok(())
    }
}

native! {
    /// ARRAY_FLATTEN(array of arrays).
    ArrayFlatten = "snowmelt_array_flatten"(Text) -> Json, |row, cache: (), out| {
        let mut flat = Vec::new();
        for item in array(row, 0)? {
            match item {
                Value::Array(items) => flat.extend(items),
                Value::Undefined => {
                    out.null();
                    return Ok(());
                }
                _ => {
                    return Err(Raised::new("100107", "22000", "Not an array: 'Input argument to ARRAY_FLATTEN is not an array of arrays'"));
                }
            }
        }
        put_array(flat, out);
        Ok(())
    }
}

native! {
    /// ARRAY_GENERATE_RANGE(start, stop, step).
    ArrayGenerateRange = "snowmelt_array_generate_range"(Integer, Integer, Integer) -> Json, |row, cache: (), out| {
        let (Some(start), Some(stop), Some(step)) = (row.integer(0), row.integer(1), row.integer(2)) else {
            return Ok(());
        };
        if step == 0 {
            return Err(Raised::new("100052", "22023", "Invalid parameter value: 0. Reason: step must not be zero"));
        }
        out.scratch.push('[');
        let mut next = Some(start);
        while let Some(value) = next.filter(|value| if step > 0 { *value < stop } else { *value > stop }) {
            if out.scratch.len() > 1 {
                out.scratch.push(',');
            }
            out.scratch.push_str(&value.to_string());
            next = value.checked_add(step);
        }
        out.scratch.push(']');
        out.scratch();
        Ok(())
    }
}

native! {
    /// ARRAY_INSERT(array, position, value).
    ArrayInsert = "snowmelt_array_insert"(Text, Integer, Text) -> Json, |row, cache: (), out| {
        let Some(at) = row.integer(1) else { return Ok(()) };
        let mut items = array(row, 0)?;
        let length = items.len() as i64;
        if at >= 0 {
            let at = usize::try_from(at).unwrap_or(usize::MAX).min(1 << 24);
            items.resize(items.len().max(at), Value::Undefined);
            items.insert(at, element(row, 2));
        } else if -at <= length {
            items.insert((length + at) as usize, element(row, 2));
        } else {
            let missing = usize::try_from(-at - length).unwrap_or(0).min(1 << 24);
            items.splice(0..0, std::iter::repeat_n(Value::Undefined, missing));
            items.insert(0, element(row, 2));
        }
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_MAX(array).
    ArrayMax = "snowmelt_array_max"(Text) -> Json, |row, cache: (), out| {
        let items = array(row, 0)?;
        let best = items.iter().filter(|item| **item != Value::Undefined).max_by(|left, right| variant::compare(left, right));
        put_element(best, out);
        Ok(())
    }
}

native! {
    /// ARRAY_MIN(array).
    ArrayMin = "snowmelt_array_min"(Text) -> Json, |row, cache: (), out| {
        let items = array(row, 0)?;
        let best = items.iter().filter(|item| **item != Value::Undefined).min_by(|left, right| variant::compare(left, right));
        put_element(best, out);
        Ok(())
    }
}

native! {
    /// ARRAY_REMOVE(array, value).
    ArrayRemove = "snowmelt_array_remove"(Text, Text) -> Json, |row, cache: (), out| {
        let wanted = element(row, 1);
        let mut items = array(row, 0)?;
        items.retain(|item| variant::compare(item, &wanted).is_ne());
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_REMOVE_AT(array, position).
    ArrayRemoveAt = "snowmelt_array_remove_at"(Text, Integer) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        let at = row.integer(1).and_then(|at| from_end(at, items.len()));
        if let Some(at) = at.filter(|at| *at < items.len()) {
            items.remove(at);
        }
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_REPEAT(value, count).
    ArrayRepeat = "snowmelt_array_repeat"(Text, Integer) -> Json, |row, cache: (), out| {
        let Some(count) = row.integer(1) else { return Ok(()) };
        let count = usize::try_from(count).unwrap_or(0).min(1 << 24);
        put_array(vec![element(row, 0); count], out);
        Ok(())
    }
}

native! {
    /// ARRAY_REVERSE(array).
    ArrayReverse = "snowmelt_array_reverse"(Text) -> Json, |row, cache: (), out| {
        let mut items = array(row, 0)?;
        items.reverse();
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_SLICE(array, from, to).
    ArraySlice = "snowmelt_array_slice"(Text, Integer, Integer) -> Json, |row, cache: (), out| {
        let items = array(row, 0)?;
        let end = |index: usize| {
            let at = row.integer(index).unwrap_or(0);
            from_end(at, items.len()).unwrap_or(0).min(items.len())
        };
        let (from, to) = (end(1), end(2));
        put_array(items.get(from..to).map(<[_]>::to_vec).unwrap_or_default(), out);
        Ok(())
    }
}

native! {
    /// ARRAY_SORT(array, ascending, nulls first).
    ArraySort = "snowmelt_array_sort"(Text, Boolean, Boolean) -> Json, |row, cache: (), out| {
        let (Some(ascending), Some(nulls_first)) = (row.boolean(1), row.boolean(2)) else { return Ok(()) };
        let mut items = array(row, 0)?;
        variant::sort(&mut items, SortOrder { descending: !ascending, nulls_first });
        put_array(items, out);
        Ok(())
    }
}

native! {
    /// ARRAY_TO_STRING(array, separator).
    ArrayToString = "snowmelt_array_to_string"(Text, Text) -> Text, |row, cache: (), out| {
        let separator = row.text(1).unwrap_or("");
        for (index, item) in array(row, 0)?.iter().enumerate() {
            if index > 0 {
                out.scratch.push_str(separator);
            }
            out.scratch.push_str(&variant::text(&item.to_stored()).unwrap_or_default());
        }
        out.scratch();
        Ok(())
    }
}

native! {
    /// ARRAYS_TO_OBJECT(keys, values).
    ArraysToObject = "snowmelt_arrays_to_object"(Text, Text) -> Json, |row, cache: (), out| {
        let (keys, values) = (array(row, 0)?, array(row, 1)?);
        if keys.len() != values.len() {
            let message = format!("Key array and value array had unequal lengths: {} and {}", keys.len(), values.len());
            return Err(Raised::new("100052", "22023", message));
        }
        let members = keys.into_iter().zip(values).filter_map(|(key, value)| match key {
            Value::Undefined | Value::Null => None,
            Value::Text(key) => Some((key, value)),
            other => Some((Cow::Owned(variant::text(&other.to_stored()).unwrap_or_default()), value)),
        });
        put(Value::object(members.collect()), out);
        Ok(())
    }
}

native! {
    /// ARRAYS_ZIP(array, …).
    ArraysZip = "snowmelt_arrays_zip"(..Text) -> Json, |row, cache: (), out| {
        let arrays = (0..row.len()).map(|index| array(row, index)).collect::<Result<Vec<_>, _>>()?;
        let length = arrays.iter().map(Vec::len).max().unwrap_or(0);
        let object = |at: Option<usize>| {
            let members = arrays.iter().enumerate().filter_map(|(index, items)| {
                let item = match items.get(at?) {
                    None | Some(Value::Undefined) => Value::Null,
                    Some(item) => item.clone(),
                };
                Some((Cow::Owned(format!("${}", index + 1)), item))
            });
            Value::object(members.collect())
        };
        let rows = if length == 0 { vec![object(None)] } else { (0..length).map(|at| object(Some(at))).collect() };
        put_array(rows, out);
        Ok(())
    }
}

native! {
    /// ARRAY_UNION_AGG: arrays that an aggregate joined, as one multiset that holds each value as often as any of them.
    ArrayUnion = "snowmelt_array_union"(Text) -> Json, |row, cache: (), out| {
        let joined = format!("[{}]", row.text(0).unwrap_or(""));
        let mut union: Vec<Value<'_>> = Vec::new();
        for array in items(&joined).unwrap_or_default() {
            let Value::Array(array) = array else { continue };
            union.extend(variant::except(array, union.clone()));
        }
        put_array(union, out);
        Ok(())
    }
}

native! {
    /// The elements of an array as a list, NULL for a place without a value.
    ArrayElements = "snowmelt_array_elements"(Text) -> JsonList, |row, cache: (), out| {
        let items = array(row, 0)?;
        out.texts(items.iter().map(|item| (*item != Value::Undefined).then(|| item.to_stored())));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn arrays_grow_and_shrink() {
        assert_eq!(
            one("SELECT snowmelt_array_construct('1', '\"\u{F8F0}u\"', '\"x\"')"),
            "[1,\"\u{F8F0}u\",\"x\"]"
        );
        assert_eq!(
            one("SELECT snowmelt_array_insert('[0,1]', 3, '2')"),
            "[0,1,\"\u{F8F0}u\",2]"
        );
        assert_eq!(
            one("SELECT snowmelt_array_insert('[0,1]', -1, '2')"),
            "[0,2,1]"
        );
        assert_eq!(
            one("SELECT snowmelt_array_slice('[0,1,2,3,4,5,6]', -5, -3)"),
            "[2,3]"
        );
        assert_eq!(one("SELECT snowmelt_array_slice('[0,1]', 5, 9)"), "[]");
        assert_eq!(
            one("SELECT snowmelt_array_remove_at('[2,5,7]', -1)"),
            "[2,5]"
        );
        assert_eq!(
            one("SELECT snowmelt_array_generate_range(5, 25, 10)"),
            "[5,15]"
        );
        assert_eq!(one("SELECT snowmelt_arrays_zip('[]', '[]')"), "[{}]");
        assert_eq!(
            one("SELECT snowmelt_array_union('[1,1,2],[1,2,3]')"),
            "[1,1,2,3]"
        );
        assert_eq!(
            one("SELECT array_to_string(snowmelt_array_elements('[1,\"a\"]'), '|')"),
            "1|\"a\""
        );
    }
}
