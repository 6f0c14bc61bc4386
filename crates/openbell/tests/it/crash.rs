//! kill -9 in the middle of an import, again and again: whoever resumes has missed nothing and got
//! nothing twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::{Installation, Server, SocketProbe, TestPostgres};

use crate::county;

const ROWS: usize = 1_500;
const WATCHED: usize = 60;
/// Versions of the file after the first; the server is killed once during each.
const ROUNDS: i64 = 5;

/// What a client knows of a topic.
#[derive(Default)]
struct View {
    seq: u64,
    epoch: String,
    /// The opening bids that the updates told, in order.
    bids: Vec<String>,
}

/// A client that watches properties over `/ws` and resumes in one frame.
struct Watcher {
    token: String,
    views: BTreeMap<String, View>,
}

impl Watcher {
    /// Takes an event that has come live or in a replay.
    fn take(&mut self, topic: &str, event: &Value) {
        if event["type"] != "auction_update" {
            return;
        }
        let view = self.views.get_mut(topic).expect("a followed topic");
        let seq = event["seq"].as_u64().expect("a number");
        assert_eq!(seq, view.seq + 1, "{topic}: nothing missed, nothing twice");
        view.seq = seq;
        let new = &event["update"]["openingBidChanged"]["new"];
        view.bids.push(new.to_string());
    }

    /// Connects and restores every subscription, reading what was missed.
    async fn resume(&mut self, server: &Server) -> SocketProbe {
        let mut socket = server.socket("/ws", &self.token).await;
        socket.expect("connection_established").await;
        let known = self.views.iter().filter(|(_, view)| !view.epoch.is_empty());
        let resume: BTreeMap<_, _> = known.map(|(t, v)| (t, json!([v.seq, v.epoch]))).collect();
        if resume.is_empty() {
            for topic in self.views.keys().cloned().collect::<Vec<_>>() {
                socket.send(json!({"type": "subscribe", "ch": topic})).await;
            }
        } else {
            socket.send(json!({"type": "connect", "id": 1, "resume": resume})).await;
        }
        let mut open = self.views.len();
        while open > 0 {
            let frame = socket.next().await;
            let topic = frame["ch"].as_str().unwrap_or_default().to_owned();
            match frame.kind() {
                "subscribed" if self.views.contains_key(&topic) => {
                    open -= 1;
                    let fresh = self.views[&topic].epoch.is_empty();
                    assert!(fresh || frame["recovered"] == true, "{topic} resumes: {frame:?}");
                    for event in frame["events"].as_array().into_iter().flatten() {
                        self.take(&topic, event);
                    }
                    let view = self.views.get_mut(&topic).expect("a followed topic");
                    assert!(fresh || view.seq == frame["seq"].as_u64().unwrap_or(0), "{frame:?}");
                    view.seq = frame["seq"].as_u64().expect("a number");
                    frame["ep"].as_str().expect("an epoch").clone_into(&mut view.epoch);
                }
                _ => self.take(&topic, &frame.json),
            }
        }
        socket
    }

    /// Reads until `count` more updates have come, or the connection is gone.
    async fn read(&mut self, socket: &mut SocketProbe, count: usize) {
        let mut left = count;
        while left > 0 {
            let Some(frame) = socket.try_next().await else { return };
            // One's own stream brings the inbox's frames in between.
            left -= usize::from(frame.kind() == "auction_update");
            let topic = frame["ch"].as_str().unwrap_or_default().to_owned();
            self.take(&topic, &frame.json);
        }
    }
}

fn with_bids(rows: &[county::Row], round: i64) -> Vec<u8> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        row.opening_bid += round * 10;
    }
    county::csv(&rows, |_| false)
}

async fn watched(server: &Server, token: &str) -> Vec<String> {
    let path = format!("/api/v1/properties?limit={WATCHED}");
    let (status, page) = server.request("GET", &path, token, None).await;
    assert_eq!(status, 200, "{page}");
    let items = page["items"].as_array().expect("items").iter();
    items.map(|p| p["id"].as_str().expect("an id").to_owned()).collect()
}

async fn killed_again_and_again(house: Installation) {
    let import = ["import", "properties", "list.csv", "--source", "county"];
    let rows = county::rows(ROWS);
    let file = house.folder().join("list.csv");
    let mut server = house.serve().await;
    house.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    let token = house.succeed(&["token", "ann@example.com"], b"").await.trim().to_owned();
    std::fs::write(&file, with_bids(&rows, 0)).expect("the file is written");
    house.succeed(&import, b"").await;
    let ids = watched(&server, &token).await;
    assert_eq!(ids.len(), WATCHED);
    for id in &ids {
        let body = json!({"property_id": id});
        let (status, answer) =
            server.request("POST", "/api/v1/watchlist", &token, Some(&body)).await;
        assert_eq!(status, 201, "{answer}");
    }
    let views = ids.iter().map(|id| (format!("property:{id}"), View::default())).collect();
    let mut watcher = Watcher { token: token.clone(), views };
    let mut socket = watcher.resume(&server).await;
    let first_epoch = watcher.views.values().next().expect("a view").epoch.clone();

    for round in 1..=ROUNDS {
        std::fs::write(&file, with_bids(&rows, round)).expect("the file is written");
        let mut running = house.command(&import).spawn().expect("the import starts");
        // The moment of death differs from round to round and is the same in every run.
        watcher.read(&mut socket, 3 + 11 * usize::try_from(round).unwrap_or(0)).await;
        server.kill().await;
        // On PostgreSQL the import runs in its own process and dies with the server.
        let _ = running.kill().await;
        let _ = running.wait().await;
        server = house.serve().await;
        socket = watcher.resume(&server).await;
        house.succeed(&import, b"").await;
        let missing: usize =
            watcher.views.values().map(|view| usize::from((view.seq as i64) < round)).sum();
        watcher.read(&mut socket, missing).await;
        for (topic, view) in &watcher.views {
            assert_eq!(view.seq as i64, round, "{topic}");
            assert_eq!(view.epoch, first_epoch);
        }
    }
    check_bids(&watcher, &server, &token).await;
    assert_eq!(server.terminate().await, Some(0), "it stops in order");
}

/// The last bid that was told is the one that stands, and the inbox has each change once.
async fn check_bids(watcher: &Watcher, server: &Server, token: &str) {
    for (topic, view) in &watcher.views {
        assert_eq!(view.bids.len() as i64, ROUNDS, "{topic}");
        let id = topic.trim_start_matches("property:");
        let path = format!("/api/v1/properties/{id}");
        let (_, property) = server.request("GET", &path, token, None).await;
        let last = view.bids.last().expect("a bid");
        assert_eq!(&property["opening_bid"].to_string(), last, "{topic}");
    }
    let expected = WATCHED as u64 * ROUNDS as u64;
    // The inbox follows by a reaction: ask until it has caught up, for a bounded number of times.
    let mut count = 0;
    for _ in 0..400 {
        let path = "/api/v1/notifications/unread-count";
        let (_, answer) = server.request("GET", path, token, None).await;
        count = answer["unread_count"].as_u64().unwrap_or(0);
        if count >= expected {
            break;
        }
    }
    assert_eq!(count, expected, "each change is in the inbox once");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_imports_on_sqlite() {
    killed_again_and_again(Installation::new(env!("CARGO_BIN_EXE_openbell"), None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_imports_on_postgres() {
    let database = TestPostgres::database().await;
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()));
    killed_again_and_again(house).await;
}
