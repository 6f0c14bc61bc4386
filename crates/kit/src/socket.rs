//! WebSockets: paths, the handshake, and the multiplexed socket `/ws`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    http::{HeaderMap, Request, Uri, header},
    response::{IntoResponse, Response},
};
use domain::{TenantId, Topic};
use futures_util::future::BoxFuture;
use hub::{ClientFrame, CloseCode, Endpoint, Opening, Position, Refusal, Session, StreamFrame};
use serde_json::value::RawValue;

use crate::{
    Ctx, Error, Result,
    call::bearer,
    handshake::{self, Handshake},
    module::{MakeEndpoint, Verb},
    transport,
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
        let (parts, _) = request.into_parts();
        let Some(hub) = ctx.hub().cloned() else {
            return Error::unavailable("the server is starting").into_response();
        };
        let path = parts.uri.path().trim_end_matches('/');
        let found = self.routes.iter().find_map(|route| Some((route, route.matches(path)?)));
        let mut opening = Opening {
            identity: None,
            tenant: TenantId::DEFAULT,
            token: token_of(ctx, &parts.uri, &parts.headers, bearer(&parts)),
            remote: String::new(),
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
        // What is somewhat too long is read and refused by an `error` frame; only what is far too
        // long ends the connection.
        let limit = ctx.config().socket_max_frame_bytes.saturating_mul(4);
        let name = &header::SEC_WEBSOCKET_PROTOCOL;
        let offered = handshake::items(&parts.headers, name).any(|item| item == PROTOCOL);
        let (answer, upgrade) = handshake.accept(offered.then_some(PROTOCOL));
        hub.spawn(transport::serve(upgrade, hub.clone(), endpoint, opening, limit));
        answer
    }
}

/// The token that came with the handshake: header, ticket, subprotocol, or, where the operator
/// allows it, the query.
fn token_of(ctx: &Ctx, uri: &Uri, headers: &HeaderMap, bearer: Option<&str>) -> Option<String> {
    if let Some(token) = bearer {
        return Some(token.to_owned());
    }
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    for (name, value) in query {
        if name == "ticket" || (name == "token" && ctx.config().ws_query_token) {
            return Some(value.into_owned());
        }
    }
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let token = offered.split(',').find_map(|part| part.trim().strip_prefix(PROTOCOL_TOKEN));
    token.map(str::to_owned)
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

    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        let (ctx, aliases) = (self.ctx.clone(), self.aliases.clone());
        Box::pin(async move {
            for alias in aliases.iter() {
                alias.observe(ctx.clone(), session.clone(), frame.clone()).await;
            }
        })
    }
}
