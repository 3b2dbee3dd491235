//! What the fake target answers to queries and SHOW.

use super::{State, key, qualified, rows};
use snowmelt_pipeline::Rows;
use snowmelt_sql::DdlNames;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath, StageLocation};

impl State {
    /// Answers the queries that a run asks.
    pub(super) fn answer(&mut self, sql: &str) -> Option<Rows> {
        if sql.contains("AS TODAY") {
            let (now, today) = (self.now().to_string(), self.today.clone());
            return Some(rows(
                &["NOW_MICROS", "TODAY"],
                vec![vec![Some(now), Some(today)]],
            ));
        }
        if sql.contains("AS NOW_MICROS") {
            let now = self.now().to_string();
            return Some(rows(&["NOW_MICROS"], vec![vec![Some(now)]]));
        }
        if let Some(noun) = sql.strip_prefix("SHOW ") {
            return Some(self.show(noun));
        }
        if let Some(name) = sql.strip_prefix("DESCRIBE STAGE ") {
            let Some(Object::Stage(_)) = self
                .objects
                .get(&key(ObjectKind::Stage, ObjectPath::Full(qualified(name))))
            else {
                return None;
            };
            return Some(rows(
                &[
                    "parent_property",
                    "property",
                    "property_type",
                    "property_value",
                    "property_default",
                ],
                Vec::new(),
            ));
        }
        if sql.starts_with("SELECT GET_DDL") {
            let mut row = Vec::new();
            for call in sql["SELECT ".len()..].split("GET_DDL(").skip(1) {
                let text: Vec<&str> = call.split('\'').collect();
                let (noun, name) = (text[1], text[3]);
                let found = self.objects.values().find(|object| {
                    let kind = object.kind().to_string().replace(' ', "_");
                    kind == noun && object.path().to_string() == name
                })?;
                row.push(Some(found.ddl(DdlNames::Full)));
            }
            let columns: Vec<String> = (0..row.len()).map(|index| format!("D{index}")).collect();
            return Some(Rows {
                columns,
                rows: vec![row],
                query_id: String::new(),
            });
        }
        if sql.contains("AS ALTERED_MICROS") {
            let database = sql.split(" FROM ").nth(1)?.split('.').next()?;
            let all = sql.contains("<> 'INFORMATION_SCHEMA'");
            let found = self.objects.values().filter_map(|object| {
                let (name, kind) = match object {
                    Object::Table(table) => (&table.name, "BASE TABLE"),
                    Object::View(view) => (&view.name, "VIEW"),
                    _ => return None,
                };
                let asked = format!(
                    "(TABLE_SCHEMA = '{}' AND TABLE_NAME = '{}')",
                    name.schema, name.name
                );
                (name.database == database && (all || sql.contains(&asked))).then(|| {
                    let content = self.tables.get(name);
                    vec![
                        Some(name.schema.clone()),
                        Some(name.name.clone()),
                        Some(kind.to_owned()),
                        content.map(|content| content.rows.to_string()),
                        content.map(|content| content.altered.to_string()),
                    ]
                })
            });
            let columns = [
                "TABLE_SCHEMA",
                "TABLE_NAME",
                "TABLE_TYPE",
                "ROW_COUNT",
                "ALTERED_MICROS",
            ];
            return Some(rows(&columns, found.collect()));
        }
        if sql.contains("SYSTEM$PIPE_STATUS") {
            let status = r#"{"executionState":"RUNNING","pendingFileCount":0}"#;
            let columns: Vec<String> = sql
                .matches("SYSTEM$PIPE_STATUS")
                .map(|_| "STATUS".to_owned())
                .collect();
            let row = vec![Some(status.to_owned()); columns.len()];
            return Some(Rows {
                columns,
                rows: vec![row],
                query_id: String::new(),
            });
        }
        if sql.contains("COPY_HISTORY(") {
            let since = sql
                .split("TO_TIMESTAMP_LTZ(")
                .nth(1)
                .and_then(|rest| rest.split(',').next()?.parse().ok());
            let since: i64 = since.unwrap_or(0);
            let pipe = |name: &String| {
                let name = qualified(name);
                !sql.contains("PIPE_NAME =")
                    || sql.contains(&format!("PIPE_NAME = '{}'", name.name))
            };
            let of_table = |name: &String| match self
                .objects
                .get(&key(ObjectKind::Pipe, ObjectPath::Full(qualified(name))))
            {
                Some(Object::Pipe(pipe)) => {
                    sql.contains(&format!("TABLE_NAME => '{}'", pipe.copy.table))
                }
                _ => false,
            };
            let files: Vec<&(String, u64, u64)> = self
                .history
                .iter()
                .filter(|(name, _)| pipe(name) && of_table(name))
                .flat_map(|(_, files)| files)
                .filter(|(at, _)| *at >= since)
                .map(|(_, file)| file)
                .collect();
            let text = |number: u64| Some(number.to_string());
            if sql.contains("AS LOADED_MICROS") {
                let last = files
                    .last()
                    .map(|file| vec![Some(file.0.clone()), Some("7".to_owned())]);
                return Some(rows(
                    &["FILE_NAME", "LOADED_MICROS"],
                    last.into_iter().collect(),
                ));
            }
            if sql.contains("FIRST_ERROR_MESSAGE") {
                let bad = files.iter().find(|file| file.2 > 0);
                let row = bad.map(|file| {
                    vec![
                        Some(file.0.clone()),
                        Some("Numeric value 'x' is not recognized".to_owned()),
                        Some("3".to_owned()),
                    ]
                });
                let columns = [
                    "FILE_NAME",
                    "FIRST_ERROR_MESSAGE",
                    "FIRST_ERROR_LINE_NUMBER",
                ];
                return Some(rows(&columns, row.into_iter().collect()));
            }
            if !sql.contains("GROUP BY STATUS") {
                return Some(rows(&["FILES"], vec![vec![text(files.len() as u64)]]));
            }
            let columns = ["STATUS", "FILES", "LOADED", "PARSED", "ERRORS"];
            if files.is_empty() {
                return Some(rows(&columns, Vec::new()));
            }
            let (loaded, errors) = files
                .iter()
                .fold((0, 0), |sums, file| (sums.0 + file.1, sums.1 + file.2));
            let row = vec![
                Some("Loaded".to_owned()),
                text(files.len() as u64),
                text(loaded),
                text(loaded + errors),
                text(errors),
            ];
            return Some(rows(&columns, vec![row]));
        }
        if sql.contains("SNOWMELT_BAD_ROWS") {
            let bad = self
                .bad_rows
                .iter()
                .find(|(word, _)| sql.contains(word))
                .map_or(0, |(_, bad)| *bad);
            let shown = (0..bad.min(5))
                .map(|row| vec![Some(row.to_string()), Some(bad.to_string())])
                .collect();
            return Some(rows(&["ID", "SNOWMELT_BAD_ROWS"], shown));
        }
        if sql.starts_with("SELECT") && sql.contains(".SNOWMELT.") {
            let table = sql.split(" FROM ").nth(1)?.split_whitespace().next()?;
            let columns: Vec<&str> = sql["SELECT ".len()..]
                .split(" FROM ")
                .next()?
                .split(',')
                .map(str::trim)
                .collect();
            let mut found = self
                .records
                .get(&qualified(table))
                .cloned()
                .unwrap_or_default();
            if table.ends_with(".RUNS") {
                found.reverse();
                found.truncate(1);
                // STARTED_AT_MICROS, SECONDS, OUTCOME follow the project's name.
                found.iter_mut().for_each(|row| {
                    row.remove(0);
                });
            }
            return Some(rows(&columns, found));
        }
        None
    }

    pub(super) fn show(&self, noun: &str) -> Rows {
        let wanted = |object: &Object| match object {
            Object::Database(_) => noun == "DATABASES",
            Object::Schema(schema) => noun == format!("SCHEMAS IN DATABASE {}", schema.database),
            Object::Warehouse(_) => noun == "WAREHOUSES",
            Object::Integration(_) => noun == "INTEGRATIONS",
            Object::Stage(_) => noun.starts_with("STAGES"),
            Object::FileFormat(_) => noun.starts_with("FILE FORMATS"),
            Object::Pipe(_) => noun.starts_with("PIPES"),
            Object::Sequence(_) => noun.starts_with("SEQUENCES"),
            Object::Table(_) | Object::View(_) | Object::Function(_) => false,
        };
        let columns = [
            "name",
            "schema_name",
            "comment",
            "url",
            "storage_integration",
            "options",
        ];
        let shown = self
            .objects
            .values()
            .filter(|object| wanted(object))
            .map(|object| {
                let (name, schema) = match object.path() {
                    ObjectPath::Account(name) | ObjectPath::Schema(_, name) => (name, None),
                    ObjectPath::Full(name) => (name.name, Some(name.schema)),
                };
                let (comment, url, integration) = match object {
                    Object::Stage(stage) => (
                        stage.comment.clone(),
                        match &stage.location {
                            StageLocation::Internal => None,
                            StageLocation::External { url } => Some(url.clone()),
                        },
                        stage.integration.clone(),
                    ),
                    Object::Schema(schema) => (schema.comment.clone(), None, None),
                    Object::Database(database) => (database.comment.clone(), None, None),
                    _ => (None, None, None),
                };
                vec![Some(name), schema, comment, url, integration, None]
            });
        rows(&columns, shown.collect())
    }
}
