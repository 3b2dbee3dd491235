//! A session on the target that can be brought to where a statement of the files stands: USE, SET and ALTER SESSION are
//! sent only where they differ. In: statements of the files, or of our own with complete names. Out: rows.

use crate::declare::{Context, Sent};
use crate::error::PipelineError;
use crate::place::Place;
use crate::target::{Rows, Target, TargetError, TargetSession};
use crate::text;
use snowmelt_sql::name::quote_if_needed;

/// A session, opened when it is first needed.
pub(crate) struct Session<'a> {
    target: &'a dyn Target,
    /// SET, UNSET and ALTER SESSION of the files, each with what must be current for it.
    settings: &'a [(Place, Context)],
    open: Option<Box<dyn TargetSession>>,
    current: Context,
    /// The place that the next statements are for.
    origin: Option<String>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(target: &'a dyn Target, settings: &'a [(Place, Context)]) -> Self {
        Self {
            target,
            settings,
            open: None,
            current: Context::default(),
            origin: None,
        }
    }

    /// Says for which place of the files the next statements are sent.
    pub(crate) fn is_for(&mut self, place: &Place) {
        self.origin = Some(place.file_and_line());
        if let Some(session) = &mut self.open {
            session.set_origin(self.origin.as_deref());
        }
    }

    /// Runs a statement of our own, whose names are complete.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        let session = match &mut self.open {
            Some(session) => session,
            None => {
                let session = self.open.insert(self.target.session()?);
                session.set_origin(self.origin.as_deref());
                session
            }
        };
        let answer = session.execute(sql);
        if text::moves_session(sql) {
            (self.current.database, self.current.schema) = (None, None);
        }
        answer
    }

    /// Runs a statement of the files as it stands.
    pub(crate) fn send(&mut self, statement: &Sent) -> Result<Rows, PipelineError> {
        self.send_made(statement, statement.place.text())
    }

    /// Runs a statement made from one of the files, in that one's place. What the two have in common at their end keeps
    /// its place in the files.
    pub(crate) fn send_made(&mut self, statement: &Sent, sql: &str) -> Result<Rows, PipelineError> {
        let answer = self
            .go_to(&statement.context)
            .and_then(|()| self.execute(sql));
        answer.map_err(|mut error| {
            let text = statement.place.text();
            let common = common_end(text, sql);
            error.span = error
                .span
                .filter(|span| span.start >= sql.len() - common)
                .map(|span| {
                    let inside = |offset: usize| offset + text.len() - sql.len();
                    snowmelt_sql::Span::new(inside(span.start), inside(span.end))
                });
            PipelineError::from_target_at(error, &statement.place)
        })
    }

    /// Makes current what a statement of the files needs, without running it.
    pub(crate) fn prepare(&mut self, statement: &Sent) -> Result<(), TargetError> {
        self.go_to(&statement.context)
    }

    /// Makes current what the files have made current at some place.
    fn go_to(&mut self, wanted: &Context) -> Result<(), TargetError> {
        let cannot_go_back = self.current.settings > wanted.settings
            || self.current.role.is_some() && wanted.role.is_none();
        if cannot_go_back {
            self.open = None;
            self.current = Context::default();
        }
        while self.current.settings < wanted.settings {
            let (setting, context) = &self.settings[self.current.settings];
            self.use_objects(context)?;
            self.execute(setting.text())?;
            self.current.settings += 1;
        }
        self.use_objects(wanted)
    }

    fn use_objects(&mut self, wanted: &Context) -> Result<(), TargetError> {
        if wanted.role.is_some() && wanted.role != self.current.role {
            self.use_named("ROLE", wanted.role.as_deref())?;
            self.current.role.clone_from(&wanted.role);
        }
        if wanted.warehouse.is_some() && wanted.warehouse != self.current.warehouse {
            self.use_named("WAREHOUSE", wanted.warehouse.as_deref())?;
            self.current.warehouse.clone_from(&wanted.warehouse);
        }
        let is_there =
            wanted.database == self.current.database && wanted.schema == self.current.schema;
        if let (Some(database), Some(schema), false) = (&wanted.database, &wanted.schema, is_there)
        {
            let schema = format!("{}.{}", quote_if_needed(database), quote_if_needed(schema));
            self.execute(&format!("USE SCHEMA {schema}"))?;
            self.current.database.clone_from(&wanted.database);
            self.current.schema.clone_from(&wanted.schema);
        }
        Ok(())
    }

    fn use_named(&mut self, noun: &str, name: Option<&str>) -> Result<(), TargetError> {
        let name = quote_if_needed(name.unwrap_or_default());
        self.execute(&format!("USE {noun} {name}")).map(drop)
    }
}

/// How many bytes two texts have in common at their end.
fn common_end(one: &str, other: &str) -> usize {
    let pairs = one.chars().rev().zip(other.chars().rev());
    pairs
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum()
}
