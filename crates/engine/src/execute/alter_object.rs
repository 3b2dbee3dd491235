//! ALTER of views, stages, file formats, sequences, integrations, databases and schemas: a new definition of the same
//! object.

use super::drop::noun;
use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::object::{Credentials, Object, ObjectKind, ObjectPath, PropertyValue};
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;

/// The object at `path` becomes `object`; with another name it moves there.
pub(super) fn alter_object(
    session: &mut Session,
    path: &ObjectPath,
    object: Object,
    credentials: Option<Credentials>,
) -> Result<Listing> {
    let kind = object.kind();
    let new_path = object.path();
    redefine(session, kind, path, |old| *old = object)?;
    if let (ObjectKind::Stage, ObjectPath::Full(old), ObjectPath::Full(new)) =
        (kind, path, new_path)
    {
        let kept = session.credentials.remove(old);
        if let Some(credentials) = credentials.or(kept) {
            session.credentials.insert(new, credentials);
        }
    }
    Ok(Listing::executed())
}

/// ALTER DATABASE and ALTER SCHEMA … SET and UNSET.
pub(super) fn alter_properties(
    session: &mut Session,
    kind: ObjectKind,
    path: &ObjectPath,
    set: Vec<(String, PropertyValue)>,
    unset: &[String],
) -> Result<Listing> {
    redefine(session, kind, path, |object| {
        object.change_properties(set, unset);
    })?;
    Ok(Listing::executed())
}

fn redefine(
    session: &mut Session,
    kind: ObjectKind,
    path: &ObjectPath,
    change: impl FnOnce(&mut Object),
) -> Result<()> {
    session.define(|writer| {
        let Some(entry) = writer.entry(&Key::new(kind, path)).map(Arc::clone) else {
            return Err(
                SqlError::does_not_exist(noun(kind), path.shown(kind), Span::default()).into(),
            );
        };
        let mut object = entry.definition.to_object();
        change(&mut object);
        writer.redefine(&entry, object);
        Ok(())
    })
}
