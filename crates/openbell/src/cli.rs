//! What can be typed.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use kit::Config;
use serde_json::json;

use crate::{bench, commands, documents, house::House, probe, serve};

/// The real-time backend for marketplaces, in one binary.
#[derive(Parser)]
#[command(version, about, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// The configuration file; openbell.toml in this folder when it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Results as JSON, for machines
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done · 1 failed · 2 wrong usage or configuration · \
                          3 the database is in use or away, try again";

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(Serve),
    /// Bring the database's schema up to date
    Migrate,
    /// Bring records in from a file
    #[command(subcommand)]
    Import(Import),
    /// How the sources are doing, or have one looked at
    Sources {
        #[command(subcommand)]
        act: Option<Sources>,
    },
    /// Look after users
    #[command(subcommand)]
    User(User),
    /// Print an access token of a user, for scripts
    Token {
        /// The user's e-mail address
        email: String,
    },
    /// Look at a server through a socket: by hand, or by a measurement
    Probe(probe::Arguments),
    /// Measure what a server of this machine does under load
    #[command(subcommand)]
    Bench(bench::Scenario),
    /// List the events and which feature reacts to each
    Events,
    /// Look at the configuration
    Config {
        /// Print it as a commented openbell.toml; secrets are masked
        #[arg(long, required = true)]
        print: bool,
        /// As a .env example instead
        #[arg(long)]
        env: bool,
    },
    /// Print the REST interface as OpenAPI
    Openapi,
    /// Print the sockets and their frames as AsyncAPI
    Asyncapi,
    /// Print docs/errors.md
    #[command(hide = true)]
    Errors,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Made-up properties and three people, for a look around: fills a new database, and moves the
    /// market while somebody looks on. Never among others' records
    #[arg(long)]
    pub(crate) demo: bool,
    /// Serve the demo where others can reach it, with passwords that everybody knows
    #[arg(long, requires = "demo")]
    pub(crate) demo_public: bool,
}

#[derive(Subcommand)]
enum Import {
    /// Properties from a file: CSV, JSON, NDJSON, or what a RESO Web API answers
    Properties(ImportProperties),
}

#[derive(Subcommand)]
enum Sources {
    /// Have a source looked at as soon as the server has room
    Run {
        /// The source's name
        name: String,
    },
}

#[derive(Args)]
struct ImportProperties {
    /// The file; - for standard input
    file: PathBuf,
    /// Where the records come from, such as the county's name: a-z, 0-9, _ and -
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Say what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// A TOML file that says what unusual columns mean; else the one configured for the source
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Of which new properties to tell: all, or those after the source's first import
    #[arg(long, value_name = "WHICH", value_parser = ["new", "later"])]
    notify: Option<String>,
}

#[derive(Subcommand)]
enum User {
    /// Add a user; the password is asked for, or read from standard input
    Add {
        /// The e-mail address
        email: String,
        /// A role: admin, manager, operator, agent, provider or user
        #[arg(long = "role", value_name = "ROLE", default_value = "user")]
        roles: Vec<String>,
        /// What people call them
        #[arg(long)]
        name: Option<String>,
    },
    /// Give or take roles
    Role {
        /// The e-mail address
        email: String,
        /// A role to give
        #[arg(long, value_name = "ROLE")]
        add: Vec<String>,
        /// A role to take
        #[arg(long, value_name = "ROLE")]
        remove: Vec<String>,
    },
    /// Set a new password and end the user's sessions
    Password {
        /// The e-mail address
        email: String,
    },
    /// List the users
    List,
}

/// Why a command ended badly, with its exit code.
pub(crate) struct Failure {
    /// For people, on standard error.
    pub(crate) message: String,
    /// See the help.
    pub(crate) code: u8,
}

impl Failure {
    pub(crate) fn usage(message: impl ToString) -> Self {
        Self { message: message.to_string(), code: 2 }
    }

    pub(crate) fn away(message: impl ToString) -> Self {
        Self { message: message.to_string(), code: 3 }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { message: format!("{:#}", error.into()), code: 1 }
    }
}

/// Runs what was typed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("openbell: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match &cli.command {
        Command::Openapi => return documents::print(&documents::openapi_text()?),
        Command::Asyncapi => return documents::print(&documents::asyncapi_text()?),
        Command::Errors => return documents::print(&documents::errors_text()?),
        Command::Events => return documents::print(&documents::events_text()?),
        _ => {}
    }
    if let Command::Bench(scenario) = cli.command {
        return bench::run(scenario, cli.json).await;
    }
    let config = load(cli.config.as_deref())?;
    let json = cli.json;
    match cli.command {
        Command::Serve(how) => serve::serve(config, &how).await,
        Command::Migrate => {
            for step in House::migrate(&config).await? {
                println!("{step}");
            }
            Ok(())
        }
        Command::Config { env: true, .. } => documents::print(&Config::env_example()),
        Command::Config { .. } => documents::print(&config.to_toml()),
        Command::Import(Import::Properties(import)) => {
            let map = import.map.as_deref().map(commands::read_map).transpose()?;
            let args = json!({
                "source": import.source, "dry_run": import.dry_run,
                "map": map, "notify": import.notify,
            });
            commands::with_file(config, "properties.import", args, &import.file, json).await
        }
        Command::Sources { act: None } => {
            commands::plain(config, "properties.sources", json!({}), json).await
        }
        Command::Sources { act: Some(Sources::Run { name }) } => {
            commands::plain(config, "properties.run_source", json!({"name": name}), json).await
        }
        Command::User(user) => user_command(config, user, json).await,
        Command::Token { email } => commands::token(config, email, json).await,
        Command::Probe(arguments) => probe::run(config, arguments, json).await,
        Command::Openapi
        | Command::Asyncapi
        | Command::Errors
        | Command::Events
        | Command::Bench(_) => Ok(()),
    }
}

async fn user_command(config: Config, user: User, json: bool) -> Result<(), Failure> {
    match user {
        User::Add { email, roles, name } => {
            let args = json!({"email": email, "role": roles, "name": name});
            commands::with_password(config, "user.add", args, json).await
        }
        User::Role { email, add, remove } => {
            let args = json!({"email": email, "add": add, "remove": remove});
            commands::plain(config, "user.role", args, json).await
        }
        User::Password { email } => {
            commands::with_password(config, "user.password", json!({"email": email}), json).await
        }
        User::List => commands::plain(config, "user.list", json!({}), json).await,
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn load(file: Option<&std::path::Path>) -> Result<Config, Failure> {
    let here = PathBuf::from("openbell.toml");
    let file = file.map(PathBuf::from).or_else(|| here.exists().then_some(here));
    // A variable that is not UTF-8 cannot be one of ours.
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Config::load(env, file.as_deref()).map_err(Failure::usage)
}
