//! DuckDB's prebuilt library. In: the platform, and whichever source answers first. Out: `vendor/duckdb`, a link to a
//! folder with a library whose SHA-256 is the pinned one (`docs/decisions/0001-duckdb-prebuilt-library.md`).

mod cache;
mod fetch;
mod pins;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::workspace::Workspace;
use crate::{Result, refuse_arguments};
use pins::{DUCKDB_VERSION, Platform};

/// What the library is called on this platform.
pub(crate) const FILE_NAME: &str = if cfg!(target_os = "macos") {
    "libduckdb.dylib"
} else {
    "libduckdb.so"
};

/// How the build gets DuckDB.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// `vendor/duckdb` leads to this folder.
    Linked(PathBuf),
    /// No source answered: DuckDB is compiled into the binary.
    Bundled,
}

impl Library {
    /// The cargo arguments that go with it.
    pub(crate) fn features(&self) -> &'static [&'static str] {
        match self {
            Self::Linked(_) => &[],
            Self::Bundled => &["--features", "snowmelt/bundled"],
        }
    }
}

/// `cargo xtask library`: gets the library and prints where it lies.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    refuse_arguments(arguments)?;
    if let Library::Linked(folder) = required(workspace)? {
        println!("{}", folder.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Gets the library; where no source answers, that is an error.
pub(crate) fn required(workspace: &Workspace) -> Result<Library> {
    match link(workspace)? {
        Some(folder) => Ok(Library::Linked(folder)),
        None => Err(format!("no source gave DuckDB's library\n{}", way_out()).into()),
    }
}

/// Gets the library; where no source answers, says what compiling DuckDB costs, and chooses that.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Library> {
    if let Some(folder) = link(workspace)? {
        return Ok(Library::Linked(folder));
    }
    if Command::new("c++").arg("--version").output().is_err() {
        return Err(format!(
            "no source gave DuckDB's library, and there is no C++ compiler (`c++`) to compile DuckDB with\n{}",
            way_out()
        )
        .into());
    }
    eprintln!(
        "Compiling DuckDB {DUCKDB_VERSION} from source instead (`--features bundled`). This takes about 90 CPU-minutes, once.\n\
         A DuckDB built so has no ICU inside: it fetches that part from DuckDB's own server when it first needs it.\n{}",
        way_out()
    );
    Ok(Library::Bundled)
}

/// Links `vendor/duckdb` to the library of the first source that answers; `None` if none does, which has been told.
fn link(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let folder = find()?;
    if let Some(folder) = &folder {
        point(&workspace.path("vendor/duckdb"), folder)?;
    }
    Ok(folder)
}

fn find() -> Result<Option<PathBuf>> {
    if let Some(folder) = env::var_os("DUCKDB_LIB_DIR") {
        // The user's own library, perhaps self-built: taken as it is, and nothing else put in its place.
        let named = Path::new(&folder).join(FILE_NAME);
        let library = fs::canonicalize(&named).map_err(|error| {
            format!("DUCKDB_LIB_DIR is set, but `{}`: {error}", named.display())
        })?;
        return Ok(library.parent().map(Path::to_owned));
    }
    let Some(platform) = Platform::this() else {
        eprintln!(
            "no library of DuckDB {DUCKDB_VERSION} is pinned for {}",
            platform_name()
        );
        return Ok(None);
    };
    let folder = cache::folder(platform)?;
    if cache::holds(&folder, platform) {
        return Ok(Some(folder));
    }
    for source in fetch::SOURCES {
        eprintln!(
            "getting DuckDB {DUCKDB_VERSION} for {} (about 24 MB) from {}",
            platform.name, source.name
        );
        match cache::install(&folder, platform, |partial| {
            (source.fetch)(platform, partial)
        }) {
            Ok(()) => return Ok(Some(folder)),
            Err(error) => eprintln!("  failed: {error}"),
        }
    }
    Ok(None)
}

/// Makes `link` lead to `folder`, in one step, so that a build beside this one never sees it missing.
fn point(link: &Path, folder: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|target| target == folder) {
        return Ok(());
    }
    if link.is_dir() && !link.is_symlink() {
        return Err(format!(
            "`{}` is a folder where a link is to be: move it away",
            link.display()
        )
        .into());
    }
    let parent = link.parent().ok_or("a link needs a folder")?;
    fs::create_dir_all(parent)?;
    let fresh = parent.join(format!(".duckdb-{}", std::process::id()));
    std::os::unix::fs::symlink(folder, &fresh)?;
    Ok(fs::rename(&fresh, link)?)
}

fn way_out() -> String {
    format!(
        "hint: set DUCKDB_LIB_DIR to a folder with the libduckdb of DuckDB {DUCKDB_VERSION} for {}, \
         from DuckDB's release page, and try again",
        platform_name()
    )
}

fn platform_name() -> String {
    format!("{}-{}", env::consts::OS, env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_moved_but_a_folder_is_not() {
        let base = env::temp_dir().join(format!("xtask-point-{}", std::process::id()));
        let link = base.join("vendor/duckdb");
        for target in [Path::new("/first"), Path::new("/second")] {
            point(&link, target).unwrap();
            assert_eq!(fs::read_link(&link).unwrap(), target);
        }
        fs::remove_file(&link).unwrap();
        fs::create_dir(&link).unwrap();
        assert!(
            point(&link, Path::new("/third"))
                .unwrap_err()
                .to_string()
                .contains("is a folder")
        );
        fs::remove_dir_all(&base).unwrap();
    }
}
