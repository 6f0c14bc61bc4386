//! A server under measurement: a child process, its commands, and what the system says of it.

use std::{cell::Cell, net::SocketAddr, path::Path, process::Stdio, rc::Rc};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, Command},
    sync::Notify,
    task::spawn_local,
};

use super::crowd::until;

/// How many clock ticks the kernel counts in a second: fixed on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server that is driven over its standard input.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    process: Child,
    input: ChildStdin,
    /// How many publications were asked for.
    asked: u64,
    answers: Rc<Answers>,
}

/// What the server has said.
#[derive(Default)]
struct Answers {
    published: Cell<u64>,
    more: Notify,
}

impl Subject {
    /// Openbell, or the program that is measured beside it.
    pub(super) async fn start(beside: Option<&Path>) -> anyhow::Result<Self> {
        let (name, mut command) = match beside {
            Some(program) => ("yardstick", Command::new(program)),
            None => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["bench", "server"]);
                ("openbell", command)
            }
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().with_context(|| format!("{name} does not start"))?;
        let input = process.stdin.take().context("its input")?;
        let mut lines = BufReader::new(process.stdout.take().context("its output")?).lines();
        let line = lines.next_line().await?.unwrap_or_default();
        let Some(address) = line.strip_prefix("listening ") else {
            bail!("{name} does not say where it listens");
        };
        let address = address.parse().context("its address")?;
        let answers = Rc::<Answers>::default();
        let told = answers.clone();
        spawn_local(async move {
            while let Ok(Some(_)) = lines.next_line().await {
                told.published.set(told.published.get() + 1);
                told.more.notify_waiters();
            }
        });
        Ok(Self { name, address, process, input, asked: 0, answers })
    }

    /// Asks for `count` messages of a room whose padding has so many bytes. Does not wait.
    pub(super) async fn publish(
        &mut self,
        room: usize,
        count: usize,
        bytes: usize,
    ) -> anyhow::Result<()> {
        let line = format!("publish {room} {count} {bytes}\n");
        self.asked += 1;
        self.input.write_all(line.as_bytes()).await.context("the server is gone")
    }

    /// Waits until everything that was asked for is published.
    pub(super) async fn published(&self) -> anyhow::Result<()> {
        let all = || self.answers.published.get() >= self.asked;
        until(&self.answers.more, all).await.context("publications are missing")
    }

    /// Processor time so far, in microseconds, of user and kernel together.
    pub(super) fn cpu_us(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_PER_SECOND * 1e6)
    }

    /// Resident memory in bytes.
    pub(super) fn memory_bytes(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        Ok(kib.context("no VmRSS")? * 1024.0)
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.process.id().context("the server has ended")
    }

    /// Ends it.
    pub(super) async fn end(mut self) -> anyhow::Result<()> {
        self.process.kill().await.context("the server cannot be ended")
    }
}
