//! Links DuckDB's prebuilt library.
//!
//! In: the folder that holds it: `DUCKDB_LIB_DIR` if set, else `vendor/duckdb` (put there by `cargo xtask library`).
//! Out: a search path for the linker, and a link to the library beside every binary that cargo builds, where the
//! rpath `$ORIGIN` (`.cargo/config.toml`) finds it.
//!
//! `libduckdb-sys` could take the folder from `DUCKDB_LIB_DIR` itself, but it is compiled again whenever that variable
//! changes, and with it everything above; from here the path of a clone stays out of every dependency, so that clones
//! share one target directory.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script everything by its environment"
)]

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// The folder in which `cargo xtask library` makes the link `duckdb`, from this crate's folder.
const VENDOR: &str = "../../vendor";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    if env::var_os("CARGO_FEATURE_BUNDLED").is_some() {
        return Ok(());
    }
    let file_name = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos") => "libduckdb.dylib",
        _ => "libduckdb.so",
    };
    let folder = match env::var_os("DUCKDB_LIB_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => {
            // All of `vendor`, because cargo then looks at the link itself too: another library may be an older file.
            println!("cargo::rerun-if-changed={VENDOR}");
            Path::new(VENDOR).join("duckdb")
        }
    };
    let named = folder.join(file_name);
    println!("cargo::rerun-if-changed={}", named.display());
    let Ok(library) = fs::canonicalize(&named) else {
        println!(
            "cargo::error=DuckDB's library is not at `{}`: run `cargo xtask library` once, which fetches it",
            named.display()
        );
        return Ok(());
    };

    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // A path inside the target directory also gets into the library path of `cargo run` and `cargo test`.
    println!("cargo::rustc-link-search=native={}", out_dir.display());
    place(&library, &out_dir.join(file_name))?;
    for folder in binary_folders(&out_dir) {
        place(&library, &folder.join(file_name))?;
    }
    Ok(())
}

/// The folders in which cargo puts executables: `<profile>/` and `<profile>/deps/`, from `<profile>/build/<crate>/out`.
/// None where cargo lays its target directory out otherwise; there `cargo run` and `cargo test` still find the library.
fn binary_folders(out_dir: &Path) -> Vec<PathBuf> {
    let Some(profile) = out_dir.ancestors().nth(3) else {
        return Vec::new();
    };
    let deps = profile.join("deps");
    if deps.is_dir() {
        vec![profile.to_owned(), deps]
    } else {
        Vec::new()
    }
}

/// Makes `link` point to `library`, in one step, so that a build beside this one never sees it missing.
fn place(library: &Path, link: &Path) -> io::Result<()> {
    if fs::read_link(link).is_ok_and(|target| target == library) {
        return Ok(());
    }
    let fresh = link.with_extension(format!("{}.new", process::id()));
    std::os::unix::fs::symlink(library, &fresh)?;
    fs::rename(&fresh, link)
}
