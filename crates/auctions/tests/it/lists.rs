//! Lists, entries and what strangers see of them.

use serde_json::{Value, json};
use testkit::Actor;

use crate::it::world::*;

async fn titles(person: &Actor, query: &str) -> Vec<String> {
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = person.get(&format!("/api/v1/auctions?limit=2&{query}{cursor}")).await;
        let page = page.expect(200).json;
        for auction in page["items"].as_array().expect("a list") {
            titles.push(auction["title"].as_str().expect("a title").to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return titles,
        }
    }
}

async fn auctions_are_found_by_state_word_and_seller(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(100).await;
    world.draft(json!({ "title": "A draft" })).await;
    for (title, ends) in [("Blue lamp", 900), ("Red LAMP 100%", 700), ("Old chair", 800)] {
        world.live(json!({ "title": title, "ends_at": world.in_seconds(ends) })).await;
    }
    let over = world.live(json!({ "title": "Gone" })).await;
    world.admin.post(&path(&over, "close"), json!({"reason": "x"})).await.expect(200);

    let ending = ["Red LAMP 100%", "Old chair", "Blue lamp"];
    assert_eq!(titles(&ann, "status=open").await, ending);
    assert_eq!(titles(&ann, "status=over").await, ["Gone"]);
    assert_eq!(titles(&ann, "").await.len(), 4, "no draft of others");
    assert_eq!(titles(&world.seller, "seller=me").await.len(), 5);
    assert_eq!(titles(&world.admin, "status=draft").await, ["A draft"]);
    assert_eq!(titles(&ann, "q=lamp&sort=newest").await, ["Red LAMP 100%", "Blue lamp"]);
    assert_eq!(titles(&ann, "q=100%25").await, ["Red LAMP 100%"]);
    assert_eq!(titles(&ann, "q=%25").await, ["Red LAMP 100%"], "no pattern of one's own");
    assert_eq!(titles(&ann, &format!("seller={}", ann.id())).await, [""; 0]);
    ann.get("/api/v1/auctions?status=lost").await.expect_problem(422, "invalid");
    let page = ann.get("/api/v1/auctions?limit=1").await.expect(200).json;
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = ann.get(&format!("/api/v1/auctions?status=open&cursor={cursor}")).await;
    other.expect_problem(400, "bad_request");
}

async fn bids_have_aliases_and_no_maxima(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({ "exact_bids": true })).await;
    bid(&ann, &id, 777).await.expect(201);
    bid(&ben, &id, 888).await.expect(201);
    let exact = json!({ "amount": 999, "exact": true });
    ann.post(&path(&id, "bids"), exact).await.expect(201);
    let seen = |answer: Value| -> Vec<Value> {
        let items = answer["items"].as_array().expect("a list").iter();
        items.map(|bid| json!([bid["alias"], bid["amount"], bid["me"]])).collect()
    };
    let bids = path(&id, "bids");
    let anns = seen(ann.get(&bids).await.expect(200).json);
    let own = [
        json!(["Bidder 1", 999, true]),
        json!(["Bidder 2", null, false]),
        json!(["Bidder 1", 777, true]),
    ];
    assert_eq!(anns, own);
    for (who, what) in [(&world.app.anonymous(), "bids"), (&world.seller, "log")] {
        let seen = who.get(&path(&id, what)).await.expect(200);
        let (json, text) = (&seen.json, &seen.text);
        assert!(!has_number(json, 777) && !has_number(json, 888), "{what}: {text}");
        assert!(!text.contains(&ann.id().to_string()), "{what}: {text}");
    }
    let log = world.admin.get(&path(&id, "log?after=3&limit=1")).await.expect(200).json;
    assert_eq!((&log["items"][0]["log_seq"], &log["items"][0]["amount"]), (&json!(4), &json!(888)));
    assert!(log["next_cursor"].is_string());

    let mine = ann.get("/api/v1/me/bids").await.expect(200).json;
    assert_eq!(mine["items"][0]["me"]["max"], 999);
    assert_eq!(mine["items"][0]["me"]["leading"], true);
    let none = world.seller.get("/api/v1/me/bids").await.expect(200).json;
    assert_eq!(none["items"], json!([]));
}

async fn who_may_bid_is_decided_by_the_seller(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({ "entry": "approval" })).await;
    let registrations = path(&id, "registrations");
    bid(&ann, &id, 100).await.expect_problem(409, "not_approved");
    let asked = ann.post(&registrations, json!({})).await.expect(200).json;
    assert_eq!(asked["state"], "pending");
    ben.post(&registrations, json!({})).await.expect(200);
    bid(&ann, &id, 100).await.expect_problem(409, "not_approved");
    world.seller.post(&registrations, json!({})).await.expect_problem(409, "seller_cannot_bid");
    ann.get(&registrations).await.expect_problem(403, "forbidden");
    let list = world.seller.get(&format!("{registrations}?state=pending")).await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 2);
    let decide = async |who: &Actor, about: &Actor, what: &str, body: Value| {
        who.post(&format!("{registrations}/{}/{what}", about.id()), body).await
    };
    decide(&ben, &ann, "approve", json!({})).await.expect_problem(403, "forbidden");
    let nobody = world.app.user(&[]);
    let unknown = decide(&world.seller, &nobody, "approve", json!({})).await;
    unknown.expect_problem(404, "not_found");
    decide(&world.seller, &ann, "approve", json!({ "limit": 500 })).await.expect(200);
    decide(&world.seller, &ben, "reject", json!({})).await.expect(200);
    bid(&ann, &id, 501).await.expect_problem(409, "over_limit");
    bid(&ann, &id, 500).await.expect(201);
    bid(&ben, &id, 600).await.expect_problem(409, "not_approved");
    world.app.settle().await;
    let told = ("bidding.registration".to_owned(), "You may bid: A lamp".to_owned());
    assert_eq!(world.notices(&ann), [told]);
    assert_eq!(world.notices(&ben)[0].1, "You may not bid: A lamp");
    let one = ann.get(&format!("/api/v1/auctions/{id}")).await.expect(200).json;
    assert_eq!((&one["me"]["alias"], &one["me"]["limit"]), (&json!("Bidder 1"), &json!(500)));
}

async fn a_wallet_is_its_owners(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(500).await, world.bidder(0).await);
    let address = format!("/api/v1/wallets/{}", ann.id());
    ben.get(&address).await.expect_problem(403, "forbidden");
    let grant = format!("{address}/grant");
    let gift = json!({ "amount": 5, "reason": "x" });
    ann.post(&grant, gift.clone()).await.expect_problem(403, "forbidden");
    world.app.anonymous().get("/api/v1/wallet").await.expect_problem(401, "unauthorized");
    for (amount, reason) in [(json!(0), "x"), (json!(-5), "x"), (json!(1.5), "x"), (json!(5), " ")]
    {
        let body = json!({ "amount": amount, "reason": reason });
        world.admin.post(&grant, body).await.expect_problem(422, "invalid");
    }
    let most = json!({ "amount": 9_007_199_254_740_991_i64, "reason": "x" });
    world.admin.post(&grant, most).await.expect_problem(422, "invalid");
    let dollars = json!({ "amount": "12.50", "currency": "USD", "reason": "cash" });
    world.admin.post(&grant, dollars).await.expect(201);
    assert_eq!(world.admin.get(&address).await.expect(200).json["purses"][1]["balance"], 12.5);

    let id = world.live(json!({})).await;
    bid(&ann, &id, 200).await.expect(201);
    world.admin.post(&path(&id, "close"), json!({"reason": "x"})).await.expect(200);
    let list = ann.get("/api/v1/wallet/transfers?limit=2").await.expect(200).json;
    let kinds = |list: &Value| -> Vec<Value> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|entry| json!([entry["kind"], entry["amount"]])).collect()
    };
    assert!(kinds(&list).contains(&json!(["sale", -100])), "{list}");
    let next = list["next_cursor"].as_str().expect("another page");
    let rest = ann.get(&format!("/api/v1/wallet/transfers?limit=2&cursor={next}")).await;
    assert_eq!(kinds(&rest.expect(200).json), [json!(["grant", 500])]);
    let sold = world.seller.get("/api/v1/wallet/transfers").await.expect(200).json;
    assert_eq!(sold["items"][0]["amount"], 100);
    assert_eq!(sold["items"][0]["auction_id"], json!(id));
}

async fn a_slip_of_the_finger_is_taken_back(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({ "retraction": "typo" })).await;
    bid(&ann, &id, 200).await.expect(201);
    bid(&ben, &id, 5_000).await.expect(201);
    bid(&ann, &id, 300).await.expect(201);
    assert_eq!(world.show(&id).await["price"], 305);
    let retract = path(&id, "bids/4/retract");
    ann.post(&retract, json!({})).await.expect_problem(409, "no_such_bid");
    ben.post(&retract, json!({})).await.expect(200);
    let after = world.show(&id).await;
    assert_eq!((&after["price"], &after["leader_alias"]), (&json!(100), &json!("Bidder 1")));
    assert_eq!((coins(&ann).await, coins(&ben).await), ((10_000, 300), (10_000, 0)));
    ben.post(&retract, json!({})).await.expect_problem(409, "no_such_bid");
    let bids = ann.get(&path(&id, "bids")).await.expect(200).json;
    assert_eq!(bids["items"][1]["retracted"], true);
    // An operator says why.
    let any = path(&id, "bids/5/retract");
    world.admin.post(&any, json!({})).await.expect_problem(422, "invalid");
    world.admin.post(&any, json!({ "reason": "asked to" })).await.expect(200);
    assert_eq!(coins(&ann).await, (10_000, 200));
    let strict = world.live(json!({})).await;
    bid(&ann, &strict, 200).await.expect(201);
    let mine = ann.post(&path(&strict, "bids/3/retract"), json!({})).await;
    mine.expect_problem(403, "forbidden");
}

on_both!(
    auctions_are_found_by_state_word_and_seller,
    bids_have_aliases_and_no_maxima,
    who_may_bid_is_decided_by_the_seller,
    a_wallet_is_its_owners,
    a_slip_of_the_finger_is_taken_back,
);
