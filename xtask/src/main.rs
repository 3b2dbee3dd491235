//! The project's own commands. In: `cargo xtask <command> [arguments]`. Out: the command's work, told on stderr, and its
//! exit code.

// A developer's tool: it talks straight to the terminal and reads its environment; the rules are for the product.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

mod bench;
mod compat;
mod demo;
mod dist;
mod duckdb_library;
mod licenses;
mod test;
mod tidy;
mod workspace;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use workspace::Workspace;

/// What every command returns; the text of the error is all that a person gets.
type Result<T = ExitCode> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A command: the word after `cargo xtask`, its help line, and the function that does it.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[String]) -> Result,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        about: "build snowmelt and run the whole pipeline on generated data; arguments go to `snowmelt demo`",
        run: demo::run,
    },
    Command {
        name: "test",
        about: "build, run every test and the tidy checks",
        run: test::run,
    },
    Command {
        name: "bench",
        about: "run a benchmark of `bench/`: cargo xtask bench <name> [arguments]",
        run: bench::run,
    },
    Command {
        name: "library",
        about: "fetch DuckDB's library, check it, and link `vendor/duckdb` to it",
        run: duckdb_library::run,
    },
    Command {
        name: "compat",
        about: "run the probes of conformance/compat.txt and write COMPAT.md",
        run: compat::run,
    },
    Command {
        name: "tidy",
        about: "check what no compiler checks: paths and commands in the docs, file sizes, dependency walls",
        run: tidy::run,
    },
    Command {
        name: "dist",
        about: "make dist/snowmelt-<version>-<target>.tar.gz; --static: one file, DuckDB inside; --profile NAME",
        run: dist::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("error: unknown command `{name}`\n\n{}", help());
        return ExitCode::from(2);
    };
    match Workspace::find().and_then(|workspace| (command.run)(&workspace, rest)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("usage: cargo xtask <command>\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<9}{}\n", command.name, command.about));
    }
    text
}

/// Refuses arguments, for the commands that take none.
fn refuse_arguments(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(argument) => Err(format!("unexpected argument `{argument}`").into()),
        None => Ok(()),
    }
}
