//! The users, for people and programs. In: what may be shown of them. Out: a table, JSON or CSV.

use crate::failure::Failure;
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::Printer;
use jiff::Timestamp;
use snowmelt_server::access::UserShown;

pub(super) fn show(
    printer: &Printer,
    format: OutputFormat,
    users: &[UserShown],
) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        return Ok(output::print_json(printer, &users)?);
    }
    if users.is_empty() && format == OutputFormat::Table {
        printer.say("no users: whoever reaches the server on this machine is its owner");
        return Ok(());
    }
    let heads = ["NAME", "ROLE", "PASSWORD", "KEYS", "TOKENS", "STATE"].map(Head::text);
    let rows = users.iter().map(|user| {
        let tokens: Vec<String> = user
            .tokens
            .iter()
            .map(|(name, ends)| format!("{name} until {}", day(*ends)))
            .collect();
        [
            user.name.clone(),
            user.role.clone(),
            if user.has_password { "yes" } else { "no" }.to_owned(),
            user.keys.join(", "),
            tokens.join(", "),
            if user.is_disabled {
                "disabled"
            } else {
                "enabled"
            }
            .to_owned(),
        ]
        .map(Cell::text)
        .into()
    });
    Ok(output::print(printer, format, heads.into(), rows)?)
}

fn day(micros: i64) -> String {
    Timestamp::from_microsecond(micros)
        .map(|at| at.strftime("%Y-%m-%d").to_string())
        .unwrap_or_default()
}
