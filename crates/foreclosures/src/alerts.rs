//! Alerts: a user's saved criteria, and what of them is kept for the reaction that matches.

pub(crate) mod body;
pub(crate) mod definition;
pub(crate) mod index;
mod limits;
pub(crate) mod preview;
pub(crate) mod routes;
pub(crate) mod view;

use domain::{Id, TenantId, Timestamp, UserId};
use events::{AlertChanged, Category, NoticeRaised, Priority};
use kit::{Call, Code, Ctx, Cursor, Error, FilterHash, List, Notify, Page, Result};
use serde::{Deserialize, Serialize};
use store::{FromRow, Row, Tx, args};

use self::{
    body::{AlertBody, Wanted},
    definition::Definition,
    limits::Room,
    preview::Matching,
    view::AlertView,
};
use crate::sql_alerts as sql;

/// A user has as many alerts as one may have.
pub(crate) static ALERT_LIMIT: Code =
    Code::conflict("alert_limit", "you have as many alerts as one may have");
/// As many alerts are on as this installation bears.
pub(crate) static ALERTS_FULL: Code =
    Code::conflict("alerts_full", "as many alerts are on as this installation bears");

/// A row of the alerts. Plain data: it is kept as the answer of an idempotency key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alert {
    pub(crate) id: Id,
    pub(crate) version: i64,
    pub(crate) name: Option<String>,
    pub(crate) definition: Definition,
    pub(crate) is_active: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl FromRow for Alert {
    fn from_row(row: &Row<'_>) -> store::Result<Self> {
        let definition: String = row.get(3)?;
        let wrong = |error| store::Error::Decode(format!("an alert's definition: {error}"));
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            name: row.get(2)?,
            definition: serde_json::from_str(&definition).map_err(wrong)?,
            is_active: row.get(4)?,
            created_at: row.get(5)?,
            updated_at: row.get(6)?,
        })
    }
}

impl Alert {
    fn wanted(&self) -> Wanted {
        let (name, definition) = (self.name.clone(), self.definition.clone());
        Wanted { name, definition, is_active: self.is_active }
    }
}

/// A new alert, and what it matches now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Created {
    pub(crate) alert: Alert,
    pub(crate) matching: Matching,
}

/// A page of the caller's alerts, the newest first.
pub(crate) async fn list(ctx: &Ctx, call: &Call, page: Page) -> Result<List<AlertView>> {
    let (user, tenant) = (call.user()?, call.tenant());
    let filter = FilterHash::of("alerts");
    let after: Option<Cursor<Timestamp>> = page.after(&filter)?;
    // Before all rows: no row is as late as this, so its id decides nothing.
    let (at, id) = after.map_or((Timestamp::from_millis(i64::MAX), Id::from(user)), |cursor| {
        (cursor.key, cursor.id)
    });
    let args = args![tenant, user, at, id, page.rows_to_read()];
    let rows: Vec<Alert> = ctx.store().all(&sql::PAGE, &args).await?;
    let place = |row: &Alert| Cursor { key: row.created_at, id: row.id };
    Ok(List::of_rows(rows, &page, &filter, place, AlertView::of))
}

/// One of the caller's alerts.
///
/// # Errors
/// `not_found` when it is not theirs.
pub(crate) async fn get(ctx: &Ctx, call: &Call, id: Id) -> Result<Alert> {
    let args = args![call.tenant(), call.user()?, id];
    ctx.store().maybe(&sql::FIND, &args).await?.ok_or_else(Error::not_found)
}

/// Makes an alert. What it matches now is counted just before.
///
/// # Errors
/// `invalid`; `alert_limit` and `alerts_full`.
pub(crate) async fn create(ctx: &Ctx, call: &Call, body: AlertBody) -> Result<Created> {
    let (user, tenant, id) = (call.user()?, call.tenant(), ctx.new_id());
    let wanted = body.over(Wanted::default())?;
    let matching = preview::matching_now(ctx, tenant, &wanted.definition).await?;
    let work = async move |tx: &Tx| -> Result<Created> {
        let Wanted { name, definition, is_active } = wanted.clone();
        Room::of(user).take(tx).await?;
        if is_active {
            Room::OF_ALL.take(tx).await?;
        }
        let (created_at, updated_at) = (tx.now(), tx.now());
        let alert = Alert { id, version: 1, name, definition, is_active, created_at, updated_at };
        let definition = json(&alert.definition)?;
        let row =
            args![id, tenant, user, 1_i64, alert.name.clone(), definition, is_active, created_at];
        tx.exec(&sql::ADD, &row).await?;
        tell(tx, tenant, user, &alert, Some(&alert.definition)).await?;
        Ok(Created { alert, matching })
    };
    ctx.write(call, work).await
}

/// How a body is laid over an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// What is not named is as in a new alert.
    Nothing,
    /// What is not named stays.
    Itself,
}

/// Changes an alert, when it still has the version that the caller saw, if they say which. What
/// changes nothing makes no version.
///
/// # Errors
/// `not_found` when it is not theirs; `precondition_failed`, `invalid`, `alerts_full`.
pub(crate) async fn change(
    ctx: &Ctx,
    call: &Call,
    id: Id,
    body: AlertBody,
    over: Over,
    seen: Option<i64>,
) -> Result<Alert> {
    let (user, tenant) = (call.user()?, call.tenant());
    let work = async move |tx: &Tx| -> Result<Alert> {
        let mut alert = locked(tx, tenant, user, id, seen).await?;
        let before = alert.wanted();
        let wanted = match over {
            Over::Nothing => body.clone().over(Wanted::default())?,
            Over::Itself => body.clone().over(before.clone())?,
        };
        if wanted == before {
            return Ok(alert);
        }
        match (before.is_active, wanted.is_active) {
            (false, true) => Room::OF_ALL.take(tx).await?,
            (true, false) => Room::OF_ALL.give_back(tx).await?,
            _ => {}
        }
        alert.version += 1;
        alert.updated_at = tx.now();
        Wanted { name: alert.name, definition: alert.definition, is_active: alert.is_active } =
            wanted;
        let definition = json(&alert.definition)?;
        let (version, name, is_active) = (alert.version, alert.name.clone(), alert.is_active);
        let row = args![tenant, user, id, version, name, definition, is_active, tx.now()];
        tx.exec(&sql::SET, &row).await?;
        let asked = Some(&alert.definition).filter(|_| alert.is_active);
        tell(tx, tenant, user, &alert, asked).await?;
        Ok(alert)
    };
    ctx.write(call, work).await
}

/// Removes an alert, under the same condition.
///
/// # Errors
/// `not_found` when it is not theirs; `precondition_failed`.
pub(crate) async fn remove(ctx: &Ctx, call: &Call, id: Id, seen: Option<i64>) -> Result<()> {
    let (user, tenant) = (call.user()?, call.tenant());
    let work = async move |tx: &Tx| -> Result<()> {
        let mut alert = locked(tx, tenant, user, id, seen).await?;
        tx.exec(&sql::REMOVE, &args![tenant, user, id]).await?;
        tx.exec(&sql::FORGET_ALL, &args![id]).await?;
        Room::of(user).give_back(tx).await?;
        if alert.is_active {
            Room::OF_ALL.give_back(tx).await?;
        }
        alert.version += 1;
        tell(tx, tenant, user, &alert, None).await
    };
    ctx.write(call, work).await
}

/// Sends the owner a notice as the alert would, marked as a test; at most one a minute for each
/// alert.
///
/// # Errors
/// `not_found` when it is not theirs.
pub(crate) async fn test(ctx: &Ctx, call: &Call, id: Id) -> Result<()> {
    let (user, tenant) = (call.user()?, call.tenant());
    let work = async move |tx: &Tx| -> Result<()> {
        let found: Option<Alert> = tx.maybe(&sql::FIND, &args![tenant, user, id]).await?;
        let alert = found.ok_or_else(Error::not_found)?;
        Ok(tx.notify(tenant, &test_notice(user, &alert, tx.now()))?)
    };
    ctx.write(call, work).await
}

const MINUTE_MS: i64 = 60_000;

fn test_notice(user: UserId, alert: &Alert, now: Timestamp) -> NoticeRaised {
    let state = if alert.is_active { "" } else { " It is switched off." };
    let data = serde_json::json!({
        "test": true, "watched": false,
        "alerts": [{"id": alert.id, "name": alert.name, "kinds": alert.definition.alert_types}],
    });
    NoticeRaised {
        users: vec![user],
        notice_type: "alert.test".to_owned(),
        category: Category::PropertyAlert,
        priority: Priority::Medium,
        title: format!("Test of {}", view::called(alert.name.as_deref())),
        body: format!("This is how you will be told of properties that match it.{state}"),
        data: Some(data.to_string()),
        action_url: Some(format!("/alerts/{}", alert.id)),
        object: None,
        actor: None,
        dedup_key: format!("alert:{}:test:{}", alert.id, now.as_millis().div_euclid(MINUTE_MS)),
        expires_at: None,
    }
}

async fn locked(
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
    id: Id,
    seen: Option<i64>,
) -> Result<Alert> {
    let found = tx.one_for_update(&sql::FIND, &args![tenant, user, id]).await?;
    let alert: Alert = found.ok_or_else(Error::not_found)?;
    match seen {
        Some(version) if version != alert.version => Err(Error::precondition_failed()),
        _ => Ok(alert),
    }
}

/// The new version for the reaction that matches, and the fact that calls it. Without a definition
/// there is nothing to match any more.
async fn tell(
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
    alert: &Alert,
    asked: Option<&Definition>,
) -> Result<()> {
    let asked = asked.filter(|_| alert.is_active);
    let definition = asked.map(json).transpose()?;
    let row = args![alert.id, alert.version, tenant, user, definition, tx.now()];
    tx.exec(&sql::ADD_VERSION, &row).await?;
    let (alert, version, is_active) = (alert.id, alert.version, asked.is_some());
    Ok(tx.emit(tenant, &AlertChanged { user, alert, version, is_active }, Vec::new())?)
}

fn json(definition: &Definition) -> Result<String> {
    serde_json::to_string(definition).map_err(Error::internal)
}
