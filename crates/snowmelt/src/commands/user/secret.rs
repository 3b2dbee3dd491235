//! A password from a person or a pipe. In: a terminal, on which it is not shown, or the first line of stdin. Out: its hash.

use crate::failure::Failure;
use snowmelt_server::access::hash_password;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Asks for a new password, twice on a terminal.
pub(super) fn ask(name: &str) -> Result<String, Failure> {
    let password = match io::stdin().is_terminal() {
        true => {
            let hidden = Hidden::start()?;
            let password = prompt(&format!("password of {}: ", name.to_uppercase()))?;
            let again = prompt("once more: ")?;
            drop(hidden);
            if password != again {
                return Err(
                    Failure::user("the two passwords differ").with_detail("nothing was changed")
                );
            }
            password
        }
        false => line()?,
    };
    hash_password(&password).map_err(Failure::user)
}

fn prompt(words: &str) -> Result<String, Failure> {
    let mut terminal = io::stderr().lock();
    _ = write!(terminal, "{words}");
    _ = terminal.flush();
    let line = line();
    // The Enter that ended it was not shown either.
    _ = writeln!(terminal);
    line
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::other("cannot read the password").caused_by(&error))?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// What is typed is not shown while this lives.
struct Hidden;

impl Hidden {
    fn start() -> Result<Self, Failure> {
        match stty("-echo") {
            true => Ok(Self),
            false => Err(Failure::other("this terminal cannot hide what is typed")
                .with_hint("pass the password on stdin: `snowmelt user add NAME < FILE`")),
        }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        stty("echo");
    }
}

fn stty(argument: &str) -> bool {
    Command::new("stty")
        .arg(argument)
        .stdin(Stdio::inherit())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
