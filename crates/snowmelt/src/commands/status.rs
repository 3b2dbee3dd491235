//! `snowmelt status`. In: the project and its warehouse. Out: its objects by layer, its pipes, how fresh they are.

use crate::arguments::TargetArgument;
use crate::context::{Context, say_all};
use crate::failure::Failure;
use crate::human::{self, count, duration};
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::Printer;
use jiff::Timestamp;
use snowmelt_engine::Clock;
use snowmelt_pipeline::status::{self, Freshness, ObjectState, PipeState, StatusReport};
use std::time::Duration;

/// Shows tables by layer, pipes, backlog, rejects and freshness
#[derive(Debug, clap::Args)]
#[command(after_help = "\
STATE is `fresh`, `missing`, or why the next `snowmelt run` would build the table again.

Examples:
  snowmelt status
  snowmelt status --output json | jq '.pipes[] | select(.files_failed > 0)'")]
pub(crate) struct Status {
    #[command(flatten)]
    target: TargetArgument,
    /// In which form it is printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Status {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let open = context.open_project("snowmelt status", self.target.name())?;
        let report = status::status(&open.project, &open.target)
            .map_err(|errors| say_all(context.printer, &open.project.root, errors))?;
        let printer = context.printer;
        match self.output {
            OutputFormat::Json => output::print_json(printer, &report)?,
            OutputFormat::Csv => print_csv(printer, &report)?,
            OutputFormat::Table => print_tables(printer, &report, open.clock.now_micros())?,
        }
        Ok(())
    }
}

fn print_tables(printer: &Printer, report: &StatusReport, now_micros: i64) -> Result<(), Failure> {
    let ago = |micros: Option<i64>| {
        micros.map_or(Cell::text(""), |micros| {
            Cell::text(human::ago(now_micros - micros))
        })
    };
    let mut rows = Vec::new();
    for layer in &report.layers {
        for object in &layer.objects {
            rows.push(vec![
                Cell::text(layer.name.clone()),
                Cell::text(object.name.clone()),
                Cell::text(object.kind.noun()),
                object
                    .rows
                    .map_or(Cell::text(""), |rows| Cell::text(count(rows))),
                ago(object.changed_at_micros),
                Cell::text(state(object)),
            ]);
        }
    }
    let heads = vec![
        Head::text("LAYER"),
        Head::text("OBJECT"),
        Head::text("KIND"),
        Head::number("ROWS"),
        Head::number("CHANGED"),
        Head::text("STATE"),
    ];
    output::print(printer, OutputFormat::Table, heads, rows)?;
    if !report.pipes.is_empty() {
        printer.data_line("")?;
        let heads = vec![
            Head::text("PIPE"),
            Head::text("STATE"),
            Head::number("FILES"),
            Head::number("FAILED"),
            Head::number("PENDING"),
            Head::number("ROWS"),
            Head::number("REJECTED"),
            Head::number("LAST_LOAD"),
            Head::text("LAST_FILE"),
        ];
        let rows = report.pipes.iter().map(|pipe| {
            vec![
                Cell::text(pipe.name.clone()),
                Cell::text(pipe.state.clone()),
                Cell::text(count(pipe.files_loaded)),
                Cell::text(count(pipe.files_failed)),
                Cell::text(count(pipe.files_pending)),
                Cell::text(count(pipe.rows_loaded)),
                Cell::text(count(pipe.rows_rejected)),
                ago(pipe.last_load_at_micros),
                Cell::text(pipe.last_file.clone().unwrap_or_default()),
            ]
        });
        output::print(printer, OutputFormat::Table, heads, rows)?;
    }
    for pipe in &report.pipes {
        if let Some(error) = &pipe.last_error {
            printer.warn(format_args!("{}: {error}", pipe.name));
        }
    }
    match &report.last_run {
        Some(run) => printer.say(format_args!(
            "\nlast run {}: {} in {}",
            human::ago(now_micros - run.started_at_micros),
            run.outcome,
            duration(Duration::from_secs_f64(run.seconds.max(0.0)))
        )),
        None => printer.say("\nnever run yet: `snowmelt run` does it"),
    }
    Ok(())
}

/// Objects and pipes under one set of columns; what a row has not is empty.
fn print_csv(printer: &Printer, report: &StatusReport) -> Result<(), Failure> {
    let heads = [
        "LAYER",
        "OBJECT",
        "KIND",
        "STATE",
        "ROWS",
        "CHANGED_AT",
        "REJECTED",
        "FILES",
        "FAILED",
        "PENDING",
        "LAST_FILE",
    ];
    let objects = report.layers.iter().flat_map(|layer| {
        layer
            .objects
            .iter()
            .map(|object| object_row(&layer.name, object))
    });
    let rows = objects.chain(report.pipes.iter().map(pipe_row));
    Ok(output::print(
        printer,
        OutputFormat::Csv,
        heads.map(Head::text).into(),
        rows,
    )?)
}

fn object_row(layer: &str, object: &ObjectState) -> Vec<Cell<'static>> {
    let mut row = vec![
        Cell::text(layer.to_owned()),
        Cell::text(object.name.clone()),
        Cell::text(object.kind.noun()),
        Cell::text(state(object)),
        object.rows.map_or(Cell::Null, Cell::count),
        instant(object.changed_at_micros),
    ];
    row.resize(11, Cell::Null);
    row
}

fn pipe_row(pipe: &PipeState) -> Vec<Cell<'static>> {
    let (layer, name) = pipe.name.rsplit_once('.').unwrap_or(("", &pipe.name));
    vec![
        Cell::text(layer.to_owned()),
        Cell::text(name.to_owned()),
        Cell::text("pipe"),
        Cell::text(pipe.state.clone()),
        Cell::count(pipe.rows_loaded),
        instant(pipe.last_load_at_micros),
        Cell::count(pipe.rows_rejected),
        Cell::count(pipe.files_loaded),
        Cell::count(pipe.files_failed),
        Cell::count(pipe.files_pending),
        pipe.last_file.clone().map_or(Cell::Null, Cell::text),
    ]
}

fn state(object: &ObjectState) -> String {
    match &object.freshness {
        Freshness::Fresh => "fresh".to_owned(),
        Freshness::Stale(why) => why.clone(),
        Freshness::Missing => "missing".to_owned(),
    }
}

fn instant(micros: Option<i64>) -> Cell<'static> {
    let instant = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    instant.map_or(Cell::Null, |instant| Cell::text(instant.to_string()))
}
