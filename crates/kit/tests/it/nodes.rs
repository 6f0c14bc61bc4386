//! Several nodes on one PostgreSQL, connected by a Redis that fails.

use std::{sync::Arc, time::Duration};

use domain::{Roles, TenantId, Topic};
use events::RolesChanged;
use hub::{Broker, BrokerSink, Link, LiveFrame, NodeId, RedisBroker, StreamFrame};
use kit::{FrameSpec, Module};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Class, Frame, Tx};
use testkit::{
    Actor, Database, FaultProxy, Home, PrivateRedis, SocketProbe, TestApp, TestPostgres, TestRedis,
    clock::real_clock,
};
use tokio::sync::mpsc;

use crate::{board, notes};

/// As accounts writes it.
#[derive(Serialize, utoipa::ToSchema)]
struct AccessChanged {
    #[serde(rename = "type")]
    kind: &'static str,
    reason: &'static str,
}

impl AccessChanged {
    const fn of(reason: &'static str) -> Self {
        Self { kind: "access_changed", reason }
    }
}

fn accounts() -> Module {
    let frame = FrameSpec::sent::<AccessChanged>("access_changed", "user", "rights have changed");
    Module::new("accounts").frames([frame])
}

/// Two nodes; what the second one hears comes through a proxy.
struct Pair {
    redis: PrivateRedis,
    proxy: FaultProxy,
    here: TestApp,
    there: TestApp,
    ann: Actor,
    note: String,
}

impl Pair {
    async fn new() -> Self {
        let redis = TestRedis::private().await;
        let proxy = FaultProxy::before(redis.port()).await;
        let mut home = Home::new(Database::Postgres).await;
        home.use_redis(TestRedis::on(redis.url()));
        let mut other = Home::new(Database::Sqlite).await;
        other.use_postgres(&home.url());
        other.use_redis(home.redis_through(&proxy));
        let modules = || vec![notes::module(), board::module(), accounts()];
        let here = TestApp::start_in(Arc::new(home), modules()).await;
        let there = TestApp::start_in(Arc::new(other), modules()).await;
        let ann = here.user(&[]);
        let made = ann.post("/api/v1/notes", json!({"text": "1"})).await.expect(201);
        let note = made.json["id"].as_str().expect("an id").to_owned();
        let pair = Self { redis, proxy, here, there, ann, note };
        pair.until_connected(true).await;
        pair
    }

    async fn until_connected(&self, connected: bool) {
        self.here.until_connected(connected).await;
        self.there.until_connected(connected).await;
    }

    fn topic(&self) -> String {
        format!("note:{}", self.note)
    }

    /// A socket on the other node that follows the note.
    async fn follower(&self) -> SocketProbe {
        let mut socket = self.there.bearer(self.ann.token().expect("a token")).socket("/ws").await;
        socket.send(json!({"type": "subscribe", "id": 1, "ch": self.topic()})).await;
        while socket.expect("subscribed").await["ch"] != self.topic() {}
        socket
    }

    async fn change(&self, text: &str) {
        let path = format!("/api/v1/notes/{}", self.note);
        self.ann.put(&path, json!({"text": text})).await.expect(200);
    }

    /// Moves the other node's clock until this has happened, three seconds at most.
    async fn turning<T>(&self, until: impl Future<Output = T>) -> T {
        self.turning_within(Duration::from_secs(3), until).await
    }

    /// The same with another limit: what has not happened by then does not happen any more,
    /// because the clock stands still again.
    async fn turning_within<T>(&self, limit: Duration, until: impl Future<Output = T>) -> T {
        const STEP: Duration = Duration::from_millis(50);
        let turn = async {
            for _ in 0..limit.as_millis() / STEP.as_millis() {
                self.there.advance(STEP).await;
            }
        };
        let (happened, ()) = tokio::join!(until, turn);
        happened
    }

    async fn ready(app: &TestApp) -> (u16, Value) {
        let answer = app.anonymous().get("/health/ready").await;
        (answer.status.as_u16(), answer.json)
    }
}

async fn expect_change(socket: &mut SocketProbe, seq: u64) {
    let frame = socket.expect("note_changed").await;
    assert_eq!((&frame["seq"], &frame["text"]), (&json!(seq), &json!(seq.to_string())));
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_cross_and_a_lost_one_is_found_within_a_second() {
    let pair = Pair::new().await;
    let mut socket = pair.follower().await;
    // The clock stands still: no tail looks, so Redis brings these.
    for seq in 2..=5 {
        pair.change(&seq.to_string()).await;
        expect_change(&mut socket, seq).await;
    }
    // The last one is lost on its way, and nothing follows that would show it.
    pair.proxy.lose("note_changed");
    pair.change("6").await;
    pair.proxy.until_lost(1).await;
    pair.turning(expect_change(&mut socket, 6)).await;
    pair.change("7").await;
    expect_change(&mut socket, 7).await;
    let rest = socket.so_far().await;
    assert!(rest.iter().all(|frame| frame.kind() != "note_changed"), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_the_journal_brings_everything_and_readiness_says_so() {
    let pair = Pair::new().await;
    let mut socket = pair.follower().await;
    assert_eq!(Pair::ready(&pair.there).await, (200, json!({"status": "ok", "reasons": []})));
    let mut seq = 1;
    for _ in 0..2 {
        pair.redis.kill();
        pair.until_connected(false).await;
        let (status, body) = Pair::ready(&pair.there).await;
        assert_eq!((status, &body["status"]), (200, &json!("degraded")), "{body}");
        let reason = body["reasons"][0].as_str().expect("a reason");
        assert!(reason.starts_with("Redis is away since 20"), "{reason}");
        for _ in 0..3 {
            seq += 1;
            pair.change(&seq.to_string()).await;
        }
        for expected in seq - 2..=seq {
            // Whoever waits for the tail's next look gets it.
            pair.there.advance(Duration::from_millis(250)).await;
            expect_change(&mut socket, expected).await;
        }
        pair.redis.start();
        pair.until_connected(true).await;
        assert_eq!(Pair::ready(&pair.there).await.1["status"], "ok");
        seq += 1;
        pair.change(&seq.to_string()).await;
        expect_change(&mut socket, seq).await;
    }
    let rest = socket.so_far().await;
    assert!(rest.iter().all(|frame| frame.kind() != "note_changed"), "{rest:?}");
}

/// Hears when nodes are asked to look into the journal at once.
struct Ear(mpsc::UnboundedSender<()>);

impl BrokerSink for Ear {
    fn deliver(self: Arc<Self>, _: StreamFrame) {}

    fn deliver_live(self: Arc<Self>, _: LiveFrame) {}

    fn nudged(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}

/// A command is done before it has a link to the other nodes. At its end they are told to look.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "a test that waits too long has failed")]
async fn what_a_short_command_writes_is_told_at_its_end() {
    let pair = Pair::new().await;
    let proxy = FaultProxy::before(pair.redis.port()).await;
    proxy.close();
    let here = pair.here.home();
    let through = here.redis_through(&proxy);
    let direct = through.at(pair.redis.url());
    let broker = RedisBroker::open(direct.url(), direct.namespace(), real_clock());
    let broker = broker.expect("the URL of a test's Redis");
    let (told, mut nudged) = mpsc::unbounded_channel();
    let ear: Arc<dyn BrokerSink> = Arc::new(Ear(told));
    broker.attach(NodeId(pair.here.ctx().new_id()), Arc::downgrade(&ear));
    let mut link = broker.link();
    link.wait_for(|link| *link == Link::Connected).await.expect("the broker lives");

    let mut home = Home::new(Database::Sqlite).await;
    home.use_postgres(&here.url());
    home.use_redis(through);
    let command = TestApp::start_in(Arc::new(home), vec![notes::module(), accounts()]).await;
    let ann = command.bearer(pair.ann.token().expect("a token"));
    let mut own = ann.socket("/ws").await;
    own.send(json!({"type": "subscribe", "id": 1, "ch": pair.topic()})).await;
    while own.expect("subscribed").await["ch"] != pair.topic() {}
    let path = format!("/api/v1/notes/{}", pair.note);
    ann.put(&path, json!({"text": "2"})).await.expect(200);
    // Handed out here, and to nobody else.
    expect_change(&mut own, 2).await;
    drop(own);
    assert!(nudged.try_recv().is_err(), "nothing was urgent");
    proxy.open();
    command.stop().await;
    let heard = tokio::time::timeout(Duration::from_secs(20), nudged.recv()).await;
    assert_eq!(heard.expect("nodes are told in time"), Some(()));
}

/// Writes go on while the connection breaks again and again; every event arrives, once.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_falls_between_broker_and_tail() {
    let pair = Pair::new().await;
    let mut socket = pair.follower().await;
    let writing = async {
        for seq in 2..=200_u64 {
            pair.change(&seq.to_string()).await;
            if seq % 20 == 0 {
                pair.proxy.cut();
            }
            pair.there.clock().advance(Duration::from_millis(20));
        }
    };
    let reading = async {
        for seq in 2..=200 {
            expect_change(&mut socket, seq).await;
        }
    };
    let turning = async {
        // What was lost at the very end waits for the clock.
        loop {
            pair.there.until_connected(true).await;
            pair.there.advance(Duration::from_millis(100)).await;
            tokio::task::yield_now().await;
        }
    };
    let both = async { tokio::join!(writing, reading) };
    tokio::select! {
        _ = both => {}
        () = turning => {}
    }
    let rest = socket.so_far().await;
    assert!(rest.iter().all(|frame| frame.kind() != "note_changed"), "{rest:?}");
}

/// A value that is in the database and comes as the newest one: on the other node at once by Redis,
/// and within two seconds when Redis loses it or is away. Each version is seen once.
#[tokio::test(flavor = "multi_thread")]
async fn a_newest_value_is_on_the_other_node_within_two_seconds() {
    const LIMIT: Duration = Duration::from_secs(2);
    const TOPICS: [&str; 2] = ["price:gold", "prices"];
    let pair = Pair::new().await;
    let set = async |cents: i64| {
        board::set(pair.here.ctx(), TenantId::DEFAULT, "gold", cents, true).await;
    };
    set(100).await;
    let mut socket = pair.there.bearer(pair.ann.token().expect("a token")).socket("/ws").await;
    for topic in TOPICS {
        socket.send(json!({"type": "subscribe", "id": 1, "ch": topic})).await;
        let joined = async {
            loop {
                let subscribed = socket.expect("subscribed").await;
                if subscribed["ch"] == topic {
                    return subscribed;
                }
            }
        };
        assert_eq!(joined.await["values"][0]["cents"], 100);
    }
    // The clock stands still: only Redis can bring these.
    for cents in [101, 102] {
        set(cents).await;
        expect_value(&mut socket, cents).await;
    }
    // Lost on the way to both topics, and nothing follows.
    for _ in TOPICS {
        pair.proxy.lose(r#""cents":103"#);
    }
    set(103).await;
    pair.proxy.until_lost(2).await;
    pair.turning_within(LIMIT, expect_value(&mut socket, 103)).await;
    // Nobody says anything.
    pair.redis.kill();
    pair.until_connected(false).await;
    set(104).await;
    pair.turning_within(LIMIT, expect_value(&mut socket, 104)).await;
    pair.redis.start();
    pair.until_connected(true).await;
    set(105).await;
    expect_value(&mut socket, 105).await;
    let rest = socket.so_far().await;
    assert!(rest.iter().all(|frame| frame.kind() != "price"), "{rest:?}");
}

/// The value has come once to each of the two topics that have it.
async fn expect_value(socket: &mut SocketProbe, cents: i64) {
    let frames = [socket.expect("price").await, socket.expect("price").await];
    assert!(frames.iter().all(|frame| frame["cents"] == cents), "{frames:?}");
    assert_ne!(frames[0]["ch"], frames[1]["ch"]);
}

/// The journal tells of rights that were taken away, at once where Redis is there.
#[tokio::test(flavor = "multi_thread")]
async fn revoked_rights_reach_the_other_node() {
    let pair = Pair::new().await;
    let user = pair.ann.id();
    let revoke = async || {
        let changed = RolesChanged { user, roles: Roles::NONE };
        let write = async move |tx: &Tx| {
            let frame = Frame::new(Topic::user(user), &AccessChanged::of("roles"))?;
            tx.emit(TenantId::DEFAULT, &changed, vec![frame])
        };
        pair.here.ctx().store().write(Class::Interactive, write).await.expect("written");
    };
    // The clock stands still: only a nudge lets the other node look.
    let mut socket = pair.follower().await;
    revoke().await;
    assert_eq!(socket.closed().await, Some(4204));
    // Redis loses both the frame and the nudge: within a second.
    let mut socket = pair.follower().await;
    pair.proxy.lose("access_changed");
    pair.proxy.lose("nudge");
    revoke().await;
    pair.proxy.until_lost(2).await;
    assert_eq!(pair.turning(socket.closed()).await, Some(4204));
    // Redis is away.
    let mut socket = pair.follower().await;
    pair.redis.kill();
    pair.until_connected(false).await;
    revoke().await;
    assert_eq!(pair.turning(socket.closed()).await, Some(4204));
}

async fn attend(socket: &mut SocketProbe, topic: &str) -> Vec<String> {
    let wish = json!({"type": "subscribe", "id": 1, "ch": topic, "presence": true});
    socket.send(wish).await;
    let state = socket.expect("presence_state").await;
    let users = state["users"].as_array().expect("users").iter();
    users.map(|user| user["user_id"].as_str().expect("an id").to_owned()).collect()
}

/// Redis forgets who is there when it ends; the nodes say it again as soon as it is back.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_is_known_across_nodes_and_restarts() {
    let pair = Pair::new().await;
    let topic = pair.topic();
    let mut there = pair.there.bearer(pair.ann.token().expect("a token")).socket("/ws").await;
    assert_eq!(attend(&mut there, &topic).await, [pair.ann.id().to_string()]);
    let (bob, carl) = (pair.here.user(&[]), pair.here.user(&[]));
    let mut bobs = bob.socket("/ws").await;
    let both = attend(&mut bobs, &topic).await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(there.expect("presence_join").await["user_id"], bob.id().to_string());
    pair.redis.kill();
    pair.until_connected(false).await;
    let mut carls = carl.socket("/ws").await;
    assert_eq!(attend(&mut carls, &topic).await.len(), 3);
    bobs.expect("presence_join").await;
    pair.redis.start();
    // The clock stands still: nobody compares but for the connection.
    assert_eq!(there.expect("presence_join").await["user_id"], carl.id().to_string());
    let mut late = pair.there.bearer(bob.token().expect("a token")).socket("/ws").await;
    assert_eq!(attend(&mut late, &topic).await.len(), 3);
    let rest = there.so_far().await;
    assert!(rest.iter().all(|frame| !frame.kind().starts_with("presence_")), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_the_node_is_not_ready() {
    let server = TestPostgres::private(false).await;
    let database = server.database().await;
    let redis = TestRedis::private().await;
    let mut home = Home::new(Database::Sqlite).await;
    home.use_postgres(database.url());
    home.use_redis(TestRedis::on(redis.url()));
    let app = TestApp::start_in(Arc::new(home), vec![notes::module()]).await;
    app.until_connected(true).await;
    assert_eq!(Pair::ready(&app).await.0, 200);
    redis.kill();
    app.until_connected(false).await;
    server.kill();
    let (status, body) = Pair::ready(&app).await;
    assert_eq!((status, &body["status"]), (503, &json!("unavailable")), "{body}");
    let reasons = body["reasons"].as_array().expect("reasons");
    assert_eq!(reasons.len(), 2, "{body}");
    server.start();
    redis.start();
    app.until_connected(true).await;
}
