//! The smallest feature that stands in for `properties`, and one that stands in for the inbox.

use std::sync::{Arc, Mutex, mpsc};

use domain::{Id, TenantId, Timestamp, Topic, UserId};
use events::{AlertChanged, AuctionView, Change, NoticeRaised, PropertyChanged, PropertyFacts};
use hub::BoxFuture;
use kit::{
    Error, Fact, Family, FrameSpec, Module, ReactionSpec, Result, TopicRequest,
    ports::{Properties, PropertyCard, Sieve, Sifted},
};
use serde_json::{json, value::RawValue};
use store::{Frame, Migration, Tx, args, statements};
use testkit::People;
use tokio::sync::oneshot;

statements! {
    PUT = "insert into land_properties (id, tenant, version, facts, changed_at)
        values ($1, $2, $3, $4, $5)
        on conflict (id) do update set version = $3, facts = $4, changed_at = $5";
    FIND = "select id, version, facts, changed_at from land_properties
        where tenant = $1 and id = $2";
    NEWEST = "select id, version, facts, changed_at from land_properties
        where tenant = $1 and id < $2 order by id desc limit $3";
    DROP = "delete from land_properties where id = $1";
    KEEP_NOTICE = "insert into land_notices (pos, notice) values ($1, $2)";
    NOTICES = "select notice from land_notices order by pos";
    ALERT = "insert into foreclosures_alerts
            (id, tenant, user_id, version, name, definition, is_active, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        on conflict (id) do update set version = $4, definition = $6, is_active = $7";
    ALERT_VERSION = "insert into foreclosures_alerts_versions
            (alert, version, tenant, user_id, definition, created_at, applied)
        values ($1, $2, $3, $4, $5, $6, 0)";
    END_ALERT = "delete from foreclosures_alerts where id = $1";
    END_VERSIONS = "delete from foreclosures_alerts_versions where alert = $1";
    VERSIONS = "select version, applied from foreclosures_alerts_versions where alert = $1
        order by version";
    COUNT_ALL = "insert into foreclosures_alerts_counts (owner, alerts) values ($1, $2)
        on conflict (owner) do update set alerts = $2";
    ALERTS_OF = "select alerts from foreclosures_alerts_counts where owner = $1";
    WATCH = "insert into foreclosures_watchlist
            (id, tenant, user_id, property, notes, created_at, updated_at)
        values ($1, $2, $3, $4, null, $5, $5)";
}

static MIGRATIONS: &[Migration] = &[Migration::both(
    1,
    "0001_land",
    "create table land_properties (id {id} not null primary key, tenant {id} not null,
        version {int} not null, facts {text} not null,
        changed_at {int} not null) {strict};
     create table land_notices (pos {int} not null primary key, notice {text} not null) {strict};",
)];

/// The form of a property's frame, as far as it matters here.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its form is used")]
#[schema(rename_all = "camelCase")]
struct Update {
    property_id: Id,
    update: serde_json::Value,
    timestamp: Option<String>,
}

/// Somebody whose account is switched off.
pub(crate) fn switched_off() -> UserId {
    "0190a5b8-7b1e-7c3d-8f00-00000000dead".parse().expect("an id")
}

pub(crate) fn module(pauses: Pauses) -> Module {
    Module::new("land")
        .migrations(MIGRATIONS)
        .statements(ALL)
        .provides_properties(Land(pauses))
        .provides_users(People::but(switched_off()))
        .family(Family::stream("property", "one property", open))
        .frames([FrameSpec::sent::<Update>("auction_update", "property", "what changed")])
        .reaction(ReactionSpec::new("land.notices", async |_, tx: Tx, facts| {
            keep(&tx, facts).await
        }))
}

/// Lets a test do something while a transaction reads properties.
#[derive(Clone, Default)]
pub(crate) struct Pauses {
    pause: Arc<Mutex<Option<Pause>>>,
    /// How many reads go well until one fails.
    fail_after: Arc<Mutex<Option<usize>>>,
}

struct Pause {
    begun: oneshot::Sender<()>,
    go_on: mpsc::Receiver<()>,
}

/// A read that will stand still.
pub(crate) struct Reading {
    begun: oneshot::Receiver<()>,
    go_on: mpsc::Sender<()>,
}

/// A read that stands still.
pub(crate) struct Resume(mpsc::Sender<()>);

impl Pauses {
    pub(crate) fn next(&self) -> Reading {
        let ((begun, has_begun), (go_on, may_go_on)) = (oneshot::channel(), mpsc::channel());
        *self.pause.lock().unwrap() = Some(Pause { begun, go_on: may_go_on });
        Reading { begun: has_begun, go_on }
    }

    /// After `good` more reads, one fails as if the database were away.
    pub(crate) fn fail_after(&self, good: usize) {
        *self.fail_after.lock().unwrap() = Some(good);
    }

    fn fail(&self) -> store::Result<()> {
        let mut fail_after = self.fail_after.lock().unwrap();
        let left = fail_after.take();
        *fail_after = left.and_then(|left| left.checked_sub(1));
        match left {
            Some(0) => Err(store::Error::Unavailable("the test says so".to_owned())),
            _ => Ok(()),
        }
    }

    fn stand_still(&self) {
        let Some(pause) = self.pause.lock().unwrap().take() else { return };
        pause.begun.send(()).expect("the test waits");
        // A transaction awaits nothing but itself, so the thread waits.
        tokio::task::block_in_place(|| pause.go_on.recv()).expect("the test goes on");
    }
}

impl Reading {
    pub(crate) async fn begun(self) -> Resume {
        self.begun.await.expect("a read");
        Resume(self.go_on)
    }
}

impl Resume {
    pub(crate) fn go_on(self) {
        self.0.send(()).expect("the read goes on");
    }
}

struct Land(Pauses);

impl Properties for Land {
    fn cards(
        &self,
        tx: Tx,
        tenant: TenantId,
        ids: Vec<Id>,
    ) -> BoxFuture<'static, store::Result<Vec<PropertyCard>>> {
        let pauses = self.0.clone();
        Box::pin(async move {
            pauses.fail()?;
            pauses.stand_still();
            let mut cards = Vec::new();
            for id in ids {
                cards.extend(find(&tx, tenant, id).await?);
            }
            Ok(cards)
        })
    }

    fn sift(
        &self,
        tx: Tx,
        tenant: TenantId,
        before: Option<Id>,
        count: u32,
        _: Sieve,
    ) -> BoxFuture<'static, store::Result<Sifted>> {
        Box::pin(async move {
            let before = before.unwrap_or(Id::from_uuid(uuid::Uuid::max()));
            let rows: Vec<(Id, i64, String, Timestamp)> =
                tx.all(&NEWEST, &args![tenant, before, count]).await?;
            let looked_at = u32::try_from(rows.len()).expect("few");
            let next = rows.last().map(|row| row.0).filter(|_| looked_at == count);
            Ok(Sifted { cards: rows.into_iter().map(card).collect(), looked_at, next })
        })
    }
}

fn card((id, version, facts, changed_at): (Id, i64, String, Timestamp)) -> PropertyCard {
    let facts = serde_json::from_str(&facts).expect("facts");
    PropertyCard { id, version, changed_at, facts }
}

async fn find(tx: &Tx, tenant: TenantId, id: Id) -> store::Result<Option<PropertyCard>> {
    let row: Option<(Id, i64, String, Timestamp)> = tx.maybe(&FIND, &args![tenant, id]).await?;
    Ok(row.map(card))
}

async fn open(request: TopicRequest) -> Result<Option<Box<RawValue>>> {
    let id = request.topic.id().ok_or_else(Error::not_found)?;
    let card = find(&request.tx, request.scope.tenant, id).await?.ok_or_else(Error::not_found)?;
    let view = serde_json::to_string(&AuctionView::of(id, &card.facts)).expect("a view");
    RawValue::from_string(view).map(Some).map_err(Error::internal)
}

async fn keep(tx: &Tx, facts: Vec<Fact<NoticeRaised>>) -> Result<()> {
    for fact in facts {
        let notice = serde_json::to_string(&fact.event).expect("a notice");
        tx.exec(&KEEP_NOTICE, &args![fact.pos, notice]).await?;
    }
    Ok(())
}

/// Puts a property down without telling anybody.
pub(crate) async fn put(tx: &Tx, tenant: TenantId, id: Id, facts: &PropertyFacts) -> Result<()> {
    let facts = serde_json::to_string(facts).expect("facts");
    tx.exec(&PUT, &args![id, tenant, 1_i64, facts, tx.now()]).await?;
    Ok(())
}

/// A new property: row and event.
pub(crate) async fn add(tx: &Tx, tenant: TenantId, id: Id, facts: &PropertyFacts) -> Result<()> {
    put(tx, tenant, id, facts).await?;
    let (before, after, changes) = (None, Some(facts.clone()), vec![Change::Added]);
    let event =
        PropertyChanged { property: id, version: 1, before, after, changes, initial: false };
    Ok(tx.emit(tenant, &event, Vec::new())?)
}

/// A version of an alert, as a request writes it: on with a definition, off without.
pub(crate) async fn alert(
    tx: &Tx,
    user: UserId,
    alert: Id,
    version: i64,
    definition: Option<&str>,
) -> Result<()> {
    let (tenant, text) = (TenantId::DEFAULT, definition.unwrap_or("{}"));
    let is_active = definition.is_some();
    let row = args![alert, tenant, user, version, "Bay", text, is_active, tx.now()];
    tx.exec(&ALERT, &row).await?;
    let row = args![alert, version, tenant, user, definition, tx.now()];
    tx.exec(&ALERT_VERSION, &row).await?;
    Ok(tx.emit(tenant, &AlertChanged { user, alert, version, is_active }, Vec::new())?)
}

/// Removes an alert, as a request does.
pub(crate) async fn end_alert(tx: &Tx, user: UserId, alert: Id, version: i64) -> Result<()> {
    let tenant = TenantId::DEFAULT;
    tx.exec(&END_ALERT, &args![alert]).await?;
    tx.exec(&END_VERSIONS, &args![alert]).await?;
    let none: Option<&str> = None;
    let row = args![alert, version, tenant, user, none, tx.now()];
    tx.exec(&ALERT_VERSION, &row).await?;
    let event = AlertChanged { user, alert, version, is_active: false };
    Ok(tx.emit(tenant, &event, Vec::new())?)
}

/// Changes a property: row, event and frame, as `properties` does.
pub(crate) async fn change(
    tx: &Tx,
    tenant: TenantId,
    id: Id,
    changes: &[Change],
    edit: impl Fn(&mut PropertyFacts),
) -> Result<()> {
    let card = find(tx, tenant, id).await?.ok_or_else(Error::not_found)?;
    let (before, mut after, version) = (card.facts.clone(), card.facts, card.version + 1);
    edit(&mut after);
    let facts = serde_json::to_string(&after).expect("facts");
    tx.exec(&PUT, &args![id, tenant, version, facts, tx.now()]).await?;
    let view = AuctionView::of(id, &after);
    let frame = json!({
        "type": "auction_update",
        "propertyId": id,
        "update": {"openingBidChanged": {"new": view.opening_bid.map(|bid| bid.minor)}},
        "timestamp": tx.now(),
    });
    let event = PropertyChanged {
        property: id,
        version,
        before: Some(before),
        after: Some(after),
        changes: changes.to_vec(),
        initial: false,
    };
    Ok(tx.emit(tenant, &event, vec![Frame::new(Topic::entity("property", id), &frame)?])?)
}

/// Removes a property.
pub(crate) async fn remove(tx: &Tx, tenant: TenantId, id: Id) -> Result<()> {
    let card = find(tx, tenant, id).await?.ok_or_else(Error::not_found)?;
    tx.exec(&DROP, &args![id]).await?;
    let frame = json!({"type": "auction_update", "propertyId": id, "update": {"removed": true}});
    let event = PropertyChanged {
        property: id,
        version: card.version + 1,
        before: Some(card.facts),
        after: None,
        changes: vec![Change::Removed],
        initial: false,
    };
    Ok(tx.emit(tenant, &event, vec![Frame::new(Topic::entity("property", id), &frame)?])?)
}
