//! The inbox's socket, and its verbs there and on `/ws`.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{Topic, UserId};
use hub::{ClientFrame, Endpoint, Mode, Refusal, Session, StreamFrame, Text};
use kit::{BoxFuture, Call, Ctx, Error, SocketRoute};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use store::Tx;
use utoipa::ToSchema;

use crate::{
    change::Change,
    frames::UnreadCount,
    given::{self, GivenId},
    list,
    routes::{change, counts},
};

/// The verbs, on the inbox's socket and on `/ws` alike.
pub(crate) const VERBS: [&str; 4] = ["mark_read", "mark_all_read", "dismiss", "get_unread_count"];

type Reply = Result<Option<Box<RawValue>>, Refusal>;

/// `/ws/notifications/<user|me>`.
pub(crate) fn socket() -> SocketRoute {
    SocketRoute::new(
        "/ws/notifications/{user}",
        "one's own inbox: `unread_count` first, then what comes; `me` or one's own id",
        |ctx, mut words| Arc::new(InboxSocket { ctx, whose: words.pop().unwrap_or_default() }),
    )
    .follows(&["user"])
}

/// Marks notifications read: `notification_id`, `ids` or `up_to`. (`id` is the frame's own.)
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MarkReadVerb {
    /// One.
    #[serde(default)]
    #[schema(value_type = Option<domain::Id>)]
    notification_id: Option<GivenId>,
    /// Several, at most 200.
    #[serde(default)]
    #[schema(value_type = Option<Vec<domain::Id>>)]
    ids: Option<Vec<GivenId>>,
    /// All that are unread up to this `inbox_no`.
    #[serde(default)]
    up_to: Option<i64>,
    /// Two verbs with one key are one.
    #[serde(default)]
    key: Option<String>,
}

/// Marks read what is unread.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MarkAllReadVerb {
    /// Up to this `inbox_no`. Without it, on the inbox's own socket: up to what this socket was
    /// sent. On `/ws` it is required.
    #[serde(default)]
    up_to: Option<i64>,
    /// Two verbs with one key are one.
    #[serde(default)]
    key: Option<String>,
}

/// Puts notifications away: `notification_id` or `ids`. (`id` is the frame's own.)
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DismissVerb {
    /// One.
    #[serde(default)]
    #[schema(value_type = Option<domain::Id>)]
    notification_id: Option<GivenId>,
    /// Several, at most 200.
    #[serde(default)]
    #[schema(value_type = Option<Vec<domain::Id>>)]
    ids: Option<Vec<GivenId>>,
    /// Two verbs with one key are one.
    #[serde(default)]
    key: Option<String>,
}

/// What a client said, which its key promises to say again.
#[derive(Serialize)]
struct Said {
    ids: Vec<Option<domain::Id>>,
    up_to: Option<i64>,
}

/// A verb understood.
struct Wish {
    change: Change,
    said: Said,
    key: Option<String>,
}

/// A verb on `/ws`.
pub(crate) async fn on_multiplexed(ctx: Ctx, session: Session, frame: ClientFrame) -> Reply {
    run(ctx, session, frame, None).await
}

/// Does a verb. `sent` is the highest number that this socket was sent, where that is known.
async fn run(ctx: Ctx, session: Session, frame: ClientFrame, sent: Option<i64>) -> Reply {
    let scope = session.scope();
    let wish = match frame.kind() {
        "mark_read" => mark_read(frame.parse()?)?,
        "mark_all_read" => mark_all_read(frame.parse()?, sent)?,
        "dismiss" => dismiss(frame.parse()?)?,
        "get_unread_count" => {
            let call = Call::of_socket(scope, None, "", &[])?;
            return answer(&counts(&ctx, &call).await?);
        }
        other => return Err(Refusal::unknown_type(other)),
    };
    let said = serde_json::to_vec(&wish.said).map_err(Error::internal)?;
    let call = Call::of_socket(scope, wish.key.as_deref(), frame.kind(), &said)?;
    answer(&change(&ctx, &call, wish.change).await?.counts)
}

fn answer<T: Serialize>(value: &T) -> Reply {
    Ok(Some(to_raw_value(value).map_err(Error::internal)?))
}

fn together(id: Option<GivenId>, ids: Option<Vec<GivenId>>) -> Option<Vec<GivenId>> {
    match (id, ids) {
        (None, None) => None,
        (id, ids) => Some(id.into_iter().chain(ids.unwrap_or_default()).collect()),
    }
}

fn said(given: &[GivenId], up_to: Option<i64>) -> Said {
    Said { ids: given.iter().map(|id| id.0).collect(), up_to }
}

fn mark_read(verb: MarkReadVerb) -> kit::Result<Wish> {
    let MarkReadVerb { notification_id: id, ids, up_to, key } = verb;
    match (together(id, ids), up_to) {
        (Some(given), None) => {
            Ok(Wish { change: Change::Read(given::ids(&given)?), said: said(&given, None), key })
        }
        (None, Some(number)) => {
            Ok(Wish { change: Change::ReadUpTo(number), said: said(&[], up_to), key })
        }
        _ => Err(Error::invalid("ids", "one_of", "say either ids or up_to")),
    }
}

fn mark_all_read(verb: MarkAllReadVerb, sent: Option<i64>) -> kit::Result<Wish> {
    let MarkAllReadVerb { up_to, key } = verb;
    let number = up_to.or(sent).ok_or_else(|| {
        Error::invalid("up_to", "required", "say up to which inbox_no on this socket")
    })?;
    Ok(Wish { change: Change::ReadUpTo(number), said: said(&[], up_to), key })
}

fn dismiss(verb: DismissVerb) -> kit::Result<Wish> {
    let DismissVerb { notification_id: id, ids, key } = verb;
    let given = together(id, ids)
        .ok_or_else(|| Error::invalid("ids", "required", "say which: notification_id or ids"))?;
    Ok(Wish { change: Change::Dismiss(given::ids(&given)?), said: said(&given, None), key })
}

/// The highest `inbox_no` that a socket was sent, or that was there when it began.
#[derive(Default)]
struct Sent(AtomicI64);

/// One connection of the inbox's socket.
struct InboxSocket {
    ctx: Ctx,
    whose: String,
}

impl InboxSocket {
    /// The user, when the path names the one who connects. Others' inboxes do not exist.
    fn own(&self, session: &Session) -> Result<UserId, Refusal> {
        let user = session.user_id().ok_or_else(|| Refusal::unauthorized("sign in first"))?;
        let own = self.whose == "me" || self.whose.parse() == Ok(user);
        if own { Ok(user) } else { Err(Refusal::not_found("there is no such inbox")) }
    }
}

impl Endpoint for InboxSocket {
    fn name(&self) -> &'static str {
        "/ws/notifications"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let (ctx, user) = (self.ctx.clone(), self.own(&session));
        Box::pin(async move { begin(&ctx, &session, user?).await })
    }

    fn verb(&self, session: Session, frame: ClientFrame) -> BoxFuture<'static, Reply> {
        let sent = session.state::<Sent>().0.load(Ordering::Relaxed);
        Box::pin(run(self.ctx.clone(), session, frame, Some(sent)))
    }

    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        if let Some(number) = number_of_new(&frame.body) {
            session.state::<Sent>().0.fetch_max(number, Ordering::Relaxed);
        }
        Box::pin(std::future::ready(()))
    }
}

/// Follows the user's stream from the position at which the counters were read.
async fn begin(ctx: &Ctx, session: &Session, user: UserId) -> Result<(), Refusal> {
    let (tenant, topic) = (session.tenant(), Topic::user(user));
    // Joined twice: for the client, and to know what the client was sent.
    let watched = session.hold(std::slice::from_ref(&topic), Mode::Observe)?;
    let followed = session.hold(std::slice::from_ref(&topic), Mode::Forward)?;
    let name = topic.clone();
    let read = async move |tx: &Tx| {
        let head = tx.topic_head(tenant, &name).await?;
        Ok::<_, Error>((head.seq, list::state(tx, tenant, user).await?))
    };
    let (seq, state) = ctx.store().read(read).await?;
    session.state::<Sent>().0.fetch_max(state.last_no, Ordering::Relaxed);
    let first = serde_json::to_string(&UnreadCount::of(state.counts())).map_err(Error::internal)?;
    watched.release(&[(topic.clone(), seq)], Vec::new());
    followed.release(&[(topic, seq)], vec![Text::from(first)]);
    Ok(())
}

/// The number of the notification that a frame brings.
fn number_of_new(body: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct New {
        inbox_no: i64,
    }
    // The form in which this crate writes it; others' frames are passed over unread.
    if !body.starts_with("{\"type\":\"new_notification\"") {
        return None;
    }
    serde_json::from_str::<New>(body).ok().map(|new| new.inbox_no)
}
