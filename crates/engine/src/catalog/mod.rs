//! The catalog: every object's definition. In: changes that statements make. Out: an image in memory that the front end
//! reads, and rows in the warehouse file, written in the same DuckDB transaction as the objects themselves.

mod change;
mod definition;
mod image;
pub(crate) mod information_schema;
mod key;
pub(crate) mod store;
mod view;

pub(crate) use change::Change;
pub(crate) use definition::Definition;
pub(crate) use image::{Entry, Image};
pub(crate) use key::{Key, Namespace};
pub(crate) use view::{CatalogView, PivotValues, StagedQuestion, StagedSources};
