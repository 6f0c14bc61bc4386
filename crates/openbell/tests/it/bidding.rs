//! kill -9 in the middle of a hot auction, again and again: every bid that was acknowledged is in
//! the log under its number, whoever asks again under the same key gets the same answer, and what
//! is held is what is led. And a crowd that watches over connections that break.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicI64, Ordering},
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{Installation, Server, SocketProbe, TestPostgres};
use tokio::sync::{mpsc, watch};

const BIDDERS: usize = 6;
/// How often the server is killed.
const KILLS: usize = 6;
/// Acknowledged bids before each death, and a few more from round to round.
const BIDS: usize = 40;

/// People and their tokens, and an auction that lasts.
struct Arena {
    admin: String,
    tokens: Vec<String>,
    auction: String,
}

impl Arena {
    async fn new(house: &Installation, server: &Server, bidders: usize) -> Self {
        let word = b"correct horse battery\n";
        house.succeed(&["user", "add", "ada@example.com", "--role", "admin"], word).await;
        let admin = house.succeed(&["token", "ada@example.com"], b"").await.trim().to_owned();
        let mut tokens = Vec::new();
        for number in 0..bidders {
            let email = format!("b{number}@example.com");
            house.succeed(&["user", "add", &email], word).await;
            let token = house.succeed(&["token", &email], b"").await.trim().to_owned();
            let (_, me) = server.request("GET", "/api/v1/wallet", &token, None).await;
            let path = format!("/api/v1/wallets/{}/grant", me["user_id"].as_str().expect("an id"));
            let coins = json!({ "amount": 1_000_000_000, "reason": "to bid with" });
            let (status, answer) = server.request("POST", &path, &admin, Some(&coins)).await;
            assert_eq!(status, 201, "{answer}");
            tokens.push(token);
        }
        let lot = json!({
            "title": "A lamp", "start_price": 10, "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2026-12-31T00:00:00Z",
        });
        let (status, made) = server.request("POST", "/api/v1/auctions", &admin, Some(&lot)).await;
        assert_eq!(status, 201, "{made}");
        let auction = made["id"].as_str().expect("an id").to_owned();
        let arena = Self { admin, tokens, auction };
        // It begins late by all that has passed, and ends as much later.
        for act in ["publish", "start"] {
            let path = format!("/api/v1/auctions/{}/{act}", arena.auction);
            let body = Some(json!({}));
            let (status, done) = server.request("POST", &path, &arena.admin, body.as_ref()).await;
            assert_eq!(status, 200, "{done}");
        }
        arena
    }

    /// The bids of the log by number: who, and up to what.
    async fn log(&self, server: &Server) -> BTreeMap<i64, (String, i64)> {
        let (mut bids, mut last) = (BTreeMap::new(), 0);
        loop {
            let path = format!("/api/v1/auctions/{}/log?after={last}&limit=200", self.auction);
            let (_, page) = server.request("GET", &path, &self.admin, None).await;
            let items = page["items"].as_array().expect("a list");
            if items.is_empty() {
                return bids;
            }
            for entry in items {
                let number = entry["log_seq"].as_i64().expect("a number");
                assert_eq!(number, last + 1, "the log has no gap");
                last = number;
                if entry["kind"] == "bid" {
                    let alias = entry["alias"].as_str().expect("an alias").to_owned();
                    bids.insert(number, (alias, entry["amount"].as_i64().expect("an amount")));
                }
            }
        }
    }

    /// What the log says that was to be seen, by number.
    async fn states(&self, server: &Server) -> States {
        let (mut states, mut last) = (States::new(), 0);
        loop {
            let path = format!("/api/v1/auctions/{}/log?after={last}&limit=200", self.auction);
            let (_, page) = server.request("GET", &path, &self.admin, None).await;
            let items = page["items"].as_array().expect("a list");
            if items.is_empty() {
                return states;
            }
            for entry in items {
                last = entry["log_seq"].as_i64().expect("a number");
                states.insert(last, (entry["price"].clone(), entry["leader_alias"].clone()));
            }
        }
    }

    /// Has auctions and accounts checked, which finds nothing.
    async fn check(&self, server: &Server) {
        let path = "/api/v1/admin/schedules/auctions.check/run";
        let (status, answer) = server.request("POST", path, &self.admin, Some(&json!({}))).await;
        assert!((200..300).contains(&status), "{answer}");
        for _ in 0..2_000 {
            let figures = server.figures().await;
            if figures.get("openbell_auctions_checks_total").is_some_and(|count| *count > 0.0) {
                assert_eq!(figures.get("openbell_auctions_wrong"), Some(&0.0));
                return;
            }
        }
        panic!("it was not checked");
    }
}

/// Somebody who bids over a socket and does not give up: what was not answered is sent again, under
/// the same key.
struct Bidder {
    number: usize,
    token: String,
    sent: usize,
    open: Option<(String, i64)>,
    /// What was acknowledged: the number, the amount, and the whole answer by key.
    taken: BTreeMap<String, (i64, i64, Value)>,
}

impl Bidder {
    /// Bids until the connection is gone.
    async fn bid(
        &mut self,
        server: &Server,
        auction: &str,
        level: &AtomicI64,
        acknowledged: &mpsc::Sender<()>,
    ) {
        let path = format!("/ws/auction/{auction}/");
        let mut socket = server.socket(&path, &self.token).await;
        loop {
            let (key, amount) = self.open.clone().unwrap_or_else(|| {
                self.sent += 1;
                let amount = 3_000 * level.fetch_add(1, Ordering::Relaxed) + 10;
                (format!("{}-{}", self.number, self.sent), amount)
            });
            self.open = Some((key.clone(), amount));
            let frame = json!({"type": "place_bid", "id": key, "key": key, "amount": amount});
            socket.try_send_text(&frame.to_string()).await;
            let Some(answer) = answer_to(&mut socket, &key).await else { return };
            match answer["type"].as_str() {
                Some("ack") => {
                    let result = answer["result"].clone();
                    let number = result["log_seq"].as_i64().expect("a number");
                    self.taken.insert(key, (number, amount, result));
                    self.open = None;
                    let _ = acknowledged.send(()).await;
                }
                _ if answer["retry"] == true => return,
                _ => {
                    assert_eq!(answer["code"], "bid_too_low", "{answer}");
                    self.open = None;
                }
            }
        }
    }
}

async fn answer_to(socket: &mut SocketProbe, id: &str) -> Option<Value> {
    loop {
        let frame = socket.try_next().await?;
        if frame["id"] == *id {
            return Some(frame.json);
        }
    }
}

async fn killed_again_and_again(house: Installation) {
    let mut server = house.serve().await;
    let arena = Arena::new(&house, &server, BIDDERS).await;
    let tokens = arena.tokens.iter().enumerate();
    let mut bidders: Vec<Bidder> = tokens
        .map(|(number, token)| Bidder {
            number,
            token: token.clone(),
            sent: 0,
            open: None,
            taken: BTreeMap::new(),
        })
        .collect();
    let level = AtomicI64::new(1);
    for round in 0..KILLS {
        let (acknowledged, mut count) = mpsc::channel(1_024);
        let run = bidders
            .iter_mut()
            .map(|bidder| bidder.bid(&server, &arena.auction, &level, &acknowledged));
        let all = join_all(run);
        let pid = server.id();
        let death = async {
            for _ in 0..BIDS + 7 * round {
                count.recv().await.expect("somebody bids");
            }
            testkit::kill(pid).await;
            // Whoever is told at this very moment does not wait.
            count.close();
        };
        tokio::join!(all, death);
        server.kill().await;
        server = house.serve().await;
    }
    // Everybody who has no answer asks once more.
    let mut open = 0;
    for bidder in &mut bidders {
        let path = format!("/ws/auction/{}/", arena.auction);
        let mut socket = server.socket(&path, &bidder.token).await;
        let Some((key, amount)) = bidder.open.take() else { continue };
        open += 1;
        let frame = json!({"type": "place_bid", "id": key, "key": key, "amount": amount});
        socket.send(frame).await;
        let answer = answer_to(&mut socket, &key).await.expect("an answer");
        if answer["type"] == "ack" {
            let number = answer["result"]["log_seq"].as_i64().expect("a number");
            bidder.taken.insert(key, (number, amount, answer["result"].clone()));
        }
    }
    assert!(open > 0, "somebody had no answer");
    let log = arena.log(&server).await;
    let mut acknowledged = BTreeMap::new();
    for bidder in &bidders {
        for (key, (number, amount, _)) in &bidder.taken {
            assert!(acknowledged.insert(*number, *amount).is_none(), "{key}: one number twice");
        }
    }
    assert!(acknowledged.len() >= KILLS * BIDS);
    // Nothing was acknowledged that is not there, and nothing is there that nobody was told of.
    let stored: BTreeMap<i64, i64> =
        log.iter().map(|(number, (_, amount))| (*number, *amount)).collect();
    assert_eq!(acknowledged, stored);
    ask_again(&arena, &server, &bidders).await;
    arena.check(&server).await;
    assert_eq!(server.terminate().await, Some(0), "it stops in order");
}

/// Every key gets its answer again, and changes nothing.
async fn ask_again(arena: &Arena, server: &Server, bidders: &[Bidder]) {
    let before = arena.log(server).await.len();
    for bidder in bidders {
        let path = format!("/ws/auction/{}/", arena.auction);
        let mut socket = server.socket(&path, &bidder.token).await;
        for (key, (_, amount, result)) in &bidder.taken {
            let frame = json!({"type": "place_bid", "id": key, "key": key, "amount": amount});
            socket.send(frame).await;
            let answer = answer_to(&mut socket, key).await.expect("an answer");
            assert_eq!(answer["result"], *result);
        }
    }
    assert_eq!(arena.log(server).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_bids_on_sqlite() {
    killed_again_and_again(Installation::new(env!("CARGO_BIN_EXE_openbell"), None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_bids_on_postgres() {
    let database = TestPostgres::database().await;
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()));
    killed_again_and_again(house).await;
}

const WATCHERS: usize = 1_000;
/// Each watcher loses its connection after so many frames, a few more from one to the next.
const PATIENCE: usize = 12;

/// What was seen: by number the price and who led.
type States = BTreeMap<i64, (Value, Value)>;

/// Watches until the end is there, over connections that are lost after `frames`.
async fn watch(
    address: SocketAddr,
    path: String,
    frames: usize,
    mut until: watch::Receiver<i64>,
) -> States {
    let (mut seen, mut last) = (States::new(), 0);
    loop {
        let mut socket = SocketProbe::open(address, &path, None).await;
        for _ in 0..frames {
            let frame = tokio::select! {
                frame = socket.next() => frame,
                _ = until.wait_for(|end| last >= *end) => return seen,
            };
            let at = frame["log_seq"].as_i64().expect("a number");
            // A new connection begins with what is, which may be known already.
            let is_first = frame["type"] == "auction_state";
            assert!(at > last || (is_first && at == last), "{at} after {last}");
            last = at;
            seen.insert(at, (frame["price"].clone(), frame["leader_alias"].clone()));
        }
    }
}

/// A thousand people watch while others bid, and lose their connections again and again: what each
/// sees only grows, is what the log says, and ends where it ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_watchers_see_the_log_and_nothing_else() {
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    let server = house.serve().await;
    let arena = Arena::new(&house, &server, 4).await;
    let path = format!("/ws/auction/{}", arena.auction);
    let (ended, until) = watch::channel(i64::MAX);
    let watchers = (0..WATCHERS)
        .map(|number| watch(server.address(), path.clone(), PATIENCE + number % 5, until.clone()));
    let watching = join_all(watchers);
    let bidding = async {
        let bids = arena.tokens.iter().enumerate().map(|(number, token)| {
            let (server, path) = (&server, format!("{path}/"));
            async move {
                let mut socket = server.socket(&path, token).await;
                for round in 0..150_usize {
                    let amount = 20_000 * (4 * round + number + 1);
                    let id = round.to_string();
                    let frame = json!({"type": "place_bid", "id": id, "key": id, "amount": amount});
                    socket.send(frame).await;
                    answer_to(&mut socket, &id).await.expect("an answer");
                }
            }
        });
        join_all(bids).await;
        let (_, auction) = server
            .request("GET", &format!("/api/v1/auctions/{}", arena.auction), &arena.admin, None)
            .await;
        ended.send_replace(auction["log_seq"].as_i64().expect("a number"));
    };
    let (seen, ()) = tokio::join!(watching, bidding);
    let entries = arena.states(&server).await;
    let last = *entries.keys().next_back().expect("entries");
    assert_eq!(seen.len(), WATCHERS);
    for seen in seen {
        assert_eq!(seen.keys().next_back(), Some(&last), "it ends where the log ends");
        for (number, state) in seen {
            assert_eq!(Some(&state), entries.get(&number), "entry {number}");
        }
    }
}
