//! A project's folder: `snowmelt.toml` and the files it names. In: a folder. Out: everything a run reads, read once.

mod config;
mod read;
mod toml_table;

pub(crate) use toml_table::nearest;

pub use config::{Bucket, BucketPlace, Config, TargetConfig, Warehouse};

use crate::error::PipelineError;
use crate::place::SourceFile;
use std::path::{Path, PathBuf};

/// The name of a project's configuration file.
pub const CONFIG_FILE: &str = "snowmelt.toml";

/// A project, its files read.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project's folder.
    pub root: PathBuf,
    /// `snowmelt.toml`.
    pub config: Config,
    /// The SQL files in the order of `snowmelt.toml`.
    pub sql: Vec<SourceFile>,
    /// The check files, by name.
    pub checks: Vec<SourceFile>,
}

impl Project {
    /// Reads the project in `root`.
    ///
    /// # Errors
    /// When there is no `snowmelt.toml`, when it has an error (with its place), or when a file it names cannot be read.
    pub fn load(root: &Path) -> Result<Self, PipelineError> {
        let path = root.join(CONFIG_FILE);
        if !path.is_file() {
            let error = PipelineError::user(format!(
                "there is no `{CONFIG_FILE}` in `{}`",
                root.display()
            ));
            return Err(
                error.with_hint("go to a project's folder, or make one with `snowmelt init`")
            );
        }
        let text = read::text(&path, CONFIG_FILE)?;
        let config_file = SourceFile::new(CONFIG_FILE, text);
        let config = Config::parse(&config_file)?;
        let sql = config
            .sql
            .iter()
            .map(|(file, place)| {
                read::text(&root.join(file), file)
                    .map(|text| SourceFile::new(file.as_str(), text))
                    .map_err(|error| error.at(place.clone()))
            })
            .collect::<Result<_, _>>()?;
        let checks = read::checks(root, &config)?;
        Ok(Self {
            root: root.to_owned(),
            config,
            sql,
            checks,
        })
    }

    /// The nearest folder at or above `start` that has a `snowmelt.toml`.
    pub fn find(start: &Path) -> Option<&Path> {
        start
            .ancestors()
            .find(|folder| folder.join(CONFIG_FILE).is_file())
    }

    /// Where the warehouse file lies.
    pub fn warehouse_path(&self) -> PathBuf {
        self.root.join(&self.config.warehouse.path)
    }
}
