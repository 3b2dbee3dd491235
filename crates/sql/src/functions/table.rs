//! Table functions. Those of INFORMATION_SCHEMA that look at loads are DuckDB table macros of the engine's:
//! `snowmelt.copy_history(database, schema, table, start, end)` and
//! `snowmelt.validate_pipe_load(database, schema, pipe, start, end)`, whose columns are those listed here, by position.

use super::row::Parameter;
use crate::analyze::Analyzer;
use crate::analyze::tree::{Expr, ExprKind, Literal, Place};
use crate::catalog::Relation;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::quote_text;
use crate::name::QualifiedName;
use crate::parse::name_in_text;

/// A table function.
pub(crate) struct TableFunction {
    /// Snowflake's name, in upper case.
    pub(crate) name: &'static str,
    /// Whether it is called as `INFORMATION_SCHEMA.name`.
    pub(crate) in_information_schema: bool,
    /// In the order in which they may be given without names.
    pub(crate) parameters: &'static [TableParameter],
    pub(crate) build: BuildTable,
}

/// Builds the call from the arguments, in the parameters' order.
pub(crate) type BuildTable =
    fn(&mut Analyzer<'_>, Vec<Option<Expr>>, Place) -> Result<BuiltTable, SqlError>;

/// A parameter of a table function.
pub(crate) struct TableParameter {
    pub(crate) name: &'static str,
    /// `None` takes any type.
    pub(crate) data_type: Option<DataType>,
    pub(crate) required: bool,
}

/// A call of a table function.
pub(crate) struct BuiltTable {
    pub(crate) source: TableSource,
    pub(crate) arguments: Vec<Expr>,
    pub(crate) columns: Vec<BuiltColumn>,
}

/// A column of a table function's result.
pub(crate) struct BuiltColumn {
    /// Stored spelling.
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    /// Held as BIGINT.
    pub(crate) narrow: bool,
}

/// Columns whose whole numbers fit 64 bits.
pub(super) fn columns(columns: &[(&str, DataType)]) -> Vec<BuiltColumn> {
    columns
        .iter()
        .map(|(name, data_type)| BuiltColumn {
            name: (*name).to_owned(),
            data_type: *data_type,
            narrow: data_type.can_be_narrow(),
        })
        .collect()
}

/// Where a table function's rows come from.
pub(crate) enum TableSource {
    /// DuckDB's text in FROM, with holes for the arguments.
    Template(String),
    /// The elements of a list, made of what stands before it in FROM (see `Expand` in the tree).
    List {
        rows: String,
        /// A column each.
        outputs: &'static [&'static str],
    },
}

/// The table function of that name.
pub(crate) fn table_function(name: &str) -> Option<&'static TableFunction> {
    TABLE_FUNCTIONS
        .iter()
        .find(|function| function.name == name)
}

const TEXT: DataType = DataType::TEXT;
const NUMBER: DataType = DataType::INTEGER;
const INSTANT: DataType = DataType::TimestampLtz { precision: 9 };

const fn parameter(name: &'static str, data_type: DataType, required: bool) -> TableParameter {
    TableParameter {
        name,
        data_type: Some(data_type),
        required,
    }
}

/// A parameter that takes the name of a table as it is, not a string.
pub(crate) const TABLE_BY_NAME: &str = "TABLE";

pub(super) const TABLE_FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        name: "FLATTEN",
        in_information_schema: false,
        parameters: &[
            TableParameter {
                name: "INPUT",
                data_type: None,
                required: true,
            },
            parameter("PATH", TEXT, false),
            parameter("OUTER", DataType::Boolean, false),
            parameter("RECURSIVE", DataType::Boolean, false),
            parameter("MODE", TEXT, false),
        ],
        build: flatten,
    },
    TableFunction {
        name: "GENERATOR",
        in_information_schema: false,
        parameters: &[
            parameter("ROWCOUNT", NUMBER, false),
            parameter("TIMELIMIT", NUMBER, false),
        ],
        build: generator,
    },
    TableFunction {
        name: "SPLIT_TO_TABLE",
        in_information_schema: false,
        parameters: &[
            parameter("STRING", TEXT, true),
            parameter("DELIMITER", TEXT, true),
        ],
        build: super::split_table::split_to_table,
    },
    TableFunction {
        name: "STRTOK_SPLIT_TO_TABLE",
        in_information_schema: false,
        parameters: &[
            parameter("STRING", TEXT, true),
            parameter("DELIMITER", TEXT, false),
        ],
        build: super::split_table::strtok_split_to_table,
    },
    TableFunction {
        name: "GETNEXTVAL",
        in_information_schema: false,
        parameters: &[TableParameter {
            name: "SEQUENCE",
            data_type: None,
            required: true,
        }],
        build: getnextval,
    },
    TableFunction {
        name: "RESULT_SCAN",
        in_information_schema: false,
        parameters: &[parameter("QUERY_ID", TEXT, true)],
        build: result_scan,
    },
    TableFunction {
        name: "INFER_SCHEMA",
        in_information_schema: false,
        parameters: &[
            parameter("LOCATION", TEXT, true),
            parameter("FILE_FORMAT", TEXT, true),
            parameter("FILES", TEXT, false),
            parameter("IGNORE_CASE", DataType::Boolean, false),
            parameter("MAX_FILE_COUNT", NUMBER, false),
            parameter("MAX_RECORDS_PER_FILE", NUMBER, false),
            parameter("KIND", TEXT, false),
        ],
        build: super::infer_schema::infer_schema,
    },
    TableFunction {
        name: "COPY_HISTORY",
        in_information_schema: true,
        parameters: &[
            parameter("TABLE_NAME", TEXT, true),
            parameter("START_TIME", INSTANT, true),
            parameter("END_TIME", INSTANT, false),
            parameter("PIPE_NAME", TEXT, false),
        ],
        build: copy_history,
    },
    TableFunction {
        name: "VALIDATE",
        in_information_schema: false,
        parameters: &[
            parameter(TABLE_BY_NAME, TEXT, true),
            parameter("JOB_ID", TEXT, true),
        ],
        build: validate,
    },
    TableFunction {
        name: "VALIDATE_PIPE_LOAD",
        in_information_schema: true,
        parameters: &[
            parameter("PIPE_NAME", TEXT, true),
            parameter("START_TIME", INSTANT, true),
            parameter("END_TIME", INSTANT, false),
        ],
        build: validate_pipe_load,
    },
];

/// `input` and what it holds at PATH; rows of the compound there.
fn flatten(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().flatten();
    let input = next().unwrap_or_else(Expr::null);
    let (path, outer, recursive, mode) = (next(), next(), next(), next());
    let input = analyzer.fit(input, Parameter::Variant, "FLATTEN")?;
    let flag = |value: Option<Expr>, name: &str| match value.map(|value| value.kind) {
        None => Ok(false),
        Some(ExprKind::Literal(Literal::Boolean(value))) => Ok(value),
        Some(_) => Err(SqlError::unsupported(
            format!("{name} of FLATTEN that is not constant"),
            analyzer.span(at),
        )),
    };
    let outer = flag(outer, "OUTER")?;
    let recursive = flag(recursive, "RECURSIVE")?;
    let mode = match mode
        .as_ref()
        .map(|mode| mode.as_text().map(str::to_uppercase))
    {
        None => "BOTH".to_owned(),
        Some(Some(mode)) if matches!(mode.as_str(), "BOTH" | "ARRAY" | "OBJECT") => mode,
        Some(_) => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                "argument MODE of FLATTEN needs to be 'OBJECT', 'ARRAY' or 'BOTH'",
                analyzer.span(at),
            ));
        }
    };
    let path = match path.as_ref().map(Expr::as_text) {
        None => "",
        Some(Some(path)) => path,
        Some(None) => {
            return Err(SqlError::unsupported(
                "PATH of FLATTEN that is not constant",
                analyzer.span(at),
            ));
        }
    };
    let steps = crate::analyze::path::steps_of(path).ok_or_else(|| {
        SqlError::compilation(
            "100066",
            "22023",
            format!("Invalid extraction path '{path}'"),
            analyzer.span(at),
        )
    })?;
    let compound = if steps.is_empty() {
        input
    } else {
        crate::analyze::path::extracted(input, &steps, at)
    };
    let prefix = quote_text(path);
    let (native, outputs): (_, &[&str]) = if recursive {
        (
            "snowmelt_flatten_recursive",
            &[
                "g.seq",
                "g.r.key",
                "g.r.path",
                "g.r.index",
                "g.r.value",
                "g.r.this",
            ],
        )
    } else {
        (
            "snowmelt_flatten",
            &[
                "g.seq",
                "g.r.key",
                "g.r.path",
                "g.r.index",
                "g.r.value",
                "g.a0",
            ],
        )
    };
    let rows = format!("{native}(snowmelt.or_undefined(f.a0), {prefix}, {outer}, '{mode}')");
    Ok(BuiltTable {
        source: TableSource::List { rows, outputs },
        arguments: vec![compound],
        columns: columns(&[
            ("SEQ", NUMBER),
            ("KEY", TEXT),
            ("PATH", TEXT),
            ("INDEX", NUMBER),
            ("VALUE", DataType::Variant),
            ("THIS", DataType::Variant),
        ]),
    })
}

/// Rows without columns; SEQ4() and its kin number them.
fn generator(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let mut arguments = arguments.into_iter();
    let (rows, seconds) = (arguments.next().flatten(), arguments.next().flatten());
    let fit = |count| analyzer.fit(count, Parameter::Integer, "GENERATOR");
    let (template, arguments) = match (rows, seconds) {
        (Some(rows), None) => ("range({0})", vec![fit(rows)?]),
        (None, Some(seconds)) => (
            "snowmelt_rows_for({0} * 1000, 9223372036854775807)",
            vec![fit(seconds)?],
        ),
        (Some(rows), Some(seconds)) => (
            "snowmelt_rows_for({1} * 1000, {0})",
            vec![fit(rows)?, fit(seconds)?],
        ),
        (None, None) => {
            return Err(SqlError::unsupported(
                "GENERATOR without ROWCOUNT and TIMELIMIT",
                analyzer.span(at),
            ));
        }
    };
    Ok(BuiltTable {
        source: TableSource::Template(template.to_owned()),
        arguments,
        columns: Vec::new(),
    })
}

/// One row with the sequence's next value, for each row before it; the analyzer made the call from the sequence's name.
fn getnextval(
    _: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    _: Place,
) -> Result<BuiltTable, SqlError> {
    Ok(BuiltTable {
        source: TableSource::List {
            rows: "[{'v': f.a0}]".to_owned(),
            outputs: &["g.r.v"],
        },
        arguments: arguments.into_iter().flatten().collect(),
        columns: columns(&[("NEXTVAL", NUMBER)]),
    })
}

/// The rows of an earlier statement of the session.
fn result_scan(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let id = arguments.into_iter().next().flatten();
    let Some(id) = id.as_ref().and_then(Expr::as_text) else {
        return Err(SqlError::unsupported(
            "RESULT_SCAN of an expression",
            analyzer.span(at),
        ));
    };
    let Some(result) = analyzer.context.results.get(id) else {
        return Err(SqlError::compilation(
            "000709",
            "02000",
            format!("Statement {id} not found"),
            analyzer.span(at),
        )
        .with_hint(
            "a session keeps its last results, as far as they were read and are not large",
        ));
    };
    Ok(BuiltTable {
        source: TableSource::Template(result.sql.replace('{', "{{")),
        arguments: Vec::new(),
        columns: result
            .columns
            .iter()
            .map(|column| BuiltColumn {
                name: column.name.clone(),
                data_type: column.data_type,
                narrow: column.narrow,
            })
            .collect(),
    })
}

fn copy_history(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let mut arguments = arguments.into_iter();
    let table = named_object(analyzer, arguments.next().flatten(), "TABLE_NAME", at)?;
    if analyzer.catalog.relation(&table).is_none() {
        return Err(SqlError::does_not_exist("Object", table, analyzer.span(at)));
    }
    let (start, end) = (arguments.next().flatten(), arguments.next().flatten());
    let pipe = match arguments.next().flatten() {
        None => None,
        Some(name) => Some(named_object(analyzer, Some(name), "PIPE_NAME", at)?),
    };
    let times = times(analyzer, start, end, at)?;
    let call = format!(
        "snowmelt.copy_history({}, {{0}}, {{1}})",
        parts(&table).replace('{', "{{")
    );
    let columns = columns(&[
        ("FILE_NAME", TEXT),
        ("STAGE_LOCATION", TEXT),
        ("LAST_LOAD_TIME", INSTANT),
        ("ROW_COUNT", NUMBER),
        ("ROW_PARSED", NUMBER),
        ("FILE_SIZE", NUMBER),
        ("FIRST_ERROR_MESSAGE", TEXT),
        ("FIRST_ERROR_LINE_NUMBER", NUMBER),
        ("FIRST_ERROR_CHARACTER_POS", NUMBER),
        ("FIRST_ERROR_COLUMN_NAME", TEXT),
        ("ERROR_COUNT", NUMBER),
        ("ERROR_LIMIT", NUMBER),
        ("STATUS", TEXT),
        ("TABLE_CATALOG_NAME", TEXT),
        ("TABLE_SCHEMA_NAME", TEXT),
        ("TABLE_NAME", TEXT),
        ("PIPE_CATALOG_NAME", TEXT),
        ("PIPE_SCHEMA_NAME", TEXT),
        ("PIPE_NAME", TEXT),
        ("PIPE_RECEIVED_TIME", INSTANT),
        ("BYTES_BILLED", NUMBER),
    ]);
    let template = match pipe {
        None => call,
        Some(pipe) => {
            let names: Vec<String> = (0..columns.len())
                .map(|index| format!("c{index}"))
                .collect();
            format!(
                "(SELECT * FROM {call} AS h({}) WHERE (h.c16, h.c17, h.c18) = ({}))",
                names.join(", "),
                parts(&pipe).replace('{', "{{")
            )
        }
    };
    Ok(BuiltTable {
        source: TableSource::Template(template),
        arguments: times,
        columns,
    })
}

fn validate_pipe_load(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let mut arguments = arguments.into_iter();
    let pipe = named_object(analyzer, arguments.next().flatten(), "PIPE_NAME", at)?;
    if analyzer.catalog.pipe(&pipe).is_none() {
        return Err(SqlError::does_not_exist("Pipe", pipe, analyzer.span(at)));
    }
    let (start, end) = (arguments.next().flatten(), arguments.next().flatten());
    Ok(BuiltTable {
        source: TableSource::Template(format!(
            "snowmelt.validate_pipe_load({}, {{0}}, {{1}})",
            parts(&pipe).replace('{', "{{")
        )),
        arguments: times(analyzer, start, end, at)?,
        columns: columns(REJECTS),
    })
}

/// The columns of rejected records.
const REJECTS: &[(&str, DataType)] = &[
    ("ERROR", TEXT),
    ("FILE", TEXT),
    ("LINE", NUMBER),
    ("CHARACTER", NUMBER),
    ("BYTE_OFFSET", NUMBER),
    ("CATEGORY", TEXT),
    ("CODE", NUMBER),
    ("SQL_STATE", NUMBER),
    ("COLUMN_NAME", TEXT),
    ("ROW_NUMBER", NUMBER),
    ("ROW_START_LINE", NUMBER),
    ("REJECTED_RECORD", TEXT),
];

/// The rejects of one COPY: by its query id, or of the session's last one, whatever its table was.
fn validate(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let mut arguments = arguments.into_iter();
    let table = named_object(analyzer, arguments.next().flatten(), "1", at)?;
    if !matches!(analyzer.catalog.relation(&table), Some(Relation::Table(_))) {
        return Err(SqlError::does_not_exist("Table", table, analyzer.span(at)));
    }
    let job = arguments.next().flatten();
    let Some(job) = job.as_ref().and_then(Expr::as_text) else {
        return Err(SqlError::unsupported(
            "JOB_ID of VALIDATE that is not constant",
            analyzer.span(at),
        ));
    };
    let call = match job.eq_ignore_ascii_case("_last") {
        true => {
            let ids = analyzer.context.last_query_ids.iter();
            let ids: Vec<String> = ids.map(|id| quote_text(id)).collect();
            format!("snowmelt.validate_last([{}]::VARCHAR[])", ids.join(", "))
        }
        false => format!("snowmelt.validate({}, {})", parts(&table), quote_text(job)),
    };
    Ok(BuiltTable {
        source: TableSource::Template(call.replace('{', "{{")),
        arguments: Vec::new(),
        columns: columns(REJECTS),
    })
}

/// START_TIME and END_TIME, which is now if it is not given.
fn times(
    analyzer: &mut Analyzer<'_>,
    start: Option<Expr>,
    end: Option<Expr>,
    at: Place,
) -> Result<Vec<Expr>, SqlError> {
    let end = match end {
        Some(end) => end,
        None => analyzer.call_named("CURRENT_TIMESTAMP", Vec::new(), at)?,
    };
    Ok(vec![start.unwrap_or_else(Expr::null), end])
}

/// The object that a constant string names.
pub(super) fn named_object(
    analyzer: &Analyzer<'_>,
    name: Option<Expr>,
    parameter: &str,
    at: Place,
) -> Result<QualifiedName, SqlError> {
    let Some(text) = name.as_ref().and_then(Expr::as_text) else {
        return Err(SqlError::compilation(
            "001015",
            "42601",
            format!("argument {parameter} needs to be a constant string"),
            analyzer.span(at),
        ));
    };
    let span = analyzer.span(at);
    let name = name_in_text(text, span).ok_or_else(|| SqlError::invalid_identifier(text, span))?;
    analyzer.qualify(&name)
}

/// Database, schema and name as DuckDB literals.
pub(super) fn parts(name: &QualifiedName) -> String {
    [&name.database, &name.schema, &name.name]
        .map(|part| quote_text(part))
        .join(", ")
}
