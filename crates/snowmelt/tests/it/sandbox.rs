//! A temporary folder in which `snowmelt` is run. In: arguments. Out: a transcript to compare, with what changes from run
//! to run (times, folders) replaced by a word.

use regex::Regex;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder of its own for a test; gone at its end.
pub(crate) struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    /// A project in the sandbox's folder with the files of a small shop in `data/`, not yet uploaded.
    pub(crate) fn with_shop(generate: &[&str]) -> Self {
        let sandbox = Self::new();
        sandbox.succeed(&["init"]);
        // It asks how old the newest sale is today; the tests' files are of one fixed day.
        fs::remove_file(sandbox.path("checks/fresh_sales.sql")).unwrap();
        sandbox.generate(generate);
        sandbox
    }

    /// Generates more files into `data/`.
    pub(crate) fn generate(&self, options: &[&str]) {
        self.succeed(&[&["generate", "--end-date", "2026-11-24"], options].concat());
    }

    /// A path in the folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    /// The contents of a file.
    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    /// Writes a file, and the folders that lead to it.
    pub(crate) fn write(&self, below: &str, contents: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// The binary, to be started in the folder, with an environment that does not depend on who runs the tests.
    #[expect(
        clippy::disallowed_methods,
        reason = "a few variables pass to the binary as they are"
    )]
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snowmelt"));
        command
            .args(arguments)
            .current_dir(self.root.path())
            .stdin(Stdio::null());
        command
            .env_clear()
            .env("HOME", self.root.path())
            .env("TZ", "UTC")
            .env("COLUMNS", "100");
        for kept in [
            "PATH",
            "TMPDIR",
            "LD_LIBRARY_PATH",
            "DYLD_FALLBACK_LIBRARY_PATH",
        ] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Transcript {
        let output = self.command(arguments).output().unwrap();
        self.transcript(arguments, &output)
    }

    /// Runs the binary and expects exit code 0.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Transcript {
        let transcript = self.run(arguments);
        assert_eq!(transcript.code, Some(0), "{transcript}");
        transcript
    }

    /// Sends a signal to a process: `INT`, `KILL`.
    pub(crate) fn signal(&self, signal: &str, process: u32) {
        let mut kill = Command::new("sh");
        let sent = kill
            .arg("-c")
            .arg(format!("kill -{signal} {process}"))
            .status()
            .unwrap();
        assert!(sent.success(), "kill -{signal} {process}");
    }

    /// What a finished process left, with the parts that change replaced.
    pub(crate) fn transcript(&self, arguments: &[&str], output: &Output) -> Transcript {
        Transcript {
            command: arguments.join(" "),
            code: output.status.code(),
            stdout: self.constant(&output.stdout),
            stderr: self.constant(&output.stderr),
        }
    }

    fn constant(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        let root = self.root.path();
        let real = fs::canonicalize(root).unwrap();
        let text = text
            .replace(real.to_str().unwrap(), "[DIR]")
            .replace(root.to_str().unwrap(), "[DIR]");
        let text = QUERY_ID.replace_all(&text, "query id [ID]");
        without_seconds(&TIME.replace_all(&text, "[TIME]"))
    }
}

/// The text with the numbers of each column SECONDS taken out.
fn without_seconds(text: &str) -> String {
    const HEAD: &str = "SECONDS";
    let mut column = None;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        if let Some(at) = line.find(HEAD).filter(|_| line.is_ascii()) {
            column = Some(at);
        } else if line.is_empty() {
            column = None;
        }
        let number = column.and_then(|at| line.get(at..at + HEAD.len()).map(|number| (at, number)));
        match number {
            Some((at, number)) if number.trim().parse::<f64>().is_ok() => {
                lines.push(format!(
                    "{}    [S]{}",
                    &line[..at],
                    &line[at + HEAD.len()..]
                ));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// The id of a statement, which is never the same twice.
static QUERY_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"query id [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap());

/// Durations as people read them.
static TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(\d+ h \d+ min|\d+ min \d+ s|\d+(\.\d+)? ?[mµ]?s)\b").unwrap());

/// How a command ended and what it wrote.
pub(crate) struct Transcript {
    command: String,
    /// The exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// The data.
    pub(crate) stdout: String,
    /// The talk.
    pub(crate) stderr: String,
}

impl std::fmt::Display for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "$ snowmelt {}", self.command)?;
        match self.code {
            Some(code) => writeln!(f, "exit code {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "--- {name}\n{text}")?;
                if !text.ends_with('\n') {
                    f.write_str("[no newline]\n")?;
                }
            }
        }
        Ok(())
    }
}

/// Every file below `folder`, sorted, with `/` between the parts of its path.
pub(crate) fn files_below(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type().unwrap().is_dir() {
                true => collect(&entry.path(), &format!("{path}/"), files),
                false => files.push(path),
            }
        }
    }
    let mut files = Vec::new();
    collect(folder, "", &mut files);
    files.sort();
    files
}

/// Several transcripts after one another.
pub(crate) fn session(transcripts: &[Transcript]) -> String {
    let mut text = String::new();
    for transcript in transcripts {
        _ = writeln!(text, "{transcript}");
    }
    text
}
