//! What every command is given: the printer, and where the project is.

use crate::failure::{Excerpt, Exit, Failure};
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::system::{self, SystemClock};
use crate::target::{CommandTarget, EmbeddedTarget, ListeningAccount};
use crate::warehouse::{self, Opened};
use snowmelt_pipeline::account::{AccountTarget, Connection, QueryTag};
use snowmelt_pipeline::project::CONFIG_FILE;
use snowmelt_pipeline::report::Outcome;
use snowmelt_pipeline::{ErrorKind, PipelineError, Place, Project};
use std::env;
use std::path::{Path, PathBuf};

/// Where a project keeps the files that are to go into the bucket.
pub(crate) const DATA_FOLDER: &str = "data";

/// Passed to each command.
pub(crate) struct Context<'a> {
    /// Where to write.
    pub(crate) printer: &'a Printer,
    /// `--project`.
    pub(crate) project: Option<PathBuf>,
}

/// A project whose warehouse is open.
pub(crate) struct OpenProject {
    /// Its files.
    pub(crate) project: Project,
    /// What its SQL is sent to.
    pub(crate) target: CommandTarget,
    /// Ctrl-C.
    pub(crate) interrupt: Interrupt,
    /// The time.
    pub(crate) clock: SystemClock,
}

impl Context<'_> {
    /// Reads the project and opens its warehouse, or with the name of a target the account. `command` is what other
    /// processes are told that find the warehouse in use.
    ///
    /// # Errors
    /// When there is no project, a file of it is wrong, or the warehouse cannot be opened.
    pub(crate) fn open_project(
        &self,
        command: &str,
        target: Option<&str>,
    ) -> Result<OpenProject, Failure> {
        let dir = self.project_dir()?;
        let project = self.load_project(&dir)?;
        let interrupt = Interrupt::listen(self.printer)?;
        let target = match target {
            Some(name) => {
                CommandTarget::Account(self.listening_account(&dir, &project, name, &interrupt)?)
            }
            None => match warehouse::open_or_find_server(&project, command)? {
                Opened::Here(engine) => CommandTarget::Embedded(EmbeddedTarget::new(
                    engine,
                    interrupt.clone(),
                    self.printer.clone(),
                )),
                Opened::Served(server) => CommandTarget::Account(ListeningAccount::new(
                    server,
                    interrupt.clone(),
                    self.printer.clone(),
                )),
            },
        };
        Ok(OpenProject {
            project,
            target,
            interrupt,
            clock: SystemClock,
        })
    }

    /// The account that a target of `snowmelt.toml` names, whose statements Ctrl-C cancels.
    ///
    /// # Errors
    /// When there is no such target, or its connection is not known or not complete.
    pub(crate) fn listening_account(
        &self,
        root: &Path,
        project: &Project,
        name: &str,
        interrupt: &Interrupt,
    ) -> Result<ListeningAccount, Failure> {
        let account = open_account(root, project, name)?;
        Ok(ListeningAccount::new(
            account,
            interrupt.clone(),
            self.printer.clone(),
        ))
    }

    /// Reads the project in that folder.
    ///
    /// # Errors
    /// The first thing that is wrong with one of its files, with its place.
    pub(crate) fn load_project(&self, dir: &Path) -> Result<Project, Failure> {
        Project::load(dir).map_err(|error| in_project(dir, error))
    }

    /// The project's folder: `--project`, else the nearest folder from here upwards that has a `snowmelt.toml`.
    ///
    /// # Errors
    /// When there is none, with how to get one.
    pub(crate) fn project_dir(&self) -> Result<PathBuf, Failure> {
        self.find_project_dir()?.ok_or_else(|| {
            Failure::user(format!(
                "there is no `{CONFIG_FILE}` in this folder or above it"
            ))
            .with_hint("`snowmelt init` writes a project here; `--project DIR` names one elsewhere")
        })
    }

    /// Like [`Context::project_dir`], for commands that can do without one.
    ///
    /// # Errors
    /// When `--project` names a folder that is none.
    pub(crate) fn find_project_dir(&self) -> Result<Option<PathBuf>, Failure> {
        if let Some(project) = &self.project {
            if project.join(CONFIG_FILE).is_file() {
                return Ok(Some(project.clone()));
            }
            let message = format!("`{}` has no `{CONFIG_FILE}`", project.display());
            let hint = format!(
                "`snowmelt init {}` writes a project there",
                project.display()
            );
            return Err(Failure::user(message).with_hint(hint));
        }
        let here =
            env::current_dir().map_err(|source| Failure::file("find", Path::new("."), source))?;
        Ok(Project::find(&here).map(|folder| shortest(folder, &here)))
    }
}

/// The account that a target of `snowmelt.toml` names. Nothing is sent to it yet.
///
/// # Errors
/// When there is no such target, or its connection is not known or not complete.
pub(crate) fn open_account(
    root: &Path,
    project: &Project,
    name: &str,
) -> Result<AccountTarget, Failure> {
    let open = || {
        let target = project.config.target(name)?;
        let connection = Connection::find(&target.connection, &system::environment())
            .map_err(|error| error.at(target.declared.clone()))?;
        let tag = QueryTag::new(env!("CARGO_PKG_VERSION"), &project.config.name);
        AccountTarget::new(name, connection, tag)
    };
    open().map_err(|error| in_project(root, error))
}

/// An error of the pipeline; the paths in it are relative to the project's folder, and are shown from here.
pub(crate) fn in_project(root: &Path, error: PipelineError) -> Failure {
    let exit = match error.kind {
        ErrorKind::User | ErrorKind::Destructive => Exit::User,
        ErrorKind::Environment | ErrorKind::Cancelled => Exit::Other,
    };
    let mut failure = Failure::new(exit, error.message);
    failure.code = error.code;
    let query = error.query_id.map(|id| format!("query id {id}"));
    let details: Vec<String> = error.detail.into_iter().chain(query).collect();
    failure.detail = (!details.is_empty()).then(|| details.join("\n"));
    failure.hint = error.hint;
    failure.excerpt = error.place.as_ref().map(|place| excerpt(root, place));
    failure
}

/// Says each of several errors, and gives the end they lead to.
pub(crate) fn say_all(printer: &Printer, root: &Path, errors: Vec<PipelineError>) -> Failure {
    let outcome = Outcome::of(&errors, &[]);
    for error in errors {
        printer.failure(&in_project(root, error));
    }
    Failure::reported(exit(outcome).unwrap_or(Exit::Other))
}

/// The exit code of an outcome, if it is not a good one.
pub(crate) fn exit(outcome: Outcome) -> Option<Exit> {
    match outcome {
        Outcome::Ok => None,
        Outcome::CheckFailed => Some(Exit::CheckFailed),
        Outcome::UserFault => Some(Exit::User),
        Outcome::Failed | Outcome::Cancelled => Some(Exit::Other),
    }
}

/// The end of a command with that outcome, everything being said already.
pub(crate) fn end_with(outcome: Outcome) -> Result<(), Failure> {
    match exit(outcome) {
        None => Ok(()),
        Some(exit) => Err(Failure::reported(exit)),
    }
}

/// A place in one of the project's files, with its path as seen from here.
pub(crate) fn excerpt(root: &Path, place: &Place) -> Excerpt {
    let label = root.join(&*place.file.path).display().to_string();
    Excerpt {
        label,
        text: place.file.text.clone(),
        span: place.span,
    }
}

/// `folder`, which is `here` or above it, as a person would type it.
fn shortest(folder: &Path, here: &Path) -> PathBuf {
    let steps = here.components().count() - folder.components().count();
    // None at all: then what is in it is shown without a folder before it.
    std::iter::repeat_n("..", steps).collect()
}
