//! The one place that writes. In: data for stdout, talk for stderr. Out: both, coloured only where a terminal shows it.
//!
//! Data goes to stdout and nothing else does, so that it can be piped; what is said about the work goes to stderr, and
//! above any progress bar that is being drawn there.

use crate::failure::Failure;
use crate::visible::visible_lines;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressDrawTarget};
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Errors and warnings only.
    Quiet,
    /// What was done.
    Normal,
    /// Also each statement as it is sent.
    Verbose,
}

/// Writes to stdout and stderr. Cloning is cheap; clones share the progress bars.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    level: Level,
    data_palette: Palette,
    talk_palette: Palette,
    data_terminal: bool,
    progress: MultiProgress,
}

impl Printer {
    /// A printer for this process's stdout and stderr.
    pub(crate) fn new(color: Color, level: Level) -> Self {
        let colored = |choice: ColorChoice| match color {
            Color::Auto => !matches!(choice, ColorChoice::Never),
            Color::Always => true,
            Color::Never => false,
        };
        let draws_progress = level >= Level::Normal && io::stderr().is_terminal();
        Self {
            level,
            data_palette: Palette {
                colored: colored(AutoStream::choice(&io::stdout())),
            },
            talk_palette: Palette {
                colored: colored(AutoStream::choice(&io::stderr())),
            },
            data_terminal: io::stdout().is_terminal(),
            progress: MultiProgress::with_draw_target(if draws_progress {
                ProgressDrawTarget::stderr()
            } else {
                ProgressDrawTarget::hidden()
            }),
        }
    }

    /// A printer for the panic hook, which runs where the program's own printer is out of reach.
    pub(crate) fn for_panics() -> Self {
        Self::new(Color::Auto, Level::Quiet)
    }

    /// Where data goes. Flush it: an error that shows only then would be lost when it is dropped.
    pub(crate) fn data(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::with_capacity(64 * 1024, io::stdout().lock())
    }

    /// One line of data.
    pub(crate) fn data_line(&self, line: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{line}")
    }

    /// Whether a person reads the data as it comes.
    pub(crate) fn data_is_on_terminal(&self) -> bool {
        self.data_terminal
    }

    /// Styles for data.
    pub(crate) fn data_palette(&self) -> Palette {
        self.data_palette
    }

    /// Styles for talk.
    pub(crate) fn palette(&self) -> Palette {
        self.talk_palette
    }

    /// One line about what was done or comes next.
    pub(crate) fn say(&self, line: impl Display) {
        if self.level >= Level::Normal {
            self.talk(&line.to_string());
        }
    }

    /// One line that only `--verbose` shows.
    pub(crate) fn detail(&self, line: impl Display) {
        if self.level >= Level::Verbose {
            self.talk(&self.talk_palette.dim(&visible_lines(&line.to_string())));
        }
    }

    /// Whether [`Printer::detail`] shows anything.
    pub(crate) fn is_verbose(&self) -> bool {
        self.level >= Level::Verbose
    }

    /// Something that is not as it should be but stops nothing.
    pub(crate) fn warn(&self, line: impl Display) {
        self.talk(&format!("{} {line}", self.talk_palette.warning("warning:")));
    }

    /// An error, with all that is known about it.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.talk(failure.render(self.talk_palette).trim_end());
    }

    /// Something worth knowing that is neither wrong nor in the way, at its place.
    pub(crate) fn note(&self, note: &Failure) {
        if self.level >= Level::Normal {
            let palette = self.talk_palette;
            self.talk(note.render_as(&palette.frame("note:"), palette).trim_end());
        }
    }

    /// A finding in the data, which `--quiet` does not keep back.
    pub(crate) fn finding(&self, text: impl Display) {
        self.talk(text.to_string().trim_end());
    }

    /// Whether progress bars are drawn: on a terminal, unless `--quiet`.
    pub(crate) fn draws_progress(&self) -> bool {
        !self.progress.is_hidden()
    }

    /// Where progress bars are drawn; a hidden place if they are not.
    pub(crate) fn progress(&self) -> &MultiProgress {
        &self.progress
    }

    fn talk(&self, text: &str) {
        // If stderr is gone there is nobody left to tell.
        self.progress
            .suspend(|| _ = writeln!(io::stderr().lock(), "{text}"));
    }
}

/// Names for what text means; the colours are chosen here only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    colored: bool,
}

impl Palette {
    /// No colours.
    #[cfg(test)]
    pub(crate) const PLAIN: Palette = Palette { colored: false };

    /// The word before an error.
    pub(crate) fn error(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    /// The word before a warning.
    pub(crate) fn warning(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// What went well.
    pub(crate) fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// Frames, line numbers and words before a hint.
    pub(crate) fn frame(self, text: &str) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }

    /// Headings.
    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// What matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.colored {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
