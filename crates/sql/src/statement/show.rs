//! SHOW and DESCRIBE as written.

use crate::name::{Ident, ObjectName};
use crate::object::ObjectKind;
use crate::span::Span;

/// SHOW [TERSE] objects [LIKE '…'] [IN …] [STARTS WITH '…'] [LIMIT n [FROM '…']].
#[derive(Debug, Clone)]
pub struct Show {
    /// What to list.
    pub kind: ShowKind,
    /// TERSE.
    pub terse: bool,
    /// HISTORY.
    pub history: bool,
    /// LIKE, case-insensitive.
    pub like: Option<String>,
    /// IN.
    pub scope: Option<ShowScope>,
    /// STARTS WITH, case-sensitive.
    pub starts_with: Option<String>,
    /// LIMIT.
    pub limit: Option<u64>,
    /// LIMIT … FROM.
    pub from: Option<String>,
    /// The noun.
    pub span: Span,
}

/// What SHOW lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowKind {
    /// SHOW DATABASES, TABLES, ….
    Objects(ObjectKind),
    /// SHOW OBJECTS: tables and views.
    TablesAndViews,
    /// SHOW COLUMNS.
    Columns,
    /// SHOW PARAMETERS.
    Parameters,
    /// SHOW VARIABLES.
    Variables,
    /// SHOW FUNCTIONS.
    Functions,
    /// SHOW BUILTIN FUNCTIONS.
    BuiltinFunctions,
    /// SHOW PRIMARY KEYS.
    PrimaryKeys,
    /// SHOW UNIQUE KEYS.
    UniqueKeys,
    /// SHOW IMPORTED KEYS: foreign keys.
    ImportedKeys,
    /// SHOW EXPORTED KEYS: foreign keys, by the table that they refer to.
    ExportedKeys,
    /// SHOW ROLES.
    Roles,
}

/// Where SHOW looks.
#[derive(Debug, Clone)]
pub enum ShowScope {
    /// IN ACCOUNT.
    Account,
    /// IN DATABASE [name].
    Database(Option<Ident>),
    /// IN SCHEMA [name].
    Schema(Option<ObjectName>),
    /// IN TABLE name (COLUMNS, PRIMARY KEYS).
    Table(ObjectName),
    /// IN name without a noun.
    Name(ObjectName),
}

/// DESCRIBE kind name.
#[derive(Debug, Clone)]
pub struct Describe {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub name: ObjectName,
}

impl ShowKind {
    /// Whether it lists parts of tables, so that IN may name a table.
    pub fn is_of_tables(self) -> bool {
        match self {
            ShowKind::Columns
            | ShowKind::PrimaryKeys
            | ShowKind::UniqueKeys
            | ShowKind::ImportedKeys
            | ShowKind::ExportedKeys => true,
            ShowKind::Objects(_)
            | ShowKind::TablesAndViews
            | ShowKind::Parameters
            | ShowKind::Variables
            | ShowKind::Functions
            | ShowKind::BuiltinFunctions
            | ShowKind::Roles => false,
        }
    }
}
