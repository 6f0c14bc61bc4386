//! Any body of a frame gets the engine's fields in front, and stays JSON when it was an object.

#![no_main]

use domain::{TenantId, Timestamp};
use hub::{LiveFrame, StreamFrame};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|body: &str| {
    let topic: domain::Topic = "property:1".parse().expect("a topic");
    let (tenant, at) = (TenantId::DEFAULT, Timestamp::from_millis(1));
    let stream =
        StreamFrame { tenant, topic: topic.clone(), seq: 7, at, body: body.into() }.encode();
    let live = LiveFrame { tenant, topic, at, body: body.into() }.encode();
    let head = r#"{"ch":"property:1","#;
    assert!(stream.as_str().starts_with(head) && live.as_str().starts_with(head));
    // The frame around it is right, whatever is in it.
    assert!(stream.wire().ends_with(stream.as_bytes()));
    if serde_json::from_str::<Map<String, Value>>(body).is_ok() {
        assert!(serde_json::from_str::<Value>(stream.as_str()).is_ok());
        assert!(serde_json::from_str::<Value>(live.as_str()).is_ok());
    }
});
