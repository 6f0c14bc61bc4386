//! Several processes on one PostgreSQL, connected by Redis.

mod faults;
mod pair;
mod people;
mod servers;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde_json::json;
use testkit::{Installation, Server, SocketProbe, TestPostgres, TestRedis};

use crate::county;

const PROPERTIES: usize = 20;
const IMPORT: [&str; 5] = ["import", "properties", "list.csv", "--source", "county"];

/// A county's list, in which every bid is higher each time it is written.
struct List {
    file: PathBuf,
    rows: Vec<county::Row>,
}

impl List {
    fn new(house: &Installation) -> Self {
        Self { file: house.folder().join("list.csv"), rows: county::rows(PROPERTIES) }
    }

    fn write(&mut self) {
        let text = county::csv(&self.rows, |_| false);
        std::fs::write(&self.file, text).expect("the file is written");
        self.rows.iter_mut().for_each(|row| row.opening_bid += 10);
    }
}

/// Ann's token.
async fn sign_in(house: &Installation) -> String {
    house.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    house.succeed(&["token", "ann@example.com"], b"").await.trim().to_owned()
}

async fn follower(server: &Server, token: &str) -> SocketProbe {
    let path = format!("/api/v1/properties?limit={PROPERTIES}");
    let (_, page) = server.request("GET", &path, token, None).await;
    let mut socket = server.socket("/ws", token).await;
    let ids: Vec<_> = page["items"].as_array().expect("items").iter().map(|p| &p["id"]).collect();
    assert_eq!(ids.len(), PROPERTIES);
    for id in ids {
        let topic = format!("property:{}", id.as_str().expect("an id"));
        socket.send(json!({"type": "subscribe", "id": 1, "ch": topic})).await;
        while socket.expect("subscribed").await["ch"] != topic {}
    }
    socket
}

/// Every property has changed once more, and each change has come once.
async fn expect_round(socket: &mut SocketProbe, seq: u64) {
    for _ in 0..PROPERTIES {
        assert_eq!(socket.expect("auction_update").await["seq"], seq);
    }
    let rest = socket.so_far().await;
    assert!(rest.iter().all(|frame| frame.kind() != "auction_update"), "{rest:?}");
}

/// What an import in a process of its own commits reaches the sockets of two servers, with Redis
/// and without.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_seen_on_two_nodes_whatever_redis_does() {
    let (database, redis) = (TestPostgres::database().await, TestRedis::private().await);
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()))
        .with_redis(&redis.url());
    let (one, two) = (house.serve().await, house.serve().await);
    let mut list = List::new(&house);
    let token = sign_in(&house).await;
    list.write();
    house.succeed(&IMPORT, b"").await;
    let mut sockets = [follower(&one, &token).await, follower(&two, &token).await];
    for (round, paused) in [(1, false), (2, true), (3, false)] {
        if paused {
            redis.pause();
        }
        list.write();
        house.succeed(&IMPORT, b"").await;
        for socket in &mut sockets {
            expect_round(socket, round).await;
        }
        if paused {
            redis.resume();
        }
    }
    for server in [one, two] {
        assert_eq!(server.terminate().await, Some(0), "it stops in order");
    }
}

/// Resumes all topics of a page of properties at `seq` in one frame. What was missed is `seq + 1`
/// of each, once, in the answer or live behind it.
async fn resume(server: &Server, token: &str, seq: u64) -> SocketProbe {
    let path = format!("/api/v1/properties?limit={PROPERTIES}");
    let (_, page) = server.request("GET", &path, token, None).await;
    let mut socket = server.socket("/ws", token).await;
    let own = socket.expect("subscribed").await;
    let ids = page["items"].as_array().expect("items").iter();
    let names = ids.map(|p| format!("property:{}", p["id"].as_str().expect("an id")));
    let wish: BTreeMap<_, _> = names.map(|name| (name, json!([seq, own["ep"]]))).collect();
    socket.send(json!({"type": "connect", "id": 1, "resume": wish})).await;
    let mut missing: BTreeSet<_> = wish.into_keys().collect();
    let mut answers = 0;
    while answers < PROPERTIES || !missing.is_empty() {
        let frame = socket.next().await;
        let mut came = Vec::new();
        match frame.kind() {
            "subscribed" => {
                assert_eq!(frame["recovered"], true, "{frame:?}");
                answers += 1;
                came.extend(frame["events"].as_array().into_iter().flatten().cloned());
            }
            "auction_update" => came.push(frame.json.clone()),
            _ => {}
        }
        for event in came {
            assert_eq!(event["seq"], seq + 1, "{event}");
            let topic = event["ch"].as_str().expect("a topic").to_owned();
            assert!(missing.remove(&topic), "{topic} came twice");
        }
    }
    socket
}

/// kill -9 of a node in the middle of an import, and Redis with it: its clients go on at the other
/// node, whose own clients do not notice, and a new node takes part at once.
#[tokio::test(flavor = "multi_thread")]
async fn clients_of_a_killed_node_go_on_at_another() {
    let (database, redis) = (TestPostgres::database().await, TestRedis::private().await);
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()))
        .with_redis(&redis.url());
    let (one, two) = (house.serve().await, house.serve().await);
    let mut list = List::new(&house);
    let token = sign_in(&house).await;
    list.write();
    house.succeed(&IMPORT, b"").await;
    let mut stays = follower(&two, &token).await;
    let mut moves = follower(&one, &token).await;
    list.write();
    house.succeed(&IMPORT, b"").await;
    expect_round(&mut stays, 1).await;
    expect_round(&mut moves, 1).await;

    list.write();
    let mut running = house.command(&IMPORT).spawn().expect("the import starts");
    redis.kill();
    one.kill().await;
    let mut moves = resume(&two, &token, 1).await;
    expect_round(&mut stays, 2).await;
    assert!(running.wait().await.expect("it ends").success());
    let three = house.serve().await;
    let mut late = follower(&three, &token).await;
    redis.start();

    list.write();
    house.succeed(&IMPORT, b"").await;
    for socket in [&mut stays, &mut moves, &mut late] {
        expect_round(socket, 3).await;
    }
    for server in [two, three] {
        assert_eq!(server.terminate().await, Some(0), "it stops in order");
    }
}

#[tokio::test]
async fn a_redis_that_cannot_be_used_is_refused_in_one_line() {
    let binary = env!("CARGO_BIN_EXE_openbell");
    let postgres = "postgres://openbell@127.0.0.1:1/openbell";
    for (database, redis, reason) in [
        (None, "redis://127.0.0.1:1", "needs PostgreSQL; a database in SQLite has one node"),
        (
            Some(postgres),
            "redis+sentinel://:hunter2@cache",
            "needs the master's name: redis+sentinel://HOST,HOST/NAME",
        ),
        (
            Some(postgres),
            "redis://:hunter2@cache,cache2",
            "names several servers; use redis+sentinel:// or redis+cluster://",
        ),
    ] {
        let house = Installation::new(binary, database).with_redis(redis);
        let (code, out, error) = house.run(&["serve"], b"").await;
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert_eq!(error, format!("openbell: REDIS_URL: {reason}\n"));
    }
}
