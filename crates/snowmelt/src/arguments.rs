//! The command line. In: words. Out: the options that all commands share, and one command with its own.

use crate::commands::Command;
use crate::printer::{Color, Level};
use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgAction, Parser};
use std::path::PathBuf;

/// Runs a Snowflake pipeline on one machine, from plain Snowflake SQL.
#[derive(Debug, Parser)]
#[command(
    name = "snowmelt",
    version,
    styles = STYLES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    disable_help_flag = true,
    after_help = EXAMPLES,
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: CommonArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes, before or after its name.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Options of all commands")]
pub(crate) struct CommonArguments {
    /// The project's folder [default: the nearest folder from here upwards with a snowmelt.toml]
    #[arg(long, value_name = "DIR", global = true, hide_default_value = true)]
    pub(crate) project: Option<PathBuf>,
    /// When to use colours
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) color: Color,
    /// Show each statement as it is sent
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print this help
    // One form for `-h` and `--help`: the long one spreads each option over several lines.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
    /// Say nothing but warnings and errors
    // Without a letter: `-q` is the query of `snowmelt sql`.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
}

impl CommonArguments {
    /// How much to say.
    pub(crate) fn level(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Quiet,
            (false, true) => Level::Verbose,
            (false, false) => Level::Normal,
        }
    }
}

/// Where a command's SQL is sent.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct TargetArgument {
    /// A Snowflake account, by its [targets.NAME] in snowmelt.toml, instead of the warehouse here
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
}

impl TargetArgument {
    /// The account's name in `snowmelt.toml`, if it is one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.target.as_deref()
    }
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  snowmelt demo                     the whole pipeline on invented data, in ./snowmelt-demo
  snowmelt init shop && cd shop     a project of your own
  snowmelt generate                 files in data/
  snowmelt upload                   data/ into the bucket
  snowmelt run                      bucket to bronze to silver to gold, and a report

Exit codes: 0 good; 1 a check failed; 2 SQL, configuration or arguments are wrong; 3 anything else.";
