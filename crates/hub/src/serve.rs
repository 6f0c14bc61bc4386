//! One connection's reading, writing and waiting.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::Duration,
};

use crate::{
    ClientFrame, CloseCode, Gone, Inbound, Opening, Outbound, Refusal, Sent, Text, TransportReader,
    TransportWriter,
    conduct::Class,
    connection::{Connection, Stage, whole_millis},
    queue::Batch,
    requests::Ping,
    verbs,
    wire::Reply,
    work::Job,
};

/// Leaves topics and registers, however the connection ends.
struct Guard(Arc<Connection>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.over();
    }
}

enum Ended {
    /// The close frame is written.
    Closed,
    /// The peer said that it is done, …
    ByPeer(Option<u16>),
    /// … or nothing more comes from it, …
    Silent,
    /// … or nothing reaches it.
    Gone,
    /// The peer takes nothing.
    Stalled,
}

pub(crate) fn serve<R: TransportReader, W: TransportWriter>(
    connection: Arc<Connection>,
    (mut reader, mut writer): (R, W),
    opening: Opening,
) -> impl Future<Output = CloseCode> + Send + 'static {
    let guard = Guard(connection);
    begin(&guard.0, opening);
    async move {
        let connection = &guard.0;
        let ended = {
            let mut reading = pin!(read(connection, &mut reader));
            let ended = tokio::select! {
                // No branch is ever ready for long, so none needs the luck of a draw.
                biased;
                ended = &mut reading => ended,
                ended = write(connection, &mut writer) => ended,
                () = watch(connection) => Ended::Stalled,
            };
            if matches!(ended, Ended::Closed) {
                // A socket that is dropped with unread data may take the close frame with it.
                within_grace(connection, async {
                    reading.await;
                })
                .await;
            }
            ended
        };
        // Boxed: it is large, and an open connection has no use for it.
        within_grace(connection, Box::pin(part(connection, &mut writer, ended))).await;
        connection.close(CloseCode::NORMAL);
        connection.queue.closing().unwrap_or(CloseCode::NORMAL)
    }
}

/// The last words, and the end of our direction.
async fn part<W: TransportWriter>(connection: &Arc<Connection>, writer: &mut W, ended: Ended) {
    let closing = connection.queue.closing();
    let last = match ended {
        Ended::Gone => return,
        Ended::Closed => None,
        Ended::ByPeer(code) => Some(Outbound::CloseBack(code)),
        Ended::Stalled => {
            let code = closing.unwrap_or(CloseCode::SLOW_CONSUMER);
            Some(Outbound::Close(code, code.reason()))
        }
        Ended::Silent => {
            if closing.is_some() {
                // It may have ended only its own direction, and still learns why.
                write(connection, writer).await;
            }
            None
        }
    };
    let mut messages = Vec::from_iter(last);
    while let Ok(Sent::Part) = writer.send(&mut messages).await {}
    // It is over either way.
    let _ = writer.end().await;
}

fn begin(connection: &Arc<Connection>, opening: Opening) {
    match opening.refuse {
        Some(code) => connection.close(code),
        None => connection.push_job(Job::Open(Box::new(opening))),
    }
}

async fn within_grace(connection: &Connection, last: impl Future<Output = ()>) {
    tokio::select! {
        () = last => {}
        () = connection.hub.clock.sleep(connection.hub.config.close_grace) => {}
    }
}

// ---- reading ----

async fn read<R: TransportReader>(connection: &Arc<Connection>, reader: &mut R) -> Ended {
    loop {
        while !may_read(connection) {
            connection.life.paused.store(true, Ordering::Relaxed);
            connection.may_read.wait().await;
        }
        if connection.life.paused.swap(false, Ordering::Relaxed) {
            connection.alive();
        }
        match reader.recv().await {
            None => return Ended::Silent,
            Some(Inbound::Close(code)) => return Ended::ByPeer(code),
            Some(_) if connection.queue.closing().is_some() => {}
            Some(message) => receive(connection, message),
        }
    }
}

fn may_read(connection: &Connection) -> bool {
    connection.queue.closing().is_some()
        || (connection.who(|who| who.stage != Stage::Opening) && connection.has_room_for_verbs())
}

fn receive(connection: &Arc<Connection>, message: Inbound) {
    let awaited = connection.alive();
    match message {
        Inbound::Text(text) => receive_text(connection, text),
        Inbound::Binary => {
            connection.refuse(None, &Refusal::bad_request("frames are text, not binary"));
        }
        Inbound::TooLarge => {
            let limit = connection.hub.config.max_frame_bytes;
            connection.refuse(None, &Refusal::too_large(limit));
            connection.close(CloseCode::MALFORMED);
        }
        Inbound::Malformed => connection.close(CloseCode::MALFORMED),
        // Answered at once, also while a verb runs.
        Inbound::Ping(payload) if connection.permits_control() => {
            connection.queue.push_pong(payload);
        }
        // Most connections only listen and answer our pings: nothing is kept of their conduct.
        Inbound::Pong if !awaited => {
            connection.permits_control();
        }
        Inbound::Ping(_) | Inbound::Pong | Inbound::Close(_) => {}
    }
}

fn receive_text(connection: &Arc<Connection>, text: Text) {
    let limit = connection.hub.config.max_frame_bytes;
    if text.len() > limit {
        return connection.refuse(None, &Refusal::too_large(limit));
    }
    match ClientFrame::parse_text(text) {
        Err(refusal) => connection.refuse(None, &refusal),
        Ok(frame) => {
            let class = verbs::class(connection, frame.kind());
            if !connection.permits(class, frame.id()) {
                return;
            }
            if class == Class::Ping {
                pong(connection, &frame);
            } else {
                connection.push_job(Job::Frame(Box::new(frame)));
            }
        }
    }
}

/// Answers at once, also while a verb runs: the client measures with it.
fn pong(connection: &Connection, frame: &ClientFrame) {
    let ping = serde_json::from_slice::<Ping<'_>>(frame.text().as_bytes());
    let t0 = ping.as_ref().ok().and_then(Ping::t0);
    let ts = connection.hub.clock.now();
    connection.direct_frame(&Reply::Pong { id: frame.id(), t0, ts });
}

// ---- writing ----

async fn write<W: TransportWriter>(connection: &Arc<Connection>, writer: &mut W) -> Ended {
    let mut batch = Batch::default();
    loop {
        for topic in connection.queue.next(&mut batch) {
            topic.caught_breath(connection);
            connection.restate_presence(&topic);
        }
        if batch.messages.is_empty() {
            connection.queue.woken().await;
            continue;
        }
        loop {
            match patiently(connection, writer.send(&mut batch.messages)).await {
                // Whoever takes something, however little, is not stalled.
                Some(Ok(Sent::Part)) => {}
                Some(Ok(Sent::All)) if batch.last => return Ended::Closed,
                Some(Ok(Sent::All)) => break,
                Some(Err(Gone)) => return Ended::Gone,
                None => {
                    connection.close(CloseCode::SLOW_CONSUMER);
                    return Ended::Stalled;
                }
            }
        }
    }
}

/// `None` when the peer takes nothing for too long. A timer is made only when it has to wait.
async fn patiently<T>(connection: &Connection, sending: impl Future<Output = T>) -> Option<T> {
    let mut sending = pin!(sending);
    let at_once = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
    if let Poll::Ready(done) = at_once {
        return Some(done);
    }
    tokio::select! {
        done = sending => Some(done),
        () = connection.hub.clock.sleep(connection.hub.config.stalled_after) => None,
    }
}

// ---- waiting ----

/// Pings, and ends what has gone on for too long. Ready only when closing takes too long.
async fn watch(connection: &Arc<Connection>) {
    let clock = &connection.hub.clock;
    while connection.queue.closing().is_none() {
        let wait = tick(connection);
        tokio::select! {
            () = clock.sleep(wait) => {}
            () = connection.rearm.wait() => {}
        }
    }
    clock.sleep(connection.hub.config.stalled_after).await;
}

/// Does what is due and says how long to wait for the next.
fn tick(connection: &Arc<Connection>) -> Duration {
    let config = &connection.hub.config;
    let now = connection.hub.clock.monotonic();
    let mut wait = heartbeat(connection, now);
    connection.queue.relax();
    let (stage, guest) = connection.who(|who| (who.stage, who.guest));
    if stage != Stage::Started || guest {
        let deadline = connection.opened_at + config.auth_timeout;
        if now < deadline {
            wait = wait.min(deadline - now);
        } else if connection.must_sign_in() {
            connection.close(CloseCode::NO_AUTH);
            return wait;
        } else {
            // Asked once: a guest who moves from one topic to another may follow none in between.
            connection.who(|who| who.guest = false);
        }
    }
    // Not before the greeting.
    let next = if stage == Stage::Opening { None } else { expiry(connection) };
    next.map_or(wait, |next| next.min(wait))
}

/// Does what is due before and at the end of a token, or of the session in its place, and says how
/// long to wait for the next.
fn expiry(connection: &Arc<Connection>) -> Option<Duration> {
    let (hub, notice) = (&connection.hub, connection.hub.config.expiry_notice);
    let now = hub.clock.now();
    // At once: a fresh token may come at this very moment.
    let (expires_at, session, due, first) = connection.who(|who| {
        let left = who.expires_at?.since(now);
        let due = if who.session.is_some() { left.is_zero() } else { left <= notice };
        let first = due && !std::mem::replace(&mut who.expiry_told, true);
        Some((who.expires_at?, who.session, due, first))
    })?;
    let left = expires_at.since(now);
    match session {
        // It may have been used since, by the browser's requests.
        Some(session) if first => hub.spawn(hub.clone().ask_about(connection.clone(), session)),
        None if left.is_zero() => connection.close(CloseCode::TOKEN_EXPIRED),
        None if first => connection.direct_frame(&Reply::AuthExpiring { expires_at }),
        None if !due => return Some(left - notice),
        _ => {}
    }
    (!left.is_zero()).then_some(left)
}

fn heartbeat(connection: &Connection, now: Duration) -> Duration {
    let config = &connection.hub.config;
    let life = &connection.life;
    if life.paused.load(Ordering::Relaxed) {
        return config.heartbeat;
    }
    let heartbeat_ms = whole_millis(config.heartbeat);
    let silent_ms = whole_millis(now).saturating_sub(life.last_inbound_ms.load(Ordering::Relaxed));
    let unanswered = life.unanswered.load(Ordering::Relaxed);
    let due_ms = heartbeat_ms * (u64::from(unanswered) + 1);
    if silent_ms < due_ms {
        return Duration::from_millis(due_ms - silent_ms);
    }
    if unanswered >= 2 {
        connection.close(CloseCode::NO_PONG);
    } else {
        life.unanswered.store(unanswered + 1, Ordering::Relaxed);
        connection.queue.push_ping();
    }
    config.heartbeat
}
