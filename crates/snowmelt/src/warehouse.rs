//! Opens the embedded warehouse. In: a project, a file, or neither. Out: an engine, and its errors in this crate's form.

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::system::{RandomIds, SystemClock};
use snowmelt_engine::bucket::BucketLocation;
use snowmelt_engine::{Engine, EngineError, EngineErrorKind, EngineOptions};
use snowmelt_pipeline::Project;
use snowmelt_pipeline::account::AccountTarget;
use snowmelt_pipeline::project::BucketPlace;
use snowmelt_server::local::LocalServer;
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The warehouse of a project. `command` is what other processes are told that use it.
pub(crate) fn open_project(project: &Project, command: &str) -> Result<Engine, Failure> {
    let config = &project.config.warehouse;
    let mut options = base_options(command);
    options.path = Some(project.warehouse_path());
    options.stages_dir = state_folder(project).join("stages");
    options.buckets = buckets(project);
    options.memory_limit_bytes = config.memory_limit_bytes;
    options.threads = config
        .threads
        .and_then(|threads| usize::try_from(threads).ok());
    Ok(Engine::open(options)?)
}

/// A project's warehouse, wherever it is open.
pub(crate) enum Opened {
    /// In this process.
    Here(Engine),
    /// In a server of the project that runs on this machine.
    Served(AccountTarget),
}

/// Opens a project's warehouse; if a server of the project has it, finds that.
pub(crate) fn open_or_find_server(project: &Project, command: &str) -> Result<Opened, Failure> {
    let find = || LocalServer::find(&state_folder(project));
    if let Some(server) = find() {
        return served(&server);
    }
    match open_project(project, command) {
        Ok(engine) => Ok(Opened::Here(engine)),
        // The server may just have started.
        Err(failure) => match find() {
            Some(server) => served(&server),
            None => Err(failure),
        },
    }
}

fn served(server: &LocalServer) -> Result<Opened, Failure> {
    AccountTarget::own_server(server.address, server.token())
        .map(Opened::Served)
        .map_err(|error| Failure::other(error.message))
}

/// The warehouse of `--warehouse`, else of the project, else one in memory.
pub(crate) fn open_for_sql(
    context: &Context<'_>,
    file: Option<PathBuf>,
) -> Result<Opened, Failure> {
    let command = "snowmelt sql";
    if let Some(file) = file {
        let mut options = base_options(command);
        options.stages_dir = beside(&file, ".stages");
        options.path = Some(file);
        return Ok(Opened::Here(Engine::open(options)?));
    }
    if let Some(dir) = context.find_project_dir()? {
        return open_or_find_server(&context.load_project(&dir)?, command);
    }
    context
        .printer
        .say("no project here: the warehouse is in memory and gone at the end");
    Ok(Opened::Here(Engine::open(base_options(command))?))
}

/// Where a project keeps what is no source: internal stages, the address of the server that runs.
pub(crate) fn state_folder(project: &Project) -> PathBuf {
    project.root.join(".snowmelt")
}

/// Where each bucket of the project really is.
pub(crate) fn buckets(project: &Project) -> BTreeMap<String, BucketLocation> {
    let location = |place: &BucketPlace| match place {
        BucketPlace::Folder(folder) => BucketLocation::Folder(project.root.join(folder)),
        BucketPlace::S3 { endpoint, region } => BucketLocation::S3 {
            endpoint: endpoint.clone(),
            region: region.clone(),
            bucket: None,
        },
    };
    project
        .config
        .buckets
        .iter()
        .map(|(name, bucket)| (name.clone(), location(&bucket.place)))
        .collect()
}

/// The queues that receive the event notifications of the project's buckets.
pub(crate) fn queues(project: &Project) -> BTreeMap<String, String> {
    let buckets = project.config.buckets.iter();
    buckets
        .filter_map(|(name, bucket)| Some((name.clone(), bucket.queue.clone()?)))
        .collect()
}

fn base_options(command: &str) -> EngineOptions {
    let stages_dir = env::temp_dir().join(format!("snowmelt-{}", std::process::id()));
    EngineOptions {
        owner: command.to_owned(),
        ..EngineOptions::in_memory(
            stages_dir,
            Arc::new(SystemClock),
            Arc::new(RandomIds::default()),
        )
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let (exit, shows_source) = match error.kind {
            EngineErrorKind::Syntax
            | EngineErrorKind::Compilation
            | EngineErrorKind::Unsupported
            | EngineErrorKind::Data => (Exit::User, false),
            EngineErrorKind::Cancelled | EngineErrorKind::Conflict => (Exit::Other, false),
            EngineErrorKind::Resources
            | EngineErrorKind::Warehouse
            | EngineErrorKind::Storage
            | EngineErrorKind::Internal => (Exit::Other, true),
        };
        let mut failure = Failure::new(exit, error.message);
        failure.code = Some(error.code.to_owned());
        failure.hint = error.hint;
        match error.source {
            // The words below are DuckDB's about SQL that the user did not write: of use only where snowmelt has none.
            Some(source) if shows_source && error.detail.is_none() => {
                failure = failure.caused_by(source.as_ref());
            }
            _ => failure.detail = error.detail,
        }
        failure
    }
}
