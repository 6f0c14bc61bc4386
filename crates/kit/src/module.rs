//! Everything that a feature contributes, in one readable list.

use std::{
    any::{Any, TypeId},
    sync::Arc,
    time::Duration,
};

use axum::{http::request, response::Response};
use hub::{ClientFrame, Endpoint, Refusal, Session};
use serde_json::{Value, value::RawValue};
use store::{Migration, Statement};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    Code, Command, Config, ConfigError, Ctx, Family, ReactionSpec, Result,
    ctx::{Ports, StateMap},
    demo::Demo,
    pages::Pages,
    ports::{Properties, Readable, Sessions, Tickets, Users},
    socket::{Alias, SocketRoute},
    ticker::TickerSpec,
};

pub use hub::BoxFuture;

/// A verb of the multiplexed socket `/ws`.
pub type Verb = Arc<
    dyn Fn(Ctx, Session, ClientFrame) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>>
        + Send
        + Sync,
>;

/// A frame that goes over sockets, for the generated documents.
pub struct FrameSpec {
    /// Its `type`.
    pub kind: &'static str,
    /// Whether the server sends it; clients send it otherwise.
    pub from_server: bool,
    /// Where it is seen, separated by commas: paths of sockets as they are registered, and names of
    /// families of topics or of aliases.
    pub place: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Its JSON schema.
    pub schema: Value,
    /// The schemas that it refers to, by name.
    pub parts: Vec<(String, Value)>,
}

impl FrameSpec {
    /// A frame that the server sends, of the form of `T`.
    pub fn sent<T: utoipa::ToSchema>(
        kind: &'static str,
        place: &'static str,
        about: &'static str,
    ) -> Self {
        Self::of::<T>(kind, true, place, about)
    }

    /// A frame that clients send, of the form of `T`.
    pub fn received<T: utoipa::ToSchema>(
        kind: &'static str,
        place: &'static str,
        about: &'static str,
    ) -> Self {
        Self::of::<T>(kind, false, place, about)
    }

    fn of<T: utoipa::ToSchema>(
        kind: &'static str,
        from_server: bool,
        place: &'static str,
        about: &'static str,
    ) -> Self {
        let json = |schema| plain_schema(serde_json::to_value(schema).unwrap_or_default());
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        let parts = parts.into_iter().map(|(name, schema)| (name, json(schema))).collect();
        Self { kind, from_server, place, about, schema: json(T::schema()), parts }
    }

    /// The places, one by one.
    pub fn places(&self) -> impl Iterator<Item = &'static str> {
        self.place.split(',').map(str::trim)
    }
}

/// A described field whose schema stands inline comes as a pair: the schema, and an object with the
/// description. Nothing but an object fits both; what is meant is the schema, described.
pub fn plain_schema(schema: Value) -> Value {
    match schema {
        Value::Object(mut fields) => {
            let comment = |part: &Value| {
                let words = part.as_object().filter(|words| words.len() == 2);
                words.is_some_and(|words| words.contains_key("description"))
                    && part["type"] == "object"
            };
            if let Some(Value::Array(parts)) = fields.get("allOf")
                && let [meant, said] = &**parts
                && comment(said)
            {
                let mut meant = meant.clone();
                meant["description"] = said["description"].clone();
                return plain_schema(meant);
            }
            for value in fields.values_mut() {
                *value = plain_schema(value.take());
            }
            fields.into()
        }
        Value::Array(parts) => parts.into_iter().map(plain_schema).collect(),
        word => word,
    }
}

/// What a feature lets tasks do: a handler per task, and schedules.
pub(crate) type TaskMake = Box<dyn FnOnce(Ctx) -> tasks::TaskSpec + Send>;

/// Makes a schedule of the configuration; none when there is nothing to do.
pub(crate) type ScheduleMake = Box<dyn FnOnce(&Config) -> Option<tasks::Schedule> + Send>;

/// Looks at the parts of the configuration that a feature alone understands.
pub(crate) type ConfigCheck = fn(&Config) -> Result<(), ConfigError>;

/// A feature. `Module::new("auctions")` and then one line per kind of contribution; nothing is
/// found by magic.
pub struct Module {
    pub(crate) name: &'static str,
    pub(crate) migrations: &'static [Migration],
    pub(crate) statements: Vec<&'static Statement>,
    pub(crate) routes: OpenApiRouter<Ctx>,
    pub(crate) families: Vec<Family>,
    pub(crate) sockets: Vec<SocketRoute>,
    pub(crate) aliases: Vec<Arc<dyn Alias>>,
    pub(crate) verbs: Vec<(&'static str, Verb)>,
    pub(crate) frames: Vec<FrameSpec>,
    pub(crate) reactions: Vec<ReactionSpec>,
    pub(crate) tasks: Vec<TaskMake>,
    pub(crate) schedules: Vec<ScheduleMake>,
    pub(crate) tickers: Vec<TickerSpec>,
    pub(crate) config_checks: Vec<ConfigCheck>,
    pub(crate) codes: &'static [&'static Code],
    pub(crate) state: StateMap,
    pub(crate) commands: Vec<Command>,
    pub(crate) demo: Option<Demo>,
    pub(crate) readable: Vec<(&'static str, Readable)>,
    pub(crate) ports: Ports,
    pub(crate) pages: Option<Pages>,
}

impl Module {
    /// A feature without contributions. Its name is the first word of its tables.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            migrations: &[],
            statements: Vec::new(),
            routes: OpenApiRouter::new(),
            families: Vec::new(),
            sockets: Vec::new(),
            aliases: Vec::new(),
            verbs: Vec::new(),
            frames: Vec::new(),
            reactions: Vec::new(),
            tasks: Vec::new(),
            schedules: Vec::new(),
            tickers: Vec::new(),
            config_checks: Vec::new(),
            codes: &[],
            state: StateMap::new(),
            commands: Vec::new(),
            demo: None,
            readable: Vec::new(),
            ports: Ports::default(),
            pages: None,
        }
    }

    /// Its schema's steps, in order.
    #[must_use]
    pub fn migrations(mut self, steps: &'static [Migration]) -> Self {
        self.migrations = steps;
        self
    }

    /// Its statements; a test prepares them on both databases.
    #[must_use]
    pub fn statements(mut self, statements: &'static [&'static Statement]) -> Self {
        self.statements.extend_from_slice(statements);
        self
    }

    /// Its REST routes.
    #[must_use]
    pub fn routes(mut self, routes: OpenApiRouter<Ctx>) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// A family of topics.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.families.push(family);
        self
    }

    /// A socket path.
    #[must_use]
    pub fn socket(mut self, socket: SocketRoute) -> Self {
        self.sockets.push(socket);
        self
    }

    /// A name on `/ws` that stands for several topics.
    #[must_use]
    pub fn alias(mut self, alias: impl Alias) -> Self {
        self.aliases.push(Arc::new(alias));
        self
    }

    /// A verb on `/ws`.
    #[must_use]
    pub fn verb<F, Fut>(mut self, kind: &'static str, run: F) -> Self
    where
        F: Fn(Ctx, Session, ClientFrame) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Box<RawValue>>, Refusal>> + Send + 'static,
    {
        let verb = move |ctx, session, frame| -> BoxFuture<'static, _> {
            Box::pin(run(ctx, session, frame))
        };
        self.verbs.push((kind, Arc::new(verb)));
        self
    }

    /// Frames that it sends or takes, for the generated documents.
    #[must_use]
    pub fn frames(mut self, frames: impl IntoIterator<Item = FrameSpec>) -> Self {
        self.frames.extend(frames);
        self
    }

    /// What it does on others' events.
    #[must_use]
    pub fn reaction(mut self, reaction: ReactionSpec) -> Self {
        self.reactions.push(reaction);
        self
    }

    /// A task that it can do: `run(ctx, claimed, task)`.
    #[must_use]
    pub fn task<T, F, Fut>(mut self, run: F) -> Self
    where
        T: tasks::Task,
        F: Fn(Ctx, tasks::Claimed, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<tasks::Outcome>> + Send + 'static,
    {
        let run = Arc::new(run);
        self.tasks.push(Box::new(move |ctx| {
            // Weak: the runner must not keep the house alive.
            let ctx = ctx.downgrade();
            tasks::TaskSpec::of::<T, _, _>(move |claimed, task| {
                let (ctx, run) = (ctx.upgrade(), run.clone());
                async move {
                    let ctx = ctx.ok_or_else(|| tasks::TaskError::new("the server is stopping"))?;
                    run(ctx, claimed, task).await.map_err(|error| task_error(&error))
                }
            })
        }));
        self
    }

    /// A task that comes by itself.
    #[must_use]
    pub fn schedule(self, schedule: tasks::Schedule) -> Self {
        self.schedule_of(move |_| Some(schedule))
    }

    /// A task that comes by itself as the configuration says, if it does.
    #[must_use]
    pub fn schedule_of(
        mut self,
        make: impl FnOnce(&Config) -> Option<tasks::Schedule> + Send + 'static,
    ) -> Self {
        self.schedules.push(Box::new(make));
        self
    }

    /// Something that every node looks after again and again: `look(ctx)` says after what time to
    /// look next.
    #[must_use]
    pub fn ticker<F, Fut>(mut self, name: &'static str, look: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Duration> + Send + 'static,
    {
        self.tickers.push(TickerSpec::new(name, look));
        self
    }

    /// Looks at the configuration before anything starts, where the feature alone can tell
    /// whether it makes sense.
    #[must_use]
    pub fn config_check(mut self, check: fn(&Config) -> Result<(), ConfigError>) -> Self {
        self.config_checks.push(check);
        self
    }

    /// Its own error codes, for docs/errors.md.
    #[must_use]
    pub fn codes(mut self, codes: &'static [&'static Code]) -> Self {
        self.codes = codes;
        self
    }

    /// A value that its use cases find by type with `ctx.state::<T>()`.
    #[must_use]
    pub fn state<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.state.insert(TypeId::of::<T>(), Arc::new(value));
        self
    }

    /// A command of the command line that runs inside the house.
    #[must_use]
    pub fn command(mut self, command: Command) -> Self {
        self.commands.push(command);
        self
    }

    /// What it shows in a demonstration.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Self {
        self.demo = Some(demo);
        self
    }

    /// What it shows to whoever asks for something that is no route: a file, or the page of an app.
    #[must_use]
    pub fn pages<F>(mut self, answer: F) -> Self
    where
        F: Fn(&request::Parts) -> Option<Response> + Send + Sync + 'static,
    {
        self.pages = Some(Arc::new(answer));
        self
    }

    /// Who may read an object of a family of its own.
    #[must_use]
    pub fn readable(mut self, kind: &'static str, may: Readable) -> Self {
        self.readable.push((kind, may));
        self
    }

    /// Provides the port for reading users.
    #[must_use]
    pub fn provides_users(mut self, users: impl Users) -> Self {
        self.ports.users = Some(Arc::new(users));
        self
    }

    /// Provides the port for reading properties.
    #[must_use]
    pub fn provides_properties(mut self, properties: impl Properties) -> Self {
        self.ports.properties = Some(Arc::new(properties));
        self
    }

    /// Provides tickets for sockets.
    #[must_use]
    pub fn provides_tickets(mut self, tickets: impl Tickets) -> Self {
        self.ports.tickets = Some(Arc::new(tickets));
        self
    }

    /// Provides the port that is asked at every sign-in on a socket. Without one every good access
    /// token signs in.
    #[must_use]
    pub fn provides_sessions(mut self, sessions: impl Sessions) -> Self {
        self.ports.sessions = Some(Arc::new(sessions));
        self
    }
}

/// A refusal stays a refusal however often it is asked for; a fault or a lack of room may pass.
fn task_error(error: &crate::Error) -> tasks::TaskError {
    let status = error.code().status;
    let permanent = (400..500).contains(&status) && !error.code().retry;
    let retry_after = error.retry_after();
    tasks::TaskError { message: error.to_string(), retry_after, permanent }
}

/// A socket path's own part, made for each connection from the words in its path.
pub(crate) type MakeEndpoint = Arc<dyn Fn(Ctx, Vec<String>) -> Arc<dyn Endpoint> + Send + Sync>;
