//! Twenty thousand properties come in, come in again, and change; whoever watches is told once.

use std::collections::BTreeSet;

use kit::Report;
use serde_json::{Value, json};
use store::Tx;
use testkit::{Actor, Database, SocketProbe, TestApp};

use crate::county;

const ROWS: usize = 20_000;

/// Every hundredth row is broken.
fn is_broken(n: usize) -> bool {
    n % 100 == 17
}

async fn import(app: &TestApp, file: Vec<u8>) -> (Value, Vec<String>) {
    let reports = app.command("properties.import", json!({"source": "county"}), file).await;
    let mut lines = Vec::new();
    let mut result = Value::Null;
    for report in reports.expect("the import ends well") {
        match report {
            Report::Line { text } => lines.push(text),
            Report::Result { value } => result = value,
            Report::Progress { .. } => {}
        }
    }
    (result, lines)
}

fn counts(result: &Value) -> [i64; 5] {
    ["added", "changed", "unchanged", "merged", "rejected"]
        .map(|name| result[name].as_i64().unwrap_or(-1))
}

async fn last_pos(app: &TestApp) -> i64 {
    app.ctx().store().read(async |tx: &Tx| tx.last_pos().await).await.expect("the journal")
}

/// The ids of the properties at these streets, in their order.
async fn ids(actor: &Actor, city: &str, wanted: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    while found.len() < wanted {
        let path = format!("/api/v1/properties?city={city}&limit=200&sort=id{cursor}");
        let page = actor.get(&path).await.expect(200).json;
        let items = page["items"].as_array().expect("items");
        found.extend(items.iter().map(|p| p["id"].as_str().expect("an id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    found.truncate(wanted);
    found
}

async fn watch(actor: &Actor, ids: &[String]) {
    for id in ids {
        actor.post("/api/v1/watchlist", json!({"property_id": id})).await.expect(201);
    }
}

/// The property ids of the updates on a socket, in the order in which they came.
async fn updates(socket: &mut SocketProbe) -> Vec<String> {
    let frames = socket.so_far().await;
    let updates = frames.iter().filter(|frame| frame.kind() == "auction_update");
    updates.map(|frame| frame["propertyId"].as_str().expect("an id").to_owned()).collect()
}

async fn twenty_thousand(database: Database) {
    let app = TestApp::start(database, openbell::modules()).await;
    let ann = app.person("ann@example.com", &[]).await;
    let bob = app.person("bob@example.com", &[]).await;
    let mut rows = county::rows(ROWS);

    // The first file: one per cent is broken, each told with its line and its reason.
    let (result, lines) = import(&app, county::csv(&rows, is_broken)).await;
    assert_eq!(counts(&result), [19_800, 0, 0, 0, 200], "{result}");
    let first = lines.iter().find(|line| line.contains("19")).expect("line 19 is told");
    assert!(first.contains("line 19"), "row 17 stands on line 19: {first}");

    // The same file again changes nothing and says nothing.
    let before = last_pos(&app).await;
    let (result, _) = import(&app, county::csv(&rows, is_broken)).await;
    assert_eq!(counts(&result), [0, 0, 19_800, 0, 200], "{result}");
    assert_eq!(last_pos(&app).await, before, "a file without changes makes no event");

    // Ann watches 300 houses of Orlando, Bob ten of Tampa.
    let (orlando, tampa) = (ids(&ann, "Orlando", 300).await, ids(&bob, "Tampa", 10).await);
    watch(&ann, &orlando).await;
    watch(&bob, &tampa).await;
    app.settle().await;
    let mut ann_socket = ann.socket("/ws/auctions/").await;
    let mut bob_socket = bob.socket("/ws/auctions/").await;
    let state = ann_socket.expect("initial_state").await;
    assert_eq!(state["auctions"].as_array().map(Vec::len), Some(300));
    bob_socket.expect("initial_state").await;

    // 500 rows change: dates, bids and states.
    let healthy = (0..ROWS).filter(|n| !is_broken(*n));
    let changed: Vec<usize> = healthy.take(500).collect();
    for (k, n) in changed.iter().enumerate() {
        match k % 3 {
            0 => "2026-11-24".clone_into(&mut rows[*n].auction_date),
            1 => rows[*n].opening_bid += 1_000,
            _ => rows[*n].status = "cancelled",
        }
    }
    let before = last_pos(&app).await;
    let (result, _) = import(&app, county::csv(&rows, is_broken)).await;
    assert_eq!(counts(&result), [0, 500, 19_300, 0, 200], "{result}");
    let events = app
        .ctx()
        .store()
        .read(async move |tx: &Tx| tx.frames_between(before, i64::MAX).await)
        .await
        .expect("the journal");
    let about = |family: &str| events.iter().filter(|f| f.topic.family() == family).count();
    assert_eq!(about("property"), 500, "exactly the changed ones");

    // Each watcher: socket and inbox have each once, and nothing of the other's.
    app.settle().await;
    for (actor, socket, watched) in
        [(&ann, &mut ann_socket, &orlando), (&bob, &mut bob_socket, &tampa)]
    {
        let seen = updates(socket).await;
        let once: BTreeSet<_> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "nothing twice");
        assert!(seen.iter().all(|id| watched.contains(id)), "nothing of the other's");
        assert!(!seen.is_empty(), "the changed houses of each city are among the watched");
        let count = actor.get("/api/v1/notifications/unread-count").await.expect(200);
        assert_eq!(count.json["unread_count"].as_u64(), Some(seen.len() as u64));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_properties_on_sqlite() {
    twenty_thousand(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_properties_on_postgres() {
    twenty_thousand(Database::Postgres).await;
}
