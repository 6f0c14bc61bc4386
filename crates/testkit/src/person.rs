//! People with an account, in a house that has the feature accounts.

use domain::Role;
use kit::Report;
use serde_json::{Value, json};

use crate::{Actor, TestApp};

impl TestApp {
    /// A user of the default tenant with an account and a session, made by the commands `user.add`
    /// and `token`; with the role `user`, and further ones.
    pub async fn person(&self, email: &str, roles: &[Role]) -> Actor {
        let roles: Vec<String> =
            roles.iter().chain(&[Role::User]).map(ToString::to_string).collect();
        let account = json!({"email": email, "role": roles});
        let added = self.command("user.add", account, "the password of a test\n").await;
        added.expect("the user is added");
        self.returning(email).await
    }

    /// Somebody who has an account already, with a new session and today's roles.
    pub async fn returning(&self, email: &str) -> Actor {
        let reports = self.command("token", json!({"email": email}), "").await.expect("a token");
        let token = reports.iter().find_map(|report| match report {
            Report::Result { value: Value::Object(result) } => result.get("access")?.as_str(),
            _ => None,
        });
        self.bearer(token.expect("the command tells the token"))
    }
}
