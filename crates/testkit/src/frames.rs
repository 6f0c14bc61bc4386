//! Whether what comes over a socket, or as an answer, is what the house's documents say.

use serde_json::{Map, Value};

/// The frames that a house has described, read from its AsyncAPI document; of an OpenAPI document,
/// its schemas.
pub struct FrameBook {
    document: Value,
}

impl FrameBook {
    /// The frames of this document.
    pub const fn new(document: Value) -> Self {
        Self { document }
    }

    /// Holds a frame that came over `path` against the document: its type is known there, and its
    /// fields are those that are described, no more and no fewer.
    ///
    /// # Errors
    /// What is wrong, for whoever reads the failed test.
    pub fn check(&self, path: &str, frame: &Value) -> Result<(), String> {
        let kind = frame["type"].as_str().ok_or("a frame has a `type`")?;
        let forms = self.forms(path, kind, frame["ch"].as_str());
        if forms.is_empty() {
            return Err(format!("no frame `{kind}` is described for {path}: {frame}"));
        }
        let wrongs: Vec<String> =
            forms.iter().map_while(|form| self.hold(form, frame, kind).err()).collect();
        if wrongs.len() == forms.len() {
            return Err(format!("{path}: {}: {frame}", wrongs.join("; or ")));
        }
        // Replies bring frames of the topic within.
        let within = ["events", "values"].iter().filter_map(|list| frame[*list].as_array());
        within.flatten().try_for_each(|inner| self.check(path, inner))
    }

    /// Holds any value against a schema of the document.
    ///
    /// # Errors
    /// What is wrong, for whoever reads the failed test.
    pub fn check_value(&self, schema: &Value, value: &Value) -> Result<(), String> {
        self.hold(schema, value, "it")
    }

    /// What a schema says, with the parts that it refers to put together.
    pub fn schema(&self, schema: &Value) -> Map<String, Value> {
        self.flat(schema)
    }

    /// The described forms of a type: on the socket, and on the topic that it came over.
    fn forms(&self, path: &str, kind: &str, topic: Option<&str>) -> Vec<&Value> {
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let channels = self.document["channels"].as_object().into_iter().flatten();
        let here = channels.filter(|(_, channel)| fits(&channel["address"], path));
        let of_socket = here
            .filter_map(|(_, channel)| channel["messages"].as_object())
            .flatten()
            .filter(|(key, _)| key.starts_with("server."))
            .map(|(_, reference)| reference);
        let family = topic.and_then(|topic| topic.split(':').next()).unwrap_or_default();
        let of_topic =
            self.document["x-topics"][family]["messages"].as_array().into_iter().flatten();
        of_socket
            .chain(of_topic)
            .map(|reference| self.follow(reference))
            .filter(|message| message["name"] == kind)
            .map(|message| &message["payload"])
            .collect()
    }

    fn follow<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
        target.map_or(value, |pointer| self.document.pointer(pointer).unwrap_or(&Value::Null))
    }

    /// Everything that a schema says of an object, its parts put together.
    fn flat(&self, schema: &Value) -> Map<String, Value> {
        let schema = self.follow(schema);
        let mut whole = Map::new();
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let own = schema.as_object().cloned().unwrap_or_default();
        for part in parts.map(|part| self.flat(part)).chain([own]) {
            for (name, value) in part {
                match (whole.get_mut(&name), value) {
                    (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
                    (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
                    (_, value) => {
                        whole.insert(name, value);
                    }
                }
            }
        }
        whole
    }

    fn hold(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = self.flat(schema);
        for list in ["oneOf", "anyOf"] {
            if let Some(Value::Array(forms)) = schema.get(list)
                && !forms.iter().any(|form| self.hold(form, value, at).is_ok())
            {
                return Err(format!("{at} has none of its forms"));
            }
        }
        if schema.get("const").is_some_and(|constant| constant != value) {
            return Err(format!("{at} is not {}", schema["const"]));
        }
        if let Some(Value::Array(words)) = schema.get("enum")
            && !words.contains(value)
        {
            return Err(format!("{at} is none of {words:?}"));
        }
        if let Some(kinds) = schema.get("type")
            && !is_of(kinds, value)
        {
            return Err(format!("{at} is not {kinds}"));
        }
        if let (Some(items), Value::Array(values)) = (schema.get("items"), value) {
            for (n, value) in values.iter().enumerate() {
                self.hold(items, value, &format!("{at}[{n}]"))?;
            }
        }
        match value {
            Value::Object(fields) => self.hold_fields(&schema, fields, at),
            _ => Ok(()),
        }
    }

    fn hold_fields(
        &self,
        schema: &Map<String, Value>,
        fields: &Map<String, Value>,
        at: &str,
    ) -> Result<(), String> {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                return Err(format!("{at} lacks `{name}`"));
            }
        }
        let Some(Value::Object(described)) = schema.get("properties") else { return Ok(()) };
        let open = schema.contains_key("additionalProperties");
        for (name, value) in fields {
            match described.get(name) {
                Some(form) => self.hold(form, value, &format!("{at}.{name}"))?,
                None if open => {}
                None => return Err(format!("{at} has `{name}`, which is not described")),
            }
        }
        Ok(())
    }
}

/// Whether a path is one of those that an address with words in braces stands for.
fn fits(address: &Value, path: &str) -> bool {
    let (mut wanted, mut given) =
        (address.as_str().unwrap_or_default().split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if want == have || want.starts_with('{') => {}
            _ => return false,
        }
    }
}

fn is_of(kinds: &Value, value: &Value) -> bool {
    let one = |kind: &str| match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    };
    match kinds {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(one),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn book() -> FrameBook {
        FrameBook::new(json!({
            "channels": {
                "ws": { "address": "/ws", "messages": { "server.a": { "$ref": "#/m/a" } } },
                "room": { "address": "/ws/{room}", "messages": {} },
            },
            "x-topics": { "note": { "messages": [{ "$ref": "#/m/b" }] } },
            "m": {
                "a": { "name": "a", "payload": {
                    "required": ["type", "n"],
                    "properties": {
                        "type": { "const": "a" },
                        "n": { "type": ["integer", "null"] },
                        "inner": { "$ref": "#/s" },
                        "events": {},
                    },
                } },
                "b": { "name": "b", "payload": { "allOf": [
                    { "required": ["type"], "properties": { "type": {}, "ch": {} } },
                    { "properties": { "x": { "oneOf": [{ "type": "null" }, { "$ref": "#/s" }] } } },
                ] } },
            },
            "s": {
                "type": "object",
                "properties": { "deep": { "type": "array", "items": { "type": "string" } } },
            },
        }))
    }

    #[test]
    fn what_is_described_passes() {
        for (path, frame) in [
            ("/ws", json!({ "type": "a", "n": 1 })),
            ("/ws/?token=x", json!({ "type": "a", "n": null, "inner": { "deep": ["x"] } })),
            ("/ws/here/", json!({ "type": "b", "ch": "note:1", "x": { "deep": [] } })),
            ("/ws", json!({ "type": "a", "n": 1, "events": [{ "type": "b", "ch": "note:1" }] })),
        ] {
            book().check(path, &frame).unwrap();
        }
    }

    #[test]
    fn what_is_not_described_is_found() {
        for (path, frame, wrong) in [
            ("/ws", json!({ "n": 1 }), "`type`"),
            ("/ws", json!({ "type": "b" }), "no frame `b`"),
            ("/ws/here", json!({ "type": "a", "n": 1 }), "no frame `a`"),
            ("/ws", json!({ "type": "a" }), "lacks `n`"),
            ("/ws", json!({ "type": "a", "n": 1.5 }), "a.n is not"),
            ("/ws", json!({ "type": "a", "n": 1, "m": 2 }), "`m`, which is not described"),
            ("/ws", json!({ "type": "a", "n": 1, "inner": { "deep": [1] } }), "deep[0]"),
            ("/ws", json!({ "type": "b", "ch": "note", "x": 1 }), "none of its forms"),
            ("/ws", json!({ "type": "b", "ch": "note", "y": 1 }), "`y`, which is not described"),
            ("/ws", json!({ "type": "a", "n": 1, "events": [{ "type": "c" }] }), "no frame `c`"),
        ] {
            let found = book().check(path, &frame).unwrap_err();
            assert!(found.contains(wrong), "{frame}: {found}");
        }
    }
}
