//! A house of properties, with somebody who reads every event.

use std::sync::{Arc, Mutex};

use domain::Role;
use events::PropertyChanged;
use kit::{Fact, Module, ReactionSpec, Report};
use serde_json::{Value, json};
use testkit::{Actor, Database, Home, TestApp};

/// What the reaction has seen.
pub(crate) type Seen = Arc<Mutex<Vec<PropertyChanged>>>;

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) operator: Actor,
    pub(crate) ann: Actor,
    seen: Seen,
}

impl House {
    pub(crate) async fn new(database: Database) -> Self {
        Self::with_file(database, "").await
    }

    /// A house that reads this `openbell.toml`.
    pub(crate) async fn with_file(database: Database, file: &str) -> Self {
        let mut home = Home::new(database).await;
        // The hours pass quickly here: nobody's token ends.
        home.use_file(format!("access_token_minutes = 1440\n{file}"));
        Self::start_in(Arc::new(home)).await
    }

    /// A house whose callers may race: whoever was in the way too often waits a moment.
    pub(crate) async fn for_a_race(database: Database) -> Self {
        let mut home = Home::new(database).await;
        home.wait_in_real_time();
        Self::start_in(Arc::new(home)).await
    }

    /// A house in a home that was there before.
    pub(crate) async fn start_in(home: Arc<Home>) -> Self {
        let seen = Seen::default();
        let modules = vec![properties::module(), witness(seen.clone())];
        let app = TestApp::start_in(home, modules).await;
        // Schedules begin with the runner's first look.
        app.settle().await;
        let (operator, ann) = (app.user(&[Role::Operator]), app.user(&[]));
        Self { app, operator, ann, seen }
    }

    /// The events since the last call.
    pub(crate) async fn events(&self) -> Vec<PropertyChanged> {
        self.app.settle().await;
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// Where the events gather, also when the house is gone.
    pub(crate) fn seen(&self) -> Seen {
        self.seen.clone()
    }

    /// Makes a property; its id.
    pub(crate) async fn make(&self, body: Value) -> String {
        let made = self.operator.post("/api/v1/properties", body).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    }

    /// Imports a file: the summary, and the lines for people.
    pub(crate) async fn import(
        &self,
        source: &str,
        dry_run: bool,
        csv: &str,
    ) -> (Value, Vec<String>) {
        let args = json!({ "source": source, "dry_run": dry_run, "total_bytes": csv.len() });
        let reports = self.app.command("properties.import", args, csv).await.unwrap();
        let (mut summary, mut lines) = (Value::Null, Vec::new());
        for report in reports {
            match report {
                Report::Result { value } => summary = value,
                Report::Line { text } => lines.push(text),
                Report::Progress { .. } => {}
            }
        }
        for varying in ["seconds", "rejected_rows"] {
            summary.as_object_mut().unwrap().remove(varying);
        }
        (summary, lines)
    }

    /// Added, changed, unchanged, merged, rejected.
    pub(crate) async fn counts(&self, source: &str, dry_run: bool, csv: &str) -> [u64; 5] {
        let (summary, _) = self.import(source, dry_run, csv).await;
        ["added", "changed", "unchanged", "merged", "rejected"]
            .map(|name| summary[name].as_u64().unwrap())
    }
}

fn witness(seen: Seen) -> Module {
    Module::new("witness").reaction(ReactionSpec::new::<PropertyChanged, _, _>(
        "witness.changes",
        move |_, _, facts: Vec<Fact<PropertyChanged>>| {
            let seen = seen.clone();
            async move {
                seen.lock().unwrap().extend(facts.into_iter().map(|fact| fact.event));
                Ok(())
            }
        },
    ))
}

/// The house of the protocol's example.
pub(crate) fn main_street() -> Value {
    json!({
        "street": "123 Main St", "city": "San Francisco", "state": "CA", "zip_code": "94102",
        "status": "preforeclosure", "type": "single-family", "auction_date": "2026-01-15",
        "auction_time": "10:00 AM", "opening_bid": 250000,
    })
}
