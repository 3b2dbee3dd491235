//! Chance comes in by the door: query ids, session ids and seeds are drawn from a source that is passed in.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives numbers that do not come twice: the binary passes a random source, tests a counter.
pub trait Ids: Send + Sync + fmt::Debug {
    /// 128 bits that were not given before.
    fn next_id(&self) -> u128;
}

/// Counts 1, 2, 3, ….
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next_id(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// An id as Snowflake writes query ids: `01b2c3d4-0000-1111-2222-333344445555`.
pub(crate) fn format_query_id(id: u128) -> String {
    let hex = format!("{id:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
