//! The generated documents are those of this code. `make docs` writes them anew.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

#[test]
fn the_generated_documents_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, text) in openbell::generated().expect("the documents are generated") {
        let found = fs::read_to_string(root.join(file)).unwrap_or_default();
        assert!(
            found.trim_end() == text.trim_end(),
            "{file} is not what the code says; run `make docs`"
        );
    }
}

fn document(name: &str) -> Value {
    let documents = openbell::generated().expect("the documents are generated");
    let found = documents.into_iter().find(|(file, _)| *file == name);
    serde_json::from_str(&found.expect("it is generated").1).expect("it is JSON")
}

/// Generators name functions by them.
#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = document("openapi.json");
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for operation in methods.as_object().expect("methods").values() {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(names.insert(name), "{path}: there is another {name}");
        }
    }
    assert!(names.len() > 50);
}

/// Fails where a reference leads nowhere.
fn follow_references(root: &Value, value: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
                assert!(found.is_some(), "{target} leads nowhere");
            }
            fields.values().for_each(|inner| follow_references(root, inner));
        }
        Value::Array(items) => items.iter().for_each(|inner| follow_references(root, inner)),
        _ => {}
    }
}

#[test]
fn the_sockets_are_described_as_a_whole() {
    let document = document("asyncapi.json");
    follow_references(&document, &document);
    // docs/protocol.md tells of every socket, topic, frame of a feature, and close code.
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
    let page = fs::read_to_string(page).expect("the page");
    let said = |word: &str| assert!(page.contains(word), "docs/protocol.md lacks {word}");
    for channel in document["channels"].as_object().expect("channels").values() {
        let path = channel["address"].as_str().expect("an address");
        said(path.split('{').next().unwrap_or(path).trim_end_matches('/'));
        for direction in ["client.", "server."] {
            let messages = channel["messages"].as_object().expect("messages");
            assert!(messages.keys().any(|key| key.starts_with(direction)), "{path}: {direction}");
        }
    }
    for (name, message) in document["components"]["messages"].as_object().expect("messages") {
        said(message["name"].as_str().expect("a name"));
        let payload = &message["payload"];
        assert!(payload["properties"]["type"]["const"].is_string(), "{name}: {payload}");
    }
    for topic in document["x-topics"].as_object().expect("topics").keys() {
        said(&format!("`{topic}"));
    }
    for code in document["x-close-codes"].as_array().expect("codes").iter().skip(1) {
        said(&format!("| {} |", code["code"]));
    }
    assert!(document["x-error-codes"]["not_found"]["status"] == 404);
    assert!(document["x-limits"]["max_topics"] == 1024);
}
