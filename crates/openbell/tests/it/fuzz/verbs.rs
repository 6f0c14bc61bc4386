//! Every verb of every socket, with frames that fit, nearly fit, and do not.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use testkit::{Actor, FrameBook, SocketProbe};

use super::{House, values::Maker};

const SEED: u64 = 0x50c;
/// How many frames of each type each socket gets.
const FRAMES: usize = 24;
/// The house closes with this when something of its own went wrong.
const INTERNAL: u16 = 4103;
/// So long the clock goes on between frames, so that they are not too many.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) async fn trial(house: &House) {
    house.furnish().await;
    let book = FrameBook::new(house.asyncapi.clone());
    let mut maker = Maker::new(SEED);
    for actor in [&house.ann, &house.olga] {
        for address in ["/api/v1/properties", "/api/v1/watchlist", "/api/v1/notifications"] {
            maker.learn(address, &actor.get(address).await.json);
        }
    }
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for channel in house.asyncapi["channels"].as_object().expect("channels").values() {
        for actor in [house.ann.clone(), house.app.anonymous()] {
            let path = path_of(channel, &mut maker);
            let mut line = Line::open(actor, path).await;
            for (name, schema) in frames_of(channel, &book) {
                for _ in 0..FRAMES {
                    let text = frame(&book, &name, &schema, &mut maker);
                    line.say(house, &text, &mut answers).await;
                }
            }
        }
    }
    let error = answers.get("error").copied().unwrap_or_default();
    let all: usize = answers.values().sum();
    assert!(answers.len() > 8 && error * 10 < all * 9, "hardly anything was answered: {answers:?}");
}

/// The path of a socket; whom it speaks of is oneself, or anybody.
fn path_of(channel: &Value, maker: &mut Maker) -> String {
    let words = channel["address"].as_str().expect("an address").split('/');
    let words = words.map(|word| match word.starts_with('{') {
        true if maker.percent(70) => "me".to_owned(),
        true => maker.id(),
        false => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("/")
}

/// The frames that clients send on a socket: their type and their form.
fn frames_of(channel: &Value, book: &FrameBook) -> Vec<(String, Value)> {
    let messages = channel["messages"].as_object().expect("messages").iter();
    let sent = messages.filter(|(key, _)| key.starts_with("client."));
    let forms = sent.map(|(_, message)| {
        let message = book.schema(message);
        let name = message["name"].as_str().expect("a name").to_owned();
        (name, message["payload"].clone())
    });
    forms.collect()
}

fn frame(book: &FrameBook, name: &str, schema: &Value, maker: &mut Maker) -> String {
    if maker.percent(4) {
        let garbage = ["", "{", "[]", "null", "\"x\"", "{\"type\":1}", "{\"type\":\"nothing\"}"];
        return maker.one_of(&garbage).to_owned();
    }
    let mut value = match maker.percent(40) {
        true => maker.fitting(book, schema),
        false => maker.odd(book, schema),
    };
    if let Value::Object(fields) = &mut value
        && maker.percent(90)
    {
        fields.insert("type".to_owned(), name.into());
        if fields.contains_key("ch") && maker.percent(60) {
            let family = maker.one_of(&["property", "user", "nothing", "watchlist"]);
            fields.insert("ch".to_owned(), format!("{family}:{}", maker.id()).into());
        }
    }
    value.to_string()
}

/// A socket that is opened anew whenever it was closed.
struct Line {
    actor: Actor,
    path: String,
    probe: SocketProbe,
    /// The last ping.
    marks: i64,
}

impl Line {
    async fn open(actor: Actor, path: String) -> Self {
        let probe = actor.socket(&path).await;
        Self { actor, path, probe, marks: 0 }
    }

    /// Says something and reads what comes, until the ping behind it is answered.
    async fn say(&mut self, house: &House, text: &str, answers: &mut BTreeMap<String, usize>) {
        self.probe.try_send_text(text).await;
        house.app.clock().advance(PAUSE);
        self.marks += 1;
        let mark = 4_000_000 + self.marks;
        self.probe.try_send_text(&json!({ "type": "ping", "t0": mark }).to_string()).await;
        loop {
            match self.probe.next_or_closed().await {
                Ok(frame) if frame.kind() == "pong" && frame["t0"] == mark => return,
                Ok(frame) => {
                    let told = || format!("{} was told {text}\nand said {}", self.path, frame.text);
                    let code = frame["code"].as_str().unwrap_or_default();
                    let fault = ["internal", "unavailable", "busy"].contains(&code);
                    assert!(!fault, "a fault of the server: {}", told());
                    *answers.entry(frame.kind().to_owned()).or_default() += 1;
                }
                Err(code) => {
                    let told = || format!("{} was told {text} and closed {code:?}", self.path);
                    assert!(code.is_some_and(|code| code != INTERNAL), "{}", told());
                    self.probe = self.actor.socket(&self.path).await;
                    return;
                }
            }
        }
    }
}
