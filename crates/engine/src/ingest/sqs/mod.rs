//! Reads the queues that receive S3's event notifications. In: a queue's URL and its buckets. Out: files, offered to the
//! pipes.
//!
//! A message is deleted once every file that it told of is settled: committed, failed for good, gone, or wanted by no pipe.
//! Until then the queue only hides it, so that a process that dies leaves all of its work to the next one. Messages that come
//! twice, late or in another order change nothing: the ledger decides what is loaded.

mod client;
mod message;

use super::Shared;
use super::pipes::Pipes;
use super::receipt::Receipt;
use crate::bucket::Bucket;
use crate::error::{EngineError, Result};
use client::{Client, Message};
use message::{Content, ObjectEvent};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often it is looked whether messages are settled, while the queue is asked for more.
const TICK: Duration = Duration::from_millis(50);
/// How long the queue hides a message; it is hidden anew before that ends.
const HIDDEN: Duration = Duration::from_secs(120);
/// How long a queue that cannot be read is left alone: at first, and at most.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);
/// Messages that may wait for their files; more are not taken from the queue.
const MOST_PENDING: usize = 10_000;
/// Messages that one request deletes or hides.
const BATCH: usize = 10;

/// A queue, and the buckets whose events it receives, by their names.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) url: String,
    pub(super) buckets: Vec<String>,
    pub(super) region: Option<String>,
}

/// A message whose files are not all settled.
struct Pending {
    handle: String,
    receipt: Arc<Receipt>,
    hidden_at: Instant,
}

/// Reads a queue until the end.
pub(super) fn read(shared: &Arc<Shared>, queue: &Queue) {
    let mut reader = QueueReader {
        shared,
        queue,
        channel: format!("the queue `{}`", queue.url),
        pending: Vec::new(),
        rest: FIRST_REST,
    };
    while !shared.is_stopping() {
        let done = Client::open(&queue.url, queue.region.as_deref())
            .and_then(|client| reader.work(&client));
        if let Err(error) = done {
            reader.trouble(&error);
        }
    }
}

struct QueueReader<'a> {
    shared: &'a Arc<Shared>,
    queue: &'a Queue,
    channel: String,
    pending: Vec<Pending>,
    rest: Duration,
}

impl QueueReader<'_> {
    fn work(&mut self, client: &Client) -> Result<()> {
        while !self.shared.is_stopping() {
            let is_full = self.pending.len() >= MOST_PENDING;
            let mut asked = (!is_full).then(|| client.receive(HIDDEN)).transpose()?;
            // The queue answers as soon as it has a message, or after a while without any.
            loop {
                self.acknowledge(client)?;
                if self.shared.is_stopping() {
                    return Ok(());
                }
                match answered(asked.as_ref()) {
                    None if is_full && self.pending.len() < MOST_PENDING => break,
                    None => {}
                    Some(messages) => {
                        asked = None;
                        for message in messages? {
                            self.take(message);
                        }
                        self.works();
                        break;
                    }
                }
            }
            drop(asked);
        }
        Ok(())
    }

    /// Offers the files of a message to the pipes.
    fn take(&mut self, message: Message) {
        let receipt = Arc::new(Receipt::default());
        // Not settled before all of its files are offered.
        receipt.expect_one();
        match message::read(&message.body) {
            Content::Objects(events) => {
                let known = Pipes::buckets(&crate::lock(&self.shared.pipes));
                for event in events {
                    self.offer(&known, &event, &receipt);
                }
            }
            Content::Nothing => {}
            Content::Unknown => {
                let error = EngineError::storage("a message is no event of S3; it is deleted")
                    .with_hint("send only the event notifications of buckets to this queue");
                self.shared.trouble(&self.channel, &error);
            }
        }
        receipt.settle_one();
        self.pending.push(Pending {
            handle: message.handle,
            receipt,
            hidden_at: Instant::now(),
        });
    }

    fn offer(&self, known: &BTreeMap<String, Bucket>, event: &ObjectEvent, receipt: &Arc<Receipt>) {
        self.shared.note_received(&event.bucket);
        let is_wanted = || crate::lock(&self.shared.pipes).want(&event.bucket, &event.key);
        let Some(bucket) = known.get(&event.bucket).filter(|_| is_wanted()) else {
            return;
        };
        match bucket.head(&event.key) {
            Ok(Some(object)) => {
                let at = event.at_micros.unwrap_or(object.last_modified_micros);
                self.shared.offer(&event.bucket, &object, at, Some(receipt));
            }
            // Gone again.
            Ok(None) => {}
            Err(error) => {
                // Never settled here: the queue shows the message again, and a listing finds the file.
                receipt.expect_one();
                self.shared.trouble(&self.channel, &error.into());
            }
        }
    }

    /// Deletes the messages that are settled, and keeps the others hidden.
    fn acknowledge(&mut self, client: &Client) -> Result<()> {
        let (settled, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| pending.receipt.is_settled());
        self.pending = left;
        let mut settled = settled;
        while !settled.is_empty() {
            let batch: Vec<Pending> = settled.drain(..settled.len().min(BATCH)).collect();
            let handles: Vec<&str> = batch
                .iter()
                .map(|pending| pending.handle.as_str())
                .collect();
            if let Err(error) = client.delete(&handles) {
                // Deleted with the next try; if that comes too late the message comes again, and changes nothing.
                self.pending.extend(batch);
                self.pending.append(&mut settled);
                return Err(error);
            }
        }
        let now = Instant::now();
        let mut due: Vec<&mut Pending> = self
            .pending
            .iter_mut()
            .filter(|pending| now.duration_since(pending.hidden_at) > HIDDEN / 2)
            .collect();
        for batch in due.chunks_mut(BATCH) {
            let handles: Vec<&str> = batch
                .iter()
                .map(|pending| pending.handle.as_str())
                .collect();
            client.hide(&handles, HIDDEN)?;
            batch
                .iter_mut()
                .for_each(|pending| pending.hidden_at = Instant::now());
        }
        Ok(())
    }

    fn works(&mut self) {
        self.rest = FIRST_REST;
        self.shared.recovered(&self.channel);
        self.show_error(None);
    }

    fn trouble(&mut self, error: &EngineError) {
        self.shared.trouble(&self.channel, error);
        let now = self.shared.engine.now_micros();
        self.show_error(Some((now, error.message.clone())));
        let until = Instant::now() + self.rest;
        self.rest = (self.rest * 2).min(LONGEST_REST);
        while !self.shared.is_stopping() && Instant::now() < until {
            self.shared.wait(TICK);
        }
    }

    fn show_error(&self, error: Option<(i64, String)>) {
        let pipes = crate::lock(&self.shared.pipes);
        for (id, pipe) in &pipes.by_id {
            let is_here = pipe.place.as_ref().is_some_and(|place| {
                let name = place.place.bucket.name();
                self.queue.buckets.iter().any(|bucket| bucket == name)
            });
            if is_here {
                self.shared
                    .engine
                    .shared
                    .loading
                    .pipes
                    .channel(*id, |shown| {
                        shown.channel_error.clone_from(&error);
                    });
            }
        }
    }
}

/// What a request has come to by now; `None`: it is under way, or there is none.
fn answered(asked: Option<&Receiver<Result<Vec<Message>>>>) -> Option<Result<Vec<Message>>> {
    let Some(asked) = asked else {
        std::thread::sleep(TICK);
        return None;
    };
    match asked.recv_timeout(TICK) {
        Ok(answer) => Some(answer),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => {
            Some(Err(EngineError::storage("the network cannot be used")))
        }
    }
}
