//! Every statement fits the tables of both databases.

use crate::world::on_both;

#[tokio::test]
async fn statements_prepare() {
    on_both(async |app| {
        let mut statements = app.app().catalogue().statements.clone();
        statements.retain(|statement| statement.name().starts_with("accounts::"));
        assert!(statements.len() > 20);
        app.ctx().store().prepare_all(statements).await.unwrap();
    })
    .await;
}
