use super::*;

fn facts() -> PropertyFacts {
    PropertyFacts {
        street: "123 Main St".into(),
        city: "San Francisco".into(),
        state: "CA".into(),
        zip_code: "94102".into(),
        status: PropertyStatus::Auction,
        kind: None,
        latitude: None,
        longitude: None,
        auction_date: Some("2024-01-15".into()),
        auction_time: Some("10:00".into()),
        time_zone: Some("America/Los_Angeles".into()),
        auction_at: None,
        opening_bid: usd(25_000_000),
        estimated_value: None,
        bedrooms: None,
        bathrooms: None,
        living_area: None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as it stands in the facts")]
fn usd(minor: i64) -> Option<Amount> {
    Some(Amount { minor, currency: Currency::Usd })
}

const ID: &str = "0190a5b8-7b1e-7c3d-8f00-00000000000f";

fn changed(changes: &[Change], edit: impl FnOnce(&mut PropertyFacts)) -> PropertyChanged {
    let mut after = facts();
    edit(&mut after);
    PropertyChanged {
        property: ID.parse().unwrap(),
        version: 7,
        before: Some(facts()),
        after: Some(after),
        changes: changes.to_vec(),
        initial: false,
    }
}

/// Type, headline, lines.
fn said(changes: &[Change], edit: impl FnOnce(&mut PropertyFacts)) -> (String, String, String) {
    let wording = wording(&changed(changes, edit)).unwrap();
    let headline = wording.title.strip_suffix(": 123 Main St, San Francisco").unwrap();
    (wording.notice_type.to_owned(), headline.to_owned(), wording.body)
}

fn expect(
    changes: &[Change],
    edit: impl FnOnce(&mut PropertyFacts),
    (kind, headline, body): (&str, &str, &str),
) {
    assert_eq!(said(changes, edit), (kind.into(), headline.into(), body.into()));
}

#[test]
fn dates_that_move() {
    use Change::{Advancement, AuctionTime, Postponement, Unscheduled};
    let day = |date: &'static str| move |p: &mut PropertyFacts| p.auction_date = Some(date.into());
    expect(
        &[Postponement],
        day("2024-01-22"),
        (
            "auction.postponed",
            "Auction postponed to Mon, 22 Jan 2024",
            "Auction date: Mon, 15 Jan 2024 → Mon, 22 Jan 2024",
        ),
    );
    expect(
        &[Advancement],
        day("2024-01-05"),
        (
            "auction.advanced",
            "Auction moved up to Fri, 5 Jan 2024",
            "Auction date: Mon, 15 Jan 2024 → Fri, 5 Jan 2024",
        ),
    );
    expect(
        &[Unscheduled],
        |p| p.auction_date = None,
        ("auction.unscheduled", "Auction date withdrawn", "Auction date: Mon, 15 Jan 2024 → none"),
    );
    expect(
        &[AuctionTime],
        |p| p.auction_time = Some("14:30".into()),
        ("auction.time_changed", "Auction now at 2:30 PM", "Auction time: 10:00 AM → 2:30 PM"),
    );
    expect(
        &[AuctionTime],
        |p| p.auction_time = None,
        ("auction.time_changed", "Auction hour withdrawn", "Auction time: 10:00 AM → none"),
    );
}

#[test]
fn a_date_where_there_was_none() {
    let mut event = changed(&[Change::Scheduled], |_| {});
    event.before.as_mut().unwrap().auction_date = None;
    let wording = wording(&event).unwrap();
    assert_eq!(wording.notice_type, "auction.scheduled");
    assert_eq!(wording.priority, Priority::High);
    let title = "Auction set for Mon, 15 Jan 2024: 123 Main St, San Francisco";
    assert_eq!(wording.title, title);
    assert_eq!(wording.body, "Auction date: none → Mon, 15 Jan 2024");
}

#[test]
fn statuses() {
    use PropertyStatus::{Cancelled, Preforeclosure, Redeemed, Reo, Sold};
    for (status, kind, headline, word) in [
        (Cancelled, "auction.cancelled", "Auction cancelled", "cancelled"),
        (Sold, "auction.sold", "Sold", "sold"),
        (Reo, "auction.status_changed", "Now owned by the lender", "owned by the lender"),
        (Redeemed, "auction.status_changed", "Now redeemed by the owner", "redeemed by the owner"),
        (Preforeclosure, "auction.status_changed", "Now in pre-foreclosure", "in pre-foreclosure"),
    ] {
        let body = format!("Status: up for auction → {word}");
        expect(&[Change::Status], |p| p.status = status, (kind, headline, &body));
    }
}

#[test]
fn opening_bids() {
    for (bid, headline, body) in [
        (
            usd(22_500_000),
            "Opening bid lowered to $225,000.00",
            "Opening bid: $250,000.00 → $225,000.00 (-$25,000.00)",
        ),
        (
            usd(25_000_050),
            "Opening bid raised to $250,000.50",
            "Opening bid: $250,000.00 → $250,000.50 (+$0.50)",
        ),
        (None, "Opening bid withdrawn", "Opening bid: $250,000.00 → none"),
        (
            Some(Amount { minor: 20_000_000, currency: Currency::Eur }),
            "Opening bid set at €200,000.00",
            "Opening bid: $250,000.00 → €200,000.00",
        ),
    ] {
        let kind = "auction.price_changed";
        expect(&[Change::OpeningBid], |p| p.opening_bid = bid, (kind, headline, body));
    }
}

#[test]
fn all_differences_of_one_write_are_one_notice_under_the_most_important() {
    let event =
        changed(&[Change::Status, Change::Postponement, Change::OpeningBid, Change::Minor], |p| {
            p.auction_date = Some("2024-01-22".into());
            p.auction_time = Some("11:00".into());
            p.opening_bid = usd(22_500_000);
            p.bedrooms = Some(4);
        });
    let mut event = event;
    event.before.as_mut().unwrap().status = PropertyStatus::Preforeclosure;
    let wording = wording(&event).unwrap();
    assert_eq!((wording.notice_type, wording.priority), ("auction.postponed", Priority::High));
    let lines = [
        "Status: in pre-foreclosure → up for auction",
        "Auction date: Mon, 15 Jan 2024 → Mon, 22 Jan 2024",
        "Auction time: 10:00 AM → 11:00 AM",
        "Opening bid: $250,000.00 → $225,000.00 (-$25,000.00)",
    ];
    assert_eq!(wording.body, lines.join("\n"));
    let data = concat!(
        r#"{"propertyId":"0190a5b8-7b1e-7c3d-8f00-00000000000f","version":7,"changes":{"#,
        r#""statusChanged":{"old":"preforeclosure","new":"auction"},"#,
        r#""auctionDateChanged":{"old":"2024-01-15","new":"2024-01-22","#,
        r#""type":"postponement","newTime":"11:00 AM"},"#,
        r#""openingBidChanged":{"old":250000.00,"new":225000.00,"difference":-25000.00}},"#,
        r#""watched":true}"#,
    );
    assert_eq!(wording.data_for(true, &[]), data);
}

#[test]
fn an_hour_alone_is_told_as_in_the_frames() {
    let event = changed(&[Change::AuctionTime], |p| p.auction_time = Some("09:00".into()));
    let data = wording(&event).unwrap().data_for(true, &[]);
    let told = r#""auctionTimeChanged":{"old":"10:00 AM","new":"9:00 AM","type":"advancement"}"#;
    assert!(data.contains(told), "{data}");
}

#[test]
fn what_ends_an_auction_stands_above_what_moves_it() {
    let edit = |status| {
        move |p: &mut PropertyFacts| {
            p.status = status;
            p.auction_date = None;
        }
    };
    let changes = [Change::Status, Change::Unscheduled];
    for (status, kind) in [
        (PropertyStatus::Cancelled, "auction.cancelled"),
        (PropertyStatus::Sold, "auction.sold"),
        (PropertyStatus::Redeemed, "auction.status_changed"),
        (PropertyStatus::Preforeclosure, "auction.unscheduled"),
    ] {
        assert_eq!(said(&changes, edit(status)).0, kind);
    }
}

#[test]
fn a_removed_property_is_told_from_what_it_was() {
    let mut event = changed(&[Change::Removed], |_| {});
    event.after = None;
    let told = wording(&event).unwrap();
    assert_eq!((told.notice_type, told.priority), ("auction.removed", Priority::High));
    assert_eq!(told.title, "No longer listed: 123 Main St, San Francisco");
    let body = "The property was removed from the listings.\n\
        Its auction had been set for Mon, 15 Jan 2024.";
    assert_eq!(told.body, body);
    let data = told.data_for(true, &[]);
    assert!(data.ends_with(r#""changes":{"removed":true},"watched":true}"#), "{data}");
    event.before.as_mut().unwrap().auction_date = None;
    let body = "The property was removed from the listings.";
    assert_eq!(wording(&event).unwrap().body, body);
}

#[test]
fn what_nobody_needs_to_be_told() {
    assert_eq!(wording(&changed(&[Change::Minor], |p| p.bedrooms = Some(2))), None);
    assert_eq!(wording(&changed(&[], |_| {})), None);
    let mut added = changed(&[Change::Added], |_| {});
    added.before = None;
    assert_eq!(wording(&added), None);
    added.after = None;
    assert_eq!(wording(&added), None);
}

#[test]
fn places_have_a_length() {
    let mut long = facts();
    long.street = "ü".repeat(500);
    assert_eq!(place(&long).chars().count(), MAX_PLACE + 1);
    long.street = "1 A St".into();
    long.city.clear();
    assert_eq!(place(&long), "1 A St");
}

#[test]
fn sums_and_dates_as_people_write_them() {
    let cases = [
        (0, Currency::Usd, "$0.00"),
        (99_999, Currency::Usd, "$999.99"),
        (100_000, Currency::Usd, "$1,000.00"),
        (-2_500_000, Currency::Usd, "-$25,000.00"),
        (123_456_789_012, Currency::Gbp, "£1,234,567,890.12"),
        (1_200, Currency::Jpy, "¥1,200"),
        (-50, Currency::Coin, "-50 coins"),
        (5, Currency::Cad, "CA$0.05"),
    ];
    for (minor, currency, text) in cases {
        assert_eq!(spoken_money(Amount { minor, currency }), text);
    }
    assert_eq!(spoken_date("2024-02-29"), "Thu, 29 Feb 2024");
    assert_eq!(spoken_date("soon"), "soon");
}

fn alert(number: usize, name: Option<&str>) -> ToldAlert {
    let id = format!("0190a5b8-7b1e-7c3d-8f00-{number:012}").parse().unwrap();
    ToldAlert { id, name: name.map(str::to_owned), kinds: vec!["price_change"] }
}

#[test]
fn a_notice_says_why_one_has_it() {
    let event = changed(&[Change::OpeningBid], |p| p.opening_bid = usd(22_500_000));
    let wording = wording(&event).unwrap();
    let last = |watched, alerts: &[ToldAlert]| {
        let body = wording.body_for(watched, alerts);
        body.lines().last().unwrap().to_owned()
    };
    let line = "Opening bid: $250,000.00 → $225,000.00 (-$25,000.00)";
    assert_eq!(wording.body_for(true, &[]), line);
    let alerts = [alert(1, Some("Bay")), alert(2, None), alert(3, Some("Cheap"))];
    assert_eq!(last(false, &alerts[..1]), "Matches “Bay”.");
    assert_eq!(last(true, &alerts[..2]), "Watched; matches “Bay” and your alert.");
    assert_eq!(last(false, &alerts), "Matches “Bay”, your alert and “Cheap”.");
    let data = wording.data_for(true, &alerts[..1]);
    let told = concat!(
        r#""watched":true,"alerts":[{"id":"0190a5b8-7b1e-7c3d-8f00-000000000001","#,
        r#""name":"Bay","kinds":["price_change"]}]}"#
    );
    assert!(data.ends_with(told), "{data}");
}

/// However many alerts match: what an inbox takes at most is not passed.
#[test]
fn many_alerts_are_counted() {
    let event = changed(&[Change::OpeningBid], |p| p.opening_bid = usd(22_500_000));
    let wording = wording(&event).unwrap();
    let name = "ü".repeat(80);
    let alerts: Vec<_> = (0..50).map(|number| alert(number, Some(&name))).collect();
    let body = wording.body_for(true, &alerts);
    assert!(body.ends_with("” and 30 more."), "{body}");
    assert!(body.chars().count() < 4_000 && wording.data_for(true, &alerts).len() < 16 * 1024);
}

#[test]
fn a_new_match_says_what_there_is_to_know() {
    let mut event = changed(&[Change::Added], |_| {});
    event.before = None;
    assert_eq!(wording(&event), None);
    let told = new_match(&event).unwrap();
    assert_eq!((told.notice_type, told.priority), ("auction.new_match", Priority::Medium));
    assert_eq!(told.title, "New match: 123 Main St, San Francisco");
    let body = "Status: up for auction\nAuction: Mon, 15 Jan 2024, 10:00 AM\n\
        Opening bid: $250,000.00";
    assert_eq!(told.body, body);
    // What made it match says more than what it is.
    let event = changed(&[Change::OpeningBid], |p| p.opening_bid = usd(22_500_000));
    let told = new_match(&event).unwrap();
    assert_eq!(told.notice_type, "auction.new_match");
    assert_eq!(told.body, "Opening bid: $250,000.00 → $225,000.00 (-$25,000.00)");
}
