//! How a user wants to be told: read, replaced, amended.
//!
//! They are kept and told, not yet obeyed: every notice goes to the inbox, whatever they say. The
//! other channels, and with them quiet hours, digests and caps, read this document when they come.

mod form;
mod frame;
mod routes;
mod sql;

pub(crate) use frame::spec as frame;
pub(crate) use routes::routes;
pub(crate) use sql::ALL as STATEMENTS;

use domain::{TenantId, Timestamp, Topic, UserId};
use events::PreferencesChanged;
use kit::{Call, Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Frame, Tx, args};

use self::{form::Preferences, frame::PreferencesUpdated};

/// Preferences as they are kept. Plain data: it is kept as the answer of an idempotency key.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    preferences: Preferences,
    /// 0 while nothing was ever said.
    version: i64,
    updated_at: Option<Timestamp>,
}

impl Kept {
    fn read(row: Option<(i64, String, Timestamp)>) -> Result<Self> {
        match row {
            Some((version, document, updated_at)) if version > 0 => Ok(Self {
                preferences: serde_json::from_str(&document).map_err(Error::internal)?,
                version,
                updated_at: Some(updated_at),
            }),
            _ => Ok(Self::default()),
        }
    }
}

/// The caller's preferences; the defaults while they have said nothing.
///
/// # Errors
/// `unauthorized`.
async fn get(ctx: &Ctx, call: &Call) -> Result<Kept> {
    let place = args![call.tenant(), call.user()?];
    Kept::read(ctx.store().maybe(&sql::GET, &place).await?)
}

/// Replaces the caller's preferences: what is not named is as if nothing had been said.
///
/// # Errors
/// `unauthorized`, `invalid`; `precondition_failed` when they have another version than was seen.
async fn replace(ctx: &Ctx, call: &Call, seen: Option<i64>, wanted: Preferences) -> Result<Kept> {
    let wanted = wanted.checked()?;
    save(ctx, call, seen, move |_| Ok(wanted.clone())).await
}

/// Amends the caller's preferences by a merge patch (RFC 7396): objects are merged, null stands for
/// the default, everything else is replaced.
///
/// # Errors
/// As [`replace`].
async fn amend(
    ctx: &Ctx,
    call: &Call,
    seen: Option<i64>,
    patch: Map<String, Value>,
) -> Result<Kept> {
    save(ctx, call, seen, move |before| {
        let mut document = serde_json::to_value(before).map_err(Error::internal)?;
        merge(&mut document, Value::Object(patch.clone()));
        let document = serde_json::to_vec(&document).map_err(Error::internal)?;
        kit::json::object::<Preferences>(&document)?.checked()
    })
    .await
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (name, value) in patch {
        match value {
            Value::Null => drop(fields.remove(&name)),
            value => merge(fields.entry(name).or_insert(Value::Null), value),
        }
    }
}

/// Writes what `make` makes of the preferences. Writers of one user's preferences follow one
/// another: the row is locked from the beginning, and made when there is none.
async fn save(
    ctx: &Ctx,
    call: &Call,
    seen: Option<i64>,
    make: impl Fn(&Preferences) -> Result<Preferences> + Send + Sync + 'static,
) -> Result<Kept> {
    let (tenant, user) = (call.tenant(), call.user()?);
    let work = async move |tx: &Tx| -> Result<Kept> {
        let row = tx.maybe(&sql::TAKE, &args![tenant, user, tx.now()]).await?;
        let before = Kept::read(row)?;
        if seen.is_some_and(|version| version != before.version) {
            return Err(Error::precondition_failed());
        }
        let preferences = make(&before.preferences)?;
        if before.version > 0 && preferences == before.preferences {
            return Ok(before);
        }
        let (version, updated_at) = (before.version + 1, Some(tx.now()));
        let kept = Kept { preferences, version, updated_at };
        let document = serde_json::to_string(&kept.preferences).map_err(Error::internal)?;
        tx.exec(&sql::SAVE, &args![tenant, user, version, document, tx.now()]).await?;
        tell(tx, tenant, user, &kept)?;
        Ok(kept)
    };
    ctx.write(call, work).await
}

/// The fact for reactions, and the frame for the user's open sockets. Neither has addresses in it.
fn tell(tx: &Tx, tenant: TenantId, user: UserId, kept: &Kept) -> Result<()> {
    let event = PreferencesChanged {
        user,
        version: kept.version,
        time_zone: kept.preferences.timezone.clone(),
        reminder_offsets_ms: kept.preferences.reminder_offsets_ms.clone(),
    };
    let frame = PreferencesUpdated::new(kept.version, tx.now());
    Ok(tx.emit(tenant, &event, vec![Frame::new(Topic::user(user), &frame)?])?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patches_are_merged_as_the_standard_says() {
        for (target, patch, merged) in [
            (json!({"a": 1, "b": 2}), json!({"a": 3}), json!({"a": 3, "b": 2})),
            (json!({"a": 1}), json!({"a": null}), json!({})),
            (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": null}}), json!({"a": {"c": 2}})),
            (json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]})),
            (json!({"a": "x"}), json!({"a": {"b": null, "c": 1}}), json!({"a": {"c": 1}})),
            (json!({}), json!({"a": {"b": {"c": null}}}), json!({"a": {"b": {}}})),
        ] {
            let mut found = target.clone();
            merge(&mut found, patch.clone());
            assert_eq!(found, merged, "{target} and {patch}");
        }
    }
}
