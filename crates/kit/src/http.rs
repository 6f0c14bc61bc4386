//! Asking other servers: the one way out by HTTP. Everything about it is bounded: the time, the
//! bytes (counted as they are after decompression), the redirects.
//!
//! The address that was asked for is the caller's choice and may lie anywhere. Where its answers
//! send us is not: another host has to be a public one, gets no credentials, and is never asked
//! without TLS when the first one was asked with it.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use domain::{SharedClock, Timestamp};
use futures_util::{StreamExt as _, stream};
use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use tokio_util::io::StreamReader;

use crate::{Input, addresses::is_public, config::Hidden};

/// How often an answer may send us elsewhere.
const MAX_REDIRECTS: usize = 5;
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the other side may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// The longest validator that is kept, in bytes.
const MAX_VALIDATOR: usize = 512;
/// How we introduce ourselves.
const USER_AGENT: &str = concat!("openbell/", env!("CARGO_PKG_VERSION"));

/// What to get, and within which bounds.
#[derive(Debug, Clone)]
pub struct Get {
    /// `http://` or `https://`.
    pub url: String,
    /// Sent as `Authorization: Bearer` to the URL's own origin, and to nobody else.
    pub bearer: Option<Hidden>,
    /// What is wanted, for the header `Accept`.
    pub accept: &'static str,
    /// The validators of what the caller has already.
    pub known: Validators,
    /// How long all of it may take, the body included.
    pub timeout: Duration,
    /// The most bytes of the body, decompressed.
    pub max_bytes: u64,
}

/// What tells one state of a resource from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What the other side answered.
pub enum Got {
    /// Nothing new since [`Get::known`].
    NotModified,
    /// The resource. Reading the body fails when it breaks a bound.
    Body {
        /// The body, decompressed.
        input: Input,
        /// What to ask with the next time.
        validators: Validators,
    },
}

/// Why nothing was got. Never has the query of a URL in it, which may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HttpError {
    /// For people.
    pub message: String,
    /// How long the other side asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl HttpError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), retry_after: None }
    }

    fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        Self::new(message)
    }
}

/// The client. Clones share their connections.
#[derive(Clone)]
pub struct Http(Arc<Inner>);

struct Inner {
    clock: SharedClock,
    clients: OnceLock<Result<Clients, HttpError>>,
}

struct Clients {
    /// Asks whom the operator named, wherever that is.
    named: Client,
    /// Asks whom an answer named.
    public: Client,
}

impl Http {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self(Arc::new(Inner { clock, clients: OnceLock::new() }))
    }

    /// Gets a resource.
    ///
    /// # Errors
    /// It cannot be reached in time, answers with another status than 200 and 304, or leads where
    /// we do not follow.
    pub async fn get(&self, get: Get) -> Result<Got, HttpError> {
        let clock = &self.0.clock;
        let mut deadline = clock.sleep(get.timeout);
        let response = tokio::select! {
            response = self.follow(&get) => response?,
            () = &mut deadline => return Err(HttpError::new("no answer in time")),
        };
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Got::NotModified);
        }
        if response.status() != StatusCode::OK {
            return Err(HttpError {
                message: format!("the answer was {}", response.status()),
                retry_after: retry_after(response.headers(), clock.now()),
            });
        }
        let validator = |name| text_of(response.headers(), name);
        let validators = Validators {
            etag: validator(header::ETAG),
            last_modified: validator(header::LAST_MODIFIED),
        };
        let max_bytes = get.max_bytes;
        let state = (response, max_bytes, deadline);
        let body =
            stream::try_unfold(state, move |(mut response, left, mut deadline)| async move {
                let chunk = tokio::select! {
                    chunk = response.chunk() => chunk,
                    () = &mut deadline => return Err(io::Error::other("it did not end in time")),
                };
                let chunk =
                    chunk.map_err(|error| io::Error::other(HttpError::of(error).message))?;
                let Some(chunk) = chunk else { return Ok(None) };
                let Some(left) = u64::checked_sub(left, chunk.len() as u64) else {
                    let message = format!("it has more than {max_bytes} bytes");
                    return Err(io::Error::other(message));
                };
                Ok(Some((chunk, (response, left, deadline))))
            });
        Ok(Got::Body { input: Box::pin(StreamReader::new(body.boxed())), validators })
    }

    /// Asks, and goes where the answers send us.
    async fn follow(&self, get: &Get) -> Result<Response, HttpError> {
        let clients = self.0.clients.get_or_init(Clients::new).as_ref().map_err(Clone::clone)?;
        let home = parse(&get.url)?;
        let mut url = home.clone();
        for _ in 0..=MAX_REDIRECTS {
            let is_home = url.origin() == home.origin();
            let client = if is_home { &clients.named } else { &clients.public };
            if !is_home {
                admit(&url, &home)?;
            }
            let mut request = client.get(url.clone()).header(header::ACCEPT, get.accept);
            if let Some(bearer) = get.bearer.as_ref().filter(|_| is_home) {
                request = request.bearer_auth(bearer.expose());
            }
            if let Some(etag) = &get.known.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(since) = &get.known.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, since);
            }
            let response = request.send().await.map_err(HttpError::of)?;
            let Some(place) = redirect(&response) else { return Ok(response) };
            url = url.join(&place).map_err(|_| HttpError::new("it redirects to no address"))?;
        }
        Err(HttpError::new(format!("more than {MAX_REDIRECTS} redirects")))
    }
}

impl Clients {
    fn new() -> Result<Self, HttpError> {
        // An error means that it is installed already, which is what is wanted.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let builder = || {
            // Proxies are in the environment, which only the configuration reads.
            let builder = Client::builder().redirect(Policy::none()).no_proxy();
            builder.connect_timeout(CONNECT).read_timeout(SILENCE).user_agent(USER_AGENT)
        };
        Ok(Self {
            named: builder().build().map_err(HttpError::of)?,
            public: builder().dns_resolver(PublicOnly).build().map_err(HttpError::of)?,
        })
    }
}

/// Finds public addresses only, so that no answer leads into our own network.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("it redirects to an address that is not public".into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// The URL that a link in an answer of `base` means, when it stays with the same origin.
///
/// # Errors
/// It leads elsewhere, or nowhere.
pub fn same_origin(base: &str, link: &str) -> Result<String, HttpError> {
    let base = parse(base)?;
    let next = base.join(link).map_err(|_| HttpError::new("the next link is no address"))?;
    if next.origin() != base.origin() || has_login(&next) {
        return Err(HttpError::new("the next link leads to another host"));
    }
    Ok(next.into())
}

/// Reads a URL that may be asked.
pub(crate) fn parse(text: &str) -> Result<Url, HttpError> {
    let wrong = || HttpError::new("must be a URL that begins with http:// or https://");
    let url = Url::parse(text).map_err(|_| wrong())?;
    if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
        return Err(wrong());
    }
    if has_login(&url) {
        return Err(HttpError::new("must not have a login in it"));
    }
    Ok(url)
}

fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Whether we go to another host that an answer named.
fn admit(url: &Url, home: &Url) -> Result<(), HttpError> {
    if !["http", "https"].contains(&url.scheme()) || has_login(url) {
        return Err(HttpError::new("it redirects to no address that is followed"));
    }
    if home.scheme() == "https" && url.scheme() != "https" {
        return Err(HttpError::new("it redirects from https to http"));
    }
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if literal.is_ok_and(|address| !is_public(address)) {
        return Err(HttpError::new("it redirects to an address that is not public"));
    }
    Ok(())
}

fn redirect(response: &Response) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let place = response.headers().get(header::LOCATION).filter(|_| is_redirect)?;
    place.to_str().ok().map(str::to_owned)
}

/// A header that can be sent back as it is.
fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= MAX_VALIDATOR).then(|| text.to_owned())
}

/// `Retry-After`, in seconds or as an instant.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER).map(HeaderValue::to_str)?.ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp::from(at.timestamp()).since(now))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
