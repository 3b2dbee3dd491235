//! One session on the account. In: statements. Out: rows as Snowflake prints them.
//!
//! A session's token lives for an hour or so and the driver does not renew it. When it has expired between two statements,
//! a new session is opened, brought to where the old one stood, and the statement sent again; it had not begun.

use super::cell::{self, TimeZones};
use super::client::{Shared, StatementCanceller};
use super::failure;
use crate::target::{Rows, TargetError, TargetErrorKind, TargetSession};
use snowflake_connector_rs::decode::{PlanBuildResult, RowDecodeResult};
use snowflake_connector_rs::{ColumnType, FromRow, RowPlanContext, RowRef};
use snowmelt_sql::parse::quote_string;
use std::sync::{Arc, Mutex, PoisonError};

/// A session.
pub struct AccountSession {
    shared: Arc<Shared>,
    session: snowflake_connector_rs::Session,
    canceller: StatementCanceller,
    /// USE, SET, UNSET and ALTER SESSION so far.
    settings: Vec<String>,
    /// Whether BEGIN was sent and neither COMMIT nor ROLLBACK.
    in_transaction: bool,
    /// The tag that the session has.
    tag: String,
    /// The tag that its next statement is to have.
    wanted_tag: String,
    /// The session's TIMEZONE, once a value was shown in it.
    time_zone: Option<String>,
    /// What the last statement's columns hold.
    kinds: Vec<ValueKind>,
}

/// What a column's texts stand for, as far as who shows them must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A JSON document.
    Json,
    /// Text, a date, a time.
    Text,
}

impl AccountSession {
    pub(super) fn open(shared: Arc<Shared>) -> Result<Self, TargetError> {
        let tag = shared.tag_text(None);
        Ok(Self {
            session: shared.login()?,
            canceller: StatementCanceller {
                shared: Arc::clone(&shared),
                running: Arc::new(Mutex::new(None)),
            },
            shared,
            settings: Vec::new(),
            in_transaction: false,
            wanted_tag: tag.clone(),
            tag,
            time_zone: None,
            kinds: Vec::new(),
        })
    }

    /// What the columns of the last statement's rows hold.
    pub fn kinds(&self) -> &[ValueKind] {
        &self.kinds
    }

    /// Cancels this session's statements from another thread.
    pub fn canceller(&self) -> StatementCanceller {
        self.canceller.clone()
    }

    /// Sends one statement and waits for its rows; opens the session anew if it has expired.
    fn send(&mut self, sql: &str) -> Result<Rows, TargetError> {
        match self.send_once(sql) {
            Err(Sending::Expired) if self.in_transaction => {
                self.in_transaction = false;
                Err(TargetError {
                    detail: Some(
                        "it had a transaction open, which the account has rolled back".to_owned(),
                    ),
                    hint: Some("run again: what was committed is kept".to_owned()),
                    ..TargetError::new(TargetErrorKind::Unavailable, "the session has expired")
                })
            }
            Err(Sending::Expired) => {
                self.session = self.shared.login()?;
                self.tag = self.shared.tag_text(None);
                for setting in self.settings.clone() {
                    self.send_once(&setting).map_err(Sending::into_error)?;
                }
                self.send_once(sql).map_err(Sending::into_error)
            }
            other => other.map_err(Sending::into_error),
        }
    }

    fn send_once(&mut self, sql: &str) -> Result<Rows, Sending> {
        let failed = |error: snowflake_connector_rs::Error| {
            if error.is_session_expired() && error.query_id().is_none() {
                return Sending::Expired;
            }
            Sending::Failed(Box::new(failure::of_statement(
                &error,
                sql,
                &self.shared.connection,
            )))
        };
        let handle = self.session.query_handle(sql.to_owned()).map_err(failed)?;
        self.running(Some(handle.canceller()));
        let answer = self.shared.runtime.block_on(async {
            let cursor = handle.execute().await?;
            let query_id = cursor.query_id().to_owned();
            let columns: Vec<(String, ColumnType)> = cursor
                .schema()
                .columns()
                .iter()
                .map(|column| (column.name().to_owned(), column.ty().clone()))
                .collect();
            let table = cursor.collect_table().await?;
            let mut rows = Vec::with_capacity(table.row_count());
            for row in table.rows::<RawRow>()? {
                rows.push(row?.0);
            }
            Ok((query_id, columns, rows))
        });
        self.running(None);
        let (query_id, columns, mut rows) = answer.map_err(failed)?;
        let zone = match columns
            .iter()
            .any(|(_, kind)| matches!(kind, ColumnType::TimestampLtz { .. }))
        {
            true => self
                .time_zone()
                .map_err(|error| Sending::Failed(Box::new(error)))?,
            false => String::new(),
        };
        let zones = TimeZones::new(&zone);
        self.kinds = columns.iter().map(|(_, kind)| value_kind(kind)).collect();
        for row in &mut rows {
            for (value, (_, kind)) in row.iter_mut().zip(&columns) {
                if let Some(text) = value {
                    *text = cell::shown(std::mem::take(text), kind, &zones);
                }
            }
        }
        Ok(Rows {
            columns: columns.into_iter().map(|(name, _)| name).collect(),
            rows,
            query_id,
        })
    }

    /// The session's TIMEZONE.
    fn time_zone(&mut self) -> Result<String, TargetError> {
        if let Some(zone) = &self.time_zone {
            return Ok(zone.clone());
        }
        let shown = self
            .send_once("SHOW PARAMETERS LIKE 'TIMEZONE' IN SESSION")
            .map_err(Sending::into_error)?;
        let zone = shown.value(0, "value").unwrap_or("UTC").to_owned();
        Ok(self.time_zone.insert(zone).clone())
    }

    fn running(&self, canceller: Option<snowflake_connector_rs::QueryCanceller>) {
        *self
            .canceller
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = canceller;
    }

    /// Takes note of what a statement that succeeded leaves behind.
    fn follow(&mut self, sql: &str) {
        let mut words = sql.split_whitespace().map(str::to_uppercase);
        match words.next().unwrap_or_default().as_str() {
            "BEGIN" | "START" => self.in_transaction = true,
            "COMMIT" | "ROLLBACK" => self.in_transaction = false,
            "USE" | "SET" | "UNSET" => self.settings.push(sql.to_owned()),
            "ALTER" if words.next().as_deref() == Some("SESSION") => {
                self.time_zone = None;
                self.settings.push(sql.to_owned());
            }
            _ => {}
        }
    }
}

impl TargetSession for AccountSession {
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        if self.tag != self.wanted_tag {
            let tag = quote_string(&self.wanted_tag);
            // A tag that is not taken stops nobody; it is not tried again for the same place.
            self.tag.clone_from(&self.wanted_tag);
            match self.send(&format!("ALTER SESSION SET QUERY_TAG = {tag}")) {
                Err(error) if error.kind != TargetErrorKind::Statement => return Err(error),
                _ => {}
            }
        }
        let rows = self.send(sql)?;
        self.follow(sql);
        Ok(rows)
    }

    fn set_origin(&mut self, origin: Option<&str>) {
        self.wanted_tag = self.shared.tag_text(origin);
    }
}

fn value_kind(kind: &ColumnType) -> ValueKind {
    match kind {
        ColumnType::Fixed { .. } | ColumnType::Real => ValueKind::Number,
        ColumnType::Boolean => ValueKind::Boolean,
        ColumnType::Variant | ColumnType::Object | ColumnType::Array => ValueKind::Json,
        // The driver's list of types may grow.
        _ => ValueKind::Text,
    }
}

/// Why a statement was not sent to its end.
enum Sending {
    /// The session's token is too old; nothing was begun.
    Expired,
    Failed(Box<TargetError>),
}

impl Sending {
    fn into_error(self) -> TargetError {
        match self {
            Sending::Expired => TargetError {
                hint: Some("run again".to_owned()),
                ..TargetError::new(TargetErrorKind::Unavailable, "the session has expired")
            },
            Sending::Failed(error) => *error,
        }
    }
}

/// A row as it came over the wire.
struct RawRow(Vec<Option<String>>);

impl FromRow for RawRow {
    type Plan = usize;

    fn build_plan(context: RowPlanContext<'_>) -> PlanBuildResult<usize> {
        Ok(context.schema().len())
    }

    fn from_row_with_plan(row: RowRef<'_>, columns: &usize) -> RowDecodeResult<Self> {
        (0..*columns)
            .map(|index| Ok(row.cell_at(index)?.raw().map(str::to_owned)))
            .collect::<Result<_, _>>()
            .map(RawRow)
    }
}
