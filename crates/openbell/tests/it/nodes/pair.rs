//! Two processes on one PostgreSQL and one Redis, an operator who changes a property, and sockets
//! that have to see every change once and in order.

use serde_json::{Value, json};
use testkit::{
    FaultProxy, Installation, PrivateRedis, Server, SocketProbe, TestDatabase, TestPostgres,
    TestRedis,
};
use tokio::sync::watch;

pub(super) const BINARY: &str = env!("CARGO_BIN_EXE_openbell");
const PASSWORD: &[u8] = b"correct horse battery\n";

/// Two nodes of one database.
pub(super) struct Nodes {
    pub(super) house: Installation,
    pub(super) one: Server,
    pub(super) two: Server,
    /// An operator's token.
    pub(super) operator: String,
    /// The property that changes, and how often it has.
    property: String,
    changes: u64,
    _database: TestDatabase,
}

impl Nodes {
    /// Each node reaches Redis by a URL of its own.
    pub(super) async fn start(urls: [&str; 2]) -> Self {
        let database = TestPostgres::database().await;
        let house = Installation::new(BINARY, Some(database.url())).with_redis(urls[0]);
        let other = Installation::new(BINARY, Some(database.url())).with_redis(urls[1]);
        let (one, two) = (house.serve().await, other.serve().await);
        let operator = user(&house, "olga@example.com", "operator").await;
        let body = json!({"street": "123 Main St", "city": "Orlando", "state": "FL",
            "zip_code": "32801", "status": "auction", "opening_bid": 1});
        let (status, made) =
            one.request("POST", "/api/v1/properties", &operator, Some(&body)).await;
        assert_eq!(status, 201, "{made}");
        let property = made["id"].as_str().expect("an id").to_owned();
        for server in [&one, &two] {
            server.until_ready("ok").await;
        }
        Self { house, one, two, operator, property, changes: 0, _database: database }
    }

    pub(super) fn topic(&self) -> String {
        format!("property:{}", self.property)
    }

    /// Changes the property once more, at the first node and the second in turns.
    pub(super) async fn change(&mut self) {
        self.changes += 1;
        let server = if self.changes.is_multiple_of(2) { &self.two } else { &self.one };
        let path = format!("/api/v1/properties/{}", self.property);
        let body = json!({"opening_bid": bid(self.changes)});
        let (status, answer) = server.request("PATCH", &path, &self.operator, Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// How often it has changed.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    /// Changes the property again and again until both nodes say that they are so.
    pub(super) async fn change_until(&mut self, status: &str) {
        for _ in 0..MAX_CHANGES {
            self.change().await;
            let ready = [&self.one, &self.two].map(readiness);
            let [one, two] = ready;
            if (one.await, two.await) == (status.to_owned(), status.to_owned()) {
                return;
            }
        }
        panic!("not {status} within {MAX_CHANGES} changes");
    }

    /// Changes it so many times more.
    pub(super) async fn change_times(&mut self, times: u64) {
        for _ in 0..times {
            self.change().await;
        }
    }

    /// A socket that follows the property.
    pub(super) async fn follower(&self, server: &Server) -> SocketProbe {
        let mut socket = server.socket("/ws", &self.operator).await;
        socket.send(json!({"type": "subscribe", "id": 1, "ch": self.topic()})).await;
        while socket.expect("subscribed").await["ch"] != self.topic() {}
        socket
    }

    pub(super) async fn stop(self) {
        for server in [self.one, self.two] {
            assert_eq!(server.terminate().await, Some(0), "it stops in order");
        }
    }
}

/// More changes than any wait of a test needs.
const MAX_CHANGES: u64 = 20_000;

/// The bid that change `seq` sets: a text that occurs in no other frame.
pub(super) fn bid(seq: u64) -> u64 {
    7_000_000 + seq
}

/// What `/health/ready` says; 200 all the while.
async fn readiness(server: &Server) -> String {
    let (code, ready) = server.request("GET", "/health/ready", "", None).await;
    assert_eq!(code, 200, "{ready}");
    ready["status"].as_str().expect("a status").to_owned()
}

/// A user's token.
pub(super) async fn user(house: &Installation, email: &str, role: &str) -> String {
    house.succeed(&["user", "add", email, "--role", role], PASSWORD).await;
    house.succeed(&["token", email], b"").await.trim().to_owned()
}

/// The next change is number `seq`, as it was written.
pub(super) async fn expect_change(socket: &mut SocketProbe, seq: u64) {
    let frame = socket.expect("auction_update").await;
    assert_eq!(frame["seq"], seq, "{frame:?}");
    let shown = frame.text.contains(&format!("{}.00", bid(seq)));
    assert!(shown, "{frame:?}");
}

/// Nothing has come that was not asked for.
pub(super) async fn expect_silence(socket: &mut SocketProbe) {
    let rest = socket.so_far().await;
    let unexpected = |kind: &str| ["auction_update", "resync"].contains(&kind);
    assert!(rest.iter().all(|frame| !unexpected(frame.kind())), "{rest:?}");
}

/// Reads every change, each once and in order, until `goal` is set and reached.
pub(super) async fn read_all(socket: &mut SocketProbe, mut goal: watch::Receiver<Option<u64>>) {
    let mut seq = 0;
    while *goal.borrow_and_update() != Some(seq) {
        tokio::select! {
            () = expect_change(socket, seq + 1) => seq += 1,
            _ = goal.changed() => {}
        }
    }
    expect_silence(socket).await;
}

/// A Redis, and a proxy through which one of the nodes hears it.
pub(super) struct Line {
    pub(super) redis: PrivateRedis,
    pub(super) proxy: FaultProxy,
}

impl Line {
    pub(super) async fn new() -> Self {
        let redis = TestRedis::private().await;
        let proxy = FaultProxy::before(redis.port()).await;
        Self { redis, proxy }
    }

    /// Two nodes, the second behind the proxy.
    pub(super) async fn nodes(&self) -> Nodes {
        Nodes::start([&self.redis.url(), &self.proxy.redis_url()]).await
    }
}

/// Joins a topic and its people; who is there.
pub(super) async fn attend(socket: &mut SocketProbe, topic: &str) -> Vec<String> {
    socket.send(json!({"type": "subscribe", "id": 1, "ch": topic, "presence": true})).await;
    let state = socket.expect("presence_state").await;
    state["users"].as_array().expect("users").iter().map(who).collect()
}

/// The user of a presence frame, or of an entry in one.
pub(super) fn who(entry: &Value) -> String {
    entry["user_id"].as_str().expect("an id").to_owned()
}
