//! Joining and leaving while frames come.

use domain::Topic;
use hub::{CloseCode, HubConfig, Mode, Text};

use super::{
    probe::settle,
    world::{World, subscribe, topic, unsubscribe},
};

#[tokio::test]
async fn a_subscription_says_where_it_begins() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 3);
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    let reply = client.expect("subscribed").await;
    let expected = serde_json::json!({
        "type": "subscribed", "id": "s", "ch": "property:a", "seq": 3, "ep": "db1",
        "recovered": false, "snapshot": { "count": 3 },
    });
    assert_eq!(reply, expected);
    world.publish(&a, 2);
    client.expect_events(4..=5).await;
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn frames_are_spliced_once_and_for_all() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    world.publish(&a, 1);
    let frame = client.expect("event").await;
    assert_eq!((&frame["ch"], &frame["ts"]), (&"property:a".into(), &1_700_000_000_000_u64.into()));
}

/// Publishes at each of the four moments of a subscription.
async fn publish_around_the_read(first_of_the_topic: bool) {
    let world = World::new();
    let a = topic("property:a");
    let other = if first_of_the_topic { None } else { Some(world.follower(&a).await) };
    world.publish(&a, 1);
    world.journal.gate();
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    settle().await;
    world.publish(&a, 2);
    assert!(world.journal.step());
    settle().await;
    world.publish(&a, 2);
    client.expect_silence().await;
    assert!(world.journal.step());
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["seq"], &reply["snapshot"]["count"]), (&3.into(), &3.into()));
    client.expect_events(4..=5).await;
    world.publish(&a, 1);
    client.expect_events([6]).await;
    client.expect_silence().await;
    if let Some(other) = &other {
        other.expect_events(1..=6).await;
    }
    assert_eq!(world.journal.replays().0, 0);
    world.expect_empty(other.into_iter().chain([client]).collect()).await;
}

#[tokio::test]
async fn a_first_subscriber_misses_nothing_while_it_joins() {
    publish_around_the_read(true).await;
}

#[tokio::test]
async fn a_later_subscriber_misses_nothing_while_it_joins() {
    publish_around_the_read(false).await;
}

#[tokio::test]
async fn a_frame_on_its_way_is_not_sent_behind_a_snapshot_that_has_it() {
    let world = World::new();
    let a = topic("property:a");
    let early = world.follower(&a).await;
    let frames = world.journal.commit(&a, 2);
    // The snapshot of the second client has both events before the hub has heard of them.
    let late = world.follower(&a).await;
    world.hub.publish(frames);
    early.expect_events(1..=2).await;
    late.expect_silence().await;
    world.publish(&a, 1);
    early.expect_events([3]).await;
    late.expect_events([3]).await;
}

#[tokio::test]
async fn a_position_ahead_of_the_topic_heals_a_lost_frame() {
    let world = World::new();
    let a = topic("property:a");
    let early = world.follower(&a).await;
    world.journal.commit(&a, 2);
    let late = world.follower(&a).await;
    world.advance(std::time::Duration::from_millis(20)).await;
    early.expect_events(1..=2).await;
    late.expect_silence().await;
}

#[tokio::test]
async fn two_first_subscribers_may_read_at_different_moments() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 3);
    world.journal.gate();
    let (slow, quick) = (world.anonymous(), world.anonymous());
    slow.send(subscribe(&a, None));
    settle().await;
    quick.send(subscribe(&a, None));
    settle().await;
    // The slow one reads first, at 3, and answers last, when the topic stands at 6.
    assert!(world.journal.step());
    settle().await;
    world.publish(&a, 3);
    assert!(world.journal.step());
    settle().await;
    world.journal.ungate();
    let (s, q) = (slow.expect("subscribed").await, quick.expect("subscribed").await);
    assert_eq!((&s["seq"], &q["seq"]), (&3.into(), &6.into()));
    slow.expect_events(4..=6).await;
    world.publish(&a, 1);
    slow.expect_events([7]).await;
    quick.expect_events([7]).await;
    slow.expect_silence().await;
}

#[tokio::test]
async fn more_frames_than_can_be_held_come_from_the_journal() {
    let world = World::with(HubConfig { max_held_frames: 4, ..HubConfig::default() });
    let a = topic("property:a");
    let other = world.follower(&a).await;
    world.journal.gate();
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    settle().await;
    assert!(world.journal.step());
    settle().await;
    world.publish(&a, 11);
    world.journal.ungate();
    assert_eq!(client.expect("subscribed").await["seq"], 0);
    client.expect_events(1..=11).await;
    world.publish(&a, 1);
    client.expect_events([12]).await;
    other.expect_events(1..=12).await;
    world.expect_empty(vec![client, other]).await;
}

#[tokio::test]
async fn unsubscribing_while_joining_leaves_nothing_behind() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.gate();
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    client.send(unsubscribe(&a));
    settle().await;
    assert!(world.journal.step());
    settle().await;
    world.publish(&a, 1);
    world.journal.ungate();
    client.expect("subscribed").await;
    assert_eq!(client.expect("event").await["seq"], 1);
    let left = client.expect("unsubscribed").await;
    assert_eq!((&left["id"], &left["ch"]), (&"u".into(), &"property:a".into()));
    world.publish(&a, 1);
    client.expect_silence().await;
    assert_eq!(world.hub.topics_live(), vec![]);
    // Leaving what is not joined is no error.
    client.send(unsubscribe(&a));
    client.expect("unsubscribed").await;
}

#[tokio::test]
async fn closing_while_joining_leaves_nothing_behind() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.gate();
    for steps in 0..3 {
        let mut client = world.anonymous();
        client.send(subscribe(&a, None));
        settle().await;
        for _ in 0..steps {
            world.journal.step();
            settle().await;
        }
        assert_eq!(client.ended().await, CloseCode::NORMAL);
        assert_eq!(world.hub.topics_live(), vec![], "{steps}");
        while world.journal.step() {
            settle().await;
        }
        assert_eq!(world.hub.topics_live(), vec![], "{steps}");
    }
    assert_eq!(world.hub.stats().subscriptions, 0);
}

#[tokio::test]
async fn a_refused_topic_is_not_joined() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.forbid(&a);
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    let error = client.expect_error("forbidden").await;
    assert_eq!(
        (&error["id"], &error["status"], &error["retry"]),
        (&"s".into(), &403.into(), &false.into())
    );
    world.publish(&a, 1);
    client.expect_silence().await;
    assert_eq!(world.hub.stats().topics, 0);
}

#[tokio::test]
async fn a_joined_topic_that_is_refused_anew_ends_with_a_word() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    world.journal.forbid(&a);
    client.send(subscribe(&a, Some(0)));
    let left = client.expect("unsubscribed").await;
    assert_eq!((&left["ch"], &left["code"]), (&"property:a".into(), &"forbidden".into()));
    client.expect_error("forbidden").await;
    assert_eq!(world.hub.stats().topics, 0);
}

#[tokio::test]
async fn a_connection_follows_so_many_topics() {
    let world = World::with(HubConfig { max_topics: 3, ..HubConfig::default() });
    let topics: Vec<Topic> = (0..4).map(|i| topic(&format!("property:{i}"))).collect();
    let client = world.anonymous();
    for topic in &topics {
        client.send(subscribe(topic, None));
    }
    for _ in 0..3 {
        client.expect("subscribed").await;
    }
    client.expect_error("too_many_subscriptions").await;
    // A topic that it has does not count twice, and one that is left makes room.
    client.send(subscribe(&topics[0], None));
    client.expect("subscribed").await;
    client.send(unsubscribe(&topics[1]));
    client.expect("unsubscribed").await;
    client.send(subscribe(&topics[3], None));
    client.expect("subscribed").await;
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_topic_without_history_has_no_position() {
    let world = World::new();
    let typing = topic("typing:1");
    world.journal.make_ephemeral(&typing);
    let client = world.anonymous();
    world.hub.publish_live(super::journal::TENANT, typing.clone(), r#"{"type":"early"}"#.into());
    client.send(subscribe(&typing, None));
    let reply = client.expect("subscribed").await;
    assert!(reply.get("seq").is_none() && reply.get("ep").is_none(), "{reply}");
    world.hub.publish_live(super::journal::TENANT, typing, r#"{"type":"typing"}"#.into());
    let frame = client.expect("typing").await;
    assert!(frame.get("seq").is_none() && frame["ch"] == "typing:1", "{frame}");
}

fn state() -> Vec<Text> {
    vec![Text::from(r#"{"type":"state"}"#)]
}

#[tokio::test]
async fn a_subscription_that_is_taken_over_misses_nothing() {
    let config = HubConfig { max_held_frames: 3, ..HubConfig::default() };
    let world = World::with(config);
    let a = topic("property:a");
    let client = world.user(1);
    client.send(subscribe(&a, None));
    client.expect("subscribed").await;
    let session = world.hub.sessions_of(super::journal::user(1)).remove(0);
    let topics = std::slice::from_ref(&a);
    world.publish(&a, 2);
    client.expect_events(1..=2).await;

    // What the state has comes before it.
    let hold = session.hold_on(topics).unwrap();
    world.publish(&a, 2);
    assert!(hold.release(&[(a.clone(), 4)], state()));
    client.expect_events(3..=4).await;
    client.expect("state").await;

    // What is still on its way comes when it is here.
    let hold = session.hold_on(topics).unwrap();
    let late = world.journal.commit(&a, 2);
    assert!(hold.release(&[(a.clone(), 6)], state()));
    client.expect("state").await;
    client.expect_silence().await;
    world.hub.publish(late);
    client.expect_events(5..=6).await;

    // Of more than is held the journal has the rest; a second hold knows what the first began from.
    let first = session.hold_on(topics).unwrap();
    world.publish(&a, 1);
    let second = session.hold_on(topics).unwrap();
    drop(first);
    world.publish(&a, 5);
    assert!(second.release(&[(a.clone(), 12)], state()));
    client.expect("state").await;
    client.expect_events(7..=12).await;
    world.publish(&a, 1);
    client.expect_events([13]).await;

    // Whoever was not there before begins with the state.
    assert!(session.leave(&a, Mode::Forward));
    let hold = session.hold_on(topics).unwrap();
    world.publish(&a, 2);
    assert!(hold.release(&[(a.clone(), 15)], state()));
    client.expect("state").await;
    world.publish(&a, 1);
    client.expect_events([16]).await;
    client.expect_silence().await;
    drop(session);
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn what_is_taken_over_while_its_hole_is_filled_misses_nothing() {
    let world = World::with(HubConfig { max_held_frames: 3, ..HubConfig::default() });
    let a = topic("property:a");
    let client = world.user(1);
    client.send(subscribe(&a, None));
    client.expect("subscribed").await;
    let session = world.hub.sessions_of(super::journal::user(1)).remove(0);
    let topics = std::slice::from_ref(&a);
    world.publish(&a, 2);
    client.expect_events(1..=2).await;
    // More comes than is held, and the journal takes its time.
    world.journal.pause_replays(true);
    let hold = session.hold_on(topics).unwrap();
    world.publish(&a, 5);
    assert!(hold.release(&[(a.clone(), 2)], state()));
    client.expect("state").await;
    client.expect_silence().await;
    // The next one has to bring what the journal would have brought.
    let hold = session.hold_on(topics).unwrap();
    assert!(hold.release(&[(a.clone(), 7)], state()));
    world.journal.pause_replays(false);
    client.expect("state").await;
    client.expect_events(3..=7).await;
    world.publish(&a, 1);
    client.expect_events([8]).await;
    client.expect_silence().await;
    drop(session);
    world.expect_empty(vec![client]).await;
}
