//! Connections of Snowflake's own files. In: files and variables. Out: where and as whom, or why not; never a secret.

use crate::project::shown_error;
use snowmelt_pipeline::account::{AccountTarget, Connection, Environment, QueryTag};
use snowmelt_pipeline::{Target, TargetErrorKind};
use std::collections::BTreeMap;
use std::path::Path;

const SECRET: &str = "s3cr3t-never-shown";

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".snowflake")).unwrap();
        Self(home)
    }

    /// Writes a file that only its owner can read.
    fn with(self, name: &str, text: &str) -> Self {
        self.with_mode(name, text, 0o600)
    }

    fn with_mode(self, name: &str, text: &str, mode: u32) -> Self {
        let path = self.0.path().join(".snowflake").join(name);
        std::fs::write(&path, text).unwrap();
        set_mode(&path, mode);
        self
    }

    fn find(&self, name: &str, variables: &[(&str, &str)]) -> Result<Connection, String> {
        let environment = Environment {
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            home: Some(self.0.path().to_owned()),
        };
        assert!(!format!("{environment:?}").contains(SECRET));
        Connection::find(name, &environment).map_err(|error| {
            let text = shown_error(&error).replace(&*self.0.path().to_string_lossy(), "HOME");
            assert!(!text.contains(SECRET), "{text}");
            text
        })
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn shown(connection: &Connection) -> String {
    assert!(!format!("{connection:?}").contains(SECRET));
    format!(
        "{} as {} with a {}, role {:?}, warehouse {:?}",
        connection.host(),
        connection.user,
        connection.credential_noun(),
        connection.role,
        connection.warehouse
    )
}

const SHOP: &str = "[shop]\naccount = \"my_org-my_account\"\nuser = \"loader\"\npassword = \"s3cr3t-never-shown\"\nrole = \"LOADER\"\n";

#[test]
fn a_connection_is_found_where_snowflake_s_tools_look() {
    let both = Home::new()
        .with("connections.toml", SHOP)
        .with("config.toml", "[connections.other]\naccount = \"x\"\n");
    insta::assert_snapshot!(shown(&both.find("shop", &[]).unwrap()), @"my-org-my-account.snowflakecomputing.com as loader with a password, role Some(\"LOADER\"), warehouse None");
    insta::assert_snapshot!(both.find("other", &[]).unwrap_err());
    insta::assert_snapshot!(both.find("shpo", &[]).unwrap_err());
    let config = Home::new().with(
        "config.toml",
        &SHOP.replace("[shop]", "[cli]\nx = 1\n[connections.shop]"),
    );
    assert!(config.find("shop", &[]).is_ok());
    let nothing = Home(tempfile::tempdir().unwrap());
    insta::assert_snapshot!(nothing.find("shop", &[]).unwrap_err());
}

#[test]
fn variables_of_the_connection_beat_the_file_and_the_file_beats_general_ones() {
    let home = Home::new().with("connections.toml", SHOP);
    let connection = home
        .find(
            "shop",
            &[
                ("SNOWFLAKE_CONNECTIONS_SHOP_USER", "builder"),
                ("SNOWFLAKE_USER", "nobody"),
                ("SNOWFLAKE_WAREHOUSE", "SMALL"),
            ],
        )
        .unwrap();
    insta::assert_snapshot!(shown(&connection), @"my-org-my-account.snowflakecomputing.com as builder with a password, role Some(\"LOADER\"), warehouse Some(\"SMALL\")");
    let without_file = Home(tempfile::tempdir().unwrap());
    let connection = without_file
        .find(
            "ci",
            &[
                ("SNOWFLAKE_CONNECTIONS_CI_ACCOUNT", "acme"),
                ("SNOWFLAKE_CONNECTIONS_CI_USER", "ci"),
                (
                    "SNOWFLAKE_CONNECTIONS_CI_AUTHENTICATOR",
                    "PROGRAMMATIC_ACCESS_TOKEN",
                ),
                ("SNOWFLAKE_CONNECTIONS_CI_TOKEN", SECRET),
            ],
        )
        .unwrap();
    insta::assert_snapshot!(shown(&connection), @"acme.snowflakecomputing.com as ci with a programmatic access token, role None, warehouse None");
}

#[test]
#[cfg(unix)]
fn files_that_others_can_read_are_refused() {
    let home = Home::new().with_mode("connections.toml", SHOP, 0o644);
    insta::assert_snapshot!(home.find("shop", &[]).unwrap_err());
    let key = "[shop]\naccount = \"a\"\nuser = \"u\"\nauthenticator = \"SNOWFLAKE_JWT\"\nprivate_key_file = \"~/.snowflake/key.p8\"\n";
    let home = Home::new().with("connections.toml", key).with_mode(
        "key.p8",
        "-----BEGIN PRIVATE KEY-----\ns3cr3t-never-shown\n",
        0o640,
    );
    insta::assert_snapshot!(home.find("shop", &[]).unwrap_err());
}

#[test]
fn what_is_missing_or_wrong_is_said_without_a_secret() {
    let connection = |text: &str| {
        Home::new()
            .with("connections.toml", text)
            .find("shop", &[])
            .map(|connection| shown(&connection))
            .unwrap_or_else(|error| error)
    };
    let head = "[shop]\naccount = \"a\"\nuser = \"u\"\n";
    let answers = [
        connection("[shop]\nuser = \"u\"\npassword = \"s3cr3t-never-shown\"\n"),
        connection("[shop]\naccount = \"a\"\n"),
        connection(head),
        connection(&format!("{head}password = s3cr3t-never-shown\n")),
        connection(&format!("{head}authenticator = \"externalbrowser\"\n")),
        connection(&format!("{head}authenticator = \"oauth\"\n")),
        connection(&format!("{head}private_key_file = \"/nowhere/key.p8\"\n")),
        connection(&format!(
            "{head}private_key_raw = \"-----BEGIN ENCRYPTED PRIVATE KEY-----s3cr3t-never-shown\"\n"
        )),
        connection(&format!(
            "{head}private_key_raw = \"-----BEGIN RSA PRIVATE KEY-----s3cr3t-never-shown\"\n"
        )),
        connection(&format!(
            "{head}password = \"s3cr3t-never-shown\"\nhost = \"example.com\"\nprotocol = \"http\"\n"
        )),
        connection(&format!(
            "{head}password = \"s3cr3t-never-shown\"\nhost = \"127.0.0.1\"\nport = 8080\nprotocol = \"http\"\n"
        )),
        connection(&format!(
            "{head}authenticator = \"oauth\"\ntoken = \"s3cr3t-never-shown\"\n"
        )),
    ];
    insta::assert_snapshot!(answers.join("\n"));
}

#[test]
fn an_account_that_is_not_there_is_an_error_that_says_so() {
    // A port that was free a moment ago: nobody answers there.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let text = format!("{SHOP}host = \"127.0.0.1\"\nport = {port}\nprotocol = \"http\"\n");
    let connection = Home::new()
        .with("connections.toml", &text)
        .find("shop", &[])
        .unwrap();
    let target = AccountTarget::new("prod", connection, QueryTag::new("0", "shop")).unwrap();
    let Err(error) = target.session() else {
        panic!("nobody is there")
    };
    assert_eq!(error.kind, TargetErrorKind::Unavailable);
    assert_eq!(error.message, format!("cannot reach `127.0.0.1:{port}`"));
    let detail = error.detail.unwrap();
    assert!(detail.ends_with("nothing was done"), "{detail}");
}
