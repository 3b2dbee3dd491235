//! The e-commerce project that `snowmelt init` writes. In: the project's name. Out: its files, as paths and contents;
//! writing them, and refusing to overwrite, is up to the caller.
//!
//! The files are real ones, in `crates/shop/template/`, and run unchanged on a Snowflake account.

use std::borrow::Cow;

/// One file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Path below the project's folder, with `/` between its parts.
    pub path: &'static str,
    /// The whole text of the file; empty for a file that only keeps its folder in git.
    pub contents: Cow<'static, str>,
}

/// Every file of the project, in the order in which a reader should meet them.
///
/// `project_name` goes into `snowmelt.toml`, whatever characters it has.
pub fn files(project_name: &str) -> Vec<TemplateFile> {
    let mut files: Vec<TemplateFile> = CHECKED_IN
        .iter()
        .chain(RENAMED)
        .map(|&(path, contents)| TemplateFile {
            path,
            contents: Cow::Borrowed(contents),
        })
        .collect();
    for file in &mut files {
        if file.path == CONFIG_PATH {
            file.contents = Cow::Owned(file.contents.replacen(
                NAME_LINE,
                &format!("name = {}\n", toml_string(project_name)),
                1,
            ));
        }
    }
    files
}

const CONFIG_PATH: &str = "snowmelt.toml";

/// The line of the config that carries the project's name.
const NAME_LINE: &str = "name = \"ecommerce\"\n";

macro_rules! template_files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../template/", $path)))),*]
    };
}

const CHECKED_IN: &[(&str, &str)] = template_files![
    "README.md",
    "snowmelt.toml",
    "sql/bronze.sql",
    "sql/snowpipe.sql",
    "sql/silver.sql",
    "sql/gold.sql",
    "checks/amount_in_range.sql",
    "checks/failed_files.sql",
    "checks/fresh_sales.sql",
    "checks/not_null_keys.sql",
    "checks/parsed_is_loaded_plus_rejected.sql",
    "checks/price_in_range.sql",
    "checks/rejected_share.sql",
    "checks/revenue_adds_up.sql",
    "checks/sale_date_in_range.sql",
    "checks/sales_have_customer_and_product.sql",
    "checks/unique_customers.sql",
    "checks/unique_products.sql",
    "checks/unique_sales.sql",
    "checks/unknown_references.sql",
];

/// Files whose own names would mean something to the git repository that this crate lives in.
const RENAMED: &[(&str, &str)] = &[
    (".gitignore", include_str!("../template/gitignore")),
    ("data/.gitkeep", ""),
];

/// `text` as a TOML basic string.
fn toml_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(character)))
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn contents(path: &str) -> String {
        let file = files("shop").into_iter().find(|file| file.path == path);
        file.unwrap_or_else(|| panic!("{path} is not in the template"))
            .contents
            .into_owned()
    }

    /// The statements of a script, each on one line, without comments. Good enough for our own files.
    fn statements(path: &str) -> Vec<String> {
        let text: String = contents(path)
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join(" ");
        text.split(';')
            .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|statement| !statement.is_empty())
            .collect()
    }

    fn starts(path: &str) -> Vec<String> {
        let start = |statement: String| statement.split(" AS ").next().map(str::to_owned);
        statements(path).into_iter().filter_map(start).collect()
    }

    #[test]
    fn the_template_holds_every_file_of_its_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("template");
        let mut on_disk = BTreeSet::from(["data/.gitkeep".to_owned()]);
        for below in ["", "sql", "checks"] {
            for entry in std::fs::read_dir(folder.join(below)).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    let name = entry.file_name().into_string().unwrap();
                    let name = if name == "gitignore" {
                        ".gitignore".to_owned()
                    } else {
                        name
                    };
                    on_disk.insert(if below.is_empty() {
                        name
                    } else {
                        format!("{below}/{name}")
                    });
                }
            }
        }
        let in_template: BTreeSet<String> = files("shop")
            .iter()
            .map(|file| file.path.to_owned())
            .collect();
        assert_eq!(in_template, on_disk);
    }

    #[test]
    fn bronze_declares_the_raw_tables() {
        assert_eq!(
            starts("sql/bronze.sql")
                .iter()
                .map(|s| s.split(" (").next().unwrap())
                .collect::<Vec<_>>(),
            [
                "CREATE OR REPLACE WAREHOUSE ecommerce_wh WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 300 AUTO_RESUME = TRUE",
                "CREATE OR REPLACE DATABASE ecommerce_db",
                "CREATE OR REPLACE SCHEMA ecommerce_db.raw",
                "CREATE OR REPLACE SCHEMA ecommerce_db.silver",
                "CREATE OR REPLACE SCHEMA ecommerce_db.gold",
                "CREATE OR REPLACE TABLE ecommerce_db.raw.customers",
                "CREATE OR REPLACE TABLE ecommerce_db.raw.products",
                "CREATE OR REPLACE TABLE ecommerce_db.raw.sales",
            ]
        );
    }

    #[test]
    fn every_pipe_ingests_by_itself_and_keeps_the_good_records() {
        let pipes: Vec<String> = statements("sql/snowpipe.sql")
            .into_iter()
            .filter(|statement| statement.starts_with("CREATE OR REPLACE PIPE"))
            .collect();
        assert_eq!(pipes.len(), 3);
        for (pipe, table) in pipes.iter().zip(["customers", "products", "sales"]) {
            assert!(pipe.contains(&format!(
                "COPY INTO ecommerce_db.raw.{table} FROM @ecommerce_db.raw.s3_stage/{table}/"
            )));
            assert!(
                pipe.contains("AUTO_INGEST = TRUE")
                    && pipe.contains("MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE")
            );
            assert!(pipe.ends_with("ON_ERROR = CONTINUE"), "{pipe}");
        }
    }

    #[test]
    fn models_are_tables_without_an_order() {
        let models = |path: &str| -> Vec<String> {
            starts(path)
                .into_iter()
                .filter(|start| !start.starts_with("USE "))
                .collect()
        };
        let named = |schema: &str, tables: &[&str]| -> Vec<String> {
            tables
                .iter()
                .map(|table| format!("CREATE OR REPLACE TABLE ecommerce_db.{schema}.{table}"))
                .collect()
        };
        assert_eq!(
            models("sql/silver.sql"),
            named(
                "silver",
                &["customers_clean", "products_clean", "sales_enriched"]
            )
        );
        assert_eq!(
            models("sql/gold.sql"),
            named(
                "gold",
                &[
                    "sales_by_country",
                    "top_products",
                    "client_activity",
                    "daily_revenue",
                    "monthly_category_revenue",
                    "cohort_retention",
                    "rfm_segments",
                    "basket_size_by_weekday",
                ]
            )
        );
        for path in ["sql/silver.sql", "sql/gold.sql"] {
            for statement in statements(path) {
                // Every ORDER BY belongs to a window: inside the parentheses of an OVER.
                let after_last_parenthesis = statement.rsplit(')').next().unwrap();
                assert!(!after_last_parenthesis.contains("ORDER BY"), "{statement}");
            }
        }
    }

    #[test]
    fn every_check_says_how_bad_it_is_and_what_is_wrong() {
        for file in files("shop")
            .iter()
            .filter(|file| file.path.starts_with("checks/"))
        {
            let mut lines = file.contents.lines();
            let severity = lines
                .next()
                .and_then(|line| line.strip_prefix("-- severity: "));
            assert!(matches!(severity, Some("error" | "warn")), "{}", file.path);
            let message = lines
                .next()
                .and_then(|line| line.strip_prefix("-- message: "));
            assert!(
                message.is_some_and(|message| !message.trim().is_empty()),
                "{}",
                file.path
            );
            assert_eq!(statements(file.path).len(), 1, "{}", file.path);
        }
    }

    #[test]
    fn the_config_takes_any_project_name() {
        for name in ["ecommerce", "my shop", "a\"b\\c\n\u{7f}", "Łódź"] {
            let files = files(name);
            let config = files.iter().find(|file| file.path == CONFIG_PATH).unwrap();
            let config: toml::Table = config.contents.parse().unwrap();
            assert_eq!(config["project"]["name"].as_str(), Some(name));
            assert_eq!(
                config["buckets"]["my-ecommerce-bucket"]["path"].as_str(),
                Some("lake")
            );
            for path in config["project"]["sql"].as_array().unwrap() {
                assert!(
                    files.iter().any(|file| Some(file.path) == path.as_str()),
                    "{path:?}"
                );
            }
        }
    }
}
