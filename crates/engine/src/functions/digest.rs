//! HASH: a number that depends on the values alone, the same in every run and on every machine. And SHA2 of each length.

use super::add;
use super::native::{Raised, native};
use crate::variant::{self, Value};
use duckdb::Connection;
use sha2::Digest;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Hash>(database)?;
    add::<Sha2>(database)
}

native! {
    /// HASH(value, …) of values as VARIANTs. Equal numbers hash equally whatever their type.
    Hash = "snowmelt_hash"(..Text) -> Integer, |row, cache: (), out| {
        let mut hash = Hasher::default();
        for index in 0..row.len() {
            match row.variant(index) {
                Some(stored) if matches!(stored.as_bytes().first(), Some(b'"' | b'{' | b'[')) => hash.add(b't', stored),
                Some(stored) => match Value::parse(stored) {
                    Value::Double(value) => match variant::number(&value.to_string()) {
                        Some(digits) => hash.add(b'n', &digits),
                        None => hash.add(b'f', stored),
                    },
                    _ => hash.add(b'n', stored),
                },
                None => hash.add(b'0', ""),
            }
        }
        out.integer(hash.finish());
        Ok(())
    }
}

native! {
    /// SHA2_BINARY(bytes, 224, 256, 384 or 512).
    Sha2 = "snowmelt_sha2"(Binary, Integer) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(bits)) = (row.binary(0), row.integer(1)) else { return Ok(()) };
        match bits {
            224 => out.binary(&sha2::Sha224::digest(bytes)),
            0 | 256 => out.binary(&sha2::Sha256::digest(bytes)),
            384 => out.binary(&sha2::Sha384::digest(bytes)),
            512 => out.binary(&sha2::Sha512::digest(bytes)),
            _ => {
                let message = format!("Invalid argument value '{bits}' for digest size of SHA2: 224, 256, 384 or 512");
                return Err(Raised::new("100351", "22023", message));
            }
        }
        Ok(())
    }
}

/// FNV-1a over everything, then bits mixed so that each of them depends on all.
struct Hasher(u64);

impl Default for Hasher {
    fn default() -> Self {
        Hasher(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher {
    fn add(&mut self, kind: u8, text: &str) {
        let length = (text.len() as u64).to_le_bytes();
        for byte in std::iter::once(kind).chain(length).chain(text.bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> i64 {
        mix(self.0) as i64
    }
}

/// The finalizer of SplitMix64.
pub(super) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn equal_values_hash_equally_and_always_so() {
        assert_eq!(
            one("SELECT snowmelt_hash('10') = snowmelt_hash('1.000000000000000e+01')"),
            "true"
        );
        assert_eq!(
            one("SELECT snowmelt_hash('\"10\"') = snowmelt_hash('10')"),
            "false"
        );
        assert_eq!(
            one("SELECT snowmelt_hash('1', '2') = snowmelt_hash('2', '1')"),
            "false"
        );
        assert_eq!(
            one("SELECT snowmelt_hash('1', '\"\u{F8F0}u\"') = snowmelt_hash('1')"),
            "false"
        );
        assert_eq!(
            one("SELECT snowmelt_hash('\"snow\"')"),
            "2414127132602953301"
        );
    }
}
