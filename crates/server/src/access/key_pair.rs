//! Key-pair tokens: JSON Web Tokens that the client signs (RS256), as
//! <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating> describes. In: the text. Out: who it claims to be.

use super::public_key::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// How long a token is at most, in bytes.
const LONGEST: usize = 16 * 1024;
/// How long a token may be valid: an hour, Snowflake's.
const LONGEST_LIFE_SECS: i64 = 3600;
/// How far the clocks may differ.
const SKEW_SECS: i64 = 60;

/// What a token says.
pub(super) struct Claim {
    /// The user's name, in capitals.
    pub(super) user: String,
    fingerprint: String,
    issued_at_secs: i64,
    expires_at_secs: i64,
    signed: String,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// Times may have fractions.
#[derive(Deserialize)]
struct Body {
    iss: String,
    sub: String,
    iat: f64,
    exp: f64,
}

/// Reads a token. What it says is not believed yet.
pub(super) fn read(text: &str) -> Option<Claim> {
    if text.len() > LONGEST {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    let header: Header = json(header)?;
    if header.alg != "RS256" {
        return None;
    }
    let body: Body = json(body)?;
    // ACCOUNT.USER.SHA256:…; a name may have dots.
    let (subject, fingerprint) = body.iss.rsplit_once(".SHA256:")?;
    if subject != body.sub {
        return None;
    }
    let (_, user) = subject.split_once('.')?;
    Some(Claim {
        user: user.to_uppercase(),
        fingerprint: format!("SHA256:{fingerprint}"),
        issued_at_secs: body.iat as i64,
        expires_at_secs: body.exp as i64,
        signed: signed.to_owned(),
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
    })
}

fn json<T: for<'a> Deserialize<'a>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl Claim {
    /// Whether it is signed by the key that it names.
    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.fingerprint() == self.fingerprint
            && key.has_signed(self.signed.as_bytes(), &self.signature)
    }

    /// Whether it is valid now, and not for too long.
    pub(super) fn is_valid_at(&self, now_micros: i64) -> bool {
        let now = now_micros.div_euclid(1_000_000);
        let life = self.expires_at_secs.saturating_sub(self.issued_at_secs);
        self.issued_at_secs <= now + SKEW_SECS
            && self.expires_at_secs > now - SKEW_SECS
            && (1..=LONGEST_LIFE_SECS + SKEW_SECS).contains(&life)
    }
}
