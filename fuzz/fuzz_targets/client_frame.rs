//! Any text as a client's frame: understood as JSON understands it, or a protocol fault.

#![no_main]

use hub::{ClientFrame, Text};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|text: &str| {
    match ClientFrame::parse_text(Text::from(text)) {
        Ok(frame) => {
            assert_eq!(frame.text().as_str(), text);
            let fields = serde_json::from_str::<Map<String, Value>>(text);
            if let Ok(fields) = fields {
                assert_eq!(fields["type"].as_str(), Some(frame.kind()));
            }
            let _ = frame.parse::<Value>();
        }
        Err(refusal) => assert!(refusal.protocol_fault),
    }
});
