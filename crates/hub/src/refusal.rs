//! Why a request was not done.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// The codes that the engine itself gives. Features bring their own with status 409.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// The frame is not what the protocol or the verb asks for.
    BadRequest,
    /// Nobody is signed in, or the token is not good.
    Unauthorized,
    /// The token was good and has run out.
    TokenExpired,
    /// Known, and not allowed.
    Forbidden,
    /// Not there, or not to be seen.
    NotFound,
    /// No verb of this name on this socket.
    UnknownType,
    /// The state of things does not permit it.
    Conflict,
    /// Events after the given position are no longer kept, or belong to another history.
    PositionUnrecoverable,
    /// The object has changed since the version that the client saw.
    PreconditionFailed,
    /// The frame is longer than the limit.
    TooLarge,
    /// Well formed, but a field breaks a rule.
    Invalid,
    /// The idempotency key came before with another body.
    KeyReused,
    /// The connection follows as many topics as it may.
    TooManySubscriptions,
    /// Too fast; see `retry_after_ms`.
    RateLimited,
    /// A fault of the server.
    Internal,
    /// A part of the house is down.
    Unavailable,
    /// Too much to do at this moment.
    Busy,
}

impl ErrorCode {
    /// All codes, for documents.
    pub const ALL: [Self; 17] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::TokenExpired,
        Self::Forbidden,
        Self::NotFound,
        Self::UnknownType,
        Self::Conflict,
        Self::PositionUnrecoverable,
        Self::PreconditionFailed,
        Self::TooLarge,
        Self::Invalid,
        Self::KeyReused,
        Self::TooManySubscriptions,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::Busy,
    ];

    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::TokenExpired => "token_expired",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::UnknownType => "unknown_type",
            Self::Conflict => "conflict",
            Self::PositionUnrecoverable => "position_unrecoverable",
            Self::PreconditionFailed => "precondition_failed",
            Self::TooLarge => "too_large",
            Self::Invalid => "invalid",
            Self::KeyReused => "key_reused",
            Self::TooManySubscriptions => "too_many_subscriptions",
            Self::RateLimited => "rate_limited",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::UnknownType => 400,
            Self::Unauthorized | Self::TokenExpired => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::PositionUnrecoverable => 410,
            Self::PreconditionFailed => 412,
            Self::TooLarge => 413,
            Self::Invalid | Self::KeyReused => 422,
            Self::TooManySubscriptions | Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable | Self::Busy => 503,
        }
    }

    /// Whether the same request may succeed later, unchanged.
    pub const fn retry(self) -> bool {
        matches!(self, Self::RateLimited | Self::Internal | Self::Unavailable | Self::Busy)
    }

    /// Whether it breaks the protocol itself; ten of these within ten seconds close the socket.
    pub const fn protocol_fault(self) -> bool {
        matches!(self, Self::BadRequest | Self::UnknownType | Self::TooLarge)
    }
}

/// A request that was not done, and why. Becomes an `error` frame.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The stable word for programs.
    pub code: Cow<'static, str>,
    /// The HTTP status that says the same.
    pub status: u16,
    /// Whether the same request may succeed later, unchanged.
    pub retry: bool,
    /// A sentence for people.
    pub message: String,
    /// How long to wait before the next try, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// More for programs, in the code's own form.
    pub details: Option<Box<RawValue>>,
    /// Whether it counts towards closing the socket for too many faults.
    pub protocol_fault: bool,
}

impl Refusal {
    /// A refusal with one of the engine's codes.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code.as_str()),
            status: code.status(),
            retry: code.retry(),
            message: message.into(),
            retry_after_ms: None,
            details: None,
            protocol_fault: code.protocol_fault(),
        }
    }

    /// A feature's refusal with its own code: status 409, no use to repeat it.
    pub fn business(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), ..Self::new(ErrorCode::Conflict, message) }
    }

    /// The frame is not what the protocol or the verb asks for.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// Nobody is signed in, or the token is not good.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unauthorized, message)
    }

    /// The token was good and has run out.
    pub fn token_expired() -> Self {
        Self::new(ErrorCode::TokenExpired, "the token has expired")
    }

    /// Known, and not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }

    /// Not there, or not to be seen.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// No verb of the name `kind` on this socket.
    pub fn unknown_type(kind: &str) -> Self {
        // The name comes from outside: only so much of it goes back.
        let shown: String = kind.chars().take(64).collect();
        Self::new(ErrorCode::UnknownType, format!("this socket knows no frame `{shown}`"))
    }

    /// The state of things does not permit it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    /// Events after the given position are no longer kept, or belong to another history.
    pub fn position_unrecoverable(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::PositionUnrecoverable, message)
    }

    /// The frame is longer than `limit_bytes`.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(ErrorCode::TooLarge, format!("a frame has at most {limit_bytes} bytes"))
    }

    /// The connection follows as many topics as it may.
    pub fn too_many_subscriptions(limit: usize) -> Self {
        Self::new(
            ErrorCode::TooManySubscriptions,
            format!("a connection follows at most {limit} topics"),
        )
    }

    /// Too fast; allowed again after `retry_after_ms`.
    pub fn rate_limited(retry_after_ms: u64) -> Self {
        let mut refusal = Self::new(ErrorCode::RateLimited, "too many requests");
        refusal.retry_after_ms = Some(retry_after_ms);
        refusal
    }

    /// A fault of the server; what it was goes to the log, not to the client.
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "something went wrong here")
    }

    /// A part of the house is down.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unavailable, message)
    }

    /// Too much to do at this moment.
    pub fn busy() -> Self {
        Self::new(ErrorCode::Busy, "too much to do at this moment")
    }

    /// The same with more for programs. Details that have no JSON form are left out.
    #[must_use]
    pub fn with_details<T: Serialize + ?Sized>(mut self, details: &T) -> Self {
        self.details = to_raw_value(details).ok();
        self
    }
}
