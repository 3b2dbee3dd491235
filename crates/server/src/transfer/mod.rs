//! PUT and GET: the client moves the files itself, to and from addresses of this server that are good for one file and
//! for a while. Drivers take them for presigned addresses of Google's storage, the one kind that all of them accept over
//! plain HTTP on any host.

mod answer;
mod tickets;

pub(crate) use answer::{Addresses, answer};
pub(crate) use tickets::{Ticket, Tickets};
