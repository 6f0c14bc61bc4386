//! The demonstration: filled once, moving within seconds, on one node, for a day and longer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::Timestamp;
use events::{Change, PropertyChanged, PropertyStatus};
use kit::{
    Fact, Module, ReactionSpec, Report, Reporter,
    demo::{INVESTOR, OPERATOR, PASSWORD, PEOPLE, TICK},
};
use serde_json::{Value, json};
use store::{Class, Tx};
use testkit::{Actor, Database, Home, Installation, TestApp};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    sync::mpsc,
};

/// Opens the demonstration; what it says.
async fn open(app: &TestApp) -> Vec<String> {
    let (sender, mut reports) = mpsc::channel(64);
    app.app().open_demo(7, &Reporter::new(sender)).await.expect("the demonstration opens");
    let mut lines = Vec::new();
    while let Some(report) = reports.recv().await {
        if let Report::Line { text } = report {
            lines.push(text);
        }
    }
    lines
}

async fn investor(app: &TestApp) -> Actor {
    let login = json!({"email": INVESTOR.email, "password": PASSWORD});
    let answer = app.anonymous().post("/api/v1/auth/login", login).await.expect(200);
    app.bearer(answer.json["access"].as_str().expect("a token"))
}

/// Every property there is.
async fn properties(actor: &Actor) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/api/v1/properties?limit=200&sort=id{cursor}")).await;
        let page = page.expect(200).json;
        found.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn statuses(properties: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for property in properties {
        *counts.entry(property["status"].as_str().expect("a status").to_owned()).or_default() += 1;
    }
    counts
}

async fn last_pos(app: &TestApp) -> i64 {
    app.ctx().store().read(async |tx: &Tx| tx.last_pos().await).await.expect("the journal")
}

/// How many updates of properties the journal has behind a position.
async fn updates(app: &TestApp, after: i64) -> usize {
    let read = async move |tx: &Tx| tx.frames_between(after, i64::MAX).await;
    let frames = app.ctx().store().read(read).await.expect("the journal");
    frames.iter().filter(|frame| frame.topic.family() == "property").count()
}

async fn inbox(actor: &Actor) -> u64 {
    let count = actor.get("/api/v1/notifications/unread-count").await.expect(200);
    count.json["unread_count"].as_u64().expect("a number")
}

macro_rules! on_both {
    ($($story:ident $sqlite:ident $postgres:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $sqlite() {
            $story(Database::Sqlite).await;
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn $postgres() {
            $story(Database::Postgres).await;
        }
    )*};
}

on_both! {
    filled_once filled_once_on_sqlite filled_once_on_postgres;
    seen_at_once seen_within_ten_seconds_on_sqlite seen_within_ten_seconds_on_postgres;
    a_day a_day_on_sqlite a_day_on_postgres;
}

async fn filled_once(database: Database) {
    let app = TestApp::start(database, openbell::modules()).await;
    let lines = open(&app).await;
    assert!(lines.iter().any(|line| line.contains("2000 properties in 65 cities")), "{lines:?}");
    app.settle().await;
    let ines = investor(&app).await;
    let before = properties(&ines).await;
    assert_eq!(before.len(), 2_000, "every row was accepted");
    let counts = statuses(&before);
    for (status, least, most) in [
        ("preforeclosure", 560, 800),
        ("auction", 600, 840),
        ("sold", 210, 350),
        ("reo", 110, 220),
        ("cancelled", 60, 150),
        ("redeemed", 30, 100),
    ] {
        assert!((least..=most).contains(&counts[status]), "{status}: {counts:?}");
    }
    for property in &before {
        let (bid, value) = (&property["opening_bid"], &property["estimated_value"]);
        assert!(bid.is_null() || bid.as_f64() < value.as_f64(), "{property}");
        assert!(property["latitude"].is_f64() && property["trustee"].is_string(), "{property}");
    }
    let sold = before.iter().find(|p| p["status"] == "sold").expect("one is sold");
    let path = format!("/api/v1/properties/{}/history", sold["id"].as_str().expect("an id"));
    let history = ines.get(&path).await.expect(200).json;
    let path: Vec<_> = history["items"].as_array().expect("items").iter().rev().collect();
    let path: Vec<_> = path.iter().filter(|line| line["field"] == "status").collect();
    assert_eq!(
        (path.len(), &path[0]["new"], &path[1]["new"]),
        (2, &json!("auction"), &json!("sold"))
    );
    let at = |line: &Value| line["at"].as_str().expect("a time").parse::<Timestamp>().expect("one");
    assert!(at(path[0]) < at(path[1]) && at(path[1]) < app.ctx().now());
    let list = ines.get("/api/v1/watchlist").await.expect(200).json;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(12), "{list}");
    assert_eq!(inbox(&ines).await, 1, "a welcome");

    // A second start says and does nothing.
    let pos = last_pos(&app).await;
    assert_eq!(open(&app).await, Vec::<String>::new());
    assert_eq!(last_pos(&app).await, pos);

    // A run that broke off before its end goes on, and leaves what is there.
    let began_at = app.ctx().now();
    let broken = json!({"number": 7, "began_at": began_at, "complete": false}).to_string();
    let write = async move |tx: &Tx| tx.set_note("demo", &broken).await;
    app.ctx().store().write(Class::Interactive, write).await.expect("the note");
    assert!(!open(&app).await.is_empty());
    app.settle().await;
    assert_eq!(updates(&app, pos).await, 0);
    assert_eq!(properties(&ines).await, before);
    let again = ines.get("/api/v1/watchlist").await.expect(200).json;
    assert_eq!((again, inbox(&ines).await), (list, 1));
}

async fn seen_at_once(database: Database) {
    let app = TestApp::start(database, openbell::modules()).await;
    open(&app).await;
    app.settle().await;
    let ines = investor(&app).await;
    let before = inbox(&ines).await;
    let mut socket = ines.socket("/ws/auctions/").await;
    let first = socket.expect("initial_state").await;
    assert_eq!(first["auctions"].as_array().map(Vec::len), Some(12));
    let mut ticks = app.app().simulate_demo();
    for _ in 0..5 {
        ticks.changed().await.expect("it ticks");
        app.clock().advance(TICK);
    }
    assert_eq!(socket.expect("auction_update").await.kind(), "auction_update");
    app.settle().await;
    assert!(inbox(&ines).await > before, "and a line in the inbox");
}

type Seen = Arc<Mutex<Vec<Fact<PropertyChanged>>>>;

fn witness(seen: Seen) -> Module {
    let react = move |_, _, facts: Vec<Fact<PropertyChanged>>| {
        let seen = seen.clone();
        async move {
            seen.lock().expect("the list").extend(facts);
            Ok(())
        }
    };
    Module::new("witness").reaction(ReactionSpec::new::<PropertyChanged, _, _>("witness", react))
}

/// Whether one may become the other.
const fn may_follow(old: PropertyStatus, new: PropertyStatus) -> bool {
    use PropertyStatus::{Auction, Cancelled, Preforeclosure, Redeemed, Reo, Sold};
    matches!(
        (old, new),
        (Preforeclosure, Auction | Cancelled | Redeemed)
            | (Auction, Sold | Reo | Cancelled | Redeemed)
            | (Cancelled, Auction)
    )
}

/// A day with nobody there, four minutes at a time.
async fn a_day(database: Database) {
    let seen = Seen::default();
    let modules = openbell::modules().into_iter().chain([witness(seen.clone())]);
    let app = TestApp::start(database, modules.collect()).await;
    open(&app).await;
    app.settle().await;
    seen.lock().expect("the list").clear();
    let mut ticks = app.app().simulate_demo();
    for _ in 0..360 {
        ticks.changed().await.expect("it ticks");
        app.clock().advance(Duration::from_secs(240));
    }
    ticks.changed().await.expect("it ticks");
    app.settle().await;
    let ines = investor(&app).await;
    let counts = statuses(&properties(&ines).await);
    let live = counts["auction"] + counts["preforeclosure"];
    let all: usize = counts.values().sum();
    assert!((1_340..=1_460).contains(&live), "{counts:?}");
    assert!((2_000..=2_110).contains(&all), "{counts:?}");
    assert!((560..=860).contains(&counts["auction"]), "{counts:?}");

    let seen = seen.lock().expect("the list");
    let (mut ended, mut added) = (0, 0);
    for fact in seen.iter() {
        added += usize::from(fact.changes.contains(&Change::Added));
        let (Some(before), Some(after)) = (&fact.before, &fact.after) else { continue };
        let (old, new) = (before.status, after.status);
        assert!(old == new || may_follow(old, new), "{old:?} became {new:?}");
        if matches!(new, PropertyStatus::Sold | PropertyStatus::Reo) && old != new {
            assert!(before.auction_at.is_some_and(|at| at <= fact.at), "sold before its hour");
            ended += 1;
        }
        if new == PropertyStatus::Auction {
            let bid = after.opening_bid.map(|bid| bid.minor);
            assert!(bid < after.estimated_value.map(|value| value.minor), "{after:?}");
        }
    }
    assert!(ended > 3 && added > 3, "{ended} ended, {added} came, of {}", seen.len());
}

/// A minute with two nodes that both have somebody to show something to.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_play_once() {
    let home = Arc::new(Home::new(Database::Postgres).await);
    let one = TestApp::start_in(home.clone(), openbell::modules()).await;
    let two = TestApp::start_in(home, openbell::modules()).await;
    assert!(!open(&one).await.is_empty());
    assert!(open(&two).await.is_empty(), "one fills it, the other finds it filled");
    let (here, there) = (investor(&one).await, investor(&two).await);
    let (mut here, mut there) =
        (here.socket("/ws/auctions/").await, there.socket("/ws/auctions/").await);
    here.expect("initial_state").await;
    there.expect("initial_state").await;
    let before = last_pos(&one).await;
    let (mut first, mut second) = (one.app().simulate_demo(), two.app().simulate_demo());
    for _ in 0..30 {
        first.changed().await.expect("it ticks");
        second.changed().await.expect("it ticks");
        one.clock().advance(TICK);
    }
    first.changed().await.expect("it ticks");
    second.changed().await.expect("it ticks");
    // Ten for the spotlight and fifteen others in a minute, and one each at the beginning.
    let seen = updates(&one, before).await;
    assert!((10..=27).contains(&seen), "{seen}: two nodes would bring twice as many");

    // Whoever had it, the other goes on. A client that is not read from would not say farewell.
    drop(here);
    one.stop().await;
    let before = last_pos(&two).await;
    for _ in 0..8 {
        two.clock().advance(TICK);
        second.changed().await.expect("it ticks");
    }
    assert!(updates(&two, before).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_serves_it_and_keeps_it_apart() {
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    let mut command = house.command(&["serve", "--demo"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut said = String::new();
    while !PEOPLE.iter().all(|person| said.contains(person.email)) {
        said.push_str(&lines.next_line().await.expect("text").expect("it goes on"));
    }
    assert!(said.contains("Filling") && said.contains(PASSWORD), "{said}");
    child.kill().await.expect("it can be killed");

    // What was there is there again.
    let server = house.serve_with(&["serve", "--demo"]).await;
    let token = house.succeed(&["token", INVESTOR.email], b"").await;
    let (status, list) = server.request("GET", "/api/v1/watchlist", token.trim(), None).await;
    assert_eq!((status, list["items"].as_array().map(Vec::len)), (200, Some(12)));
    assert_eq!(server.terminate().await, Some(0));

    let (code, _, error) = house.run(&["serve"], b"").await;
    assert!(code == 1 && error.contains("--demo"), "{code}: {error}");
    let mut open_to_all = house.command(&["serve", "--demo"]);
    let output = open_to_all.env("OPENBELL_LISTEN", "0.0.0.0:0").output().await.expect("it ends");
    assert_eq!(output.status.code(), Some(2));

    let real = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    real.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    let (code, _, error) = real.run(&["serve", "--demo"], b"").await;
    assert!(code == 1 && error.contains("holds records"), "{code}: {error}");
    let users = real.succeed(&["--json", "user", "list"], b"").await;
    assert!(users.contains("ann@example.com") && !users.contains(OPERATOR.email), "{users}");
}
