//! The server's admin socket: how the command line reaches a server that holds the embedded
//! database. A Unix socket in the data folder that only its owner may use.
//!
//! A call is one line of JSON, then the command's input until the caller ends its half. The answer
//! is one line of JSON per report and a last one that says how it ended.

use std::{os::unix::fs::PermissionsExt, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use kit::{App, Config, Input, Report, Reporter, Run};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
};

use crate::{cli::Failure, commands::refused};

/// The longest first line, in bytes.
const MAX_CALL_BYTES: u64 = 64 * 1024;
/// Reports that may wait for a slow caller.
const REPORTS: usize = 256;
/// Pause after the system has refused a connection.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize)]
struct Call {
    command: String,
    args: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    End { end: End },
    Report(Report),
}

/// How a command ended.
#[derive(Serialize, Deserialize)]
struct End {
    error: Option<String>,
    code: u8,
}

fn path(config: &Config) -> PathBuf {
    config.data_dir.join("admin.sock")
}

/// Listens until the process ends. A socket that a dead server left behind is replaced: whoever
/// calls this holds the lock of the data folder.
pub(crate) fn listen(app: &Arc<App>, config: &Config) -> Result<(), Failure> {
    let path = path(config);
    let _ = std::fs::remove_file(&path);
    let shown = path.display();
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot open {shown}"))?;
    let owner_only = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&path, owner_only).with_context(|| format!("{shown}"))?;
    let (app, stop) = (app.clone(), app.ctx().stopping().clone());
    app.ctx().clone().spawn(async move {
        loop {
            let stream = tokio::select! {
                stream = listener.accept() => stream,
                () = stop.cancelled() => break,
            };
            let stream = match stream {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // No descriptors, most likely: trying on at once would only cost a core.
                    tracing::warn!(%error, "no call over the admin socket can be accepted");
                    app.ctx().clock().sleep(REFUSED_PAUSE).await;
                    continue;
                }
            };
            let house = app.clone();
            app.ctx().spawn(async move {
                if let Err(error) = answer(&house, stream).await {
                    tracing::warn!(%error, "a call over the admin socket failed");
                }
            });
        }
        let _ = std::fs::remove_file(&path);
    });
    Ok(())
}

async fn answer(app: &App, stream: UnixStream) -> anyhow::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut reading = BufReader::new(reading);
    let mut first = String::new();
    (&mut reading).take(MAX_CALL_BYTES).read_line(&mut first).await?;
    let call: Call = serde_json::from_str(&first).context("not a call")?;
    tracing::info!(command = call.command, "a command came over the admin socket");
    let (sender, mut reports) = mpsc::channel(REPORTS);
    let input: Input = Box::pin(reading);
    let report = Reporter::new(sender);
    let run = Run { ctx: app.ctx().clone(), args: call.args, input, report };
    let tell = async {
        while let Some(report) = reports.recv().await {
            // A caller who has gone is noticed by the command through its reporter.
            if write_line(&mut writing, &Line::Report(report)).await.is_err() {
                reports.close();
            }
        }
    };
    let (outcome, ()) = tokio::join!(app.command(&call.command, run), tell);
    let end = match outcome {
        Ok(()) => End { error: None, code: 0 },
        Err(error) => {
            let failure = refused(error);
            End { error: Some(failure.message), code: failure.code }
        }
    };
    write_line(&mut writing, &Line::End { end }).await?;
    Ok(writing.shutdown().await?)
}

async fn write_line(writing: &mut (impl AsyncWriteExt + Unpin), line: &Line) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    Ok(writing.write_all(text.as_bytes()).await?)
}

/// Has the server that holds the data folder run a command.
pub(crate) async fn call(
    config: &Config,
    command: &str,
    args: Value,
    mut input: Input,
    reports: mpsc::Sender<Report>,
) -> Result<(), Failure> {
    let path = path(config);
    let stream = UnixStream::connect(&path).await.map_err(|error| {
        let place = path.display();
        Failure::away(format!("another openbell has the database open; {place}: {error}"))
    })?;
    let (reading, mut writing) = stream.into_split();
    let send = async {
        let call = Call { command: command.to_owned(), args };
        let mut first = serde_json::to_string(&call)?;
        first.push('\n');
        writing.write_all(first.as_bytes()).await?;
        // A server that has refused the command does not read on.
        let _ = tokio::io::copy(&mut input, &mut writing).await;
        let _ = writing.shutdown().await;
        anyhow::Ok(())
    };
    let receive = async {
        let mut lines = BufReader::new(reading).lines();
        while let Some(line) = lines.next_line().await? {
            match serde_json::from_str(&line)? {
                Line::Report(report) => {
                    let _ = reports.send(report).await;
                }
                Line::End { end } => return Ok(end),
            }
        }
        bail!("the server ended before the command did")
    };
    let (sent, ended) = tokio::join!(send, receive);
    drop(reports);
    let end = ended?;
    sent?;
    match end.error {
        None => Ok(()),
        Some(message) => Err(Failure { message, code: end.code }),
    }
}
