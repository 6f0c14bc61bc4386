//! Several processes on one PostgreSQL, connected by Redis.

use serde_json::json;
use testkit::{Installation, Server, SocketProbe, TestPostgres, TestRedis};

use crate::county;

const PROPERTIES: usize = 20;

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
    let import = ["import", "properties", "list.csv", "--source", "county"];
    let mut rows = county::rows(PROPERTIES);
    let file = house.folder().join("list.csv");
    house.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    let token = house.succeed(&["token", "ann@example.com"], b"").await.trim().to_owned();
    std::fs::write(&file, county::csv(&rows, |_| false)).expect("the file is written");
    house.succeed(&import, b"").await;
    let mut sockets = [follower(&one, &token).await, follower(&two, &token).await];
    for (round, paused) in [(1, false), (2, true), (3, false)] {
        if paused {
            redis.pause();
        }
        for row in &mut rows {
            row.opening_bid += 10;
        }
        std::fs::write(&file, county::csv(&rows, |_| false)).expect("the file is written");
        house.succeed(&import, b"").await;
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

#[tokio::test]
async fn a_redis_that_cannot_be_used_is_refused_in_one_line() {
    let binary = env!("CARGO_BIN_EXE_openbell");
    let postgres = "postgres://openbell@127.0.0.1:1/openbell";
    for (database, redis, reason) in [
        (None, "redis://127.0.0.1:1", "needs PostgreSQL; a database in SQLite has one node"),
        (Some(postgres), "rediss://:hunter2@cache", "TLS to Redis is not built in; use redis://"),
        (
            Some(postgres),
            "redis+sentinel://:hunter2@cache/main",
            "Sentinel and Cluster are not supported; name one server by redis://",
        ),
    ] {
        let house = Installation::new(binary, database).with_redis(redis);
        let (code, out, error) = house.run(&["serve"], b"").await;
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert_eq!(error, format!("openbell: REDIS_URL: {reason}\n"));
    }
}
