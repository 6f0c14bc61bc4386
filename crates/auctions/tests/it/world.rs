//! A house with auctions, people who have coins, and a word for what they do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use domain::Role;
use events::NoticeRaised;
use kit::{Ctx, Fact, Module, ReactionSpec};
use serde_json::{Value, json};
use store::Tx;
pub(crate) use testkit::on_both;
use testkit::{Actor, Answer, Database, Home, People, TestApp};

/// What people were told: who, which kind, under which key.
pub(crate) type Told = Arc<Mutex<Vec<NoticeRaised>>>;

/// The features of the house. What people are told is noted in `told`.
pub(crate) fn modules(told: &Told) -> Vec<Module> {
    let told = told.clone();
    let note = move |_: Ctx, _: Tx, facts: Vec<Fact<NoticeRaised>>| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(facts.into_iter().map(|fact| fact.event));
        std::future::ready(Ok(()))
    };
    let people = Module::new("people")
        .provides_users(People::default())
        .reaction(ReactionSpec::new::<NoticeRaised, _, _>("people.told", note));
    vec![people, auctions::module()]
}

/// A house, an admin, a seller, and bidders.
pub(crate) struct World {
    pub(crate) app: TestApp,
    pub(crate) admin: Actor,
    pub(crate) seller: Actor,
    pub(crate) told: Told,
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::within(Arc::new(Home::new(database).await)).await
    }

    /// The same where pauses pass in real time: what is sent at a pace comes by itself.
    pub(crate) async fn paced(database: Database) -> Self {
        let mut home = Home::new(database).await;
        home.wait_in_real_time();
        Self::within(Arc::new(home)).await
    }

    /// A house in a home: the only one, a second node, or the first one after a restart.
    pub(crate) async fn within(home: Arc<Home>) -> Self {
        let told = Told::default();
        let app = TestApp::start_in(home, modules(&told)).await;
        let (admin, seller) = (app.user(&[Role::Admin]), app.user(&[]));
        Self { app, admin, seller, told }
    }

    /// Lets time go by while the auctions are looked after. A jump of so many seconds would be an
    /// outage.
    pub(crate) async fn pass(&self, seconds: u64) {
        const STEP: u64 = 20;
        for _ in 0..seconds / STEP {
            self.app.advance(Duration::from_secs(STEP)).await;
        }
        self.app.advance(Duration::from_secs(seconds % STEP)).await;
    }

    /// Has auctions and accounts checked, which finds nothing.
    pub(crate) async fn check(&self) {
        let figure = async |name: &str| -> f64 {
            let text = self.app.anonymous().get("/metrics").await.expect(200).text;
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.map_or(0.0, |value| value.parse().expect("a figure"))
        };
        let before = figure("openbell_auctions_checks_total").await;
        let schedules = self.app.ctx().schedules();
        let check = schedules.iter().find(|schedule| schedule.name == "auctions.check");
        let check = check.expect("there is a check").clone();
        let write = async move |tx: &Tx| tasks::run_schedule(tx, &check).await.map(drop);
        self.app.ctx().store().write(store::Class::Interactive, write).await.expect("it is due");
        // Another node may have taken it.
        let mut looks = 0;
        while figure("openbell_auctions_checks_total").await <= before {
            looks += 1;
            assert!(looks < 2_000, "it was not checked");
            self.app.settle().await;
        }
        assert_eq!(figure("openbell_auctions_wrong").await, 0.0, "nothing is wrong");
    }

    /// Somebody with so many coins.
    pub(crate) async fn bidder(&self, coins: i64) -> Actor {
        let person = self.app.user(&[]);
        self.grant(&person, coins).await;
        person
    }

    /// The notices of one person: kinds and titles.
    pub(crate) fn notices(&self, person: &Actor) -> Vec<(String, String)> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let own = told.iter().filter(|notice| notice.users.contains(&person.id()));
        own.map(|notice| (notice.notice_type.clone(), notice.title.clone())).collect()
    }

    pub(crate) async fn grant(&self, person: &Actor, coins: i64) {
        if coins > 0 {
            let path = format!("/api/v1/wallets/{}/grant", person.id());
            let body = json!({"amount": coins, "reason": "for a test"});
            self.admin.post(&path, body).await.expect(201);
        }
    }

    /// When it is so many seconds from now.
    pub(crate) fn in_seconds(&self, seconds: i64) -> String {
        let now = self.app.ctx().now().as_millis();
        domain::Timestamp::from_millis(now + seconds * 1_000).to_string()
    }

    /// A published auction that begins at once and lasts ten minutes, with further fields.
    pub(crate) async fn live(&self, fields: Value) -> String {
        let id = self.scheduled(fields).await;
        self.seller.post(&path(&id, "start"), json!({})).await.expect(200);
        id
    }

    pub(crate) async fn scheduled(&self, fields: Value) -> String {
        let id = self.draft(fields).await;
        self.seller.post(&path(&id, "publish"), json!({})).await.expect(200);
        id
    }

    pub(crate) async fn draft(&self, fields: Value) -> String {
        let mut body = json!({
            "title": "A lamp",
            "start_price": 100,
            "starts_at": self.in_seconds(60),
            "ends_at": self.in_seconds(660),
            "soft_close": {"preset": "none"},
        });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let made = self.seller.post("/api/v1/auctions", body).await.expect(201);
        made.json["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn show(&self, id: &str) -> Value {
        self.seller.get(&format!("/api/v1/auctions/{id}")).await.expect(200).json
    }
}

pub(crate) fn path(id: &str, what: &str) -> String {
    format!("/api/v1/auctions/{id}/{what}")
}

/// Bids this much.
pub(crate) async fn bid(person: &Actor, id: &str, amount: i64) -> Answer {
    person.post(&path(id, "bids"), json!({ "amount": amount })).await
}

/// Posts under a key.
pub(crate) async fn keyed(person: &Actor, address: &str, key: &str, body: Value) -> Answer {
    person.send(Method::POST, address, Some(body.to_string()), &[("idempotency-key", key)]).await
}

/// Balance and what is held, in coins.
pub(crate) async fn coins(person: &Actor) -> (i64, i64) {
    let wallet = person.get("/api/v1/wallet").await.expect(200).json;
    let purses = wallet["purses"].as_array().expect("purses");
    let coins = purses.iter().find(|purse| purse["currency"] == "COIN").expect("coins");
    let number = |name: &str| coins[name].as_i64().expect("a number");
    assert_eq!(number("available"), number("balance") - number("held"));
    (number("balance"), number("held"))
}

/// Whether a number stands anywhere in it. A look at the text would find it in an id now and then.
pub(crate) fn has_number(value: &Value, number: i64) -> bool {
    match value {
        Value::Number(_) => value.as_i64() == Some(number),
        Value::Array(list) => list.iter().any(|value| has_number(value, number)),
        Value::Object(fields) => fields.values().any(|value| has_number(value, number)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
