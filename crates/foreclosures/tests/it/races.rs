//! Sockets that open while the list and the properties change: in the end each has seen what is.

use std::collections::BTreeMap;

use domain::Id;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{Actor, Frame, SocketProbe};
use tokio::sync::watch;

use super::world::{World, unwatch, watch as watch_property};

stories!(
    sockets_that_open_during_changes_miss_nothing,
    what_happens_during_the_read_comes_after_it
);

const USERS: usize = 6;
const PROPERTIES: usize = 6;
const EDITS: usize = 60;
const SOCKETS: usize = 15;

/// F6. Writers edit and re-price; sockets open all the while. A last watch and a last price mark
/// the end of the story on each socket.
async fn sockets_that_open_during_changes_miss_nothing(world: World) {
    join_all((0..USERS).map(|_| one_user(&world))).await;
}

async fn one_user(world: &World) {
    let ann = world.app.user(&[]);
    let mut properties = Vec::new();
    for number in 0..PROPERTIES {
        properties.push(world.property(&format!("{number} A St")).await);
    }
    let last = world.property("9 Last St").await;
    let step = watch::Sender::new(0);
    let writer = async {
        let mut state = BTreeMap::new();
        edit(world, &ann, &properties, &mut state, &step).await;
        watch_property(&ann, last).await;
        world.bid(last, 77).await;
        state.insert(last, (String::new(), 77));
        state
    };
    // Each begins when the writer has come to another place, and while it goes on.
    let openers = (0..SOCKETS).map(|number| {
        let (ann, mut step) = (ann.clone(), step.subscribe());
        async move {
            step.wait_for(|step| *step >= number * EDITS / SOCKETS).await.expect("the writer");
            ann.socket("/ws/auctions/").await
        }
    });
    let (state, sockets) = tokio::join!(writer, join_all(openers));
    let wanted: BTreeMap<String, i64> =
        state.into_iter().map(|(id, (_, bid))| (id.to_string(), bid)).collect();
    for socket in sockets {
        assert_eq!(seen_by(socket, last).await, wanted);
    }
}

/// F6, step by step: all sorts of changes are committed after the snapshot was taken and before
/// the socket has it.
async fn what_happens_during_the_read_comes_after_it(world: World) {
    let (kept, left) = (world.property("1 A St").await, world.property("2 B St").await);
    let new = world.property("3 C St").await;
    let ann = world.app.user(&[]);
    watch_property(&ann, kept).await;
    let entry = watch_property(&ann, left).await;
    let reading = world.pause_next_read();
    let mut socket = ann.socket("/ws/auctions/").await;
    let resume = reading.begun().await;
    world.bid(kept, 5).await;
    unwatch(&ann, &entry).await;
    world.bid(left, 6).await;
    watch_property(&ann, new).await;
    world.bid(new, 7).await;
    resume.go_on();
    let first = socket.next().await;
    let shown: Vec<&Value> =
        first["auctions"].as_array().unwrap().iter().map(|a| &a["propertyId"]).collect();
    assert_eq!(shown, [&json!(left), &json!(kept)]);
    assert!(first["auctions"].as_array().unwrap().iter().all(|a| a["openingBid"] == 250_000.0));
    // In the order of their topics' own numbers; the topics are independent of each other.
    let joined = socket.expect("subscribed").await;
    assert_eq!(
        (&joined["propertyId"], &joined["auction"]["openingBid"]),
        (&json!(new), &json!(0.07))
    );
    assert_eq!(socket.expect("unsubscribed").await["propertyId"], left.to_string());
    let mut updates = Vec::new();
    for frame in socket.so_far().await {
        updates.push(frame["propertyId"].as_str().unwrap().to_owned());
    }
    assert!(updates.contains(&kept.to_string()), "{updates:?}");
    assert!(!updates.contains(&new.to_string()), "{updates:?}");
    // And from here on nothing but what is watched.
    for (property, bid) in [(left, 1), (kept, 2), (new, 3)] {
        world.bid(property, bid).await;
    }
    assert_eq!(socket.next().await["propertyId"], kept.to_string());
    assert_eq!(socket.next().await["propertyId"], new.to_string());
}

/// Watches, un-watches and re-prices in turn; what is watched in the end, and at which price.
async fn edit(
    world: &World,
    ann: &Actor,
    properties: &[Id],
    watched: &mut BTreeMap<Id, (String, i64)>,
    steps: &watch::Sender<usize>,
) {
    let mut bids: BTreeMap<Id, i64> = BTreeMap::new();
    for step in 0..EDITS {
        steps.send_replace(step);
        // A fixed walk that meets every property in every state.
        let property = properties[(step * 5 + step / 7) % properties.len()];
        match watched.remove(&property) {
            Some((entry, _)) if step % 3 == 0 => unwatch(ann, &entry).await,
            Some((entry, _)) => {
                let bid = i64::try_from(step).unwrap() + 100;
                world.bid(property, bid).await;
                bids.insert(property, bid);
                watched.insert(property, (entry, bid));
            }
            None => {
                let entry = watch_property(ann, property).await;
                let bid = bids.get(&property).copied().unwrap_or(25_000_000);
                watched.insert(property, (entry, bid));
            }
        }
    }
}

/// Folds a socket's frames into what a client shows; checks that no number is left out or comes
/// twice.
async fn seen_by(mut socket: SocketProbe, last: Id) -> BTreeMap<String, i64> {
    let mut shown = BTreeMap::new();
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    loop {
        let frame = socket.next().await;
        let property = frame["propertyId"].as_str().unwrap_or_default().to_owned();
        match frame.kind() {
            "initial_state" => {
                assert!(shown.is_empty(), "initial_state comes first, and once");
                for auction in frame["auctions"].as_array().unwrap() {
                    let id = auction["propertyId"].as_str().unwrap().to_owned();
                    shown.insert(id, minor(&auction["openingBid"]));
                }
            }
            "subscribed" => {
                numbers.remove(&property);
                shown.insert(property, minor(&frame["auction"]["openingBid"]));
            }
            "unsubscribed" => {
                numbers.remove(&property);
                shown.remove(&property);
            }
            "auction_update" => {
                follow(&frame, &property, &mut numbers);
                let bid = frame["update"]["openingBidChanged"]["new"].as_i64().unwrap();
                assert!(shown.insert(property.clone(), bid).is_some(), "{}", frame.text);
            }
            other => panic!("{other}: {}", frame.text),
        }
        if shown.get(&last.to_string()) == Some(&77) {
            return shown;
        }
    }
}

fn follow(frame: &Frame, property: &str, numbers: &mut BTreeMap<String, i64>) {
    let seq = frame["seq"].as_i64().unwrap();
    if let Some(before) = numbers.insert(property.to_owned(), seq) {
        assert_eq!(seq, before + 1, "{}", frame.text);
    }
}

fn minor(amount: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole cents")]
    let minor = (amount.as_f64().unwrap() * 100.0).round() as i64;
    minor
}
