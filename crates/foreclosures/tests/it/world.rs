//! A house with properties in it, and people who watch them.

use std::sync::Arc;

use domain::{Currency, Id, TenantId, Topic, UserId};
use events::{Amount, Change, NoticeRaised, PropertyFacts, PropertyStatus};
use serde_json::{Value, json};
use store::{Class, Tx, args};
use testkit::{Actor, Database, Frame, Home, SocketProbe, TestApp};

use super::land;

/// Runs stories on both databases.
macro_rules! stories {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use testkit::Database;

            use super::super::world::World;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::$name(World::new(Database::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::$name(World::new(Database::Postgres).await).await;
            }
        })+
    };
}

pub(crate) struct World {
    pub(crate) app: TestApp,
    pauses: land::Pauses,
}

pub(crate) fn facts(street: &str) -> PropertyFacts {
    PropertyFacts {
        street: street.to_owned(),
        city: "San Francisco".to_owned(),
        state: "CA".to_owned(),
        zip_code: "94102".to_owned(),
        status: PropertyStatus::Auction,
        kind: None,
        latitude: None,
        longitude: None,
        auction_date: Some("2024-01-15".to_owned()),
        auction_time: Some("10:00".to_owned()),
        time_zone: Some("America/Los_Angeles".to_owned()),
        auction_at: None,
        opening_bid: Some(usd(25_000_000)),
        estimated_value: None,
        bedrooms: None,
        bathrooms: None,
        living_area: None,
    }
}

pub(crate) const fn usd(minor: i64) -> Amount {
    Amount { minor, currency: Currency::Usd }
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::at_home(Arc::new(Home::new(database).await)).await
    }

    /// A node in a home: a second one, or the same after a restart.
    pub(crate) async fn at_home(home: Arc<Home>) -> Self {
        let pauses = land::Pauses::default();
        let modules = vec![land::module(pauses.clone()), foreclosures::module()];
        Self { app: TestApp::start_in(home, modules).await, pauses }
    }

    /// After `good` more reads of properties, one finds the database away.
    pub(crate) fn fail_after(&self, good: usize) {
        self.pauses.fail_after(good);
    }

    /// The next transaction that reads properties stands still, its snapshot taken.
    pub(crate) fn pause_next_read(&self) -> land::Reading {
        self.pauses.next()
    }

    pub(crate) async fn property(&self, street: &str) -> Id {
        self.property_of(TenantId::DEFAULT, street).await
    }

    pub(crate) async fn property_of(&self, tenant: TenantId, street: &str) -> Id {
        let (id, facts) = (self.app.ctx().new_id(), facts(street));
        self.write(async move |tx: &Tx| land::put(tx, tenant, id, &facts).await).await;
        id
    }

    /// A new property, told as one.
    pub(crate) async fn added(&self, edit: impl FnOnce(&mut PropertyFacts)) -> Id {
        let (id, mut facts) = (self.app.ctx().new_id(), facts("123 Main St"));
        edit(&mut facts);
        let tenant = TenantId::DEFAULT;
        self.write(async move |tx: &Tx| land::add(tx, tenant, id, &facts).await).await;
        id
    }

    pub(crate) async fn change(
        &self,
        id: Id,
        changes: &[Change],
        edit: impl Fn(&mut PropertyFacts) + Copy + Send + Sync + 'static,
    ) {
        let changes = changes.to_vec();
        let tenant = TenantId::DEFAULT;
        let work = async move |tx: &Tx| land::change(tx, tenant, id, &changes.clone(), edit).await;
        self.write(work).await;
    }

    /// Sets the opening bid; the frame says it in minor units.
    pub(crate) async fn bid(&self, id: Id, minor: i64) {
        self.change(id, &[Change::OpeningBid], move |p| p.opening_bid = Some(usd(minor))).await;
    }

    pub(crate) async fn remove(&self, id: Id) {
        self.write(async move |tx: &Tx| land::remove(tx, TenantId::DEFAULT, id).await).await;
    }

    /// Any write.
    pub(crate) async fn write<F>(&self, work: F)
    where
        F: AsyncFn(&Tx) -> kit::Result<()> + Send + Sync + 'static,
    {
        self.app.ctx().store().write(Class::Interactive, work).await.expect("the write");
    }

    /// What was raised so far, in order.
    pub(crate) async fn notices(&self) -> Vec<NoticeRaised> {
        self.app.settle().await;
        let rows: Vec<(String,)> =
            self.app.ctx().store().all(&land::NOTICES, &[]).await.expect("notices");
        rows.iter().map(|(notice,)| serde_json::from_str(notice).expect("a notice")).collect()
    }

    /// Puts rows on watchlists without telling anybody.
    pub(crate) async fn watch_silently(&self, users: Vec<UserId>, property: Id) {
        let ctx = self.app.ctx().clone();
        self.write(async move |tx: &Tx| {
            for user in &users {
                let row = args![ctx.new_id(), TenantId::DEFAULT, *user, property, tx.now()];
                tx.exec(&land::WATCH, &row).await?;
            }
            Ok(())
        })
        .await;
    }

    /// How many frames the user's own topic has had.
    pub(crate) async fn frames_of(&self, user: UserId) -> u64 {
        let topic = Topic::user(user);
        let read = async move |tx: &Tx| tx.topic_head(TenantId::DEFAULT, &topic).await;
        self.app.ctx().store().read(read).await.expect("the head").seq
    }
}

/// Makes an alert; its path.
pub(crate) async fn alert(who: &Actor, body: Value) -> String {
    let answer = who.post("/api/v1/alerts", body).await.expect(201);
    format!("/api/v1/alerts/{}", answer.json["id"].as_str().expect("an id"))
}

/// Watches a property; the entry's id.
pub(crate) async fn watch(who: &Actor, property: Id) -> String {
    let answer = who.post("/api/v1/watchlist", json!({"property_id": property})).await.expect(201);
    answer.json["id"].as_str().expect("an id").to_owned()
}

pub(crate) async fn unwatch(who: &Actor, entry: &str) {
    who.delete(&format!("/api/v1/watchlist/{entry}")).await.expect(204);
}

/// An open `/ws/auctions/` with its first frame.
pub(crate) async fn auctions(who: &Actor) -> (SocketProbe, Frame) {
    let mut socket = who.socket("/ws/auctions/").await;
    let first = socket.next().await;
    assert_eq!(first.kind(), "initial_state", "{}", first.text);
    (socket, first)
}

/// The property as the frames show it, at this opening bid.
pub(crate) fn view(id: Id, street: &str, bid: &str) -> String {
    format!(
        concat!(
            r#"{{"propertyId":"{}","street":"{}","city":"San Francisco","state":"CA","#,
            r#""zipCode":"94102","foreclosureStatus":"auction","auctionDate":"2024-01-15","#,
            r#""auctionTime":"10:00 AM","openingBid":{}}}"#
        ),
        id, street, bid
    )
}
