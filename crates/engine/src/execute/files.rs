//! PUT, GET and REMOVE on this machine's own files. In: their plans. Out: a row for each file, as Snowflake's clients
//! show them.
//!
//! The client of a server moves the bytes itself, see [`crate::session`]; here the engine's process is the client.

use crate::error::{EngineError, EngineErrorKind, Result};
use crate::load::detect_compression;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use crate::stage::{StagedPlace, pattern};
use flate2::read::GzEncoder;
use snowmelt_sql::DataType;
use snowmelt_sql::object::{Compression, StagePath};
use snowmelt_sql::plan::{GetPlan, PutPlan};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::NamedTempFile;

const PUT_COLUMNS: &[ListingColumn] = &[
    ("source", DataType::TEXT),
    ("target", DataType::TEXT),
    ("source_size", DataType::INTEGER),
    ("target_size", DataType::INTEGER),
    ("source_compression", DataType::TEXT),
    ("target_compression", DataType::TEXT),
    ("status", DataType::TEXT),
    ("message", DataType::TEXT),
];
const GET_COLUMNS: &[ListingColumn] = &[
    ("file", DataType::TEXT),
    ("size", DataType::INTEGER),
    ("status", DataType::TEXT),
    ("message", DataType::TEXT),
];
const REMOVE_COLUMNS: &[ListingColumn] = &[("name", DataType::TEXT), ("result", DataType::TEXT)];

/// PUT: a file that is there already is left alone, unless OVERWRITE says otherwise.
pub(super) fn put(session: &Session, put: &PutPlan) -> Result<Listing> {
    let place = StagedPlace::resolve(session, &put.path)?;
    let folder = folder_of(&put.path);
    let mut listing = Listing::new(PUT_COLUMNS);
    for source in local_files(&put.source)? {
        session.check_interrupt()?;
        let name = source
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let found = match put.source_compression {
            Compression::Auto => {
                detect_compression(&source).map_err(|error| cannot("read", &source, &error))?
            }
            known => known,
        };
        let packs = put.auto_compress && found == Compression::None;
        let (target, target_compression) = match packs {
            true => (format!("{name}.gz"), Compression::Gzip),
            false => (name.clone(), found),
        };
        let path = format!("{folder}{target}");
        let source_size = size_of(&source)?;
        let (status, target_size) = if !put.overwrite && place.bucket.head(&path)?.is_some() {
            ("SKIPPED", 0)
        } else {
            let never = AtomicBool::new(false);
            let object = match packs {
                true => {
                    let packed =
                        gzip(&source).map_err(|error| cannot("compress", &source, &error))?;
                    place.bucket.put_file(&path, packed.path(), &never)?
                }
                false => place.bucket.put_file(&path, &source, &never)?,
            };
            ("UPLOADED", object.size)
        };
        listing.rows.push(vec![
            Cell::from(name),
            Cell::from(target),
            number(source_size),
            number(target_size),
            Cell::from(word(found)),
            Cell::from(word(target_compression)),
            Cell::from(status),
            Cell::from(""),
        ]);
    }
    Ok(listing)
}

/// GET: files keep their names, without the folders of the stage.
pub(super) fn get(session: &Session, get: &GetPlan) -> Result<Listing> {
    let place = StagedPlace::resolve(session, &get.path)?;
    let wanted = get.pattern.as_deref().map(pattern).transpose()?;
    let folder = Path::new(&get.target);
    if !folder.is_dir() {
        return Err(EngineError::new(
            EngineErrorKind::Data,
            "253006",
            "22000",
            format!("File doesn't exist: ['{}']", get.target),
        )
        .with_hint("GET writes into a folder that is there"));
    }
    let mut listing = Listing::new(GET_COLUMNS);
    for file in place.list("")? {
        session.check_interrupt()?;
        let subject = place.pattern_subject(&file);
        if wanted
            .as_ref()
            .is_some_and(|wanted| !wanted.is_match(&subject))
        {
            continue;
        }
        let name = file.relative.rsplit('/').next().unwrap_or(&file.relative);
        let target = folder.join(name);
        let write = || -> io::Result<()> {
            let mut whole = NamedTempFile::new_in(folder)?;
            io::copy(&mut place.bucket.source(&file.object).open()?, &mut whole)?;
            whole.persist(&target)?;
            Ok(())
        };
        write().map_err(|error| cannot("write", &target, &error))?;
        listing.rows.push(vec![
            Cell::from(name),
            number(file.object.size),
            Cell::from("DOWNLOADED"),
            Cell::from(""),
        ]);
    }
    Ok(listing)
}

/// REMOVE.
pub(super) fn remove(
    session: &Session,
    path: &StagePath,
    pattern_text: Option<&str>,
) -> Result<Listing> {
    let place = StagedPlace::resolve(session, path)?;
    let wanted = pattern_text.map(pattern).transpose()?;
    let mut listing = Listing::new(REMOVE_COLUMNS);
    for file in place.list("")? {
        session.check_interrupt()?;
        let subject = place.pattern_subject(&file);
        if wanted
            .as_ref()
            .is_some_and(|wanted| !wanted.is_match(&subject))
        {
            continue;
        }
        place.bucket.delete(&file.object.path)?;
        listing
            .rows
            .push(vec![Cell::from(file.shown), Cell::from("removed")]);
    }
    Ok(listing)
}

/// What stands before the names of files in a stage: empty, or with a slash at its end.
fn folder_of(path: &StagePath) -> String {
    let (StagePath::Named { path, .. } | StagePath::Table { path, .. } | StagePath::User { path }) =
        path;
    match path.trim_matches('/') {
        "" => String::new(),
        folder => format!("{folder}/"),
    }
}

/// The files that a path with `*` and `?` in its last part names, in the order of their names.
fn local_files(source: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(source);
    let missing = || {
        EngineError::new(
            EngineErrorKind::Data,
            "253006",
            "22000",
            format!("File doesn't exist: ['{source}']"),
        )
    };
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(missing)?;
    if !name.contains(['*', '?']) {
        return match path.is_file() {
            true => Ok(vec![path.to_owned()]),
            false => Err(missing()),
        };
    }
    let wanted = pattern(&regex::escape(name).replace("\\*", ".*").replace("\\?", "."))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|_| missing())?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| {
            let name = file.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| wanted.is_match(name)) && file.is_file()
        })
        .collect();
    files.sort();
    match files.is_empty() {
        true => Err(missing()),
        false => Ok(files),
    }
}

fn gzip(source: &Path) -> io::Result<NamedTempFile> {
    let mut packed = NamedTempFile::new()?;
    let plain = io::BufReader::new(File::open(source)?);
    io::copy(
        &mut GzEncoder::new(plain, flate2::Compression::default()),
        &mut packed,
    )?;
    Ok(packed)
}

fn size_of(path: &Path) -> Result<u64> {
    fs::metadata(path)
        .map(|metadata| metadata.len())
        .map_err(|error| cannot("read", path, &error))
}

fn cannot(done: &str, path: &Path, error: &io::Error) -> EngineError {
    EngineError::storage(format!("cannot {done} `{}`", path.display()))
        .with_detail(error.to_string())
}

fn number(value: u64) -> Cell {
    Cell::Number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What PUT calls a compression.
fn word(compression: Compression) -> &'static str {
    match compression {
        Compression::Auto | Compression::None => "NONE",
        Compression::Gzip => "GZIP",
        Compression::Bz2 => "BZIP2",
        Compression::Brotli => "BROTLI",
        Compression::Zstd => "ZSTD",
        Compression::Deflate => "DEFLATE",
        Compression::RawDeflate => "RAW_DEFLATE",
        Compression::Snappy => "SNAPPY",
        Compression::Lzo => "LZO",
    }
}
