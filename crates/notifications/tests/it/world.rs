//! A house with the inbox alone, people who exist, and notices.

use std::ops::Deref;

use domain::{TenantId, UserId};
use events::{Category, NoticeRaised, Priority};
use kit::{Module, Notify};
use serde_json::{Value, json};
use store::{Class, Statement, Tx, args};
pub(crate) use testkit::on_both;
use testkit::{Actor, Answer, Database, People, TestApp};

/// Somebody whom the tenant does not have.
pub(crate) fn stranger() -> UserId {
    "0190a5b8-7b1e-7c3d-8f00-00000000dead".parse().unwrap()
}

/// The modules of the house.
pub(crate) fn modules() -> Vec<Module> {
    vec![Module::new("people").provides_users(People::but(stranger())), notifications::module()]
}

/// A running house.
pub(crate) struct World(pub(crate) TestApp);

impl Deref for World {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.0
    }
}

/// A notice for these users under a key.
pub(crate) fn notice(users: &[UserId], key: &str) -> NoticeRaised {
    NoticeRaised {
        users: users.to_vec(),
        notice_type: "auction.postponed".into(),
        category: Category::Auction,
        priority: Priority::High,
        title: format!("Notice {key}"),
        body: "Until Monday".into(),
        data: Some(r#"{"opening_bid":225000.00}"#.into()),
        action_url: Some("/properties/1".into()),
        object: None,
        actor: None,
        dedup_key: key.into(),
        expires_at: None,
    }
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self(TestApp::start(database, modules()).await)
    }

    /// Raises notices in one transaction, as a feature does, and waits until they are delivered.
    pub(crate) async fn raise(&self, notices: Vec<NoticeRaised>) {
        self.raise_only(notices).await;
        self.settle().await;
    }

    /// Raises notices and does not wait.
    pub(crate) async fn raise_only(&self, notices: Vec<NoticeRaised>) {
        let work = async move |tx: &Tx| {
            for notice in &notices {
                tx.notify(TenantId::DEFAULT, notice)?;
            }
            Ok::<_, store::Error>(())
        };
        self.ctx().store().write(Class::Interactive, work).await.unwrap();
    }

    /// Delivers `count` notices, one after another in the inbox: `1`, `2` …
    pub(crate) async fn fill(&self, user: &Actor, count: usize) {
        let one = |n: usize| notice(&[user.id()], &n.to_string());
        self.raise((1..=count).map(one).collect()).await;
    }

    /// The counters as the rows say, counted by the definition, against those that are kept.
    pub(crate) async fn assert_counted(&self, user: UserId) {
        let place = args![TenantId::DEFAULT, user, self.ctx().now()];
        let (rows, last, unread, unseen): (i64, i64, i64, i64) =
            self.ctx().store().one(&COUNTED, &place).await.unwrap();
        let kept: Option<(i64, i64, i64)> =
            self.ctx().store().maybe(&KEPT, &args![TenantId::DEFAULT, user]).await.unwrap();
        let (last_no, kept_unread, kept_unseen) = kept.unwrap_or_default();
        assert_eq!((rows, last), (last_no, last_no), "numbers run without gaps");
        assert_eq!((kept_unread, kept_unseen), (unread, unseen), "counters of {user}");
    }
}

static COUNTED: Statement = Statement::new("counted", COUNTED_SQL, COUNTED_SQL);
const COUNTED_SQL: &str = "select count(*), coalesce(max(inbox_no), 0),
        count(*) filter (where read_at is null and dismissed_at is null
            and (expires_at is null or expires_at > $3)),
        count(*) filter (where seen_at is null and (expires_at is null or expires_at > $3))
    from notifications_inbox where tenant = $1 and user_id = $2";
static KEPT: Statement = Statement::new("kept", KEPT_SQL, KEPT_SQL);
const KEPT_SQL: &str =
    "select last_no, unread, unseen from notifications_state where tenant = $1 and user_id = $2";

/// `(unread, unseen)` as the interface says.
pub(crate) async fn counts(user: &Actor) -> (i64, i64) {
    let answer = user.get("/api/v1/notifications/unread-count").await.expect(200);
    (answer.json["unread_count"].as_i64().unwrap(), answer.json["unseen_count"].as_i64().unwrap())
}

/// The `inbox_no`s of a list.
pub(crate) async fn numbers(user: &Actor, query: &str) -> Vec<i64> {
    let answer = user.get(&format!("/api/v1/notifications{query}")).await.expect(200);
    let items = answer.json["items"].as_array().unwrap();
    items.iter().map(|item| item["inbox_no"].as_i64().unwrap()).collect()
}

/// The id of a notification by its number.
pub(crate) async fn id_of(user: &Actor, number: i64) -> String {
    let answer = user.get("/api/v1/notifications?status=all&limit=200").await.expect(200);
    let items = answer.json["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["inbox_no"] == number).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// Posts to something of one's own inbox.
pub(crate) async fn post(user: &Actor, path: &str, body: Value) -> Answer {
    user.post(&format!("/api/v1/notifications{path}"), body).await
}

/// Marks read up to a number.
pub(crate) async fn read_up_to(user: &Actor, number: i64) -> Answer {
    post(user, "/read", json!({ "up_to": number })).await.expect(200)
}
