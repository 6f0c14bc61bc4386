//! Every statement of every module is understood by both databases.

use testkit::{Database, TestApp};

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
