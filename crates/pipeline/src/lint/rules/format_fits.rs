//! SM101: a file format that cannot fit the files, by what the path, FILES and PATTERN say of their names.

use super::super::finding::{FindingSeverity, Rule};
use super::super::input::Load;
use super::super::{Finding, Input};
use snowmelt_sql::object::FileFormat;

const RULE: Rule = Rule {
    code: "SM101",
    name: "format-does-not-fit-files",
    severity: FindingSeverity::Error,
};

/// Extensions, and the TYPE that reads such files.
const EXTENSIONS: &[(&str, &str)] = &[
    ("csv", "CSV"),
    ("tsv", "CSV"),
    ("json", "JSON"),
    ("jsonl", "JSON"),
    ("ndjson", "JSON"),
    ("parquet", "PARQUET"),
    ("avro", "AVRO"),
    ("orc", "ORC"),
    ("xml", "XML"),
];

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for load in &input.loads {
        let Some(format) = load.format(input.reading) else {
            continue;
        };
        let declared = match format {
            FileFormat::Csv(_) => "CSV",
            FileFormat::Json(_) => "JSON",
            FileFormat::Parquet(_) => "PARQUET",
            FileFormat::Avro(_) => "AVRO",
        };
        let misfit = names(load).into_iter().find_map(|name| {
            let extensions = extensions(&name);
            // A pattern that takes in several kinds is the author's business.
            let (extension, wanted) = *extensions.first()?;
            let fits = extensions.iter().any(|(_, wanted)| *wanted == declared);
            (!fits).then_some((name, extension, wanted))
        });
        if let Some((name, extension, wanted)) = misfit {
            findings.push(RULE.found(
                load.place.clone(),
                format!("{} reads `{name}` as {declared}", load.title()),
                format!("each record of a .{extension} file is an error: rows are rejected, or the file is not loaded"),
                format!("write FILE_FORMAT = (TYPE = {wanted}), or correct the path"),
            ));
        }
    }
}

/// What is said of the files' names.
fn names(load: &Load<'_>) -> Vec<String> {
    let mut names = load.copy.files.clone();
    names.extend(load.copy.pattern.clone());
    names.push(load.path().to_owned());
    names
}

/// The known extensions in a name or pattern: what follows a dot, up to what is no letter.
fn extensions(name: &str) -> Vec<(&'static str, &'static str)> {
    let lower = name.to_lowercase();
    lower
        .split('.')
        .skip(1)
        .filter_map(|after| {
            // In a pattern the dot may be written `\.` or `[.]`, and alternatives in parentheses.
            let after = after.trim_start_matches([']', '(', ')', '*', '+', '?']);
            let end = after
                .find(|character: char| !character.is_ascii_alphanumeric())
                .unwrap_or(after.len());
            EXTENSIONS
                .iter()
                .find(|(extension, _)| *extension == &after[..end])
                .copied()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::extensions;

    #[test]
    fn extensions_are_found_in_names_and_patterns() {
        let found = |name| {
            extensions(name)
                .into_iter()
                .map(|(extension, _)| extension)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("raw/sales.json"), ["json"]);
        assert_eq!(found("2026.11/sales.csv.gz"), ["csv"]);
        assert_eq!(found(".*[.]ndjson"), ["ndjson"]);
        assert_eq!(found(r".*sales.*\.(csv|txt)"), ["csv"]);
        assert_eq!(found(".*"), [""; 0]);
        assert_eq!(found("sales.json/"), ["json"]);
    }
}
