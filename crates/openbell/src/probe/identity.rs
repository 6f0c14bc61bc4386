//! Who a token is.

use domain::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Finding,
    line::{Target, refusal},
};
use crate::cli::Failure;

/// What the laboratory says of a connection.
#[derive(Serialize)]
pub(super) struct Identity {
    mode: &'static str,
    url: String,
    #[serde(flatten)]
    status: Value,
}

impl Finding for Identity {
    fn lines(&self) -> Vec<String> {
        let word = |name: &str| self.status[name].as_str().unwrap_or_default();
        if self.status["authenticated"] != true {
            return vec![format!("nobody is signed in: {}", word("reason"))];
        }
        let roles = self.status["roles"].as_array().into_iter().flatten();
        let roles: Vec<&str> = roles.filter_map(Value::as_str).collect();
        let mut lines = vec![format!("user {}, roles {}", word("user_id"), roles.join(", "))];
        if let Some(end) = self.status["expires_at"].as_i64().map(Timestamp::from_millis) {
            lines.push(format!("the token runs out at {end}"));
        }
        lines
    }

    /// A token that was brought is good, or the connection was closed; without one nobody is
    /// expected.
    fn wrong(&self) -> Option<String> {
        None
    }
}

/// Asks the laboratory.
pub(super) async fn ask(target: &Target) -> Result<Identity, Failure> {
    let mut line = target.open().await?;
    line.send(&json!({ "type": "auth_test", "id": 0 })).await?;
    let mut status = line.expect(&["auth_status", "error"]).await?;
    if status["type"] == "error" {
        return Err(refusal(&status));
    }
    line.close().await;
    if let Some(fields) = status.as_object_mut() {
        fields.remove("type");
        fields.remove("id");
    }
    Ok(Identity { mode: "auth", url: target.url.clone(), status })
}
