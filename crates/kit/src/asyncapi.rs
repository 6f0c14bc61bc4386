//! The description of the sockets: an AsyncAPI 3.0 document from plain data.
//!
//! In AsyncAPI the document speaks for the server: what a client sends is a `receive` operation.

use std::collections::BTreeSet;

use hub::Direction;
use serde_json::{Map, Value, json};

/// A frame, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its `type`.
    pub kind: String,
    /// Who sends it.
    pub direction: Direction,
    /// The JSON schema of the object. `type` is put in when it is not there.
    pub schema: Value,
    /// What it is for.
    pub about: String,
}

/// A socket path, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Socket {
    /// The path with its parameters in braces: `/ws/chat/{room}/`.
    pub path: String,
    /// Who may open it.
    pub who: String,
    /// What it is for.
    pub about: String,
    /// The frames of its own. The engine's frames stand on every socket.
    pub frames: Vec<Frame>,
}

/// Gathers the document. The order of the calls does not matter.
#[derive(Debug, Default)]
pub struct AsyncApi {
    title: String,
    version: String,
    about: String,
    sockets: Vec<Socket>,
    schemas: Map<String, Value>,
}

impl AsyncApi {
    /// An empty document.
    pub fn new(
        title: impl Into<String>,
        version: impl Into<String>,
        about: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            about: about.into(),
            ..Self::default()
        }
    }

    /// The same with one more socket.
    #[must_use]
    pub fn socket(mut self, socket: Socket) -> Self {
        self.sockets.push(socket);
        self
    }

    /// The same with a schema that frames refer to as `#/components/schemas/<name>`.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>, schema: Value) -> Self {
        self.schemas.insert(name.into(), schema);
        self
    }

    /// The document. Keys are sorted, so equal input gives equal text.
    pub fn build(&self) -> Value {
        let mut channels = Map::new();
        let mut operations = Map::new();
        let mut messages = Map::new();
        let engine: Vec<Frame> = hub::protocol_frames().iter().map(engine_frame).collect();
        for frame in &engine {
            messages.insert(message_name(None, frame), message(frame));
        }
        for socket in &self.sockets {
            let channel = channel_name(&socket.path);
            // A frame of the socket's own stands before the engine's of the same type: it is what
            // this socket makes of it.
            let own: BTreeSet<_> = socket.frames.iter().map(identity).collect();
            let mut references = Map::new();
            for frame in &socket.frames {
                let name = message_name(Some(&channel), frame);
                references.insert(key_of(frame), reference(&["components", "messages", &name]));
                messages.insert(name, message(frame));
            }
            for frame in engine.iter().filter(|frame| !own.contains(&identity(frame))) {
                let name = message_name(None, frame);
                references.insert(key_of(frame), reference(&["components", "messages", &name]));
            }
            for (direction, action) in
                [(Direction::ToServer, "receive"), (Direction::ToClient, "send")]
            {
                let prefix = prefix_of(direction);
                let of_direction: BTreeSet<&String> =
                    references.keys().filter(|key| key.starts_with(prefix)).collect();
                let of_direction: Vec<Value> = of_direction
                    .into_iter()
                    .map(|key| reference(&["channels", &channel, "messages", key]))
                    .collect();
                let operation = json!({
                    "action": action,
                    "channel": reference(&["channels", &channel]),
                    "messages": of_direction,
                });
                operations.insert(format!("{channel}.{action}"), operation);
            }
            channels.insert(channel, channel_of(socket, &references));
        }
        sorted(json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": self.title,
                "version": self.version,
                "description": self.about,
            },
            "defaultContentType": "application/json",
            "channels": channels,
            "operations": operations,
            "components": { "messages": messages, "schemas": self.schemas },
        }))
    }

    /// The document as it is kept in the repository: indented, with a newline at its end.
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.build())
    }
}

fn identity(frame: &Frame) -> (bool, String) {
    (frame.direction == Direction::ToServer, frame.kind.clone())
}

const fn prefix_of(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "client.",
        Direction::ToClient => "server.",
    }
}

/// One type may go both ways (`history`), so the direction is part of the key.
fn key_of(frame: &Frame) -> String {
    format!("{}{}", prefix_of(frame.direction), frame.kind)
}

fn message_name(channel: Option<&str>, frame: &Frame) -> String {
    format!("{}.{}", channel.unwrap_or("engine"), key_of(frame))
}

/// `/ws/chat/{room}/` → `ws_chat_room`.
fn channel_name(path: &str) -> String {
    let words: Vec<&str> = path
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}

fn channel_of(socket: &Socket, messages: &Map<String, Value>) -> Value {
    let parameters: Map<String, Value> = socket
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| (name.to_owned(), json!({})))
        .collect();
    let mut channel = json!({
        "address": socket.path,
        "title": socket.path,
        "description": format!("{} Who: {}.", socket.about, socket.who),
        "messages": messages,
    });
    if !parameters.is_empty() {
        channel["parameters"] = parameters.into();
    }
    channel
}

fn message(frame: &Frame) -> Value {
    json!({
        "name": frame.kind,
        "title": frame.kind,
        "summary": frame.about,
        "payload": with_type(&frame.schema, &frame.kind),
    })
}

/// The schema with the field `type`, which every frame has.
fn with_type(schema: &Value, kind: &str) -> Value {
    let constant = json!({ "const": kind });
    let Value::Object(fields) = schema else {
        return json!({
            "type": "object",
            "properties": { "type": constant },
            "required": ["type"],
        });
    };
    if ["$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| fields.contains_key(*key)) {
        let typed = with_type(&Value::Null, kind);
        return json!({ "allOf": [typed, schema] });
    }
    let mut fields = fields.clone();
    fields.insert("type".to_owned(), "object".into());
    let properties = fields.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.entry("type").or_insert(constant);
    }
    let required = fields.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(names) = required
        && !names.iter().any(|name| name == "type")
    {
        names.insert(0, "type".into());
    }
    fields.into()
}

fn engine_frame(frame: &hub::FrameDoc) -> Frame {
    let mut properties = Map::new();
    for field in frame.fields {
        let mut schema = schema_of(field.kind);
        schema["description"] = field.about.into();
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> =
        frame.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    Frame {
        kind: frame.kind.to_owned(),
        direction: frame.direction,
        schema: json!({ "type": "object", "properties": properties, "required": required }),
        about: frame.about.to_owned(),
    }
}

/// The hub names the types of its fields in words.
fn schema_of(kind: &str) -> Value {
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

fn reference(steps: &[&str]) -> Value {
    // `/` and `~` are the only characters that a JSON pointer escapes.
    let steps: Vec<String> =
        steps.iter().map(|step| step.replace('~', "~0").replace('/', "~1")).collect();
    json!({ "$ref": format!("#/{}", steps.join("/")) })
}

/// Sorted keys at every level, also where some crate of the build makes serde_json keep the order
/// of insertion.
fn sorted(value: Value) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: &str, direction: Direction, schema: Value) -> Frame {
        Frame { kind: kind.to_owned(), direction, schema, about: "About it.".to_owned() }
    }

    fn sockets() -> [Socket; 2] {
        let message = json!({ "properties": { "text": {} }, "required": ["text"] });
        let chat = Socket {
            path: "/ws/chat/{room}/".to_owned(),
            who: "members".to_owned(),
            about: "One room.".to_owned(),
            frames: vec![
                frame("chat_message", Direction::ToServer, message),
                frame("chat_history", Direction::ToClient, json!({ "$ref": "#/x" })),
            ],
        };
        let auctions = Socket {
            path: "/ws/auctions/".to_owned(),
            who: "users".to_owned(),
            about: "The watchlist.".to_owned(),
            frames: vec![frame("subscribe", Direction::ToServer, json!({}))],
        };
        [chat, auctions]
    }

    fn document(sockets: impl IntoIterator<Item = Socket>) -> AsyncApi {
        let empty = AsyncApi::new("Openbell", "1.0.0", "Live.");
        sockets.into_iter().fold(empty, AsyncApi::socket)
    }

    #[test]
    fn the_order_of_the_calls_does_not_matter() {
        let [chat, auctions] = sockets();
        let one = document([chat.clone(), auctions.clone()]).to_json();
        let other = document([auctions, chat]).to_json();
        assert_eq!(one, other);
        assert!(one.ends_with("}\n"));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(root: &Value, value: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(target)) = fields.get("$ref") {
                        let pointer = target.strip_prefix('#').unwrap();
                        assert!(root.pointer(pointer).is_some(), "{target}");
                    }
                    fields.values().for_each(|inner| check(root, inner));
                }
                Value::Array(items) => items.iter().for_each(|inner| check(root, inner)),
                _ => {}
            }
        }
        let [_, auctions] = sockets();
        let document = document([auctions]).build();
        check(&document, &document);
    }

    #[test]
    fn channels_operations_and_messages() {
        let document = document(sockets()).build();
        let channel = &document["channels"]["ws_chat_room"];
        assert_eq!(channel["address"], "/ws/chat/{room}/");
        assert_eq!(channel["parameters"], json!({ "room": {} }));
        assert_eq!(document["operations"]["ws_chat_room.receive"]["action"], "receive");
        let verb = &document["components"]["messages"]["ws_chat_room.client.chat_message"];
        assert_eq!(
            verb["payload"],
            json!({
                "type": "object",
                "properties": { "text": {}, "type": { "const": "chat_message" } },
                "required": ["type", "text"],
            })
        );
        let history = &document["components"]["messages"]["ws_chat_room.server.chat_history"];
        assert_eq!(history["payload"]["allOf"][1], json!({ "$ref": "#/x" }));
        // The engine's frames stand on each socket, except where a socket has its own.
        let reference = |channel: &str| {
            let messages = &document["channels"][channel]["messages"];
            messages["client.subscribe"]["$ref"].as_str().unwrap().to_owned()
        };
        assert!(reference("ws_chat_room").ends_with("engine.client.subscribe"));
        assert!(reference("ws_auctions").ends_with("ws_auctions.client.subscribe"));
    }

    #[test]
    fn engine_fields_have_known_kinds() {
        for frame in hub::protocol_frames() {
            for field in frame.fields {
                let known = field.kind == "any" || schema_of(field.kind) != json!({});
                assert!(known, "{}.{}: {}", frame.kind, field.name, field.kind);
            }
        }
    }
}
