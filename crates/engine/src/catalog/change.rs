//! What a statement changes in the catalog.

use super::image::Entry;
use std::sync::Arc;

/// One change. A new definition of an object that stays the same one keeps its id; a replacement is a drop and a put.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// The object is now this one.
    Put(Arc<Entry>),
    /// The object is gone.
    Drop(Arc<Entry>),
}
