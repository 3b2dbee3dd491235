//! A project and an account: a live `snowmelt serve` is the account, reached through the driver's protocol.

use crate::sandbox::{Sandbox, session};
use crate::serve::Server;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

/// A team's project with data in its bucket, and a server that has the same bucket and nothing in it.
fn team_and_account() -> (Sandbox, Sandbox, Server) {
    let team = Sandbox::with_shop(&["--sales", "2000", "--customers", "200", "--products", "50"]);
    team.succeed(&["upload"]);
    team.succeed(&["run"]);
    let account = Sandbox::new();
    account.write("empty.sql", "-- the team's files make what is here\n");
    account.write(
        "snowmelt.toml",
        &format!(
            "[project]\nname = \"account\"\nsql = [\"empty.sql\"]\n[buckets.my-ecommerce-bucket]\npath = {:?}\n",
            team.path("lake")
        ),
    );
    let mut server = Server::start(&account);
    let line = server.await_line("serving on http://127.0.0.1:");
    let port: String = line
        .split("http://127.0.0.1:")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let connections = ".snowflake/connections.toml";
    team.write(
        connections,
        &format!(
            "[shop]\naccount = \"local\"\nuser = \"me\"\npassword = \"any\"\nrole = \"ACCOUNTADMIN\"\nhost = \"127.0.0.1\"\nport = \"{port}\"\nprotocol = \"http\"\n"
        ),
    );
    fs::set_permissions(team.path(connections), Permissions::from_mode(0o600)).unwrap();
    let toml = team.read("snowmelt.toml");
    team.write(
        "snowmelt.toml",
        &format!("{toml}\n[targets.prod]\nconnection = \"shop\"\n"),
    );
    (team, account, server)
}

#[test]
fn a_project_goes_to_an_account_and_is_equal_there() {
    let (team, account, server) = team_and_account();
    let steps = [
        team.run(&["target", "test", "prod"]),
        team.run(&["plan", "--target", "prod"]),
        team.run(&["deploy", "--target", "prod"]),
        team.run(&["plan", "--target", "prod"]),
        team.run(&["move", "--to", "prod", "--output", "csv"]),
        // Started again it finds nothing to load.
        team.run(&["move", "--to", "prod", "--output", "csv"]),
        team.run(&["deploy", "--target", "prod"]),
        team.run(&["check", "--target", "prod"]),
        team.run(&[
            "sql",
            "--target",
            "prod",
            "--output",
            "csv",
            "-q",
            "SELECT COUNT(*) AS n FROM ecommerce_db.raw.sales",
        ]),
    ];
    account.signal("TERM", server.id());
    assert_eq!(server.end().1, Some(0));
    insta::assert_snapshot!(session(&steps));
}

#[test]
fn what_somebody_changed_on_the_account_is_shown() {
    let (team, account, server) = team_and_account();
    team.succeed(&["deploy", "--target", "prod"]);
    team.succeed(&[
        "sql",
        "--target",
        "prod",
        "-q",
        "ALTER TABLE ecommerce_db.raw.products ADD COLUMN by_hand INT",
    ]);
    let steps = [
        team.run(&["plan", "--target", "prod"]),
        team.run(&["deploy", "--target", "prod"]),
    ];
    account.signal("TERM", server.id());
    assert_eq!(server.end().1, Some(0));
    insta::assert_snapshot!(session(&steps));
}
