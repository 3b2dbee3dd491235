//! The answer to a PUT or a GET: which files, and the address of each.

use super::{Ticket, Tickets};
use crate::failure::Failure;
use serde_json::{Map, Value, json};
use snowmelt_engine::{Transfer, TransferFile};
use snowmelt_sql::plan::{GetPlan, PutPlan, compression_word};

/// Files up to this many bytes are sent in one piece, whatever the driver.
const THRESHOLD_BYTES: u64 = 1 << 40;

/// Endings of files that AUTO_COMPRESS leaves as they are.
const PACKED: &[&str] = &[
    ".gz",
    ".bz2",
    ".br",
    ".zst",
    ".deflate",
    ".raw_deflate",
    ".parquet",
    ".orc",
    ".lz",
    ".lzo",
    ".snappy",
];
const SIGNED_HEADERS: &str = "host%3Bx-goog-if-generation-match%3Bx-goog-meta-encryptiondata%3Bx-goog-meta-matdesc%3Bx-goog-meta-sfc-digest";

/// What addresses are made of.
pub(crate) struct Addresses<'a> {
    pub(crate) tickets: &'a Tickets,
    /// Where the client reaches this server.
    pub(crate) base_url: &'a str,
    pub(crate) new_secret: &'a dyn Fn() -> Result<String, Failure>,
    pub(crate) now_micros: i64,
    /// The driver tries the address of the statement itself before it asks for one for each file.
    pub(crate) uses_first: bool,
}

impl Addresses<'_> {
    /// A new address; its last part is the file's name.
    fn issue(&self, ticket: Ticket, name: &str) -> Result<String, Failure> {
        let secret = (self.new_secret)()?;
        self.tickets.issue(&secret, ticket, self.now_micros);
        let mut shown = String::new();
        for byte in name.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                    shown.push(char::from(byte));
                }
                _ => shown.push_str(&format!("%{byte:02X}")),
            }
        }
        // Drivers look in the address for the headers that they may send with the file.
        Ok(format!(
            "{}/stage-files/{secret}/{shown}?X-Goog-SignedHeaders={SIGNED_HEADERS}",
            self.base_url
        ))
    }
}

/// The part of the answer that is about files.
pub(crate) fn answer(
    transfer: Transfer,
    addresses: &Addresses<'_>,
) -> Result<Map<String, Value>, Failure> {
    let answer = match transfer {
        Transfer::Upload {
            plan,
            bucket,
            folder,
        } => {
            let name = file_name(&plan.source).to_owned();
            let ticket = Ticket::Upload {
                bucket,
                path: format!("{folder}{name}"),
                is_final: !addresses.uses_first || is_final(&plan),
            };
            let url = addresses.issue(ticket, &name)?;
            upload(&plan, &folder, &url)
        }
        Transfer::Download { plan, files } => download(&plan, &files, addresses)?,
    };
    Ok(match answer {
        Value::Object(answer) => answer,
        _ => Map::new(),
    })
}

/// Whether the source of a PUT is the name that the file will have, and not the user's path or pattern.
fn is_final(plan: &PutPlan) -> bool {
    let will_be_packed = plan.auto_compress
        && !PACKED
            .iter()
            .any(|ending| plan.source.to_ascii_lowercase().ends_with(ending));
    !plan.source.contains(['/', '\\', '*', '?']) && !will_be_packed
}

/// The last part of a local path, of any system.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn stage_info(folder: &str, url: Option<&str>) -> Value {
    json!({
        "locationType": "GCS",
        "location": format!("stage-files/{folder}"),
        "path": folder,
        "region": "LOCAL",
        "storageAccount": null,
        "isClientSideEncrypted": false,
        "creds": {},
        "presignedUrl": url,
        "endPoint": null,
        "useS3RegionalUrl": false,
        "useRegionalUrl": false,
        "useVirtualUrl": false,
    })
}

fn upload(plan: &PutPlan, folder: &str, url: &str) -> Value {
    json!({
        "command": "UPLOAD",
        "operation": "Node",
        "kind": null,
        "src_locations": [plan.source],
        "parallel": plan.parallel,
        "threshold": THRESHOLD_BYTES,
        "autoCompress": plan.auto_compress,
        "overwrite": plan.overwrite,
        "sourceCompression": match compression_word(plan.source_compression) {
            "AUTO" => "auto_detect".to_owned(),
            word => word.to_ascii_lowercase(),
        },
        "clientShowEncryptionParameter": false,
        "encryptionMaterial": null,
        "stageInfo": stage_info(folder, Some(url)),
    })
}

fn download(
    plan: &GetPlan,
    files: &[TransferFile],
    addresses: &Addresses<'_>,
) -> Result<Value, Failure> {
    let urls = files
        .iter()
        .map(|file| {
            let ticket = Ticket::Download {
                path: file.path.clone(),
            };
            addresses.issue(ticket, file_name(&file.relative))
        })
        .collect::<Result<Vec<String>, Failure>>()?;
    let locations: Vec<&str> = files.iter().map(|file| file.relative.as_str()).collect();
    Ok(json!({
        "command": "DOWNLOAD",
        "operation": "Node",
        "kind": null,
        "src_locations": locations,
        "presignedUrls": urls,
        "localLocation": plan.target,
        "parallel": plan.parallel,
        "threshold": THRESHOLD_BYTES,
        "clientShowEncryptionParameter": false,
        "encryptionMaterial": [],
        "stageInfo": stage_info("", None),
    }))
}
