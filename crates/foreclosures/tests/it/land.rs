//! The smallest feature that stands in for `properties`, and one that stands in for the inbox.

use std::sync::{Arc, Mutex, mpsc};

use domain::{Id, TenantId, Topic};
use events::{AuctionView, Change, NoticeRaised, PropertyChanged, PropertyFacts};
use hub::BoxFuture;
use kit::{
    Error, Fact, Family, FrameSpec, Module, ReactionSpec, Result, TopicRequest,
    ports::{Properties, PropertyCard},
};
use serde_json::{json, value::RawValue};
use store::{Frame, Migration, Tx, args, statements};
use tokio::sync::oneshot;

statements! {
    PUT = "insert into land_properties (id, tenant, version, facts) values ($1, $2, $3, $4)
        on conflict (id) do update set version = $3, facts = $4";
    FIND = "select id, version, facts from land_properties where tenant = $1 and id = $2";
    DROP = "delete from land_properties where id = $1";
    KEEP_NOTICE = "insert into land_notices (pos, notice) values ($1, $2)";
    NOTICES = "select notice from land_notices order by pos";
    WATCH = "insert into foreclosures_watchlist
            (id, tenant, user_id, property, notes, created_at, updated_at)
        values ($1, $2, $3, $4, null, $5, $5)";
}

static MIGRATIONS: &[Migration] = &[Migration::both(
    1,
    "0001_land",
    "create table land_properties (id {id} not null primary key, tenant {id} not null,
        version {int} not null, facts {text} not null) {strict};
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

pub(crate) fn module(pauses: Pauses) -> Module {
    Module::new("land")
        .migrations(MIGRATIONS)
        .statements(ALL)
        .provides_properties(Land(pauses))
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
}

async fn find(tx: &Tx, tenant: TenantId, id: Id) -> store::Result<Option<PropertyCard>> {
    let row: Option<(Id, i64, String)> = tx.maybe(&FIND, &args![tenant, id]).await?;
    Ok(row.map(|(id, version, facts)| PropertyCard {
        id,
        version,
        facts: serde_json::from_str(&facts).expect("facts"),
    }))
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
    tx.exec(&PUT, &args![id, tenant, 1_i64, facts]).await?;
    Ok(())
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
    tx.exec(&PUT, &args![id, tenant, version, facts]).await?;
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
