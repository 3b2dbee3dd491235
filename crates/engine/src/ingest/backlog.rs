//! The files that wait for one pipe. In: files, as events and listings tell of them. Out: batches, oldest event first.
//!
//! Nothing here touches a bucket, the ledger or a clock.

use super::receipt::Receipt;
use crate::pipe::{BATCH_BYTES, BATCH_FILES};
use crate::stage::StagedFile;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a file that could not be loaded waits before it is tried again: at first, and at most.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A file that waits.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// The file, as it was last seen.
    pub(super) file: StagedFile,
    /// When it came about, as the event or the listing has it: the order in which files are loaded.
    pub(super) at_micros: i64,
    /// When it was queued.
    pub(super) queued_at_micros: i64,
    /// The messages that told of it.
    receipts: Vec<Arc<Receipt>>,
    /// How often it could not be loaded.
    failures: u32,
    /// Not before then.
    not_before: Option<Instant>,
}

/// The files of one pipe.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    waiting: BTreeMap<(i64, String), Waiting>,
    /// When each waiting file came about, by its location.
    times: HashMap<String, i64>,
    /// Receipts of the files that are being loaded.
    in_hand: HashMap<String, Vec<Arc<Receipt>>>,
}

impl Backlog {
    /// A file is there. One that waits already keeps its place, and is loaded as it is now.
    pub(super) fn push(
        &mut self,
        file: StagedFile,
        at_micros: i64,
        now_micros: i64,
        receipt: Option<&Arc<Receipt>>,
    ) {
        if let Some(receipt) = receipt {
            receipt.expect_one();
        }
        if let Some(receipts) = self.in_hand.get_mut(&file.location) {
            // What it holds by now shows when it is listed next.
            receipts.extend(receipt.cloned());
            return;
        }
        let location = file.location.clone();
        let time = *self.times.entry(location.clone()).or_insert(at_micros);
        let waiting = self
            .waiting
            .entry((time, location))
            .or_insert_with(|| Waiting {
                file: file.clone(),
                at_micros: time,
                queued_at_micros: now_micros,
                receipts: Vec::new(),
                failures: 0,
                not_before: None,
            });
        if waiting.file.object != file.object {
            waiting.file = file;
            waiting.not_before = None;
        }
        waiting.receipts.extend(receipt.cloned());
    }

    /// Whether the file waits or is being loaded, with this content.
    pub(super) fn has(&self, file: &StagedFile) -> bool {
        self.in_hand.contains_key(&file.location)
            || self
                .times
                .get(&file.location)
                .and_then(|time| self.waiting.get(&(*time, file.location.clone())))
                .is_some_and(|waiting| waiting.file.object == file.object)
    }

    /// Files that wait or are being loaded.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.in_hand.len()
    }

    /// The file that is loaded next.
    pub(super) fn oldest(&self) -> Option<&Waiting> {
        self.waiting.values().next()
    }

    /// Takes the oldest files that may be loaded now, as many as share a commit.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Waiting> {
        let mut bytes = 0;
        let mut keys = Vec::new();
        for (key, waiting) in &self.waiting {
            if waiting.not_before.is_some_and(|then| now < then) {
                continue;
            }
            let size = waiting.file.object.size;
            // A file that failed before is loaded alone: its fault is nobody else's.
            let is_alone = waiting.failures > 0;
            if keys.len() >= BATCH_FILES
                || (!keys.is_empty() && (is_alone || bytes + size > BATCH_BYTES))
            {
                break;
            }
            bytes += size;
            keys.push(key.clone());
            if is_alone {
                break;
            }
        }
        let mut taken = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(mut waiting) = self.waiting.remove(&key) {
                self.times.remove(&key.1);
                self.in_hand
                    .insert(key.1, std::mem::take(&mut waiting.receipts));
                taken.push(waiting);
            }
        }
        taken
    }

    /// When a file that waits for its next try may be loaded.
    pub(super) fn next_try(&self) -> Option<Instant> {
        self.waiting
            .values()
            .filter_map(|waiting| waiting.not_before)
            .min()
    }

    /// The file needs no more work: it was loaded, has failed for good, or is gone.
    pub(super) fn settle(&mut self, location: &str) {
        for receipt in self.in_hand.remove(location).unwrap_or_default() {
            receipt.settle_one();
        }
    }

    /// The file could not be loaded now, for a reason that may be its own.
    pub(super) fn put_back(&mut self, mut waiting: Waiting, now: Instant) {
        waiting.failures += 1;
        let factor = 1_u32 << waiting.failures.saturating_sub(1).min(6);
        waiting.not_before = Some(now + (FIRST_WAIT * factor).min(LONGEST_WAIT));
        self.return_to_queue(waiting);
    }

    /// The file was not tried.
    pub(super) fn return_to_queue(&mut self, mut waiting: Waiting) {
        let location = waiting.file.location.clone();
        waiting.receipts = self.in_hand.remove(&location).unwrap_or_default();
        self.times.insert(location.clone(), waiting.at_micros);
        self.waiting.insert((waiting.at_micros, location), waiting);
    }

    /// The pipe is gone: nothing of this will be loaded.
    pub(super) fn abandon(&mut self) {
        let waiting = std::mem::take(&mut self.waiting).into_values();
        let held = std::mem::take(&mut self.in_hand).into_values().flatten();
        for receipt in waiting.flat_map(|waiting| waiting.receipts).chain(held) {
            receipt.settle_one();
        }
        self.times.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::ObjectInfo;

    fn file(name: &str, etag: &str) -> StagedFile {
        StagedFile {
            object: ObjectInfo {
                path: name.to_owned(),
                size: 1,
                etag: etag.to_owned(),
                last_modified_micros: 0,
            },
            location: name.to_owned(),
            shown: name.to_owned(),
            relative: name.to_owned(),
        }
    }

    fn names(batch: &[Waiting]) -> Vec<String> {
        batch
            .iter()
            .map(|waiting| waiting.file.location.clone())
            .collect()
    }

    #[test]
    fn the_oldest_event_is_first_and_doubled_events_count_once() {
        let mut backlog = Backlog::default();
        for (name, at) in [("c", 30), ("a", 10), ("b", 20), ("a", 40), ("c", 5)] {
            backlog.push(file(name, "1"), at, 0, None);
        }
        assert_eq!(backlog.len(), 3);
        assert_eq!(names(&backlog.take(Instant::now())), ["a", "b", "c"]);
        assert_eq!(backlog.len(), 3, "they are in hand");
        backlog.push(file("a", "1"), 50, 0, None);
        assert!(backlog.take(Instant::now()).is_empty());
        for name in ["a", "b", "c"] {
            backlog.settle(name);
        }
        assert_eq!(backlog.len(), 0);
    }

    #[test]
    fn a_file_that_fails_waits_and_those_behind_it_do_not() {
        let mut backlog = Backlog::default();
        backlog.push(file("poison", "1"), 1, 0, None);
        backlog.push(file("good", "1"), 2, 0, None);
        let now = Instant::now();
        let mut batch = backlog.take(now);
        let good = batch.pop().unwrap();
        backlog.put_back(batch.pop().unwrap(), now);
        backlog.return_to_queue(good);
        assert_eq!(names(&backlog.take(now)), ["good"]);
        backlog.settle("good");
        assert!(backlog.take(now).is_empty());
        assert_eq!(backlog.next_try(), Some(now + FIRST_WAIT));
        // Alone, once its time has come.
        backlog.push(file("new", "1"), 3, 0, None);
        assert_eq!(names(&backlog.take(now + FIRST_WAIT)), ["poison"]);
        // New content is tried at once.
        backlog.settle("poison");
    }

    #[test]
    fn a_message_is_done_when_all_its_files_are() {
        let receipt = Arc::new(Receipt::default());
        let mut backlog = Backlog::default();
        receipt.expect_one();
        backlog.push(file("a", "1"), 1, 0, Some(&receipt));
        backlog.push(file("b", "1"), 2, 0, Some(&receipt));
        receipt.settle_one();
        backlog.take(Instant::now());
        backlog.settle("a");
        assert!(!receipt.is_settled());
        backlog.settle("b");
        assert!(receipt.is_settled());
    }
}
