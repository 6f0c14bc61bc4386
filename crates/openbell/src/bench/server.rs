//! The server that a measurement loads: a process of its own, so that its processor time and its
//! memory are nobody else's. It is the whole house without the features: journal, hub, edge.
//!
//! Driven over standard input, a command a line; it ends with its input.
//! `publish <room> <count> <bytes>` commits that many events of a room in one transaction and
//! answers `published`.

use std::io::Write as _;

use anyhow::Context as _;
use domain::{TenantId, Topic};
use hub::{BoxFuture, ClientFrame, Endpoint, Refusal, Session};
use kit::{Ctx, Family, Module, SocketRoute, TopicRequest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use store::{Class, Frame, Tx};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{bench::unix_micros, cli::Failure, commands::refused, serve::Running};

const TENANT: TenantId = TenantId::DEFAULT;

/// Something has happened in a room.
#[derive(Serialize, Deserialize)]
struct Ticked {
    room: String,
}

impl events::Event for Ticked {
    const NAME: &'static str = "bench.ticked";
    const VERSION: u32 = 1;
}

/// What a room's followers see of it.
#[derive(Serialize)]
struct Tick<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// When it was sent, in microseconds since 1970.
    t: i64,
    pad: &'a str,
}

/// Rooms that anybody may follow, and a socket into each.
pub(crate) fn module() -> Module {
    let rooms =
        Family::stream("bench", "a room of a measurement", async |_: TopicRequest| Ok(None))
            .public();
    let socket = SocketRoute::new("/ws/bench/{room}", "one room of a measurement", |_, words| {
        Arc::new(Room { name: words.into_iter().next().unwrap_or_default() })
    });
    Module::new("bench").family(rooms).socket(socket.public())
}

/// A socket that follows a room at once, or none when its name is `-`.
struct Room {
    name: String,
}

impl Endpoint for Room {
    fn name(&self) -> &'static str {
        "/ws/bench/"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let topic = topic(&self.name);
        let idle = self.name == "-";
        Box::pin(async move {
            if idle {
                session.send(r#"{"type":"welcome"}"#);
                return Ok(());
            }
            session.open(None, topic?, None, false).await
        })
    }

    fn verb(
        &self,
        _: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::unknown_type(frame.kind()))))
    }
}

fn topic(room: &str) -> Result<Topic, Refusal> {
    format!("bench:{room}").parse().map_err(|_| Refusal::not_found("there is no such room"))
}

/// Serves until its input ends.
pub(crate) async fn run() -> Result<(), Failure> {
    let folder = tempfile::tempdir().context("a folder for the database")?;
    let place = folder.path().to_string_lossy().into_owned();
    // All the load comes from one address.
    let settings = [
        ("OPENBELL_DATA_DIR", place.as_str()),
        ("OPENBELL_LISTEN", "127.0.0.1:0"),
        ("OPENBELL_MAX_CONNECTIONS", "1000000"),
        ("OPENBELL_MAX_CONNECTIONS_PER_ADDRESS", "1000000"),
        ("OPENBELL_RATE_READ", "off"),
        ("OPENBELL_RATE_SOCKET", "off"),
    ];
    let env = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = kit::Config::load(env.into_iter(), None).map_err(Failure::usage)?;
    let running = Running::start(config, vec![module()]).await?;
    say(&format!("listening {}", running.address))?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<&str> = line.split(' ').collect();
        let ["publish", room, count, bytes] = words[..] else {
            return Err(Failure::usage(format!("unknown command: {line}")));
        };
        publish(running.ctx(), room, count.parse()?, bytes.parse()?).await?;
        say("published")?;
    }
    running.stop().await;
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush())
}

async fn publish(ctx: &Ctx, room: &str, count: usize, bytes: usize) -> Result<(), Failure> {
    let topic = topic(room).map_err(Failure::usage)?;
    let event = Ticked { room: room.to_owned() };
    let tick = Tick { kind: "tick", t: unix_micros(), pad: &"x".repeat(bytes) };
    let work = Arc::new((event, Frame::new(topic, &tick)?));
    let write = async move |tx: &Tx| {
        let (event, frame) = &*work;
        for _ in 0..count {
            tx.emit(TENANT, event, vec![frame.clone()])?;
        }
        Ok::<_, kit::Error>(())
    };
    ctx.store().write(Class::Interactive, write).await.map_err(refused)
}
