//! Every route and every verb that the documents name is tried with what fits, what nearly fits and
//! what does not: nothing is answered by a fault of the server, answers are as described, and what
//! belongs to somebody else is answered like what does not exist.
//!
//! The documents are those of the running house, so a new route or verb is tried from its first
//! day. What is tried follows from seeds that stand here; a failure tells the request.

mod routes;
mod strangers;
mod values;
mod verbs;

use domain::Role;
use serde_json::{Value, json};
use testkit::{Actor, Database, FrameBook, TestApp};

/// Runs a trial on both databases.
macro_rules! trials {
    ($($name:ident = $trial:path),+ $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                let house = super::House::new(super::Database::Sqlite).await;
                $trial(&house).await;
                house.app.settle().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                let house = super::House::new(super::Database::Postgres).await;
                $trial(&house).await;
                house.app.settle().await;
            }
        })+
    };
}

trials! {
    every_route = super::routes::trial,
    every_verb = super::verbs::trial,
    strangers_find_nothing = super::strangers::trial,
}

/// The whole house with people in it, and its documents.
struct House {
    app: TestApp,
    /// `openapi.json`, with its schemas to look up.
    openapi: Value,
    schemas: FrameBook,
    asyncapi: Value,
    /// Ann and Bob are users, Olga is an operator, and the administrator may do everything.
    ann: Actor,
    bob: Actor,
    olga: Actor,
    admin: Actor,
}

/// One method of one path.
struct Operation {
    method: String,
    path: String,
    about: Value,
}

impl House {
    async fn new(database: Database) -> Self {
        let app = TestApp::start(database, openbell::modules()).await;
        let documents = openbell::generated().expect("the documents are generated");
        let document = |name: &str| -> Value {
            let found = documents.iter().find(|(file, _)| *file == name);
            serde_json::from_str(&found.expect("it is generated").1).expect("it is JSON")
        };
        let (openapi, asyncapi) = (document("openapi.json"), document("asyncapi.json"));
        let every = [Role::Admin, Role::Operator, Role::Manager, Role::Agent, Role::Provider];
        Self {
            ann: app.person("ann@example.com", &[]).await,
            bob: app.person("bob@example.com", &[]).await,
            olga: app.person("olga@example.com", &[Role::Operator]).await,
            admin: app.person("admin@example.com", &every).await,
            schemas: FrameBook::new(openapi.clone()),
            app,
            openapi,
            asyncapi,
        }
    }

    /// All operations, in the order of the document.
    fn operations(&self) -> Vec<Operation> {
        let paths = self.openapi["paths"].as_object().expect("paths");
        let of_path = |(path, methods): (&String, &Value)| {
            let methods = methods.as_object().expect("methods").iter();
            let operations = methods.map(|(method, about)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                about: about.clone(),
            });
            operations.collect::<Vec<_>>()
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// Auctions in several states, and coins to bid with.
    async fn furnish_auctions(&self) {
        for bidder in [&self.ann, &self.bob, &self.olga] {
            let body = json!({ "amount": 1_000_000, "reason": "to bid with" });
            let path = format!("/api/v1/wallets/{}/grant", bidder.id());
            self.admin.post(&path, body).await.expect(201);
        }
        let lives: [&[&str]; 6] = [
            &[],
            &["publish"],
            &["publish", "start", "bids"],
            &["publish", "start", "pause"],
            &["publish", "start", "bids", "close"],
            &["publish", "start"],
        ];
        // Several of each, so that one is left when something has happened to the others.
        for number in 0..30 {
            let mut body = json!({
                "title": format!("Lot {number}"), "start_price": 10, "retraction": "typo",
                "buy_now": 5_000, "decide_ms": 86_400_000,
                "starts_at": "2026-01-15T00:00:00.000Z", "ends_at": "2026-02-15T00:00:00.000Z",
            });
            if number % 12 < 6 {
                body["reserve"] = json!(1_000);
            }
            let made = self.olga.post("/api/v1/auctions", body).await.expect(201);
            let id = made.json["id"].as_str().expect("an id");
            for act in lives[number % lives.len()] {
                let path = format!("/api/v1/auctions/{id}/{act}");
                let (actor, body) = match *act {
                    "bids" => (&self.ann, json!({ "amount": 20 })),
                    _ => (&self.olga, json!({ "reason": "as furniture" })),
                };
                let done = actor.post(&path, body).await;
                assert!(done.status.is_success(), "{act}: {}", done.text);
            }
        }
    }

    /// Properties, on Ann's list too, an alert and a notification of hers: something to find.
    async fn furnish(&self) {
        for number in 1..=3 {
            let body = json!({
                "street": format!("{number} Main St"), "city": "San Francisco", "state": "CA",
                "zip_code": "94102", "status": "auction", "auction_date": "2026-02-01",
                "auction_time": "10:00 AM", "opening_bid": "250000.00",
                "latitude": 37.77, "longitude": -122.42,
            });
            let made = self.olga.post("/api/v1/properties", body).await.expect(201);
            let wish = json!({ "property_id": made.json["id"], "notes": "mine" });
            self.ann.post("/api/v1/watchlist", wish).await.expect(201);
        }
        let alert = json!({ "name": "California", "states": ["CA"] });
        self.ann.post("/api/v1/alerts", alert).await.expect(201);
        self.furnish_auctions().await;
        let notice = json!({
            "users": [self.ann.id()], "type": "system.test", "title": "A word", "body": "to Ann",
        });
        self.olga.post("/api/v1/notifications", notice).await.expect(202);
        self.app.settle().await;
    }
}

impl Operation {
    /// Its parameters of a place: `path`, `query` or `header`.
    fn parameters(&self, place: &str) -> Vec<&Value> {
        let all = self.about["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).collect()
    }

    /// The schema of its body, and the form in which the body travels.
    fn body(&self) -> Option<(&str, &Value)> {
        let content = self.about["requestBody"]["content"].as_object()?;
        content.iter().next().map(|(form, body)| (form.as_str(), &body["schema"]))
    }

    /// Its address, with each parameter replaced by what `fill` gives for its name.
    fn address(&self, mut fill: impl FnMut(&str) -> String) -> String {
        let words = self.path.split('/').map(|word| {
            match word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
                Some(name) => encoded(&fill(name)),
                None => word.to_owned(),
            }
        });
        words.collect::<Vec<_>>().join("/")
    }
}

/// As a part of an address.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
