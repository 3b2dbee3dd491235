//! COMPRESS and DECOMPRESS_…: bytes in Snowflake's methods.

use super::add;
use super::native::{Raised, native};
use bzip2::read::{BzDecoder, BzEncoder};
use duckdb::Connection;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use std::io::Read;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Compress>(database)?;
    add::<Decompress>(database)
}

/// What bytes may grow to: a BINARY's greatest length, in bytes.
const LONGEST: u64 = 64 * 1024 * 1024;

enum Method {
    Snappy,
    Zlib(u32),
    Bzip2(u32),
    Zstd(i32),
}

/// `ZLIB`, or `ZLIB(1)` with a level.
fn method(text: &str) -> Result<Method, Raised> {
    let invalid = || {
        let message = format!("Invalid compression method: '{text}'");
        Raised::new("100154", "22023", message)
    };
    let (name, level) = match text.split_once('(') {
        Some((name, rest)) => {
            let level = rest.trim_end().strip_suffix(')').ok_or_else(invalid)?;
            let level: u32 = level.trim().parse().map_err(|_| invalid())?;
            (name.trim(), Some(level))
        }
        None => (text.trim(), None),
    };
    match (name.to_uppercase().as_str(), level) {
        ("SNAPPY", None) => Ok(Method::Snappy),
        ("ZLIB", None) => Ok(Method::Zlib(6)),
        ("ZLIB", Some(level @ 0..=9)) => Ok(Method::Zlib(level)),
        ("BZ2", None) => Ok(Method::Bzip2(9)),
        ("BZ2", Some(level @ 1..=9)) => Ok(Method::Bzip2(level)),
        ("ZSTD", None) => Ok(Method::Zstd(3)),
        ("ZSTD", Some(level @ 1..=22)) => Ok(Method::Zstd(level as i32)),
        _ => Err(invalid()),
    }
}

native! {
    /// COMPRESS(bytes, method).
    Compress = "snowmelt_compress"(Binary, Text) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(text)) = (row.binary(0), row.text(1)) else { return Ok(()) };
        let mut packed = Vec::new();
        let done = match method(text)? {
            Method::Snappy => snap::raw::Encoder::new()
                .compress_vec(bytes)
                .map(|made| { packed = made; 0 })
                .map_err(std::io::Error::other),
            Method::Zlib(level) => ZlibEncoder::new(bytes, flate2::Compression::new(level)).read_to_end(&mut packed),
            Method::Bzip2(level) => BzEncoder::new(bytes, bzip2::Compression::new(level)).read_to_end(&mut packed),
            Method::Zstd(level) => zstd::bulk::compress(bytes, level).map(|made| { packed = made; 0 }),
        };
        match done {
            Ok(_) => out.binary(&packed),
            Err(_) => return Err(Raised::new("100155", "22000", "Compression failed")),
        }
        Ok(())
    }
}

native! {
    /// DECOMPRESS_BINARY(bytes, method).
    Decompress = "snowmelt_decompress"(Binary, Text) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(text)) = (row.binary(0), row.text(1)) else { return Ok(()) };
        let mut plain = Vec::new();
        let done = match method(text)? {
            Method::Snappy => snap::raw::decompress_len(bytes)
                .and_then(|length| match length as u64 <= LONGEST {
                    true => snap::raw::Decoder::new().decompress_vec(bytes),
                    false => Err(snap::Error::TooBig { given: length as u64, max: LONGEST }),
                })
                .map(|made| { plain = made; 0 })
                .map_err(std::io::Error::other),
            Method::Zlib(_) => ZlibDecoder::new(bytes).take(LONGEST).read_to_end(&mut plain),
            Method::Bzip2(_) => BzDecoder::new(bytes).take(LONGEST).read_to_end(&mut plain),
            Method::Zstd(_) => zstd::stream::read::Decoder::new(bytes)
                .and_then(|decoder| decoder.take(LONGEST).read_to_end(&mut plain)),
        };
        match done {
            Ok(_) => out.binary(&plain),
            Err(_) => {
                let message = format!("Error in decompression: the data is not in the format of {}", text.to_uppercase());
                return Err(Raised::new("100156", "22000", message));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn bytes_come_back() {
        for method in ["SNAPPY", "ZLIB", "zlib(1)", "BZ2", "ZSTD(19)"] {
            let sql = format!(
                "SELECT decode(snowmelt_decompress(snowmelt_compress(encode('Snowflake'), '{method}'), '{method}'))"
            );
            assert_eq!(one(&sql), "Snowflake");
        }
    }
}
