//! What watchers are told.

use std::collections::BTreeSet;

use domain::UserId;
use events::{Category, Change, NoticeRaised, PropertyStatus};
use serde_json::{Value, json};

use super::world::{World, unwatch, usd, watch};

stories!(
    each_watcher_is_told_once_with_all_differences,
    who_does_not_watch_is_not_told,
    many_watchers_are_told_in_parts,
    a_removal_is_told,
);

async fn each_watcher_is_told_once_with_all_differences(world: World) {
    let property = world.property("123 Main St").await;
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    watch(&ann, property).await;
    watch(&bob, property).await;
    let changes = [Change::Status, Change::Postponement, Change::OpeningBid, Change::Minor];
    world
        .change(property, &changes, |p| {
            p.status = PropertyStatus::Preforeclosure;
            p.auction_date = Some("2024-01-22".to_owned());
            p.opening_bid = Some(usd(22_500_000));
            p.bedrooms = Some(3);
        })
        .await;
    let notices = world.notices().await;
    let [notice] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    let told: BTreeSet<UserId> = notice.users.iter().copied().collect();
    assert_eq!(told, BTreeSet::from([ann.id(), bob.id()]));
    assert_eq!(
        (notice.notice_type.as_str(), notice.category),
        ("auction.postponed", Category::Auction)
    );
    let title = "Auction postponed to Mon, 22 Jan 2024: 123 Main St, San Francisco";
    assert_eq!(notice.title, title);
    assert_eq!(notice.body.lines().count(), 3);
    assert_eq!(notice.dedup_key, format!("property:{property}:2"));
    assert_eq!(notice.action_url, Some(format!("/properties/{property}")));
    let object = notice.object.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.id), ("property", property));
    let text = notice.data.as_deref().unwrap();
    assert!(text.contains(r#""difference":-25000.00"#), "{text}");
    let data: Value = serde_json::from_str(text).unwrap();
    assert_eq!((&data["propertyId"], &data["version"]), (&json!(property), &json!(2)));

    // The next version is the next notice.
    world.bid(property, 1).await;
    let notices = world.notices().await;
    assert_eq!(notices.len(), 2);
    assert_eq!(notices[1].notice_type, "auction.price_changed");
    assert_eq!(notices[1].dedup_key, format!("property:{property}:3"));
}

async fn who_does_not_watch_is_not_told(world: World) {
    let (watched, other) = (world.property("1 A St").await, world.property("2 B St").await);
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    watch(&ann, watched).await;
    let entry = watch(&bob, watched).await;
    unwatch(&bob, &entry).await;
    world.bid(other, 5).await;
    world.change(watched, &[Change::Minor], |p| p.bedrooms = Some(3)).await;
    assert!(world.notices().await.is_empty());
    world.bid(watched, 6).await;
    let notices = world.notices().await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].users, [ann.id()]);
}

async fn many_watchers_are_told_in_parts(world: World) {
    let property = world.property("1 A St").await;
    let users: Vec<UserId> = (0..1_100).map(|_| world.app.user(&[]).id()).collect();
    world.watch_silently(users.clone(), property).await;
    world.bid(property, 5).await;
    let notices = world.notices().await;
    let sizes: Vec<usize> = notices.iter().map(|notice| notice.users.len()).collect();
    assert!(
        sizes.len() > 1 && sizes.iter().all(|size| *size <= NoticeRaised::MOST_USERS),
        "{sizes:?}"
    );
    let told: BTreeSet<UserId> = notices.iter().flat_map(|n| n.users.iter().copied()).collect();
    assert_eq!(told, users.into_iter().collect());
    let keys: BTreeSet<&str> = notices.iter().map(|n| n.dedup_key.as_str()).collect();
    assert_eq!(keys.len(), 1);
}

async fn a_removal_is_told(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    watch(&ann, property).await;
    world.remove(property).await;
    let notices = world.notices().await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].notice_type, "auction.removed");
    assert_eq!(notices[0].title, "No longer listed: 1 A St, San Francisco");
}
