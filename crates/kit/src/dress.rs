//! What every answer tells browsers, whoever wrote it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Data is no page: nothing in it is ever run, loaded or framed.
const POLICY_OF_DATA: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A page takes everything from here, and may open sockets.
const POLICY_OF_PAGES: &str = "default-src 'self'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds what the handler has not said itself. `https` is whether this request came by TLS.
pub(crate) fn add_security_headers(headers: &mut HeaderMap, https: bool) {
    let kind = headers.get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "same-origin");
    // For browsers that do not know `frame-ancestors`.
    default(header::X_FRAME_OPTIONS, "DENY");
    // Pages of listed origins read by CORS, to which this does not apply.
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_page {
        default(header::CONTENT_SECURITY_POLICY, POLICY_OF_PAGES);
        default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    } else {
        default(header::CONTENT_SECURITY_POLICY, POLICY_OF_DATA);
    }
    if https {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // What has a tag may be kept by the one who asked, and is asked for again.
    let kept = if headers.contains_key(header::ETAG) { "private, no-cache" } else { "no-store" };
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(kept));
}
