//! A look at a server through its sockets: by hand, or by measurements that say what was wrong.

mod crowd;
mod figures;
mod identity;
mod line;
mod resume;
mod talk;
mod trips;
mod trust;

use std::{io::Write as _, path::PathBuf, time::Duration};

use clap::Args;
use kit::Config;
use serde::Serialize;

use self::{line::Target, trips::Trip};
use crate::{cli::Failure, commands};

/// Where measurements go unless told.
const LABORATORY: &str = "/ws/test/";

/// `openbell probe`.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Where: ws://host:port/ws/auctions/, wss://…, or the path alone for the server of this
    /// machine.
    /// Measurements go to /ws/test/ unless told, and --reconnect to /ws
    #[arg(required_unless_present = "mode")]
    url: Option<String>,
    /// An access token
    #[arg(long, value_name = "TOKEN", conflicts_with = "email")]
    token: Option<String>,
    /// Act as this user of the installation on this machine
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
    /// Trust the authorities in this file (PEM) and no others; for wss://
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    mode: Mode,
    /// The topic that --reconnect follows; one's own stream unless told
    #[arg(long, value_name = "TOPIC", requires = "reconnect")]
    topic: Option<String>,
    /// Give up after so many seconds; only for measurements
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "mode",
        value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
}

/// What is measured; nothing: frames are printed, and lines that are typed are sent.
#[derive(Args)]
#[group(id = "mode", multiple = false)]
struct Mode {
    /// So many messages there and back: times, and whether all came, unchanged and in order
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    echo: Option<u32>,
    /// The same with `ping`, on any socket
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    ping: Option<u32>,
    /// Who the token is, and when it runs out
    #[arg(long)]
    auth: bool,
    /// So many times: cut the connection, come back, and look whether nothing was missed
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    reconnect: Option<u32>,
    /// So many sockets at once: how fast they open, and how soon each is spoken to
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrent: Option<u32>,
}

const EXIT_CODES: &str = "Exit codes: 0 all was fine · 1 something was wrong, the server could \
                          not be reached, or it took too long · 2 wrong usage · 3 the database \
                          is in use or away (only with --as)";

/// What a measurement has found.
trait Finding: Serialize {
    /// For people, line by line.
    fn lines(&self) -> Vec<String>;

    /// What was wrong; none when all was fine.
    fn wrong(&self) -> Option<String>;
}

/// Does what was typed.
///
/// # Errors
/// What was wrong: with the server, or with what was typed.
pub(crate) async fn run(config: Config, arguments: Arguments, json: bool) -> Result<(), Failure> {
    let Arguments { url, token, email, ca, mode, topic, timeout } = arguments;
    let path = if mode.reconnect.is_some() { "/ws" } else { LABORATORY };
    let url = address(&config, url.as_deref().unwrap_or(path))?;
    if ca.is_some() && !url.starts_with("wss://") {
        return Err(Failure::usage("--ca is for wss:// addresses"));
    }
    let connector = trust::connector(ca.as_deref())?;
    let token = match email {
        Some(email) => Some(commands::access_token(config, email).await?),
        None => token,
    };
    let target = Target::new(url, connector, token, Duration::from_secs(timeout));
    if let Some(count) = mode.echo {
        return show(&trips::measure(&target, Trip::Echo, count).await?, json);
    }
    if let Some(count) = mode.ping {
        return show(&trips::measure(&target, Trip::Ping, count).await?, json);
    }
    if mode.auth {
        return show(&identity::ask(&target).await?, json);
    }
    if let Some(count) = mode.reconnect {
        return show(&resume::measure(&target, topic, count).await?, json);
    }
    if let Some(count) = mode.concurrent {
        return show(&crowd::measure(&target, count).await?, json);
    }
    talk::talk(&target).await
}

/// The whole address; a path alone means the server of this configuration.
fn address(config: &Config, url: &str) -> Result<String, Failure> {
    match url {
        path if path.starts_with('/') => Ok(format!("ws://{}{path}", config.listen)),
        url if url.starts_with("ws://") || url.starts_with("wss://") => Ok(url.to_owned()),
        url => Err(Failure::usage(format!("{url} is not a WebSocket address (ws:// or wss://)"))),
    }
}

fn show(finding: &impl Finding, json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(finding)?)?;
    } else {
        for line in finding.lines() {
            writeln!(out, "{line}")?;
        }
    }
    match finding.wrong() {
        Some(message) => Err(Failure { message, code: 1 }),
        None => Ok(()),
    }
}
