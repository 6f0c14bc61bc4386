//! The calendar: days in somebody's zone, and the feed as a calendar program reads it.

use domain::{Role, Roles, Scope, TenantId, Timestamp, UserId};
use events::{Change, PreferencesChanged, PropertyFacts, PropertyStatus, RolesChanged};
use serde_json::{Value, json};
use store::Tx;
use testkit::{Actor, Answer};
use vobject::Component;

use super::{
    land,
    world::{World, unwatch, watch},
};

const TOKEN: &str = "/api/v1/calendar/token";

stories!(
    the_days_are_the_viewers,
    a_view_has_all_its_days,
    what_cannot_be_read_is_refused,
    others_calendars_are_their_own,
    the_zone_and_the_alarms_are_the_users,
    a_feed_is_opened_by_its_token_alone,
    two_renewals_that_race_leave_one_token,
    a_program_keeps_what_has_not_changed,
    a_moved_auction_is_the_same_event_and_newer,
    what_becomes_of_an_auction,
    an_auction_without_an_hour_is_all_day,
    hostile_text_stays_text,
    the_feed_has_a_past_of_sixty_days,
    who_is_switched_off_has_no_feed,
    who_is_switched_off_makes_no_feed,
);

/// Gives a property these words and this auction. The hour is in Los Angeles.
async fn set(
    world: &World,
    id: domain::Id,
    edit: impl Fn(&mut PropertyFacts) + Copy + Send + Sync + 'static,
) {
    world
        .change(id, &[Change::Postponement], move |facts| {
            edit(facts);
            facts.auction_at = instant(facts);
        })
        .await;
}

fn instant(facts: &PropertyFacts) -> Option<Timestamp> {
    let (date, time) = (facts.auction_date.as_ref()?, facts.auction_time.as_ref()?);
    let text = format!("{date}T{time}[{}]", facts.time_zone.as_ref()?);
    Some(text.parse::<jiff::Zoned>().expect("an hour").timestamp().into())
}

async fn auction(
    world: &World,
    street: &str,
    date: &'static str,
    hour: &'static str,
) -> domain::Id {
    let id = world.property(street).await;
    set(world, id, move |facts| {
        facts.auction_date = Some(date.to_owned());
        facts.auction_time = Some(hour.to_owned()).filter(|hour| !hour.is_empty());
    })
    .await;
    id
}

async fn days(who: &Actor, query: &str) -> Value {
    who.get(&format!("/api/v1/calendar?{query}")).await.expect(200).json
}

/// `(date, count, streets)` of the days that have something.
fn busy(page: &Value) -> Vec<(String, u64, String)> {
    let days = page["days"].as_array().expect("days").iter();
    let days = days.filter(|day| day["count"] != 0);
    let street = |item: &Value| item["auction"]["street"].as_str().expect("a street").to_owned();
    days.map(|day| {
        let items = day["items"].as_array().expect("items");
        let streets: Vec<String> = items.iter().map(street).collect();
        let date = day["date"].as_str().expect("a date").to_owned();
        (date, day["count"].as_u64().expect("a count"), streets.join(" "))
    })
    .collect()
}

async fn the_days_are_the_viewers(world: World) {
    let ann = world.app.user(&[]);
    // 22:30 in Los Angeles is the next morning in New York.
    let late = auction(&world, "late", "2024-01-15", "22:30").await;
    for id in [
        late,
        auction(&world, "early", "2024-01-15", "10:00").await,
        auction(&world, "open", "2024-01-15", "").await,
        auction(&world, "far", "2024-02-01", "10:00").await,
        world.property("dated").await,
    ] {
        watch(&ann, id).await;
    }
    // The last one has a date without an instant; nothing without a date is there.
    let none = world.property("none").await;
    set(&world, none, |facts| facts.auction_date = None).await;
    watch(&ann, none).await;

    let here = days(&ann, "view=week&date=2024-01-17&tz=America/Los_Angeles").await;
    let found = busy(&here);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&*found[0].0, found[0].1), ("2024-01-15", 4));
    assert!(found[0].2.ends_with("early late"), "{found:?}");
    let there = days(&ann, "view=week&date=2024-01-17&tz=america/new_york").await;
    assert_eq!(there["time_zone"], "America/New_York");
    let found = busy(&there);
    let counts: Vec<_> = found.iter().map(|(date, count, _)| (&**date, *count)).collect();
    assert_eq!(counts, [("2024-01-15", 3), ("2024-01-16", 1)], "{found:?}");
    let item = &there["days"][1]["items"][0];
    assert_eq!(item["all_day"], false);
    assert_eq!(item["starts_at"], "2024-01-16T06:30:00.000Z");
    assert_eq!(item["starts_at_local"], "2024-01-16T01:30:00-05:00");
    assert_eq!(item["venue_time_zone"], "America/Los_Angeles");
    let auction = &item["auction"];
    assert_eq!(
        (&auction["auction_date"], &auction["auction_time"]),
        (&json!("2024-01-15"), &json!("10:30 PM"))
    );
    assert_eq!(auction["property_id"], late.to_string());
    // Without an hour an auction is on its date wherever one looks from.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let page = days(&ann, &format!("view=day&date=2024-01-15&tz={zone}")).await;
        let item = &page["days"][0]["items"][0];
        assert_eq!((&item["all_day"], &item["starts_at"]), (&json!(true), &Value::Null), "{zone}");
        assert_eq!(item["starts_at_local"], Value::Null);
    }
}

async fn a_view_has_all_its_days(world: World) {
    let ann = world.app.user(&[]);
    let month = days(&ann, "view=month&date=2026-03-15&tz=America/New_York").await;
    assert_eq!((&month["from"], &month["to"]), (&json!("2026-03-01"), &json!("2026-03-31")));
    let all = month["days"].as_array().unwrap();
    assert_eq!(all.len(), 31);
    assert!(all.iter().all(|day| day["count"] == 0 && day["items"] == json!([])));
    // The day on which the clocks go forward has 23 hours.
    assert_eq!(all[7]["starts_at"], "2026-03-08T05:00:00.000Z");
    assert_eq!(all[7]["ends_at"], "2026-03-09T04:00:00.000Z");
    // Today, in UTC, when nothing is said.
    let today = days(&ann, "view=day").await;
    assert_eq!(
        (&today["from"], &today["time_zone"]),
        (&json!(&testkit::START[..10]), &json!("UTC"))
    );
    let week = days(&ann, "view=week&date=2024-01-21&week_start=sunday").await;
    assert_eq!((&week["from"], &week["to"]), (&json!("2024-01-21"), &json!("2024-01-27")));
    assert_eq!(days(&ann, "").await["view"], "month");

    // A day of many: all are counted, the first are there.
    for number in 0..53 {
        let id = world.property(&format!("{number} A St")).await;
        watch(&ann, id).await;
    }
    let month = days(&ann, "view=month&date=2024-01-15").await;
    let day = &month["days"][14];
    assert_eq!((&day["count"], day["items"].as_array().unwrap().len()), (&json!(53), 50));
    let day = days(&ann, "view=day&date=2024-01-15").await;
    assert_eq!(day["days"][0]["items"].as_array().unwrap().len(), 53);
    assert_eq!(day["truncated"], false);
}

async fn what_cannot_be_read_is_refused(world: World) {
    let ann = world.app.user(&[]);
    for (query, field, code) in [
        ("view=year", "view", "invalid_value"),
        ("date=soon", "date", "invalid_value"),
        ("date=2024-02-30", "date", "invalid_value"),
        ("date=1969-12-31", "date", "out_of_range"),
        ("week_start=friday", "week_start", "invalid_value"),
        ("tz=America/New+Yrok", "tz", "unknown_time_zone"),
        ("tz=", "tz", "unknown_time_zone"),
    ] {
        let answer = ann.get(&format!("/api/v1/calendar?{query}")).await;
        let answer = answer.expect_problem(422, "invalid");
        let error = &answer.json["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)), "{query}");
    }
    let answer = ann.get("/api/v1/calendar?tz=America/New+Yrok").await;
    assert_eq!(answer.json["details"]["nearest"][0], "America/New_York");
    let nobody = world.app.anonymous();
    nobody.get("/api/v1/calendar").await.expect_problem(401, "unauthorized");
    nobody.post(TOKEN, json!({})).await.expect_problem(401, "unauthorized");
    nobody.delete(TOKEN).await.expect_problem(401, "unauthorized");
}

async fn others_calendars_are_their_own(world: World) {
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    let stranger = world.app.user_of(elsewhere, &[]);
    watch(&ann, auction(&world, "hers", "2026-01-15", "10:00").await).await;
    for other in [&bob, &stranger] {
        assert_eq!(busy(&days(other, "view=month&date=2026-01-15").await), []);
        assert_eq!(events(&feed(&world, other).await).len(), 0);
    }
    assert_eq!(busy(&days(&ann, "view=month&date=2026-01-15").await).len(), 1);
    assert_eq!(events(&feed(&world, &ann).await).len(), 1);
}

/// Tells what the notification centre would tell.
async fn prefer(world: &World, user: UserId, version: i64, zone: &str, offsets_ms: &[u64]) {
    let changed = PreferencesChanged {
        user,
        version,
        time_zone: zone.to_owned(),
        reminder_offsets_ms: offsets_ms.to_vec(),
    };
    world.write(async move |tx: &Tx| Ok(tx.emit(TenantId::DEFAULT, &changed, Vec::new())?)).await;
    world.app.settle().await;
}

async fn the_zone_and_the_alarms_are_the_users(world: World) {
    let ann = world.app.user(&[]);
    watch(&ann, auction(&world, "hers", "2026-01-15", "22:30").await).await;
    let triggers = async |world: &World, ann: &Actor| -> Vec<String> {
        let calendar = feed(world, ann).await;
        let alarms = events(&calendar)[0].subcomponents.iter();
        alarms.map(|alarm| value(alarm, "TRIGGER")).collect()
    };
    assert_eq!(triggers(&world, &ann).await, ["-P7D", "-P3D", "-P1D", "-PT1H"]);
    prefer(&world, ann.id(), 2, "America/New_York", &[172_800_000, 1_800_000]).await;
    assert_eq!(triggers(&world, &ann).await, ["-P2D", "-PT30M"]);
    let page = days(&ann, "view=month&date=2026-01-15").await;
    assert_eq!(page["time_zone"], "America/New_York");
    assert_eq!(busy(&page)[0].0, "2026-01-16");
    // What is older comes too late.
    prefer(&world, ann.id(), 1, "UTC", &[]).await;
    assert_eq!(days(&ann, "").await["time_zone"], "America/New_York");
    prefer(&world, ann.id(), 3, "UTC", &[]).await;
    assert_eq!(triggers(&world, &ann).await, Vec::<String>::new());
}

async fn token(who: &Actor) -> String {
    let answer = who.post(TOKEN, json!({})).await.expect(201);
    answer.json["token"].as_str().expect("a token").to_owned()
}

async fn fetch(world: &World, token: &str) -> Answer {
    world.app.anonymous().get(&format!("/api/v1/calendar.ics?token={token}")).await
}

/// A calendar program's view of somebody's feed.
async fn feed(world: &World, who: &Actor) -> Component {
    let answer = fetch(world, &token(who).await).await.expect(200);
    parsed(&answer.text)
}

fn parsed(text: &str) -> Component {
    // Every line ends by CRLF and has at most 75 octets.
    for line in text.strip_suffix("\r\n").expect("CRLF at the end").split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let calendar = vobject::parse_component(text).expect("a calendar");
    assert_eq!(calendar.name, "VCALENDAR");
    assert_eq!(value(&calendar, "VERSION"), "2.0");
    for name in ["PRODID", "X-WR-CALNAME", "REFRESH-INTERVAL"] {
        assert!(!value(&calendar, name).is_empty());
    }
    for event in &calendar.subcomponents {
        assert_eq!(event.name, "VEVENT");
        for name in ["UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY"] {
            assert_eq!(event.get_all(name).len(), 1, "{name}");
        }
        for alarm in &event.subcomponents {
            assert_eq!(alarm.name, "VALARM");
            assert_eq!(value(alarm, "ACTION"), "DISPLAY");
            assert!(!value(alarm, "DESCRIPTION").is_empty());
        }
    }
    calendar
}

fn events(calendar: &Component) -> &[Component] {
    &calendar.subcomponents
}

/// The one value of a property, as it stands.
fn value(component: &Component, name: &str) -> String {
    component.get_only(name).unwrap_or_else(|| panic!("one {name}")).raw_value.clone()
}

fn sequence(event: &Component) -> u64 {
    value(event, "SEQUENCE").parse().expect("a number")
}

async fn a_feed_is_opened_by_its_token_alone(world: World) {
    let ann = world.app.user(&[]);
    watch(&ann, auction(&world, "hers", "2026-01-15", "10:00").await).await;
    let answer = ann.post(TOKEN, json!({})).await.expect(201);
    let first = answer.json["token"].as_str().unwrap().to_owned();
    let url = answer.json["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/api/v1/calendar.ics?token={first}")), "{url}");
    let answer = fetch(&world, &first).await.expect(200);
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(header("cache-control"), "private, no-cache");
    // Neither who is signed in nor anything else opens it.
    for nothing in ["", "?token=", "?token=obc_x", "?token=a%20b"] {
        let path = format!("/api/v1/calendar.ics{nothing}");
        ann.get(&path).await.expect_problem(404, "not_found");
    }
    let long = "x".repeat(4_000);
    fetch(&world, &long).await.expect_problem(404, "not_found");
    // Renewed, the old one is dead; ended, both are.
    let second = token(&ann).await;
    assert_ne!(first, second);
    fetch(&world, &first).await.expect_problem(404, "not_found");
    fetch(&world, &second).await.expect(200);
    ann.delete(TOKEN).await.expect(204);
    ann.delete(TOKEN).await.expect(204);
    fetch(&world, &second).await.expect_problem(404, "not_found");
    // The same key is not the same token: it is kept nowhere.
    let once = [("idempotency-key", "once")];
    let post = || ann.send("POST".parse().unwrap(), TOKEN, Some("{}".to_owned()), &once);
    let (one, two) = (post().await.expect(201), post().await.expect(201));
    assert_ne!(one.json["token"], two.json["token"]);
}

async fn two_renewals_that_race_leave_one_token(world: World) {
    let ann = world.app.user(&[]);
    for _ in 0..5 {
        let tokens = tokio::join!(token(&ann), token(&ann), token(&ann));
        let mut good = 0;
        for token in [tokens.0, tokens.1, tokens.2] {
            good += u32::from(fetch(&world, &token).await.status == 200);
        }
        assert_eq!(good, 1);
    }
}

async fn a_program_keeps_what_has_not_changed(world: World) {
    let ann = world.app.user(&[]);
    let property = auction(&world, "hers", "2026-01-15", "10:00").await;
    let entry = watch(&ann, property).await;
    let path = format!("/api/v1/calendar.ics?token={}", token(&ann).await);
    let ask = async |tag: &str| {
        let headers = [("if-none-match", tag)];
        world.app.anonymous().send("GET".parse().unwrap(), &path, None, &headers).await
    };
    let tag_of = |answer: &Answer| answer.headers["etag"].to_str().unwrap().to_owned();
    let first = ask("\"other\"").await.expect(200);
    let tag = tag_of(&first);
    // Time alone changes nothing.
    world.app.clock().advance(std::time::Duration::from_secs(600));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
        let answer = ask(&known).await.expect(304);
        assert_eq!((answer.text.as_str(), tag_of(&answer)), ("", tag.clone()));
    }
    world.bid(property, 100_000).await;
    let changed = ask(&tag).await.expect(200);
    assert_ne!(tag_of(&changed), tag);
    let said = value(&events(&parsed(&changed.text))[0], "DESCRIPTION");
    assert!(said.contains("Opening bid: $1\\,000.00"), "{said}");
    let tag = tag_of(&changed);
    unwatch(&ann, &entry).await;
    let empty = ask(&tag).await.expect(200);
    assert_eq!(events(&parsed(&empty.text)).len(), 0);
}

async fn a_moved_auction_is_the_same_event_and_newer(world: World) {
    let ann = world.app.user(&[]);
    let property = auction(&world, "hers", "2026-01-15", "10:00").await;
    watch(&ann, property).await;
    let event = async |world: &World| events(&feed(world, &ann).await)[0].clone();
    let mut before = event(&world).await;
    assert_eq!(value(&before, "DTSTART"), "20260115T180000Z");
    assert_eq!(value(&before, "DTEND"), "20260115T190000Z");
    assert_eq!(value(&before, "STATUS"), "CONFIRMED");
    assert_eq!(value(&before, "UID"), format!("{property}@openbell"));
    for (date, hour, start) in [
        // Later, in summer time; back again; another hour.
        ("2026-07-15", "10:00", "20260715T170000Z"),
        ("2026-01-15", "10:00", "20260115T180000Z"),
        ("2026-01-15", "10:30", "20260115T183000Z"),
    ] {
        world.app.clock().advance(std::time::Duration::from_secs(60));
        set(&world, property, move |facts| {
            facts.auction_date = Some(date.to_owned());
            facts.auction_time = Some(hour.to_owned());
        })
        .await;
        let after = event(&world).await;
        assert_eq!(value(&after, "UID"), value(&before, "UID"));
        assert_eq!(value(&after, "DTSTART"), start);
        assert!(sequence(&after) > sequence(&before), "{date} {hour}");
        assert!(value(&after, "DTSTAMP") > value(&before, "DTSTAMP"));
        assert_eq!(value(&after, "DTSTAMP"), value(&after, "LAST-MODIFIED"));
        before = after;
    }
    // Nothing has changed: it is the same event, later too.
    world.app.clock().advance(std::time::Duration::from_secs(600));
    let again = event(&world).await;
    assert_eq!(sequence(&again), sequence(&before));
    assert_eq!(value(&again, "DTSTAMP"), value(&before, "DTSTAMP"));
}

async fn what_becomes_of_an_auction(world: World) {
    let ann = world.app.user(&[]);
    let property = auction(&world, "hers", "2026-01-15", "10:00").await;
    let entry = watch(&ann, property).await;
    let mut last = 0;
    for (status, word, summary, alarms) in [
        (PropertyStatus::Preforeclosure, "TENTATIVE", "Auction planned: ", 4),
        (PropertyStatus::Auction, "CONFIRMED", "Auction: ", 4),
        (PropertyStatus::Cancelled, "CANCELLED", "Cancelled: ", 0),
        (PropertyStatus::Auction, "CONFIRMED", "Auction: ", 4),
        (PropertyStatus::Redeemed, "CANCELLED", "Redeemed: ", 0),
        (PropertyStatus::Sold, "CONFIRMED", "Sold: ", 0),
        (PropertyStatus::Reo, "CONFIRMED", "Back to the lender: ", 0),
    ] {
        set(&world, property, move |facts| facts.status = status).await;
        let calendar = feed(&world, &ann).await;
        let [event] = events(&calendar) else { panic!("one event") };
        assert_eq!(value(event, "STATUS"), word);
        let said = value(event, "SUMMARY");
        assert!(said.starts_with(summary), "{said}");
        assert_eq!(event.subcomponents.len(), alarms, "{word}");
        assert_eq!(value(event, "DTSTART"), "20260115T180000Z", "the hour stays readable");
        assert!(sequence(event) > last, "{word}");
        last = sequence(event);
    }
    // Without a date, un-watched or removed, it is not there any more.
    set(&world, property, |facts| facts.auction_date = None).await;
    assert_eq!(events(&feed(&world, &ann).await).len(), 0);
    set(&world, property, |facts| facts.auction_date = Some("2026-01-16".to_owned())).await;
    assert_eq!(events(&feed(&world, &ann).await).len(), 1);
    unwatch(&ann, &entry).await;
    assert_eq!(events(&feed(&world, &ann).await).len(), 0);
    watch(&ann, property).await;
    let back = feed(&world, &ann).await;
    assert!(sequence(&events(&back)[0]) > last);
    world.remove(property).await;
    assert_eq!(events(&feed(&world, &ann).await).len(), 0);
    assert_eq!(busy(&days(&ann, "view=month&date=2026-01-16").await), []);
}

async fn an_auction_without_an_hour_is_all_day(world: World) {
    let ann = world.app.user(&[]);
    watch(&ann, auction(&world, "hers", "2028-02-29", "").await).await;
    let calendar = feed(&world, &ann).await;
    let event = &events(&calendar)[0];
    for (name, date) in [("DTSTART", "20280229"), ("DTEND", "20280301")] {
        assert_eq!(value(event, name), date);
        assert_eq!(event.get_only(name).unwrap().params["VALUE"], "DATE");
    }
    // An hour before a day says nothing.
    let triggers: Vec<String> =
        event.subcomponents.iter().map(|alarm| value(alarm, "TRIGGER")).collect();
    assert_eq!(triggers, ["-P7D", "-P3D", "-P1D"]);
}

async fn hostile_text_stays_text(world: World) {
    let ann = world.app.user(&[]);
    let street = "1 A St, #2; \\n\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:stolen\u{7}\"x\"";
    let property = auction(&world, street, "2026-01-15", "10:00").await;
    set(&world, property, |facts| {
        facts.city = format!(" \t{}", "老虎".repeat(100));
        facts.state = "\r\n:".to_owned();
        (facts.latitude, facts.longitude) = (Some(37.5), Some(-122.25));
    })
    .await;
    watch(&ann, property).await;
    let answer = fetch(&world, &token(&ann).await).await.expect(200);
    let calendar = parsed(&answer.text);
    let [event] = events(&calendar) else { panic!("one event") };
    assert_eq!(value(event, "UID"), format!("{property}@openbell"));
    let location = value(event, "LOCATION");
    let escaped = r#"1 A St\, #2\; \\n\nEND:VEVENT\nBEGIN:VEVENT\nUID:stolen "x"\, "#;
    assert!(location.starts_with(escaped), "{location}");
    assert!(location.contains(&"老虎".repeat(100)), "{location}");
    assert_eq!(value(event, "GEO"), "37.500000;-122.250000");
}

async fn the_feed_has_a_past_of_sixty_days(world: World) {
    let ann = world.app.user(&[]);
    let start: jiff::Timestamp = testkit::START.parse().expect("the start");
    let today = start.to_zoned(jiff::tz::TimeZone::UTC).date();
    for back in [59, 60, 61, 400] {
        let id = world.property(&format!("{back} days")).await;
        let date = today.checked_sub(jiff::Span::new().days(back)).expect("a date");
        set(&world, id, move |facts| facts.auction_date = Some(date.to_string())).await;
        watch(&ann, id).await;
    }
    let calendar = feed(&world, &ann).await;
    let mut found: Vec<String> =
        events(&calendar).iter().map(|event| value(event, "LOCATION")).collect();
    found.sort_unstable();
    let streets: Vec<&str> = found.iter().map(|text| text.split('\\').next().unwrap()).collect();
    assert_eq!(streets, ["59 days", "60 days"]);
}

async fn who_is_switched_off_has_no_feed(world: World) {
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    let (hers, his) = (token(&ann).await, token(&bob).await);
    let changed = |user, roles| RolesChanged { user, roles };
    for (roles, status) in [("user,agent", 200), ("", 404)] {
        let roles: Roles = if roles.is_empty() { Roles::NONE } else { roles.parse().unwrap() };
        let event = changed(ann.id(), roles);
        world.write(async move |tx: &Tx| Ok(tx.emit(TenantId::DEFAULT, &event, Vec::new())?)).await;
        world.app.settle().await;
        fetch(&world, &hers).await.expect(status);
        fetch(&world, &his).await.expect(200);
    }
}

async fn who_is_switched_off_makes_no_feed(world: World) {
    // With what is left of an access token.
    let roles = Roles::NONE.with(Role::User);
    let scope = Scope::user(TenantId::DEFAULT, land::switched_off(), roles);
    let answer = world.app.actor(scope).post(TOKEN, json!({})).await;
    answer.expect_problem(401, "unauthorized");
}
