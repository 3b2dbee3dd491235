//! What a statement changes in the catalog.

use super::image::Entry;
use std::sync::Arc;

/// One change. A replacement is a drop and a create.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// A new object, with an id of its own.
    Create(Arc<Entry>),
    /// A new definition of the object with that id.
    Redefine(Arc<Entry>),
    /// The object is gone.
    Drop(Arc<Entry>),
}
