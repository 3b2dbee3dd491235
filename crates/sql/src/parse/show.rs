//! SHOW.

use super::cursor::Cursor;
use super::noun;
use crate::error::SqlError;
use crate::object::ObjectKind;
use crate::statement::{Show, ShowKind, ShowScope, Statement};

const KINDS: &[(&[&str], ShowKind)] = &[
    (&["DATABASES"], ShowKind::Objects(ObjectKind::Database)),
    (&["SCHEMAS"], ShowKind::Objects(ObjectKind::Schema)),
    (&["WAREHOUSES"], ShowKind::Objects(ObjectKind::Warehouse)),
    (
        &["STORAGE", "INTEGRATIONS"],
        ShowKind::Objects(ObjectKind::Integration),
    ),
    (
        &["INTEGRATIONS"],
        ShowKind::Objects(ObjectKind::Integration),
    ),
    (&["TABLES"], ShowKind::Objects(ObjectKind::Table)),
    (&["VIEWS"], ShowKind::Objects(ObjectKind::View)),
    (&["STAGES"], ShowKind::Objects(ObjectKind::Stage)),
    (
        &["FILE", "FORMATS"],
        ShowKind::Objects(ObjectKind::FileFormat),
    ),
    (&["PIPES"], ShowKind::Objects(ObjectKind::Pipe)),
    (&["SEQUENCES"], ShowKind::Objects(ObjectKind::Sequence)),
    (&["OBJECTS"], ShowKind::TablesAndViews),
    (&["COLUMNS"], ShowKind::Columns),
    (&["PARAMETERS"], ShowKind::Parameters),
    (&["VARIABLES"], ShowKind::Variables),
    (&["FUNCTIONS"], ShowKind::Functions),
    (&["BUILTIN", "FUNCTIONS"], ShowKind::BuiltinFunctions),
    (
        &["USER", "FUNCTIONS"],
        ShowKind::Objects(ObjectKind::Function),
    ),
    (&["PRIMARY", "KEYS"], ShowKind::PrimaryKeys),
    (&["UNIQUE", "KEYS"], ShowKind::UniqueKeys),
    (&["IMPORTED", "KEYS"], ShowKind::ImportedKeys),
    (&["EXPORTED", "KEYS"], ShowKind::ExportedKeys),
    (&["ROLES"], ShowKind::Roles),
];

/// What Snowflake can list and we cannot.
const REFUSED: &[&str] = &[
    "ACCOUNTS",
    "ALERTS",
    "APPLICATION PACKAGES",
    "APPLICATIONS",
    "CLASSES",
    "COMPUTE POOLS",
    "CONNECTIONS",
    "CORTEX SEARCH SERVICES",
    "DATABASE ROLES",
    "DATASETS",
    "DYNAMIC TABLES",
    "EVENT TABLES",
    "EXTERNAL FUNCTIONS",
    "EXTERNAL TABLES",
    "EXTERNAL VOLUMES",
    "FAILOVER GROUPS",
    "FUTURE GRANTS",
    "GIT REPOSITORIES",
    "GLOBAL ACCOUNTS",
    "GRANTS",
    "HYBRID TABLES",
    "ICEBERG TABLES",
    "INDEXES",
    "LISTINGS",
    "LOCKS",
    "MASKING POLICIES",
    "MATERIALIZED VIEWS",
    "MODELS",
    "NETWORK POLICIES",
    "NETWORK RULES",
    "NOTEBOOKS",
    "ORGANIZATION ACCOUNTS",
    "PROCEDURES",
    "REGIONS",
    "REPLICATION GROUPS",
    "RESOURCE MONITORS",
    "ROW ACCESS POLICIES",
    "SECRETS",
    "SEMANTIC VIEWS",
    "SERVICES",
    "SHARES",
    "STREAMLITS",
    "STREAMS",
    "TAGS",
    "TASKS",
    "TRANSACTIONS",
    "USERS",
];

/// SHOW [TERSE] objects [HISTORY] [LIKE '…'] [IN …] [STARTS WITH '…'] [LIMIT n [FROM '…']].
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("SHOW")?;
    let terse = cursor.eat_word("TERSE");
    let start = cursor.span().start;
    let Some((_, kind)) = KINDS.iter().find(|(words, _)| cursor.eat_words(words)) else {
        return Err(noun::refused(cursor, "SHOW", REFUSED).unwrap_or_else(|| cursor.unexpected()));
    };
    let mut show = Show {
        kind: *kind,
        terse,
        history: false,
        like: None,
        scope: None,
        starts_with: None,
        limit: None,
        from: None,
        span: cursor.span_from(start),
    };
    show.history = cursor.eat_word("HISTORY");
    if cursor.eat_word("LIKE") {
        show.like = Some(cursor.string()?.0);
    }
    if cursor.eat_one_of(&["IN", "FOR"]).is_some() {
        show.scope = scope(cursor, *kind)?;
    }
    if cursor.eat_words(&["STARTS", "WITH"]) {
        show.starts_with = Some(cursor.string()?.0);
    }
    if cursor.eat_word("LIMIT") {
        show.limit = Some(cursor.unsigned()?);
        if cursor.eat_word("FROM") {
            show.from = Some(cursor.string()?.0);
        }
    }
    Ok(Statement::Show(show))
}

/// What follows IN.
fn scope(cursor: &mut Cursor<'_>, kind: ShowKind) -> Result<Option<ShowScope>, SqlError> {
    if kind == ShowKind::Parameters {
        return parameter_scope(cursor);
    }
    // `IN DATABASE`, `IN SCHEMA` without a name mean the current one.
    let named = |cursor: &Cursor<'_>| {
        matches!(cursor.peek(), sqlparser::tokenizer::Token::Word(_))
            && !cursor.at_words(&["STARTS", "WITH"])
            && !cursor.at_word("LIMIT")
    };
    if cursor.eat_word("ACCOUNT") {
        return Ok(Some(ShowScope::Account));
    }
    if cursor.eat_word("DATABASE") {
        let name = match named(cursor) {
            true => Some(cursor.name_of(1)?.last().clone()),
            false => None,
        };
        return Ok(Some(ShowScope::Database(name)));
    }
    if cursor.eat_word("SCHEMA") {
        let name = match named(cursor) {
            true => Some(cursor.name_of(2)?),
            false => None,
        };
        return Ok(Some(ShowScope::Schema(name)));
    }
    if kind.is_of_tables() && cursor.eat_one_of(&["TABLE", "VIEW"]).is_some() {
        return Ok(Some(ShowScope::Table(cursor.object_name()?)));
    }
    if cursor.at_words(&["APPLICATION"]) || cursor.at_words(&["CLASS"]) {
        return Err(SqlError::unsupported(
            "SHOW … IN APPLICATION",
            cursor.span(),
        ));
    }
    Ok(Some(ShowScope::Name(cursor.object_name()?)))
}

/// IN SESSION (what SHOW PARAMETERS does anyway) or IN ACCOUNT.
fn parameter_scope(cursor: &mut Cursor<'_>) -> Result<Option<ShowScope>, SqlError> {
    if cursor.eat_word("SESSION") {
        Ok(None)
    } else if cursor.eat_word("ACCOUNT") {
        Ok(Some(ShowScope::Account))
    } else {
        let of = cursor.word().ok_or_else(|| cursor.unexpected())?;
        Err(SqlError::unsupported(
            format!("SHOW PARAMETERS IN {of}"),
            cursor.span(),
        ))
    }
}
