//! Why a socket was closed.

use std::fmt;

use crate::Refusal;

/// A close code: 40xx do not come back, 41xx come back later, 42xx come back at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(u16);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal $reason:literal;)*) => {
        impl CloseCode {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            /// All codes that the hub gives, for documents.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// A word for the close frame.
            pub const fn reason(self) -> &'static str {
                match self.0 {
                    $($code => $reason,)*
                    _ => "",
                }
            }
        }
    };
}

codes! {
    /// The client is done.
    NORMAL = 1000 "normal";
    /// The token is not good.
    UNAUTHORIZED = 4001 "unauthorized";
    /// Not there, or not yours.
    FORBIDDEN = 4003 "forbidden";
    /// No socket of this path.
    UNKNOWN = 4004 "unknown";
    /// No token came in time.
    NO_AUTH = 4008 "no authentication in time";
    /// Not the WebSocket protocol, not UTF-8, or too long to be read.
    MALFORMED = 4009 "malformed";
    /// The user has as many connections as they may.
    TOO_MANY_CONNECTIONS = 4010 "too many connections";
    /// An administrator closed it.
    BY_ADMIN = 4013 "closed by an administrator";
    /// Ten protocol faults within ten seconds.
    TOO_MANY_ERRORS = 4014 "too many errors";
    /// The server has too much to do.
    OVERLOADED = 4100 "overloaded";
    /// The client does not read what it is sent.
    SLOW_CONSUMER = 4101 "slow consumer";
    /// Too many requests.
    RATE_LIMITED = 4102 "rate limited";
    /// A fault of the server.
    INTERNAL = 4103 "internal";
    /// The server is going down.
    DRAINING = 4200 "draining";
    /// Pings were not answered.
    NO_PONG = 4201 "no pong";
    /// The token has run out.
    TOKEN_EXPIRED = 4202 "token expired";
    /// The server lost its place in a topic.
    POSITION_LOST = 4203 "position lost";
    /// What this user may see has changed.
    PERMISSIONS_CHANGED = 4204 "permissions changed";
}

impl CloseCode {
    /// The number on the wire.
    pub const fn as_u16(self) -> u16 {
        self.0
    }

    /// The code for a connection that cannot start because of `refusal`.
    pub fn for_refusal(refusal: &Refusal) -> Self {
        match refusal.status {
            401 => Self::UNAUTHORIZED,
            429 => Self::RATE_LIMITED,
            503 => Self::OVERLOADED,
            500.. => Self::INTERNAL,
            _ => Self::FORBIDDEN,
        }
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.reason())
    }
}
