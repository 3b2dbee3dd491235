//! Where the library comes from. In: a platform and an empty folder. Out: the library in that folder, unchecked but for
//! the archive's own hash where one is pinned; `cache::install` checks the library itself.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::read::GzDecoder;
use zip::ZipArchive;

use super::cache;
use super::pins::{DUCKDB_VERSION, Platform};
use crate::Result;

/// A place to get the library from.
pub(crate) struct Source {
    /// As the user reads it.
    pub(crate) name: &'static str,
    /// Puts the library into the folder.
    pub(crate) fetch: fn(&Platform, &Path) -> Result<()>,
}

/// In the order in which they are asked.
pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "DuckDB's release page",
        fetch: from_release_page,
    },
    Source {
        name: "the npm package with the same library",
        fetch: from_npm,
    },
];

/// No archive is larger.
const MAX_ARCHIVE_BYTES: u64 = 256 << 20;

/// The archive's hash is not pinned, only the library's: the npm package is made from this archive, so that the library
/// in both is the same file.
fn from_release_page(platform: &Platform, folder: &Path) -> Result<()> {
    let url = format!(
        "https://github.com/duckdb/duckdb/releases/download/v{DUCKDB_VERSION}/{}",
        platform.release_archive
    );
    unzip(&download(&url)?, platform.library, folder)
}

/// Over plain `ureq`, because a fresh machine need not have `curl`.
fn download(url: &str) -> Result<Vec<u8>> {
    // A machine that cannot reach the page moves on to the next source at once; a slow line gets its time.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(5)))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_recv_body(Some(Duration::from_secs(900)))
        .build()
        .into();
    let mut response = agent.get(url).call()?;
    Ok(response
        .body_mut()
        .with_config()
        .limit(MAX_ARCHIVE_BYTES)
        .read_to_vec()?)
}

fn unzip(archive: &[u8], library: &str, folder: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let mut packed = archive.by_name(library)?;
    io::copy(&mut packed, &mut File::create(folder.join(library))?)?;
    Ok(())
}

/// Through the user's own `npm`, and so through whatever registry it is set up for.
fn from_npm(platform: &Platform, folder: &Path) -> Result<()> {
    let package = format!(
        "@duckdb/node-bindings-{}@{}",
        platform.name, platform.npm_version
    );
    let output = Command::new("npm")
        .args([
            "pack",
            "--silent",
            "--fetch-retries=1",
            "--fetch-timeout=120000",
            &package,
        ])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `npm`: {error}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        let reason = reason.trim();
        return Err(if reason.is_empty() {
            format!("`npm pack` failed ({})", output.status).into()
        } else {
            format!("`npm pack` failed: {reason}").into()
        });
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let file_name = stdout
        .lines()
        .last()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let path = folder.join(file_name.ok_or("`npm pack` did not say what it wrote")?);
    let archive = fs::read(&path)?;
    fs::remove_file(&path)?;
    let sha256 = cache::sha256(&archive);
    if sha256 != platform.npm_sha256 {
        return Err(format!(
            "{package} has SHA-256 {sha256}, not the pinned {}: not used",
            platform.npm_sha256
        )
        .into());
    }
    untar(&archive, platform.library, folder)
}

fn untar(archive: &[u8], library: &str, folder: &Path) -> Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry
            .path()?
            .file_name()
            .is_some_and(|name| name == library)
        {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            return Ok(fs::write(folder.join(library), bytes)?);
        }
    }
    Err(format!("the archive has no {library}").into())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::path::PathBuf;
    use std::thread;

    use super::*;

    fn folder_for(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("xtask-fetch-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Answers one request with `status` and `body`, and tells the URL to ask.
    fn serve_once(status: &'static str, body: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/libduckdb.zip", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            )
            .unwrap();
            stream.write_all(&body).unwrap();
        });
        url
    }

    #[test]
    fn the_library_is_taken_out_of_a_downloaded_zip() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [("duckdb.h", "header"), ("libduckdb.so", "library")] {
            writer
                .start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        let archive = writer.finish().unwrap().into_inner();
        let folder = folder_for("zip");

        let downloaded = download(&serve_once("200 OK", archive)).unwrap();
        unzip(&downloaded, "libduckdb.so", &folder).unwrap();
        assert_eq!(
            fs::read_to_string(folder.join("libduckdb.so")).unwrap(),
            "library"
        );
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing but the library"
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_page_that_is_not_there_is_an_error() {
        assert!(download(&serve_once("404 Not Found", b"gone".to_vec())).is_err());
    }

    #[test]
    fn the_library_is_taken_out_of_an_npm_archive() {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(
            Vec::new(),
            flate2::Compression::fast(),
        ));
        for (path, text) in [
            ("package/package.json", "{}"),
            ("package/libduckdb.so", "library"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            builder
                .append_data(&mut header, path, text.as_bytes())
                .unwrap();
        }
        let archive = builder.into_inner().unwrap().finish().unwrap();
        let folder = folder_for("tar");

        untar(&archive, "libduckdb.so", &folder).unwrap();
        assert_eq!(
            fs::read_to_string(folder.join("libduckdb.so")).unwrap(),
            "library"
        );
        assert!(
            untar(&archive, "libduckdb.dylib", &folder)
                .unwrap_err()
                .to_string()
                .contains("libduckdb.dylib")
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
