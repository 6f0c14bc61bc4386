//! A house with the console, people who exist, something to follow, and tasks that fail.

use domain::{TenantId, Timestamp};
use events::{Category, NoticeRaised, Priority};
use kit::{Error, Family, FrameSpec, Module, ReactionSpec, TopicRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Class, Tx};
use tasks::{Options, Outcome, Schedule, Task};
pub(crate) use testkit::on_both;
use testkit::{Actor, Database, People, TestApp};

/// Another tenant than the default one.
pub(crate) fn far() -> TenantId {
    "00000000-0000-7000-8000-0000000000ff".parse().unwrap()
}

/// A task that is given up at once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Doomed {
    pub(crate) number: u32,
}

impl Task for Doomed {
    const NAME: &'static str = "things.doomed";
    const MAX_ATTEMPTS: u32 = 1;
}

/// A task that goes well.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Fine {}

impl Task for Fine {
    const NAME: &'static str = "things.fine";
}

/// What is told of a thing.
#[derive(Serialize, utoipa::ToSchema)]
struct Moved {}

/// What the console looks at.
fn things() -> Module {
    Module::new("things")
        .provides_users(People::default())
        .frames([FrameSpec::sent::<Moved>("moved", "thing", "It moved.")])
        .family(Family::stream("thing", "a thing", async |_: TopicRequest| Ok(None)))
        .task(|_, _, _: Doomed| async { Err(Error::bad_request("no good")) })
        .task(|_, _, _: Fine| async { Ok(Outcome::Done) })
        .schedule(Schedule::every("things.hourly", std::time::Duration::from_secs(3600), |_| {
            Doomed { number: 9 }
        }))
        .schedule(
            Schedule::cron("things.nightly", "30 2 * * *", "America/New_York", |_| Fine {})
                .for_tenant(far()),
        )
        .reaction(ReactionSpec::new::<NoticeRaised, _, _>("things.notices", |_, _, facts| {
            let bad = facts.iter().any(|fact| fact.title == "bad");
            std::future::ready(match bad {
                true => Err(Error::bad_request("cannot be read")),
                false => Ok(()),
            })
        }))
}

pub(crate) async fn house(database: Database) -> TestApp {
    TestApp::start(database, vec![things(), console::module()]).await
}

/// The items of a list.
pub(crate) async fn items(actor: &Actor, path: &str) -> Vec<Value> {
    let answer = actor.get(path).await.expect(200);
    answer.json["items"].as_array().expect("a list").clone()
}

/// All items of a list, two a page.
pub(crate) async fn paged(actor: &Actor, path: &str) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("{path}{joint}limit=2{cursor}")).await.expect(200).json;
        let items = page["items"].as_array().expect("a list");
        assert!(items.len() <= 2);
        all.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// The field of each item, as texts.
pub(crate) fn texts(items: &[Value], field: &str) -> Vec<String> {
    let text = |item: &Value| item[field].as_str().expect("a text").to_owned();
    items.iter().map(text).collect()
}

/// A notice; one with the title `bad` is what the reaction of the house cannot digest.
pub(crate) fn notice(title: &str) -> NoticeRaised {
    NoticeRaised {
        users: Vec::new(),
        notice_type: "thing.moved".into(),
        category: Category::System,
        priority: Priority::Medium,
        title: title.to_owned(),
        body: String::new(),
        data: None,
        action_url: None,
        object: None,
        actor: None,
        dedup_key: title.to_owned(),
        expires_at: None,
    }
}

/// Puts a task into the queue.
pub(crate) async fn enqueue<T: Task>(
    app: &TestApp,
    tenant: TenantId,
    task: T,
    at: Option<Timestamp>,
) {
    let write = async move |tx: &Tx| {
        let options = Options { at, unique_key: None };
        tasks::enqueue(tx, tenant, &task, options).await.map(drop)
    };
    app.ctx().store().write(Class::Interactive, write).await.unwrap();
}
