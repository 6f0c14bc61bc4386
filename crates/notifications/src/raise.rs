//! Operators tell people something.

use std::collections::BTreeSet;

use domain::{Id, Role, TenantId, Timestamp, UserId};
use events::{Category, NoticeRaised, ObjectRef, Priority};
use kit::{Call, Ctx, Error, FieldError, Notify, Result};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::{
    given::GivenId,
    model::{Data, MAX_BODY_CHARS, MAX_KEY_BYTES, MAX_TITLE_CHARS, MAX_TYPE_CHARS, is_link},
};

/// How many people one request may tell.
const MAX_USERS: usize = 10_000;

/// A notice for people.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewNotice {
    /// Who is to be told, 1 to 10,000 users of one's own tenant.
    #[schema(value_type = Vec<UserId>)]
    users: Vec<GivenId>,
    /// What kind of notice, such as `system.maintenance`.
    #[serde(rename = "type")]
    notice_type: String,
    /// In the large; `system` when nothing is said.
    #[serde(default = "system")]
    #[schema(value_type = Option<String>)]
    category: Category,
    /// How urgent: `low`, `medium` (also `normal`), `high`, `critical`; else `medium`.
    #[serde(default = "medium")]
    #[schema(value_type = Option<String>)]
    priority: Priority,
    /// One line, 1 to 200 characters.
    title: String,
    /// At most 4,000 characters.
    #[serde(default)]
    body: String,
    /// What programs need, a JSON object of at most 16 KiB.
    #[serde(default)]
    data: Option<Data>,
    /// Where to go: a path in the app, or an address that begins with `https://`.
    #[serde(default)]
    action_url: Option<String>,
    /// The family of the object that it speaks of; goes with `object_id`.
    #[serde(default)]
    object_type: Option<String>,
    /// The object that it speaks of.
    #[serde(default)]
    object_id: Option<Id>,
    /// Two notices with one key are one notification to each user.
    #[serde(default)]
    dedup_key: Option<String>,
    /// After this it is shown no more.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

const fn system() -> Category {
    Category::System
}

const fn medium() -> Priority {
    Priority::Medium
}

/// A notice is on its way.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub(crate) struct Raised {
    /// How many users will be told.
    users: usize,
}

/// Raises the notice. It is in the inboxes a moment later.
///
/// # Errors
/// `unauthorized`, `forbidden`; `invalid` for a field, users that the tenant does not have
/// included.
pub(crate) async fn raise(ctx: &Ctx, call: &Call, new: NewNotice) -> Result<Raised> {
    call.require(Role::Operator)?;
    let users = check(&new, ctx.now())?;
    let (tenant, sender) = (call.tenant(), call.scope().user_id());
    // Who names themselves among the users wants to see it; else they are the one who knows.
    let actor = sender.filter(|sender| !users.contains(sender));
    let notice = new.into_notice(actor);
    let house = ctx.clone();
    let work = async move |tx: &Tx| {
        let (notice, users) = (&notice, &users);
        must_exist(&house, tx, tenant, users).await?;
        for chunk in users.chunks(NoticeRaised::MOST_USERS) {
            tx.notify(tenant, &NoticeRaised { users: chunk.to_vec(), ..notice.clone() })?;
        }
        Ok(Raised { users: users.len() })
    };
    ctx.write(call, work).await
}

/// The users, each once, when all is well.
fn check(new: &NewNotice, now: Timestamp) -> Result<Vec<UserId>> {
    let mut faults: Vec<FieldError> = Vec::new();
    let mut fault = |field: &'static str, code: &'static str, message: String| {
        faults.push(FieldError { field: field.into(), code: code.into(), message: message.into() });
    };
    if new.users.is_empty() || new.users.len() > MAX_USERS {
        fault("users", "out_of_range", format!("must have 1 to {MAX_USERS} users"));
    }
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let kind = &new.notice_type;
    if kind.is_empty() || kind.len() > MAX_TYPE_CHARS || !kind.chars().all(word) {
        let rule = format!("is 1 to {MAX_TYPE_CHARS} of the characters a-z 0-9 . _ -");
        fault("type", "invalid_value", rule);
    }
    if new.title.trim().is_empty() {
        fault("title", "required", "must not be empty".into());
    }
    if new.title.chars().count() > MAX_TITLE_CHARS {
        fault("title", "too_long", format!("has at most {MAX_TITLE_CHARS} characters"));
    }
    if new.body.chars().count() > MAX_BODY_CHARS {
        fault("body", "too_long", format!("has at most {MAX_BODY_CHARS} characters"));
    }
    if new.action_url.as_deref().is_some_and(|link| !is_link(link)) {
        fault("action_url", "invalid_value", "is a path or begins with https://".into());
    }
    if new.object_type.is_some() != new.object_id.is_some() {
        fault("object_id", "required", "goes together with object_type".into());
    }
    let key = new.dedup_key.as_deref();
    if key.is_some_and(|key| key.is_empty() || key.len() > MAX_KEY_BYTES) {
        fault("dedup_key", "too_long", format!("has 1 to {MAX_KEY_BYTES} bytes"));
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        fault("expires_at", "out_of_range", "must be in the future".into());
    }
    Error::check(faults)?;
    let known = new.users.iter().enumerate().map(|(index, given)| match given.0 {
        Some(id) => Ok(UserId::from_uuid(id.as_uuid())),
        None => Err(unknown(index)),
    });
    let users: BTreeSet<UserId> = known.collect::<Result<_>>()?;
    Ok(users.into_iter().collect())
}

fn unknown(index: usize) -> Error {
    Error::invalid(format!("users.{index}"), "unknown", "there is no such user")
}

async fn must_exist(ctx: &Ctx, tx: &Tx, tenant: TenantId, users: &[UserId]) -> Result<()> {
    let cards = ctx.users()?.cards(tx.clone(), tenant, users.to_vec()).await?;
    let there: BTreeSet<UserId> = cards.into_iter().map(|card| card.id).collect();
    let Some(missing) = users.iter().find(|user| !there.contains(user)) else { return Ok(()) };
    Err(Error::invalid("users", "unknown", format!("there is no user {missing}")))
}

impl NewNotice {
    fn into_notice(self, actor: Option<UserId>) -> NoticeRaised {
        let object = self.object_type.zip(self.object_id);
        NoticeRaised {
            users: Vec::new(),
            notice_type: self.notice_type,
            category: self.category,
            priority: self.priority,
            title: self.title,
            body: self.body,
            data: self.data.map(|data| data.as_str().to_owned()),
            action_url: self.action_url,
            object: object.map(|(kind, id)| ObjectRef { kind, id }),
            actor,
            dedup_key: self.dedup_key.unwrap_or_default(),
            expires_at: self.expires_at,
        }
    }
}
