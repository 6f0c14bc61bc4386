use std::{future::pending, net::SocketAddr, sync::Mutex};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::StatusCode,
    routing::{get, post},
};
use domain::{Clock, Sleep, Timestamp};
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;
use crate::{error::Result, json::Json, query::PathId};

/// A clock that stands still; its sleepers sleep for ever, or not at all.
struct StillClock {
    sleeps_end: bool,
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Sleep {
        match self.sleeps_end {
            true => Box::pin(async {}),
            false => Box::pin(pending()),
        }
    }
}

fn config(sleeps_end: bool) -> EdgeConfig {
    EdgeConfig::new(Arc::new(StillClock { sleeps_end }))
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || "index"))
        .route("/things", get(async || "list").post(async |body: Bytes| body))
        .route("/things/{id}", get(async |PathId(id): PathId| id.to_string()))
        .route("/json", post(async |Json(value): Json<Value>| Json(value)))
        .route("/panic", get(async || -> Result<()> { panic!("a secret inside") }))
        .route("/never", get(pending::<()>).post(pending::<()>))
        .route("/ws", get(async || StatusCode::SWITCHING_PROTOCOLS))
        .route("/ws/panic", get(async || -> Result<()> { panic!("a secret inside") }))
        .route("/ws/waits", get(pending::<()>))
        .route("/wsx", get(pending::<()>))
        .route("/page", get(async || axum::response::Html("<p>")))
        .route("/framed", get(async || [(header::CONTENT_SECURITY_POLICY, "default-src 'self'")]))
        .nest("/api", Router::new().route("/nested", get(async || "nested")))
}

async fn call(router: &Router, request: Request) -> (StatusCode, HeaderMap, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    (parts.status, parts.headers, text)
}

fn request(method: &str, uri: &str) -> Request {
    Request::builder().method(method).uri(uri).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn routes_answer_with_and_without_the_slash() {
    let router = edge(routes(), config(false));
    let cases = [
        ("GET", "/", 200, "index"),
        ("GET", "/?a=1", 200, "index"),
        ("GET", "/things", 200, "list"),
        ("GET", "/things/", 200, "list"),
        ("GET", "/things/?page=2", 200, "list"),
        ("GET", "/api/nested/", 200, "nested"),
        ("POST", "/things/", 200, ""),
        ("GET", "/things//", 404, ""),
        ("GET", "/things/17/", 404, ""),
        ("GET", "/nothing/", 404, ""),
        ("DELETE", "/things/", 405, ""),
    ];
    for (method, uri, status, text) in cases {
        let (found, _, body) = call(&router, request(method, uri)).await;
        assert_eq!(found.as_u16(), status, "{method} {uri}");
        if status == 200 {
            assert_eq!(body, text, "{method} {uri}");
        }
    }
}

#[tokio::test]
async fn what_no_handler_answers_is_a_problem() {
    let router = edge(routes(), config(false));
    for (method, uri, code) in [
        ("GET", "/nothing", "not_found"),
        ("DELETE", "/things", "method_not_allowed"),
        ("GET", "/panic", "internal"),
    ] {
        let (status, headers, body) = call(&router, request(method, uri)).await;
        assert_eq!(headers["content-type"], "application/problem+json", "{uri}");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status.as_u16());
        assert_eq!(problem["instance"], headers["x-request-id"].to_str().unwrap());
        assert!(!body.contains("secret"), "{body}");
        assert_eq!(headers.contains_key("allow"), status == 405, "{uri}");
    }
}

#[tokio::test]
async fn requests_have_ids() {
    let router = edge(routes(), config(false));
    let long = "x".repeat(65);
    for (given, kept) in [
        (Some("trace-1.A_b"), true),
        (Some("a b"), false),
        (Some(""), false),
        (Some("a/b"), false),
        (Some(long.as_str()), false),
        (None, false),
    ] {
        let mut request = request("GET", "/");
        if let Some(given) = given {
            request.headers_mut().insert(REQUEST_ID, given.parse().unwrap());
        }
        let (_, headers, _) = call(&router, request).await;
        let id = headers[REQUEST_ID].to_str().unwrap();
        assert_eq!(given == Some(id), kept, "{given:?}");
        assert_eq!(id.len() == 36, !kept, "{id}");
    }
    assert_eq!(current_request_id(), None);
}

#[tokio::test]
async fn time_runs_out() {
    let router = edge(routes(), config(true));
    for (method, code) in [("GET", "busy"), ("POST", "unknown_outcome")] {
        let (status, headers, body) = call(&router, request(method, "/never")).await;
        assert_eq!(status, 503);
        assert!(headers.contains_key("retry-after"));
        assert!(body.contains(code), "{body}");
    }
    let (status, _, body) = call(&router, request("GET", "/ws/waits")).await;
    assert!(status == 503 && body.contains("busy"), "{body}");
    // A handler that is ready is quicker than any clock.
    assert_eq!(call(&router, request("GET", "/things")).await.0, 200);
}

#[tokio::test]
async fn too_many_at_once_are_told_busy() {
    let mut config = config(false);
    config.max_requests = 1;
    let router = edge(routes(), config);
    let first = router.clone().oneshot(request("GET", "/never"));
    let mut first = Box::pin(first);
    assert!((&mut first).now_or_never().is_none());
    let (status, _, body) = call(&router, request("GET", "/things")).await;
    assert_eq!(status, 503);
    assert!(body.contains("\"busy\""), "{body}");
    // A client that goes away gives its place back.
    drop(first);
    assert_eq!(call(&router, request("GET", "/things")).await.0, 200);
}

#[tokio::test]
async fn handshakes_need_no_place_and_their_refusals_are_like_all_others() {
    let mut config = config(false);
    config.max_requests = 0;
    let router = edge(routes(), config);
    for path in ["/ws", "/ws/"] {
        let (status, headers, _) = call(&router, request("GET", path)).await;
        assert_eq!(status, 101);
        assert!(headers.contains_key(REQUEST_ID));
        assert!(!headers.contains_key(header::CACHE_CONTROL), "{headers:?}");
    }
    // One that waits for something is no handshake of ours, and a place is what it does not get.
    let refused = [("/ws/panic", 500), ("/ws/nowhere", 404), ("/ws/waits", 503), ("/wsx", 503)];
    for (path, expected) in refused {
        let (status, headers, body) = call(&router, request("GET", path)).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(body.contains("\"code\"") && !body.contains("secret"), "{body}");
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let mut config = config(false);
    config.max_body_bytes = 10;
    let router = edge(routes(), config);
    for (uri, body, status) in [
        ("/things", "0123456789", 200),
        ("/things", "0123456789x", 413),
        ("/json", "\"01234567\"", 200),
        ("/json", "\"012345678\"", 413),
    ] {
        let mut request = request("POST", uri);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        *request.body_mut() = Body::from(body);
        let (found, headers, _) = call(&router, request).await;
        assert_eq!(found, status, "{uri} {body}");
        if status == 413 {
            assert_eq!(headers["content-type"], "application/problem+json");
        }
    }
}

#[tokio::test]
async fn answers_are_safe_by_default() {
    let router = edge(routes(), config(false));
    let (_, headers, _) = call(&router, request("GET", "/things")).await;
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "same-origin");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(!headers.contains_key("strict-transport-security"));
    let mut tls = config(false);
    tls.https = true;
    let router = edge(routes(), tls);
    let (_, headers, _) = call(&router, request("GET", "/framed")).await;
    assert_eq!(headers["content-security-policy"], "default-src 'self'");
    assert!(headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn pages_get_the_policy_of_pages() {
    let router = edge(routes(), config(false));
    let (_, headers, _) = call(&router, request("GET", "/page")).await;
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
}

#[tokio::test]
async fn tls_is_believed_of_proxies_only() {
    let mut config = config(false);
    config.trusted_proxies = "10.0.0.0/8".parse().unwrap();
    let router = edge(routes(), config);
    for (peer, proto, hsts) in [
        ("10.0.0.1:80", "https", true),
        ("10.0.0.1:80", "http", false),
        ("9.9.9.9:80", "https", false),
    ] {
        let mut request = request("GET", "/things");
        request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static(proto));
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let (_, headers, _) = call(&router, request).await;
        let has = headers.contains_key(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(has, hsts, "{peer} {proto}");
    }
}

#[tokio::test]
async fn figures_have_the_template_of_the_route() {
    crate::metrics::install();
    let router = edge(routes(), config(false));
    call(&router, request("GET", "/things/0190a5b8-7b1e-7c3d-8f00-1234567890ab")).await;
    call(&router, request("BREW", "/nothing-at-all")).await;
    let text = crate::metrics::render();
    for part in [
        "{method=\"GET\",route=\"/things/{id}\",status=\"2xx\"}",
        "{method=\"other\",route=\"none\",status=\"4xx\"}",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("nothing-at-all"));
}

#[tokio::test]
async fn the_client_is_known_to_handlers() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let router = Router::new().route(
        "/",
        get(async move |request: Request| {
            let client = request.extensions().get::<Arrival>().cloned();
            log.lock()
                .unwrap()
                .push(client.and_then(|c| c.address).map(|address| address.to_string()));
        }),
    );
    let mut config = config(false);
    config.trusted_proxies = "10.0.0.0/8".parse().unwrap();
    let router = edge(router, config);
    for peer in [Some("10.0.0.1:80"), Some("9.9.9.9:80"), None] {
        let mut request = request("GET", "/");
        let forwarded = HeaderValue::from_static("1.2.3.4");
        request.headers_mut().insert("x-forwarded-for", forwarded);
        if let Some(peer) = peer {
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        call(&router, request).await;
    }
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(*seen.lock().unwrap(), [some("1.2.3.4"), some("9.9.9.9"), None]);
}

#[tokio::test]
async fn pages_of_listed_origins_may_read() {
    let mut config = config(false);
    config.allowed_origins = vec!["https://app.example".parse().unwrap()];
    let router = edge(routes(), config);
    let cases = [
        ("GET", Some("https://app.example"), 200, true),
        ("GET", Some("https://app.example.evil"), 200, false),
        ("GET", Some("null"), 200, false),
        ("GET", None, 200, false),
        ("OPTIONS", Some("https://app.example"), 204, true),
        ("OPTIONS", Some("https://evil.example"), 405, false),
    ];
    for (method, origin, status, admitted) in cases {
        let mut request = request(method, "/things");
        let headers = request.headers_mut();
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        let asked = HeaderValue::from_static("idempotency-key");
        headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
        headers.insert(header::ACCESS_CONTROL_REQUEST_HEADERS, asked);
        let (found, headers, _) = call(&router, request).await;
        assert_eq!(found, status, "{method} {origin:?}");
        let named = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        let named = named.map(|value| value.to_str().unwrap());
        assert_eq!(named, origin.filter(|_| admitted), "{method} {origin:?}");
        assert_eq!(headers["vary"], "Origin");
        if status == 204 {
            assert_eq!(headers["access-control-allow-headers"], "idempotency-key");
        }
    }
}

#[test]
fn tokens_stay_out_of_the_log() {
    let cases = [
        ("/ws", "/ws"),
        ("/ws?token=abc&v=1", "/ws?token=…&v=1"),
        ("/ws?v=1&TOKEN=abc", "/ws?v=1&TOKEN=…"),
        ("/ws?%74oken=abc", "/ws?%74oken=…"),
        ("/ws?ticket=abc&", "/ws?ticket=…&"),
        ("/x?tokens=3", "/x?tokens=3"),
    ];
    for (uri, shown) in cases {
        assert_eq!(for_log(&uri.parse().unwrap()), shown);
    }
}
