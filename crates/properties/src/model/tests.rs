use events::{AuctionView, Change};
use proptest::prelude::*;

use super::*;

fn edit(values: &[(Field, &str)]) -> Edit {
    let value = |(field, text): &(Field, &str)| (*field, Some(field.read(text).unwrap()));
    Edit(values.iter().map(value).collect())
}

fn house() -> Property {
    let now = Timestamp::from_millis(1_700_000_000_000);
    let id = "0190a5b8-7b1e-7c3d-8f00-1234567890ab".parse().unwrap();
    let values = [
        (Field::Street, "123 Main St"),
        (Field::City, "San Francisco"),
        (Field::State, "CA"),
        (Field::ZipCode, "94102"),
        (Field::Status, "preforeclosure"),
        (Field::AuctionDate, "2024-01-15"),
        (Field::AuctionTime, "10:00 AM"),
        (Field::OpeningBid, "250000"),
    ];
    edit(&values).create(id, now).unwrap()
}

fn changed(values: &[(Field, &str)]) -> (Property, Differences) {
    let before = house();
    let after = edit(values).apply(&before).unwrap();
    let differences = diff(&before, &after);
    (after, differences)
}

fn update(values: &[(Field, &str)]) -> String {
    serde_json::to_string(&changed(values).1.update).unwrap()
}

#[test]
fn the_update_is_the_one_of_the_protocol() {
    let values = [
        (Field::Status, "auction"),
        (Field::AuctionDate, "2024-01-22"),
        (Field::OpeningBid, "225000.00"),
    ];
    assert_eq!(
        update(&values),
        concat!(
            r#"{"statusChanged":{"old":"preforeclosure","new":"auction"},"#,
            r#""auctionDateChanged":{"old":"2024-01-15","new":"2024-01-22","#,
            r#""type":"postponement"},"#,
            r#""openingBidChanged":{"old":250000.00,"new":225000.00,"difference":-25000.00}}"#,
        )
    );
    let changes = changed(&values).1.changes;
    assert_eq!(changes, [Change::Status, Change::Postponement, Change::OpeningBid]);
}

#[test]
fn hours_alone() {
    let cases = [
        ("2:30 PM", r#"{"old":"10:00 AM","new":"2:30 PM","type":"postponement"}"#),
        ("9:00 AM", r#"{"old":"10:00 AM","new":"9:00 AM","type":"advancement"}"#),
    ];
    for (time, expected) in cases {
        let values = [(Field::AuctionTime, time)];
        assert_eq!(update(&values), format!(r#"{{"auctionTimeChanged":{expected}}}"#));
        assert_eq!(changed(&values).1.changes, [Change::AuctionTime]);
    }
    let before = house();
    let after = Edit(vec![(Field::AuctionTime, None)]).apply(&before).unwrap();
    let expected = r#"{"auctionTimeChanged":{"old":"10:00 AM","new":null,"type":"unscheduled"}}"#;
    assert_eq!(serde_json::to_string(&diff(&before, &after).update).unwrap(), expected);
    assert_eq!(after.auction_at, None);
}

#[test]
fn dates_that_come_and_go() {
    let before = house();
    let without = Edit(vec![(Field::AuctionDate, None)]).apply(&before).unwrap();
    let gone = diff(&before, &without);
    assert_eq!(gone.changes, [Change::Unscheduled]);
    let back = diff(&without, &before);
    assert_eq!(back.changes, [Change::Scheduled]);
    let json = serde_json::to_string(&back.update).unwrap();
    assert_eq!(
        json,
        r#"{"auctionDateChanged":{"old":null,"new":"2024-01-15","type":"scheduled"}}"#
    );
    let moved = update(&[(Field::AuctionDate, "1/8/2024"), (Field::AuctionTime, "9 AM")]);
    assert_eq!(
        moved,
        concat!(
            r#"{"auctionDateChanged":{"old":"2024-01-15","new":"2024-01-08","#,
            r#""type":"advancement","newTime":"9:00 AM"}}"#,
        )
    );
}

#[test]
fn unknown_amounts_have_no_difference() {
    let before = house();
    let after = Edit(vec![(Field::OpeningBid, None)]).apply(&before).unwrap();
    assert_eq!(
        serde_json::to_string(&diff(&before, &after).update).unwrap(),
        r#"{"openingBidChanged":{"old":250000.00,"new":null,"difference":null}}"#
    );
}

#[test]
fn everything_else_is_minor_and_kept() {
    let values = [(Field::Description, "new roof"), (Field::EstimatedValue, "$610,000")];
    assert_eq!(update(&values), r#"{"minorChanged":["estimatedValue","description"]}"#);
    let line = |field, new: &str| HistoryLine { field, old: None, new: Some(new.to_owned()) };
    assert_eq!(
        changed(&values).1.history,
        [line("estimated_value", "610000.00"), line("description", "\"new roof\"")]
    );
}

#[test]
fn the_instant_of_an_auction() {
    let at = |date, time, zone| auction_at(Some(date), Some(time), zone).map(|at| at.to_string());
    let pacific = "America/Los_Angeles";
    let cases = [
        ("2024-01-15", "10:00", pacific, "2024-01-15T18:00:00.000Z"),
        ("2024-07-15", "10:00", pacific, "2024-07-15T17:00:00.000Z"),
        // Skipped by the clocks: an hour later.
        ("2024-03-10", "02:30", pacific, "2024-03-10T10:30:00.000Z"),
        // Comes twice: the first.
        ("2024-11-03", "01:30", pacific, "2024-11-03T08:30:00.000Z"),
        ("2024-07-15", "10:00", "America/Phoenix", "2024-07-15T17:00:00.000Z"),
    ];
    for (date, time, zone, expected) in cases {
        assert_eq!(at(date, time, zone).as_deref(), Some(expected), "{date} {time} {zone}");
    }
    assert_eq!(auction_at(Some("2024-01-15"), None, pacific), None);
    assert_eq!(auction_at(None, Some("10:00"), pacific), None);
    assert_eq!(house().auction_at.map(|at| at.to_string()).as_deref(), Some(cases[0].3));
}

#[test]
fn a_derived_zone_follows_the_state_and_a_given_one_stays() {
    let before = house();
    let moved = edit(&[(Field::State, "NY")]).apply(&before).unwrap();
    assert_eq!(moved.time_zone, "America/New_York");
    let given = edit(&[(Field::TimeZone, "America/Denver")]).apply(&before).unwrap();
    let moved = edit(&[(Field::State, "NY")]).apply(&given).unwrap();
    assert_eq!(moved.time_zone, "America/Denver");
    let cleared = Edit(vec![(Field::TimeZone, None)]).apply(&given).unwrap();
    assert_eq!(cleared, before);
}

#[test]
fn what_a_property_must_have() {
    let now = Timestamp::from_millis(0);
    let fields = |result: Result<Property, Vec<Fault>>| {
        result.map_err(|faults| faults.iter().map(|f| f.field).collect::<Vec<_>>()).unwrap_err()
    };
    let id = house().id;
    assert_eq!(fields(Edit::default().create(id, now)), ["street", "city", "state"]);
    for field in [Field::Street, Field::City, Field::State, Field::Status] {
        assert_eq!(fields(Edit(vec![(field, None)]).apply(&house())), [field.name()]);
    }
    let half = edit(&[(Field::Latitude, "37.7")]).apply(&house());
    assert_eq!(fields(half), ["longitude"]);
}

#[test]
fn a_new_property_without_status() {
    let place = [(Field::Street, "1 A St"), (Field::City, "B"), (Field::State, "CA")];
    let make = |more: &[(Field, &str)]| {
        let values = [&place[..], more].concat();
        edit(&values).create(house().id, Timestamp::from_millis(0)).unwrap().status
    };
    assert_eq!(make(&[]), PropertyStatus::Preforeclosure);
    assert_eq!(make(&[(Field::AuctionDate, "2026-01-01")]), PropertyStatus::Auction);
    let sold = [(Field::AuctionDate, "2026-01-01"), (Field::Status, "sold")];
    assert_eq!(make(&sold), PropertyStatus::Sold);
}

fn any_edit() -> impl Strategy<Value = Vec<(Field, Option<&'static str>)>> {
    let date =
        prop::option::of(prop::sample::select(vec!["2024-01-15", "2024-02-01", "2023-12-01"]));
    let time = prop::option::of(prop::sample::select(vec!["10:00", "09:00", "15:45"]));
    let bid = prop::option::of(prop::sample::select(vec!["250000", "0.01", "999999999999.99"]));
    let status = prop::sample::select(vec!["preforeclosure", "auction", "sold", "cancelled"]);
    let text = prop::option::of(prop::sample::select(vec!["a", "b"]));
    (date, time, bid, status, text).prop_map(|(date, time, bid, status, text)| {
        vec![
            (Field::AuctionDate, date),
            (Field::AuctionTime, time),
            (Field::OpeningBid, bid),
            (Field::Status, Some(status)),
            (Field::Description, text),
        ]
    })
}

fn after(values: &[(Field, Option<&str>)]) -> Property {
    let value = |(field, text): &(Field, Option<&str>)| {
        (*field, text.map(|text| field.read(text).unwrap()))
    };
    Edit(values.iter().map(value).collect()).apply(&house()).unwrap()
}

/// What a watcher does who only has the frames.
fn follow(view: &mut serde_json::Value, update: &serde_json::Value) {
    let mut take = |change: &str, field: &str, part: &str| {
        if let Some(new) = update.get(change).and_then(|change| change.get(part)) {
            view[field] = new.clone();
        }
    };
    take("statusChanged", "foreclosureStatus", "new");
    take("auctionDateChanged", "auctionDate", "new");
    take("auctionDateChanged", "auctionTime", "newTime");
    take("auctionTimeChanged", "auctionTime", "new");
    take("openingBidChanged", "openingBid", "new");
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(values in any_edit()) {
        let property = after(&values);
        let same = diff(&property, &property.clone());
        prop_assert!(same.is_empty());
        prop_assert_eq!(same, Differences::default());
        prop_assert_eq!(after(&values), property);
    }

    #[test]
    fn watchers_who_follow_the_updates_see_the_new_state(
        one in any_edit(),
        two in any_edit(),
    ) {
        let (one, two) = (after(&one), after(&two));
        let differences = diff(&one, &two);
        let json = |property: &Property| {
            serde_json::to_value(AuctionView::of(property.id, &property.facts())).unwrap()
        };
        let mut view = json(&one);
        follow(&mut view, &serde_json::to_value(&differences.update).unwrap());
        prop_assert_eq!(view, json(&two));
        prop_assert_eq!(differences.is_empty(), one == two);
        prop_assert_eq!(differences.changes.is_empty(), one == two);
    }

    #[test]
    fn differences_of_money_are_exact(old in 0..=MAX_MINOR, new in 0..=MAX_MINOR) {
        let (mut before, mut after) = (house(), house());
        (before.opening_bid_minor, after.opening_bid_minor) = (Some(old), Some(new));
        let update = diff(&before, &after).update;
        prop_assume!(old != new);
        let json = serde_json::to_string(&update).unwrap();
        let cents = |minor: i64| {
            let sign = if minor < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
        };
        let expected = format!(
            r#"{{"openingBidChanged":{{"old":{},"new":{},"difference":{}}}}}"#,
            cents(old), cents(new), cents(new - old),
        );
        prop_assert_eq!(json, expected);
    }
}
