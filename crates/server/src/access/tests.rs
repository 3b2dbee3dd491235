//! Each way in, and each way to be kept out, against an engine in memory.

use super::{Access, Identity, Proof, PublicKey, Refusal, Secret, hash_password};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use snowmelt_engine::users::UserRole;
use snowmelt_engine::{CountingIds, Engine, EngineOptions, ManualClock};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

const PUBLIC: &str = include_str!("../../tests/keys/rsa.pub");
const PRIVATE: &str = include_str!("../../tests/keys/rsa.pem");
const NOW_SECS: i64 = 1_800_000_000;
const HERE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));

struct House {
    clock: Arc<ManualClock>,
    engine: Engine,
}

impl House {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW_SECS * 1_000_000, 0));
        let options = EngineOptions::in_memory(
            std::env::temp_dir(),
            clock.clone(),
            Arc::new(CountingIds::default()),
        );
        let engine = Engine::open(options).unwrap();
        Self { clock, engine }
    }

    fn with_ana() -> Self {
        let house = Self::new();
        let users = house.engine.users();
        users.add("ana", UserRole::Reader).unwrap();
        let hash = hash_password("correct horse").unwrap();
        users.set_password_hash("ana", &hash).unwrap();
        let key = PublicKey::read(PUBLIC).unwrap().text();
        users.set_public_key("ana", &key, false).unwrap();
        house
    }

    fn door(&self) -> Access {
        Access::new(self.engine.clone(), true)
    }
}

fn code(result: Result<Identity, Refusal>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn without_users_anybody_here_is_the_owner() {
    let house = House::new();
    let came = house.door().log_in("test", Proof::Password("x"), HERE);
    let identity = came.unwrap();
    assert_eq!(
        (identity.user.as_str(), identity.role),
        ("TEST", UserRole::Owner)
    );
    assert!(house.door().is_still(&identity).unwrap());
    let closed = Access::new(house.engine.clone(), false);
    assert_eq!(
        code(closed.log_in("test", Proof::Password("x"), HERE)),
        "390100"
    );
    house.engine.users().add("ana", UserRole::Reader).unwrap();
    assert!(!house.door().is_still(&identity).unwrap());
    assert_eq!(
        code(house.door().log_in("test", Proof::Password("x"), HERE)),
        "390100"
    );
}

#[test]
fn a_password_lets_in_and_a_wrong_one_says_nothing() {
    let house = House::with_ana();
    let door = house.door();
    let came = door
        .log_in("Ana", Proof::Password("correct horse"), HERE)
        .unwrap();
    assert_eq!((came.user.as_str(), came.role), ("ANA", UserRole::Reader));
    let wrong = door
        .log_in("ana", Proof::Password("wrong horse"), HERE)
        .unwrap_err();
    let unknown = door
        .log_in("bo", Proof::Password("correct horse"), HERE)
        .unwrap_err();
    assert_eq!(wrong.to_string(), unknown.to_string());
    house.engine.users().set_disabled("ana", true).unwrap();
    assert_eq!(
        code(door.log_in("ana", Proof::Password("correct horse"), HERE)),
        "390101"
    );
    assert!(!door.is_still(&came).unwrap());
    assert!(hash_password("short").is_err());
}

#[test]
fn guesses_are_made_slow_and_forgotten() {
    let house = House::with_ana();
    let door = house.door();
    for _ in 0..5 {
        assert_eq!(
            code(door.log_in("ana", Proof::Password("guess"), HERE)),
            "390100"
        );
    }
    let refused = door
        .log_in("ana", Proof::Password("correct horse"), HERE)
        .unwrap_err();
    assert!(
        matches!(refused, Refusal::Throttled { seconds: 1 }),
        "{refused}"
    );
    house.clock.set((NOW_SECS + 2) * 1_000_000);
    assert_eq!(
        code(door.log_in("ana", Proof::Password("guess"), HERE)),
        "390100"
    );
    house.clock.set((NOW_SECS + 3) * 1_000_000);
    assert!(matches!(
        door.log_in("ana", Proof::Password("guess"), None)
            .unwrap_err(),
        Refusal::Throttled { seconds: 1 }
    ));
    // Another name from another place does not wait, and no wait is longer than a minute.
    let elsewhere = Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(
        code(door.log_in("bo", Proof::Password("guess"), elsewhere)),
        "390100"
    );
    house.clock.set((NOW_SECS + 100) * 1_000_000);
    door.log_in("ana", Proof::Password("correct horse"), HERE)
        .unwrap();
    assert_eq!(
        code(door.log_in("ana", Proof::Password("guess"), HERE)),
        "390100"
    );
    door.log_in("ana", Proof::Password("correct horse"), HERE)
        .unwrap();
}

#[test]
fn an_address_that_guesses_many_names_waits() {
    let house = House::with_ana();
    let door = house.door();
    for number in 0..20 {
        let proof = Proof::AccessToken("snowmelt_pat_guess");
        assert_eq!(
            code(door.log_in(&format!("u{number}"), proof, HERE)),
            "394400"
        );
    }
    let refused = door
        .log_in("ana", Proof::Password("correct horse"), HERE)
        .unwrap_err();
    assert!(matches!(refused, Refusal::Throttled { .. }), "{refused}");
}

#[test]
fn access_tokens_let_in_until_they_end() {
    let house = House::with_ana();
    let door = house.door();
    let token = Secret::random().unwrap();
    let end = (NOW_SECS + 60) * 1_000_000;
    let users = house.engine.users();
    users
        .add_access_token("ana", "ci", token.hash().as_str(), end)
        .unwrap();
    for proof in [
        Proof::AccessToken(token.expose()),
        Proof::Password(token.expose()),
    ] {
        assert_eq!(door.log_in("ana", proof, HERE).unwrap().user, "ANA");
        assert_eq!(door.log_in("", proof, HERE).unwrap().user, "ANA");
        assert_eq!(code(door.log_in("bo", proof, HERE)), "394400");
    }
    assert_eq!(
        format!("{token:?} {:?}", Proof::Password("x")),
        "… Password"
    );
    house.clock.set(end);
    assert_eq!(
        code(door.log_in("ana", Proof::AccessToken(token.expose()), HERE)),
        "394400"
    );
    let owners = Secret::random().unwrap();
    let door = house.door().with_owner_token(&owners);
    let came = door
        .log_in("SNOWMELT", Proof::Password(owners.expose()), HERE)
        .unwrap();
    assert_eq!(
        (came.user.as_str(), came.role),
        ("SNOWMELT", UserRole::Owner)
    );
}

#[test]
fn a_signed_token_lets_in_its_user_for_an_hour() {
    let house = House::with_ana();
    let door = house.door();
    let fingerprint = PublicKey::read(PUBLIC).unwrap().fingerprint();
    let claims = |user: &str, print: &str, issued: i64, ends: i64| {
        format!(r#"{{"iss":"ACC.{user}.{print}","sub":"ACC.{user}","iat":{issued},"exp":{ends}}}"#)
    };
    let good = claims("ANA", &fingerprint, NOW_SECS, NOW_SECS + 3600);
    let came = door.log_in("ana", Proof::KeyPair(&signed("RS256", &good)), HERE);
    assert_eq!(came.unwrap().user, "ANA");
    let valid = signed("RS256", &good);
    let mut forged = valid.clone();
    forged.replace_range(valid.len() - 6.., "AAAAAA");
    let refused = [
        ("signature", forged),
        ("algorithm", signed("none", &good)),
        (
            "user",
            signed(
                "RS256",
                &claims("BO", &fingerprint, NOW_SECS, NOW_SECS + 60),
            ),
        ),
        (
            "key",
            signed(
                "RS256",
                &claims("ANA", "SHA256:AAAA", NOW_SECS, NOW_SECS + 60),
            ),
        ),
        (
            "ended",
            signed(
                "RS256",
                &claims("ANA", &fingerprint, NOW_SECS - 3000, NOW_SECS - 61),
            ),
        ),
        (
            "future",
            signed(
                "RS256",
                &claims("ANA", &fingerprint, NOW_SECS + 61, NOW_SECS + 99),
            ),
        ),
        (
            "long",
            signed(
                "RS256",
                &claims("ANA", &fingerprint, NOW_SECS, NOW_SECS + 86_400),
            ),
        ),
        ("no end", signed("RS256", r#"{"iss":"A.B","sub":"A"}"#)),
        ("text", "a.b.c".to_owned()),
    ];
    for (what, token) in refused {
        let name = if what == "user" { "bo" } else { "ana" };
        let result = door.log_in(name, Proof::KeyPair(&token), None);
        assert_eq!(
            result.err().map(|refusal| refusal.code()),
            Some("390144"),
            "{what}"
        );
    }
    assert_eq!(
        code(door.log_in("other", Proof::KeyPair(&valid), None)),
        "390144"
    );
}

#[test]
fn keys_are_read_or_refused_in_words() {
    let key = PublicKey::read(PUBLIC).unwrap();
    assert_eq!(PublicKey::read(&key.text()).unwrap(), key);
    for (text, words) in [
        (PRIVATE, "it is a private key"),
        (
            include_str!("../../tests/keys/short.pub"),
            "it has 1024 bits",
        ),
        ("!", "it is no public key"),
        ("MIIB", "it is no RSA key"),
        ("", "it is no RSA key"),
    ] {
        let error = PublicKey::read(text).unwrap_err();
        assert!(error.starts_with(words), "{error}");
    }
}

/// A token with that body, signed with the test's key.
fn signed(algorithm: &str, body: &str) -> String {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(body)
    );
    let base64: String = PRIVATE
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).unwrap()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
