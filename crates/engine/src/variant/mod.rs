//! Values of VARIANT, OBJECT and ARRAY: text in and out, access by path, the operations of the array and object functions.
//!
//! A value is stored as JSON text in one fixed form: no white space, keys sorted, decimal numbers without trailing zeros,
//! FLOAT always with an exponent (`1.500000000000000e+00`), so that equal values are equal texts. What JSON cannot say is a
//! string that begins with [`MARK`] and a letter (see [`Special`]): a place without a value in an array, a date, bytes ….
//! Files that are loaded may hold other forms of the same JSON; everything here reads those too.

mod number;
mod operations;
mod path;
mod print;
mod read;
mod value;

pub(crate) use number::{canonical as number, double};
pub(crate) use operations::{SortOrder, compare, except, intersection, sort, strip_null_values};
pub(crate) use path::{Step, find, parse_duckdb_path, parse_path};
pub(crate) use print::{json, pretty, text};
pub(crate) use read::{Duplicates, read};
pub(crate) use value::{Special, Value, type_name, write_string};

/// What stands first in a string that is not a string: a character of a private-use area.
pub(crate) const MARK: char = '\u{F8F0}';

/// A place without a value in an array: SQL NULL there, printed as `undefined`.
pub(crate) const UNDEFINED: &str = "\"\u{F8F0}u\"";
