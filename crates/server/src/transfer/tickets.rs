//! What an address of a file stands for. An address is known only to whom it was given; it is forgotten after a while.

use snowmelt_engine::bucket::Bucket;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Most addresses that are good at a time.
const MOST_TICKETS: usize = 100_000;
/// How long an address is good.
const VALIDITY_MICROS: i64 = 3600 * 1_000_000;

/// What may be done at an address.
#[derive(Debug)]
pub(crate) enum Ticket {
    /// Write a file.
    Upload {
        bucket: Bucket,
        /// Its path within the bucket.
        path: String,
        /// Whether the path has the file's own name. If not, the driver is told that the address is too old: it then
        /// sends its PUT again for each file, with the name that the file will have.
        is_final: bool,
    },
    /// Read a file.
    Download { path: PathBuf },
}

/// All addresses that are good.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<Issued>);

#[derive(Default)]
struct Issued {
    by_secret: HashMap<String, (Arc<Ticket>, i64)>,
    order: VecDeque<String>,
}

impl Tickets {
    /// A new address, known by `secret`.
    pub(crate) fn issue(&self, secret: &str, ticket: Ticket, now_micros: i64) {
        let mut issued = crate::lock(&self.0);
        issued
            .by_secret
            .insert(secret.to_owned(), (Arc::new(ticket), now_micros));
        issued.order.push_back(secret.to_owned());
        while issued.order.len() > MOST_TICKETS {
            if let Some(oldest) = issued.order.pop_front() {
                issued.by_secret.remove(&oldest);
            }
        }
    }

    /// What the address stands for, if it is good.
    pub(crate) fn find(&self, secret: &str, now_micros: i64) -> Option<Arc<Ticket>> {
        crate::lock(&self.0)
            .by_secret
            .get(secret)
            .filter(|(_, issued_at)| now_micros - issued_at < VALIDITY_MICROS)
            .map(|(ticket, _)| Arc::clone(ticket))
    }
}
