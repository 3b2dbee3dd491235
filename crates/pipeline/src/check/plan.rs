//! Check files → queries that are ready to be sent, with what they read as far as it can be told.

use super::Check;
use crate::declare::read::plan_with;
use crate::declare::{Nowhere, ProjectCatalog, reads_clock};
use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use crate::text;
use snowmelt_sql::parse::parse_script;
use snowmelt_sql::plan::Plan;
use snowmelt_sql::statement::Statement;
use snowmelt_sql::{QualifiedName, SessionContext};
use std::collections::BTreeSet;

/// A check that is ready to run.
#[derive(Debug)]
pub(crate) struct PlannedCheck {
    pub(crate) check: Check,
    /// The query.
    pub(crate) query: Place,
    /// The hash of the query and the views it reads.
    pub(crate) definition: String,
    /// The tables it reads, if its result depends on nothing else.
    pub(crate) reads: Option<BTreeSet<QualifiedName>>,
    /// Tables and views it names.
    pub(crate) relations: BTreeSet<QualifiedName>,
}

/// Reads the check files: each must hold one query.
///
/// # Errors
/// Every error in their headers and every file that is not one query.
pub(crate) fn plan_all(
    files: &[SourceFile],
    catalog: &mut ProjectCatalog,
) -> Result<Vec<PlannedCheck>, Vec<PipelineError>> {
    let mut checks = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        match plan_check(file, catalog) {
            Ok(check) => checks.push(check),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(checks)
    } else {
        Err(errors)
    }
}

fn plan_check(
    file: &SourceFile,
    catalog: &mut ProjectCatalog,
) -> Result<PlannedCheck, PipelineError> {
    let check = Check::parse(file)?;
    let statements =
        parse_script(&file.text).map_err(|error| PipelineError::from_sql(error, file))?;
    let [statement] = statements.as_slice() else {
        let place = statements
            .get(1)
            .map_or(check.body.clone(), |second| file.place(second.span));
        let count = statements.len();
        return Err(PipelineError::user(format!(
            "a check is one query, and this file has {count} statements"
        ))
        .with_hint("a check returns the bad rows; make a file of each query")
        .at(place));
    };
    let query = file.place(statement.span);
    if !matches!(statement.statement, Statement::Query(_)) {
        return Err(
            PipelineError::user("a check is a query, and this is another statement")
                .with_hint("write SELECT … that returns the bad rows")
                .at(query),
        );
    }
    let session = SessionContext::default();
    let mut asked = BTreeSet::new();
    // Whether it can be planned is for the target to say: it may know what the files do not declare.
    let (planned, lookups) = plan_with(
        statement,
        &file.text,
        &session,
        catalog,
        &mut Nowhere,
        &mut asked,
    )?;
    let reads: Option<BTreeSet<QualifiedName>> = match planned {
        Ok(Plan::Query(plan)) => Some(plan.reads.into_iter().collect()),
        _ => None,
    };
    let views: BTreeSet<QualifiedName> = lookups
        .relations
        .iter()
        .filter(|name| reads.as_ref().is_none_or(|reads| !reads.contains(name)))
        .cloned()
        .collect();
    let depends_on_more = reads_clock([query.text()], &views, catalog)
        || text::has_word(query.text(), |word| {
            matches!(word, "INFORMATION_SCHEMA" | "SNOWMELT")
        });
    Ok(PlannedCheck {
        definition: crate::declare::query_definition(query.text(), &views, catalog),
        reads: reads.filter(|reads| !depends_on_more && !reads.is_empty()),
        relations: lookups.relations,
        query,
        check,
    })
}
