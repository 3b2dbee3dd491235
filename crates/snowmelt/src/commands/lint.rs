//! `snowmelt lint`. In: the project's files, no data and no engine. Out: what Snowflake would do with them that was
//! probably not meant, each finding with its place.

use crate::context::{Context, excerpt};
use crate::failure::{Exit, Failure};
use crate::human::counted;
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::Palette;
use snowmelt_pipeline::lint::{self, Finding, FindingSeverity};
use std::path::Path;

/// Reads the SQL without running anything, and says what Snowflake would have done
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 1 if there is a finding of severity `error`.

Examples:
  snowmelt lint
  snowmelt lint --output json | jq -r '.[].rule'")]
pub(crate) struct Lint {
    /// In which form findings are printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Lint {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let project = context.load_project(&context.project_dir()?)?;
        let findings = lint::lint(&project);
        match self.output {
            OutputFormat::Json => output::print_json(printer, &findings)?,
            OutputFormat::Csv => {
                let heads = [
                    "CODE", "RULE", "SEVERITY", "FILE", "LINE", "COLUMN", "MESSAGE", "EFFECT",
                    "ADVICE",
                ];
                let rows = findings.iter().map(|finding| row(&project.root, finding));
                output::print(printer, self.output, heads.map(Head::text).into(), rows)?;
            }
            OutputFormat::Table => {
                for finding in &findings {
                    printer.data_line(&rendered(&project.root, finding, printer.data_palette()))?;
                }
            }
        }
        let number = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count() as u64
        };
        let errors = number(FindingSeverity::Error);
        printer.say(format_args!(
            "{}, {}, {} in {}",
            counted(errors, "error"),
            counted(number(FindingSeverity::Warning), "warning"),
            counted(number(FindingSeverity::Note), "note"),
            counted((project.sql.len() + project.checks.len()) as u64, "file"),
        ));
        if errors > 0 {
            Err(Failure::reported(Exit::CheckFailed))
        } else {
            Ok(())
        }
    }
}

/// The finding as an error message is shown, with what would happen and what to write instead.
fn rendered(root: &Path, finding: &Finding, palette: Palette) -> String {
    let (word, code) = (severity_word(finding.severity), finding.code);
    let word = format!("{word}[{code}]:");
    let word = match finding.severity {
        FindingSeverity::Error => palette.error(&word),
        FindingSeverity::Warning => palette.warning(&word),
        FindingSeverity::Note => palette.frame(&word),
    };
    let mut failure = Failure::user(&finding.message);
    failure.excerpt = Some(excerpt(root, &finding.place));
    failure.detail = Some(finding.effect.clone());
    failure.hint = Some(finding.advice.clone());
    failure.render_as(&word, palette)
}

fn severity_word(severity: FindingSeverity) -> &'static str {
    match severity {
        FindingSeverity::Error => "error",
        FindingSeverity::Warning => "warning",
        FindingSeverity::Note => "note",
    }
}

fn row(root: &Path, finding: &Finding) -> Vec<Cell<'static>> {
    vec![
        Cell::text(finding.code),
        Cell::text(finding.rule),
        Cell::text(severity_word(finding.severity)),
        Cell::text(excerpt(root, &finding.place).label),
        Cell::count(finding.place.line() as u64),
        Cell::count(finding.place.column() as u64),
        Cell::text(finding.message.clone()),
        Cell::text(finding.effect.clone()),
        Cell::text(finding.advice.clone()),
    ]
}
