//! The per-user cache of libraries: one folder per version and platform, complete or absent. Runs beside each other are
//! safe: each builds a folder of its own and renames it into place.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, process};

use sha2::{Digest, Sha256};

use super::pins::{DUCKDB_VERSION, Platform};
use crate::Result;

/// What an interrupted run left behind is removed after this long.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// Where the library of `platform` is kept, whether or not it is there yet.
pub(crate) fn folder(platform: &Platform) -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(base
        .join("snowmelt/duckdb")
        .join(DUCKDB_VERSION)
        .join(platform.name))
}

/// Whether `folder` has the pinned library.
pub(crate) fn holds(folder: &Path, platform: &Platform) -> bool {
    sha256_of_file(&folder.join(platform.library))
        .is_ok_and(|sha256| sha256 == platform.library_sha256)
}

/// Lets `fill` put the library into a new folder, checks it, and moves the folder to `folder`.
pub(crate) fn install(
    folder: &Path,
    platform: &Platform,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let parent = folder.parent().ok_or("the cache has no parent folder")?;
    fs::create_dir_all(parent)?;
    remove_abandoned(parent);
    let partial = parent.join(format!(".partial-{}-{}", platform.name, process::id()));
    fs::create_dir_all(&partial)?;
    let outcome = fill(&partial)
        .and_then(|()| check(&partial, platform))
        .and_then(|()| replace(folder, &partial, platform));
    if outcome.is_err() {
        // The error that counts is the outcome's.
        let _ = fs::remove_dir_all(&partial);
    }
    outcome
}

/// The SHA-256 of `bytes`, in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn check(partial: &Path, platform: &Platform) -> Result<()> {
    let found = sha256_of_file(&partial.join(platform.library))?;
    if found == platform.library_sha256 {
        return Ok(());
    }
    Err(format!(
        "{} has SHA-256 {found}, not the pinned {}: not used",
        platform.library, platform.library_sha256
    )
    .into())
}

fn replace(folder: &Path, partial: &Path, platform: &Platform) -> Result<()> {
    match fs::rename(partial, folder) {
        Ok(()) => Ok(()),
        // Another run was faster.
        Err(_) if holds(folder, platform) => Ok(fs::remove_dir_all(partial)?),
        // What is there is damaged: out of the way with it, under a name that `remove_abandoned` knows.
        Err(_) if folder.exists() => {
            fs::rename(folder, partial.with_extension("damaged"))?;
            Ok(fs::rename(partial, folder)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_partial = entry.file_name().to_string_lossy().starts_with(".partial-");
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|modified| SystemTime::now().duration_since(modified).ok());
        if is_partial && age.is_some_and(|age| age > ABANDONED_AFTER) {
            // Only tidying up: a folder that stays does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn sha256_of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hasher.finalize())),
            length => hasher.update(&buffer[..length]),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stand-in platform whose library is the text `library`.
    fn platform() -> Platform {
        Platform {
            name: "linux",
            os: "",
            arch: "",
            library: "libduckdb.so",
            library_sha256: "b718f1354f7247312eca086d9a024afe5fa717ddea5adeddd6f12bcf945b2e8c",
            release_archive: "",
            npm_version: "",
            npm_sha256: "",
        }
    }

    fn cache_for(name: &str) -> PathBuf {
        env::temp_dir()
            .join(format!("xtask-cache-{name}-{}", process::id()))
            .join("linux")
    }

    fn fill(text: &'static str) -> impl Fn(&Path) -> Result<()> {
        move |partial| Ok(fs::write(partial.join("libduckdb.so"), text)?)
    }

    #[test]
    fn only_the_pinned_bytes_are_installed() {
        let folder = cache_for("pinned");
        let error = install(&folder, &platform(), fill("something else")).unwrap_err();
        assert!(error.to_string().contains("not the pinned"), "{error}");
        assert!(!folder.exists());
        assert_eq!(
            fs::read_dir(folder.parent().unwrap()).unwrap().count(),
            0,
            "nothing is left behind"
        );

        install(&folder, &platform(), fill("library")).unwrap();
        assert!(holds(&folder, &platform()));
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_damaged_library_is_seen_and_replaced() {
        let folder = cache_for("damaged");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("libduckdb.so"), "librar").unwrap();
        assert!(!holds(&folder, &platform()));
        install(&folder, &platform(), fill("library")).unwrap();
        assert!(holds(&folder, &platform()));
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_slower_run_keeps_what_the_faster_one_installed() {
        let folder = cache_for("race");
        install(&folder, &platform(), |partial| {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("libduckdb.so"), "library")?;
            fill("library")(partial)
        })
        .unwrap();
        assert!(holds(&folder, &platform()));
        assert_eq!(fs::read_dir(folder.parent().unwrap()).unwrap().count(), 1);
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
}
