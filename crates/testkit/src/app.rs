//! A whole house in a test: in-process, on either database, on a clock that the test moves.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use domain::{IdGenerator, Role, Roles, Scope, TenantId, Timestamp, UserId};
use hub::{Broker, Link, MemoryBroker, RedisBroker};
use kit::{App, Config, Ctx, Input, Module, Parts, Report, Reporter, Run, Secret};
use serde_json::Value;
use store::{Durability, Store, StoreConfig, Tx};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tower::ServiceExt;

use crate::{
    binary::NO_LIMITS,
    clock::FakeClock,
    frames::FrameBook,
    proxy::FaultProxy,
    redis::TestRedis,
    servers::{TestDatabase, TestPostgres},
    socket::SocketProbe,
};

/// When every test begins: a Wednesday morning.
pub const START: &str = "2026-01-14T15:00:00.000Z";
/// How long, in real time, something may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// Embedded SQLite in a temporary folder.
    Sqlite,
    /// A database of its own on the test run's PostgreSQL.
    Postgres,
}

impl Database {
    /// Both, for tests that run on each.
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

enum Place {
    Sqlite,
    Postgres(TestDatabase),
    Shared(String),
}

/// What outlives a stopped [`TestApp`]: database, folder, clock, broker.
pub struct Home {
    folder: tempfile::TempDir,
    place: Place,
    clock: FakeClock,
    broker: Arc<MemoryBroker>,
    redis: Option<TestRedis>,
    real_pauses: bool,
    settings: Vec<(String, String)>,
    /// What the configuration file says.
    file: String,
}

impl Home {
    /// A new, empty home.
    pub async fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = match database {
            Database::Sqlite => Place::Sqlite,
            Database::Postgres => Place::Postgres(TestPostgres::database().await),
        };
        let start: Timestamp = START.parse().expect("a timestamp");
        Self {
            folder,
            place,
            clock: FakeClock::new(start),
            broker: Arc::new(MemoryBroker::default()),
            redis: None,
            real_pauses: false,
            settings: Vec::new(),
            file: String::new(),
        }
    }

    /// Sets a variable of the configuration. Without any a test's house has no limits of rates.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Has houses that start from now on read this `openbell.toml`.
    pub fn use_file(&mut self, text: impl Into<String>) {
        self.file = text.into();
    }

    /// Lets pauses pass in real time, for callers that race and wait for one another. Times shown
    /// are still those of the test's clock.
    pub const fn wait_in_real_time(&mut self) {
        self.real_pauses = true;
    }

    /// Connects the nodes by Redis instead of memory, each with connections of its own. What the
    /// broker waits for passes in real time, everything else on the house's clock.
    pub fn use_redis(&mut self, redis: TestRedis) {
        self.redis = Some(redis);
    }

    /// Uses a PostgreSQL database that somebody else owns, such as another home's.
    pub fn use_postgres(&mut self, url: &str) {
        self.place = Place::Shared(url.to_owned());
    }

    /// This home's part of Redis, seen through a proxy: for another home whose messages are lost.
    pub fn redis_through(&self, proxy: &FaultProxy) -> TestRedis {
        self.redis.as_ref().expect("the home uses Redis").at(proxy.redis_url())
    }

    /// The database's URL.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite => {
                format!("sqlite://{}", self.folder.path().join("openbell.db").display())
            }
            Place::Postgres(database) => database.url().to_owned(),
            Place::Shared(url) => url.clone(),
        }
    }

    /// The clock, while no house stands.
    pub const fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration of a test: weak passwords, a fixed secret, this home's database.
    pub fn config(&self) -> Config {
        let settings = [
            ("OPENBELL_DATA_DIR", self.folder.path().display().to_string()),
            ("DATABASE_URL", self.url()),
            ("OPENBELL_SECRET", "the secret of every test, long enough".to_owned()),
            ("OPENBELL_ARGON2_MEMORY_KIB", "64".to_owned()),
            ("OPENBELL_ARGON2_ITERATIONS", "1".to_owned()),
        ];
        let limits = NO_LIMITS.map(|(name, value)| (name, value.to_owned()));
        let settings = settings.into_iter().chain(limits);
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        // Of two values for one name the later one counts.
        let settings = settings.chain(self.settings.clone());
        let path = self.folder.path().join("openbell.toml");
        std::fs::write(&path, &self.file).expect("the configuration file");
        Config::load(settings, Some(&path)).expect("the configuration of a test")
    }

    async fn build(&self, modules: Vec<Module>) -> App {
        let clock = match self.real_pauses {
            true => self.clock.waiting_in_real_time(),
            false => self.clock.shared(),
        };
        let mut store_config = StoreConfig::new(self.url());
        store_config.durability = Durability::Off;
        let store = Store::open(&store_config, clock.clone()).expect("the store opens");
        let broker: Arc<dyn Broker> = match &self.redis {
            Some(redis) => {
                let clock = self.clock.waiting_in_real_time();
                let broker = RedisBroker::open(redis.url(), redis.namespace(), clock);
                broker.expect("the URL of a test's Redis")
            }
            None => self.broker.clone(),
        };
        let secret = Secret::new("the secret of every test, long enough").expect("a secret");
        let config = self.config();
        let parts = Parts { config, clock, store, secret, broker: Some(broker) };
        App::build(modules, parts).await.expect("the house is built")
    }
}

/// A running house. Dropped without [`TestApp::stop`] it is simply gone, like after a crash.
pub struct TestApp {
    app: Arc<App>,
    home: Arc<Home>,
    address: SocketAddr,
    server: JoinHandle<()>,
    book: Arc<OnceLock<Arc<FrameBook>>>,
}

impl TestApp {
    /// A house of these modules in a new home.
    pub async fn start(database: Database, modules: Vec<Module>) -> Self {
        Self::start_in(Arc::new(Home::new(database).await), modules).await
    }

    /// A house in a home that others may share: a second node, or the same one after a restart.
    #[expect(clippy::disallowed_methods, reason = "a test's server lives as long as the test")]
    pub async fn start_in(home: Arc<Home>, modules: Vec<Module>) -> Self {
        let app = Arc::new(home.build(modules).await);
        app.start().await.expect("the house starts");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = app.router();
        let server = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.expect("the server runs");
        });
        Self { app, home, address, server, book: Arc::default() }
    }

    /// Stops it in order; start another one in the same home with [`TestApp::start_in`].
    pub async fn stop(self) -> Arc<Home> {
        self.app.stop().await;
        self.server.abort();
        self.home.clone()
    }

    /// The home, for a second node.
    pub fn home(&self) -> Arc<Home> {
        self.home.clone()
    }

    /// The context, for looking inside.
    pub fn ctx(&self) -> &Ctx {
        self.app.ctx()
    }

    /// The house itself.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The clock.
    pub fn clock(&self) -> &FakeClock {
        &self.home.clock
    }

    /// Waits until the other nodes can be reached, or can not.
    #[expect(clippy::disallowed_methods, reason = "a test that waits too long has failed")]
    pub async fn until_connected(&self, connected: bool) {
        let mut link = self.ctx().hub().expect("a hub").link();
        let is = |link: &Link| matches!(link, Link::Connected | Link::Local) == connected;
        let changed = tokio::time::timeout(PATIENCE, link.wait_for(is)).await;
        changed.expect("the link changes in time").expect("the broker lives");
    }

    /// Moves the clock and waits until what it set off is done.
    pub async fn advance(&self, duration: Duration) {
        self.home.clock.advance(duration);
        self.settle().await;
    }

    /// Waits until every reaction of this node has applied every event of the journal, no due task
    /// is left, and every ticker has looked at what is due. Fails on a dead letter.
    #[expect(clippy::disallowed_methods, reason = "waits in real time for real threads")]
    pub async fn settle(&self) {
        let store = self.ctx().store();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut settled_at = None;
        for round in 1_u32.. {
            let last = store.read(async |tx: &Tx| tx.last_pos().await).await.expect("the journal");
            let positions = self.app.reactions().positions();
            let behind: Vec<_> = positions.iter().filter(|(_, pos)| *pos < last).collect();
            if behind.is_empty() {
                if settled_at == Some(last) {
                    break;
                }
                // What is looked after enqueues tasks.
                let clock = self.ctx().clock();
                let looked = tokio::time::timeout_at(deadline, self.app.tickers().idle(clock));
                looked.await.expect("what is looked after comes to rest");
                // Tasks may have written events: look at the journal once more after them.
                let idle = tokio::time::timeout_at(deadline, self.app.tasks().idle());
                idle.await.expect("the tasks come to an end");
                settled_at = Some(last);
                continue;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "not settled: the journal ends at {last}, behind are {behind:?}"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
            // What waits for a moment of the house's own time gets it.
            if round.is_multiple_of(20) {
                self.home.clock.advance(Duration::from_millis(20));
            }
        }
        let dead =
            self.app.reactions().dead_letters(None, ("", 0), 10).await.expect("dead letters");
        assert!(dead.is_empty(), "dead letters: {dead:?}");
    }

    /// A user of the default tenant with the role `user`, and further ones. No account is made:
    /// where accounts are among the modules, sockets want a [`TestApp::person`].
    pub fn user(&self, roles: &[Role]) -> Actor {
        self.user_of(TenantId::DEFAULT, roles)
    }

    /// A user of a tenant.
    pub fn user_of(&self, tenant: TenantId, roles: &[Role]) -> Actor {
        let clock = self.home.clock.shared();
        let id = IdGenerator::new(clock).next_user_id();
        let roles: Roles = roles.iter().copied().chain([Role::User]).collect();
        self.actor(Scope::user(tenant, id, roles))
    }

    /// Whoever `scope` says.
    pub fn actor(&self, scope: Scope) -> Actor {
        let token = scope.user_id().map(|_| {
            let session = self.ctx().new_id();
            let issued = self.ctx().tokens().issue(&scope, session, self.ctx().now());
            issued.expect("an access token")
        });
        self.speaker(scope, token)
    }

    fn speaker(&self, scope: Scope, token: Option<String>) -> Actor {
        let (app, address, book) = (self.app.clone(), self.address, self.book.clone());
        Actor { app, address, scope, token, peer: None, book }
    }

    /// Nobody known.
    pub fn anonymous(&self) -> Actor {
        self.actor(Scope::anonymous(TenantId::DEFAULT))
    }

    /// Somebody with a token that came from the API.
    pub fn bearer(&self, token: &str) -> Actor {
        let claims = self.ctx().tokens().verify(token, self.ctx().now()).expect("a good token");
        self.speaker(claims.scope(), Some(token.to_owned()))
    }

    /// Runs a command of the command line in this house: its reports, or its error.
    pub async fn command(
        &self,
        name: &str,
        args: Value,
        input: impl Into<Vec<u8>>,
    ) -> kit::Result<Vec<Report>> {
        let (sender, mut reports) = mpsc::channel(1024);
        let input: Input = Box::pin(std::io::Cursor::new(input.into()));
        let ctx = self.ctx().clone();
        let run = Run { ctx, args, input, report: Reporter::new(sender) };
        let mut seen = Vec::new();
        let collect = async {
            while let Some(report) = reports.recv().await {
                seen.push(report);
            }
        };
        let (outcome, ()) = tokio::join!(self.app.command(name, run), collect);
        outcome.map(|()| seen)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
        // Runners, tail and pump of a house that is simply dropped must not outlive it.
        self.ctx().stopping().cancel();
    }
}

/// Somebody who speaks to the house.
#[derive(Clone)]
pub struct Actor {
    app: Arc<App>,
    address: SocketAddr,
    scope: Scope,
    token: Option<String>,
    peer: Option<SocketAddr>,
    book: Arc<OnceLock<Arc<FrameBook>>>,
}

/// What the house answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text; amounts are seen here to the digit.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

impl Answer {
    /// Fails unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Fails unless it is a problem with this status and `code`.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let form = self.headers.get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap_or_default());
        assert_eq!(form, Some("application/problem+json"), "{}", self.text);
        assert_eq!(self.json["code"], code, "{}", self.text);
        self
    }
}

impl Actor {
    /// Their id.
    #[track_caller]
    pub fn id(&self) -> UserId {
        self.scope.user_id().expect("nobody has no id")
    }

    /// Their scope.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Their access token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same, as over a connection from this address.
    #[must_use]
    pub fn from_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// Asks.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string()), &[]).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string()), &[]).await
    }

    /// Patches with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string()), &[]).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// Any request, with headers of its own.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut all = Vec::new();
        if body.is_some() {
            all.push((header::CONTENT_TYPE.as_str(), "application/json"));
        }
        all.extend_from_slice(headers);
        let body = body.map_or_else(Vec::new, String::into_bytes);
        self.send_bytes(method, path, body, &all).await
    }

    /// Any request with any bytes.
    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.app.router().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, json }
    }

    /// Opens a socket with their token. Every frame has to be as the modules describe it.
    pub async fn socket(&self, path: &str) -> SocketProbe {
        let describe = || {
            let document = self.app.catalogue().asyncapi("the house", "", "").build();
            Arc::new(FrameBook::new(document))
        };
        let book = self.book.get_or_init(describe).clone();
        SocketProbe::open(self.address, path, self.token.as_deref()).await.held_against(book)
    }
}
