//! `--select`: which pipes and models a run is about. In: patterns and the graph. Out: the chosen pieces of work.

use crate::error::PipelineError;
use crate::graph::{Direction, Graph};
use crate::project::nearest;
use snowmelt_sql::QualifiedName;

/// Chooses the pieces of work that the patterns name; no pattern chooses all.
///
/// `names` are, for each piece, the names it answers to: a pipe's own and its table's, a model's own. A pattern is
/// `name`, `schema.name` or `database.schema.name`, regardless of case, with `*` for any characters; `+` before it takes
/// in all that it is built from, `+` after it all that is built from it.
pub(crate) fn select(
    patterns: &[String],
    names: &[Vec<QualifiedName>],
    graph: &Graph,
) -> Result<Vec<bool>, PipelineError> {
    if patterns.is_empty() {
        return Ok(vec![true; names.len()]);
    }
    let mut chosen = vec![false; names.len()];
    for pattern in patterns {
        let (before, rest) = match pattern.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, pattern.as_str()),
        };
        let (after, name) = match rest.strip_suffix('+') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let parts: Vec<String> = name.split('.').map(str::to_lowercase).collect();
        if parts.len() > 3 || parts.iter().any(String::is_empty) {
            return Err(PipelineError::user(format!(
                "`{pattern}` does not name a pipe or a model"
            ))
            .with_hint(
                "write NAME, +NAME, NAME+ or +NAME+, where NAME may be schema.name and contain `*`",
            ));
        }
        let mut found = false;
        for (index, answers) in names.iter().enumerate() {
            if !answers.iter().any(|name| matches(&parts, name)) {
                continue;
            }
            found = true;
            chosen[index] = true;
            if before {
                mark(&mut chosen, graph.reach(index, Direction::Before));
            }
            if after {
                mark(&mut chosen, graph.reach(index, Direction::After));
            }
        }
        if !found {
            return Err(unknown(name, parts.len(), names));
        }
    }
    Ok(chosen)
}

fn mark(chosen: &mut [bool], indexes: Vec<usize>) {
    for index in indexes {
        chosen[index] = true;
    }
}

/// Whether the lower-case parts match the last parts of the name.
fn matches(parts: &[String], name: &QualifiedName) -> bool {
    let own = [&name.database, &name.schema, &name.name];
    parts
        .iter()
        .rev()
        .zip(own.iter().rev())
        .all(|(pattern, text)| matches_part(pattern, &text.to_lowercase()))
}

/// `*` stands for any characters.
fn matches_part(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn unknown(pattern: &str, parts: usize, names: &[Vec<QualifiedName>]) -> PipelineError {
    let error = PipelineError::user(format!("`{pattern}` matches no pipe and no model"));
    let known: Vec<String> = names
        .iter()
        .flatten()
        .map(|name| match parts {
            1 => name.name.to_lowercase(),
            2 => format!("{}.{}", name.schema, name.name).to_lowercase(),
            _ => name.to_string().to_lowercase(),
        })
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match nearest(pattern, &known) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint("`snowmelt run --dry-run` lists the pipes and models"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Work;

    /// pipe → raw.sales → silver.sales_clean → gold.by_day, and silver.customers beside.
    fn chosen(patterns: &[&str]) -> Result<String, String> {
        let name = |schema: &str, name: &str| QualifiedName::new("SHOP", schema, name);
        let nodes = [
            (
                vec![],
                vec![name("RAW", "SALES")],
                vec![name("RAW", "SALES_PIPE"), name("RAW", "SALES")],
            ),
            (
                vec![name("RAW", "SALES")],
                vec![name("SILVER", "SALES_CLEAN")],
                vec![name("SILVER", "SALES_CLEAN")],
            ),
            (
                vec![name("SILVER", "SALES_CLEAN")],
                vec![name("GOLD", "BY_DAY")],
                vec![name("GOLD", "BY_DAY")],
            ),
            (
                vec![],
                vec![name("SILVER", "CUSTOMERS")],
                vec![name("SILVER", "CUSTOMERS")],
            ),
        ];
        let work: Vec<_> = nodes
            .iter()
            .map(|(reads, writes, _)| Work {
                reads: reads.clone(),
                writes: writes.clone(),
            })
            .collect();
        let names: Vec<_> = nodes.into_iter().map(|(_, _, names)| names).collect();
        let patterns: Vec<String> = patterns.iter().map(|text| (*text).to_owned()).collect();
        select(&patterns, &names, &Graph::new(&work).unwrap())
            .map(|chosen| {
                chosen
                    .iter()
                    .map(|chosen| if *chosen { 'x' } else { '.' })
                    .collect()
            })
            .map_err(|error| format!("{error}; {}", error.hint.clone().unwrap_or_default()))
    }

    #[test]
    fn names_choose_with_what_they_are_built_from_and_what_is_built_from_them() {
        assert_eq!(chosen(&[]).unwrap(), "xxxx");
        assert_eq!(chosen(&["sales_clean"]).unwrap(), ".x..");
        assert_eq!(chosen(&["+sales_clean"]).unwrap(), "xx..");
        assert_eq!(chosen(&["Sales_Clean+"]).unwrap(), ".xx.");
        assert_eq!(chosen(&["+silver.sales_clean+"]).unwrap(), "xxx.");
        assert_eq!(chosen(&["raw.sales"]).unwrap(), "x...");
        assert_eq!(chosen(&["sales_pipe", "shop.gold.*"]).unwrap(), "x.x.");
        assert_eq!(chosen(&["silver.*"]).unwrap(), ".x.x");
        assert_eq!(chosen(&["*a*_c*n"]).unwrap(), ".x..");
    }

    #[test]
    fn what_matches_nothing_is_refused() {
        assert_eq!(
            chosen(&["silver.sale_clean+"]).unwrap_err(),
            "`silver.sale_clean` matches no pipe and no model; did you mean `silver.sales_clean`?"
        );
        assert!(
            chosen(&["a..b"])
                .unwrap_err()
                .starts_with("`a..b` does not name")
        );
        assert!(chosen(&["+"]).unwrap_err().starts_with("`+` does not name"));
    }
}
