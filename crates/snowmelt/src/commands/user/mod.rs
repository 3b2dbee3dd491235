//! `snowmelt user`. In: who, and what may be done. Out: users in the warehouse; secrets are hashed here and go no further.

mod secret;
mod show;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::system::SystemClock;
use crate::warehouse;
use clap::Subcommand;
use snowmelt_engine::Clock;
use snowmelt_pipeline::Project;
use snowmelt_server::access::{PublicKey, Secret, UserCommand, UserShown, change_users};
use snowmelt_server::local::LocalServer;
use std::fs;
use std::path::{Path, PathBuf};

/// Says who may log in to `snowmelt serve`
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
A warehouse without users asks nobody who they are: then it can be reached from this machine only.
An owner may do everything; a reader may SELECT, SHOW, DESCRIBE and USE.
Passwords are asked for, or read from stdin; they are never arguments.

Examples:
  snowmelt user add ana
  snowmelt user add dashboards --role reader --key rsa_key.pub
  snowmelt user token dashboards --name superset --days 90
  snowmelt user list"
)]
pub(crate) struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a user, with a password or a public key
    Add {
        /// The name; case does not matter
        name: String,
        /// `owner` or `reader`
        #[arg(long, value_name = "ROLE", default_value = "owner", value_parser = ["owner", "reader"])]
        role: String,
        /// An RSA public key in PEM form, instead of a password
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Show the users
    List {
        /// In which form they are printed
        #[arg(long, short, value_name = "FORMAT", default_value = "table")]
        output: OutputFormat,
    },
    /// Remove a user with its keys and tokens
    Remove {
        /// The name
        name: String,
    },
    /// Give a user another password
    SetPassword {
        /// The name
        name: String,
    },
    /// Give a user another RSA public key; the one before stays valid until the next
    SetKey {
        /// The name
        name: String,
        /// The public key in PEM form
        #[arg(value_name = "FILE")]
        key: PathBuf,
        /// End the key before at once
        #[arg(long)]
        only: bool,
    },
    /// Refuse a user to log in
    Disable {
        /// The name
        name: String,
    },
    /// Let a user log in again
    Enable {
        /// The name
        name: String,
    },
    /// Issue an access token, which is shown once
    Token {
        /// Whose it is
        user: String,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: String,
        /// How long it is valid
        #[arg(long, value_name = "DAYS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=365))]
        days: u32,
    },
    /// End an access token
    RevokeToken {
        /// Whose it is
        user: String,
        /// What it is called
        name: String,
    },
}

impl User {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let project = context.load_project(&context.project_dir()?)?;
        let change = |command| change(&project, command);
        match self.action {
            Action::List { output } => show::show(printer, output, &change(UserCommand::List)?),
            Action::Add { name, role, key } => {
                let (password_hash, public_key) = match key {
                    Some(file) => (None, Some(read_key(&file)?)),
                    None => (Some(secret::ask(&name)?), None),
                };
                change(UserCommand::Add {
                    name: name.clone(),
                    role: role.clone(),
                    password_hash,
                    public_key,
                })?;
                printer.say(format_args!("{} is {role} now", name.to_uppercase()));
                Ok(())
            }
            Action::Remove { name } => {
                let left = change(UserCommand::Remove { name: name.clone() })?;
                printer.say(format_args!("{} is removed", name.to_uppercase()));
                if left.is_empty() {
                    printer.warn("there are no users left: whoever reaches the server on this machine is its owner");
                }
                Ok(())
            }
            Action::SetPassword { name } => {
                let password_hash = secret::ask(&name)?;
                let said = format!("{} has another password", name.to_uppercase());
                change(UserCommand::SetPassword {
                    name,
                    password_hash,
                })?;
                printer.say(said);
                Ok(())
            }
            Action::SetKey { name, key, only } => {
                let public_key = read_key(&key)?;
                let fingerprint = PublicKey::read(&public_key).map(|key| key.fingerprint());
                let said = format!(
                    "{} has the key {}",
                    name.to_uppercase(),
                    fingerprint.unwrap_or_default()
                );
                change(UserCommand::SetKey {
                    name,
                    public_key,
                    only,
                })?;
                printer.say(said);
                Ok(())
            }
            Action::Disable { name } => {
                let said = format!("{} cannot log in any more", name.to_uppercase());
                change(UserCommand::SetDisabled {
                    name,
                    is_disabled: true,
                })?;
                printer.say(said);
                Ok(())
            }
            Action::Enable { name } => {
                let said = format!("{} can log in", name.to_uppercase());
                change(UserCommand::SetDisabled {
                    name,
                    is_disabled: false,
                })?;
                printer.say(said);
                Ok(())
            }
            Action::Token { user, name, days } => {
                let token = Secret::random()
                    .map_err(|_| Failure::other("the system has no random numbers"))?;
                let life_micros = i64::from(days) * 86_400_000_000;
                change(UserCommand::AddToken {
                    user,
                    name: name.clone(),
                    hash: token.hash().as_str().to_owned(),
                    expires_at_micros: Clock::now_micros(&SystemClock) + life_micros,
                })?;
                printer.data_line(token.expose())?;
                printer.say(format_args!(
                    "the token {} ends in {days} days; it is not shown again",
                    name.to_uppercase()
                ));
                Ok(())
            }
            Action::RevokeToken { user, name } => {
                let said = format!("the token {} has ended", name.to_uppercase());
                change(UserCommand::RemoveToken { user, name })?;
                printer.say(said);
                Ok(())
            }
        }
    }
}

/// Carries a command out in the warehouse, or through the server that has it.
fn change(project: &Project, command: UserCommand) -> Result<Vec<UserShown>, Failure> {
    let failed = |message: String| Failure::user(message);
    if let Some(server) = LocalServer::find(&warehouse::state_folder(project)) {
        let body = serde_json::to_value(&command).map_err(|error| failed(error.to_string()))?;
        let answer = server.post("/local/users", &body).map_err(failed)?;
        return serde_json::from_value(answer).map_err(|error| {
            Failure::other("the server's answer cannot be read").caused_by(&error)
        });
    }
    let engine = warehouse::open_project(project, "snowmelt user")?;
    Ok(change_users(&engine, command)?)
}

fn read_key(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|source| Failure::file("read", file, source))?;
    let key = PublicKey::read(&text).map_err(|why| {
        Failure::user(format!("`{}` is no public key for this", file.display()))
            .with_detail(why)
            .with_hint(
                "openssl genrsa 2048 | openssl pkcs8 -topk8 -out rsa_key.p8; openssl rsa -in rsa_key.p8 -pubout -out rsa_key.pub",
            )
    })?;
    Ok(key.text())
}
