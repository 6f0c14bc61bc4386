//! The connections to Redis: made, watched, and made anew.

use std::{
    collections::HashSet,
    convert::Infallible,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, ErrorKind, Pipeline, PushInfo, PushKind, RedisError,
    RedisResult, Value, aio::MultiplexedConnection,
};
use tokio::sync::Notify;

use super::Shared;
use crate::{Link, lock};

/// How long a connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an answer may take.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long it may take to find the server, however many have to be asked.
const FIND_LIMIT: Duration = Duration::from_secs(10);
/// How often an idle connection is asked whether it is there.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// The pauses between two attempts, each up to twice as long as the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Keeps the broker connected until it is dropped.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut pause = PAUSES.0;
    loop {
        let before = shared.meters.stats().connects;
        let Err(error) = tokio::select! {
            ended = session(&shared) => ended,
            () = shared.stopping.cancelled() => break,
        };
        end(&shared, &reason(&error));
        let connected = shared.meters.stats().connects > before;
        pause = if connected { PAUSES.0 } else { (pause * 2).min(PAUSES.1) };
        tokio::select! {
            () = shared.clock.sleep(jittered(pause)) => {}
            () = shared.stopping.cancelled() => break,
        }
    }
    end(&shared, "the broker is closed");
}

/// Half to all of a pause, so that nodes do not come back at the same moment.
fn jittered(pause: Duration) -> Duration {
    let share = u32::try_from(RandomState::new().hash_one(pause) % 1_000).unwrap_or(0);
    pause / 2 + pause * share / 2_000
}

/// What went wrong, in one line. The library's errors hold no address and no password, but for the
/// one that tells where to go.
pub(super) fn reason(error: &RedisError) -> String {
    if error.redirect_node().is_some() {
        return "another server of the cluster has our keys".to_owned();
    }
    error.to_string().replace('\n', " ")
}

fn end(shared: &Shared, reason: &str) {
    *lock(&shared.connection) = None;
    shared.meters.dropped(shared.outbox.close() as u64);
    shared.meters.disconnected();
    let was = shared.link.borrow().clone();
    let since = match &was {
        Link::Away { since, .. } => *since,
        Link::Local | Link::Connected => {
            tracing::warn!(reason, "Redis is away; the journal brings what others commit");
            shared.clock.now()
        }
    };
    let link = Link::Away { since, reason: reason.into() };
    shared.link.send_if_modified(|current| std::mem::replace(current, link.clone()) != link);
}

/// One pair of connections, from their making to their first failure.
async fn session(shared: &Arc<Shared>) -> RedisResult<Infallible> {
    // Two, so that what comes in cannot hold up the answers to what goes out.
    let broken = Arc::new(Notify::new());
    let server = tokio::select! {
        found = shared.servers.find(shared.names.control()) => found?,
        () = shared.clock.sleep(FIND_LIMIT) => {
            return Err((ErrorKind::Io, "nobody says where Redis is").into());
        }
    };
    let commands = connect(shared, &server, &broken).await?;
    let mut listening = connect(shared, &server, &broken).await?;
    listening.subscribe(shared.names.control()).await?;
    if let Some(sink) = shared.node.get().and_then(|(_, sink)| sink.upgrade()) {
        sink.reconnected();
    }
    shared.follows.begin();
    shared.outbox.open();
    *lock(&shared.connection) = Some(commands.clone());
    tokio::select! {
        ended = send(shared, commands.clone()) => ended,
        ended = subscribe(shared, listening.clone()) => ended,
        ended = beat(shared, commands, listening) => ended,
        () = broken.notified() => {
            Err((ErrorKind::Io, "the connection was closed").into())
        }
    }
}

async fn connect(
    shared: &Arc<Shared>,
    server: &Client,
    broken: &Arc<Notify>,
) -> RedisResult<MultiplexedConnection> {
    let (shared_too, broken) = (shared.clone(), broken.clone());
    let take = move |push: PushInfo| -> Result<(), Infallible> {
        match (push.kind, &push.data[..]) {
            (PushKind::Message, [Value::BulkString(channel), Value::BulkString(payload)]) => {
                shared_too.receive(channel, payload);
            }
            (PushKind::Disconnection, _) => broken.notify_one(),
            _ => {}
        }
        Ok(())
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT))
        .set_push_sender(take);
    server.get_multiplexed_async_connection_with_config(&config).await
}

/// Sends what waits, many commands at a time.
async fn send(shared: &Shared, mut connection: MultiplexedConnection) -> RedisResult<Infallible> {
    loop {
        let batch = shared.outbox.next().await;
        let messages = batch.len() as u64;
        let mut pipeline = Pipeline::with_capacity(batch.len());
        for command in batch.into_iter().flat_map(super::Outgoing::into_commands) {
            pipeline.add_command(command);
        }
        pipeline.ignore_errors();
        let answers: RedisResult<Vec<RedisResult<Value>>> =
            pipeline.query_async(&mut connection).await;
        // Whether Redis has taken them is not known, but they are not sent again.
        let answers = answers.inspect_err(|_| {
            shared.meters.dropped(messages);
        })?;
        let refused: Vec<RedisError> = answers.into_iter().filter_map(Result::err).collect();
        shared.meters.sent(messages.saturating_sub(refused.len() as u64));
        let Some(error) = refused.first() else { continue };
        if shared.meters.dropped(refused.len() as u64).is_power_of_two() {
            tracing::warn!(%error, "Redis refuses a command");
        }
        if let Some(error) = refused.iter().find(|error| leads_no_more(error)) {
            return Err(error.clone());
        }
    }
}

/// The server has become a replica, or our slot of the cluster belongs to another one now.
fn leads_no_more(error: &RedisError) -> bool {
    matches!(error.code(), Some("READONLY" | "MOVED" | "CLUSTERDOWN"))
}

/// Keeps what is subscribed at what is wanted, and tells the hub what has begun to come.
async fn subscribe(
    shared: &Shared,
    mut connection: MultiplexedConnection,
) -> RedisResult<Infallible> {
    let channels = |keys: &[super::follows::Key]| -> Vec<String> {
        keys.iter().map(|(tenant, topic)| shared.names.channel(*tenant, topic)).collect()
    };
    let (mut subscribed, mut complete) = (HashSet::new(), false);
    loop {
        let Some(step) = shared.follows.step(&mut subscribed) else {
            if !std::mem::replace(&mut complete, true) {
                tracing::info!(topics = subscribed.len(), "Redis is connected");
                shared.meters.connected();
                shared.link.send_replace(Link::Connected);
            }
            shared.follows.changed().await;
            continue;
        };
        if !step.unsubscribe.is_empty() {
            connection.unsubscribe(channels(&step.unsubscribe)).await?;
        }
        if !step.subscribe.is_empty() {
            connection.subscribe(channels(&step.subscribe)).await?;
            if let Some(sink) = shared.node.get().and_then(|(_, sink)| sink.upgrade()) {
                sink.confirmed(step.subscribe);
            }
        }
    }
}

/// Asks both connections whether they are there. A server that stands still closes nothing.
async fn beat(
    shared: &Shared,
    mut commands: MultiplexedConnection,
    mut listening: MultiplexedConnection,
) -> RedisResult<Infallible> {
    loop {
        shared.clock.sleep(HEARTBEAT).await;
        for connection in [&mut commands, &mut listening] {
            shared.servers.question(shared.names.control()).query_async::<()>(connection).await?;
        }
    }
}
