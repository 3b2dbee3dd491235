//! `snowmelt export`. In: the project's files. Out: the same as a Snowflake DCM project in a folder of its own.

use crate::context::{Context, open_account, say_all};
use crate::failure::Failure;
use crate::human::counted;
use snowmelt_pipeline::Project;
use snowmelt_pipeline::export::{DcmTarget, dcm};
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the project as a Snowflake DCM project
#[derive(Debug, clap::Args)]
#[command(after_help = "\
DCM projects are Snowflake's own way of keeping objects as code: DEFINE statements and a manifest, planned and deployed by
`snow dcm`. Storage integrations are written to before/, models to after/: DCM defines neither. Nothing is overwritten.

Examples:
  snowmelt export dcm
  cd dcm && snow dcm plan --target prod")]
pub(crate) struct Export {
    /// The new folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Export {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let root = context.project_dir()?;
        let project = context.load_project(&root)?;
        let exported = dcm(&project, &targets(&root, &project))
            .map_err(|errors| say_all(printer, &root, errors))?;
        let taken = exported
            .files
            .keys()
            .map(|path| self.folder.join(path))
            .find(|path| path.exists());
        if let Some(path) = taken {
            return Err(
                Failure::user(format!("`{}` is there already", path.display()))
                    .with_hint("name a new folder; nothing was written"),
            );
        }
        for (path, text) in &exported.files {
            write(&self.folder.join(path), text)?;
        }
        for note in &exported.notes {
            let place = note.place.as_ref().map(|place| format!("{place}: "));
            printer.note(&Failure::other(format!(
                "{}{}",
                place.unwrap_or_default(),
                note.message
            )));
        }
        let files = counted(exported.files.len() as u64, "file");
        printer.say(format_args!("wrote {files} to {}", self.folder.display()));
        Ok(())
    }
}

/// The project's accounts, as far as their connections are known on this machine.
fn targets(root: &Path, project: &Project) -> Vec<DcmTarget> {
    let names = project.config.targets.keys();
    names
        .map(|name| {
            let account = open_account(root, project, name).ok();
            let connection = account.as_ref().map(|account| account.connection());
            DcmTarget {
                name: name.clone(),
                account: connection.map(|connection| connection.account.clone()),
                role: connection.and_then(|connection| connection.role.clone()),
            }
        })
        .collect()
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, error))?;
    fs::write(path, text).map_err(|error| Failure::file("write", path, error))
}
