//! The edge of the HTTP server: what happens to every request before and after its handler.
//!
//! From the outside in: the request gets an id and a span; who sends too many, and who comes when
//! too many are served at once, is refused; a clock limits its time; a panic becomes a 500; a
//! trailing slash does not matter. On the way out every plain error becomes a problem, and every
//! answer gets the security headers, a line in the access log and its place in the figures.

use std::{
    future::poll_fn,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use domain::{IdGenerator, SharedClock};
use futures_util::FutureExt as _;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::{
    arrival::Arrival,
    codes::{self, Code},
    config::Origin,
    cors, dress,
    error::Error,
    limits::{Limits, Verdict},
    metrics::{HTTP_REQUESTS, HTTP_SECONDS},
    proxies::Proxies,
};

/// The header that carries the id of a request, both ways.
pub const REQUEST_ID: axum::http::HeaderName = axum::http::HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client, in bytes.
const MAX_REQUEST_ID: usize = 64;

/// Query parameters whose values never stand in a log.
const SECRET_PARAMETERS: [&str; 6] = ["token", "access_token", "ticket", "code", "state", "key"];

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being served here; none outside of a request.
pub fn current_request_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// How the edge behaves.
#[derive(Clone)]
pub struct EdgeConfig {
    /// Limits requests, measures them and dates their ids.
    pub clock: SharedClock,
    /// A request that takes longer is answered 503.
    pub request_timeout: Duration,
    /// How many requests are served at once; one more is told `busy`.
    pub max_requests: usize,
    /// How long a body may be unless its route says otherwise.
    pub max_body_bytes: usize,
    /// Whether browsers come by TLS, and are told to stay with it.
    pub https: bool,
    /// Whose `X-Forwarded-*` is believed.
    pub trusted_proxies: Proxies,
    /// The origins whose pages may read the answers.
    pub allowed_origins: Vec<Origin>,
    /// How many requests each caller may send; none for any number.
    pub limits: Option<Arc<Limits>>,
}

impl EdgeConfig {
    /// 30 s, 1,024 requests, bodies of 1 MiB, no TLS, no proxy, no other origin, no limits.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            request_timeout: Duration::from_secs(30),
            max_requests: 1024,
            max_body_bytes: 1024 * 1024,
            https: false,
            trusted_proxies: Proxies::default(),
            allowed_origins: Vec::new(),
            limits: None,
        }
    }
}

struct Edge {
    config: EdgeConfig,
    ids: IdGenerator,
    permits: Semaphore,
}

/// Puts the edge around a complete router. A route may raise its body limit by a
/// `DefaultBodyLimit` of its own. Nothing may be added to the returned router.
pub fn edge(router: Router, config: EdgeConfig) -> Router {
    let inner = router
        .layer(middleware::from_fn(note_route))
        .layer(DefaultBodyLimit::max(config.max_body_bytes));
    let trimmed = tower::ServiceBuilder::new().map_request(without_trailing_slash).service(inner);
    let edge = Edge {
        ids: IdGenerator::new(Arc::clone(&config.clock)),
        permits: Semaphore::new(config.max_requests),
        config,
    };
    Router::new()
        .fallback_service(trimmed)
        .layer(middleware::from_fn_with_state(Arc::new(edge), serve))
}

/// Where the inner router leaves the template of the route, so that also a request that ran out
/// of time is counted at its route.
#[derive(Clone, Default)]
struct RouteSlot(Arc<OnceLock<MatchedPath>>);

async fn note_route(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    if let (Some(slot), Some(path)) =
        (extensions.get::<RouteSlot>(), extensions.get::<MatchedPath>())
    {
        // Set once a request; a nested router cannot be here first.
        let _ = slot.0.set(path.clone());
    }
    next.run(request).await
}

async fn serve(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let id = given_id(request.headers())
        .unwrap_or_else(|| edge.ids.next_uuid().as_hyphenated().to_string());
    let span = tracing::info_span!("request", id = %id);
    let header = HeaderValue::from_str(&id);
    let mut response = CURRENT.scope(id, edge.answer(request, next)).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

impl Edge {
    async fn answer(&self, mut request: Request, next: Next) -> Response {
        let started = self.config.clock.monotonic();
        let route = RouteSlot::default();
        request.extensions_mut().insert(route.clone());
        let arrival = self.arrival_of(&request);
        let (client, https) = (arrival.address, arrival.https);
        request.extensions_mut().insert(arrival);
        let method = request.method().clone();
        let uri = request.uri().clone();

        let response = if is_socket(&uri) {
            // What tells browsers how to show an answer means nothing on a socket.
            let response = self.handshake(request, next).await;
            let is_open = response.status() == StatusCode::SWITCHING_PROTOCOLS;
            if is_open { response } else { dressed(response, https) }
        } else {
            dressed(self.guarded(request, next).await, https)
        };

        let elapsed = self.config.clock.monotonic().saturating_sub(started);
        let status = response.status().as_u16();
        count(&method, &route, status, elapsed);
        tracing::info!(
            target: "openbell::access",
            %method,
            path = %for_log(&uri),
            status,
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            client = client.map(tracing::field::display),
            "answered"
        );
        response
    }

    /// A request that is not for a socket.
    async fn guarded(&self, request: Request, next: Next) -> Response {
        let origin = cors::allowed_origin(request.headers(), &self.config.allowed_origins);
        let asked =
            origin.as_ref().and_then(|_| cors::preflight(request.method(), request.headers()));
        let response = match asked {
            Some(answer) => answer,
            None => self.limited(request, next).await,
        };
        let mut response = as_problem(response);
        if !self.config.allowed_origins.is_empty() {
            cors::vary(response.headers_mut());
        }
        if let Some(origin) = origin {
            cors::admit(response.headers_mut(), origin);
        }
        response
    }

    /// A request that is not too much for its caller, and not for this server.
    async fn limited(&self, request: Request, next: Next) -> Response {
        let verdict = self.verdict(&request);
        let mut response = match verdict.and_then(|verdict| verdict.wait) {
            Some(wait) => Error::rate_limited(wait).into_response(),
            None => {
                let safe = request.method().is_safe();
                self.permitted(safe, self.caught(request, next)).await
            }
        };
        if let Some(verdict) = verdict {
            verdict.tell(response.headers_mut());
        }
        response
    }

    fn verdict(&self, request: &Request) -> Option<Verdict> {
        let arrival = request.extensions().get::<Arrival>()?;
        let limits = self.config.limits.as_ref()?;
        limits.ask(request.method(), request.uri(), request.headers(), arrival)
    }

    async fn caught(&self, request: Request, next: Next) -> Response {
        AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
            Error::internal(format!("panic: {}", panic_text(&*panic))).into_response()
        })
    }

    /// A handshake is answered without waiting for anything, so neither its time nor the number of
    /// others counts. One that does wait is a request like any other.
    async fn handshake(&self, request: Request, next: Next) -> Response {
        let safe = request.method().is_safe();
        let mut answer = pin!(self.caught(request, next));
        match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
            Poll::Ready(response) => response,
            Poll::Pending => self.permitted(safe, answer).await,
        }
    }

    /// One of a limited number, in limited time.
    async fn permitted(&self, safe: bool, answer: impl Future<Output = Response>) -> Response {
        let Ok(_permit) = self.permits.try_acquire() else {
            return Error::busy().into_response();
        };
        tokio::select! {
            // The answer first: a clock that jumps must not take a finished one away.
            biased;
            response = answer => response,
            () = self.config.clock.sleep(self.config.request_timeout) => {
                // What was written before the time ran out stays written.
                let code = if safe { &codes::BUSY } else { &codes::UNKNOWN_OUTCOME };
                Error::of(code)
                    .with_retry_after(Duration::from_secs(1))
                    .with_source("the request ran out of time")
                    .into_response()
            }
        }
    }

    fn arrival_of(&self, request: &Request) -> Arrival {
        let EdgeConfig { trusted_proxies, https, .. } = &self.config;
        let (extensions, headers) = (request.extensions(), request.headers());
        Arrival::of(extensions, request.uri(), headers, trusted_proxies, *https)
    }
}

fn dressed(response: Response, https: bool) -> Response {
    let mut response = as_problem(response);
    dress::add_security_headers(response.headers_mut(), https);
    response
}

/// Whether a request is for a socket, be it a handshake or not.
fn is_socket(uri: &Uri) -> bool {
    uri.path().strip_prefix("/ws").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("not a text")
}

/// An id from outside is kept when it can stand in a header, a log and a URL as it is.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sane = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let fits = (1..=MAX_REQUEST_ID).contains(&text.len());
    (fits && text.bytes().all(sane)).then(|| text.to_owned())
}

/// Every route answers with and without a slash at its end, without a redirect: clients of both
/// customs exist, and a redirect would drop the body of a POST.
fn without_trailing_slash(mut request: Request) -> Request {
    if let Some(uri) = trimmed(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn trimmed(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/')?;
    if path.is_empty() || path.ends_with('/') {
        return None;
    }
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

/// Errors that no handler of ours wrote (no such route, no such method, a refused upgrade) become
/// problems too.
fn as_problem(response: Response) -> Response {
    let plain = match response.headers().get(header::CONTENT_TYPE) {
        None => true,
        Some(kind) => kind.as_bytes().starts_with(b"text/plain"),
    };
    let code: &'static Code = match response.status().as_u16() {
        400 => &codes::BAD_REQUEST,
        404 => &codes::NOT_FOUND,
        405 => &codes::METHOD_NOT_ALLOWED,
        413 => &codes::TOO_LARGE,
        415 => &codes::UNSUPPORTED_MEDIA_TYPE,
        500 => &codes::INTERNAL,
        _ => return response,
    };
    if !plain {
        return response;
    }
    let mut problem = Error::of(code).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

fn count(method: &Method, route: &RouteSlot, status: u16, elapsed: Duration) {
    // Labels come from closed lists: a hostile client must not make figures without end.
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
    .to_owned();
    let route = route.0.get().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let class = match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!(
        HTTP_REQUESTS,
        "method" => method.clone(), "route" => route.clone(), "status" => class
    )
    .increment(1);
    metrics::histogram!(HTTP_SECONDS, "method" => method, "route" => route)
        .record(elapsed.as_secs_f64());
}

/// The path and the query as they may stand in a log.
fn for_log(uri: &Uri) -> String {
    let Some(query) = uri.query() else {
        return uri.path().to_owned();
    };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}=…"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{}?{}", uri.path(), shown.join("&"))
}

/// Compares the decoded name, as the handlers do: `%74oken` is `token`.
fn is_secret(name: &str) -> bool {
    let decoded = form_urlencoded::parse(name.as_bytes()).next();
    decoded.is_some_and(|(name, _)| {
        SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
    })
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
