//! What a catalog holds: one type an object kind, as the embedded catalog stores it, `plan` compares it and GET_DDL prints it.

mod column;
mod copy;
mod file_format;
mod function;
mod stage;
mod table;

pub use column::{Column, DefaultValue, Identity};
pub use copy::{
    CopyInto, CopyOptions, CopySource, MatchByColumnName, MetadataColumn, OnError, StagePath,
    TransformItem,
};
pub use file_format::{
    AvroFormat, BinaryFormat, Compression, CsvFormat, Encoding, FileFormat, FileFormatRef,
    JsonFormat, ParquetFormat, ValueFormat,
};
pub use function::{
    Function, FunctionParameter, FunctionReturns, Volatility, base_name, name_with_signature,
};
pub use stage::{Credentials, Stage, StageLocation};
pub use table::{ForeignKey, Key, Table, TableKind};

use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The kinds of objects, by Snowflake's nouns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ObjectKind {
    /// DATABASE.
    Database,
    /// SCHEMA.
    Schema,
    /// WAREHOUSE: kept and shown back; a single machine has no use for it.
    Warehouse,
    /// STORAGE INTEGRATION.
    Integration,
    /// TABLE.
    Table,
    /// VIEW.
    View,
    /// STAGE.
    Stage,
    /// FILE FORMAT.
    FileFormat,
    /// PIPE.
    Pipe,
    /// SEQUENCE.
    Sequence,
    /// FUNCTION: a user-defined one.
    Function,
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ObjectKind::Database => "DATABASE",
            ObjectKind::Schema => "SCHEMA",
            ObjectKind::Warehouse => "WAREHOUSE",
            ObjectKind::Integration => "INTEGRATION",
            ObjectKind::Table => "TABLE",
            ObjectKind::View => "VIEW",
            ObjectKind::Stage => "STAGE",
            ObjectKind::FileFormat => "FILE FORMAT",
            ObjectKind::Pipe => "PIPE",
            ObjectKind::Sequence => "SEQUENCE",
            ObjectKind::Function => "FUNCTION",
        })
    }
}

/// One object's definition. Everything that SQL declares is here, and nothing that running changes (rows, offsets, ids).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "few at a time, and most are held behind an Arc of their own type"
)]
pub enum Object {
    /// A database.
    Database(Database),
    /// A schema.
    Schema(Schema),
    /// A warehouse.
    Warehouse(Warehouse),
    /// A storage integration.
    Integration(Integration),
    /// A table.
    Table(Table),
    /// A view.
    View(View),
    /// A stage.
    Stage(Stage),
    /// A named file format.
    FileFormat(NamedFileFormat),
    /// A pipe.
    Pipe(Pipe),
    /// A sequence.
    Sequence(Sequence),
    /// A user-defined function.
    Function(Function),
}

/// Where an object lives: account-level objects have a bare name, schemas a database, the rest a full name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ObjectPath {
    /// A database, warehouse or integration.
    Account(String),
    /// A schema: database and name.
    Schema(String, String),
    /// Anything in a schema.
    Full(QualifiedName),
}

impl fmt::Display for ObjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::name::quote_if_needed;
        match self {
            ObjectPath::Account(name) => f.write_str(&quote_if_needed(name)),
            ObjectPath::Schema(database, name) => {
                write!(f, "{}.{}", quote_if_needed(database), quote_if_needed(name))
            }
            ObjectPath::Full(name) => write!(f, "{name}"),
        }
    }
}

impl ObjectPath {
    /// The path as it is written for an object of that kind: a function's has the types of its parameters.
    pub fn shown(&self, kind: ObjectKind) -> String {
        match (kind, self) {
            (ObjectKind::Function, ObjectPath::Full(name)) => {
                let base = base_name(&name.name);
                let bare = QualifiedName::new(&name.database, &name.schema, base);
                format!("{bare}{}", &name.name[base.len()..])
            }
            _ => self.to_string(),
        }
    }
}

impl Object {
    /// Whether it is of one session, and gone with it.
    pub fn is_temporary(&self) -> bool {
        match self {
            Object::Table(table) => table.kind == TableKind::Temporary,
            Object::View(view) => view.temporary,
            Object::Stage(stage) => stage.temporary,
            Object::FileFormat(format) => format.temporary,
            Object::Database(_)
            | Object::Schema(_)
            | Object::Warehouse(_)
            | Object::Integration(_)
            | Object::Pipe(_)
            | Object::Sequence(_)
            | Object::Function(_) => false,
        }
    }

    /// The object's kind.
    pub fn kind(&self) -> ObjectKind {
        match self {
            Object::Database(_) => ObjectKind::Database,
            Object::Schema(_) => ObjectKind::Schema,
            Object::Warehouse(_) => ObjectKind::Warehouse,
            Object::Integration(_) => ObjectKind::Integration,
            Object::Table(_) => ObjectKind::Table,
            Object::View(_) => ObjectKind::View,
            Object::Stage(_) => ObjectKind::Stage,
            Object::FileFormat(_) => ObjectKind::FileFormat,
            Object::Pipe(_) => ObjectKind::Pipe,
            Object::Sequence(_) => ObjectKind::Sequence,
            Object::Function(_) => ObjectKind::Function,
        }
    }

    /// Where the object lives.
    pub fn path(&self) -> ObjectPath {
        match self {
            Object::Database(database) => ObjectPath::Account(database.name.clone()),
            Object::Schema(schema) => {
                ObjectPath::Schema(schema.database.clone(), schema.name.clone())
            }
            Object::Warehouse(warehouse) => ObjectPath::Account(warehouse.name.clone()),
            Object::Integration(integration) => ObjectPath::Account(integration.name.clone()),
            Object::Table(table) => ObjectPath::Full(table.name.clone()),
            Object::View(view) => ObjectPath::Full(view.name.clone()),
            Object::Stage(stage) => ObjectPath::Full(stage.name.clone()),
            Object::FileFormat(format) => ObjectPath::Full(format.name.clone()),
            Object::Pipe(pipe) => ObjectPath::Full(pipe.name.clone()),
            Object::Sequence(sequence) => ObjectPath::Full(sequence.name.clone()),
            Object::Function(function) => ObjectPath::Full(function.name.clone()),
        }
    }
}

impl Object {
    /// Changes the kept properties of a database, schema or warehouse, COMMENT among them; other kinds have settings
    /// of their own and stay as they are.
    pub fn change_properties(&mut self, set: Vec<(String, PropertyValue)>, unset: &[String]) {
        let (comment, properties) = match self {
            Object::Database(database) => (&mut database.comment, &mut database.properties),
            Object::Schema(schema) => (&mut schema.comment, &mut schema.properties),
            Object::Warehouse(warehouse) => (&mut warehouse.comment, &mut warehouse.properties),
            Object::Integration(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::Stage(_)
            | Object::FileFormat(_)
            | Object::Pipe(_)
            | Object::Sequence(_)
            | Object::Function(_) => return,
        };
        for (name, value) in set {
            match (name.as_str(), value) {
                ("COMMENT", PropertyValue::Text(text)) => *comment = Some(text),
                (_, value) => {
                    properties.insert(name, value);
                }
            }
        }
        for name in unset {
            match name.as_str() {
                "COMMENT" => *comment = None,
                name => {
                    properties.remove(name);
                }
            }
        }
    }
}

/// A property that is kept and shown back as it was given, such as `WAREHOUSE_SIZE`: upper-case name → value.
pub type Properties = BTreeMap<String, PropertyValue>;

/// The value of a kept property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PropertyValue {
    /// TRUE or FALSE.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A string, or a bare word folded to upper case.
    Text(String),
    /// A parenthesised list.
    List(Vec<PropertyValue>),
    /// Parenthesised properties, such as `ENCRYPTION = (TYPE = …)`.
    Options(Properties),
}

/// CREATE DATABASE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Database {
    /// Stored spelling.
    pub name: String,
    /// TRANSIENT.
    #[serde(default)]
    pub transient: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// What else was given (DATA_RETENTION_TIME_IN_DAYS, …).
    #[serde(default)]
    pub properties: Properties,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The database it lives in.
    pub database: String,
    /// Stored spelling.
    pub name: String,
    /// TRANSIENT.
    #[serde(default)]
    pub transient: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// What else was given.
    #[serde(default)]
    pub properties: Properties,
}

/// CREATE WAREHOUSE: every property is kept and shown back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Warehouse {
    /// Stored spelling.
    pub name: String,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// WAREHOUSE_SIZE, AUTO_SUSPEND, AUTO_RESUME, …
    #[serde(default)]
    pub properties: Properties,
}

/// CREATE STORAGE INTEGRATION: kept and shown back; the bucket's real place and credentials come from the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    /// Stored spelling.
    pub name: String,
    /// ENABLED.
    pub enabled: bool,
    /// STORAGE_PROVIDER, e.g. `S3`.
    pub storage_provider: String,
    /// STORAGE_ALLOWED_LOCATIONS: `s3://…` prefixes, or `*`.
    pub allowed_locations: Vec<String>,
    /// STORAGE_BLOCKED_LOCATIONS.
    #[serde(default)]
    pub blocked_locations: Vec<String>,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// What else was given (STORAGE_AWS_ROLE_ARN, …).
    #[serde(default)]
    pub properties: Properties,
}

/// CREATE VIEW.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Full name.
    pub name: QualifiedName,
    /// The names of its columns, if given; else the query's.
    #[serde(default)]
    pub column_names: Vec<String>,
    /// COMMENT of columns, by stored spelling.
    #[serde(default)]
    pub column_comments: BTreeMap<String, String>,
    /// The query as written; unqualified names in it resolve against the view's own schema, as in Snowflake.
    pub query: String,
    /// TEMPORARY: of one session, and gone with it.
    #[serde(default)]
    pub temporary: bool,
    /// SECURE.
    #[serde(default)]
    pub secure: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// CHANGE_TRACKING, …
    #[serde(default)]
    pub properties: Properties,
}

/// CREATE FILE FORMAT.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedFileFormat {
    /// Full name.
    pub name: QualifiedName,
    /// TEMPORARY: of one session, and gone with it.
    #[serde(default)]
    pub temporary: bool,
    /// The format with its defaults filled in.
    pub format: FileFormat,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
}

/// CREATE PIPE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipe {
    /// Full name.
    pub name: QualifiedName,
    /// AUTO_INGEST.
    #[serde(default)]
    pub auto_ingest: bool,
    /// ERROR_INTEGRATION, AWS_SNS_TOPIC, INTEGRATION: kept and shown back.
    #[serde(default)]
    pub properties: Properties,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// The COPY statement, resolved.
    pub copy: CopyInto,
    /// The COPY statement as written: SHOW PIPES' `definition`.
    pub definition: String,
}

/// CREATE SEQUENCE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Full name.
    pub name: QualifiedName,
    /// START.
    pub start: i64,
    /// INCREMENT; never 0.
    pub increment: i64,
    /// ORDER (else NOORDER).
    #[serde(default)]
    pub ordered: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
}
