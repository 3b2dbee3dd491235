//! `snowmelt target test`. In: a target of `snowmelt.toml`. Out: what it reached, and the rights that are missing.

use crate::context::{Context, say_all};
use crate::failure::{Exit, Failure};
use crate::human::counted;
use crate::output::{self, Cell, Head, OutputFormat};
use snowmelt_pipeline::reach::reach;

/// Connects, and says as whom and which rights are missing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is written. Exit code 2 if the connection is not complete or a right is missing, 3 if the account does not answer.

Examples:
  snowmelt target test prod
  snowmelt target test prod --output json")]
pub(crate) struct Test {
    /// The account, by its [targets.NAME] in snowmelt.toml
    #[arg(value_name = "NAME")]
    name: String,
    /// In which form the answer is printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Test {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let open = context.open_project("snowmelt target test", Some(&self.name))?;
        let reached = reach(&open.project, &open.target)
            .map_err(|errors| say_all(printer, &open.project.root, errors))?;
        if self.output == OutputFormat::Json {
            output::print_json(printer, &reached)?;
        } else {
            let warehouse = reached.warehouse.clone().map_or(Cell::Null, Cell::text);
            let rows = [
                ("account", Cell::text(reached.account.clone())),
                ("user", Cell::text(reached.user.clone())),
                ("role", Cell::text(reached.role.clone())),
                ("warehouse", warehouse),
                ("version", Cell::text(reached.version.clone())),
            ];
            let rows = rows
                .into_iter()
                .map(|(what, value)| vec![Cell::text(what), value]);
            output::print(
                printer,
                self.output,
                vec![Head::text("WHAT"), Head::text("VALUE")],
                rows,
            )?;
        }
        if reached.missing_rights.is_empty() {
            printer.say("the role may do everything that the project asks of it");
            return Ok(());
        }
        let missing = counted(reached.missing_rights.len() as u64, "right");
        let failure = Failure::user(format!("role `{}` lacks {missing}", reached.role))
            .with_detail(reached.missing_rights.join("\n"))
            .with_hint(format!(
                "let somebody who may run: GRANT {} TO ROLE {}",
                reached.missing_rights[0], reached.role
            ));
        printer.failure(&failure);
        Err(Failure::reported(Exit::User))
    }
}
