//! What is pinned: DuckDB's version and, for each platform, the SHA-256 of its library.

use std::env;

/// DuckDB's version; the crate `duckdb` in the root `Cargo.toml` is of the same one.
pub(crate) const DUCKDB_VERSION: &str = "1.5.6";

/// A platform for which a library is pinned.
#[derive(Debug)]
pub(crate) struct Platform {
    /// As in the cache and in the name of the npm package.
    pub(crate) name: &'static str,
    /// As in `std::env::consts`.
    pub(crate) os: &'static str,
    /// As in `std::env::consts`.
    pub(crate) arch: &'static str,
    /// The library's file name, in the archives too.
    pub(crate) library: &'static str,
    /// SHA-256 of the library itself: whatever the source, these are the bytes that get linked.
    pub(crate) library_sha256: &'static str,
    /// The archive on DuckDB's release page.
    pub(crate) release_archive: &'static str,
    /// The version of the npm package `@duckdb/node-bindings-<name>`.
    pub(crate) npm_version: &'static str,
    /// SHA-256 of that package's archive.
    pub(crate) npm_sha256: &'static str,
}

/// Only what was fetched and hashed by hand. The npm packages of the other platforms had no 1.5.6 when this was written;
/// there `DUCKDB_LIB_DIR` or `--features bundled` is the way.
const PLATFORMS: &[Platform] = &[Platform {
    name: "linux-x64",
    os: "linux",
    arch: "x86_64",
    library: "libduckdb.so",
    library_sha256: "3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633",
    release_archive: "libduckdb-linux-amd64.zip",
    npm_version: "1.5.6-r.1",
    npm_sha256: "1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff",
}];

impl Platform {
    /// The platform that this runs on, if pinned. The libraries are built against glibc.
    pub(crate) fn this() -> Option<&'static Self> {
        if cfg!(target_env = "musl") {
            return None;
        }
        PLATFORMS
            .iter()
            .find(|platform| platform.os == env::consts::OS && platform.arch == env::consts::ARCH)
    }
}
