//! A file's bytes as its reader wants them: decompressed, in UTF-8.
//!
//! In: the raw bytes as a bucket gives them. Out: a stream of UTF-8 text (as far as the file keeps its word).

use crate::error::{EngineError, EngineErrorKind, Result};
use encoding_rs::{CoderResult, Decoder};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use snowmelt_sql::object::Compression;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes that a decoder reads at a time.
const READ_BYTES: usize = 256 << 10;

/// Takes the compression off. With AUTO it is told by the first bytes, or else by the name's ending.
///
/// # Errors
/// The source's; and of a file that is not compressed in the way that is asked for, when it is read.
pub(crate) fn decompress(
    mut source: Box<dyn Read + Send>,
    compression: Compression,
    path: &str,
) -> io::Result<Box<dyn Read + Send>> {
    let compression = match compression {
        Compression::Auto => {
            let mut magic = [0; 4];
            let length = read_full(&mut source, &mut magic)?;
            let found = detect(&magic[..length], path);
            source = Box::new(io::Cursor::new(magic[..length].to_vec()).chain(source));
            found
        }
        other => other,
    };
    Ok(match compression {
        Compression::Auto | Compression::None | Compression::Snappy | Compression::Lzo => source,
        Compression::Gzip => Box::new(MultiGzDecoder::new(buffered(source))),
        Compression::Deflate => Box::new(ZlibDecoder::new(buffered(source))),
        Compression::RawDeflate => Box::new(DeflateDecoder::new(buffered(source))),
        Compression::Bz2 => Box::new(bzip2::read::MultiBzDecoder::new(buffered(source))),
        Compression::Brotli => Box::new(brotli::Decompressor::new(buffered(source), READ_BYTES)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(buffered(source))?),
    })
}

/// How a local file is compressed.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn detect_compression(path: &Path) -> io::Result<Compression> {
    let mut magic = [0; 4];
    let length = read_full(&mut File::open(path)?, &mut magic)?;
    let found = detect(&magic[..length], &path.to_string_lossy());
    let is_brotli = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("br"));
    Ok(match found {
        Compression::None if is_brotli => Compression::Brotli,
        found => found,
    })
}

fn buffered(source: Box<dyn Read + Send>) -> io::BufReader<Box<dyn Read + Send>> {
    io::BufReader::with_capacity(READ_BYTES, source)
}

fn read_full(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Snowflake detects all but Brotli. A zlib header is two bytes that text may start with too, so that its name is asked.
fn detect(magic: &[u8], path: &str) -> Compression {
    let ends = |ending: &str| {
        path.len() >= ending.len()
            && path.as_bytes()[path.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
    };
    match magic {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Compression::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9'] => Compression::Bz2,
        _ if ends(".deflate") => Compression::Deflate,
        _ if ends(".raw_deflate") => Compression::RawDeflate,
        _ => Compression::None,
    }
}

/// The character set of a CSV file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Charset {
    /// Nothing to do.
    Utf8,
    /// Each byte is the character of that number.
    Latin1,
    /// Four bytes a character; the flag: the byte order if there is no byte order mark.
    Utf32 { little_endian: bool },
    /// One that the Encoding Standard knows.
    Standard(&'static encoding_rs::Encoding),
}

impl Charset {
    /// The character set of Snowflake's name.
    ///
    /// # Errors
    /// An unknown one, or one that snowmelt does not read.
    pub(crate) fn named(name: &str) -> Result<Self> {
        use encoding_rs as known;
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_uppercase())
            .collect();
        Ok(Charset::Standard(match plain.as_str() {
            "UTF8" => return Ok(Charset::Utf8),
            "ISO88591" => return Ok(Charset::Latin1),
            "UTF32" | "UTF32BE" => {
                return Ok(Charset::Utf32 {
                    little_endian: false,
                });
            }
            "UTF32LE" => {
                return Ok(Charset::Utf32 {
                    little_endian: true,
                });
            }
            "BIG5" => known::BIG5,
            "EUCJP" => known::EUC_JP,
            "EUCKR" | "IBM949" | "WINDOWS949" => known::EUC_KR,
            "GB18030" => known::GB18030,
            "ISO2022JP" => known::ISO_2022_JP,
            "ISO88592" => known::ISO_8859_2,
            "ISO88595" => known::ISO_8859_5,
            "ISO88596" => known::ISO_8859_6,
            "ISO88597" => known::ISO_8859_7,
            "ISO88598" => known::ISO_8859_8,
            "ISO88599" | "WINDOWS1254" => known::WINDOWS_1254,
            "ISO885915" => known::ISO_8859_15,
            "KOI8R" => known::KOI8_R,
            "SHIFTJIS" => known::SHIFT_JIS,
            "UTF16" | "UTF16BE" => known::UTF_16BE,
            "UTF16LE" => known::UTF_16LE,
            "WINDOWS874" => known::WINDOWS_874,
            "WINDOWS1250" => known::WINDOWS_1250,
            "WINDOWS1251" => known::WINDOWS_1251,
            "WINDOWS1252" => known::WINDOWS_1252,
            "WINDOWS1253" => known::WINDOWS_1253,
            "WINDOWS1255" => known::WINDOWS_1255,
            "WINDOWS1256" => known::WINDOWS_1256,
            "IBM420" | "IBM424" | "ISO2022CN" | "ISO2022KR" => {
                return Err(EngineError::new(
                    EngineErrorKind::Unsupported,
                    "000002",
                    "0A000",
                    format!("unsupported feature `ENCODING = '{name}'`"),
                ));
            }
            _ => {
                return Err(EngineError::new(
                    EngineErrorKind::Compilation,
                    "001014",
                    "22023",
                    format!("invalid value ['{name}'] for parameter 'ENCODING'"),
                ));
            }
        }))
    }

    /// The text of `source` in UTF-8. Bytes that mean nothing become U+FFFD.
    pub(crate) fn decode(self, source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        let decode: Decode = match self {
            Charset::Utf8 => return source,
            Charset::Latin1 => Box::new(|bytes, _, out| {
                for byte in bytes {
                    push_char(char::from(*byte), out);
                }
                bytes.len()
            }),
            Charset::Utf32 { mut little_endian } => {
                let mut started = false;
                Box::new(move |bytes, last, out| {
                    let (units, rest) = bytes.as_chunks::<4>();
                    for unit in units {
                        if !started {
                            started = true;
                            match unit {
                                [0xFF, 0xFE, 0, 0] => little_endian = true,
                                [0, 0, 0xFE, 0xFF] => little_endian = false,
                                _ => {}
                            }
                        }
                        let code = if little_endian {
                            u32::from_le_bytes(*unit)
                        } else {
                            u32::from_be_bytes(*unit)
                        };
                        push_char(
                            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                            out,
                        );
                    }
                    if last && !rest.is_empty() {
                        push_char(char::REPLACEMENT_CHARACTER, out);
                        return bytes.len();
                    }
                    bytes.len() - rest.len()
                })
            }
            Charset::Standard(encoding) => {
                // A byte order mark says which UTF-16 it is, and is left in for the reader to skip.
                let mut decoder = encoding.new_decoder_with_bom_removal();
                if encoding == encoding_rs::UTF_16BE || encoding == encoding_rs::UTF_16LE {
                    decoder = encoding.new_decoder();
                }
                Box::new(move |bytes, last, out| decode_standard(&mut decoder, bytes, last, out))
            }
        };
        Box::new(DecodingReader {
            source,
            decode,
            input: vec![0; READ_BYTES],
            pending: 0,
            output: Vec::new(),
            given: 0,
            at_end: false,
        })
    }
}

fn push_char(character: char, out: &mut Vec<u8>) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn decode_standard(
    decoder: &mut Decoder,
    mut bytes: &[u8],
    last: bool,
    out: &mut Vec<u8>,
) -> usize {
    let total = bytes.len();
    loop {
        let start = out.len();
        let room = decoder
            .max_utf8_buffer_length(bytes.len())
            .unwrap_or(READ_BYTES)
            .max(16);
        out.resize(start + room, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut out[start..], last);
        out.truncate(start + written);
        bytes = &bytes[read..];
        if matches!(result, CoderResult::InputEmpty) {
            return total;
        }
    }
}

/// Appends the text of some bytes and says how many of them it took; the flag: no more come.
type Decode = Box<dyn FnMut(&[u8], bool, &mut Vec<u8>) -> usize + Send>;

/// Reads bytes, decodes them, and gives the text.
struct DecodingReader {
    source: Box<dyn Read + Send>,
    decode: Decode,
    input: Vec<u8>,
    /// Bytes of `input` that were not taken yet.
    pending: usize,
    output: Vec<u8>,
    given: usize,
    at_end: bool,
}

impl Read for DecodingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() && !self.at_end {
            let count = self.source.read(&mut self.input[self.pending..])?;
            self.at_end = count == 0;
            let filled = self.pending + count;
            self.output.clear();
            self.given = 0;
            let taken = (self.decode)(&self.input[..filled], self.at_end, &mut self.output);
            self.input.copy_within(taken..filled, 0);
            self.pending = filled - taken;
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: Vec<u8>, compression: Compression, path: &str) -> io::Result<String> {
        let mut text = String::new();
        decompress(Box::new(io::Cursor::new(bytes)), compression, path)?
            .read_to_string(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compression_is_detected() {
        let text = "1,a\n".repeat(1000);
        let mut members = gzip(&text);
        members.extend(gzip(&text));
        let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
        let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz2.write_all(text.as_bytes()).unwrap();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(text.as_bytes()).unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(text.as_bytes()).unwrap();
        let (zlib, raw) = (zlib.finish().unwrap(), raw.finish().unwrap());
        assert_eq!(
            read(members, Compression::Auto, "x").unwrap(),
            text.repeat(2)
        );
        assert_eq!(read(zstd, Compression::Auto, "x").unwrap(), text);
        assert_eq!(
            read(bz2.finish().unwrap(), Compression::Auto, "x").unwrap(),
            text
        );
        assert_eq!(
            read(zlib.clone(), Compression::Auto, "x.csv.DEFLATE").unwrap(),
            text
        );
        assert_eq!(read(zlib, Compression::Deflate, "x").unwrap(), text);
        assert_eq!(read(raw, Compression::RawDeflate, "x").unwrap(), text);
        assert_eq!(
            read(text.clone().into_bytes(), Compression::Auto, "x.gz").unwrap(),
            text
        );
        assert_eq!(read(Vec::new(), Compression::Auto, "x").unwrap(), "");
        let mut cut = gzip(&text);
        cut.truncate(cut.len() / 2);
        assert!(read(cut, Compression::Auto, "x").is_err());
        assert!(read(text.into_bytes(), Compression::Gzip, "x").is_err());
    }

    #[test]
    fn charsets_become_utf8() {
        let decode = |name: &str, bytes: &[u8]| {
            let mut text = String::new();
            let source = Box::new(io::Cursor::new(bytes.to_vec()));
            Charset::named(name)
                .unwrap()
                .decode(source)
                .read_to_string(&mut text)
                .unwrap();
            text
        };
        assert_eq!(decode("ISO88591", b"caf\xe9\x80"), "café\u{80}");
        assert_eq!(decode("ISO-8859-15", b"\xa4"), "€");
        assert_eq!(decode("WINDOWS1252", b"\x80"), "€");
        assert_eq!(decode("SHIFTJIS", &[0x93, 0xFA, 0x96, 0x7B]), "日本");
        assert_eq!(decode("UTF16", &[0, b'a', 0xD8, 0x3D, 0xDE, 0x00]), "a😀");
        assert_eq!(decode("UTF16", &[0xFF, 0xFE, b'a', 0]), "a");
        assert_eq!(decode("UTF16LE", &[b'a', 0]), "a");
        assert_eq!(decode("UTF32", &[0, 0, 0, b'a', 0, 1, 0xF6, 0]), "a😀");
        assert_eq!(
            Charset::named("IBM420").unwrap_err().kind,
            EngineErrorKind::Unsupported
        );
        assert!(Charset::named("KLINGON").is_err());
    }
}
