//! `snowmelt serve`. In: the project and its warehouse. Out: files in tables soon after they land, and answers to
//! Snowflake's drivers, until SIGTERM or Ctrl-C.

use crate::context::Context;
use crate::failure::Failure;
use crate::human::count;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::warehouse;
use clap::builder::RangedU64ValueParser;
use snowmelt_engine::ingest::{Ingest, IngestEvent, IngestOptions};
use snowmelt_server::access::Secret;
use snowmelt_server::local::LocalServer;
use snowmelt_server::{
    BindRefusal, CertificateFiles, LogFormat, LogLevel, ServeError, Server, ServerOptions,
    start_log,
};
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How often the end is looked for.
const TICK: Duration = Duration::from_millis(20);
/// How long the loads under way may take to commit at the end, before they are broken off.
const GRACE: Duration = Duration::from_secs(10);

/// Where the address of a project's server is written while it runs, under the project's folder.
const ADDRESS_FILE: &str = ".snowmelt/server";
/// Where the rows of large results are kept.
const RESULTS_DIR: &str = ".snowmelt/results";
/// Where the log and the audit log are.
const LOG_DIR: &str = "log";

/// Answers Snowflake's drivers and keeps the pipes going, until it is stopped
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Clients of Snowflake connect by host and port; any user and password will do while the warehouse has no users. Any other
address than this machine's own needs users (`snowmelt user`) and a certificate, or --plain-text.
While it runs, the other commands of the project go through it. Its address is in `.snowmelt/server`, its log and
who did what in `log/`.
Looks after the pipes with AUTO_INGEST = TRUE that are in the warehouse; `snowmelt run` makes those of the project.
Local folders are watched, a bucket's SQS queue (`queue` in snowmelt.toml) is read; each pipe's
place is also listed now and then, so that no file is missed.
SIGTERM and Ctrl-C end it: a load under way is committed, or leaves no trace.

Examples:
  snowmelt serve
  snowmelt serve --port 0                any free port
  snowmelt serve --host 0.0.0.0 --certificate cert.pem --key key.pem
  snowmelt serve --quiet                 warnings alone
  snowmelt serve --reconcile-every 300   list each place every five minutes")]
pub(crate) struct Serve {
    /// The address that clients connect to
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port that clients connect to; 0 is any free one
    #[arg(long, value_name = "PORT", default_value_t = 8090)]
    port: u16,
    /// The certificate chain in PEM form, to speak TLS; it is read again when it changes
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key in PEM form
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Let others in without TLS: passwords and data can be read on the way
    #[arg(long, conflicts_with = "certificate")]
    plain_text: bool,
    /// How much goes into the log
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: Level,
    /// In which form the log is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: Format,
    /// How often each pipe's place is listed, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400))]
    reconcile_every: u64,
}

/// How much goes into the log.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Level {
    /// What failed
    Error,
    /// And what is not as it should be
    Warn,
    /// And each request and statement
    Info,
    /// And what helps to mend snowmelt
    Debug,
}

/// In which form the log is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Lines to read
    Text,
    /// A JSON object a line
    Json,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => LogLevel::Error,
            Level::Warn => LogLevel::Warn,
            Level::Info => LogLevel::Info,
            Level::Debug => LogLevel::Debug,
        }
    }
}

impl From<Format> for LogFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => LogFormat::Text,
            Format::Json => LogFormat::Json,
        }
    }
}

impl Serve {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let project = context.load_project(&context.project_dir()?)?;
        let engine = warehouse::open_project(&project, "snowmelt serve")?;
        let log_dir = project.root.join(LOG_DIR);
        let log = start_log(&log_dir, self.log_level.into(), self.log_format.into())
            .map_err(|source| Failure::file("write a log in", &log_dir, source))?;
        let interrupt = Interrupt::listen(context.printer)?;
        let mut options = ServerOptions::new(project.root.join(RESULTS_DIR));
        options.address = SocketAddr::new(self.host, self.port);
        options.certificate = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Some(CertificateFiles { certificate, key }),
            _ => None,
        };
        options.plain_text = self.plain_text;
        options.audit_dir = Some(log_dir);
        let token =
            Secret::random().map_err(|_| Failure::other("the system has no random numbers"))?;
        options.owner_token = Some(token.clone());
        let scheme = if options.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let server = Server::start(&engine, options).map_err(cannot_serve)?;
        let folder = warehouse::state_folder(&project);
        let local = LocalServer::announce(&folder, server.local_address(), &token)
            .map_err(|source| Failure::file("write", &folder, source))?;
        let printer = context.printer.clone();
        let mut options = IngestOptions::new(Arc::new(move |event| tell(&printer, &event)));
        options.reconcile_every = Duration::from_secs(self.reconcile_every);
        options.queues = warehouse::queues(&project);
        let ingest = Ingest::start(&engine, options)?;
        let address = AddressFile::write(project.root.join(ADDRESS_FILE), server.address())?;
        context.printer.say(format_args!(
            "serving on {scheme}://{}; SIGTERM or Ctrl-C ends it",
            server.address()
        ));
        while !interrupt.is_requested() {
            thread::sleep(TICK);
        }
        drop((address, local));
        server.stop(GRACE);
        ingest.stop(GRACE);
        drop(log);
        context.printer.say("stopped");
        Ok(())
    }
}

fn cannot_serve(error: ServeError) -> Failure {
    let failure = Failure::other(error.to_string()).caused_by(&error);
    match error {
        ServeError::Listen { .. } => failure.with_hint("`--port 0` takes any free port"),
        ServeError::Address(BindRefusal::NoUsers(_)) => Failure::user(error.to_string())
            .with_hint("`snowmelt user add NAME` makes one; or leave `--host` out"),
        ServeError::Address(BindRefusal::PlainText(_)) => Failure::user(error.to_string())
            .with_hint(
                "name a certificate with `--certificate` and `--key`; `--plain-text` does without",
            ),
        ServeError::Certificate(_) => Failure::user(error.to_string()),
        ServeError::Results { .. } | ServeError::Threads(_) | ServeError::Warehouse(_) => failure,
    }
}

/// The file that says where a project's server is; gone when the server is.
struct AddressFile(PathBuf);

impl AddressFile {
    fn write(path: PathBuf, address: SocketAddr) -> Result<Self, Failure> {
        let write = |path: &Path| {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, format!("{address}\n"))
        };
        write(&path).map_err(|source| Failure::file("write", &path, source))?;
        Ok(Self(path))
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        // What is left of a server that was killed names an address where nobody answers.
        let _ = fs::remove_file(&self.0);
    }
}

/// Says what auto-ingest does, a line an event.
fn tell(printer: &Printer, event: &IngestEvent<'_>) {
    match event {
        IngestEvent::Started { pipe, channel } => {
            printer.say(format_args!("{pipe} takes files from {channel}"));
        }
        IngestEvent::Ended { pipe } => printer.say(format_args!("{pipe} takes files no more")),
        IngestEvent::Read {
            pipe,
            file,
            rows_loaded,
            rows_rejected,
            is_failed,
            error,
        } => {
            let error = error.map(|error| format!("; {error}")).unwrap_or_default();
            if *is_failed {
                printer.warn(format_args!("{pipe} did not load {file}{error}"));
            } else {
                let rejected = match rows_rejected {
                    0 => String::new(),
                    some => format!(", {} rejected{error}", count(*some)),
                };
                printer.say(format_args!(
                    "{pipe} loaded {file}: {} rows{rejected}",
                    count(*rows_loaded)
                ));
            }
        }
        IngestEvent::Changed { pipe, file } => printer.warn(format_args!(
            "{pipe}: {file} was loaded before and has other content now; it is not loaded again"
        )),
        IngestEvent::Trouble {
            place,
            message,
            detail,
            hint,
        } => {
            let detail = detail
                .map(|detail| format!(": {detail}"))
                .unwrap_or_default();
            let hint = hint
                .map(|hint| format!("\n  hint: {hint}"))
                .unwrap_or_default();
            printer.warn(format_args!(
                "{place}: {message}{detail}; it is tried again{hint}"
            ));
        }
        IngestEvent::Recovered { place } => printer.say(format_args!("{place} works again")),
    }
}
