//! The protocol's number for each kind of statement: drivers read from it whether rows were changed.

use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::statement::FileCommand;
use snowmelt_sql::{DataType, Statement};

/// A request with several statements.
pub(crate) const MULTIPLE: u64 = 0xA000;

const SELECT: u64 = 0x1000;
const INSERT: u64 = 0x3100;
const UPDATE: u64 = 0x3200;
const DELETE: u64 = 0x3300;
const MERGE: u64 = 0x3400;
const MULTI_TABLE_INSERT: u64 = 0x3500;
const COPY: u64 = 0x3600;
const UNLOAD: u64 = 0x3700;
const ALTER_SESSION: u64 = 0x4100;
const SET: u64 = 0x4200;
const USE: u64 = 0x4300;
const SHOW: u64 = 0x4400;
const DESCRIBE: u64 = 0x4500;
const LIST: u64 = 0x4701;
const REMOVE: u64 = 0x4702;
const TRANSACTION: u64 = 0x5000;
const DEFINITION: u64 = 0x6000;
const GET: u64 = 0x7000;
const PUT: u64 = 0x7100;

/// The number of a statement's kind.
pub(super) fn kind(statement: &Statement, text: &str) -> u64 {
    match statement {
        Statement::Query(_) | Statement::ExecuteImmediate(_) => SELECT,
        Statement::Insert(_) => {
            let second = text.split_ascii_whitespace().nth(1).unwrap_or_default();
            let third = text.split_ascii_whitespace().nth(2).unwrap_or_default();
            let is_multi =
                |word: &str| word.eq_ignore_ascii_case("ALL") || word.eq_ignore_ascii_case("FIRST");
            if is_multi(second) || second.eq_ignore_ascii_case("OVERWRITE") && is_multi(third) {
                MULTI_TABLE_INSERT
            } else {
                INSERT
            }
        }
        Statement::Update(_) => UPDATE,
        Statement::Delete(_) => DELETE,
        Statement::Merge(_) => MERGE,
        Statement::CopyInto(_) => COPY,
        Statement::CopyIntoLocation(_) => UNLOAD,
        Statement::Files(command) => match command {
            FileCommand::Put { .. } => PUT,
            FileCommand::Get { .. } => GET,
            FileCommand::Remove { .. } => REMOVE,
        },
        Statement::List { .. } => LIST,
        Statement::Show(_) => SHOW,
        Statement::Describe(_) => DESCRIBE,
        Statement::AlterSession(_) => ALTER_SESSION,
        Statement::Use(_) => USE,
        Statement::Set { .. } | Statement::Unset { .. } => SET,
        Statement::Begin | Statement::Commit | Statement::Rollback => TRANSACTION,
        // Names come from variables, but the first word tells enough.
        Statement::WithVariables => of_first_word(text),
        Statement::Truncate { .. }
        | Statement::CreateTable(_)
        | Statement::CreateView(_)
        | Statement::CreateDatabase(_)
        | Statement::CreateSchema(_)
        | Statement::CreateWarehouse(_)
        | Statement::CreateIntegration(_)
        | Statement::CreateStage(_)
        | Statement::CreateFileFormat(_)
        | Statement::CreatePipe(_)
        | Statement::CreateSequence(_)
        | Statement::CreateFunction(_)
        | Statement::AlterTable(_)
        | Statement::AlterPipe(_)
        | Statement::AlterObject(_)
        | Statement::AlterWarehouse(_)
        | Statement::Drop { .. }
        | Statement::Comment { .. } => DEFINITION,
    }
}

fn of_first_word(text: &str) -> u64 {
    let end = text.find(|character: char| !character.is_ascii_alphabetic());
    let word = text[..end.unwrap_or(text.len())].to_ascii_uppercase();
    match word.as_str() {
        "SELECT" | "WITH" | "VALUES" | "" => SELECT,
        "INSERT" => INSERT,
        "UPDATE" => UPDATE,
        "DELETE" => DELETE,
        "MERGE" => MERGE,
        "COPY" => COPY,
        "USE" => USE,
        "SHOW" => SHOW,
        "DESCRIBE" | "DESC" => DESCRIBE,
        _ => DEFINITION,
    }
}

/// The columns that a statement which is no query gives, as far as its kind tells.
pub(super) fn result_columns(kind: u64) -> Vec<OutputColumn> {
    let counts: &[&str] = match kind {
        INSERT | MULTI_TABLE_INSERT => &["number of rows inserted"],
        UPDATE => &[
            "number of rows updated",
            "number of multi-joined rows updated",
        ],
        DELETE => &["number of rows deleted"],
        MERGE => &["number of rows inserted", "number of rows updated"],
        _ => return vec![column("status", DataType::TEXT)],
    };
    counts
        .iter()
        .map(|name| column(name, DataType::INTEGER))
        .collect()
}

fn column(name: &str, data_type: DataType) -> OutputColumn {
    OutputColumn {
        name: name.to_owned(),
        data_type,
        narrow: data_type.can_be_narrow(),
        nullable: true,
        origins: Vec::new(),
    }
}

/// Whether the statement changes rows: its counts go out as JSON, where every driver reads them.
pub(super) fn changes_rows(kind: u64) -> bool {
    (0x3000..0x4000).contains(&kind)
}

/// Whether it moves files between a client and a stage.
pub(super) fn moves_files(kind: u64) -> bool {
    kind == PUT || kind == GET
}

/// Whether it is a query, whose rows may go out as Arrow.
pub(super) fn is_query(kind: u64) -> bool {
    kind == SELECT
}
