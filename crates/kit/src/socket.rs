//! WebSockets: paths, the handshake, and the multiplexed socket `/ws`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    http::{Extensions, Request, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::Topic;
use futures_util::future::BoxFuture;
use hub::{ClientFrame, CloseCode, Endpoint, Opening, Position, Refusal, Session, StreamFrame};
use serde_json::value::RawValue;

use crate::{
    Arrival, Ctx, Error, Result,
    call::bearer,
    connections::{Place, PlaceOfConnection},
    handshake::{self, Handshake},
    limits::RouteClass,
    module::{MakeEndpoint, Verb},
    session_cookie, transport,
};

/// The protocol that a client may offer and gets back; a token beside it is never echoed.
pub const PROTOCOL: &str = "openbell.v1";
/// How a token travels as a subprotocol: `bearer.<token>`.
const PROTOCOL_TOKEN: &str = "bearer.";

/// A socket path. Words of the path in braces are given to the endpoint.
pub struct SocketRoute {
    pub(crate) path: &'static str,
    pub(crate) about: &'static str,
    pub(crate) requires_user: bool,
    pub(crate) follows: &'static [&'static str],
    pub(crate) make: MakeEndpoint,
}

impl SocketRoute {
    /// A socket at `path` (without a slash at its end) for which `make` gives the endpoint of each
    /// connection, from the context and the words in the path.
    pub fn new<F>(path: &'static str, about: &'static str, make: F) -> Self
    where
        F: Fn(Ctx, Vec<String>) -> Arc<dyn Endpoint> + Send + Sync + 'static,
    {
        Self { path, about, requires_user: true, follows: &[], make: Arc::new(make) }
    }

    /// Nobody needs to sign in for it.
    #[must_use]
    pub const fn public(mut self) -> Self {
        self.requires_user = false;
        self
    }

    /// Topics of these families are followed on it without being asked for, so their frames come;
    /// for the generated documents.
    #[must_use]
    pub const fn follows(mut self, families: &'static [&'static str]) -> Self {
        self.follows = families;
        self
    }

    pub(crate) fn matches(&self, path: &str) -> Option<Vec<String>> {
        let mut words = Vec::new();
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(words),
                (Some(name), Some(word)) if name.starts_with('{') && !word.is_empty() => {
                    words.push(word.to_owned());
                }
                (Some(same), Some(word)) if same == word => {}
                _ => return None,
            }
        }
    }
}

/// A name on `/ws` that stands for several topics, such as `watchlist`.
pub trait Alias: Send + Sync + 'static {
    /// The name.
    fn name(&self) -> &'static str;

    /// What it stands for, in half a sentence, for the generated documents.
    fn about(&self) -> &'static str;

    /// Joins what it stands for and answers with `id`.
    fn open(
        &self,
        ctx: Ctx,
        session: Session,
        id: Option<Box<RawValue>>,
        since: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>>;

    /// Leaves what it stands for.
    fn leave(&self, ctx: Ctx, session: Session) -> BoxFuture<'static, ()>;

    /// The client has joined a topic by its own name. When the alias is left, that stays.
    fn named(&self, session: &Session, topic: &Topic) {
        let _ = (session, topic);
    }

    /// The client no longer asks for a topic by its own name. Whether the alias still follows it.
    fn keeps(&self, session: &Session, topic: &Topic) -> bool {
        let _ = (session, topic);
        false
    }

    /// Whether the alias follows a topic now, whatever else does.
    fn needs(&self, session: &Session, topic: &Topic) -> bool {
        let _ = (session, topic);
        false
    }

    /// A frame of a topic that it observes.
    fn observe(&self, ctx: Ctx, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()>;
}

/// All socket paths of the house.
pub(crate) struct Sockets {
    pub(crate) routes: Vec<SocketRoute>,
}

impl Sockets {
    /// Answers a request under `/ws`: an upgrade, also for refusals that a browser should see as a
    /// close code, or a problem when it is no WebSocket at all.
    pub(crate) fn answer(&self, ctx: &Ctx, mut request: Request<axum::body::Body>) -> Response {
        let handshake = match Handshake::of(&mut request) {
            Ok(handshake) => handshake,
            Err(problem) => return *problem,
        };
        let (mut parts, _) = request.into_parts();
        let arrival = parts.extensions.get::<Arrival>().cloned().unwrap_or_default();
        let token = match token_of(ctx, &parts, &arrival) {
            Ok(token) => token,
            Err(error) => return error.into_response(),
        };
        let Some(hub) = ctx.hub().cloned() else {
            return Error::unavailable("the server is starting").into_response();
        };
        let (endpoint, mut opening) = self.opening(ctx, &parts, &arrival, token);
        let verdict = ctx.limits().ask_class(RouteClass::Socket, &parts.headers, &arrival);
        let held = Held::take(ctx, &mut parts.extensions, &arrival);
        if verdict.is_some_and(|verdict| verdict.wait.is_some()) {
            opening.refuse = Some(CloseCode::RATE_LIMITED);
        } else if held.is_none() {
            opening.refuse = Some(CloseCode::OVERLOADED);
        }
        // What is somewhat too long is read and refused by an `error` frame; only what is far too
        // long ends the connection.
        let limit = ctx.config().socket_max_frame_bytes.saturating_mul(4);
        let name = &header::SEC_WEBSOCKET_PROTOCOL;
        let offered = handshake::items(&parts.headers, name).any(|item| item == PROTOCOL);
        let (answer, upgrade) = handshake.accept(offered.then_some(PROTOCOL));
        let socket = transport::Socket { endpoint, opening, limit, held: Box::new(held) };
        hub.spawn(transport::serve(upgrade, hub.clone(), socket));
        answer
    }

    /// Where a handshake leads, and what is known of who comes.
    fn opening(
        &self,
        ctx: &Ctx,
        parts: &Parts,
        arrival: &Arrival,
        token: Option<String>,
    ) -> (Arc<dyn Endpoint>, Opening) {
        let path = parts.uri.path().trim_end_matches('/');
        let found = self.routes.iter().find_map(|route| Some((route, route.matches(path)?)));
        let mut opening = Opening {
            identity: None,
            tenant: ctx.config().tenant_of_host(arrival.host.as_deref()),
            token,
            remote: arrival.address.map(|address| address.to_string()).unwrap_or_default(),
            session: ctx.new_id(),
            requires_user: true,
            refuse: None,
        };
        let endpoint: Arc<dyn Endpoint> = match found {
            Some((route, words)) => {
                opening.requires_user = route.requires_user;
                (route.make)(ctx.clone(), words)
            }
            None => {
                opening.refuse = Some(CloseCode::UNKNOWN);
                Arc::new(Nowhere)
            }
        };
        (endpoint, opening)
    }
}

/// The places that a socket holds among the open connections for as long as it lives.
struct Held {
    _connection: Option<PlaceOfConnection>,
    _client: Option<Place>,
}

impl Held {
    /// The connection's own, and another one for the client behind a proxy; none when that client
    /// has as many as it may.
    fn take(ctx: &Ctx, extensions: &mut Extensions, arrival: &Arrival) -> Option<Self> {
        let client = match (arrival.proxied, arrival.address) {
            (true, Some(client)) => Some(ctx.connections().enter_behind_proxy(client)?),
            _ => None,
        };
        Some(Self { _connection: extensions.remove(), _client: client })
    }
}

/// The token that came with the handshake: header, ticket, subprotocol, or, where the operator
/// allows it, the query. Without any of them the session cookie, which browsers send unasked: only
/// pages that may use it.
///
/// # Errors
/// `origin_not_allowed` when a page of another origin would use the cookie.
fn token_of(ctx: &Ctx, parts: &Parts, arrival: &Arrival) -> Result<Option<String>> {
    if let Some(token) = bearer(&parts.headers) {
        return Ok(Some(token.to_owned()));
    }
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    for (name, value) in query {
        if name == "ticket" || (name == "token" && ctx.config().ws_query_token) {
            return Ok(Some(value.into_owned()));
        }
    }
    let mut offered = handshake::items(&parts.headers, &header::SEC_WEBSOCKET_PROTOCOL);
    if let Some(token) = offered.find_map(|item| item.strip_prefix(PROTOCOL_TOKEN)) {
        return Ok(Some(token.to_owned()));
    }
    let cookie = session_cookie::given(&parts.headers, arrival.https);
    // What names no origin is no page.
    let (Some(cookie), Some(origin)) = (cookie, parts.headers.get(header::ORIGIN)) else {
        return Ok(None);
    };
    if !arrival.admits(ctx.config(), origin) {
        return Err(Error::of(&crate::codes::ORIGIN_NOT_ALLOWED));
    }
    // One that is not ours, from before a new secret say, is none: there may still be a sign-in.
    let is_ours = ctx.session_cookies().verify(cookie).is_some();
    Ok(is_ours.then(|| format!("{}{cookie}", ctx.cookie_mark())))
}

/// The endpoint of a path that does not exist; the connection is closed before it starts.
struct Nowhere;

impl Endpoint for Nowhere {
    fn name(&self) -> &'static str {
        "nowhere"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        session.close(CloseCode::UNKNOWN);
        Box::pin(std::future::ready(Ok(())))
    }

    fn verb(
        &self,
        _: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::unknown_type(frame.kind()))))
    }
}

/// Verbs and aliases of features are their users'.
fn sign_in_first<T: Send + 'static>() -> BoxFuture<'static, Result<T, Refusal>> {
    Box::pin(std::future::ready(Err(Error::unauthorized().into())))
}

/// `/ws`: all topics and all verbs over one connection.
pub(crate) struct Multiplexed {
    ctx: Ctx,
    verbs: Arc<HashMap<&'static str, Verb>>,
    aliases: Arc<Vec<Arc<dyn Alias>>>,
}

impl Multiplexed {
    pub(crate) fn route(
        verbs: HashMap<&'static str, Verb>,
        aliases: Vec<Arc<dyn Alias>>,
    ) -> SocketRoute {
        let (verbs, aliases) = (Arc::new(verbs), Arc::new(aliases));
        SocketRoute::new(
            "/ws",
            "all topics and all verbs over one connection; one's own `user:<id>` is followed at \
             once",
            move |ctx, _| Arc::new(Self { ctx, verbs: verbs.clone(), aliases: aliases.clone() }),
        )
    }

    fn alias(&self, topic: &Topic) -> Option<Arc<dyn Alias>> {
        self.aliases.iter().find(|alias| alias.name() == topic.as_str()).cloned()
    }
}

impl Endpoint for Multiplexed {
    fn name(&self) -> &'static str {
        "/ws"
    }

    fn greets(&self) -> bool {
        true
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(async move {
            match session.user_id() {
                Some(user) => session.open(None, Topic::user(user), None, false).await,
                None => Ok(()),
            }
        })
    }

    /// What is open to everyone can be followed here by everyone: the families say what that is.
    fn admits_guests(&self) -> bool {
        true
    }

    fn user_changed(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        self.start(session)
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        match self.verbs.get(frame.kind()) {
            Some(_) if session.user_id().is_none() => sign_in_first(),
            Some(verb) => verb(self.ctx.clone(), session, frame),
            None => Box::pin(std::future::ready(Err(Refusal::unknown_type(frame.kind())))),
        }
    }

    fn aliases(&self, topic: &Topic) -> bool {
        self.alias(topic).is_some()
    }

    fn open_alias(
        &self,
        session: Session,
        topic: Topic,
        id: Option<Box<RawValue>>,
        since: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>> {
        match self.alias(&topic) {
            Some(_) if session.user_id().is_none() => sign_in_first(),
            Some(alias) => alias.open(self.ctx.clone(), session, id, since),
            None => Box::pin(std::future::ready(Err(Refusal::not_found("no such topic")))),
        }
    }

    fn leave_alias(&self, session: Session, topic: Topic) -> BoxFuture<'static, ()> {
        match self.alias(&topic) {
            Some(alias) => alias.leave(self.ctx.clone(), session),
            None => Box::pin(std::future::ready(())),
        }
    }

    fn named(&self, session: &Session, topic: &Topic) {
        for alias in self.aliases.iter() {
            alias.named(session, topic);
        }
    }

    fn keeps(&self, session: &Session, topic: &Topic) -> bool {
        // Each of them has to hear of it.
        let keeps = |kept, alias: &Arc<dyn Alias>| alias.keeps(session, topic) || kept;
        self.aliases.iter().fold(false, keeps)
    }

    fn needs(&self, session: &Session, topic: &Topic) -> bool {
        self.aliases.iter().any(|alias| alias.needs(session, topic))
    }

    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        let (ctx, aliases) = (self.ctx.clone(), self.aliases.clone());
        Box::pin(async move {
            for alias in aliases.iter() {
                alias.observe(ctx.clone(), session.clone(), frame.clone()).await;
            }
        })
    }
}
