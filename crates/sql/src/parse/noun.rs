//! The nouns of CREATE, ALTER, DROP, DESCRIBE, SHOW and COMMENT: those we have, and those refused by name.

use super::cursor::Cursor;
use super::function;
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::object::ObjectKind;

/// Nouns that Snowflake has and snowmelt does not, longest first where one begins another.
const REFUSED: &[&str] = &[
    "ACCOUNT",
    "AGENT",
    "AGGREGATE FUNCTION",
    "AGGREGATION POLICY",
    "ALERT",
    "API INTEGRATION",
    "APPLICATION PACKAGE",
    "APPLICATION ROLE",
    "APPLICATION",
    "AUTHENTICATION POLICY",
    "BACKUP POLICY",
    "BACKUP SET",
    "CATALOG INTEGRATION",
    "COMPUTE POOL",
    "CONNECTION",
    "CONTACT",
    "CORTEX SEARCH SERVICE",
    "DATA METRIC FUNCTION",
    "DATABASE ROLE",
    "DATASET",
    "DYNAMIC TABLE",
    "EVENT TABLE",
    "EXTERNAL ACCESS INTEGRATION",
    "EXTERNAL AGENT",
    "EXTERNAL FUNCTION",
    "EXTERNAL TABLE",
    "EXTERNAL VOLUME",
    "FAILOVER GROUP",
    "FEATURE POLICY",
    "GATEWAY",
    "GIT REPOSITORY",
    "HYBRID TABLE",
    "ICEBERG TABLE",
    "IMAGE REPOSITORY",
    "INDEX",
    "INTERACTIVE TABLE",
    "INTERACTIVE WAREHOUSE",
    "JOIN POLICY",
    "LISTING",
    "MANAGED ACCOUNT",
    "MASKING POLICY",
    "MATERIALIZED VIEW",
    "MCP SERVER",
    "MODEL MONITOR",
    "MODEL",
    "NETWORK POLICY",
    "NETWORK RULE",
    "NOTEBOOK",
    "NOTIFICATION INTEGRATION",
    "ONLINE FEATURE TABLE",
    "OPENFLOW DATA PLANE INTEGRATION",
    "ORGANIZATION ACCOUNT",
    "ORGANIZATION LISTING",
    "ORGANIZATION PROFILE",
    "ORGANIZATION USER",
    "PACKAGES POLICY",
    "PASSWORD POLICY",
    "PRIVACY POLICY",
    "PROCEDURE",
    "PROJECTION POLICY",
    "PROVISIONED THROUGHPUT",
    "REPLICATION GROUP",
    "RESOURCE MONITOR",
    "RESULT",
    "ROLE",
    "ROW ACCESS POLICY",
    "SEARCH OPTIMIZATION",
    "SECRET",
    "SECURITY INTEGRATION",
    "SEMANTIC VIEW",
    "SERVICE",
    "SESSION POLICY",
    "SHARE",
    "SNAPSHOT POLICY",
    "SNAPSHOT SET",
    "SNAPSHOT",
    "STORAGE LIFECYCLE POLICY",
    "STREAMLIT",
    "STREAM",
    "TAG",
    "TASK",
    "TRANSACTION",
    "TYPE",
    "USER",
    "WORKSPACE",
];

/// Reads one of the nouns we have. `verb` is what came before, e.g. `DROP`: it names what is refused.
pub(super) fn object_kind(cursor: &mut Cursor<'_>, verb: &str) -> Result<ObjectKind, SqlError> {
    const NOUNS: &[(&[&str], ObjectKind)] = &[
        (&["DATABASE"], ObjectKind::Database),
        (&["SCHEMA"], ObjectKind::Schema),
        (&["WAREHOUSE"], ObjectKind::Warehouse),
        (&["STORAGE", "INTEGRATION"], ObjectKind::Integration),
        (&["INTEGRATION"], ObjectKind::Integration),
        (&["TABLE"], ObjectKind::Table),
        (&["VIEW"], ObjectKind::View),
        (&["STAGE"], ObjectKind::Stage),
        (&["FILE", "FORMAT"], ObjectKind::FileFormat),
        (&["PIPE"], ObjectKind::Pipe),
        (&["SEQUENCE"], ObjectKind::Sequence),
        (&["FUNCTION"], ObjectKind::Function),
    ];
    // DATABASE ROLE and its like begin with a noun we have.
    if let Some(error) = refused(cursor, verb, REFUSED) {
        return Err(error);
    }
    NOUNS
        .iter()
        .find(|(words, _)| cursor.eat_words(words))
        .map(|(_, kind)| *kind)
        .ok_or_else(|| cursor.unexpected())
}

/// The refusal if a noun that we do not have stands next; `verb` is what came before.
pub(super) fn refused_noun(cursor: &Cursor<'_>, verb: &str) -> Option<SqlError> {
    refused(cursor, verb, REFUSED)
}

/// The refusal if one of `phrases` stands next.
pub(super) fn refused(cursor: &Cursor<'_>, verb: &str, phrases: &[&str]) -> Option<SqlError> {
    let phrase = phrases.iter().find(|phrase| {
        let words: Vec<&str> = phrase.split(' ').collect();
        cursor.at_words(&words)
    })?;
    let what = match verb {
        "" => (*phrase).to_owned(),
        verb => format!("{verb} {phrase}"),
    };
    Some(SqlError::unsupported(what, cursor.span()))
}

/// The name of an object of that kind; a function's has the types of its parameters.
pub(super) fn name(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<ObjectName, SqlError> {
    match kind {
        ObjectKind::Function => function::name(cursor, most_parts(kind)),
        _ => cursor.name_of(most_parts(kind)),
    }
}

/// How many parts a name of that kind may have.
pub(super) fn most_parts(kind: ObjectKind) -> usize {
    match kind {
        ObjectKind::Database | ObjectKind::Warehouse | ObjectKind::Integration => 1,
        ObjectKind::Schema => 2,
        ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::Stage
        | ObjectKind::FileFormat
        | ObjectKind::Pipe
        | ObjectKind::Sequence
        | ObjectKind::Function => 3,
    }
}
