//! A file as blocks of whole records.
//!
//! In: a stream of bytes, already decompressed. Out: blocks of about a megabyte that start and end between records, so
//! that threads can read them at the same time, each with the line, the record number and the offset it starts at.

use super::csv::CsvHeader;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

/// Bytes that a block aims at.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;
/// Longest record, in bytes: what a VARIANT may hold, and its JSON's overhead.
pub(crate) const MAX_RECORD_BYTES: usize = 32 << 20;

/// Finds the ends of records; one for each file, since a format's state may span blocks.
pub(crate) trait Cutter: Send {
    /// The end of the last record that is complete in `data`, which starts where a record does. `last`: nothing follows,
    /// so that what is left is a record too. `None`: there is no such end yet.
    fn cut(&mut self, data: &[u8], last: bool) -> Option<Cut>;

    /// Where reading may go on in `data` after a record that is too long was given up.
    fn resume(&self, data: &[u8]) -> Option<usize>;

    /// The names in the file's header, once the first block is cut.
    fn header(&self) -> Option<Arc<CsvHeader>> {
        None
    }
}

/// Where a block ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The offset after its last record.
    pub(crate) end: usize,
    /// The offset of its first record: what is before it is a header.
    pub(crate) skip: usize,
    /// Records in it. May be a guess, which the reader checks.
    pub(crate) records: u64,
    /// It is the inside of an array whose brackets are taken off.
    pub(crate) in_array: bool,
}

/// Some whole records of a file.
pub(crate) struct Block {
    buffer: Vec<u8>,
    length: usize,
    /// The offset of the first record.
    pub(crate) skip: usize,
    /// 0-based number of the block in its file.
    pub(crate) index: u64,
    /// Records before it in the file.
    pub(crate) first_record: u64,
    /// Records in it, as far as the cutter knows.
    pub(crate) records: u64,
    /// 1-based line of its first byte.
    pub(crate) first_line: u64,
    /// Characters of that line that are before it.
    pub(crate) characters_before: u64,
    /// Offset of its first byte in the file, decompressed.
    pub(crate) offset: u64,
    /// Nothing follows in the file.
    pub(crate) last: bool,
    /// See [`Cut::in_array`].
    pub(crate) in_array: bool,
    /// It is the start of a record that is too long.
    pub(crate) oversized: bool,
    /// The names in the file's header.
    pub(crate) header: Option<Arc<CsvHeader>>,
}

impl Block {
    /// The bytes.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Replaces the bytes: other text of the same records.
    pub(crate) fn replace(&mut self, bytes: Vec<u8>) {
        self.length = bytes.len();
        self.buffer = bytes;
    }
}

/// Buffers that are used again and again: fresh memory is slow to touch.
#[derive(Default)]
pub(crate) struct BufferPool {
    free: Mutex<Vec<Vec<u8>>>,
}

impl BufferPool {
    /// A buffer of at least `length` bytes of whatever.
    fn take(&self, length: usize) -> Vec<u8> {
        let mut buffer = crate::lock(&self.free).pop().unwrap_or_default();
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        buffer
    }

    /// Gives a block's memory back.
    pub(crate) fn give_back(&self, block: Block) {
        let ordinary = 2 * BLOCK_BYTES;
        if block.buffer.len() <= ordinary {
            crate::lock(&self.free).push(block.buffer);
        }
    }
}

/// What [`BlockReader::next_block`] gives.
pub(crate) enum Next {
    /// A block.
    Block(Block),
    /// The file is read in order, and its previous block is still being read.
    Busy,
    /// The file is read.
    End,
}

/// Reads one file block by block.
pub(crate) struct BlockReader {
    source: Box<dyn Read + Send>,
    cutter: Box<dyn Cutter>,
    pool: Arc<BufferPool>,
    buffer: Vec<u8>,
    filled: usize,
    block_bytes: usize,
    at_end: bool,
    skip_byte_order_mark: bool,
    /// Giving up a record that is too long: everything up to where reading can go on is dropped.
    discarding: bool,
    next_index: u64,
    next_record: u64,
    next_line: u64,
    characters_before: u64,
    next_offset: u64,
    /// Blocks are given out one after the other, so that the records before each are counted exactly.
    in_order: bool,
    /// With `in_order`: a block is out.
    busy: bool,
}

impl BlockReader {
    /// A reader of `source`. `in_order`: see [`Next::Busy`]. `block_bytes`: what a block aims at.
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        cutter: Box<dyn Cutter>,
        pool: Arc<BufferPool>,
        skip_byte_order_mark: bool,
        in_order: bool,
        block_bytes: usize,
    ) -> Self {
        Self {
            source,
            cutter,
            pool,
            buffer: Vec::new(),
            filled: 0,
            block_bytes,
            at_end: false,
            skip_byte_order_mark,
            discarding: false,
            next_index: 0,
            next_record: 0,
            next_line: 1,
            characters_before: 0,
            next_offset: 0,
            in_order,
            busy: false,
        }
    }

    /// The next block.
    ///
    /// # Errors
    /// The source's.
    pub(crate) fn next_block(&mut self) -> io::Result<Next> {
        if self.busy {
            return Ok(Next::Busy);
        }
        let mut wanted = self.block_bytes;
        loop {
            self.fill(wanted)?;
            if self.discarding && !self.discard() {
                if self.at_end {
                    return Ok(Next::End);
                }
                continue;
            }
            if self.filled == 0 && self.at_end {
                return Ok(Next::End);
            }
            let data = &self.buffer[..self.filled];
            match self.cutter.cut(data, self.at_end) {
                Some(cut) => {
                    if cut.end == self.filled {
                        // One byte more, or none: whether it is the last block.
                        self.fill(self.filled + 1)?;
                    }
                    return Ok(Next::Block(self.hand_out(cut, false)));
                }
                None if self.filled >= MAX_RECORD_BYTES => {
                    self.discarding = true;
                    let cut = Cut {
                        end: self.filled,
                        skip: 0,
                        records: 1,
                        in_array: false,
                    };
                    return Ok(Next::Block(self.hand_out(cut, true)));
                }
                None => wanted = (self.filled * 2).clamp(self.block_bytes, MAX_RECORD_BYTES),
            }
        }
    }

    /// The records of the block that was out, now that they are counted.
    pub(crate) fn completed(&mut self, records: u64, expected: u64) {
        if self.in_order {
            self.busy = false;
            self.next_record = self.next_record - expected + records;
        }
    }

    /// Reads until the buffer holds `wanted` bytes or the source ends.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.buffer.len() < wanted {
            let mut larger = self.pool.take(wanted);
            larger[..self.filled].copy_from_slice(&self.buffer[..self.filled]);
            self.buffer = larger;
        }
        while self.filled < wanted && !self.at_end {
            match self.source.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            let mark_known = self.filled >= BYTE_ORDER_MARK.len() || self.at_end;
            if self.skip_byte_order_mark && mark_known {
                self.skip_byte_order_mark = false;
                if self.buffer[..self.filled].starts_with(&BYTE_ORDER_MARK) {
                    self.drop_front(BYTE_ORDER_MARK.len());
                }
            }
        }
        Ok(())
    }

    /// Drops what belongs to a record that was given up; whether its end was found.
    fn discard(&mut self) -> bool {
        let found = self.cutter.resume(&self.buffer[..self.filled]);
        let gone = found.unwrap_or(self.filled);
        let buffer = std::mem::take(&mut self.buffer);
        self.pass_lines(&buffer[..gone]);
        self.buffer = buffer;
        self.drop_front(gone);
        self.discarding = found.is_none();
        found.is_some()
    }

    /// Counts the lines of bytes that are passed.
    fn pass_lines(&mut self, bytes: &[u8]) {
        self.next_line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        let last_line = match memchr::memrchr(b'\n', bytes) {
            Some(newline) => {
                self.characters_before = 0;
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        // Every byte but those that continue a character of UTF-8.
        let characters = last_line
            .iter()
            .filter(|byte| **byte & 0xC0 != 0x80)
            .count();
        self.characters_before += characters as u64;
    }

    fn drop_front(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
        self.next_offset += count as u64;
    }

    fn hand_out(&mut self, cut: Cut, oversized: bool) -> Block {
        let rest = self.filled - cut.end;
        let mut next = self.pool.take(self.block_bytes.max(rest));
        next[..rest].copy_from_slice(&self.buffer[cut.end..self.filled]);
        let buffer = std::mem::replace(&mut self.buffer, next);
        let length = cut.end;
        self.filled = rest;
        let block = Block {
            length,
            skip: cut.skip,
            index: self.next_index,
            first_record: self.next_record,
            records: cut.records,
            first_line: self.next_line,
            characters_before: self.characters_before,
            offset: self.next_offset,
            last: self.at_end && rest == 0,
            in_array: cut.in_array,
            oversized,
            header: self.cutter.header(),
            buffer,
        };
        self.next_index += 1;
        self.next_record += cut.records;
        self.pass_lines(block.bytes());
        self.next_offset += length as u64;
        self.busy = self.in_order;
        block
    }
}

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
