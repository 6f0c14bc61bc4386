//! `watchlist` on `/ws`: stands for the `property:<id>` of every watched property.

use domain::Topic;
use hub::{BoxFuture, Mode, Position, Refusal, Session, StreamFrame};
use kit::{Alias, Ctx, session_state};
use serde_json::value::RawValue;

use crate::{
    channel::follow_edit,
    follow::{Followed, follow_watchlist, property_of, topic_of},
    frames::{Unsubscribed, WatchlistOpened, text},
};

const NAME: &str = "watchlist";

/// The alias.
pub(crate) struct Watchlist;

/// Whether the session follows its user's edits. Nothing but this alias observes there.
fn is_open(session: &Session) -> bool {
    let own = session.user_id().map(Topic::user);
    own.is_some_and(|own| session.follows(&own, Mode::Observe))
}

impl Alias for Watchlist {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "the `property:<id>` of every watched property, as long as it is watched"
    }

    fn open(
        &self,
        ctx: Ctx,
        session: Session,
        id: Option<Box<RawValue>>,
        // A list has no position; its state comes whole.
        _: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(async move {
            let followed = session_state::<Followed>(&session);
            let before = session.topics(Mode::Forward);
            let opening = |state| text(&WatchlistOpened::new(id.as_deref(), NAME, state));
            let done = follow_watchlist(&ctx, &session, &followed, opening).await;
            if let Err(refusal) = &done {
                followed.unlist_all();
                // What the attempt took along was followed before: never silently.
                for topic in before {
                    if !session.follows(&topic, Mode::Forward) {
                        let frame = Unsubscribed::new(None, Some(topic.as_str()), topic.key());
                        session.send_value(&frame.because(&refusal.code));
                    }
                }
            }
            done
        })
    }

    fn leave(&self, _: Ctx, session: Session) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Some(user) = session.user_id() {
                session.leave(&Topic::user(user), Mode::Observe);
            }
            for property in session_state::<Followed>(&session).unlist_all() {
                session.leave(&topic_of(property), Mode::Forward);
            }
        })
    }

    fn named(&self, session: &Session, topic: &Topic) {
        if let Some(property) = property_of(topic) {
            session_state::<Followed>(session).ask(property);
        }
    }

    fn keeps(&self, session: &Session, topic: &Topic) -> bool {
        property_of(topic)
            .is_some_and(|property| session_state::<Followed>(session).only_listed(property))
    }

    fn needs(&self, session: &Session, topic: &Topic) -> bool {
        property_of(topic)
            .is_some_and(|property| session_state::<Followed>(session).is_listed(property))
    }

    fn observe(&self, ctx: Ctx, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if is_open(&session) {
                let followed = session_state::<Followed>(&session);
                follow_edit(&ctx, &session, &followed, Some(NAME), &frame).await;
            }
        })
    }
}
