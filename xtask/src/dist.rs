//! `cargo xtask dist`: a tarball that runs wherever it is unpacked. Out: `dist/snowmelt-<version>-<target>.tar.gz` with
//! the binary, DuckDB's library beside it, the README and the licences. With `--static` DuckDB is in the binary.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, process};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::duckdb_library::{self, Library};
use crate::workspace::{Workspace, binary, must_succeed};
use crate::{Result, licenses};

/// Shipped as they are.
const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

struct Options {
    is_static: bool,
    profile: String,
}

/// Builds, packs, and runs what it packed from a folder of its own.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let options = parse(arguments)?;
    let library = if options.is_static {
        Library::Bundled
    } else {
        duckdb_library::required(workspace)?
    };
    if options.is_static {
        eprintln!(
            "compiling DuckDB from source: about 90 CPU-minutes the first time\n\
             note: a DuckDB built so has no ICU inside; it fetches that part from DuckDB's own server when it first needs it"
        );
    }
    let features = library.features();
    let mut build = workspace.cargo();
    must_succeed(
        build
            .args([
                "build",
                "--package",
                "snowmelt",
                "--profile",
                &options.profile,
            ])
            .args(features),
    )?;

    let target = host_target()?;
    let metadata = workspace.metadata(&["--no-deps"])?;
    let version = version_of_snowmelt(&metadata)?;
    let suffix = if options.is_static { "-static" } else { "" };
    let name = format!("snowmelt-{version}-{target}{suffix}");

    let mut files = vec![(binary(&metadata, &options.profile)?, "snowmelt".to_owned())];
    if let Library::Linked(folder) = &library {
        let file_name = duckdb_library::FILE_NAME;
        files.push((folder.join(file_name), file_name.to_owned()));
    }
    for document in DOCUMENTS {
        files.push((workspace.path(document), (*document).to_owned()));
    }
    let notices = licenses::text(workspace, &target, features)?;

    fs::create_dir_all(workspace.path("dist"))?;
    let tarball = workspace.path("dist").join(format!("{name}.tar.gz"));
    let partial = tarball.with_extension(format!("partial-{}", process::id()));
    let packed = pack(&partial, &name, &files, &notices).and_then(|()| try_out(&partial, &name));
    if packed.is_err() {
        // The error that counts is the packing's.
        let _ = fs::remove_file(&partial);
    }
    let answer = packed?;
    fs::rename(&partial, &tarball)?;
    eprintln!("unpacked elsewhere it runs: {answer}");
    println!("{}", tarball.display());
    Ok(ExitCode::SUCCESS)
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        is_static: false,
        profile: "dist".to_owned(),
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--static" => options.is_static = true,
            "--profile" => {
                options.profile = arguments.next().ok_or("`--profile` needs a name")?.clone()
            }
            _ => return Err(format!("unexpected argument `{argument}`").into()),
        }
    }
    Ok(options)
}

fn host_target() -> Result<String> {
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("-vV")
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("`rustc -vV` names no host")?.to_owned())
}

fn version_of_snowmelt(metadata: &serde_json::Value) -> Result<String> {
    let packages = metadata["packages"]
        .as_array()
        .ok_or("`cargo metadata` lists no packages")?;
    let package = packages
        .iter()
        .find(|package| package["name"] == "snowmelt");
    Ok(package
        .and_then(|package| package["version"].as_str())
        .ok_or("no package `snowmelt`")?
        .to_owned())
}

fn pack(tarball: &Path, name: &str, files: &[(PathBuf, String)], notices: &str) -> Result<()> {
    let mut archive =
        tar::Builder::new(GzEncoder::new(File::create(tarball)?, Compression::best()));
    // Same input, same bytes.
    archive.mode(tar::HeaderMode::Deterministic);
    for (path, file_name) in files {
        archive
            .append_path_with_name(path, format!("{name}/{file_name}"))
            .map_err(|error| format!("cannot pack `{}`: {error}", path.display()))?;
    }
    let mut header = tar::Header::new_gnu();
    header.set_size(notices.len() as u64);
    header.set_mode(0o644);
    archive.append_data(
        &mut header,
        format!("{name}/THIRD-PARTY-LICENSES.txt"),
        notices.as_bytes(),
    )?;
    archive.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

/// Unpacks the tarball into a fresh folder and asks the binary for its version there, with nothing in the environment
/// that could find the library for it.
fn try_out(tarball: &Path, name: &str) -> Result<String> {
    let folder = env::temp_dir().join(format!("{name}-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let answer = tar::Archive::new(GzDecoder::new(File::open(tarball)?))
        .unpack(&folder)
        .and_then(|()| {
            Command::new(folder.join(name).join("snowmelt"))
                .arg("--version")
                .env_clear()
                .output()
        });
    fs::remove_dir_all(&folder)?;
    let output = answer?;
    if !output.status.success() {
        return Err(format!(
            "the packed binary does not run: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
