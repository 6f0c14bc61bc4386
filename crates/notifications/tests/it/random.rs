//! Random life of two inboxes against a plain model of what the counters mean.

use std::time::Duration;

use domain::Timestamp;
use events::NoticeRaised;
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::{Actor, Database};

use super::world::{World, counts, notice, numbers, post};

#[derive(Debug, Clone)]
enum Step {
    /// A notice under one of a few keys, for both users or one, that may end after seconds.
    Raise {
        key: u8,
        users: u8,
        ends_after_s: Option<u64>,
    },
    Read(u8),
    Unread(u8),
    Dismiss(u8),
    ReadSeveral(Vec<u8>),
    DismissSeveral(Vec<u8>),
    ReadUpTo(u8),
    SeenUpTo(u8),
    /// Time passes, in seconds; whether those who only listen are told.
    Pass(u64, bool),
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let number = 0..12_u8;
    let several = prop::collection::vec(0..12_u8, 0..4);
    let step = prop_oneof![
        4 => (0..20_u8, 1..4_u8, prop::option::of(1..90_u64))
            .prop_map(|(key, users, ends_after_s)| Step::Raise { key, users, ends_after_s }),
        2 => number.clone().prop_map(Step::Read),
        1 => number.clone().prop_map(Step::Unread),
        2 => number.clone().prop_map(Step::Dismiss),
        1 => several.clone().prop_map(Step::ReadSeveral),
        1 => several.prop_map(Step::DismissSeveral),
        1 => number.clone().prop_map(Step::ReadUpTo),
        1 => number.prop_map(Step::SeenUpTo),
        1 => (1..60_u64, any::<bool>()).prop_map(|(time, told)| Step::Pass(time, told)),
    ];
    (0..2_usize, step)
}

#[derive(Debug, Clone, Default)]
struct Row {
    key: u8,
    ends: Option<Timestamp>,
    seen: bool,
    read: bool,
    dismissed: bool,
}

impl Row {
    fn is_unread(&self, now: Timestamp) -> bool {
        !self.read && !self.dismissed && !self.is_over(now)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|end| end <= now)
    }
}

struct Play {
    world: World,
    people: [Actor; 2],
    model: [Vec<Row>; 2],
}

impl Play {
    async fn new(database: Database) -> Self {
        let world = World::new(database).await;
        let people = [world.user(&[]), world.user(&[])];
        Self { world, people, model: Default::default() }
    }

    fn now(&self) -> Timestamp {
        self.world.ctx().now()
    }

    async fn step(&mut self, who: usize, step: Step) {
        match step {
            Step::Raise { key, users, ends_after_s } => self.raise(key, users, ends_after_s).await,
            Step::Read(number) => {
                self.one(who, number, "read", |row, over| {
                    row.read = true;
                    row.seen |= !over;
                })
                .await;
            }
            Step::Unread(number) => {
                self.one(who, number, "unread", |row, _| row.read = false).await;
            }
            Step::Dismiss(number) => {
                self.one(who, number, "dismiss", |row, over| {
                    row.dismissed = true;
                    row.seen |= !over;
                })
                .await;
            }
            Step::ReadSeveral(numbers) => self.several(who, &numbers, "/read").await,
            Step::DismissSeveral(numbers) => self.several(who, &numbers, "/dismiss").await,
            Step::ReadUpTo(number) => self.up_to(who, number, "/read").await,
            Step::SeenUpTo(number) => self.up_to(who, number, "/seen").await,
            Step::Pass(seconds, told) => {
                self.world.clock().advance(Duration::from_secs(seconds));
                if told {
                    self.world.settle().await;
                }
            }
        }
    }

    async fn raise(&mut self, key: u8, users: u8, ends_after_s: Option<u64>) {
        let now = self.now();
        let ends = ends_after_s.map(|seconds| now.plus(Duration::from_secs(seconds)));
        let mut told = Vec::new();
        for (n, rows) in self.model.iter_mut().enumerate() {
            if users & (1 << n) != 0 {
                told.push(self.people[n].id());
                if rows.iter().all(|row| row.key != key) {
                    rows.push(Row { key, ends, ..Row::default() });
                }
            }
        }
        let notice = NoticeRaised { expires_at: ends, ..notice(&told, &key.to_string()) };
        self.world.raise(vec![notice]).await;
    }

    /// The ids of somebody's rows, the first one first.
    async fn ids(&self, who: usize) -> Vec<Value> {
        let path = "/api/v1/notifications?status=all&limit=200";
        let list = self.people[who].get(path).await.expect(200).json;
        let items = list["items"].as_array().unwrap().iter().rev();
        items.map(|item| item["id"].clone()).collect()
    }

    async fn one(&mut self, who: usize, number: u8, verb: &str, act: fn(&mut Row, bool)) {
        let now = self.now();
        let ids = self.ids(who).await;
        let Some(row) = self.model[who].get_mut(usize::from(number)) else { return };
        let over = row.is_over(now);
        act(row, over);
        let id = ids[usize::from(number)].as_str().unwrap();
        post(&self.people[who], &format!("/{id}/{verb}"), json!({})).await.expect(200);
    }

    async fn several(&mut self, who: usize, numbers: &[u8], path: &str) {
        let now = self.now();
        let ids = self.ids(who).await;
        let picked = numbers.iter().map(|number| usize::from(*number));
        let picked: Vec<usize> = picked.filter(|number| *number < ids.len()).collect();
        for number in &picked {
            let row = &mut self.model[who][*number];
            row.read |= path == "/read";
            row.dismissed |= path == "/dismiss";
            row.seen |= !row.is_over(now);
        }
        let ids: Vec<&Value> = picked.iter().map(|number| &ids[*number]).collect();
        post(&self.people[who], path, json!({ "ids": ids })).await.expect(200);
    }

    async fn up_to(&mut self, who: usize, number: u8, path: &str) {
        let now = self.now();
        for row in self.model[who].iter_mut().take(usize::from(number)) {
            let unread = row.is_unread(now);
            row.seen |= !row.is_over(now);
            row.read |= path == "/read" && unread;
        }
        post(&self.people[who], path, json!({ "up_to": number })).await.expect(200);
    }

    async fn check(&self) {
        let now = self.now();
        for (person, rows) in self.people.iter().zip(&self.model) {
            let unread = rows.iter().zip(1..).filter(|(row, _)| row.is_unread(now));
            let mut expected: Vec<i64> = unread.map(|(_, number)| number).collect();
            expected.reverse();
            let unseen = rows.iter().filter(|row| !row.seen && !row.is_over(now)).count();
            assert_eq!(counts(person).await, (expected.len() as i64, unseen as i64));
            assert_eq!(numbers(person, "?status=unread").await, expected);
        }
    }
}

fn play(database: Database, steps: Vec<(usize, Step)>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut play = Play::new(database).await;
        for (who, step) in steps {
            play.step(who, step).await;
            play.check().await;
        }
        // After the sweep the kept counters are those of a recount.
        play.world.advance(Duration::from_secs(120)).await;
        play.check().await;
        for person in &play.people {
            play.world.assert_counted(person.id()).await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn counters_never_drift_on_sqlite(steps in prop::collection::vec(step(), 1..40)) {
        play(Database::Sqlite, steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn counters_never_drift_on_postgres(steps in prop::collection::vec(step(), 1..40)) {
        play(Database::Postgres, steps);
    }
}
