//! Reads how a project's objects stand. In: a project and a target. Out: a [`StatusReport`]; nothing is written.

use super::{Freshness, Layer, ObjectState, PipeState, StatusReport};
use crate::declare::Load;
use crate::error::PipelineError;
use crate::plan::loss::{HISTORY_DAYS, copy_history, of_pipe};
use crate::plan::prepare::Prepared;
use crate::plan::stale;
use crate::project::Project;
use crate::report::LineKind;
use crate::run::{PipeStatus, RunOptions, pipe_status};
use crate::session::Session;
use crate::target::{Rows, Target, TargetError};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};

/// How the objects of a project stand on a target.
///
/// # Errors
/// Every error in the project's files, or what the target refuses.
pub fn status(project: &Project, target: &dyn Target) -> Result<StatusReport, Vec<PipelineError>> {
    let prepared = Prepared::new(project, target, &RunOptions::default())?;
    let from_target = |error| vec![PipelineError::from_target(error)];
    let mut session = Session::new(target, &[]);
    let mut pipes = Vec::new();
    for load in prepared
        .declarations
        .loads
        .iter()
        .filter(|load| load.is_pipe)
    {
        pipes.push(pipe(&prepared, load, &mut session).map_err(from_target)?);
    }
    let last_run = match prepared.home() {
        Some(home) => prepared
            .record_tables
            .last_run(&mut session, &home, &project.config.name)
            .map_err(from_target)?,
        None => None,
    };
    Ok(StatusReport {
        project: project.config.name.clone(),
        target: target.name().to_owned(),
        layers: layers(&prepared),
        pipes,
        last_run,
    })
}

/// Tables, models and views by schema, in the order of the files.
fn layers(prepared: &Prepared) -> Vec<Layer> {
    let declarations = &prepared.declarations;
    let is_model =
        |name: &QualifiedName| declarations.models.iter().any(|model| model.name == *name);
    let mut objects: Vec<(usize, &QualifiedName, ObjectState)> = Vec::new();
    for declared in &declarations.objects {
        if let Object::Table(table) = &declared.object
            && !is_model(&table.name)
        {
            let state = table_state(prepared, &table.name, LineKind::Table);
            objects.push((declared.statement.order, &table.name, state));
        }
    }
    for model in &declarations.models {
        let mut state = table_state(prepared, &model.name, LineKind::Model);
        let record = prepared.records.models.get(&model.name);
        state.built_at_micros = record.map(|record| record.built_at_micros);
        if state.freshness != Freshness::Missing
            && let stale::Freshness::Stale(why) = prepared.freshness(model)
        {
            state.freshness = Freshness::Stale(why);
        }
        objects.push((model.statement.order, &model.name, state));
    }
    for view in &declarations.views {
        let mut state = table_state(prepared, &view.name, LineKind::View);
        state.rows = None;
        objects.push((view.declared.statement.order, &view.name, state));
    }
    objects.sort_by_key(|(order, _, _)| *order);
    let mut layers: Vec<Layer> = Vec::new();
    for declared in &declarations.objects {
        if let Object::Schema(schema) = &declared.object {
            layers.push(Layer {
                name: format!(
                    "{}.{}",
                    quote_if_needed(&schema.database),
                    quote_if_needed(&schema.name)
                ),
                objects: Vec::new(),
            });
        }
    }
    for (_, name, state) in objects {
        let layer = format!(
            "{}.{}",
            quote_if_needed(&name.database),
            quote_if_needed(&name.schema)
        );
        match layers.iter_mut().find(|known| known.name == layer) {
            Some(known) => known.objects.push(state),
            None => layers.push(Layer {
                name: layer,
                objects: vec![state],
            }),
        }
    }
    layers.retain(|layer| !layer.objects.is_empty());
    layers
}

fn table_state(prepared: &Prepared, name: &QualifiedName, kind: LineKind) -> ObjectState {
    let found = prepared.inventory.tables.get(name);
    ObjectState {
        name: quote_if_needed(&name.name),
        kind,
        rows: found.and_then(|state| state.rows),
        changed_at_micros: found.and_then(|state| state.altered_micros),
        built_at_micros: None,
        freshness: if found.is_some() {
            Freshness::Fresh
        } else {
            Freshness::Missing
        },
    }
}

fn pipe(
    prepared: &Prepared,
    load: &Load,
    session: &mut Session<'_>,
) -> Result<PipeState, TargetError> {
    let mut state = PipeState {
        name: load.name.to_string(),
        table: load.table.to_string(),
        state: "MISSING".to_owned(),
        last_file: None,
        last_load_at_micros: None,
        files_pending: 0,
        files_loaded: 0,
        files_failed: 0,
        rows_loaded: 0,
        rows_rejected: 0,
        last_error: None,
    };
    let path = ObjectPath::Full(load.name.clone());
    if prepared.inventory.find(ObjectKind::Pipe, &path).is_none() {
        return Ok(state);
    }
    let rows = session.execute(&format!("SELECT {} AS STATUS", pipe_status(&load.name)))?;
    let status = PipeStatus::parse(rows.value(0, "STATUS").unwrap_or_default());
    state.state = status.state;
    state.files_pending = status.files_pending;
    state.last_error = status.error;
    if !prepared.inventory.tables.contains_key(&load.table) {
        return Ok(state);
    }
    let since = format!("DATEADD(DAY, -{HISTORY_DAYS}, CURRENT_TIMESTAMP())");
    let history = format!(
        "TABLE({}) WHERE {}",
        copy_history(&load.table, &since),
        of_pipe(&load.name)
    );
    let sums = session.execute(&format!(
        "SELECT STATUS, COUNT(*) AS FILES, SUM(ROW_COUNT) AS LOADED, SUM(ERROR_COUNT) AS ERRORS FROM {history} GROUP BY STATUS"
    ))?;
    for row in 0..sums.rows.len() {
        if sums
            .value(row, "STATUS")
            .is_some_and(|status| status.eq_ignore_ascii_case("load failed"))
        {
            state.files_failed += number(&sums, row, "FILES");
        } else {
            state.files_loaded += number(&sums, row, "FILES");
            state.rows_loaded += number(&sums, row, "LOADED");
        }
        state.rows_rejected += number(&sums, row, "ERRORS");
    }
    if sums.rows.is_empty() {
        return Ok(state);
    }
    let last = session.execute(&format!(
        "SELECT FILE_NAME, DATE_PART(EPOCH_MICROSECOND, LAST_LOAD_TIME) AS LOADED_MICROS FROM {history} \
         ORDER BY LAST_LOAD_TIME DESC, FILE_NAME DESC LIMIT 1"
    ))?;
    state.last_file = last.value(0, "FILE_NAME").map(str::to_owned);
    state.last_load_at_micros = last
        .value(0, "LOADED_MICROS")
        .and_then(|micros| micros.parse().ok());
    if state.last_error.is_none() && state.files_failed + state.rows_rejected > 0 {
        let error = session.execute(&format!(
            "SELECT FILE_NAME, FIRST_ERROR_MESSAGE FROM {history} AND FIRST_ERROR_MESSAGE IS NOT NULL \
             ORDER BY LAST_LOAD_TIME DESC, FILE_NAME DESC LIMIT 1"
        ))?;
        state.last_error = error.value(0, "FIRST_ERROR_MESSAGE").map(|message| {
            format!(
                "{}: {message}",
                error.value(0, "FILE_NAME").unwrap_or_default()
            )
        });
    }
    Ok(state)
}

fn number(rows: &Rows, row: usize, column: &str) -> u64 {
    rows.value(row, column)
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}
