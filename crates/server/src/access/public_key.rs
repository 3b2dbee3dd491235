//! RSA public keys as Snowflake takes them. In: PEM, or its inside. Out: the key, its fingerprint, and whether it signed
//! something.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use sha2::{Digest, Sha256};

/// The OID of rsaEncryption with its NULL, as SubjectPublicKeyInfo has it.
const RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
/// The shortest modulus, in bytes: 2048 bits.
const SHORTEST: usize = 256;
/// The longest that is checked here.
const LONGEST: usize = 1024;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// SubjectPublicKeyInfo.
    der: Vec<u8>,
    /// Where RSAPublicKey stands in it.
    inner: std::ops::Range<usize>,
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` and so on, or the base64 between those lines.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.contains("PRIVATE KEY") {
            return Err("it is a private key; the public one is wanted".to_owned());
        }
        let base64: String = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = STANDARD
            .decode(base64)
            .map_err(|_| "it is no public key in PEM form".to_owned())?;
        let inner = inner(&der).ok_or("it is no RSA key in the form `PUBLIC KEY`")?;
        let modulus = modulus_bytes(&der[inner.clone()])
            .ok_or("it is no RSA key in the form `PUBLIC KEY`")?;
        if !(SHORTEST..=LONGEST).contains(&modulus) {
            return Err(format!(
                "it has {} bits; 2048 to 8192 are taken",
                modulus * 8
            ));
        }
        Ok(Self { der, inner })
    }

    /// As it is stored: base64 without lines.
    pub fn text(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// `SHA256:…`, as DESC USER shows it and a signed token names it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD.encode(Sha256::digest(&self.der)))
    }

    /// Whether the message is signed with its private key (RS256).
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.der[self.inner.clone()])
            .verify(message, signature)
            .is_ok()
    }
}

/// Where RSAPublicKey stands in a SubjectPublicKeyInfo.
fn inner(der: &[u8]) -> Option<std::ops::Range<usize>> {
    let outer = contents(der, 0, SEQUENCE).filter(|range| range.end == der.len())?;
    let algorithm = contents(der, outer.start, SEQUENCE)?;
    if &der[algorithm.clone()] != RSA {
        return None;
    }
    let bits = contents(der, algorithm.end, BIT_STRING).filter(|range| range.end == der.len())?;
    // No bits of the last byte are unused.
    (der.get(bits.start) == Some(&0)).then_some(bits.start + 1..bits.end)
}

fn modulus_bytes(rsa: &[u8]) -> Option<usize> {
    let outer = contents(rsa, 0, SEQUENCE)?;
    let modulus = contents(rsa, outer.start, INTEGER)?;
    let digits = &rsa[modulus];
    Some(digits.iter().skip_while(|byte| **byte == 0).count())
}

/// Where the contents of the DER value at `at` stand, if it has that tag and lies within the bytes.
fn contents(der: &[u8], at: usize, tag: u8) -> Option<std::ops::Range<usize>> {
    if *der.get(at)? != tag {
        return None;
    }
    let first = usize::from(*der.get(at + 1)?);
    let (length, start) = match first {
        0..=0x7f => (first, at + 2),
        0x81..=0x83 => {
            let bytes = first - 0x80;
            let digits = der.get(at + 2..at + 2 + bytes)?;
            let length = digits
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, at + 2 + bytes)
        }
        _ => return None,
    };
    let end = start.checked_add(length)?;
    (end <= der.len()).then_some(start..end)
}
