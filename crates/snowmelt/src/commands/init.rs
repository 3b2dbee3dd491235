//! `snowmelt init`. In: a folder. Out: the e-commerce project in it; nothing at all if any of its files is there already.

use crate::context::Context;
use crate::failure::Failure;
use crate::human::counted;
use snowmelt_pipeline::project::CONFIG_FILE;
use snowmelt_shop::template::{self, TemplateFile};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf, absolute};

/// Writes an e-commerce project: snowmelt.toml, SQL, checks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The SQL is plain Snowflake SQL: bronze tables, pipes, silver and gold. The same files run on a
Snowflake account. A file that is there already is never overwritten.

Examples:
  snowmelt init                 here
  snowmelt init shop            in the folder shop, which is made if need be")]
pub(crate) struct Init {
    /// Where
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The project's name [default: the folder's]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Init {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        if context.project.is_some() {
            return Err(Failure::user(
                "`init` takes its folder as an argument, not as `--project`",
            )
            .with_hint("write `snowmelt init DIR`"));
        }
        let files = write_project(&self.dir, self.name)?;
        let printer = context.printer;
        printer.say(format_args!(
            "wrote {} to {}",
            counted(files as u64, "file"),
            self.dir.display()
        ));
        printer.say("");
        printer.say("next:");
        if self.dir != Path::new(".") {
            printer.say(format_args!("  cd {}", self.dir.display()));
        }
        printer.say("  snowmelt generate     # invents customers, products and sales in data/");
        printer.say("  snowmelt upload       # copies them into the bucket");
        printer
            .say("  snowmelt run          # loads them, builds silver and gold, prints a report");
        Ok(())
    }
}

/// Writes the project and gives the number of its files.
pub(super) fn write_project(dir: &Path, name: Option<String>) -> Result<usize, Failure> {
    let name = match name {
        Some(name) => name,
        None => folder_name(dir)?,
    };
    let files = template::files(&name);
    refuse_to_overwrite(dir, &files)?;
    for file in &files {
        let path = dir.join(file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| Failure::file("make the folder", folder, source))?;
        }
        write_new(&path, &file.contents).map_err(|source| Failure::file("write", &path, source))?;
    }
    Ok(files.len())
}

fn folder_name(dir: &Path) -> Result<String, Failure> {
    let absolute = absolute(dir).map_err(|source| Failure::file("find", dir, source))?;
    // `..` has no name of its own until it is resolved.
    let resolved = fs::canonicalize(dir).unwrap_or(absolute);
    Ok(resolved.file_name().map_or_else(
        || "ecommerce".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    ))
}

fn refuse_to_overwrite(dir: &Path, files: &[TemplateFile]) -> Result<(), Failure> {
    let there: Vec<&str> = files
        .iter()
        .map(|file| file.path)
        .filter(|path| dir.join(path).symlink_metadata().is_ok())
        .collect();
    let Some(first) = there.first() else {
        return Ok(());
    };
    if there.contains(&CONFIG_FILE) {
        return Err(
            Failure::user(format!("`{}` is a project already", dir.display()))
                .with_detail(format!("it has `{CONFIG_FILE}`; nothing was written"))
                .with_hint("give another folder: `snowmelt init DIR`"),
        );
    }
    let others = match there.len() - 1 {
        0 => String::new(),
        others => format!(
            " and {} of the project",
            counted(others as u64, "other file")
        ),
    };
    Err(
        Failure::user(format!("`{}` is there already", dir.join(first).display()))
            .with_detail(format!(
                "so `{}` has `{first}`{others}; nothing was written",
                dir.display()
            ))
            .with_hint("give an empty folder: `snowmelt init DIR`"),
    )
}

fn write_new(path: &Path, contents: &str) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?
        .write_all(contents.as_bytes())
}
