//! Sources that are asked by HTTP.

use std::time::Duration;

use domain::{Id, TenantId};
use events::{Change, PropertyChanged};
use serde_json::{Value, json};
use store::{Statement, args};
use testkit::Database;

use super::{
    house::House,
    site::{Page, Site},
};

/// The sweep comes.
const SWEEP: Duration = Duration::from_secs(60);
/// Everything is due again.
const LATER: Duration = Duration::from_secs(16 * 60);

const OVERTAKE_TEXT: &str = "update properties_sources_state set run = $1 where source = $2";
static OVERTAKE: Statement = Statement::new("overtake", OVERTAKE_TEXT, OVERTAKE_TEXT);

fn config(site: &Site, path: &str, more: &str) -> String {
    let base = &site.base;
    format!("[[sources]]\nname = \"county\"\nurl = \"{base}{path}\"\ntoken = \"hunter2\"\n{more}")
}

fn rows(numbers: std::ops::Range<u32>, bid: u32) -> String {
    let heading = "source_id,street,city,state,opening_bid\n".to_owned();
    heading + &lines(numbers, bid)
}

fn lines(numbers: std::ops::Range<u32>, bid: u32) -> String {
    numbers.map(|n| format!("{n},{n} A St,B,CA,{bid}\n")).collect()
}

async fn source(house: &House) -> Value {
    let list = house.operator.get("/api/v1/sources").await.expect(200);
    list.json["items"][0].clone()
}

/// How long the source is left alone.
fn pause_minutes(row: &Value) -> u64 {
    let time = |name: &str| -> domain::Timestamp { row[name].as_str().unwrap().parse().unwrap() };
    time("next_run_at").since(time("last_run_at")).as_secs() / 60
}

/// Fails when a version of a property was told twice, or one was left out.
fn assert_once_each(events: &[PropertyChanged]) {
    let mut told: Vec<_> = events.iter().map(|event| (event.property, event.version)).collect();
    told.sort_unstable();
    let count = told.len();
    told.dedup();
    assert_eq!(told.len(), count, "a version was told twice");
    for event in events {
        let before = event.before.is_some();
        assert_eq!(before, event.version > 1);
        assert!(!before || told.contains(&(event.property, event.version - 1)));
    }
}

#[tokio::test]
async fn a_list_is_asked_again_and_again() {
    for database in Database::BOTH {
        let site = Site::start().await;
        site.show("/list.csv?key=7", Page::Text(rows(0..3, 100), "\"1\""));
        let house = House::with_file(database, &config(&site, "/list.csv?key=7", "")).await;
        house.app.advance(SWEEP).await;
        let first = house.events().await;
        assert!(first.len() == 3 && first.iter().all(|event| event.initial), "{first:?}");
        let asked = site.asked();
        assert_eq!(asked[0].1["authorization"], "Bearer hunter2");
        // Nothing is due; then it is asked with what it gave, and has nothing new.
        house.app.advance(SWEEP).await;
        assert!(site.asked().is_empty());
        house.app.advance(LATER).await;
        let asked = site.asked();
        assert_eq!((asked.len(), &asked[0].1["if-none-match"]), (1, &"\"1\"".parse().unwrap()));
        assert!(house.events().await.is_empty());
        // One row changed, one is new, and this time that is news.
        let text = rows(0..2, 100) + "2,2 A St,B,CA,90\n" + &lines(3..4, 100) + "9,9 A St,B,XX,1\n";
        site.show("/list.csv?key=7", Page::Text(text, "\"2\""));
        house.app.advance(LATER).await;
        let events = house.events().await;
        let told: Vec<_> = events.iter().map(|e| (e.changes[0], e.initial)).collect();
        assert_eq!(told, [(Change::OpeningBid, false), (Change::Added, false)]);
        let row = source(&house).await;
        assert_eq!((&row["name"], &row["kind"]), (&json!("county"), &json!("url")));
        assert_eq!(row["place"], format!("{}/list.csv", site.base), "the query may be secret");
        assert_eq!(row["last_import"]["changed"], 1);
        assert_eq!(row["last_import"]["rejected_rows"][0]["line"], 6);
        assert_eq!((&row["failures"], &row["running"]), (&json!(0), &json!(false)));
    }
}

#[tokio::test]
async fn news_of_a_first_import_may_be_wanted() {
    let site = Site::start().await;
    site.show("/list.csv", Page::Text(rows(0..1, 100), "\"1\""));
    let file = config(&site, "/list.csv", "notify = \"new\"\nevery_minutes = 60\n");
    let house = House::with_file(Database::Sqlite, &file).await;
    house.app.advance(SWEEP).await;
    assert!(house.events().await.iter().all(|event| !event.initial));
    site.asked();
    house.app.advance(LATER).await;
    assert!(site.asked().is_empty(), "it is not due for an hour");
    // The same by hand: silent the first time, unless somebody says otherwise.
    for (name, notify, initial) in [("a", None, true), ("b", Some("new"), false)] {
        let street = format!("street,city,state\n1 {name} St,B,CA\n");
        let args = json!({ "source": name, "notify": notify });
        house.app.command("properties.import", args, street.as_str()).await.unwrap();
        let more = json!({ "source": name });
        let next = street.replace("1 ", "2 ");
        house.app.command("properties.import", more, next.as_str()).await.unwrap();
        let told: Vec<_> = house.events().await.iter().map(|event| event.initial).collect();
        assert_eq!(told, [initial, false], "{name}");
    }
}

#[tokio::test]
async fn a_list_that_always_breaks_off_is_introduced_by_its_second_run() {
    for database in Database::BOTH {
        let site = Site::start().await;
        let house = House::with_file(database, &config(&site, "/list", "enabled = false\n")).await;
        // Its pages lead back to the first.
        let mut told = Vec::new();
        for count in 1..=3 {
            let row = |n| json!({ "street": format!("{n} A St"), "city": "B", "state": "CA" });
            let rows: Vec<Value> = (0..count).map(row).collect();
            let page = json!({ "value": rows, "@odata.nextLink": "/list" });
            site.show("/list", Page::Text(page.to_string(), "\"1\""));
            house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
            told.extend(house.events().await.iter().map(|event| event.initial));
            let row = source(&house).await;
            assert_eq!((&row["failures"], &row["last_success_at"]), (&json!(count), &Value::Null));
            assert_eq!(row["introduced_at"].is_null(), count == 1, "{row}");
        }
        assert_eq!(told, [true, true, false]);
    }
}

#[tokio::test]
async fn pages_of_an_odata_service() {
    for database in Database::BOTH {
        let site = Site::start().await;
        let page = |n: u32, next: Option<&str>| {
            let row = json!({ "ListingKey": n, "UnparsedAddress": format!("{n} A St"),
                "City": "B", "StateOrProvince": if n == 3 { "XX" } else { "CA" } });
            let mut page = json!({ "@odata.context": "x", "value": [row] });
            if let Some(next) = next {
                page["@odata.nextLink"] = json!(next);
            }
            Page::Text(page.to_string(), "\"1\"")
        };
        let absolute = format!("{}/Property?$skip=2", site.base);
        site.show("/Property", page(1, Some("Property?$skip=1")));
        site.show("/Property?$skip=1", page(2, Some(&absolute)));
        site.show("/Property?$skip=2", page(3, None));
        let house = House::with_file(database, &config(&site, "/Property", "")).await;
        house.app.advance(SWEEP).await;
        assert_eq!(house.events().await.len(), 2);
        let asked = site.asked();
        assert_eq!(asked.len(), 3);
        assert!(asked.iter().all(|(_, headers)| headers["authorization"] == "Bearer hunter2"));
        let row = source(&house).await;
        let reason = "page 3: state is not a state of the United States: `XX`";
        assert_eq!(row["last_import"]["rejected_rows"][0]["reason"], reason);
        // The first page stays the same while the second changes: nobody may believe its tag.
        site.show("/Property?$skip=1", page(4, None));
        house.app.advance(LATER).await;
        assert_eq!(house.events().await.len(), 1);
        assert!(site.asked().iter().all(|(_, headers)| !headers.contains_key("if-none-match")));

        for (next, said) in [
            ("http://localhost:1/Property", "the next link leads to another host"),
            ("/Property", "its pages lead back to one that was read already"),
            ("/nowhere", "the answer was 404 Not Found"),
        ] {
            site.show("/Property", page(1, Some(next)));
            house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
            house.app.settle().await;
            assert_eq!(source(&house).await["last_error"], said);
        }
    }
}

#[tokio::test]
async fn who_fails_is_left_alone_for_longer_and_longer() {
    for database in Database::BOTH {
        let site = Site::start().await;
        site.show("/list.csv", Page::Status(503, "3600"));
        let house = House::with_file(database, &config(&site, "/list.csv", "")).await;
        house.app.advance(SWEEP).await;
        let row = source(&house).await;
        assert_eq!(row["last_error"], "the answer was 503 Service Unavailable");
        assert_eq!(pause_minutes(&row), 60, "it asked for an hour");
        site.show("/list.csv", Page::Text("<html>".to_owned(), "\"1\""));
        let mut pauses = Vec::new();
        for failures in 2..5 {
            while source(&house).await["failures"] != failures {
                house.app.advance(Duration::from_secs(600)).await;
            }
            pauses.push(pause_minutes(&source(&house).await));
        }
        assert_eq!(pauses, [30, 60, 120]);
        site.show("/list.csv", Page::Text(rows(0..1, 100), "\"2\""));
        house.app.advance(Duration::from_secs(7260)).await;
        let row = source(&house).await;
        assert!(row["last_error"].is_null() && row["failures"] == 0, "{row}");
        assert!(house.events().await[0].initial, "a first import that failed was none");
    }
}

#[tokio::test]
async fn what_breaks_off_is_made_up_for() {
    for database in Database::BOTH {
        let site = Site::start().await;
        site.show("/list.csv", Page::Text(rows(0..1000, 100), "\"1\""));
        let house = House::with_file(database, &config(&site, "/list.csv", "")).await;
        house.app.advance(SWEEP).await;
        let mut all = house.events().await;
        assert_eq!(all.len(), 1000);
        // A new state comes, in part; then the old one is back, under its old tag.
        site.show("/list.csv", Page::Broken(rows(0..600, 200)));
        house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
        let mut committed = house.app.ctx().store().newest_pos();
        committed.wait_for(|pos| *pos >= 1200).await.unwrap();
        site.go_on();
        house.app.settle().await;
        let broken = house.events().await;
        assert!(!broken.is_empty() && broken.len() <= 600, "{}", broken.len());
        let row = source(&house).await;
        let error = row["last_error"].as_str().unwrap();
        assert!(error.starts_with("the file cannot be read"), "{error}");
        site.show("/list.csv", Page::Text(rows(0..1000, 100), "\"1\""));
        house.app.advance(LATER).await;
        let repaired = house.events().await;
        assert_eq!(repaired.len(), broken.len(), "each is as it was");
        all.extend(broken);
        all.extend(repaired);
        assert_once_each(&all);
    }
}

#[tokio::test]
async fn a_node_dies_in_the_middle() {
    for database in Database::BOTH {
        let site = Site::start().await;
        let (begins, rest) = (rows(0..600, 100), lines(600..1000, 100));
        site.show("/list.csv", Page::Held(begins.clone(), rest.clone()));
        let house = House::with_file(database, &config(&site, "/list.csv", "")).await;
        house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
        let again = house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
        assert_eq!(again.json, json!({ "name": "county", "queued": false }));
        let mut committed = house.app.ctx().store().newest_pos();
        committed.wait_for(|pos| *pos >= 200).await.unwrap();
        assert_eq!(source(&house).await["running"], true);
        let (home, seen) = (house.app.home(), house.seen());
        drop(house);
        site.show("/list.csv", Page::Text(begins + &rest, "\"1\""));
        let house = House::start_in(home).await;
        for _ in 0..4 {
            house.app.advance(SWEEP).await;
        }
        let mut events = house.events().await;
        // What the dead one's reaction had taken already.
        events.extend(std::mem::take(&mut *seen.lock().unwrap()));
        assert_eq!(events.len(), 1000);
        assert_once_each(&events);
        assert!(events.iter().all(|event| event.initial), "it is one first import all the same");
        let row = source(&house).await;
        assert!(row["last_error"].is_null() && row["running"] == false, "{row}");
        house.app.advance(LATER).await;
        assert!(house.events().await.is_empty());
    }
}

#[tokio::test]
async fn a_run_that_was_overtaken_writes_nothing_more() {
    for database in Database::BOTH {
        let site = Site::start().await;
        site.show("/list.csv", Page::Held(rows(0..600, 100), lines(600..1000, 100)));
        let house = House::with_file(database, &config(&site, "/list.csv", "")).await;
        house.operator.post("/api/v1/sources/county/run", json!({})).await.expect(202);
        let mut committed = house.app.ctx().store().newest_pos();
        committed.wait_for(|pos| *pos >= 200).await.unwrap();
        // Another node has begun a run, believing this one dead.
        let other = Id::from_uuid(uuid::Uuid::from_u128(7));
        house.app.ctx().store().execute(&OVERTAKE, args![other, "county"].to_vec()).await.unwrap();
        site.go_on();
        house.app.settle().await;
        let events = house.events().await.len();
        assert!((200..1000).contains(&events), "{events}");
        // What it left is the next run's.
        site.show("/list.csv", Page::Text(rows(0..1000, 100), "\"1\""));
        house.app.advance(LATER).await;
        assert_eq!(events + house.events().await.len(), 1000);
    }
}

#[tokio::test]
async fn sources_are_the_tenants_own() {
    let site = Site::start().await;
    let tenant: TenantId = "00000000-0000-7000-8000-000000000002".parse().unwrap();
    let more = format!("tenant = \"{tenant}\"\nenabled = false\n");
    site.show("/list.csv", Page::Text(rows(0..2, 100), "\"1\""));
    let house = House::with_file(Database::Sqlite, &config(&site, "/list.csv", &more)).await;
    house.app.advance(LATER).await;
    assert!(site.asked().is_empty(), "it is not enabled");
    let run = "/api/v1/sources/county/run";
    house.operator.post(run, json!({})).await.expect_problem(404, "not_found");
    house.ann.post(run, json!({})).await.expect_problem(403, "forbidden");
    let list = house.operator.get("/api/v1/sources").await.expect(200);
    assert_eq!(list.json["items"], json!([]));
    let theirs = house.app.user_of(tenant, &[domain::Role::Operator]);
    theirs.post(run, json!({})).await.expect(202);
    house.app.settle().await;
    let list = theirs.get("/api/v1/properties").await.expect(200);
    assert_eq!(list.json["items"].as_array().map(Vec::len), Some(2));
    let list = house.ann.get("/api/v1/properties").await.expect(200);
    assert_eq!(list.json["items"], json!([]));
}

#[tokio::test]
async fn the_list_of_sources_comes_in_pages() {
    let file = "[[sources]]\nname = \"b\"\nmap = {}\n[[sources]]\nname = \"d\"\nmap = {}\n";
    let house = House::with_file(Database::Sqlite, file).await;
    for name in ["c", "a", "d"] {
        let csv = format!("street,city,state\n1 {name} St,B,CA\n");
        house.counts(name, false, &csv).await;
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/sources?limit=1{cursor}");
        let page = house.operator.get(&path).await.expect(200).json;
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(names, ["a", "b", "c", "d"]);
}
