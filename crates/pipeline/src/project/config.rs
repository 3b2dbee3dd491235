//! `snowmelt.toml`, read strictly: what SQL cannot say. In: its text. Out: [`Config`], or an error with its place.

use super::toml_table::{Table, nearest, place};
use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use std::collections::BTreeMap;
use toml::de::DeTable;

/// The configuration of a project. Paths are as written, relative to the project's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `[project] name`.
    pub name: String,
    /// `[project] sql`: the SQL files in order, each with its place in `snowmelt.toml`.
    pub sql: Vec<(String, Place)>,
    /// `[project] checks`: the folder of checks, and its place if `snowmelt.toml` names it.
    pub checks: (String, Option<Place>),
    /// `[warehouse]`.
    pub warehouse: Warehouse,
    /// `[buckets.NAME]`: where the bucket of `s3://NAME/` really is.
    pub buckets: BTreeMap<String, Bucket>,
    /// `[targets.NAME]`: the accounts that the project can be sent to.
    pub targets: BTreeMap<String, TargetConfig>,
}

/// `[targets.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetConfig {
    /// `connection`: the name of a connection in Snowflake's own `connections.toml` or `config.toml`.
    pub connection: String,
    /// Where it stands in `snowmelt.toml`.
    pub declared: Place,
}

/// `[warehouse]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Warehouse {
    /// `path`: the warehouse file.
    pub path: String,
    /// `memory_limit`, in bytes; nothing given: the engine decides.
    pub memory_limit_bytes: Option<u64>,
    /// `threads`; nothing given: all cores.
    pub threads: Option<u32>,
}

/// `[buckets.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// Where its files are.
    pub place: BucketPlace,
    /// `queue`: the URL of the SQS queue that receives its event notifications.
    pub queue: Option<String>,
    /// Where it stands in `snowmelt.toml`.
    pub declared: Place,
}

/// Where a bucket's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketPlace {
    /// `path`: a folder.
    Folder(String),
    /// AWS, or with `endpoint` an S3-compatible store.
    S3 {
        /// `endpoint`: the store's URL.
        endpoint: Option<String>,
        /// `region`.
        region: Option<String>,
    },
}

impl Config {
    /// Reads the text of `snowmelt.toml`.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place: bad TOML, an unknown key (with the nearest known one), a
    /// value of the wrong type, a key that is missing.
    pub fn parse(file: &SourceFile) -> Result<Self, PipelineError> {
        let document = DeTable::parse(&file.text).map_err(|error| {
            PipelineError::user(format!("wrong TOML: {}", error.message()))
                .at(place(file, error.span().unwrap_or(0..0)))
        })?;
        let root = Table::root(file, document.get_ref());
        root.allow_only(&["project", "warehouse", "buckets", "targets"])?;
        let Some(project) = root.table("project")? else {
            return Err(root.missing("project", "{ name = \"…\", sql = [\"…\"] }"));
        };
        project.allow_only(&["name", "sql", "checks"])?;
        let Some((name, _)) = project.text("name")? else {
            return Err(project.missing("name", "\"my_project\""));
        };
        let Some(sql) = project.texts("sql")? else {
            return Err(project.missing("sql", "[\"sql/bronze.sql\"]"));
        };
        if sql.is_empty() {
            return Err(project.invalid("sql", "`sql` in [project] names no file".to_owned()));
        }
        for (index, (path, place)) in sql.iter().enumerate() {
            if sql[..index].iter().any(|(earlier, _)| earlier == path) {
                return Err(
                    PipelineError::user(format!("`{path}` is listed twice")).at(place.clone())
                );
            }
        }
        let checks = match project.text("checks")? {
            Some((folder, place)) => (folder, Some(place)),
            None => ("checks".to_owned(), None),
        };
        Ok(Self {
            name,
            sql,
            checks,
            warehouse: warehouse(root.table("warehouse")?)?,
            buckets: match root.table("buckets")? {
                Some(buckets) => buckets
                    .keys()
                    .into_iter()
                    .map(|name| Ok((name.clone(), bucket(&buckets, &name)?)))
                    .collect::<Result<_, PipelineError>>()?,
                None => BTreeMap::new(),
            },
            targets: match root.table("targets")? {
                Some(targets) => targets
                    .keys()
                    .into_iter()
                    .map(|name| Ok((name.clone(), target(&targets, &name)?)))
                    .collect::<Result<_, PipelineError>>()?,
                None => BTreeMap::new(),
            },
        })
    }

    /// The target of that name.
    ///
    /// # Errors
    /// When `snowmelt.toml` has none, with the nearest.
    pub fn target(&self, name: &str) -> Result<&TargetConfig, PipelineError> {
        self.targets.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.targets.keys().map(String::as_str).collect();
            let error =
                PipelineError::user(format!("`snowmelt.toml` has no target `{name}`"));
            match (nearest(name, &known), known.is_empty()) {
                (Some(near), _) => error.with_hint(format!("did you mean `{near}`?")),
                (None, false) => {
                    error.with_hint(format!("the targets are: {}", known.join(", ")))
                }
                (None, true) => error.with_hint(format!(
                    "add [targets.{name}] with connection = \"…\", a connection of Snowflake's `connections.toml`"
                )),
            }
        })
    }
}

fn target(targets: &Table<'_>, name: &str) -> Result<TargetConfig, PipelineError> {
    let Some(table) = targets.table(name)? else {
        return Err(targets.missing(name, "{ connection = \"…\" }"));
    };
    table.allow_only(&["connection"])?;
    let Some((connection, _)) = table.text("connection")? else {
        return Err(table.missing("connection", "\"my_account\""));
    };
    Ok(TargetConfig {
        connection,
        declared: table.place().clone(),
    })
}

fn warehouse(table: Option<Table<'_>>) -> Result<Warehouse, PipelineError> {
    let mut warehouse = Warehouse {
        path: "warehouse.duckdb".to_owned(),
        memory_limit_bytes: None,
        threads: None,
    };
    let Some(table) = table else {
        return Ok(warehouse);
    };
    table.allow_only(&["path", "memory_limit", "threads"])?;
    if let Some((path, _)) = table.text("path")? {
        warehouse.path = path;
    }
    if let Some((limit, _)) = table.text("memory_limit")? {
        let bytes = parse_bytes(&limit).ok_or_else(|| {
            table
                .invalid("memory_limit", format!("`{limit}` is not a size"))
                .with_hint("write for example \"2GiB\" or \"1500MB\"")
        })?;
        warehouse.memory_limit_bytes = Some(bytes);
    }
    warehouse.threads = table.positive("threads")?;
    Ok(warehouse)
}

fn bucket(buckets: &Table<'_>, name: &str) -> Result<Bucket, PipelineError> {
    let Some(table) = buckets.table(name)? else {
        return Err(buckets.missing(name, "{ path = \"…\" }"));
    };
    table.allow_only(&["path", "endpoint", "region", "queue"])?;
    let endpoint = table.text("endpoint")?;
    let region = table.text("region")?.map(|(text, _)| text);
    let queue = table.text("queue")?.map(|(text, _)| text);
    if let Some((url, place)) = &endpoint
        && !(url.starts_with("http://") || url.starts_with("https://"))
    {
        return Err(
            PipelineError::user(format!("`{url}` is not an http or https URL")).at(place.clone()),
        );
    }
    let place = match table.text("path")? {
        Some((path, _)) => {
            for key in ["endpoint", "region", "queue"] {
                if let Some(place) = table.key_place(key) {
                    let message = format!(
                        "bucket `{name}` is a folder: `path` and `{key}` exclude each other"
                    );
                    return Err(PipelineError::user(message)
                        .with_hint(format!("take `path` or `{key}` away"))
                        .at(place));
                }
            }
            BucketPlace::Folder(path)
        }
        None => BucketPlace::S3 {
            endpoint: endpoint.map(|(url, _)| url),
            region,
        },
    };
    Ok(Bucket {
        place,
        queue,
        declared: table.place().clone(),
    })
}

/// `2GiB`, `1500 MB`, `1073741824`: a size in bytes.
fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, PipelineError> {
        Config::parse(&SourceFile::new("snowmelt.toml", text))
    }

    fn refused(text: &str) -> String {
        let error = parse(text).unwrap_err();
        let place = error
            .place
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        format!(
            "{place}: {error}; {}",
            error.hint.clone().unwrap_or_default()
        )
    }

    const PROJECT: &str = "[project]\nname = \"p\"\nsql = [\"a.sql\"]\n";

    #[test]
    fn what_is_given_is_kept_and_the_rest_has_defaults() {
        let config = parse(&format!(
            "{PROJECT}[warehouse]\nmemory_limit = \"2 GiB\"\nthreads = 2\n[buckets.b]\npath = \"lake\"\n\
             [buckets.\"c.d\"]\nendpoint = \"http://localhost:9000\"\nqueue = \"https://sqs/q\"\n[buckets.aws]\n"
        ))
        .unwrap();
        assert_eq!(config.checks, ("checks".to_owned(), None));
        assert_eq!(config.warehouse.path, "warehouse.duckdb");
        assert_eq!(config.warehouse.memory_limit_bytes, Some(2 << 30));
        assert_eq!(config.warehouse.threads, Some(2));
        assert_eq!(
            config.buckets["b"].place,
            BucketPlace::Folder("lake".to_owned())
        );
        let BucketPlace::S3 { endpoint, .. } = &config.buckets["c.d"].place else {
            panic!("an S3 bucket")
        };
        assert_eq!(endpoint.as_deref(), Some("http://localhost:9000"));
        assert_eq!(
            config.buckets["aws"].place,
            BucketPlace::S3 {
                endpoint: None,
                region: None
            }
        );
        assert_eq!(config.sql[0].1.to_string(), "snowmelt.toml:3:8");
    }

    #[test]
    fn a_target_is_found_by_name() {
        let config = parse(&format!("{PROJECT}[targets.prod]\nconnection = \"shop\"\n")).unwrap();
        assert_eq!(config.target("prod").unwrap().connection, "shop");
        let error = config.target("prd").unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("did you mean `prod`?"));
    }

    #[test]
    fn mistakes_are_refused_with_their_place_and_the_nearest_key() {
        let refusals = [
            refused("[project]\nname = \"p\"\nsqll = []\n"),
            refused("[project]\nname = \"p\"\nsql = []\n"),
            refused("[project]\nname = \"p\"\nsql = [\"a.sql\", 3]\n"),
            refused("[project]\nname = \"p\"\nsql = [\"a.sql\", \"a.sql\"]\n"),
            refused("[project]\nname = \"\"\nsql = [\"a.sql\"]\n"),
            refused("[project]\nsql = [\"a.sql\"]\n"),
            refused("[projekt]\n"),
            refused("[warehouse]\n"),
            refused(&format!("{PROJECT}[warehouse]\nzzz = 1\n")),
            refused(&format!("{PROJECT}[warehouse]\nthreads = 0\n")),
            refused(&format!("{PROJECT}[warehouse]\nmemory_limit = \"lots\"\n")),
            refused(&format!(
                "{PROJECT}[buckets.b]\npath = \"lake\"\nregion = \"x\"\n"
            )),
            refused(&format!("{PROJECT}[buckets.b]\nendpoint = \"localhost\"\n")),
            refused(&format!("{PROJECT}[targets.prod]\nconection = \"shop\"\n")),
            refused(&format!("{PROJECT}[targets.prod]\n")),
            refused(&format!("{PROJECT}[target.prod]\n")),
            refused("[project\n"),
            refused("name = 'x\n"),
        ];
        insta::assert_snapshot!(refusals.join("\n"));
    }
}
