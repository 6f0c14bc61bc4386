//! The sockets of a house, described: frames, topics, limits and codes.

use hub::{CloseCode, Direction, HubConfig, Rate};
use serde_json::{Value, json};

use crate::{
    Catalogue, FamilyInfo, SocketInfo,
    asyncapi::{AsyncApi, Frame, MULTIPLEXED, Socket, TopicFamily},
    codes::{BUILT_IN, Code},
};

impl Catalogue {
    /// Describes every socket, every family of topics and every frame, with what the protocol
    /// limits and the codes that it knows.
    pub fn asyncapi(&self, title: &str, version: &str, about: &str) -> AsyncApi {
        let mut api = AsyncApi::new(title, version, about)
            .extension("x-close-codes", close_codes())
            .extension("x-error-codes", error_codes(&self.codes))
            .extension("x-limits", limits(&HubConfig::default()));
        for socket in &self.sockets {
            api = api.socket(describe_socket(socket));
        }
        for family in &self.families {
            api = api.topic(describe_family(family));
        }
        for (name, about) in &self.aliases {
            api = api.alias(*name, *about);
        }
        for frame in &self.frames {
            for (name, schema) in &frame.parts {
                api = api.schema(name, schema.clone());
            }
            api = api.frame(Frame {
                kind: frame.kind.to_owned(),
                direction: match frame.from_server {
                    true => Direction::ToClient,
                    false => Direction::ToServer,
                },
                schema: frame.schema.clone(),
                about: frame.about.to_owned(),
                places: frame.places().map(str::to_owned).collect(),
            });
        }
        api
    }
}

fn describe_socket(socket: &SocketInfo) -> Socket {
    Socket {
        path: socket.path.to_owned(),
        who: match socket.path {
            MULTIPLEXED => "a user, or a guest for public topics".to_owned(),
            _ => who(!socket.requires_user).to_owned(),
        },
        about: socket.about.to_owned(),
        follows: socket.follows.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn describe_family(family: &FamilyInfo) -> TopicFamily {
    let FamilyInfo { name, about, kind, public, single } = *family;
    TopicFamily {
        name: name.to_owned(),
        address: if single { name.to_owned() } else { format!("{name}:{{id}}") },
        kind,
        who: who(public).to_owned(),
        about: about.to_owned(),
    }
}

const fn who(public: bool) -> &'static str {
    if public { "anyone" } else { "a user" }
}

fn close_codes() -> Value {
    let describe = |code: &CloseCode| {
        let come_back = match code.as_u16() {
            4000..=4099 => "never",
            4100..=4199 => "later",
            4200..=4299 => "at once",
            _ => "as you like",
        };
        json!({ "code": code.as_u16(), "reason": code.reason(), "come_back": come_back })
    };
    CloseCode::ALL.iter().map(describe).collect()
}

/// By code, as docs/errors.md lists them.
fn error_codes(own: &[&'static Code]) -> Value {
    let describe = |code: &&Code| {
        let Code { status, retry, title, .. } = *code;
        json!({ "status": status, "retry": retry, "description": title })
    };
    let all = BUILT_IN.iter().chain(own);
    let all = all.map(|code| (code.code.to_owned(), describe(code)));
    Value::Object(all.collect())
}

fn limits(config: &HubConfig) -> Value {
    let rate = |rate: Rate| {
        let every_ms = rate.every.as_millis() as u64;
        json!({ "at_once": rate.burst, "then_one_in_ms": every_ms })
    };
    json!({
        "max_frame_bytes": config.max_frame_bytes,
        "max_topics": config.max_topics,
        "max_replay": config.replay_limit,
        "max_queue_bytes": config.hard_queue_bytes,
        "max_connections_per_user": config.max_connections_per_user,
        "max_presence_bytes": config.max_presence_bytes,
        "max_presence_users": config.max_presence_users,
        "heartbeat_ms": config.heartbeat.as_millis() as u64,
        "sign_in_within_ms": config.auth_timeout.as_millis() as u64,
        "rates": {
            "connect, auth, subscribe, unsubscribe": rate(config.rates.subscribe),
            "history": rate(config.rates.history),
            "verbs of the socket's own": rate(config.rates.verbs),
            "presence_update": rate(config.rates.presence),
            "ping": rate(config.rates.ping),
            "pings and unasked pongs of WebSocket itself": rate(config.rates.control),
            "frames without history, by topic": rate(config.live_rate),
        },
    })
}
