//! `snowmelt demo`. In: a fresh folder. Out: the whole pipeline on invented data, and what to try next.

use super::generate::{self, Amounts};
use super::upload::{self, UploadOptions};
use super::{init, run, sql};
use crate::context::{Context, DATA_FOLDER};
use crate::failure::Failure;
use crate::human::parse_count;
use crate::output::OutputFormat;
use crate::printer::Printer;
use snowmelt_pipeline::run::RunOptions;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The whole pipeline on invented data: init, generate, upload, run
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  snowmelt demo
  snowmelt demo big --sales 5M --dirty 0.02")]
pub(crate) struct Demo {
    /// A new or empty folder
    #[arg(value_name = "DIR", default_value = "snowmelt-demo")]
    dir: PathBuf,
    /// How many sales; customers and products come in proportion
    #[arg(long, value_name = "COUNT", default_value = "100000", value_parser = parse_count)]
    sales: u64,
    /// Share of the records, 0 to 1, with something wrong
    #[arg(long, value_name = "RATE", default_value = "0.02")]
    dirty: f64,
    /// Another seed, other data
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    seed: u64,
}

/// The tables that are shown, with the order and the number of their rows.
const SHOWN: &[(&str, &str)] = &[
    (
        "where the money comes from",
        "SELECT * FROM ecommerce_db.gold.sales_by_country ORDER BY revenue DESC LIMIT 5",
    ),
    (
        "the products that bring in most",
        "SELECT * FROM ecommerce_db.gold.top_products ORDER BY sales_rank LIMIT 5",
    ),
    (
        "the best clients",
        "SELECT * FROM ecommerce_db.gold.client_activity ORDER BY revenue DESC, customer_id LIMIT 5",
    ),
];

impl Demo {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        if context.project.is_some() {
            return Err(Failure::user(
                "`demo` takes its folder as an argument, not as `--project`",
            )
            .with_hint("write `snowmelt demo DIR`"));
        }
        refuse_non_empty(&self.dir)?;
        let printer = context.printer;

        step(
            printer,
            "1. init: an e-commerce project in plain Snowflake SQL",
        );
        let files = init::write_project(&self.dir, None)?;
        printer.say(format_args!(
            "wrote {files} files to {}",
            self.dir.display()
        ));

        step(printer, "2. generate: files of an invented shop");
        let amounts = Amounts::of_shop(self.sales, self.dirty, self.seed);
        generate::generate(printer, &amounts, &self.dir.join(DATA_FOLDER))?;

        step(
            printer,
            "3. upload: the files into the bucket, here a local folder",
        );
        let here = Context {
            printer,
            project: Some(self.dir.clone()),
        };
        let open = here.open_project("snowmelt demo", None)?;
        let data = self.dir.join(DATA_FOLDER);
        upload::upload(
            printer,
            &open.project,
            &[data],
            UploadOptions::default(),
            &open.interrupt.flag(),
        )?;

        step(printer, "4. run: bucket to bronze to silver to gold");
        let report = run::execute(printer, &open, RunOptions::default());
        run::show(printer, &open.project.root, OutputFormat::Table, &report)?;

        if let Some(engine) = open.target.engine() {
            for (title, query) in SHOWN {
                step(printer, title);
                sql::show_query(printer, engine, query)?;
            }
        }
        printer.say("");
        printer.say("next, in this folder:");
        printer.say(format_args!("  cd {}", self.dir.display()));
        printer.say("  snowmelt status                   tables, pipes, how fresh they are");
        printer.say("  snowmelt sql                      a prompt; try SHOW PIPES IN ACCOUNT;");
        printer.say("  snowmelt run                      again: nothing is new, nothing is done");
        Ok(())
    }
}

fn step(printer: &Printer, title: &str) {
    printer.say("");
    printer.say(printer.palette().bold(title));
}

fn refuse_non_empty(dir: &Path) -> Result<(), Failure> {
    let mut entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::file("read the folder", dir, error)),
    };
    if entries.next().is_none() {
        return Ok(());
    }
    Err(
        Failure::user(format!("the folder `{}` is not empty", dir.display()))
            .with_hint("give another folder, as `snowmelt demo DIR`, or remove this one"),
    )
}
