//! `snowmelt serve`, the real process: files land, it is stopped and killed, and nothing is lost or doubled.

use crate::sandbox::Sandbox;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// A project with one pipe over the folder `lake`.
pub(crate) const TOML: &str =
    "[project]\nname = \"p\"\nsql = [\"a.sql\"]\n[buckets.lake]\npath = \"lake\"\n";
pub(crate) const SQL: &str = "CREATE DATABASE db; CREATE STAGE db.public.st URL = 's3://lake/';
CREATE TABLE db.public.t (a INTEGER, b VARCHAR);
CREATE PIPE db.public.p AUTO_INGEST = TRUE AS COPY INTO db.public.t FROM @db.public.st/in/;\n";

/// A `snowmelt serve` that runs, and what it says.
pub(crate) struct Server {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Server {
    pub(crate) fn start(sandbox: &Sandbox) -> Self {
        let mut child = sandbox
            .command(&["serve", "--port", "0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads on until a line has these words.
    pub(crate) fn await_line(&mut self, words: &str) -> String {
        let mut before = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            if line.contains(words) {
                return line;
            }
            before.push(line);
        }
        panic!("no `{words}` in {before:#?}");
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The rest of what it says, and its exit code.
    pub(crate) fn end(mut self) -> (Vec<String>, Option<i32>) {
        let rest = self.lines.map_while(Result::ok).collect();
        (rest, self.child.wait().unwrap().code())
    }
}

pub(crate) fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("snowmelt.toml", TOML);
    sandbox.write("a.sql", SQL);
    sandbox.write("lake/in/.keep", "");
    sandbox.succeed(&["run"]);
    sandbox
}

pub(crate) fn query(sandbox: &Sandbox, query: &str) -> String {
    let transcript = sandbox.succeed(&["sql", "--output", "csv", "-q", query]);
    transcript
        .stdout
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_lands_is_loaded_until_it_is_stopped() {
    let sandbox = project();
    let mut server = Server::start(&sandbox);
    server.await_line("DB.PUBLIC.P takes files from");
    sandbox.write("lake/in/1.csv", "1,x\n2,y\n");
    server.await_line("DB.PUBLIC.P loaded in/1.csv: 2 rows");
    sandbox.write("lake/in/2.csv", "1,x\nNOPE,y\n");
    let line = server.await_line("in/2.csv");
    assert!(
        line.ends_with("DB.PUBLIC.P did not load in/2.csv; Numeric value 'NOPE' is not recognized"),
        "{line}"
    );
    // One process owns the warehouse: the other commands go through it.
    assert_eq!(query(&sandbox, "SELECT COUNT(*) FROM db.public.t"), "2");
    sandbox.signal("TERM", server.id());
    let (rest, code) = server.end();
    assert_eq!(code, Some(0), "{rest:?}");
    assert_eq!(rest.last().unwrap(), "stopped");
    assert_eq!(
        query(&sandbox, "SELECT COUNT(*), SUM(a) FROM db.public.t"),
        "2,3"
    );
}

/// What each command says about the project, and about mistakes.
fn session_of(sandbox: &Sandbox) -> Vec<String> {
    let types = "SELECT 1 AS n, 1.50 AS d, 'x' AS t, TRUE AS b, NULL AS nothing, '2024-02-03'::DATE AS day,
        '01:02:03'::TIME AS at, '2024-02-03 04:05:06'::TIMESTAMP_NTZ AS ntz, PARSE_JSON('{\"a\":1}') AS j";
    let tz =
        "ALTER SESSION SET DATE_OUTPUT_FORMAT = 'DD.MM.YYYY'; SELECT '2024-02-03'::DATE AS day";
    let commands: [&[&str]; 10] = [
        &["run"],
        &["sql", "--output", "json", "-q", types],
        &["sql", "--output", "table", "-q", types],
        &["sql", "-q", tz],
        &[
            "sql",
            "-q",
            "CREATE TABLE db.public.u (a INT); DROP TABLE db.public.u",
        ],
        &["sql", "-q", "SELECT 1;\nSELECT\n  nope"],
        &["sql", "-q", "SELEC 1"],
        &["sql", "-q", "SHOW PIPES IN ACCOUNT"],
        &["check"],
        &["status", "--output", "csv"],
    ];
    commands
        .iter()
        .map(|command| sandbox.run(command).to_string())
        .collect()
}

#[test]
fn commands_say_the_same_through_a_running_server() {
    let sandbox = project();
    sandbox.write("lake/in/1.csv", "1,x\n2,y\nNOPE,z\n");
    sandbox.succeed(&["run"]);
    let here = session_of(&sandbox);
    let mut server = Server::start(&sandbox);
    server.await_line("serving on");
    assert!(sandbox.path(".snowmelt/server.json").exists());
    let served = session_of(&sandbox);
    for (here, served) in here.iter().zip(&served) {
        assert_eq!(here, served);
    }
    // Users too, and who is removed is out at once.
    let key = sandbox.path("rsa_key.pub");
    std::fs::copy("../server/tests/keys/rsa.pub", key).unwrap();
    sandbox.succeed(&["user", "add", "bo", "--key", "rsa_key.pub"]);
    let listed = sandbox.succeed(&["user", "list"]);
    assert!(listed.stdout.contains("BO"), "{listed}");
    assert_eq!(query(&sandbox, "SELECT CURRENT_USER()"), "SNOWMELT");
    sandbox.succeed(&["user", "remove", "bo"]);
    sandbox.signal("TERM", server.id());
    let (rest, code) = server.end();
    assert_eq!(code, Some(0), "{rest:?}");
    assert!(!sandbox.path(".snowmelt/server.json").exists());
    assert_eq!(session_of(&sandbox), here);
    let files = crate::sandbox::files_below(&sandbox.path("log"));
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn others_are_let_in_only_with_users_and_tls() {
    let sandbox = project();
    let serve = |more: &[&str]| sandbox.run(&[&["serve", "--port", "0"], more].concat());
    let mut transcripts = vec![serve(&["--host", "0.0.0.0"])];
    std::fs::copy("../server/tests/keys/rsa.pub", sandbox.path("rsa_key.pub")).unwrap();
    sandbox.succeed(&["user", "add", "bo", "--key", "rsa_key.pub"]);
    transcripts.push(serve(&["--host", "0.0.0.0"]));
    transcripts.push(serve(&[
        "--certificate",
        "rsa_key.pub",
        "--key",
        "rsa_key.pub",
    ]));
    transcripts.push(serve(&["--certificate", "rsa_key.pub"]));
    insta::assert_snapshot!(crate::sandbox::session(&transcripts));
}
