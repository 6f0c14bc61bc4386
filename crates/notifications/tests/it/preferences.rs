//! How a user wants to be told.

use domain::TenantId;
use serde_json::{Value, json};
use store::Statement;
use testkit::{Actor, Answer, Database};

use super::world::{World, on_both};

const PATH: &str = "/api/v1/notification-preferences";
const ALIAS: &str = "/api/preferences/";

on_both!(
    the_defaults_are_there_before_anything_was_said,
    put_replaces_and_patch_amends,
    values_come_back_in_one_form,
    what_breaks_a_rule_changes_nothing,
    an_unknown_zone_is_answered_with_the_nearest,
    versions_guard_against_other_devices,
    of_two_that_race_one_wins,
    others_preferences_are_their_own,
    sockets_and_reactions_are_told_once,
    the_classic_place_is_the_same,
);

async fn put(who: &Actor, body: Value) -> Answer {
    who.put(PATH, body).await
}

fn tag(answer: &Answer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

async fn the_defaults_are_there_before_anything_was_said(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let answer = ann.get(PATH).await.expect(200);
    assert_eq!(tag(&answer), "\"0\"");
    let said = &answer.json;
    for (field, value) in [
        ("email_enabled", json!(true)),
        ("sms_enabled", json!(false)),
        ("push_enabled", json!(true)),
        ("in_app_enabled", json!(true)),
        ("quiet_hours_start", Value::Null),
        ("quiet_hours_end", Value::Null),
        ("timezone", json!("UTC")),
        ("email", Value::Null),
        ("phone", Value::Null),
        ("all_day", json!(false)),
        ("quiet_hours_mode", json!("hold")),
        ("override_priority", json!("critical")),
        ("reminder_offsets_ms", json!([604_800_000, 259_200_000, 86_400_000, 3_600_000])),
        ("rules", json!([])),
        ("version", json!(0)),
        ("updated_at", Value::Null),
    ] {
        assert_eq!(said[field], value, "{field}");
    }
    let matrix = said["matrix"].as_object().unwrap();
    assert_eq!(matrix.len(), 9);
    assert!(matrix.values().all(|row| row.as_object().unwrap().len() == 5));
    assert_eq!(said["quiet_hours_days"].as_array().unwrap().len(), 7);
    let nobody = world.anonymous();
    for path in [PATH, ALIAS] {
        nobody.get(path).await.expect_problem(401, "unauthorized");
        nobody.put(path, json!({})).await.expect_problem(401, "unauthorized");
        nobody.patch(path, json!({})).await.expect_problem(401, "unauthorized");
    }
}

async fn put_replaces_and_patch_amends(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let first = put(
        &ann,
        json!({
            "sms_enabled": true, "phone": "+14155550123", "timezone": "America/New_York",
            "quiet_hours_start": "22:00", "quiet_hours_end": "07:00",
            "matrix": {"chat": {"email": false}},
            "rules": [{"type": "auction.postponed", "channel": "sms", "enabled": true}],
        }),
    );
    let first = first.await.expect(200);
    assert_eq!((tag(&first), &first.json["updated_at"]), ("\"1\"".into(), &json!(testkit::START)));
    assert_eq!(first.json["matrix"]["chat"]["email"], false);
    assert_eq!(first.json["matrix"]["chat"]["push"], true);
    assert_eq!(first.json["matrix"]["auction"]["email"], true);
    let rule = &first.json["rules"][0];
    assert_eq!((&rule["type"], &rule["min_priority"]), (&json!("auction.postponed"), &Value::Null));
    // What was read can be written: nothing changes.
    let again = put(&ann, first.json.clone()).await.expect(200);
    assert_eq!(again.json, first.json);
    // PATCH keeps what it does not name, merges objects, replaces lists; null brings the default.
    let change = json!({
        "matrix": {"chat": {"push": false}, "job": {"sms": false}}, "rules": [],
        "phone": null, "timezone": null, "max_per_day": 20,
    });
    let amended = ann.patch(PATH, change).await.expect(200);
    assert_eq!(amended.json["version"], 2);
    let chat = &amended.json["matrix"]["chat"];
    assert_eq!((&chat["email"], &chat["push"]), (&json!(false), &json!(false)));
    assert_eq!(amended.json["matrix"]["job"]["sms"], false);
    assert_eq!(amended.json["quiet_hours_start"], "22:00");
    assert_eq!((&amended.json["phone"], &amended.json["timezone"]), (&Value::Null, &json!("UTC")));
    assert_eq!((&amended.json["rules"], &amended.json["max_per_day"]), (&json!([]), &json!(20)));
    assert_eq!(ann.patch(PATH, json!({})).await.expect(200).json, amended.json);
    assert_eq!(ann.get(PATH).await.expect(200).json, amended.json);
    // PUT forgets what it does not name.
    let bare = put(&ann, json!({"email_enabled": false})).await.expect(200);
    assert_eq!(
        (&bare.json["email_enabled"], &bare.json["sms_enabled"]),
        (&json!(false), &json!(false))
    );
    assert_eq!((&bare.json["quiet_hours_start"], &bare.json["version"]), (&Value::Null, &json!(3)));
}

async fn values_come_back_in_one_form(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    for (given, field, kept) in [
        (json!({"timezone": "america/new_york"}), "timezone", json!("America/New_York")),
        (json!({"email": ""}), "email", Value::Null),
        (json!({"phone": ""}), "phone", Value::Null),
        (
            json!({"quiet_hours_start": "22:00:00", "quiet_hours_end": "07:30:00"}),
            "quiet_hours_end",
            json!("07:30"),
        ),
        (
            json!({"quiet_hours_days": ["sunday", "monday", "sunday"]}),
            "quiet_hours_days",
            json!(["monday", "sunday"]),
        ),
        (
            json!({"reminder_offsets_ms": [60_000, 3_600_000, 60_000]}),
            "reminder_offsets_ms",
            json!([3_600_000, 60_000]),
        ),
        (json!({"reminder_offsets_ms": []}), "reminder_offsets_ms", json!([])),
        (json!({"override_priority": "normal"}), "override_priority", json!("medium")),
        (json!({"all_day": true}), "all_day", json!(true)),
        (
            json!({"all_day": true, "quiet_hours_start": "08:00", "quiet_hours_end": "08:00"}),
            "quiet_hours_start",
            json!("08:00"),
        ),
        (
            json!({"business_hours": {"days": ["friday"], "start": "09:00", "end": "17:00"}}),
            "business_hours",
            json!({"days": ["friday"], "start": "09:00", "end": "17:00"}),
        ),
        (
            json!({"digest": {"frequency": "weekly", "weekday": "friday"}}),
            "digest",
            json!({"frequency": "weekly", "time": "08:00", "weekday": "friday"}),
        ),
        (
            json!({"dnd_until": "2026-02-01T00:00:00+01:00"}),
            "dnd_until",
            json!("2026-01-31T23:00:00.000Z"),
        ),
        (json!({"something_else": 1}), "something_else", Value::Null),
    ] {
        let answer = put(&ann, given.clone()).await.expect(200);
        assert_eq!(answer.json[field], kept, "{given}");
        assert_eq!(ann.get(PATH).await.expect(200).json[field], kept, "{given}");
    }
}

/// A body with the field that is wrong and the word for what is wrong.
type Wrong = (Value, &'static str, &'static str);

fn wrong_hours() -> Vec<Wrong> {
    let quiet =
        |start: &str, end: &str| json!({"quiet_hours_start": start, "quiet_hours_end": end});
    vec![
        (quiet("22:00", "22:00"), "quiet_hours_end", "out_of_range"),
        (quiet("22:00", "22:00:00"), "quiet_hours_end", "out_of_range"),
        (quiet("25:00", "07:00"), "quiet_hours_start", "invalid_value"),
        (quiet("22:00", "7"), "quiet_hours_end", "invalid_value"),
        (json!({"quiet_hours_start": "22:00"}), "quiet_hours_end", "required"),
        (json!({"quiet_hours_end": "22:00"}), "quiet_hours_start", "required"),
        (
            json!({"all_day": true, "quiet_hours_start": "1:00", "quiet_hours_end": "02:00"}),
            "quiet_hours_start",
            "invalid_value",
        ),
        (
            json!({"all_day": true, "quiet_hours_start": "01:00", "quiet_hours_end": "02:00"}),
            "all_day",
            "conflict",
        ),
        (json!({"all_day": true, "quiet_hours_days": []}), "quiet_hours_days", "too_few"),
        (json!({"quiet_hours_days": ["funday"]}), "quiet_hours_days.0", "invalid_value"),
    ]
}

fn wrong_values() -> Vec<Wrong> {
    let day = 86_400_000_u64;
    vec![
        (json!({"quiet_hours_mode": "shout"}), "quiet_hours_mode", "invalid_value"),
        (json!({"override_priority": "huge"}), "override_priority", "invalid_value"),
        (json!({"email_enabled": "yes"}), "email_enabled", "wrong_type"),
        (json!({"email_enabled": null}), "email_enabled", "wrong_type"),
        (json!({"email": "ann"}), "email", "invalid_value"),
        (json!({"phone": "415 555 0123"}), "phone", "invalid_value"),
        (json!({"locale": "english"}), "locale", "invalid_value"),
        (json!({"timezone": "Mars/Olympus"}), "timezone", "unknown_time_zone"),
        (json!({"timezone": ""}), "timezone", "unknown_time_zone"),
        (json!({"max_per_hour": 0}), "max_per_hour", "out_of_range"),
        (json!({"max_per_hour": 1_001}), "max_per_hour", "out_of_range"),
        (json!({"max_per_day": 10_001}), "max_per_day", "out_of_range"),
        (json!({"max_per_day": -1}), "max_per_day", "invalid_value"),
        (json!({"reminder_offsets_ms": [59_999]}), "reminder_offsets_ms", "out_of_range"),
        (json!({"reminder_offsets_ms": [60_001]}), "reminder_offsets_ms", "out_of_range"),
        (json!({"reminder_offsets_ms": [31 * day]}), "reminder_offsets_ms", "out_of_range"),
        (
            json!({"reminder_offsets_ms": (1..12).map(|h| h * 3_600_000).collect::<Vec<u64>>()}),
            "reminder_offsets_ms",
            "too_many",
        ),
    ]
}

fn wrong_parts() -> Vec<Wrong> {
    let rule = |rule: Value| json!({ "rules": [rule] });
    vec![
        (json!({"digest": {"frequency": "yearly"}}), "digest.frequency", "invalid_value"),
        (json!({"digest": {"time": "8"}}), "digest.time", "invalid_value"),
        (
            json!({"business_hours": {"days": [], "start": "09:00", "end": "17:00"}}),
            "business_hours.days",
            "too_few",
        ),
        (
            json!({"business_hours": {"days": ["monday"], "start": "09:00", "end": "09:00"}}),
            "business_hours.end",
            "out_of_range",
        ),
        (
            json!({"business_hours": {"days": ["monday"], "start": "09:00"}}),
            "business_hours.end",
            "required",
        ),
        (json!({"matrix": {"weather": {}}}), "matrix.weather", "unknown"),
        (json!({"matrix": {"chat": {"pigeon": true}}}), "matrix.chat.pigeon", "unknown"),
        (json!({"matrix": {"chat": {"email": 1}}}), "matrix.chat.email", "wrong_type"),
        (rule(json!({"enabled": false})), "rules.0", "required"),
        (rule(json!({"category": "chat"})), "rules.0", "required"),
        (
            rule(json!({"object_type": "property", "enabled": false})),
            "rules.0.object_id",
            "required",
        ),
        (rule(json!({"type": "No Such!", "enabled": true})), "rules.0.type", "invalid_value"),
        (
            rule(json!({"category": "chat", "min_priority": "huge"})),
            "rules.0.min_priority",
            "invalid_value",
        ),
        (rule(json!({"category": "chat", "loud": true})), "rules.0.loud", "unknown"),
        (
            json!({"rules": vec![json!({"category": "chat", "enabled": true}); 101]}),
            "rules",
            "too_many",
        ),
    ]
}

async fn what_breaks_a_rule_changes_nothing(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let kept = put(&ann, json!({"max_per_day": 7})).await.expect(200);
    let wrongs = [wrong_hours(), wrong_values(), wrong_parts()];
    for (body, field, code) in wrongs.into_iter().flatten() {
        let answer = put(&ann, body.clone()).await.expect_problem(422, "invalid");
        let errors = answer.json["errors"].as_array().unwrap();
        let named = errors.iter().any(|error| error["field"] == field && error["code"] == code);
        assert!(named, "{body}: {}", answer.text);
        // A patch is held to the same rules; only null means something else to it.
        if !body["email_enabled"].is_null() || body.get("email_enabled").is_none() {
            ann.patch(PATH, body).await.expect_problem(422, "invalid");
        }
    }
    // All faults are told at once.
    let many = json!({"timezone": "Mars", "phone": "1", "email": "x", "max_per_day": 0});
    let answer = put(&ann, many).await.expect_problem(422, "invalid");
    assert_eq!(answer.json["errors"].as_array().unwrap().len(), 4, "{}", answer.text);
    for body in [json!([]), json!("x")] {
        ann.patch(PATH, body.clone()).await.expect_problem(422, "invalid");
        put(&ann, body).await.expect_problem(422, "invalid");
    }
    assert_eq!(ann.get(PATH).await.expect(200).json, kept.json);
}

async fn an_unknown_zone_is_answered_with_the_nearest(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    for (given, nearest) in [
        ("America/New York", "America/New_York"),
        ("Europe/Berln", "Europe/Berlin"),
        ("los angeles", "America/Los_Angeles"),
    ] {
        let answer = put(&ann, json!({"timezone": given})).await.expect_problem(422, "invalid");
        assert_eq!(answer.json["details"]["nearest"][0], nearest, "{}", answer.text);
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(nearest), "{message}");
    }
}

async fn conditional(who: &Actor, method: &str, tag: &str, body: Value) -> Answer {
    let headers = [("if-match", tag)];
    who.send(method.parse().unwrap(), PATH, Some(body.to_string()), &headers).await
}

async fn versions_guard_against_other_devices(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    // Version 0 is what nobody has changed yet.
    let first = conditional(&ann, "PUT", "\"0\"", json!({"max_per_day": 1})).await.expect(200);
    assert_eq!(tag(&first), "\"1\"");
    for method in ["PUT", "PATCH"] {
        for old in ["\"0\"", "\"2\"", "W/\"1\"", "nonsense"] {
            let answer = conditional(&ann, method, old, json!({"max_per_day": 2})).await;
            answer.expect_problem(412, "precondition_failed");
        }
    }
    assert_eq!(ann.get(PATH).await.expect(200).json["max_per_day"], 1);
    conditional(&ann, "PATCH", "\"1\"", json!({"max_per_day": 2})).await.expect(200);
    conditional(&ann, "PUT", "*", json!({"max_per_day": 3})).await.expect(200);
    assert_eq!(tag(&ann.get(PATH).await.expect(200)), "\"3\"");
    // A refused first write leaves nothing behind.
    let bob = world.user(&[]);
    let answer = conditional(&bob, "PUT", "\"1\"", json!({})).await;
    answer.expect_problem(412, "precondition_failed");
    assert_eq!(bob.get(PATH).await.expect(200).json["version"], 0);
}

async fn of_two_that_race_one_wins(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    for round in 0..8 {
        let seen = format!("\"{round}\"");
        let write = |day: i32| conditional(&ann, "PUT", &seen, json!({"max_per_day": day}));
        let (one, two, three) = (round * 3 + 1, round * 3 + 2, round * 3 + 3);
        let answers = tokio::join!(write(one), write(two), write(three));
        let answers = [(answers.0, one), (answers.1, two), (answers.2, three)];
        let won: Vec<i32> =
            answers.iter().filter(|(a, _)| a.status == 200).map(|(_, day)| *day).collect();
        let lost = answers.iter().filter(|(answer, _)| answer.status == 412).count();
        assert_eq!((won.len(), lost), (1, 2), "{answers:?}");
        let kept = ann.get(PATH).await.expect(200).json;
        assert_eq!((&kept["max_per_day"], &kept["version"]), (&json!(won[0]), &json!(round + 1)));
    }
    // Without a condition all come through, one after another: no amendment is lost.
    let patch = |name: &'static str| ann.patch(PATH, json!({"matrix": {name: {"email": false}}}));
    let done = tokio::join!(patch("chat"), patch("job"), patch("team"), patch("system"));
    for answer in [done.0, done.1, done.2, done.3] {
        answer.expect(200);
    }
    let kept = ann.get(PATH).await.expect(200).json;
    for name in ["chat", "job", "team", "system"] {
        assert_eq!(kept["matrix"][name]["email"], false, "{name}");
    }
    assert_eq!(kept["version"], 12);
}

async fn others_preferences_are_their_own(database: Database) {
    let world = World::new(database).await;
    let elsewhere = TenantId::from_uuid(world.ctx().new_id().as_uuid());
    let (ann, bob) = (world.user(&[]), world.user(&[]));
    let stranger = world.user_of(elsewhere, &[]);
    put(&ann, json!({"email": "ann@example.org"})).await.expect(200);
    for other in [&bob, &stranger] {
        let answer = other.get(PATH).await.expect(200);
        assert_eq!((&answer.json["email"], &answer.json["version"]), (&Value::Null, &json!(0)));
        put(other, json!({"email": "x@example.org"})).await.expect(200);
    }
    assert_eq!(ann.get(PATH).await.expect(200).json["email"], "ann@example.org");
}

static EVENTS: Statement = Statement::new("events", EVENTS_SQL, EVENTS_SQL);
const EVENTS_SQL: &str = "select cast(body as text) from events
    where name = 'notifications.preferences_changed' order by pos";
static FRAMES: Statement = Statement::new("frames", FRAMES_SQL, FRAMES_SQL);
const FRAMES_SQL: &str = "select cast(frame as text) from event_topics order by pos";

async fn sockets_and_reactions_are_told_once(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let mut socket = ann.socket("/ws/notifications/me").await;
    socket.next().await;
    let body = json!({
        "email": "ann@example.org", "phone": "+14155550123", "timezone": "Asia/Kathmandu",
        "reminder_offsets_ms": [3_600_000, 86_400_000],
    });
    put(&ann, body.clone()).await.expect(200);
    put(&ann, body).await.expect(200);
    ann.put(PATH, json!({"phone": "1"})).await.expect(422);
    let frame = socket.next().await;
    assert_eq!((frame.kind(), &frame["version"]), ("preferences_updated", &json!(1)));
    assert_eq!(frame["updated_at"], testkit::START);
    assert_eq!(frame["ch"], format!("user:{}", ann.id()));
    assert_eq!(socket.so_far().await.len(), 0, "what changes nothing tells nothing");
    let events: Vec<(String,)> = world.ctx().store().all(&EVENTS, &[]).await.unwrap();
    assert_eq!(events.len(), 1);
    let event: Value = serde_json::from_str(&events[0].0).unwrap();
    assert_eq!(
        event,
        json!({"user": ann.id(), "version": 1, "time_zone": "Asia/Kathmandu",
            "reminder_offsets_ms": [86_400_000, 3_600_000]})
    );
    // What is kept for good names nobody.
    let frames: Vec<(Option<String>,)> = world.ctx().store().all(&FRAMES, &[]).await.unwrap();
    let told = format!("{event} {frames:?}");
    assert!(!told.contains("example.org") && !told.contains("4155550123"), "{told}");
}

async fn the_classic_place_is_the_same(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let form = json!({
        "email_enabled": true, "sms_enabled": true, "push_enabled": false, "in_app_enabled": true,
        "quiet_hours_start": "22:00:00", "quiet_hours_end": "07:00:00",
        "timezone": "America/Chicago", "email": "ann@example.org", "phone": "+13125550123",
    });
    let answer = ann.put(ALIAS, form).await.expect(200);
    assert_eq!(tag(&answer), "\"1\"");
    for path in [PATH, ALIAS, "/api/preferences"] {
        assert_eq!(ann.get(path).await.expect(200).json, answer.json, "{path}");
    }
    let amended = ann.patch(ALIAS, json!({"push_enabled": true})).await.expect(200);
    assert_eq!(ann.get(PATH).await.expect(200).json, amended.json);
    assert_eq!(amended.json["quiet_hours_start"], "22:00");
}
