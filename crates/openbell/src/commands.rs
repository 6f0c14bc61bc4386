//! Commands that run inside a house: in this process, or, when a server has the embedded database
//! open, in the server.

use std::{
    io::{BufRead, IsTerminal, Write},
    path::Path,
    time::Duration,
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use kit::{Config, Input, Report, Reporter, Run};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    admin,
    cli::Failure,
    house::{self, House},
    modules,
};

/// Reports that may wait for the terminal.
const REPORTS: usize = 256;

/// A command without input.
pub(crate) async fn plain(
    config: Config,
    name: &str,
    args: Value,
    json: bool,
) -> Result<(), Failure> {
    let nothing: Input = Box::pin(tokio::io::empty());
    let told = run(config, name, args, nothing, Show::new(json)).await?;
    told.print_unless_said(json)
}

/// A command whose input is a new password.
pub(crate) async fn with_password(
    config: Config,
    name: &str,
    args: Value,
    json: bool,
) -> Result<(), Failure> {
    let password = ask_password()?;
    let input: Input = Box::pin(std::io::Cursor::new(format!("{password}\n")));
    let told = run(config, name, args, input, Show::new(json)).await?;
    told.print_unless_said(json)
}

/// A command whose input is a file, `-` being standard input.
pub(crate) async fn with_file(
    config: Config,
    name: &str,
    mut args: Value,
    path: &Path,
    json: bool,
) -> Result<(), Failure> {
    let input: Input = if path == Path::new("-") {
        Box::pin(tokio::io::stdin())
    } else {
        let shown = path.display();
        let file = tokio::fs::File::open(path).await.with_context(|| format!("{shown}"))?;
        args["total_bytes"] =
            file.metadata().await.with_context(|| format!("{shown}"))?.len().into();
        Box::pin(file)
    };
    let told = run(config, name, args, input, Show::new(json)).await?;
    print_result(told.result, json)
}

/// Reads a file of columns as the form that the import knows. What it says is the import's to
/// judge.
pub(crate) fn read_map(path: &Path) -> Result<Value, Failure> {
    let place = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{place}"))?;
    let table: toml::Table = toml::from_str(&text)
        .map_err(|error| Failure::usage(format!("{place}: {}", error.message())))?;
    Ok(serde_json::to_value(table)?)
}

/// Prints the bare token, or all of it as JSON.
pub(crate) async fn token(config: Config, email: String, json: bool) -> Result<(), Failure> {
    if json {
        return plain(config, "token", json!({"email": email}), true).await;
    }
    println!("{}", access_token(config, email).await?);
    Ok(())
}

/// An access token of a user.
pub(crate) async fn access_token(config: Config, email: String) -> Result<String, Failure> {
    let nothing: Input = Box::pin(tokio::io::empty());
    let told = run(config, "token", json!({"email": email}), nothing, Show::new(true)).await?;
    let token = told.result.as_ref().and_then(|value| value["access"].as_str());
    token.map(str::to_owned).ok_or_else(|| anyhow::anyhow!("there was no token").into())
}

async fn run(
    config: Config,
    name: &str,
    args: Value,
    input: Input,
    mut show: Show,
) -> Result<Told, Failure> {
    let (sender, mut reports) = mpsc::channel(REPORTS);
    let work = async {
        match house::lock(&config)? {
            Some(lock) => {
                let house = House::build_locked(config, modules(), lock).await?;
                let ctx = house.app.ctx().clone();
                let run = Run { ctx, args, input, report: Reporter::new(sender) };
                let outcome = house.app.command(name, run).await;
                house.app.stop().await;
                outcome.map_err(refused)
            }
            None => admin::call(&config, name, args, input, sender).await,
        }
    };
    let listen = async {
        while let Some(report) = reports.recv().await {
            show.report(report);
        }
        show.finish()
    };
    let (outcome, told) = tokio::join!(work, listen);
    outcome.map(|()| told)
}

/// What a command has told.
struct Told {
    /// The last report's value.
    result: Option<Value>,
    /// Whether it has said something in words.
    said: bool,
}

impl Told {
    /// Prints the result, unless its words have told a person as much.
    fn print_unless_said(self, json: bool) -> Result<(), Failure> {
        if self.said && !json {
            return Ok(());
        }
        print_result(self.result, json)
    }
}

/// What a use case refused, for people at a terminal.
pub(crate) fn refused(error: kit::Error) -> Failure {
    let mut message = error.message().to_owned();
    if let Some(cause) = error.cause() {
        message.push_str(&format!(": {cause}"));
    }
    for field in error.fields() {
        message.push_str(&format!("\n  {}: {}", field.field, field.message));
    }
    let code = if error.code().retry { 3 } else { 1 };
    Failure { message, code }
}

fn print_result(result: Option<Value>, json: bool) -> Result<(), Failure> {
    let Some(value) = result else { return Ok(()) };
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{value}")?;
        return Ok(());
    }
    match &value {
        Value::Object(fields) => {
            // Lists are for machines; a person has seen their rows as lines.
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_array()) {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                writeln!(out, "{name:<12} {shown}")?;
            }
        }
        Value::Array(rows) => {
            for row in rows {
                writeln!(out, "{row}")?;
            }
        }
        other => writeln!(out, "{other}")?,
    }
    Ok(())
}

fn ask_password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Again: ")? != password {
            return Err(Failure::usage("the two passwords are not the same"));
        }
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Shows reports: a bar on a terminal, a line now and then elsewhere.
struct Show {
    bar: Option<ProgressBar>,
    terminal: bool,
    quiet: bool,
    tenths_told: u64,
    said: bool,
    result: Option<Value>,
}

impl Show {
    fn new(json: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { bar: None, terminal, quiet: json, tenths_told: 0, said: false, result: None }
    }

    fn report(&mut self, report: Report) {
        match report {
            Report::Progress { done, total } if self.terminal && !self.quiet => {
                let bar = self.bar.get_or_insert_with(|| new_bar(total));
                bar.set_position(done);
            }
            Report::Progress { done, total } => self.tell_tenths(done, total),
            Report::Line { text } => {
                self.said = true;
                match &self.bar {
                    _ if self.quiet => {}
                    Some(bar) => bar.suspend(|| eprintln!("{text}")),
                    None => eprintln!("{text}"),
                }
            }
            Report::Result { value } => self.result = Some(value),
        }
    }

    fn tell_tenths(&mut self, done: u64, total: Option<u64>) {
        let Some(total) = total.filter(|total| *total > 0 && !self.quiet) else {
            return;
        };
        let tenths = done.saturating_mul(10) / total;
        if tenths > self.tenths_told {
            self.tenths_told = tenths;
            eprintln!("{} %", tenths * 10);
        }
    }

    fn finish(&mut self) -> Told {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        Told { result: self.result.take(), said: self.said }
    }
}

fn new_bar(total: Option<u64>) -> ProgressBar {
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::new_spinner(),
    };
    let form = "{bar:40} {percent:>3} % {bytes}/{total_bytes} {eta}";
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
