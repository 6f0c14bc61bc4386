//! Schemas of frames, as they stand in the document.

use serde_json::{Map, Value, json};

use super::Frame;

/// What the engine puts in front of a frame that came over a topic.
const OF_TOPIC: [(&str, &str); 3] = [
    ("ch", "the topic, where it came over one"),
    ("seq", "its number in the topic, where that is a stream"),
    ("ts", "when it was committed or sent, in Unix milliseconds"),
];

/// The schema with the field `type`, which every frame has, and with the engine's fields where it
/// may come over a topic.
pub(super) fn with_type(schema: &Value, kind: &str, on_topic: bool) -> Value {
    let Value::Object(fields) = schema else {
        return with_type(&json!({}), kind, on_topic);
    };
    if ["$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| fields.contains_key(*key)) {
        let typed = with_type(&Value::Null, kind, on_topic);
        return json!({ "allOf": [typed, schema] });
    }
    let mut fields = fields.clone();
    fields.insert("type".to_owned(), "object".into());
    let properties = fields.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.insert("type".to_owned(), json!({ "const": kind }));
        for (name, about) in OF_TOPIC.iter().filter(|_| on_topic) {
            let kind = if *name == "ch" { "string" } else { "integer" };
            let field = json!({ "type": kind, "description": about });
            properties.entry(*name).or_insert(field);
        }
    }
    let required = fields.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(names) = required
        && !names.iter().any(|name| name == "type")
    {
        names.insert(0, "type".into());
    }
    fields.into()
}

/// A frame of the engine. Verbs that are not its own have no message of their own.
pub(super) fn engine_frame(frame: &hub::FrameDoc) -> Option<Frame> {
    if frame.kind.starts_with('<') {
        return None;
    }
    let mut properties = Map::new();
    for field in frame.fields {
        let mut schema = schema_of(field.kind);
        schema["description"] = field.about.into();
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> =
        frame.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    Some(Frame {
        kind: frame.kind.to_owned(),
        direction: frame.direction,
        schema: json!({ "type": "object", "properties": properties, "required": required }),
        about: frame.about.to_owned(),
        places: Vec::new(),
    })
}

/// The hub names the types of its fields in words.
pub(super) fn schema_of(kind: &str) -> Value {
    match kind {
        "string" | "integer" | "number" | "boolean" | "object" | "array" => {
            json!({ "type": kind })
        }
        "topic" => json!({ "type": "string", "maxLength": domain::Topic::MAX_LEN }),
        "position" => json!({
            "type": "array",
            "prefixItems": [{ "type": "integer" }, { "type": "string" }],
            "minItems": 2,
            "maxItems": 2,
        }),
        "id" => json!({ "type": ["string", "number"] }),
        "millis" => json!({ "type": "integer", "format": "int64" }),
        _ => json!({}),
    }
}

pub(super) fn reference(steps: &[&str]) -> Value {
    // `/` and `~` are the only characters that a JSON pointer escapes.
    let steps: Vec<String> =
        steps.iter().map(|step| step.replace('~', "~0").replace('/', "~1")).collect();
    json!({ "$ref": format!("#/{}", steps.join("/")) })
}

/// Sorted keys at every level, also where some crate of the build makes serde_json keep the order
/// of insertion.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            fields
                .into_iter()
                .map(|(key, inner)| (key, sorted(inner)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect::<Vec<_>>().into(),
        plain => plain,
    }
}
