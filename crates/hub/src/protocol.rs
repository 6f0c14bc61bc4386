//! The engine's frames, described for documents. A test compares this with what is really sent.

/// Who sends a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Client to server.
    ToServer,
    /// Server to client.
    ToClient,
}

/// A field of an engine frame.
#[derive(Debug, Clone, Copy)]
pub struct FieldDoc {
    /// Its name.
    pub name: &'static str,
    /// Its type in words: `string`, `integer`, `number`, `boolean`, `object`, `array`, `topic`,
    /// `position` (`[seq, "epoch"]`), `id` (text or number, echoed), `millis` (Unix milliseconds),
    /// `any`.
    pub kind: &'static str,
    /// Whether it is always there.
    pub required: bool,
    /// What it means, with its unit.
    pub about: &'static str,
}

/// An engine frame.
#[derive(Debug, Clone, Copy)]
pub struct FrameDoc {
    /// Its `type`.
    pub kind: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// Its fields besides `type`.
    pub fields: &'static [FieldDoc],
    /// What it is for.
    pub about: &'static str,
}

const fn must(name: &'static str, kind: &'static str, about: &'static str) -> FieldDoc {
    FieldDoc { name, kind, required: true, about }
}

const fn may(name: &'static str, kind: &'static str, about: &'static str) -> FieldDoc {
    FieldDoc { name, kind, required: false, about }
}

const ID: FieldDoc = may("id", "id", "the client's id of the request");
const USER: FieldDoc = must("user_id", "string", "who");
const CH: FieldDoc = must("ch", "topic", "the topic");

const TO_SERVER: [FrameDoc; 8] = [
    FrameDoc {
        kind: "connect",
        direction: Direction::ToServer,
        fields: &[
            ID,
            may("token", "string", "who it is, when the handshake did not say"),
            may(
                "resume",
                "object",
                "topic → position, null to begin anew, or {since, throttle_ms, presence}",
            ),
        ],
        about: "Signs in and restores all subscriptions at once. Each topic is answered by \
                `subscribed` or by `unsubscribed` with a code; the `ack` comes last.",
    },
    FrameDoc {
        kind: "auth",
        direction: Direction::ToServer,
        fields: &[ID, must("token", "string", "a fresh token of the same user")],
        about: "Replaces the token of a live connection.",
    },
    FrameDoc {
        kind: "subscribe",
        direction: Direction::ToServer,
        fields: &[
            ID,
            CH,
            may(
                "since",
                "position",
                "everything up to here is known; of newest values, [version, ep]",
            ),
            may("snapshot", "boolean", "send the snapshot even when resumed"),
            may("presence", "boolean", "watch who is there, and be seen there"),
            may(
                "throttle_ms",
                "integer",
                "newest values only: at most one frame per key in this time, the last one always",
            ),
        ],
        about: "Joins a topic, or begins it anew. Answered by `subscribed` once it is live.",
    },
    FrameDoc {
        kind: "unsubscribe",
        direction: Direction::ToServer,
        fields: &[ID, CH],
        about: "Leaves a topic. Answered by `unsubscribed`.",
    },
    FrameDoc {
        kind: "history",
        direction: Direction::ToServer,
        fields: &[
            ID,
            CH,
            may("since", "position", "or a bare seq; events after it (before it in reverse)"),
            may("limit", "integer", "at most so many events; 100 unless told, 1,000 at most"),
            may("reverse", "boolean", "the newest first"),
        ],
        about: "Reads a joined topic's journal, as after a `resync`.",
    },
    FrameDoc {
        kind: "presence_update",
        direction: Direction::ToServer,
        fields: &[
            ID,
            CH,
            may("state", "any", "what others see beside the user, at most 256 bytes of JSON"),
        ],
        about: "Says how the user is, on a topic joined with `presence`. Answered when it has an \
                `id`.",
    },
    FrameDoc {
        kind: "ping",
        direction: Direction::ToServer,
        fields: &[ID, may("t0", "number", "the client's clock, echoed")],
        about: "Answered by `pong` at once, also while a verb runs.",
    },
    FrameDoc {
        kind: "<any other>",
        direction: Direction::ToServer,
        fields: &[ID],
        about: "A verb of the socket's own. Answered by `ack`, `error` or a frame of its own.",
    },
];

const TO_CLIENT: [FrameDoc; 14] = [
    FrameDoc {
        kind: "connection_established",
        direction: Direction::ToClient,
        fields: &[
            must("client", "string", "the id of this connection"),
            may("user_id", "string", "who it is, when that is known"),
            must("session", "string", "the id of this connection, for support"),
            must("server_time", "millis", "the server's clock"),
            must("heartbeat_ms", "integer", "after so long without a frame the server pings"),
            must("limits", "object", "max_frame_bytes, max_topics, max_replay, max_queue_bytes"),
            must("version", "string", "the server's version"),
        ],
        about: "The first frame where the socket greets.",
    },
    FrameDoc {
        kind: "subscribed",
        direction: Direction::ToClient,
        fields: &[
            ID,
            CH,
            may("seq", "integer", "events and snapshot lead up to here; streams only"),
            may("version", "integer", "everything up to here is known; newest values only"),
            may("ep", "string", "the epoch of `seq` or `version`"),
            must(
                "recovered",
                "boolean",
                "whether the asked position was continued without a gap, or is the newest",
            ),
            may("events", "array", "the frames after the asked position, in order"),
            may("values", "array", "the newest values, as frames"),
            may(
                "snapshot",
                "any",
                "the state at `seq`; always there when not recovered, where \
                 the topic has one",
            ),
        ],
        about: "The topic is live: every later event follows.",
    },
    FrameDoc {
        kind: "unsubscribed",
        direction: Direction::ToClient,
        fields: &[ID, CH, may("code", "string", "why, when the client did not ask for it")],
        about: "The topic is left.",
    },
    FrameDoc {
        kind: "ack",
        direction: Direction::ToClient,
        fields: &[ID, must("result", "any", "what the verb gives")],
        about: "A verb is done.",
    },
    FrameDoc {
        kind: "error",
        direction: Direction::ToClient,
        fields: &[
            ID,
            must("code", "string", "the word for programs; docs/errors.md lists them"),
            must("status", "integer", "the HTTP status that says the same"),
            must("message", "string", "a sentence for people"),
            must("retry", "boolean", "whether the same request may succeed later"),
            may("retry_after_ms", "integer", "how long to wait, in milliseconds"),
            may("details", "any", "more for programs"),
        ],
        about: "A request was not done. The connection stays.",
    },
    FrameDoc {
        kind: "resync",
        direction: Direction::ToClient,
        fields: &[
            CH,
            must("from", "integer", "the first event that did not come"),
            must("to", "integer", "the last event that did not come"),
            must("reason", "string", "slow_consumer, expired or missing"),
        ],
        about: "Events are missing; live frames go on behind `to`. After slow_consumer pull them \
                by `history`; else subscribe anew for a snapshot.",
    },
    FrameDoc {
        kind: "history",
        direction: Direction::ToClient,
        fields: &[
            ID,
            CH,
            must("events", "array", "the frames, ascending, or descending in reverse"),
            must("more", "boolean", "whether there are more in this direction"),
        ],
        about: "The answer to `history`.",
    },
    FrameDoc {
        kind: "presence_state",
        direction: Direction::ToClient,
        fields: &[
            CH,
            must("users", "array", "{user_id, state?} each, at most 1,000"),
            must("count", "integer", "how many there are"),
        ],
        about: "Who is there, all of them: replaces what the client knew. After `subscribed`, and \
                again after the client was too slow for each change.",
    },
    FrameDoc {
        kind: "presence_join",
        direction: Direction::ToClient,
        fields: &[CH, USER, may("state", "any", "what the user's client says of itself")],
        about: "A user has come, with the first of their connections.",
    },
    FrameDoc {
        kind: "presence_leave",
        direction: Direction::ToClient,
        fields: &[CH, USER],
        about: "A user has gone: none of their connections came back within 5 s.",
    },
    FrameDoc {
        kind: "presence_update",
        direction: Direction::ToClient,
        fields: &[CH, USER, must("state", "any", "the new state; null when it was taken away")],
        about: "A user's state has changed.",
    },
    FrameDoc {
        kind: "pong",
        direction: Direction::ToClient,
        fields: &[
            ID,
            may("t0", "number", "as it came"),
            must("ts", "millis", "the server's clock"),
        ],
        about: "The answer to `ping`.",
    },
    FrameDoc {
        kind: "auth_expiring",
        direction: Direction::ToClient,
        fields: &[must("expires_at", "millis", "when the connection will close 4202")],
        about: "The token runs out soon; send `auth`.",
    },
    FrameDoc {
        kind: "reconnect",
        direction: Direction::ToClient,
        fields: &[
            must("after_ms", "integer", "wait so long, in milliseconds, before coming back"),
            must("reason", "string", "draining"),
        ],
        about: "The server goes down; the connection closes 4200 next.",
    },
];

const COUNT: usize = TO_SERVER.len() + TO_CLIENT.len();

const FRAMES: [FrameDoc; COUNT] = {
    let mut all = [TO_SERVER[0]; COUNT];
    let mut i = 0;
    while i < COUNT {
        let own = TO_SERVER.len();
        all[i] = if i < own { TO_SERVER[i] } else { TO_CLIENT[i - own] };
        i += 1;
    }
    all
};

/// All frames that the engine itself reads and writes.
pub fn protocol_frames() -> &'static [FrameDoc] {
    &FRAMES
}
