//! A file that is compressed while it is written.

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use snowmelt_sql::object::Compression;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;

/// Bytes that go to the file at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// A file under construction.
pub(super) struct Packed {
    writer: Encoder,
    written: Rc<Cell<u64>>,
}

type Target = BufWriter<Counted>;

enum Encoder {
    Plain(Target),
    Gzip(GzEncoder<Target>),
    Zlib(ZlibEncoder<Target>),
    Deflate(DeflateEncoder<Target>),
    Bz2(bzip2::write::BzEncoder<Target>),
    Zstd(zstd::stream::write::Encoder<'static, Target>),
    Brotli(Box<brotli::CompressorWriter<Target>>),
}

/// Counts what reaches the file.
struct Counted {
    file: File,
    written: Rc<Cell<u64>>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written.set(self.written.get() + count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Packed {
    /// A new file at `path`; AUTO is gzip.
    ///
    /// # Errors
    /// The file cannot be made.
    pub(super) fn create(path: &Path, compression: Compression) -> io::Result<Self> {
        let written = Rc::new(Cell::new(0));
        let target = BufWriter::with_capacity(
            BUFFER_BYTES,
            Counted {
                file: File::create_new(path)?,
                written: Rc::clone(&written),
            },
        );
        let level = flate2::Compression::default();
        let writer = match compression {
            Compression::None | Compression::Snappy | Compression::Lzo => Encoder::Plain(target),
            Compression::Auto | Compression::Gzip => Encoder::Gzip(GzEncoder::new(target, level)),
            Compression::Deflate => Encoder::Zlib(ZlibEncoder::new(target, level)),
            Compression::RawDeflate => Encoder::Deflate(DeflateEncoder::new(target, level)),
            Compression::Bz2 => {
                let level = bzip2::Compression::default();
                Encoder::Bz2(bzip2::write::BzEncoder::new(target, level))
            }
            Compression::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(target, 0)?),
            Compression::Brotli => {
                let (quality, window) = (5, 22);
                let writer = brotli::CompressorWriter::new(target, BUFFER_BYTES, quality, window);
                Encoder::Brotli(Box::new(writer))
            }
        };
        Ok(Self { writer, written })
    }

    /// The bytes that have reached the file; some of what was written last has not.
    pub(super) fn written(&self) -> u64 {
        self.written.get()
    }

    /// Ends the file; gives its size in bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn finish(self) -> io::Result<u64> {
        let mut target = match self.writer {
            Encoder::Plain(target) => target,
            Encoder::Gzip(encoder) => encoder.finish()?,
            Encoder::Zlib(encoder) => encoder.finish()?,
            Encoder::Deflate(encoder) => encoder.finish()?,
            Encoder::Bz2(encoder) => encoder.finish()?,
            Encoder::Zstd(encoder) => encoder.finish()?,
            Encoder::Brotli(encoder) => encoder.into_inner(),
        };
        target.flush()?;
        Ok(self.written.get())
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Encoder::Plain(writer) => writer.write(bytes),
            Encoder::Gzip(writer) => writer.write(bytes),
            Encoder::Zlib(writer) => writer.write(bytes),
            Encoder::Deflate(writer) => writer.write(bytes),
            Encoder::Bz2(writer) => writer.write(bytes),
            Encoder::Zstd(writer) => writer.write(bytes),
            Encoder::Brotli(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        // Flushing early would compress worse: all is flushed at the end.
        Ok(())
    }
}
