//! The verbs that every socket understands.

use std::sync::Arc;

use domain::Topic;
use serde_json::value::RawValue;

use crate::{
    ClientFrame, CloseCode, ErrorCode, Mode, Opening, Refusal, Session, Wish,
    conduct::Class,
    connection::{Connection, Stage},
    frame::Events,
    requests,
    wire::{Limits, Reply, SignedIn},
};

/// The engine's verbs but `ping`, which the reader answers.
const ENGINE: [&str; 6] =
    ["connect", "subscribe", "unsubscribe", "history", "auth", "presence_update"];

/// So many bad tokens on one connection are more than a mistake.
const MAX_BAD_TOKENS: u8 = 5;

/// How many events a `history` without a limit brings.
const DEFAULT_HISTORY: usize = 100;

/// How often a frame of this type may come.
pub(crate) fn class(c: &Connection, kind: &str) -> Class {
    match kind {
        _ if c.endpoint.claims(kind) => Class::Verb,
        "ping" => Class::Ping,
        "history" => Class::History,
        "presence_update" => Class::Presence,
        _ if ENGINE.contains(&kind) => Class::Subscribe,
        _ => Class::Verb,
    }
}

/// Does what a frame asks for.
pub(crate) async fn dispatch(c: &Arc<Connection>, frame: ClientFrame) -> Result<(), Refusal> {
    let kind = frame.kind();
    if c.who(|who| who.stage != Stage::Started) && kind != "connect" && kind != "auth" {
        return Err(Refusal::unauthorized("`connect` or `auth` with a token comes first"));
    }
    if ENGINE.contains(&kind) && !c.endpoint.claims(kind) {
        return engine(c, frame).await;
    }
    let id = frame.id().map(ToOwned::to_owned);
    if let Some(result) = c.endpoint.verb(Session::of(c), frame).await? {
        c.reply(&Reply::Ack { id: id.as_deref(), result: &result });
    }
    Ok(())
}

/// Does an engine's verb.
pub(crate) async fn engine(c: &Arc<Connection>, frame: ClientFrame) -> Result<(), Refusal> {
    match frame.kind() {
        "connect" => connect(c, &frame).await,
        "auth" => auth(c, &frame).await,
        "subscribe" => subscribe(c, &frame).await,
        "unsubscribe" => unsubscribe(c, &frame).await,
        "history" => history(c, &frame).await,
        "presence_update" => presence_update(c, &frame),
        other => Err(Refusal::unknown_type(other)),
    }
}

/// The first thing a connection does.
pub(crate) async fn open(c: &Arc<Connection>, opening: Opening) {
    let identity = match (opening.identity, opening.token) {
        (Some(identity), _) => Some((identity, c.hub.disconnects())),
        (None, None) => None,
        (None, Some(token)) => match c.hub.authenticate(token).await {
            Ok(identity) => Some(identity),
            Err(refusal) => return c.close(CloseCode::for_refusal(&refusal)),
        },
    };
    if let Some(identity) = &identity
        && c.identify(identity).is_err()
    {
        return;
    }
    if c.queue.closing().is_some() {
        return;
    }
    if c.endpoint.greets() {
        greet(c);
    }
    let lacks_user = opening.requires_user && identity.is_none();
    if lacks_user && !c.endpoint.admits_guests() {
        c.enter(Stage::Waiting);
    } else {
        c.who(|who| who.guest = lacks_user);
        start(c).await;
    }
}

fn greet(c: &Connection) {
    let config = &c.hub.config;
    c.direct_frame(&Reply::ConnectionEstablished {
        client: c.id,
        user_id: c.scope().user_id(),
        session: c.id,
        server_time: c.hub.clock.now(),
        heartbeat_ms: u64::try_from(config.heartbeat.as_millis()).unwrap_or(u64::MAX),
        limits: Limits::of(config),
        version: config.version,
    });
}

async fn start(c: &Arc<Connection>) {
    c.enter(Stage::Started);
    if let Err(refusal) = c.endpoint.start(Session::of(c)).await {
        tracing::debug!(endpoint = c.endpoint.name(), %refusal, "a connection may not start");
        c.close(CloseCode::for_refusal(&refusal));
    }
}

/// Takes a token on a connection that is already open. A bad one closes it while nobody is known,
/// unless `spares` says that it can go on without.
async fn sign_in(c: &Arc<Connection>, token: String, spares: bool) -> Result<(), Refusal> {
    let identity = match c.hub.authenticate(token).await {
        Ok(identity) => identity,
        Err(refusal) => {
            // On a live connection the old token still counts.
            let goes_on = c.who(|who| {
                who.bad_tokens = who.bad_tokens.saturating_add(u8::from(!who.known));
                who.known || (spares && who.bad_tokens < MAX_BAD_TOKENS)
            });
            if !goes_on && refusal.status == 401 {
                c.close(CloseCode::UNAUTHORIZED);
            }
            return Err(refusal);
        }
    };
    let fresh = c.identify(&identity)?;
    match c.who(|who| who.stage) {
        Stage::Started if fresh => {
            if let Err(refusal) = c.endpoint.user_changed(Session::of(c)).await {
                c.close(CloseCode::for_refusal(&refusal));
                return Err(refusal);
            }
        }
        Stage::Started => {}
        Stage::Opening | Stage::Waiting => start(c).await,
    }
    Ok(())
}

fn acknowledge(c: &Connection, id: Option<&RawValue>, restored: Option<(usize, usize)>) {
    let result = c.who(|who| SignedIn {
        user_id: who.scope.user_id(),
        expires_at: who.expires_at.map(domain::Timestamp::as_millis),
        session: c.id,
        restored: restored.map(|(restored, _)| restored),
        refused: restored.map(|(_, refused)| refused),
    });
    if let Ok(result) = serde_json::value::to_raw_value(&result) {
        c.reply(&Reply::Ack { id, result: &result });
    }
}

async fn auth(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::Auth = frame.parse()?;
    // What is open to everyone goes on for somebody unknown; `connect` is a part of the handshake.
    let spares = c.who(|who| who.stage == Stage::Started);
    sign_in(c, request.token, spares).await?;
    acknowledge(c, frame.id(), None);
    Ok(())
}

async fn connect(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::Connect = frame.parse()?;
    if let Some(token) = request.token {
        sign_in(c, token, false).await?;
    } else if c.who(|who| who.stage != Stage::Started) {
        return Err(Refusal::unauthorized("this socket needs a token"));
    }
    let (mut restored, mut refused) = (0, 0);
    for (name, since) in request.resume {
        // Each reply may be long: the next is made when the client has taken the last.
        c.queue.room().await;
        // Each asks as much of the house as a `subscribe` does.
        c.turn(Class::Subscribe).await;
        if c.queue.closing().is_some() {
            return Ok(());
        }
        let opened = match name.parse::<Topic>() {
            Ok(topic) => {
                open_topic(c, None, topic, since.map(requests::Resume::wish).unwrap_or_default())
                    .await
            }
            Err(error) => Err(Refusal::bad_request(error.to_string())),
        };
        match opened {
            Ok(()) => restored += 1,
            Err(refusal) => {
                refused += 1;
                let code = Some(&*refusal.code);
                c.reply(&Reply::Unsubscribed { id: None, ch: &name, code });
            }
        }
    }
    acknowledge(c, frame.id(), Some((restored, refused)));
    Ok(())
}

async fn open_topic(
    c: &Arc<Connection>,
    id: Option<&RawValue>,
    topic: Topic,
    wish: Wish,
) -> Result<(), Refusal> {
    let session = Session::of(c);
    if c.endpoint.aliases(&topic) {
        return c.endpoint.open_alias(session, topic, id.map(ToOwned::to_owned), wish.since).await;
    }
    let done = session.open_as(id, topic.clone(), wish).await;
    if done.is_ok() {
        c.endpoint.named(&session, &topic);
    }
    done
}

async fn subscribe(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::Subscribe = frame.parse()?;
    let (topic, wish) = request.wish();
    let before = c.joined(&topic, Mode::Forward).is_some();
    let result = open_topic(c, frame.id(), topic.clone(), wish).await;
    if let Err(refusal) = &result
        && before
        && c.joined(&topic, Mode::Forward).is_none()
    {
        // It was joined, and the new attempt has ended that: never silently.
        let code = Some(&*refusal.code);
        c.direct_frame(&Reply::Unsubscribed { id: None, ch: topic.as_str(), code });
    }
    result
}

async fn unsubscribe(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::Unsubscribe = frame.parse()?;
    if c.endpoint.aliases(&request.ch) {
        c.endpoint.leave_alias(Session::of(c), request.ch.clone()).await;
    } else if !c.endpoint.keeps(&Session::of(c), &request.ch) {
        c.leave(&request.ch, Mode::Forward, None);
    }
    // Also for a topic that was not joined: the client asks for a state, and has it.
    c.reply(&Reply::Unsubscribed { id: frame.id(), ch: request.ch.as_str(), code: None });
    Ok(())
}

fn presence_update(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::PresenceUpdate<'_> = serde_json::from_slice(frame.text().as_bytes())
        .map_err(|error| Refusal::bad_request(error.to_string()))?;
    let limit = c.hub.config.max_presence_bytes;
    let state = request.state.map(RawValue::get).filter(|text| *text != "null");
    if state.is_some_and(|text| text.len() > limit) {
        let message = format!("a state has at most {limit} bytes of JSON");
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    let Some(room) = c.room(&request.ch) else {
        return Err(Refusal::forbidden("subscribe to the topic with `presence` first"));
    };
    let act = room.set_state(&c.hub, c.key, state.map(Arc::from))?;
    c.hub.act(&room, act);
    // Cursors move often: who does not ask needs no answer.
    if frame.id().is_some() {
        c.reply(&Reply::Ack { id: frame.id(), result: RawValue::NULL });
    }
    Ok(())
}

async fn history(c: &Arc<Connection>, frame: &ClientFrame) -> Result<(), Refusal> {
    let request: requests::History = frame.parse()?;
    let Some(cell) = c.joined(&request.ch, Mode::Forward) else {
        return Err(Refusal::forbidden("subscribe to the topic first"));
    };
    let limit = request.limit.unwrap_or(DEFAULT_HISTORY).clamp(1, c.hub.config.replay_limit);
    let reverse = request.reverse.unwrap_or(false);
    let (since, epoch) = match request.since {
        None => (None, None),
        Some(requests::Since::Seq(seq)) => (Some(seq), None),
        Some(requests::Since::Position(at)) => (Some(at.seq), Some(at.epoch)),
    };
    // Backwards: what lies before `since`, the newest first; without it, from the end.
    let before = since.unwrap_or_else(|| cell.last().unwrap_or(0) + 1);
    let after = if reverse { before.saturating_sub(limit as u64 + 1) } else { since.unwrap_or(0) };
    let mut page = c.hub.replay(&cell, after, limit).await?;
    if epoch.is_some_and(|epoch| epoch != page.epoch) {
        return Err(Refusal::position_unrecoverable("the position is of another history"));
    }
    let more = if reverse {
        page.events.retain(|event| event.seq < before);
        page.events.reverse();
        page.events.last().is_some_and(|event| event.seq > page.first_kept.max(1))
    } else {
        if since.is_some() && page.first_kept > after + 1 && page.head > after {
            let first_kept = serde_json::json!({ "first_kept": page.first_kept });
            return Err(Refusal::position_unrecoverable("these events are no longer kept")
                .with_details(&first_kept));
        }
        page.more
    };
    let events = Events(&page.events);
    c.reply(&Reply::History { id: frame.id(), ch: &request.ch, events, more });
    Ok(())
}
