//! An endpoint that bends the engine's verbs to its path.

use std::sync::{Arc, Mutex};

use domain::Topic;
use futures_util::future::BoxFuture;
use hub::{ClientFrame, Endpoint, ErrorCode, Mode, Position, Refusal, Session, Text};
use serde_json::value::RawValue;

use super::{
    probe::{Client, settle},
    world::{World, subscribe, topic, unsubscribe},
};

/// `watchlist` stands for two properties; `subscribe` may name a property alone.
struct Watchlist;

fn watched() -> Vec<Topic> {
    vec![topic("property:a"), topic("property:b")]
}

/// What one connection has asked for.
#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Endpoint for Watchlist {
    fn name(&self) -> &'static str {
        "watchlist"
    }

    fn claims(&self, kind: &str) -> bool {
        kind == "subscribe"
    }

    fn aliases(&self, topic: &Topic) -> bool {
        topic.as_str() == "watchlist"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        session.send(Text::from(r#"{"type":"initial_state"}"#));
        Box::pin(async { Ok(()) })
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        Box::pin(async move {
            let fields: serde_json::Value = frame.parse()?;
            session.state::<Asked>().0.lock().unwrap().push(frame.kind().to_owned());
            match (frame.kind(), fields["propertyId"].as_str()) {
                ("subscribe", Some(id)) => {
                    let topic = topic(&format!("property:{id}"));
                    session.open(frame.id(), topic, None, false).await?;
                }
                ("subscribe", None) => session.engine_verb(frame).await?,
                ("revoke", _) => session.revoke(&topic("property:a"), ErrorCode::Forbidden),
                ("asked", _) => {
                    let asked = session.state::<Asked>().0.lock().unwrap().clone();
                    return Ok(serde_json::value::to_raw_value(&asked).ok());
                }
                (other, _) => return Err(Refusal::unknown_type(other)),
            }
            Ok(None)
        })
    }

    fn open_alias(
        &self,
        session: Session,
        topic: Topic,
        _id: Option<Box<RawValue>>,
        since: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(async move {
            assert!(since.is_none());
            let hold = session.hold(&watched(), Mode::Forward)?;
            let first = serde_json::json!({ "type": "subscribed", "ch": topic });
            let at: Vec<_> = watched().into_iter().map(|topic| (topic, 0)).collect();
            assert!(hold.release(&at, vec![Text::from(first.to_string())]));
            Ok(())
        })
    }

    fn needs(&self, _session: &Session, topic: &Topic) -> bool {
        watched().contains(topic)
    }

    fn leave_alias(&self, session: Session, _topic: Topic) -> BoxFuture<'static, ()> {
        for topic in watched() {
            session.leave(&topic, Mode::Forward);
        }
        Box::pin(async {})
    }
}

async fn connect(world: &World) -> Client {
    let client = world.serve(Arc::new(Watchlist), world.opening());
    client.expect("initial_state").await;
    client
}

#[tokio::test]
async fn an_alias_joins_and_leaves_what_it_stands_for() {
    let world = World::new();
    let alias = topic("watchlist");
    let client = connect(&world).await;
    for ask in [subscribe(&alias, None), r#"{"type":"connect","resume":{"watchlist":null}}"#.into()]
    {
        client.send(ask);
        assert_eq!(client.expect("subscribed").await["ch"], "watchlist");
        assert_eq!(world.hub.stats().subscriptions, 2);
    }
    client.expect("ack").await;
    world.publish(&topic("property:b"), 1);
    client.expect_events([1]).await;
    client.send(unsubscribe(&alias));
    assert_eq!(client.expect("unsubscribed").await["ch"], "watchlist");
    assert_eq!(world.hub.stats().subscriptions, 0);
}

#[tokio::test]
async fn an_alias_misses_nothing_while_its_topic_is_joined_by_name() {
    let world = World::new();
    let (a, client) = (topic("property:a"), connect(&world).await);
    client.send(subscribe(&topic("watchlist"), None));
    client.expect("subscribed").await;
    world.publish(&a, 1);
    client.expect_events([1]).await;
    // What comes before the position of the name comes before it is told.
    world.journal.gate();
    client.send(subscribe(&a, None));
    settle().await;
    world.publish(&a, 1);
    world.journal.ungate();
    client.expect_events([2]).await;
    assert_eq!(client.expect("subscribed").await["seq"], 2);
    // An attempt that fails changes nothing.
    world.journal.forbid(&a);
    world.journal.gate();
    client.send(subscribe(&a, None));
    settle().await;
    world.publish(&a, 1);
    world.journal.ungate();
    client.expect_events([3]).await;
    assert_eq!(client.expect("error").await["code"], "forbidden");
    world.publish(&a, 1);
    client.expect_events([4]).await;
    client.expect_silence().await;
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_claimed_verb_may_go_back_to_the_engine() {
    let world = World::new();
    let client = connect(&world).await;
    client.send(r#"{"type":"subscribe","id":1,"propertyId":"a"}"#);
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["ch"], &reply["id"]), (&"property:a".into(), &1.into()));
    client.send(subscribe(&topic("property:c"), None));
    assert_eq!(client.expect("subscribed").await["ch"], "property:c");
    client.send(r#"{"type":"asked"}"#);
    let asked = client.expect("ack").await;
    assert_eq!(asked["result"], serde_json::json!(["subscribe", "subscribe", "asked"]));
    // The state is the connection's own.
    let other = connect(&world).await;
    other.send(r#"{"type":"asked"}"#);
    assert_eq!(other.expect("ack").await["result"], serde_json::json!(["asked"]));
}

#[tokio::test]
async fn a_revoked_topic_ends_with_a_word() {
    let world = World::new();
    let client = connect(&world).await;
    client.send(subscribe(&topic("property:a"), None));
    client.expect("subscribed").await;
    for told in [true, false] {
        client.send(r#"{"type":"revoke"}"#);
        if told {
            assert_eq!(client.expect("unsubscribed").await["code"], "forbidden");
        }
        world.publish(&topic("property:a"), 1);
        client.expect_silence().await;
    }
    world.expect_empty(vec![client]).await;
}
