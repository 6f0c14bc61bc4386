//! Every statement of every module is understood by both databases.

use store::{Dialect, Statement, Tx, Value};
use testkit::{Database, TestApp};

/// Statements that read a whole table or index on SQLite, and why they may.
const SCANS: [(&str, &str); 24] = [
    ("store::inspect::STEPS", "some dozens"),
    ("store::inspect::HAS_STEPS", "some dozens"),
    ("store::notes::HAS_META", "some dozens"),
    ("store::reactions::REGISTER", "for max(), which takes the last one"),
    ("store::reactions::REGISTER", "one for each reaction"),
    ("store::retention::OLD_FRAMES", "a list with a limit"),
    ("store::retention::FORGET_EVENTS", "in order, with a limit"),
    ("tasks::sql::COUNT_QUEUE", "for the gauges"),
    ("tasks::sql::COUNT_DEAD", "for the gauges"),
    ("tasks::sql::LIST_QUEUE", "in order, with a limit"),
    ("tasks::sql::LIST_DEAD", "in order, with a limit"),
    ("ledger::sql::HISTORY", "a list with a limit"),
    ("ledger::sql::HISTORY", "a list with a limit"),
    ("ledger::sql::UNBALANCED", "for the nightly check of the books"),
    ("notifications::sql::COUNT", "a list with a limit"),
    ("notifications::sql::DUE", "an index of what will expire only"),
    ("properties::sql::STRETCH", "a list with a limit"),
    ("properties::sql::CENSUS", "of a demonstration only"),
    ("properties::sql_search::DUE_TAKE", "in order, with a limit"),
    ("properties::sql_search::DUE_ANY", "with a limit"),
    ("auctions::sql::AUDIENCE", "a list with a limit"),
    ("auctions::sql::ANY_LIVE", "an index of what is live only"),
    ("auctions::sql::UNTOLD", "an index of what is live only"),
    ("auctions::sql::OPEN_COUNT", "a list with a limit"),
];

async fn every_statement_prepares(database: Database) {
    let app = TestApp::start(database, openbell::modules()).await;
    let statements = app.app().catalogue().statements.clone();
    assert!(statements.len() > 50, "the modules name their statements");
    app.ctx().store().prepare_all(statements).await.expect("every statement prepares");
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    every_statement_prepares(Database::Sqlite).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    every_statement_prepares(Database::Postgres).await;
}

/// One that reads every row is quick in every test and slow in every house.
#[tokio::test]
async fn no_statement_reads_a_whole_table_unseen() {
    let app = TestApp::start(Database::Sqlite, openbell::modules()).await;
    let mut found = Vec::new();
    for statement in app.app().catalogue().statements.clone() {
        let text = statement.text(Dialect::Sqlite);
        let highest = (1..=40).filter(|n| text.contains(&format!("?{n}"))).max();
        let arguments = vec![Value::Null; highest.unwrap_or(0)];
        let text: &'static str = format!("explain query plan {text}").leak();
        let explain = Statement::new(statement.name(), text, text);
        let read = async move |tx: &Tx| tx.all(&explain, &arguments).await;
        let plan: store::Result<Vec<(i64, i64, i64, String)>> = app.ctx().store().read(read).await;
        let plan = plan.unwrap_or_else(|error| panic!("{}: {error}", statement.name()));
        let scans = plan.iter().filter(|(.., step)| {
            let is_table = !step.contains("VIRTUAL TABLE") && !step.contains("CONSTANT ROW");
            step.starts_with("SCAN ") && is_table
        });
        found.extend(scans.map(|(.., step)| format!("{}: {step}", statement.name())));
    }
    let names: Vec<&str> = found.iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    assert_eq!(names, SCANS.map(|(name, _)| name), "{found:#?}");
}
