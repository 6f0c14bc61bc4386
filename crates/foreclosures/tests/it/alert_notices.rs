//! What owners of alerts are told, and that each is told once.

use std::collections::BTreeMap;

use domain::{Id, UserId};
use events::{Category, Change, NoticeRaised, PropertyKind, PropertyStatus};
use serde_json::{Value, json};

use super::world::{World, alert, usd, watch};

stories!(
    each_person_is_told_once,
    what_newly_matches_is_told_as_new,
    what_matched_before_is_not_new,
    an_area_has_a_border,
    what_is_not_known_does_not_match,
    only_the_kinds_that_were_asked_for,
    what_was_switched_off_is_silent,
);

/// Who was told, and of which alerts.
fn told(notices: &[NoticeRaised]) -> BTreeMap<UserId, (bool, Vec<String>)> {
    let mut told = BTreeMap::new();
    for notice in notices {
        let data: Value = serde_json::from_str(notice.data.as_deref().unwrap()).unwrap();
        let alerts = data["alerts"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<_> =
            alerts.iter().map(|a| a["name"].as_str().unwrap().to_owned()).collect();
        names.sort_unstable();
        for user in &notice.users {
            let entry = (data["watched"].as_bool().unwrap(), names.clone());
            assert_eq!(told.insert(*user, entry), None, "told twice");
        }
    }
    told
}

/// The notices since the last look.
async fn news(world: &World, seen: &mut usize) -> Vec<NoticeRaised> {
    let notices = world.notices().await.split_off(*seen);
    *seen += notices.len();
    notices
}

async fn each_person_is_told_once(world: World) {
    let property = world.property("123 Main St").await;
    let [watches, has_alert, both, has_three, other] = [(); 5].map(|()| world.app.user(&[]));
    let wish = |name: &str| json!({"name": name, "states": ["CA"]});
    watch(&watches, property).await;
    alert(&has_alert, wish("one")).await;
    watch(&both, property).await;
    alert(&both, wish("mine")).await;
    for name in ["a", "b", "c"] {
        alert(&has_three, wish(name)).await;
    }
    alert(&other, json!({"name": "far", "states": ["FL"]})).await;
    let changes = [Change::Status, Change::Postponement, Change::OpeningBid];
    world
        .change(property, &changes, |p| {
            p.status = PropertyStatus::Preforeclosure;
            p.auction_date = Some("2024-01-22".to_owned());
            p.opening_bid = Some(usd(22_500_000));
        })
        .await;
    let notices = world.notices().await;
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let wanted = BTreeMap::from([
        (watches.id(), (true, names(&[]))),
        (has_alert.id(), (false, names(&["one"]))),
        (both.id(), (true, names(&["mine"]))),
        (has_three.id(), (false, names(&["a", "b", "c"]))),
    ]);
    assert_eq!(told(&notices), wanted);
    for notice in &notices {
        assert_eq!(notice.notice_type, "auction.postponed");
        assert_eq!(notice.dedup_key, format!("property:{property}:2"));
        let only_alerts = notice.users == [has_alert.id()] || notice.users == [has_three.id()];
        let category = if only_alerts { Category::PropertyAlert } else { Category::Auction };
        assert_eq!(notice.category, category);
        let differences = notice.body.lines().filter(|line| line.contains('→')).count();
        assert_eq!(differences, 3, "{}", notice.body);
    }
    let of = |user: UserId| notices.iter().find(|n| n.users == [user]).unwrap();
    assert!(of(both.id()).body.ends_with("\nWatched; matches “mine”."));
    let data: Value = serde_json::from_str(of(has_alert.id()).data.as_deref().unwrap()).unwrap();
    let kinds = json!(["status_change", "price_change", "postponement"]);
    assert_eq!(data["alerts"][0]["kinds"], kinds);
}

async fn what_newly_matches_is_told_as_new(world: World) {
    let ann = world.app.user(&[]);
    let wish = json!({"name": "cheap", "max_opening_bid": 200_000, "alert_types": ["new_auction"]});
    alert(&ann, wish).await;
    let mut seen = 0;
    world.added(|_| {}).await;
    assert!(news(&world, &mut seen).await.is_empty());
    let new = world.added(|p| p.opening_bid = Some(usd(20_000_000))).await;
    let notices = news(&world, &mut seen).await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].notice_type, "auction.new_match");
    assert_eq!(notices[0].title, "New match: 123 Main St, San Francisco");
    assert_eq!(notices[0].dedup_key, format!("property:{new}:1"));
    assert!(notices[0].body.ends_with("Opening bid: $200,000.00\nMatches “cheap”."));
    // Into the band by a change; then it is there, and no longer new.
    let property = world.property("1 A St").await;
    world.bid(property, 20_000_001).await;
    assert!(news(&world, &mut seen).await.is_empty());
    world.bid(property, 19_000_000).await;
    let notices = news(&world, &mut seen).await;
    assert_eq!((notices.len(), notices[0].notice_type.as_str()), (1, "auction.new_match"));
    assert!(notices[0].body.contains("→ $190,000.00"), "{}", notices[0].body);
    world.bid(property, 18_000_000).await;
    assert!(news(&world, &mut seen).await.is_empty());
    // What was called off and comes back is new again; what comes as sold is not.
    for (status, count) in
        [(PropertyStatus::Cancelled, 0), (PropertyStatus::Auction, 1), (PropertyStatus::Sold, 0)]
    {
        world.change(property, &[Change::Status], move |p| p.status = status).await;
        assert_eq!(news(&world, &mut seen).await.len(), count, "{status:?}");
    }
    let sold = |p: &mut events::PropertyFacts| {
        p.opening_bid = Some(usd(1));
        p.status = PropertyStatus::Sold;
    };
    world.added(sold).await;
    assert!(news(&world, &mut seen).await.is_empty());
}

async fn what_matched_before_is_not_new(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    alert(&ann, json!({"name": "all", "states": ["CA"]})).await;
    let mut seen = 0;
    world.change(property, &[Change::Minor], |p| p.bedrooms = Some(3)).await;
    assert!(news(&world, &mut seen).await.is_empty());
    world.bid(property, 7).await;
    let notices = news(&world, &mut seen).await;
    let data: Value = serde_json::from_str(notices[0].data.as_deref().unwrap()).unwrap();
    assert_eq!(notices[0].notice_type, "auction.price_changed");
    assert_eq!(data["alerts"][0]["kinds"], json!(["price_change"]));
    // A minor change can make it match.
    alert(&ann, json!({"name": "rooms", "min_bedrooms": 4})).await;
    world.change(property, &[Change::Minor], |p| p.bedrooms = Some(4)).await;
    let notices = news(&world, &mut seen).await;
    let ann_was_told = BTreeMap::from([(ann.id(), (false, vec!["rooms".to_owned()]))]);
    assert_eq!(told(&notices), ann_was_told);
    // A removal is told by what it was.
    world.remove(property).await;
    let notices = news(&world, &mut seen).await;
    assert_eq!(notices[0].notice_type, "auction.removed");
    assert_eq!(told(&notices)[&ann.id()].1, ["all", "rooms"]);
}

async fn an_area_has_a_border(world: World) {
    let ann = world.app.user(&[]);
    // Half a degree of the equator is 55.6 km.
    let circle = json!({"name": "circle", "latitude": 0, "longitude": 179.9, "radius_km": 60});
    let corner = |north: f64, east: f64| json!({"latitude": north, "longitude": east});
    let square =
        [corner(-1.0, 179.0), corner(-1.0, -179.0), corner(1.0, -179.0), corner(1.0, 179.0)];
    alert(&ann, circle).await;
    alert(&ann, json!({"name": "square", "polygon": square})).await;
    let mut seen = 0;
    for (longitude, names) in [
        (-179.6, vec!["circle", "square"]),
        (-179.5, vec!["square"]),
        (179.4, vec!["circle", "square"]),
        (178.9, vec![]),
        (-178.9, vec![]),
    ] {
        world.added(|p| (p.latitude, p.longitude) = (Some(0.0), Some(longitude))).await;
        let told = told(&news(&world, &mut seen).await);
        let found = told.get(&ann.id()).map(|(_, names)| names.clone()).unwrap_or_default();
        assert_eq!(found, names, "{longitude}");
    }
}

async fn what_is_not_known_does_not_match(world: World) {
    let ann = world.app.user(&[]);
    let wishes = [
        json!({"name": "place", "latitude": 37.77, "longitude": -122.42, "radius_miles": 10}),
        json!({"name": "rooms", "min_bedrooms": 1}),
        json!({"name": "type", "property_types": ["condo"]}),
        json!({"name": "discount", "min_discount": 10}),
        json!({"name": "bid", "min_opening_bid": 0}),
    ];
    for wish in wishes {
        alert(&ann, wish).await;
    }
    world.added(|p| p.opening_bid = None).await;
    assert!(world.notices().await.is_empty());
    world
        .added(|p| {
            (p.latitude, p.longitude) = (Some(37.8), Some(-122.4));
            (p.bedrooms, p.kind) = (Some(1), Some(PropertyKind::Condo));
            p.estimated_value = Some(usd(50_000_000));
        })
        .await;
    let notices = world.notices().await;
    assert_eq!(told(&notices)[&ann.id()].1, ["bid", "discount", "place", "rooms", "type"]);
}

async fn only_the_kinds_that_were_asked_for(world: World) {
    let ann = world.app.user(&[]);
    let kinds = [
        "new_auction",
        "status_change",
        "price_change",
        "postponement",
        "cancelled",
        "back_on_market",
        "reminder",
    ];
    for kind in kinds {
        alert(&ann, json!({"name": kind, "alert_types": [kind]})).await;
    }
    let property = world.property("1 A St").await;
    let mut seen = 0;
    let mut step =
        async |changes: &[Change], edit: fn(&mut events::PropertyFacts), names: &[&str]| {
            world.change(property, changes, edit).await;
            let told = told(&news(&world, &mut seen).await);
            let found = told.get(&ann.id()).map(|(_, names)| names.clone()).unwrap_or_default();
            assert_eq!(found, names, "{changes:?}");
        };
    step(&[Change::OpeningBid], |p| p.opening_bid = Some(usd(5)), &["price_change"]).await;
    step(&[Change::AuctionTime], |p| p.auction_time = Some("11:00".into()), &["postponement"])
        .await;
    step(&[Change::Minor], |p| p.living_area = Some(5), &[]).await;
    let cancelled = ["cancelled", "status_change"];
    step(&[Change::Status], |p| p.status = PropertyStatus::Cancelled, &cancelled).await;
    let back = ["back_on_market", "new_auction", "status_change"];
    step(&[Change::Status], |p| p.status = PropertyStatus::Auction, &back).await;
    let two = [Change::OpeningBid, Change::Unscheduled];
    let edit = |p: &mut events::PropertyFacts| {
        p.opening_bid = Some(usd(4));
        p.auction_date = None;
    };
    step(&two, edit, &["postponement", "price_change"]).await;
}

async fn what_was_switched_off_is_silent(world: World) {
    let ann = world.app.user(&[]);
    let (on, gone) = (alert(&ann, json!({})).await, alert(&ann, json!({"name": "b"})).await);
    let property: Id = world.property("1 A St").await;
    ann.patch(&on, json!({"is_active": false})).await.expect(200);
    ann.delete(&gone).await.expect(204);
    world.bid(property, 5).await;
    assert!(world.notices().await.is_empty());
    ann.patch(&on, json!({"is_active": true, "name": "a"})).await.expect(200);
    world.bid(property, 6).await;
    assert_eq!(told(&world.notices().await)[&ann.id()].1, ["a"]);
}
