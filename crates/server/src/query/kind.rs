//! The protocol's number for each kind of statement: drivers read from it whether rows were changed.

use snowmelt_sql::Statement;
use snowmelt_sql::statement::FileCommand;

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
        Statement::Query(_) => SELECT,
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

/// Whether the statement changes rows: its counts go out as JSON, where every driver reads them.
pub(super) fn changes_rows(kind: u64) -> bool {
    (0x3000..0x4000).contains(&kind)
}

/// Whether it is a query, whose rows may go out as Arrow.
pub(super) fn is_query(kind: u64) -> bool {
    kind == SELECT
}
