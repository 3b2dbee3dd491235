//! Passwords: argon2id, as its authors and OWASP advise (19 MiB, two passes). In: a password. Out: its hash, or whether it
//! has that hash.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

/// How many passwords are hashed at once: each takes 19 MiB.
const AT_ONCE: usize = 4;
/// The shortest password, in characters; Snowflake's.
const SHORTEST: usize = 8;
/// The longest; Snowflake's.
const LONGEST: usize = 256;

/// Hashes a password.
///
/// # Errors
/// In words for whoever chose it: it is too short or too long. Or the system has no random numbers.
pub fn hash_password(password: &str) -> Result<String, String> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(format!("a password has {SHORTEST} to {LONGEST} characters"));
    }
    hash(password)
}

fn hash(password: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| "the system has no random numbers".to_owned())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let _turn = Turn::take();
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

/// Whether the password has that hash. Without a hash it works as long and says no.
pub(super) fn is_password(password: &str, stored: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody's").unwrap_or_default());
    if password.chars().count() > LONGEST {
        return false;
    }
    let stored_or_not = stored.unwrap_or(&NOBODY);
    let Ok(hash) = PasswordHash::new(stored_or_not) else {
        return false;
    };
    let _turn = Turn::take();
    let is_it = Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok();
    is_it && stored.is_some()
}

/// A place among those who hash.
struct Turn;

static FREE: Mutex<usize> = Mutex::new(AT_ONCE);
static FREED: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = FREED
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        FREED.notify_one();
    }
}
