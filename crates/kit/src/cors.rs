//! Which pages of other origins may read the answers (CORS).
//!
//! The list is short and trusted: an origin on it may send everything, cookies included. Any other
//! origin gets an answer without these headers, which its browser then withholds.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::config::Origin;

/// How long a browser may remember that a request is allowed, in seconds.
const MAX_AGE: &str = "600";

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// What scripts may read besides the body and the few headers that they always may.
const EXPOSED: &str = "ETag, Location, Retry-After, X-Request-Id, \
                       RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";

/// The request's origin, when it is on the list.
pub(crate) fn allowed_origin(headers: &HeaderMap, list: &[Origin]) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let known = list.iter().any(|allowed| allowed.as_str().as_bytes() == origin.as_bytes());
    known.then(|| origin.clone())
}

/// The answer to a browser that asks before it sends; none when the request is something else.
pub(crate) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response> {
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    let fixed = HeaderValue::from_static;
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, fixed(METHODS));
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, fixed(MAX_AGE));
    if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    Some(response)
}

/// Tells the browser that a page of `origin` may read this answer.
pub(crate) fn admit(headers: &mut HeaderMap, origin: HeaderValue) {
    let fixed = HeaderValue::from_static;
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, fixed("true"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, fixed(EXPOSED));
}

/// Tells caches that the answer depends on the origin, whatever the origin was.
pub(crate) fn vary(headers: &mut HeaderMap) {
    const NAMES: HeaderName = header::VARY;
    headers.append(NAMES, HeaderValue::from_static("Origin"));
}
