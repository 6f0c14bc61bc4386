//! Every change meets exactly the alerts that were committed before it, whichever node reacts.

use std::time::Duration;

use domain::{Id, TenantId, UserId};
use events::Change;
use serde_json::json;
use store::{Tx, args};

use super::{
    land,
    world::{World, alert, usd},
};

stories!(
    one_batch_is_met_in_its_order,
    what_was_removed_meanwhile_is_silent,
    edits_and_changes_keep_their_order,
    alerts_are_there_after_a_restart,
    what_was_passed_over_is_found,
    old_versions_are_forgotten,
);

const ALL: Option<&str> = Some("{}");
const NONE: Option<&str> = Some(r#"{"states":["FL"]}"#);

/// What is written in one transaction comes to the reaction in one batch.
async fn together<F>(world: &World, work: F)
where
    F: AsyncFn(&Tx, UserId, Id, Id) -> kit::Result<()> + Send + Sync + Copy + 'static,
{
    let (user, id) = (world.app.user(&[]).id(), world.app.ctx().new_id());
    let property = world.property("1 A St").await;
    world.write(async move |tx: &Tx| work(tx, user, id, property).await).await;
}

async fn bid(tx: &Tx, property: Id, minor: i64) -> kit::Result<()> {
    let edit = move |p: &mut events::PropertyFacts| p.opening_bid = Some(usd(minor));
    land::change(tx, TenantId::DEFAULT, property, &[Change::OpeningBid], edit).await
}

/// The versions of properties that were told, in order.
async fn versions(world: &World) -> Vec<i64> {
    let notices = world.notices().await;
    let version = |key: &str| key.rsplit(':').next().unwrap().parse().unwrap();
    notices.iter().map(|notice| version(&notice.dedup_key)).collect()
}

async fn one_batch_is_met_in_its_order(world: World) {
    together(&world, async |tx, user, id, property| {
        bid(tx, property, 2).await?;
        land::alert(tx, user, id, 1, ALL).await?;
        bid(tx, property, 3).await?;
        land::alert(tx, user, id, 2, NONE).await?;
        bid(tx, property, 4).await?;
        land::alert(tx, user, id, 3, ALL).await?;
        bid(tx, property, 5).await
    })
    .await;
    assert_eq!(versions(&world).await, [3, 5]);
}

async fn what_was_removed_meanwhile_is_silent(world: World) {
    together(&world, async |tx, user, id, property| {
        land::alert(tx, user, id, 1, ALL).await?;
        bid(tx, property, 2).await?;
        land::alert(tx, user, id, 2, None).await
    })
    .await;
    together(&world, async |tx, user, id, property| {
        land::alert(tx, user, id, 1, ALL).await?;
        bid(tx, property, 2).await?;
        land::end_alert(tx, user, id, 2).await
    })
    .await;
    assert_eq!(versions(&world).await, [0; 0]);
    // And nothing of them is left in memory.
    let property = world.property("2 B St").await;
    world.bid(property, 3).await;
    assert_eq!(versions(&world).await, [0; 0]);
}

/// A walk of edits and changes, as fast as they go; what is told is what the order says.
async fn walk(edits: &World, changes: &World) {
    let ann = edits.app.user(&[]);
    let path = alert(&ann, json!({"name": "a", "max_opening_bid": 1})).await;
    let property = changes.property("1 A St").await;
    let (mut matches, mut wanted) = (false, Vec::new());
    for step in 0..60_i64 {
        // A fixed walk that has runs of either kind.
        if (step * 7 + step / 5) % 3 != 0 {
            matches = !matches;
            let most = if matches { 1_000 } else { 1 };
            ann.patch(&path, json!({"max_opening_bid": most})).await.expect(200);
        }
        if (step * 5 + step / 3) % 4 != 0 {
            let bid = 50_000 + step;
            let changed = wanted.len();
            changes.bid(property, bid).await;
            wanted.push((i64::try_from(changed).unwrap() + 2, matches));
        }
    }
    let wanted: Vec<i64> =
        wanted.iter().filter(|(_, told)| *told).map(|(version, _)| *version).collect();
    assert!(wanted.len() > 10);
    changes.app.settle().await;
    assert_eq!(versions(edits).await, wanted);
}

async fn edits_and_changes_keep_their_order(world: World) {
    walk(&world, &world).await;
}

/// Two nodes run the reaction in turns, as it comes; each goes on from where the other was.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_keep_the_order() {
    let one = World::new(testkit::Database::Postgres).await;
    let two = World::at_home(one.app.home()).await;
    walk(&one, &two).await;
    walk_back(&two, &one).await;
}

/// Once more the other way round, with what the first walk left.
async fn walk_back(edits: &World, changes: &World) {
    let before = versions(edits).await.len();
    let ann = edits.app.user(&[]);
    let path = alert(&ann, json!({"name": "b", "states": ["CA"]})).await;
    let property = changes.property("2 B St").await;
    changes.bid(property, 500_000).await;
    ann.delete(&path).await.expect(204);
    changes.app.settle().await;
    changes.bid(property, 600_000).await;
    changes.app.settle().await;
    // The first may or may not have been told before the alert went; the second was not.
    let told = versions(edits).await.split_off(before);
    assert!(told.iter().all(|version| *version == 2), "{told:?}");
}

async fn alerts_are_there_after_a_restart(world: World) {
    let ann = world.app.user(&[]);
    let path = alert(&ann, json!({"name": "a", "states": ["CA"]})).await;
    alert(&ann, json!({"name": "b", "states": ["FL"]})).await;
    let property = world.property("1 A St").await;
    world.bid(property, 5).await;
    assert_eq!(versions(&world).await, [2]);
    // Stopped with an edit that the reaction may not have come to.
    ann.patch(&path, json!({"name": "c", "min_bedrooms": null})).await.expect(200);
    let world = World::at_home(world.app.stop().await).await;
    world.bid(property, 6).await;
    assert_eq!(versions(&world).await, [2, 3]);
    let notice = world.notices().await.pop().unwrap();
    assert!(notice.body.ends_with("Matches “c”."), "{}", notice.body);
}

/// A node that does not know alerts has passed the event: the version is taken in later, and
/// nothing before it is told.
async fn what_was_passed_over_is_found(world: World) {
    let (user, id) = (world.app.user(&[]).id(), world.app.ctx().new_id());
    let property = world.property("1 A St").await;
    let silent = async move |tx: &Tx| {
        let tenant = TenantId::DEFAULT;
        tx.exec(&land::ALERT, &args![id, tenant, user, 1_i64, "a", "{}", true, tx.now()]).await?;
        tx.exec(&land::ALERT_VERSION, &args![id, 1_i64, tenant, user, "{}", tx.now()]).await?;
        Ok(())
    };
    world.write(silent).await;
    world.bid(property, 5).await;
    assert_eq!(versions(&world).await, [0; 0]);
    world.app.advance(Duration::from_secs(299)).await;
    world.bid(property, 6).await;
    assert_eq!(versions(&world).await, [0; 0]);
    world.app.advance(Duration::from_secs(2)).await;
    world.bid(property, 7).await;
    world.bid(property, 8).await;
    assert_eq!(versions(&world).await, [4, 5]);
}

async fn old_versions_are_forgotten(world: World) {
    let ann = world.app.user(&[]);
    let path = alert(&ann, json!({"min_bedrooms": 0})).await;
    for rooms in 1..5 {
        ann.patch(&path, json!({"min_bedrooms": rooms})).await.expect(200);
    }
    world.app.settle().await;
    let id: Id = path.rsplit('/').next().unwrap().parse().unwrap();
    let rows: Vec<(i64, i64)> =
        world.app.ctx().store().all(&land::VERSIONS, &args![id]).await.expect("rows");
    assert_eq!(rows.len(), 1);
    assert!(rows[0].0 == 5 && rows[0].1 > 0, "{rows:?}");
}
