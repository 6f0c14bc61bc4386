//! The house put together from its modules.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{IdGenerator, SharedClock};
use hub::{Broker, Hub, HubConfig, Link, MemoryBroker};
use store::{Dialect, Migrations, Store, Tx, reactions::Reactions};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    Catalogue, Config, ConfigError, Ctx, Error, FamilyInfo, Module, ReactionSpec, Result, Secret,
    SessionCookies, SocketInfo, Tokens,
    backend::{StoreBackend, stream_frame},
    command::{Command, Run},
    connections::Connections,
    ctx::{Inner, Ports, StateMap},
    demo::Demo,
    family::user_family,
    health,
    http::Http,
    idempotency, laboratory, latest,
    layers::{self, EdgeConfig},
    limits::Limits,
    module::{ScheduleMake, TaskMake},
    pages::{Pages, elsewhere},
    revocation::Revocations,
    session_cookie,
    socket::{Multiplexed, Sockets},
    tail,
    ticker::{TickerSpec, Tickers},
    upkeep, write,
};

/// How long the end waits for a link to the other nodes, when there is something to tell.
const LINK_LIMIT: Duration = Duration::from_secs(1);

/// What a house is built from, beside its modules.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The clock.
    pub clock: SharedClock,
    /// The database, migrated or not.
    pub store: Store,
    /// The installation's secret.
    pub secret: Secret,
    /// What carries frames between nodes; memory when there is one node.
    pub broker: Option<Arc<dyn Broker>>,
}

/// A house: its context, its router, its engines.
pub struct App {
    ctx: Ctx,
    router: Router,
    reactions: Reactions,
    tasks: tasks::Runner,
    tickers: Tickers,
    commands: HashMap<&'static str, Command>,
    catalogue: Catalogue,
    broker: Arc<dyn Broker>,
    pub(crate) demos: Arc<[(&'static str, Demo)]>,
    pump: Arc<Pump>,
}

#[derive(Default)]
struct Gathered {
    routes: OpenApiRouter<Ctx>,
    families: HashMap<&'static str, crate::Family>,
    sockets: Vec<crate::SocketRoute>,
    aliases: Vec<Arc<dyn crate::Alias>>,
    verbs: HashMap<&'static str, crate::module::Verb>,
    reactions: Vec<ReactionSpec>,
    tasks: Vec<TaskMake>,
    schedules: Vec<ScheduleMake>,
    tickers: Vec<TickerSpec>,
    commands: HashMap<&'static str, Command>,
    demos: Vec<(&'static str, Demo)>,
    pages: Option<Pages>,
}

impl App {
    /// Puts the modules together. Migrates the database, gives new reactions their cursors, and
    /// starts nothing.
    ///
    /// # Errors
    /// The database's, `bad_request` when the configuration makes no sense to a module, and
    /// `internal` when two modules claim the same name.
    pub async fn build(modules: Vec<Module>, parts: Parts) -> Result<Self> {
        let Parts { config, clock, store, secret, broker } = parts;
        Self::check_config(&modules, &config).map_err(|error| Error::bad_request(error.0))?;
        for step in store.migrate(&Self::migrations(&modules)).await? {
            tracing::info!(step, "migrated");
        }
        let (gathered, catalogue, ports, state) = gather(modules)?;
        let hub_config = HubConfig { version: env!("CARGO_PKG_VERSION"), ..config.hub() };
        let ctx = Ctx(Arc::new(Inner {
            ids: IdGenerator::new(clock.clone()),
            tokens: Tokens::new(&secret, config.access_token_lifetime()),
            cookies: SessionCookies::new(secret.clone()),
            limits: Arc::new(Limits::new(&config, &secret, &clock)),
            connections: {
                let Config { max_connections, max_connections_per_address, .. } = config;
                Connections::new(max_connections, max_connections_per_address)
            },
            cookie_mark: crate::random_token(16),
            http: Http::new(clock.clone()),
            config,
            clock: clock.clone(),
            started_at: clock.now(),
            store: store.clone(),
            secret,
            ports,
            state,
            hub: OnceLock::new(),
            revocations: Revocations::default(),
            reactions: OnceLock::new(),
            schedules: OnceLock::new(),
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        crate::metrics::install();
        let epoch = store.read(async |tx: &Tx| tx.epoch().await).await?;
        let backend = StoreBackend {
            ctx: ctx.downgrade(),
            families: Arc::new(gathered.families),
            epoch: epoch.into(),
        };
        let broker = broker.unwrap_or_else(|| Arc::new(MemoryBroker::default()));
        let hub = Hub::new(clock, hub_config, Arc::new(backend), broker.clone());
        let _ = ctx.0.hub.set(hub.clone());
        let pump = pump(&ctx, hub)?;

        let list = gathered.reactions.into_iter().map(|r| (r.make)(ctx.clone())).collect();
        let reactions = Reactions::new(store.clone(), list);
        reactions.register().await?;
        let _ = ctx.0.reactions.set(reactions.clone());
        let runner = runner(&ctx, gathered.tasks, gathered.schedules)?;

        let sockets = Arc::new(Sockets { routes: gathered.sockets });
        let (router, _) = gathered.routes.split_for_parts();
        let router = with_edge(router, &ctx, sockets, gathered.pages);
        let (commands, demos) = (gathered.commands, gathered.demos.into());
        let app = Self {
            ctx,
            router,
            reactions,
            tasks: runner,
            tickers: Tickers::new(gathered.tickers),
            commands,
            catalogue,
            broker,
            demos,
            pump,
        };
        Ok(app)
    }

    /// Has every module look at the configuration.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn check_config(modules: &[Module], config: &Config) -> Result<(), ConfigError> {
        let mut checks = modules.iter().flat_map(|module| &module.config_checks);
        checks.try_for_each(|check| check(config))
    }

    /// The schema's lines: the engines', then the modules', in their order.
    pub fn migrations(modules: &[Module]) -> Vec<Migrations> {
        let lines = modules
            .iter()
            .map(|m| Migrations { module: m.name, steps: m.migrations })
            .filter(|line| !line.steps.is_empty());
        [write::MIGRATIONS, tasks::migrations(), ledger::migrations()]
            .into_iter()
            .chain(lines)
            .collect()
    }

    /// The context.
    pub const fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The whole HTTP side, edge included. Nothing may be added to it.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The reactions of this node.
    pub const fn reactions(&self) -> &Reactions {
        &self.reactions
    }

    /// The task runner of this node.
    pub const fn tasks(&self) -> &tasks::Runner {
        &self.tasks
    }

    /// The tickers of this node.
    pub const fn tickers(&self) -> &Tickers {
        &self.tickers
    }

    /// What the modules say of themselves.
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Starts reactions, tasks and, on PostgreSQL, the journal's tail.
    ///
    /// # Errors
    /// What the database said.
    pub async fn start(&self) -> Result<()> {
        let Inner { tracker, stop, store, .. } = &*self.ctx.0;
        self.reactions.start(tracker, stop);
        self.tasks.start(tracker, stop);
        self.tickers.start(&self.ctx);
        if let (Dialect::Postgres, Some(hub)) = (store.dialect(), self.ctx.hub()) {
            let from = store.read(async |tx: &Tx| tx.last_pos().await).await?;
            tracker.spawn(tail::follow(self.ctx.downgrade(), hub.clone(), from));
        }
        tracker.spawn(tail::check_heads(self.ctx.downgrade()));
        tracker.spawn(latest::check(self.ctx.downgrade()));
        tracker.spawn(health::upkeep(self.ctx.downgrade()));
        Ok(())
    }

    /// Runs a command of the command line in this house.
    ///
    /// # Errors
    /// The command's own; `not_found` when there is none of this name.
    pub async fn command(&self, name: &str, run: Run) -> Result<()> {
        let command = self.commands.get(name).ok_or_else(Error::not_found)?;
        (command.start)(run).await
    }

    /// Ends it in order: sockets are told to come back, what is running is finished, the database
    /// is closed.
    pub async fn stop(&self) {
        let Inner { tracker, stop, store, .. } = &*self.ctx.0;
        if let Some(hub) = self.ctx.hub() {
            hub.shutdown().await;
        }
        stop.cancel();
        tracker.close();
        tracker.wait().await;
        self.tell_late().await;
        self.broker.close().await;
        store.close().await;
    }
}

impl App {
    /// A command is often done before its link to the other nodes is there, and what it committed
    /// was told to nobody. They would find it at their next look; so they look now.
    async fn tell_late(&self) {
        self.pump.ended.cancelled().await;
        let untold = self.pump.untold.load(Ordering::Relaxed);
        let Some(hub) = self.ctx.hub().filter(|_| untold) else { return };
        let mut link = hub.link();
        tokio::select! {
            connected = link.wait_for(|link| *link == Link::Connected) => {
                if connected.is_ok() {
                    hub.nudge();
                }
            }
            () = self.ctx.clock().sleep(LINK_LIMIT) => {}
        }
    }
}

/// The tasks and schedules of the modules, ready to run.
fn runner(ctx: &Ctx, tasks: Vec<TaskMake>, schedules: Vec<ScheduleMake>) -> Result<tasks::Runner> {
    let specs = tasks.into_iter().map(|make| make(ctx.clone())).collect();
    let made = schedules.into_iter().filter_map(|make| make(ctx.config()));
    let schedules: Vec<_> = made.collect();
    let _ = ctx.0.schedules.set(schedules.clone());
    let settings = tasks::RunnerConfig::default();
    tasks::Runner::new(ctx.store().clone(), specs, schedules, settings).map_err(Error::internal)
}

type Collected = (Gathered, Catalogue, Ports, StateMap);

fn gather(modules: Vec<Module>) -> Result<Collected> {
    let mut gathered = Gathered::default();
    let family = user_family();
    gathered.families.insert(family.name, family);
    gathered.routes = gathered.routes.merge(health::routes());
    let (mut ports, mut state) = (Ports::default(), StateMap::new());
    let mut catalogue = Catalogue::of_the_house();
    let twice = |what: &str| Error::internal(format!("{what} is claimed by two modules"));
    for module in [upkeep::module(), laboratory::module()].into_iter().chain(modules) {
        catalogue.modules.push(module.name);
        catalogue.statements.extend(module.statements);
        catalogue.codes.extend_from_slice(module.codes);
        catalogue.frames.extend(module.frames);
        gathered.routes = gathered.routes.merge(module.routes);
        for family in module.families {
            let name = family.name;
            if gathered.families.insert(name, family).is_some() {
                return Err(twice(name));
            }
        }
        for (kind, verb) in module.verbs {
            if gathered.verbs.insert(kind, verb).is_some() {
                return Err(twice(kind));
            }
        }
        for command in module.commands {
            let name = command.name;
            if gathered.commands.insert(name, command).is_some() {
                return Err(twice(name));
            }
        }
        gathered.sockets.extend(module.sockets);
        gathered.aliases.extend(module.aliases);
        gathered.reactions.extend(module.reactions);
        gathered.tasks.extend(module.tasks);
        gathered.schedules.extend(module.schedules);
        gathered.tickers.extend(module.tickers);
        gathered.demos.extend(module.demo.map(|demo| (module.name, demo)));
        if module.pages.is_some() && gathered.pages.is_some() {
            return Err(twice("what is no route"));
        }
        gathered.pages = gathered.pages.or(module.pages);
        state.extend(module.state);
        ports.users = ports.users.or(module.ports.users);
        ports.properties = ports.properties.or(module.ports.properties);
        ports.tickets = ports.tickets.or(module.ports.tickets);
        ports.sessions = ports.sessions.or(module.ports.sessions);
    }
    let mut names = HashSet::new();
    if let Some(again) = gathered.reactions.iter().find(|r| !names.insert(r.name)) {
        return Err(twice(again.name));
    }
    let aliases = std::mem::take(&mut gathered.aliases);
    let socket = Multiplexed::route(std::mem::take(&mut gathered.verbs), aliases.clone());
    gathered.sockets.push(socket);
    let aliases = aliases.iter().map(|alias| (alias.name(), alias.about()));
    catalogue.aliases.extend(aliases);
    describe(&mut catalogue, &gathered);
    catalogue.check_places()?;
    Ok((gathered, catalogue, ports, state))
}

fn describe(catalogue: &mut Catalogue, gathered: &Gathered) {
    let family = |family: &crate::Family| FamilyInfo {
        name: family.name,
        about: family.about,
        kind: family.kind(),
        public: family.public,
        single: family.single,
    };
    catalogue.families = gathered.families.values().map(family).collect();
    catalogue.families.sort_unstable_by_key(|family| family.name);
    let socket = |route: &crate::SocketRoute| SocketInfo {
        path: route.path,
        about: route.about,
        requires_user: route.requires_user,
        follows: route.follows,
    };
    catalogue.sockets = gathered.sockets.iter().map(socket).collect();
    catalogue.sockets.sort_unstable_by_key(|socket| socket.path);
    let reactions = gathered.reactions.iter();
    catalogue.reactions = reactions.map(|r| (r.name, r.events.clone())).collect();
    catalogue.openapi = gathered.routes.get_openapi().clone();
}

impl Catalogue {
    /// What there is before any module.
    fn of_the_house() -> Self {
        Self {
            modules: Vec::new(),
            statements: store::statements()
                .chain(tasks::statements())
                .chain(ledger::statements())
                .collect(),
            codes: Vec::new(),
            frames: Vec::new(),
            sockets: Vec::new(),
            families: Vec::new(),
            aliases: Vec::new(),
            reactions: Vec::new(),
            openapi: utoipa::openapi::OpenApi::default(),
        }
    }

    /// What these modules say of themselves, without a house.
    ///
    /// # Errors
    /// `internal` when two modules claim the same name.
    pub fn of(modules: Vec<Module>) -> Result<Self> {
        gather(modules).map(|(_, catalogue, ..)| catalogue)
    }
}

/// The thread that hands committed frames to the hub.
#[derive(Default)]
struct Pump {
    /// There were some of which the other nodes could not be told.
    untold: AtomicBool,
    /// Everything that was committed before the end has been handed out.
    ended: CancellationToken,
}

/// Hands committed frames to the hub, off the thread that commits and on a thread of its own. As a
/// task it would stand in line behind the connections that the frame before has woken: each of them
/// would then find one frame and write it alone. Ahead of them, frames gather at the connections
/// that are behind, and go out by one write.
fn pump(ctx: &Ctx, hub: Hub) -> Result<Arc<Pump>> {
    let (frames, mut committed) = mpsc::unbounded_channel::<Option<store::Commit>>();
    let last = frames.clone().downgrade();
    ctx.store().on_commit(Arc::new(move |commit| {
        // The receiver is gone only when the house is.
        let _ = frames.send(Some(commit));
    }));
    let (stop, weak) = (ctx.stopping().clone(), ctx.downgrade());
    ctx.spawn(async move {
        stop.cancelled().await;
        if let Some(frames) = last.upgrade() {
            let _ = frames.send(None);
        }
    });
    let pump = Arc::<Pump>::default();
    let this = pump.clone();
    let work = move || {
        let _ended = this.ended.clone().drop_guard();
        while let Some(Some(commit)) = committed.blocking_recv() {
            let Some(house) = weak.upgrade() else { return };
            let frames: Vec<_> = commit.frames.into_iter().map(stream_frame).collect();
            let revoked = house.revocations().among(&frames);
            let nudge = frames.iter().any(crate::revocation::tells);
            if !frames.is_empty() && matches!(*hub.link().borrow(), Link::Away { .. }) {
                this.untold.store(true, Ordering::Relaxed);
            }
            hub.publish(frames);
            revoked.apply(&hub);
            // The other nodes find it in the journal by themselves; so they do at once.
            if nudge {
                hub.nudge();
            }
        }
    };
    let thread = std::thread::Builder::new().name("fan-out".to_owned()).spawn(work);
    thread.map_err(Error::internal)?;
    Ok(pump)
}

fn with_edge(
    router: Router<Ctx>,
    ctx: &Ctx,
    sockets: Arc<Sockets>,
    pages: Option<Pages>,
) -> Router {
    let upgrade =
        async move |State(ctx): State<Ctx>, request: Request| sockets.answer(&ctx, request);
    let router = router
        .route("/metrics", get(health::metrics))
        .fallback(async move |request: Request| elsewhere(pages.as_ref(), request))
        .method_not_allowed_fallback(async || -> Response {
            (StatusCode::METHOD_NOT_ALLOWED, Error::of(&crate::codes::METHOD_NOT_ALLOWED))
                .into_response()
        })
        .layer(axum::middleware::from_fn_with_state(ctx.clone(), idempotency::fingerprint))
        .layer(axum::middleware::from_fn_with_state(ctx.clone(), session_cookie::renew))
        // A handshake writes nothing, so it has no key.
        .route("/ws", get(upgrade.clone()))
        .route("/ws/{*path}", get(upgrade))
        .with_state(ctx.clone());
    let config = ctx.config().edge(ctx.clock().clone());
    layers::edge(router, EdgeConfig { limits: Some(ctx.limits().clone()), ..config })
}
