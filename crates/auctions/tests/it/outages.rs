//! Restarts, outages, several nodes, and races: each auction is closed once, and nobody loses time.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use testkit::{Actor, Database, Home, TestRedis};

use crate::it::world::*;

/// The same person at another node, or after a restart.
fn at(world: &World, person: &Actor) -> Actor {
    world.app.actor(person.scope())
}

async fn a_short_restart_closes_what_is_due(database: Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "ends_at": world.in_seconds(610) })).await;
    bid(&ann, &id, 300).await.expect(201);
    // Somebody has looked until shortly before the end.
    world.pass(600).await;
    let home = world.app.stop().await;
    home.clock().advance(Duration::from_secs(15));
    let world = World::within(home).await;
    world.app.settle().await;
    assert_eq!(world.show(&id).await["status"], "sold");
    assert_eq!(coins(&at(&world, &ann)).await, (900, 0));
    world.check().await;
}

/// An auction that ends in a minute, with a bid, and one that has time.
struct LastMinutes {
    ann: Actor,
    id: String,
    far: String,
}

impl LastMinutes {
    async fn of(world: &World) -> Self {
        let ann = world.bidder(1_000).await;
        let id = world.live(json!({ "ends_at": world.in_seconds(660) })).await;
        let far = world.live(json!({ "ends_at": world.in_seconds(9_000) })).await;
        bid(&ann, &id, 300).await.expect(201);
        world.pass(600).await;
        Self { ann, id, far }
    }

    /// What the outage took is given back.
    async fn goes_on_after_the_outage(&self, world: &World) {
        let Self { ann, id, far } = self;
        let ann = at(world, ann);
        let paused = world.show(id).await;
        assert_eq!((&paused["status"], coins(&ann).await.1), (&json!("paused"), 300));
        assert_eq!(world.show(far).await["status"], "live", "it has time enough");
        world.admin.post(&path(id, "resume"), json!({})).await.expect(200);
        let resumed = world.show(id).await;
        let ends_at: domain::Timestamp = resumed["ends_at"].as_str().unwrap().parse().unwrap();
        let left = ends_at.since(world.app.ctx().now());
        // What was left when somebody last looked, which is every five seconds.
        assert!((59..=66).contains(&left.as_secs()), "{left:?}");
        bid(&ann, id, 400).await.expect(201);
        world.check().await;
    }
}

async fn an_outage_in_the_last_minutes_pauses_as_of_then(database: Database) {
    let world = World::new(database).await;
    let scene = LastMinutes::of(&world).await;
    let (seller, admin) = (world.seller.scope(), world.admin.scope());
    let home = world.app.stop().await;
    // It is down when the auction ends.
    home.clock().advance(Duration::from_secs(240));
    let mut world = World::within(home).await;
    (world.seller, world.admin) = (world.app.actor(seller), world.app.actor(admin));
    world.app.settle().await;
    scene.goes_on_after_the_outage(&world).await;
}

async fn what_is_to_go_on_goes_on_by_itself(database: Database) {
    let mut home = Home::new(database).await;
    home.set("OPENBELL_AUCTIONS_RESUME", "true");
    let world = World::within(Arc::new(home)).await;
    let id = world.live(json!({ "ends_at": world.in_seconds(660) })).await;
    world.pass(600).await;
    let home = world.app.stop().await;
    home.clock().advance(Duration::from_secs(240));
    let world = World::within(home).await;
    world.app.settle().await;
    assert_eq!(world.show(&id).await["status"], "live");
    world.pass(80).await;
    assert_eq!(world.show(&id).await["status"], "unsold");
}

/// Another node has found the same outage, or the one that did has died on the way.
async fn an_outage_is_given_back_once(database: Database) {
    let mut home = Home::new(database).await;
    home.set("OPENBELL_AUCTIONS_RESUME", "true");
    let world = World::within(Arc::new(home)).await;
    let id = world.live(json!({ "ends_at": world.in_seconds(660) })).await;
    world.pass(600).await;
    let last = world.app.ctx().now();
    world.app.advance(Duration::from_secs(240)).await;
    let resumed = world.show(&id).await;
    assert_eq!(resumed["status"], "live");
    // As it was when the outage was found.
    world.app.ctx().store().execute(&LONG_AGO, store::args![last].to_vec()).await.unwrap();
    let home = world.app.stop().await;
    let world = World::within(home).await;
    world.app.settle().await;
    assert_eq!(world.show(&id).await["ends_at"], resumed["ends_at"]);
    assert_eq!(world.show(&id).await["log_seq"], resumed["log_seq"]);
}

/// The machine sleeps in an auction's last minutes: its clock goes on without the server.
async fn a_clock_that_jumps_is_an_outage(database: Database) {
    let world = World::new(database).await;
    let scene = LastMinutes::of(&world).await;
    let clock = world.app.clock();
    clock.set(world.app.ctx().now().plus(Duration::from_secs(200)));
    world.app.advance(Duration::from_secs(1)).await;
    scene.goes_on_after_the_outage(&world).await;
}

/// The process stands still in an auction's last minutes, and with it all that it could notice by.
async fn a_process_that_stood_still_is_an_outage(database: Database) {
    let world = World::new(database).await;
    let scene = LastMinutes::of(&world).await;
    world.app.advance(Duration::from_secs(200)).await;
    scene.goes_on_after_the_outage(&world).await;
}

/// Time does not go back in an auction, whatever the clock does.
async fn a_clock_that_goes_back_moves_nothing(database: Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(1_000).await, world.bidder(1_000).await);
    let fields = json!({ "soft_close": {"window_ms": 60_000, "extend_ms": 60_000} });
    let id = world.live(fields).await;
    world.pass(640).await;
    bid(&ann, &id, 300).await.expect(201);
    let before = world.show(&id).await;
    let clock = world.app.clock();
    let back = world.app.ctx().now().as_millis() - 3_600_000;
    clock.set(domain::Timestamp::from_millis(back));
    world.app.advance(Duration::from_secs(1)).await;
    bid(&ben, &id, 400).await.expect(201);
    let after = world.show(&id).await;
    assert_eq!((&after["status"], &after["price"]), (&json!("live"), &json!(305)));
    assert!(after["ends_at"].as_str() >= before["ends_at"].as_str(), "{after} after {before}");
    let log = world.admin.get(&path(&id, "log")).await.expect(200).json;
    let times: Vec<_> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    world.pass(3_800).await;
    assert_eq!(world.show(&id).await["status"], "sold");
    assert_eq!((coins(&ann).await, coins(&ben).await), ((1_000, 0), (695, 0)));
    world.check().await;
}

store::statements! {
    LONG_AGO = "update auctions_beat set at = $1";
    NO_ROOM = "pragma max_page_count = 1";
    ROOM = "pragma max_page_count = 1000000";
    PAGES = "pragma page_count";
}

/// A full disk takes no bid, says so, and forgets none that it took.
#[tokio::test]
async fn a_full_disk_takes_no_bids_and_recovers() {
    let world = World::new(Database::Sqlite).await;
    let crowd = [world.bidder(1_000_000).await, world.bidder(1_000_000).await];
    let id = world.live(json!({})).await;
    let pragma = async |statement: &'static store::Statement| {
        let write = async move |tx: &store::Tx| {
            // A pragma answers with a row.
            tx.all::<(i64,)>(statement, &[]).await.map(drop)
        };
        world.app.ctx().store().write(store::Class::Interactive, write).await.unwrap();
    };
    // The file may not grow: what is there is what there is.
    pragma(&NO_ROOM).await;
    let (mut taken, mut refused) = (Vec::new(), None);
    for number in 1..=2_000 {
        let (who, amount) = (&crowd[number % 2], 100 * number as i64);
        let key = format!("bid-{number}");
        let answer = keyed(who, &path(&id, "bids"), &key, json!({ "amount": amount })).await;
        if answer.status.as_u16() == 201 {
            taken.push(answer.json["log_seq"].as_i64().unwrap());
            continue;
        }
        assert_eq!(
            (answer.status.as_u16(), answer.json["code"].as_str()),
            (503, Some("unavailable"))
        );
        refused = Some((who, amount, key));
        break;
    }
    let (who, amount, key) = refused.expect("the disk is full at some time");
    let full = world.show(&id).await;
    assert_eq!(full["log_seq"].as_i64(), taken.last().copied(), "reads go on, nothing has changed");
    assert_eq!(coins(who).await.1, 0, "who was outbid holds nothing, and nothing for this bid");
    pragma(&ROOM).await;
    let again = keyed(who, &path(&id, "bids"), &key, json!({ "amount": amount })).await;
    assert_eq!(again.expect(201).json["log_seq"].as_i64(), taken.last().map(|last| last + 1));
    world.check().await;
}

/// Everybody bids at once, on two auctions, with coins for one of them.
async fn a_crowd_at_once(database: Database) {
    let world = World::new(database).await;
    let mut crowd = Vec::new();
    for _ in 0..20 {
        crowd.push(world.bidder(3_000).await);
    }
    let (one, other) = (world.live(json!({})).await, world.live(json!({})).await);
    let bids = (0..200).map(|number: i64| {
        let who = &crowd[usize::try_from(number).unwrap() % crowd.len()];
        let id = if number % 3 == 0 { &one } else { &other };
        bid(who, id, 100 + 13 * number)
    });
    let answers = join_all(bids).await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status.as_u16() == 201).collect();
    assert!(taken.len() > 20, "{} were taken", taken.len());
    for answer in &answers {
        let known = [201, 409].contains(&answer.status.as_u16());
        assert!(known, "{}", answer.text);
    }
    let mut held = 0;
    for person in &crowd {
        held += coins(person).await.1;
    }
    let count = |auction: &serde_json::Value| auction["bid_count"].as_i64().unwrap();
    let (first, second) = (world.show(&one).await, world.show(&other).await);
    assert_eq!(count(&first) + count(&second), taken.len() as i64);
    assert!(held > 0 && held <= 6_000, "two maxima are held: {held}");
    world.check().await;
    world.pass(700).await;
    world.check().await;
    for person in &crowd {
        assert_eq!(coins(person).await.1, 0);
    }
}

on_both!(
    a_short_restart_closes_what_is_due,
    an_outage_in_the_last_minutes_pauses_as_of_then,
    what_is_to_go_on_goes_on_by_itself,
    an_outage_is_given_back_once,
    a_clock_that_jumps_is_an_outage,
    a_process_that_stood_still_is_an_outage,
    a_clock_that_goes_back_moves_nothing,
    a_crowd_at_once,
);

/// Three nodes on one database.
async fn nodes() -> Vec<World> {
    let mut home = Home::new(Database::Postgres).await;
    home.use_redis(TestRedis::namespace_of_run());
    let home = Arc::new(home);
    let mut nodes = vec![World::within(home.clone()).await];
    for _ in 0..2 {
        nodes.push(World::within(home.clone()).await);
    }
    for node in &nodes {
        node.app.until_connected(true).await;
    }
    nodes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_one_hot_auction_stay_correct() {
    let nodes = nodes().await;
    let mut crowd = Vec::new();
    for number in 0..12 {
        let person = nodes[0].bidder(1_000_000).await;
        crowd.push(at(&nodes[number % 3], &person));
    }
    let id = nodes[0].live(json!({})).await;
    let mut room = nodes[2].app.anonymous().socket(&format!("/ws/auction/{id}")).await;
    room.expect("auction_state").await;
    // Each bids again and again, without waiting for the others.
    let all = crowd.iter().enumerate().map(|(number, person)| {
        let id = id.as_str();
        async move {
            let mut taken = Vec::new();
            for round in 0..25 {
                let amount = 100 + 40 * i64::from(round) * 12 + 40 * number as i64;
                let answer = bid(person, id, amount).await;
                match answer.status.as_u16() {
                    201 => taken.push(answer.json["log_seq"].as_i64().unwrap()),
                    409 => assert_eq!(answer.json["code"], "bid_too_low", "{}", answer.text),
                    _ => panic!("{}", answer.text),
                }
            }
            taken
        }
    });
    let mut taken: Vec<i64> = join_all(all).await.into_iter().flatten().collect();
    taken.sort_unstable();
    // Everything that was acknowledged is in the log, each entry is somebody's, none is missing.
    let expected: Vec<i64> = (3..3 + taken.len() as i64).collect();
    assert_eq!(taken, expected);
    assert!(taken.len() > 30, "{} were taken", taken.len());
    nodes[1].check().await;
    // Whoever watches at another node comes to the same end.
    let last = *taken.last().unwrap();
    let mut seen = 0;
    while seen < last {
        nodes[0].app.clock().advance(Duration::from_millis(50));
        let at = room.next().await["log_seq"].as_i64().unwrap();
        assert!(at > seen, "{at} after {seen}");
        seen = at;
    }
}

/// Many auctions end in one moment on three nodes, one of which is gone: each is closed once, each
/// winner pays once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_ends_at_once_on_several_nodes_are_one_end_each() {
    const AUCTIONS: i64 = 150;
    let mut nodes = nodes().await;
    let ann = nodes[0].bidder(1_000_000).await;
    let mut ids = Vec::new();
    for _ in 0..AUCTIONS {
        // So soon that no node takes the step to it for an outage.
        let (starts_at, ends_at) = (nodes[0].in_seconds(10), nodes[0].in_seconds(20));
        let id = nodes[0].live(json!({ "starts_at": starts_at, "ends_at": ends_at })).await;
        bid(&ann, &id, 100).await.expect(201);
        ids.push(id);
    }
    let gone = nodes.pop().unwrap();
    nodes[0].app.clock().advance(Duration::from_secs(21));
    drop(gone);
    let mut looks = 0;
    for id in &ids {
        let address = format!("/api/v1/auctions/{id}");
        loop {
            // Too much to do at this moment is an answer as well.
            let answer = nodes[1].admin.get(&address).await;
            if answer.status == 200 && answer.json["status"] != "live" {
                break;
            }
            looks += 1;
            assert!(looks < 20_000, "{id} does not end");
            // Whatever a node had no room for is asked for again a second later.
            if looks % 400 == 0 {
                nodes[0].app.clock().advance(Duration::from_secs(1));
            }
        }
    }
    // What the one that is gone had leased is free by then.
    nodes[0].app.clock().advance(Duration::from_secs(600));
    for _ in 0..3 {
        for node in &nodes {
            node.app.advance(Duration::from_secs(1)).await;
        }
    }
    for id in &ids {
        let log = nodes[1].admin.get(&path(id, "log")).await.expect(200).json;
        let closed = log["items"].as_array().unwrap().iter();
        assert_eq!(closed.filter(|entry| entry["kind"] == "closed").count(), 1, "{id}");
    }
    assert_eq!(coins(&at(&nodes[1], &ann)).await, (1_000_000 - 100 * AUCTIONS, 0));
    assert_eq!(coins(&at(&nodes[1], &nodes[0].seller)).await, (100 * AUCTIONS, 0));
    nodes[1].check().await;
}
