//! Sockets that open while the list and the properties change: in the end each has seen what is.

use std::collections::BTreeMap;

use domain::Id;
use serde_json::Value;
use testkit::{Actor, Frame, SocketProbe};

use super::world::{World, unwatch, watch};

stories!(sockets_that_open_during_changes_miss_nothing);

const PROPERTIES: usize = 6;
const EDITS: usize = 60;
const SOCKETS: usize = 12;

/// F6. One writer edits and re-prices; sockets open all the while. A last watch and a last price
/// mark the end of the story on each socket.
async fn sockets_that_open_during_changes_miss_nothing(world: World) {
    let ann = world.app.user(&[]);
    let mut properties = Vec::new();
    for number in 0..PROPERTIES {
        properties.push(world.property(&format!("{number} A St")).await);
    }
    let last = world.property("9 Last St").await;
    let writer = async {
        let mut state = BTreeMap::new();
        edit(&world, &ann, &properties, &mut state).await;
        watch(&ann, last).await;
        world.bid(last, 77).await;
        state.insert(last, (String::new(), 77));
        state
    };
    let openers = async {
        let mut sockets = Vec::new();
        for _ in 0..SOCKETS {
            sockets.push(ann.socket("/ws/auctions/").await);
        }
        sockets
    };
    let (state, sockets) = tokio::join!(writer, openers);
    let wanted: BTreeMap<String, i64> =
        state.into_iter().map(|(id, (_, bid))| (id.to_string(), bid)).collect();
    for socket in sockets {
        assert_eq!(seen_by(socket, last).await, wanted);
    }
}

/// Watches, un-watches and re-prices in turn; what is watched in the end, and at which price.
async fn edit(
    world: &World,
    ann: &Actor,
    properties: &[Id],
    watched: &mut BTreeMap<Id, (String, i64)>,
) {
    let mut bids: BTreeMap<Id, i64> = BTreeMap::new();
    for step in 0..EDITS {
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
                let entry = watch(ann, property).await;
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
