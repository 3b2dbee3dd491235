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
    // One process owns the warehouse.
    let other = sandbox.run(&["sql", "-q", "SELECT 1"]);
    assert!(other.stderr.contains("`snowmelt serve`"), "{other}");
    sandbox.signal("TERM", server.id());
    let (rest, code) = server.end();
    assert_eq!(code, Some(0), "{rest:?}");
    assert_eq!(rest.last().unwrap(), "stopped");
    assert_eq!(
        query(&sandbox, "SELECT COUNT(*), SUM(a) FROM db.public.t"),
        "2,3"
    );
}
