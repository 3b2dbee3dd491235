//! Scalar functions in Rust: how one is declared, how DuckDB's vectors become its arguments and its results a vector.
//!
//! Everything unsafe about DuckDB's vectors is in this file.

use crate::variant::UNDEFINED;
use duckdb::core::{DataChunkHandle, FlatVector, Inserter, LogicalTypeHandle, LogicalTypeId};
use duckdb::ffi::{duckdb_string_t, duckdb_string_t_data, duckdb_string_t_length};
use duckdb::vscalar::{ScalarFunctionSignature, VScalar};
use duckdb::vtab::arrow::WritableVector;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

/// A DuckDB type that a function takes or gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// VARCHAR; a JSON argument comes as its text.
    Text,
    /// JSON, for results.
    Json,
    /// BLOB.
    Binary,
    /// BIGINT.
    Integer,
    /// HUGEINT.
    HugeInteger,
    /// BIGINT, HUGEINT or a DECIMAL of any digits, for arguments: the number without its point.
    Number,
    /// DOUBLE.
    Float,
    /// BOOLEAN.
    Boolean,
    /// VARCHAR[], for results.
    TextList,
    /// JSON[], for results.
    JsonList,
    /// A list of [`Element`], for results: STRUCT(key VARCHAR, path VARCHAR, index BIGINT, value JSON, this JSON)[].
    Elements,
}

/// One row of FLATTEN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The key, in an object.
    pub(crate) key: Option<String>,
    /// The path from the root.
    pub(crate) path: String,
    /// The place, in an array.
    pub(crate) index: Option<i64>,
    /// The stored text of the value.
    pub(crate) value: Option<String>,
    /// The stored text of what holds it; left out where the caller knows it.
    pub(crate) this: Option<String>,
}

/// What a function takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameters {
    /// These.
    Exact(&'static [Kind]),
    /// Any number of one kind.
    Many(Kind),
}

/// A scalar function. It is NULL when an argument is, and not called then: DuckDB insists on that for constants. Where
/// Snowflake sees more in a NULL, its registry row passes [`crate::variant::UNDEFINED`] or another mark in its place.
pub(crate) trait Native: Send + Sync + 'static {
    /// Its name in DuckDB: `snowmelt_…`.
    const NAME: &'static str;
    const PARAMETERS: Parameters;
    const RETURNS: Kind;
    /// Whether it may give another value each time.
    const VOLATILE: bool = false;
    /// What is kept from row to row of a vector: a compiled pattern, a parsed path.
    type Cache: Default;

    /// Computes one row.
    fn call(row: &Row<'_>, cache: &mut Self::Cache, out: &mut Output<'_>) -> Result<(), Raised>;
}

/// An error that the user's data caused, in Snowflake's code and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raised {
    code: &'static str,
    sqlstate: &'static str,
    message: String,
}

impl Raised {
    /// `message` in Snowflake's words.
    pub(crate) fn new(
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Raised {
            code,
            sqlstate,
            message: message.into(),
        }
    }
}

/// The form that [`snowmelt_sql::raised::parse_raised`] takes apart.
impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} {}] {}", self.code, self.sqlstate, self.message)
    }
}

impl Error for Raised {}

/// The arguments of one row.
pub(crate) struct Row<'v> {
    columns: &'v [Column<'v>],
    row: usize,
}

/// An argument's values for all rows of a vector.
struct Column<'v> {
    vector: FlatVector<'v>,
    kind: Kind,
    rows: usize,
    /// The bytes of a [`Kind::Number`]; 0 for a type that is none.
    width: usize,
}

impl Column<'_> {
    fn values<T: Copy>(&self) -> &[T] {
        // SAFETY: `T` is asked for by `Row`'s methods after they checked the kind, and DuckDB hands vectors of the
        // declared type over with values for all rows.
        unsafe { self.vector.as_slice_with_len::<T>(self.rows) }
    }

    fn is_null(&self, row: usize) -> bool {
        self.vector.row_is_null(row as u64)
    }
}

/// Arguments by position, `None` for NULL. An argument of another kind than declared is a defect and reads as NULL.
impl<'v> Row<'v> {
    /// How many arguments there are.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    fn value<T: Copy>(&self, index: usize, kinds: &[Kind]) -> Option<T> {
        let column = self.columns.get(index)?;
        debug_assert!(
            kinds.contains(&column.kind),
            "argument {index} is {:?}",
            column.kind
        );
        (kinds.contains(&column.kind) && !column.is_null(self.row))
            .then(|| column.values::<T>()[self.row])
    }

    /// A VARCHAR or a JSON text.
    pub(crate) fn text(&self, index: usize) -> Option<&'v str> {
        let bytes = self.string(index, &[Kind::Text, Kind::Json])?;
        std::str::from_utf8(bytes).ok()
    }

    /// The stored text of a VARIANT; `None` for the mark that stands for NULL.
    pub(crate) fn variant(&self, index: usize) -> Option<&'v str> {
        self.text(index).filter(|stored| *stored != UNDEFINED)
    }

    /// A key of an object; `None` for the mark that stands for NULL.
    pub(crate) fn key(&self, index: usize) -> Option<&'v str> {
        self.text(index)
            .filter(|key| *key != UNDEFINED.trim_matches('"'))
    }

    /// A BLOB.
    pub(crate) fn binary(&self, index: usize) -> Option<&'v [u8]> {
        self.string(index, &[Kind::Binary])
    }

    fn string(&self, index: usize, kinds: &[Kind]) -> Option<&'v [u8]> {
        let column: &'v Column<'v> = self.columns.get(index)?;
        debug_assert!(
            kinds.contains(&column.kind),
            "argument {index} is {:?}",
            column.kind
        );
        if !kinds.contains(&column.kind) || column.is_null(self.row) {
            return None;
        }
        // SAFETY: the vector holds strings for all rows. Short ones lie in the value itself, long ones where it points; both
        // live as long as the vector, which outlives `'v`; DuckDB only reads through the pointer.
        unsafe {
            let string = column.vector.as_mut_ptr::<duckdb_string_t>().add(self.row);
            let length = duckdb_string_t_length(*string);
            Some(std::slice::from_raw_parts(
                duckdb_string_t_data(string).cast(),
                length as usize,
            ))
        }
    }

    /// A BIGINT.
    pub(crate) fn integer(&self, index: usize) -> Option<i64> {
        self.value(index, &[Kind::Integer])
    }

    /// A HUGEINT.
    pub(crate) fn huge_integer(&self, index: usize) -> Option<i128> {
        self.value(index, &[Kind::HugeInteger])
    }

    /// A number without its point.
    #[inline]
    pub(crate) fn unscaled(&self, index: usize) -> Option<i128> {
        let column = self.columns.get(index)?;
        if column.kind != Kind::Number || column.is_null(self.row) {
            return None;
        }
        Some(match column.width {
            2 => i128::from(column.values::<i16>()[self.row]),
            4 => i128::from(column.values::<i32>()[self.row]),
            8 => i128::from(column.values::<i64>()[self.row]),
            16 => column.values::<i128>()[self.row],
            _ => return None,
        })
    }

    /// A DOUBLE.
    pub(crate) fn float(&self, index: usize) -> Option<f64> {
        self.value(index, &[Kind::Float])
    }

    /// A BOOLEAN.
    pub(crate) fn boolean(&self, index: usize) -> Option<bool> {
        self.value::<u8>(index, &[Kind::Boolean])
            .map(|byte| byte != 0)
    }
}

/// Where the result of one row goes; the last call counts.
pub(crate) struct Output<'v> {
    target: Target<'v>,
    kind: Kind,
    rows: usize,
    row: usize,
    /// Room for text that is put together.
    pub(crate) scratch: String,
}

enum Target<'v> {
    Flat(FlatVector<'v>),
    Lists(Lists),
}

/// Lists are written when all rows are known.
struct Lists {
    texts: Vec<Option<String>>,
    elements: Vec<Element>,
    /// Where each row's items start, and how many they are; `None` for NULL.
    entries: Vec<Option<(usize, usize)>>,
}

impl<'v> Output<'v> {
    /// NULL.
    pub(crate) fn null(&mut self) {
        match &mut self.target {
            Target::Flat(vector) => vector.set_null(self.row),
            Target::Lists(lists) => lists.entries[self.row] = None,
        }
    }

    fn flat(&mut self, kinds: &[Kind]) -> Option<(&mut FlatVector<'v>, usize)> {
        debug_assert!(
            kinds.contains(&self.kind),
            "the function gives {:?}",
            self.kind
        );
        match &mut self.target {
            Target::Flat(vector) if kinds.contains(&self.kind) => Some((vector, self.row)),
            _ => None,
        }
    }

    /// A VARCHAR, or the stored text of a JSON value.
    pub(crate) fn text(&mut self, text: &str) {
        if let Some((vector, row)) = self.flat(&[Kind::Text, Kind::Json]) {
            vector.insert(row, text);
        }
    }

    /// What stands in `scratch`.
    pub(crate) fn scratch(&mut self) {
        let text = std::mem::take(&mut self.scratch);
        self.text(&text);
        self.scratch = text;
    }

    /// A BLOB.
    pub(crate) fn binary(&mut self, bytes: &[u8]) {
        if let Some((vector, row)) = self.flat(&[Kind::Binary]) {
            vector.insert(row, bytes);
        }
    }

    /// A list of texts, or of stored JSON texts.
    pub(crate) fn texts(&mut self, items: impl IntoIterator<Item = Option<String>>) {
        debug_assert!(matches!(self.kind, Kind::TextList | Kind::JsonList));
        if let Target::Lists(Lists { texts, entries, .. }) = &mut self.target {
            let start = texts.len();
            texts.extend(items);
            entries[self.row] = Some((start, texts.len() - start));
        }
    }

    /// A list of elements.
    pub(crate) fn elements(&mut self, items: impl IntoIterator<Item = Element>) {
        debug_assert!(self.kind == Kind::Elements);
        if let Target::Lists(Lists {
            elements, entries, ..
        }) = &mut self.target
        {
            let start = elements.len();
            elements.extend(items);
            entries[self.row] = Some((start, elements.len() - start));
        }
    }

    fn set<T: Copy>(&mut self, kind: Kind, value: T) {
        let rows = self.rows;
        if let Some((vector, row)) = self.flat(&[kind]) {
            // SAFETY: the vector has the declared type and room for all rows.
            unsafe { vector.as_mut_slice_with_len::<T>(rows)[row] = value };
        }
    }

    /// A BIGINT.
    pub(crate) fn integer(&mut self, value: i64) {
        self.set(Kind::Integer, value);
    }

    /// A HUGEINT.
    pub(crate) fn huge_integer(&mut self, value: i128) {
        self.set(Kind::HugeInteger, value);
    }

    /// A DOUBLE.
    pub(crate) fn float(&mut self, value: f64) {
        self.set(Kind::Float, value);
    }

    /// A BOOLEAN.
    pub(crate) fn boolean(&mut self, value: bool) {
        self.set(Kind::Boolean, value);
    }
}

/// Writes the collected lists into DuckDB's vector.
fn write_lists(output: &mut dyn WritableVector, lists: Lists) {
    let Lists {
        texts,
        elements,
        entries,
    } = lists;
    let mut list = output.list_vector();
    if elements.is_empty() {
        let child = list.child(texts.len());
        write_texts(child, texts.iter().map(Option::as_deref));
    } else {
        let count = elements.len();
        let rows = list.struct_child(count);
        write_texts(
            rows.child(0, count),
            elements.iter().map(|element| element.key.as_deref()),
        );
        write_texts(
            rows.child(1, count),
            elements.iter().map(|element| Some(element.path.as_str())),
        );
        let mut indexes = rows.child(2, count);
        for (row, element) in elements.iter().enumerate() {
            match element.index {
                // SAFETY: the child is BIGINT and has room for all elements.
                Some(index) => unsafe { indexes.as_mut_slice_with_len::<i64>(count)[row] = index },
                None => indexes.set_null(row),
            }
        }
        write_texts(
            rows.child(3, count),
            elements.iter().map(|element| element.value.as_deref()),
        );
        write_texts(
            rows.child(4, count),
            elements.iter().map(|element| element.this.as_deref()),
        );
    }
    list.set_len(texts.len().max(elements.len()));
    for (row, entry) in entries.into_iter().enumerate() {
        match entry {
            Some((offset, length)) => list.set_entry(row, offset, length),
            None => {
                list.set_entry(row, 0, 0);
                list.set_null(row);
            }
        }
    }
}

fn write_texts<'t>(mut vector: FlatVector<'_>, texts: impl Iterator<Item = Option<&'t str>>) {
    for (row, text) in texts.enumerate() {
        match text {
            Some(text) => vector.insert(row, text),
            None => vector.set_null(row),
        }
    }
}

/// A [`Native`] as DuckDB's crate wants it.
pub(super) struct Bridge<N>(PhantomData<N>);

impl<N: Native> VScalar for Bridge<N> {
    type State = ();

    fn invoke(
        _: &Self::State,
        input: &mut DataChunkHandle,
        output: &mut dyn WritableVector,
    ) -> Result<(), Box<dyn Error>> {
        let rows = input.len();
        let kind = |index: usize| match N::PARAMETERS {
            Parameters::Exact(kinds) => kinds[index],
            Parameters::Many(kind) => kind,
        };
        let columns: Vec<Column<'_>> = (0..input.num_columns())
            .map(|index| {
                let (vector, kind) = (input.flat_vector(index), kind(index));
                let width = match kind {
                    Kind::Number => number_width(&vector.logical_type()),
                    _ => 0,
                };
                Column {
                    vector,
                    kind,
                    rows,
                    width,
                }
            })
            .collect();
        let mut cache = N::Cache::default();
        let is_list = matches!(N::RETURNS, Kind::TextList | Kind::JsonList | Kind::Elements);
        let target = if is_list {
            Target::Lists(Lists {
                texts: Vec::new(),
                elements: Vec::new(),
                entries: vec![None; rows],
            })
        } else {
            Target::Flat(output.flat_vector())
        };
        let mut out = Output {
            target,
            kind: N::RETURNS,
            rows,
            row: 0,
            scratch: String::new(),
        };
        for row in 0..rows {
            out.row = row;
            if columns.iter().any(|column| column.is_null(row)) {
                out.null();
                continue;
            }
            out.scratch.clear();
            N::call(
                &Row {
                    columns: &columns,
                    row,
                },
                &mut cache,
                &mut out,
            )?;
        }
        let lists = match out.target {
            Target::Lists(lists) => Some(lists),
            Target::Flat(_) => None,
        };
        if let Some(lists) = lists {
            write_lists(output, lists);
        }
        Ok(())
    }

    fn signatures() -> Vec<ScalarFunctionSignature> {
        let returns = logical_type(N::RETURNS);
        vec![match N::PARAMETERS {
            Parameters::Exact(kinds) => ScalarFunctionSignature::exact(
                kinds.iter().map(|kind| logical_type(*kind)).collect(),
                returns,
            ),
            Parameters::Many(kind) => {
                ScalarFunctionSignature::variadic(logical_type(kind), returns)
            }
        }]
    }

    fn volatile() -> bool {
        N::VOLATILE
    }
}

fn logical_type(kind: Kind) -> LogicalTypeHandle {
    let plain = |id: LogicalTypeId| LogicalTypeHandle::from(id);
    match kind {
        Kind::Text => plain(LogicalTypeId::Varchar),
        Kind::Json => {
            // DuckDB's JSON is VARCHAR under this name: no conversion, and no second reading, between the two.
            let mut json = plain(LogicalTypeId::Varchar);
            json.set_alias("JSON");
            json
        }
        Kind::Binary => plain(LogicalTypeId::Blob),
        Kind::Integer => plain(LogicalTypeId::Bigint),
        Kind::HugeInteger => plain(LogicalTypeId::Hugeint),
        Kind::Number => plain(LogicalTypeId::Any),
        Kind::Float => plain(LogicalTypeId::Double),
        Kind::Boolean => plain(LogicalTypeId::Boolean),
        Kind::TextList => LogicalTypeHandle::list(&logical_type(Kind::Text)),
        Kind::JsonList => LogicalTypeHandle::list(&logical_type(Kind::Json)),
        Kind::Elements => LogicalTypeHandle::list(&LogicalTypeHandle::struct_type(&[
            ("key", logical_type(Kind::Text)),
            ("path", logical_type(Kind::Text)),
            ("index", logical_type(Kind::Integer)),
            ("value", logical_type(Kind::Json)),
            ("this", logical_type(Kind::Json)),
        ])),
    }
}

/// The bytes in which DuckDB holds a number of that type; 0 for other types.
fn number_width(logical_type: &LogicalTypeHandle) -> usize {
    match logical_type.id() {
        LogicalTypeId::Bigint => 8,
        LogicalTypeId::Hugeint => 16,
        LogicalTypeId::Decimal => match logical_type.decimal_width() {
            0..=4 => 2,
            5..=9 => 4,
            10..=18 => 8,
            _ => 16,
        },
        _ => 0,
    }
}

/// Declares a [`Native`]:
/// `native! { /// Words. Name = "snowmelt_name"(Text, Integer) -> Text, |row, cache: Cache, out| { … } }`.
/// `[volatile]` before the name says that it may give another value each time.
macro_rules! native {
    ($(#[$doc:meta])* $([$flag:ident])? $type:ident = $name:literal ($($kinds:tt)*) -> $returns:ident,
        |$row:ident, $cache:ident: $cache_type:ty, $out:ident| $body:expr) => {
        $(#[$doc])*
        pub(crate) struct $type;
        impl $crate::functions::native::Native for $type {
            const NAME: &'static str = $name;
            const PARAMETERS: $crate::functions::native::Parameters = native!(@kinds $($kinds)*);
            const RETURNS: $crate::functions::native::Kind = $crate::functions::native::Kind::$returns;
            $(native!(@flag $flag);)?
            type Cache = $cache_type;
            fn call(
                $row: &$crate::functions::native::Row<'_>,
                $cache: &mut $cache_type,
                $out: &mut $crate::functions::native::Output<'_>,
            ) -> Result<(), $crate::functions::native::Raised> {
                let _ = &$cache;
                $body
            }
        }
    };
    (@kinds ..$kind:ident) => {
        $crate::functions::native::Parameters::Many($crate::functions::native::Kind::$kind)
    };
    (@kinds $($kind:ident),*) => {
        $crate::functions::native::Parameters::Exact(&[$($crate::functions::native::Kind::$kind),*])
    };
    (@flag volatile) => { const VOLATILE: bool = true; };
}
pub(crate) use native;
