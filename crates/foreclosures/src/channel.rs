//! The socket `/ws/auctions/`.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Id, Topic};
use hub::{BoxFuture, ClientFrame, CloseCode, Endpoint, Mode, Refusal, Session, StreamFrame};
use kit::{Ctx, SocketRoute, session_state};
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    follow::{Followed, follow_property, follow_watchlist, property_of, topic_of},
    frames::{Refused, Subscribed, Unsubscribed, WatchlistChanged, text},
};

/// The longest `propertyId` that is echoed, in characters.
const MAX_ECHO: usize = 128;

pub(crate) fn socket() -> SocketRoute {
    SocketRoute::new(
        "/ws/auctions",
        "the properties of the own watchlist, and further ones by `subscribe {propertyId}`",
        |ctx, _| Arc::new(Auctions { ctx }),
    )
    .follows(&["property"])
}

struct Auctions {
    ctx: Ctx,
}

/// What the client says of a property, or of a topic.
#[derive(Deserialize)]
struct Wish {
    #[serde(rename = "propertyId", default, deserialize_with = "given")]
    property: Option<Box<RawValue>>,
    #[serde(default)]
    ch: Option<IgnoredAny>,
}

/// Tells null from absent.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(value).map(Some)
}

/// The topics of a frame to the engine.
#[derive(Deserialize)]
struct EngineWish {
    #[serde(default)]
    ch: Option<Topic>,
    #[serde(default)]
    resume: BTreeMap<String, IgnoredAny>,
}

/// A `propertyId` as it came.
struct Named {
    id: Option<Id>,
    /// As text, for the answer: what was no text is shown as its JSON.
    shown: String,
}

impl Named {
    fn of(raw: &RawValue) -> Self {
        let named: Option<String> = serde_json::from_str(raw.get()).ok();
        let id = named.as_deref().and_then(|text| text.parse::<Id>().ok());
        let shown = match (id, named) {
            (Some(id), _) => id.to_string(),
            (None, Some(text)) => text.chars().take(MAX_ECHO).collect(),
            (None, None) => raw.get().chars().take(MAX_ECHO).collect(),
        };
        Self { id, shown }
    }
}

impl Auctions {
    async fn own_verb(&self, session: &Session, frame: &ClientFrame, raw: &RawValue) {
        let named = Named::of(raw);
        let done = match frame.kind() {
            "subscribe" => self.subscribe(session, frame.id(), &named).await,
            _ => unsubscribe(session, frame.id(), &named, raw),
        };
        if let Err(refusal) = done {
            session.send_value(&Refused::new(frame.id(), &refusal, &named.shown));
        }
    }

    async fn subscribe(
        &self,
        session: &Session,
        id: Option<&RawValue>,
        named: &Named,
    ) -> Result<(), Refusal> {
        let property = named.id.ok_or_else(no_such_property)?;
        let before = session.follows(&topic_of(property), Mode::Forward);
        let opening = |auction| text(&Subscribed::new(id, None, auction));
        let followed = session_state::<Followed>(session);
        let done = follow_property(&self.ctx, session, property, opening).await;
        match &done {
            Ok(()) => followed.ask(property),
            Err(refusal) => {
                followed.forget(property);
                // It was followed, and the new attempt has ended that: never silently.
                if before && !session.follows(&topic_of(property), Mode::Forward) {
                    let frame = Unsubscribed::new(None, None, &named.shown);
                    session.send_value(&frame.because(&refusal.code));
                }
            }
        }
        done
    }

    /// An engine's verb. What did not come to be the client does not follow.
    async fn engine_verb(&self, session: &Session, frame: ClientFrame) -> Result<(), Refusal> {
        let wish: EngineWish = frame.parse()?;
        let done = session.engine_verb(frame).await;
        let followed = session_state::<Followed>(session);
        let resumed = wish.resume.keys().filter_map(|name| name.parse::<Topic>().ok());
        for topic in resumed.chain(wish.ch) {
            if let (Some(property), false) =
                (property_of(&topic), session.follows(&topic, Mode::Forward))
            {
                followed.forget(property);
            }
        }
        done
    }
}

fn no_such_property() -> Refusal {
    Refusal::not_found("there is no such property")
}

fn unsubscribe(
    session: &Session,
    id: Option<&RawValue>,
    named: &Named,
    raw: &RawValue,
) -> Result<(), Refusal> {
    if !raw.get().starts_with('"') {
        return Err(no_such_property());
    }
    if let Some(property) = named.id {
        session_state::<Followed>(session).forget(property);
        session.leave(&topic_of(property), Mode::Forward);
    }
    // Also for what was not followed: the client asks for a state, and has it.
    session.send_value(&Unsubscribed::new(id, None, &named.shown));
    Ok(())
}

impl Endpoint for Auctions {
    fn name(&self) -> &'static str {
        "/ws/auctions"
    }

    fn claims(&self, kind: &str) -> bool {
        matches!(kind, "subscribe" | "unsubscribe" | "connect")
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let ctx = self.ctx.clone();
        Box::pin(async move {
            let followed = session_state::<Followed>(&session);
            follow_watchlist(&ctx, &session, &followed, |state| text(&state)).await
        })
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        let this = Self { ctx: self.ctx.clone() };
        Box::pin(async move {
            match frame.kind() {
                "connect" => this.engine_verb(&session, frame).await?,
                "subscribe" | "unsubscribe" => {
                    let wish: Wish = frame.parse()?;
                    match wish.property {
                        Some(raw) => this.own_verb(&session, &frame, &raw).await,
                        None if wish.ch.is_some() => this.engine_verb(&session, frame).await?,
                        None => return Err(Refusal::bad_request("`propertyId` is missing")),
                    }
                }
                kind => return Err(Refusal::unknown_type(kind)),
            }
            Ok(None)
        })
    }

    fn named(&self, session: &Session, topic: &Topic) {
        if let Some(property) = property_of(topic) {
            session_state::<Followed>(session).ask(property);
        }
    }

    fn keeps(&self, session: &Session, topic: &Topic) -> bool {
        property_of(topic)
            .is_some_and(|property| session_state::<Followed>(session).leave_name(property))
    }

    fn needs(&self, session: &Session, topic: &Topic) -> bool {
        property_of(topic)
            .is_some_and(|property| session_state::<Followed>(session).is_followed(property))
    }

    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        let ctx = self.ctx.clone();
        Box::pin(async move {
            let followed = session_state::<Followed>(&session);
            follow_edit(&ctx, &session, &followed, None, &frame).await;
        })
    }
}

/// Does on a session what an edit of the watchlist means: joins or leaves, and says so. `ch` is
/// put into what it says.
pub(crate) async fn follow_edit(
    ctx: &Ctx,
    session: &Session,
    followed: &Followed,
    ch: Option<&'static str>,
    frame: &StreamFrame,
) {
    if !followed.is_news(frame.seq) {
        return;
    }
    let Some((property, watched)) = WatchlistChanged::read(&frame.body) else {
        return;
    };
    let shown = property.to_string();
    if !watched {
        if followed.unlist(property) && session.leave(&topic_of(property), Mode::Forward) {
            session.send_value(&Unsubscribed::new(None, ch, &shown));
        }
        return;
    }
    followed.list(session, property);
    let opening = |auction| text(&Subscribed::new(None, ch, auction));
    let Err(refusal) = follow_property(ctx, session, property, opening).await else {
        return;
    };
    followed.forget(property);
    if refusal.retry {
        // The client believes that it follows its watchlist: it begins anew.
        session.close(CloseCode::POSITION_LOST);
    } else if refusal.code != "not_found" {
        session.send_value(&Refused::new(None, &refusal, &shown));
    }
    // A property that is gone already has nothing to tell.
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(json: &str) -> (Option<String>, String) {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        let named = Named::of(&raw);
        (named.id.map(|id| id.to_string()), named.shown)
    }

    #[test]
    fn whatever_names_no_property_is_shown_as_text() {
        let id = "0190a5b8-7b1e-7c3d-8f00-00000000000f";
        assert_eq!(named(&format!("\"{id}\"")), (Some(id.into()), id.into()));
        let upper = id.to_uppercase();
        assert_eq!(named(&format!("\"{upper}\"")), (Some(id.into()), id.into()));
        for (json, shown) in [
            (r#""999""#, "999"),
            (r#""""#, ""),
            ("999", "999"),
            ("null", "null"),
            (r#"{"a":1}"#, r#"{"a":1}"#),
        ] {
            assert_eq!(named(json), (None, shown.to_owned()), "{json}");
        }
        let long = format!("\"{}\"", "ü".repeat(500));
        assert_eq!(named(&long).1.chars().count(), MAX_ECHO);
    }

    #[test]
    fn null_is_given_and_absent_is_not() {
        let wish = |json: &str| serde_json::from_str::<Wish>(json).unwrap();
        assert_eq!(wish(r#"{"propertyId":null}"#).property.unwrap().get(), "null");
        assert!(wish("{}").property.is_none());
        assert!(wish(r#"{"ch":"user:1"}"#).ch.is_some());
    }
}
