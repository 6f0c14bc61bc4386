//! Whatever JSON a client sends, it gets an answer, and nothing else happens.

use hub::{ClientFrame, CloseCode, HubConfig, Outbound, Rates, Text};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use super::{probe::Client, world::World};

/// Every verb of the engine with all that it may say.
fn valid() -> Vec<Value> {
    vec![
        json!({"type": "connect", "id": 1, "resume": {
            "property:a": [7, "db1"], "property:b": null,
            "property:c": {"since": [1, "db1"], "throttle_ms": 5, "presence": true}}}),
        json!({"type": "connect", "id": "c", "token": "no token"}),
        json!({"type": "auth", "id": 2, "token": "no token"}),
        json!({"type": "subscribe", "id": 3, "ch": "property:a", "since": [1, "db1"],
            "snapshot": true, "throttle_ms": 10, "presence": true}),
        json!({"type": "unsubscribe", "id": 4, "ch": "property:a"}),
        json!({"type": "history", "id": 5, "ch": "property:a", "since": 3, "limit": 2,
            "reverse": true}),
        json!({"type": "history", "ch": "property:a", "since": [1, "db1"]}),
        json!({"type": "presence_update", "id": 6, "ch": "property:a", "state": {"x": 1}}),
        json!({"type": "ping", "t0": 1.5}),
        json!({"type": "echo", "id": "e", "any": [1, 2]}),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        prop_oneof!["property:[a-c]", "[a-z]{1,9}:", "[^:]{0,3}:[^:]{0,300}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        let key = prop_oneof!["[a-z_]{0,8}", "type|id|ch|since|token|resume|limit|state"];
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((key, inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A valid frame with something changed.
fn mutated() -> impl Strategy<Value = String> {
    let fields = vec((any::<Index>(), any_json()), 0..3);
    let cuts = vec((any::<Index>(), any::<u8>()), 0..3);
    (any::<Index>(), fields, cuts, any::<bool>()).prop_map(|(which, fields, cuts, breaks)| {
        let mut frame = which.get(&valid()).clone();
        for (field, value) in fields {
            let names: Vec<String> = frame.as_object().unwrap().keys().cloned().collect();
            frame[field.get(&names)] = value;
        }
        let mut text = frame.to_string().into_bytes();
        if breaks {
            for (place, byte) in cuts {
                let place = place.index(text.len());
                text[place] = byte;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Sends these frames; returns the code with which the connection closed, if it did.
async fn send_all(frames: &[String]) -> Option<CloseCode> {
    let config = HubConfig { rates: Rates::UNLIMITED, ..HubConfig::default() };
    let world = World::with(config);
    let bystander = world.anonymous();
    let client: Client = world.user(1);
    for frame in frames {
        client.send(frame.as_str());
    }
    let arrived = client.rest().await;
    let mut code = None;
    for message in arrived {
        match message {
            Outbound::Text(text) => {
                let answer: Value = serde_json::from_str(text.as_str()).expect("an answer is JSON");
                assert!(answer["type"].is_string(), "{text}");
                assert_ne!(answer["code"], "internal", "{text} to {frames:?}");
            }
            Outbound::Close(closed, _) => code = Some(closed),
            other => panic!("{other:?}"),
        }
    }
    // The others notice nothing.
    bystander.send(r#"{"type":"ping"}"#);
    bystander.expect("pong").await;
    code
}

fn run(frames: &[String]) -> Option<CloseCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(send_all(frames))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn any_json_is_answered(values in vec(any_json(), 1..4)) {
        let frames: Vec<_> = values.iter().map(Value::to_string).collect();
        prop_assert_eq!(run(&frames), None);
    }

    #[test]
    fn a_changed_frame_is_answered(frames in vec(mutated(), 1..6)) {
        // Ten faults are allowed; a token that is not good closes, as the document says.
        let code = run(&frames);
        prop_assert!(matches!(code, None | Some(CloseCode::UNAUTHORIZED)), "{:?}", code);
    }

    #[test]
    fn any_text_is_a_frame_or_a_fault(text in prop_oneof![any::<String>(), mutated()]) {
        match ClientFrame::parse_text(Text::from(text.as_str())) {
            Ok(frame) => {
                // What nobody reads may be out of range: a number too great, half a surrogate.
                if let Ok(value) = serde_json::from_str::<Map<String, Value>>(&text) {
                    prop_assert_eq!(frame.kind(), value["type"].as_str().unwrap());
                }
                prop_assert_eq!(frame.text().as_str(), text.as_str());
                prop_assert!(frame.id().is_none_or(|id| id.get().len() <= 130));
            }
            Err(refusal) => prop_assert!(refusal.protocol_fault),
        }
    }
}

#[test]
fn what_was_not_changed_is_understood() {
    for frame in valid() {
        let text = frame.to_string();
        let parsed = ClientFrame::parse_text(Text::from(text.as_str())).unwrap();
        assert_eq!(parsed.kind(), frame["type"]);
    }
}

#[test]
fn an_id_that_nobody_could_read_is_refused() {
    for id in ["-5E308", "1e999", r#""\ud800""#] {
        let text = format!(r#"{{"type":"ping","id":{id}}}"#);
        let refusal = ClientFrame::parse_text(Text::from(text)).unwrap_err();
        assert!(refusal.message.contains("`id`"), "{id}: {}", refusal.message);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let nested = |depth: usize| {
        let (open, shut) = ("[".repeat(depth), "]".repeat(depth));
        ClientFrame::parse_text(Text::from(format!(r#"{{"type":"echo","x":{open}{shut}}}"#)))
    };
    assert!(nested(63).is_ok());
    // An echo of it must be JSON that every reader takes.
    assert!(nested(64).unwrap_err().message.contains("64 levels"));
    let deep = format!(r#"{{"type":"echo","x":{}{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
    for text in [deep.clone(), deep.replace("echo", "subscribe"), "[".repeat(60_000)] {
        let text = text.as_str().to_owned();
        assert_eq!(run(&[text]), None);
    }
}
