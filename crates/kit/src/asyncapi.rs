//! The description of the sockets: an AsyncAPI 3.0 document from plain data.
//!
//! In AsyncAPI the document speaks for the server: what a client sends is a `receive` operation.
//! A topic is no channel of its own, because it has no address to connect to: topics stand under
//! `x-topics`, and their frames in the channel of `/ws`, where every topic can be followed.

mod schema;

use std::collections::BTreeMap;

use hub::{Direction, Kind};
use serde_json::{Map, Value, json};

use self::schema::{engine_frame, reference, sorted, with_type};

/// The socket on which every topic can be followed.
pub(crate) const MULTIPLEXED: &str = "/ws";

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
    /// The paths of sockets and the names of families of topics where it is seen.
    pub places: Vec<String>,
}

/// A socket path, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Socket {
    /// The path with its parameters in braces: `/ws/chat/{room}`.
    pub path: String,
    /// Who may open it.
    pub who: String,
    /// What it is for.
    pub about: String,
    /// Families of topics that are followed on it without being asked for.
    pub follows: Vec<String>,
}

/// A family of topics, described.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicFamily {
    /// Its name: what stands before the colon.
    pub name: String,
    /// Its topics: `property:{id}`, or the bare name.
    pub address: String,
    /// What its topics promise.
    pub kind: Kind,
    /// Who may follow one.
    pub who: String,
    /// What it is for.
    pub about: String,
}

/// Gathers the document. The order of the calls does not matter.
#[derive(Debug, Default)]
pub struct AsyncApi {
    title: String,
    version: String,
    about: String,
    sockets: Vec<Socket>,
    topics: Vec<TopicFamily>,
    aliases: BTreeMap<String, String>,
    frames: Vec<Frame>,
    schemas: BTreeMap<String, Value>,
    extensions: Map<String, Value>,
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

    /// The same with one more family of topics.
    #[must_use]
    pub fn topic(mut self, topic: TopicFamily) -> Self {
        self.topics.push(topic);
        self
    }

    /// The same with one more name on `/ws` that stands for several topics.
    #[must_use]
    pub fn alias(mut self, name: impl Into<String>, about: impl Into<String>) -> Self {
        self.aliases.insert(name.into(), about.into());
        self
    }

    /// The same with one more frame. The engine's frames are there already.
    #[must_use]
    pub fn frame(mut self, frame: Frame) -> Self {
        self.frames.push(frame);
        self
    }

    /// The same with a schema that frames refer to as `#/components/schemas/<name>`.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>, schema: Value) -> Self {
        self.schemas.insert(name.into(), schema);
        self
    }

    /// The same with something that AsyncAPI has no place for; its name begins with `x-`.
    #[must_use]
    pub fn extension(mut self, name: impl Into<String>, value: Value) -> Self {
        self.extensions.insert(name.into(), value);
        self
    }

    /// The document. Keys are sorted, so equal input gives equal text.
    pub fn build(&self) -> Value {
        let messages = self.messages();
        let mut channels = Map::new();
        let mut operations = Map::new();
        for socket in &self.sockets {
            let channel = slug(&socket.path);
            let keys = self.keys(socket, &messages);
            for (direction, action) in
                [(Direction::ToServer, "receive"), (Direction::ToClient, "send")]
            {
                let prefix = prefix_of(direction);
                let of_direction: Vec<Value> = keys
                    .keys()
                    .filter(|key| key.starts_with(prefix))
                    .map(|key| reference(&["channels", &channel, "messages", key]))
                    .collect();
                let operation = json!({
                    "action": action,
                    "channel": reference(&["channels", &channel]),
                    "messages": of_direction,
                });
                operations.insert(format!("{channel}.{action}"), operation);
            }
            channels.insert(channel, channel_of(socket, &keys));
        }
        let described: Map<String, Value> =
            messages.iter().map(|(name, frame)| (name.clone(), self.message(frame))).collect();
        let mut document = json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": self.title,
                "version": self.version,
                "description": self.about,
            },
            "defaultContentType": "application/json",
            "channels": channels,
            "operations": operations,
            "components": { "messages": described, "schemas": self.schemas },
            "x-topics": self.topics_of(&messages),
        });
        for (name, value) in &self.extensions {
            document[name] = value.clone();
        }
        sorted(document)
    }

    /// The document as it is kept in the repository: indented, with a newline at its end.
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.build())
    }

    /// Every frame, the engine's included, by the name of its message.
    fn messages(&self) -> BTreeMap<String, Frame> {
        let mut named: BTreeMap<String, Frame> = BTreeMap::new();
        for frame in hub::protocol_frames().iter().filter_map(engine_frame) {
            named.insert(format!("engine.{}", key_of(&frame)), frame);
        }
        for frame in &self.frames {
            let place = frame.places.iter().min().map_or_else(String::new, |place| slug(place));
            named.insert(format!("{place}.{}", key_of(frame)), frame.clone());
        }
        named
    }

    /// Where a frame is seen on this socket: here, or on a topic that can be followed here. The
    /// engine's frames have no places and are seen everywhere.
    fn is_seen(&self, frame: &Frame, socket: &Socket) -> bool {
        let followed = |place: &String| {
            socket.follows.contains(place)
                || (socket.path == MULTIPLEXED && !place.starts_with('/'))
        };
        frame.places.is_empty()
            || frame.places.contains(&socket.path)
            || frame.places.iter().any(followed)
    }

    /// The messages of a socket. Where several have the same type, the socket's own has the bare
    /// name: the engine's form is seen as well, as in the answer to a verb of the engine's.
    fn keys(&self, socket: &Socket, messages: &BTreeMap<String, Frame>) -> Map<String, Value> {
        let seen = messages.iter().filter(|(_, frame)| self.is_seen(frame, socket));
        let (own, others): (Vec<_>, Vec<_>) =
            seen.partition(|(_, frame)| frame.places.contains(&socket.path));
        let mut keys = Map::new();
        for (name, frame) in own.into_iter().chain(others) {
            let mut key = key_of(frame);
            if keys.contains_key(&key) {
                let owner = name.split('.').next().unwrap_or_default();
                key = format!("{key}.{owner}");
            }
            keys.insert(key, reference(&["components", "messages", name]));
        }
        keys
    }

    fn topics_of(&self, messages: &BTreeMap<String, Frame>) -> Map<String, Value> {
        let seen_on = |name: &String| -> Vec<Value> {
            let seen = messages.iter().filter(|(_, frame)| frame.places.contains(name));
            seen.map(|(name, _)| reference(&["components", "messages", name])).collect()
        };
        let topics = self.topics.iter().map(|topic| {
            let described = json!({
                "address": topic.address,
                "kind": word_of(topic.kind),
                "who": topic.who,
                "description": topic.about,
                "messages": seen_on(&topic.name),
            });
            (topic.name.clone(), described)
        });
        let aliases = self.aliases.iter().map(|(name, about)| {
            let described = json!({
                "address": name,
                "kind": "alias",
                "who": "a user",
                "description": about,
                "messages": seen_on(name),
            });
            (name.clone(), described)
        });
        topics.chain(aliases).collect()
    }

    fn message(&self, frame: &Frame) -> Value {
        let on_topic = frame.places.iter().any(|place| !place.starts_with('/'));
        json!({
            "name": frame.kind,
            "title": frame.kind,
            "summary": frame.about,
            "payload": with_type(&frame.schema, &frame.kind, on_topic),
        })
    }
}

const fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream => "stream",
        Kind::Ephemeral => "ephemeral",
        Kind::Latest => "latest",
        Kind::Map => "map",
    }
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

/// `/ws/chat/{room}` → `ws_chat_room`.
fn slug(path: &str) -> String {
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
        "description": format!("{}. Who: {}.", socket.about, socket.who),
        "messages": messages,
    });
    if !parameters.is_empty() {
        channel["parameters"] = parameters.into();
    }
    channel
}

#[cfg(test)]
mod tests {
    use super::{schema::schema_of, *};

    fn frame(kind: &str, direction: Direction, schema: Value, places: &[&str]) -> Frame {
        let places = places.iter().map(|place| (*place).to_owned()).collect();
        Frame { kind: kind.to_owned(), direction, schema, about: "About it.".to_owned(), places }
    }

    fn socket(path: &str) -> Socket {
        let (who, about) = ("members".to_owned(), "One room".to_owned());
        Socket { path: path.to_owned(), who, about, follows: Vec::new() }
    }

    fn rooms() -> TopicFamily {
        TopicFamily {
            name: "room".to_owned(),
            address: "room:{id}".to_owned(),
            kind: Kind::Stream,
            who: "members".to_owned(),
            about: "One room".to_owned(),
        }
    }

    /// The whole document, put together forwards or backwards.
    fn document(backwards: bool) -> AsyncApi {
        let said = json!({ "properties": { "text": {} }, "required": ["text"] });
        let mut frames = vec![
            frame("chat_message", Direction::ToServer, said.clone(), &["/ws/chat/{room}"]),
            frame("chat_message", Direction::ToClient, said, &["room", "/ws/chat/{room}"]),
            frame("history", Direction::ToClient, json!({ "$ref": "#/x" }), &["/ws/chat/{room}"]),
            frame("subscribe", Direction::ToServer, json!({}), &["/ws/auctions"]),
        ];
        let mut sockets = vec![socket("/ws/chat/{room}"), socket("/ws/auctions"), socket("/ws")];
        if backwards {
            frames.reverse();
            sockets.reverse();
        }
        let empty = AsyncApi::new("Openbell", "1.0.0", "Live.").topic(rooms());
        let api = sockets.into_iter().fold(empty, AsyncApi::socket);
        frames.into_iter().fold(api, AsyncApi::frame)
    }

    #[test]
    fn the_order_of_the_calls_does_not_matter() {
        let text = document(false).to_json();
        assert_eq!(text, document(true).to_json());
        assert!(text.ends_with("}\n"));
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
        let document = document(false).extension("x", json!({})).build();
        check(&document, &document);
    }

    #[test]
    fn channels_operations_and_messages() {
        let document = document(false).build();
        let channel = &document["channels"]["ws_chat_room"];
        assert_eq!(channel["address"], "/ws/chat/{room}");
        assert_eq!(channel["parameters"], json!({ "room": {} }));
        assert_eq!(document["operations"]["ws_chat_room.receive"]["action"], "receive");
        let messages = &document["components"]["messages"];
        assert_eq!(
            messages["ws_chat_room.client.chat_message"]["payload"],
            json!({
                "type": "object",
                "properties": { "text": {}, "type": { "const": "chat_message" } },
                "required": ["type", "text"],
            })
        );
        let history = &messages["ws_chat_room.server.history"];
        assert_eq!(history["payload"]["allOf"][1], json!({ "$ref": "#/x" }));
        // The engine's frames stand on each socket, beside those that a socket makes its own.
        let target = |channel: &str, key: &str| {
            let messages = &document["channels"][channel]["messages"];
            messages[key]["$ref"].as_str().unwrap().to_owned()
        };
        let subscribe = "client.subscribe";
        assert!(target("ws_chat_room", subscribe).ends_with("/engine.client.subscribe"));
        assert!(target("ws_auctions", subscribe).ends_with("/ws_auctions.client.subscribe"));
        let engines = target("ws_auctions", "client.subscribe.engine");
        assert!(engines.ends_with("/engine.client.subscribe"));
    }

    #[test]
    fn frames_of_topics_stand_on_the_multiplexed_socket() {
        let document = document(false).build();
        let topic = &document["x-topics"]["room"];
        assert_eq!((&topic["kind"], &topic["address"]), (&json!("stream"), &json!("room:{id}")));
        let target = &topic["messages"][0]["$ref"];
        assert_eq!(document["channels"]["ws"]["messages"]["server.chat_message"]["$ref"], *target);
        assert!(document["channels"]["ws_auctions"]["messages"]["server.chat_message"].is_null());
        let pointer = target.as_str().and_then(|text| text.strip_prefix('#')).unwrap();
        let fields = &document.pointer(pointer).unwrap()["payload"]["properties"];
        assert_eq!(
            (&fields["seq"]["type"], &fields["ch"]["type"]),
            (&json!("integer"), &json!("string"),)
        );
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
