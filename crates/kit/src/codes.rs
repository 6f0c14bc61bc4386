//! The one registry of error codes: what each means on REST and on sockets.
//!
//! A code is the stable word that programs compare; texts may change, codes may not. Features
//! define further `static` codes of their own and hand them to their module, so that
//! `docs/errors.md` lists every code there is.

use std::fmt::Write as _;

/// One cause of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable word, snake_case, unique in the installation.
    pub code: &'static str,
    /// The HTTP status; sockets send the same number.
    pub status: u16,
    /// Whether the same request, unchanged, may succeed later.
    pub retry: bool,
    /// What it means, in half a sentence.
    pub title: &'static str,
}

impl Code {
    /// A feature's refusal for the state of things: 409, and no use to repeat it.
    pub const fn conflict(code: &'static str, title: &'static str) -> Self {
        Self { code, status: 409, retry: false, title }
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $retry:ident, $title:literal;)*) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            pub static $name: Code = Code {
                code: $code,
                status: $status,
                retry: codes!(@retry $retry),
                title: $title,
            };
        )*

        /// Every code that the house itself gives, by status.
        pub static BUILT_IN: &[&Code] = &[$(&$name),*];
    };
    (@retry retry) => { true };
    (@retry never) => { false };
}

codes! {
    BAD_REQUEST = "bad_request", 400, never, "the request cannot be read";
    UNKNOWN_TYPE = "unknown_type", 400, never, "this socket knows no frame of that type";
    UNAUTHORIZED = "unauthorized", 401, never, "nobody is signed in, or the token is not good";
    TOKEN_EXPIRED = "token_expired", 401, never, "the token has expired";
    INVALID_CREDENTIALS = "invalid_credentials", 401, never, "the e-mail or the password is wrong";
    FORBIDDEN = "forbidden", 403, never, "the role for this is missing";
    ORIGIN_NOT_ALLOWED = "origin_not_allowed", 403, never,
        "pages of this origin may not use the session cookie here";
    CSRF_MISSING = "csrf_missing", 403, never,
        "a change by session cookie needs the CSRF header";
    NOT_FOUND = "not_found", 404, never, "there is no such thing, or none that you may see";
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, never, "this address has no such method";
    CONFLICT = "conflict", 409, never, "the state of things does not permit it";
    POSITION_UNRECOVERABLE = "position_unrecoverable", 410, never,
        "what came after that position is no longer kept";
    PRECONDITION_FAILED = "precondition_failed", 412, never,
        "it has changed since the version that you saw";
    TOO_LARGE = "too_large", 413, never, "the body or the frame is too large";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", 415, never,
        "the body is not of a type that is read here";
    INVALID = "invalid", 422, never, "a field breaks a rule";
    KEY_REUSED = "key_reused", 422, never, "this idempotency key came before with another request";
    UPGRADE_REQUIRED = "upgrade_required", 426, never, "this address is a WebSocket";
    PRECONDITION_REQUIRED = "precondition_required", 428, never, "the `If-Match` header is missing";
    RATE_LIMITED = "rate_limited", 429, retry, "too many requests";
    TOO_MANY_SUBSCRIPTIONS = "too_many_subscriptions", 429, never,
        "this connection follows as many topics as it may";
    INTERNAL = "internal", 500, retry, "something went wrong here";
    BUSY = "busy", 503, retry, "too much to do at this moment";
    UNAVAILABLE = "unavailable", 503, retry, "a part of the installation is down";
    UNKNOWN_OUTCOME = "unknown_outcome", 503, retry,
        "the answer was lost: it may or may not have been done";
}

/// Renders `docs/errors.md`: the built-in codes and `extra`, by status, then by code. The order of
/// `extra` does not matter.
pub fn errors_markdown(extra: &[&Code]) -> String {
    let mut all: Vec<&Code> = BUILT_IN.iter().chain(extra).copied().collect();
    all.sort_by_key(|code| (code.status, code.code));
    all.dedup();
    let mut text = String::from(
        "# Error codes\n\n\
         Generated from the code registry. REST answers `application/problem+json` with the code \
         in `code`;\nsockets send an `error` frame with the same code and status. *Retry* means \
         that the same request,\nunchanged, may succeed later; repeat a change only with the same \
         `Idempotency-Key`.\n\n\
         | status | code | meaning | retry |\n|---|---|---|---|\n",
    );
    for code in all {
        let retry = if code.retry { "yes" } else { "no" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | `{}` | {} | {retry} |", code.status, code.code, code.title);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_words_with_error_statuses() {
        let mut seen = BTreeSet::new();
        for code in BUILT_IN {
            assert!(seen.insert(code.code), "{} twice", code.code);
            assert!((400..600).contains(&code.status), "{}", code.code);
            assert!(
                code.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{}",
                code.code
            );
        }
    }

    #[test]
    fn the_engine_says_the_same() {
        for wire in hub::ErrorCode::ALL {
            let ours = BUILT_IN
                .iter()
                .find(|code| code.code == wire.as_str())
                .unwrap_or_else(|| panic!("{} is not registered", wire.as_str()));
            assert_eq!((ours.status, ours.retry), (wire.status(), wire.retry()), "{}", ours.code);
        }
    }

    #[test]
    fn the_document_is_sorted_and_names_extras() {
        static OUTBID: Code = Code::conflict("outbid", "somebody has bid more");
        let text = errors_markdown(&[&OUTBID]);
        let rows: Vec<&str> = text.lines().filter(|l| l.starts_with("| 4")).collect();
        assert!(rows.is_sorted());
        assert!(text.contains("| 409 | `outbid` | somebody has bid more | no |"));
        assert!(text.contains("| 503 | `busy` | too much to do at this moment | yes |"));
        assert_eq!(text, errors_markdown(&[&OUTBID, &CONFLICT]));
    }
}
