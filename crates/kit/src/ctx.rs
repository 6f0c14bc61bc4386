//! What a use case can reach.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, OnceLock, Weak},
};

use domain::{Id, IdGenerator, SharedClock, TenantId, Timestamp, Topic};
use events::NoticeRaised;
use hub::Hub;
use store::{Store, Tx, reactions::Reactions};
use tasks::Schedule;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Config, LatestValue, Result, Secret, SessionCookies, Tokens,
    connections::Connections,
    http::Http,
    limits::Limits,
    ports::{Properties, Sessions, Tickets, Users},
    revocation::Revocations,
};

/// The ports that the modules of this process provide.
#[derive(Default, Clone)]
pub struct Ports {
    pub(crate) users: Option<Arc<dyn Users>>,
    pub(crate) properties: Option<Arc<dyn Properties>>,
    pub(crate) tickets: Option<Arc<dyn Tickets>>,
    pub(crate) sessions: Option<Arc<dyn Sessions>>,
}

/// Values that features keep for themselves, one of each type.
pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) clock: SharedClock,
    pub(crate) started_at: Timestamp,
    pub(crate) store: Store,
    pub(crate) ids: IdGenerator,
    pub(crate) secret: Secret,
    pub(crate) tokens: Tokens,
    pub(crate) cookies: SessionCookies,
    pub(crate) limits: Arc<Limits>,
    pub(crate) connections: Arc<Connections>,
    /// What marks the cookie of a handshake among tokens: a word that nobody outside knows.
    pub(crate) cookie_mark: String,
    pub(crate) http: Http,
    pub(crate) ports: Ports,
    pub(crate) state: StateMap,
    pub(crate) hub: OnceLock<Hub>,
    pub(crate) revocations: Revocations,
    pub(crate) reactions: OnceLock<Reactions>,
    pub(crate) schedules: OnceLock<Vec<Schedule>>,
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// What a house that is still being put together answers to.
const NO_NODE: Id = Id::from_uuid(uuid::Uuid::nil());

/// The door to everything a use case needs: store, hub, clock, ids, ports, the feature's own state.
/// Clones are the same context.
#[derive(Clone)]
pub struct Ctx(pub(crate) Arc<Inner>);

impl Ctx {
    /// The configuration of this process.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// When this process put its house together.
    pub fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    /// The name of this node among the others, new at each start.
    pub fn node(&self) -> Id {
        self.hub().map_or(NO_NODE, |hub| hub.node().0)
    }

    /// A new id, greater than those made before.
    pub fn new_id(&self) -> Id {
        self.0.ids.next_id()
    }

    /// The maker of ids.
    pub fn ids(&self) -> &IdGenerator {
        &self.0.ids
    }

    /// The installation's secret, for keys of a purpose.
    pub fn secret(&self) -> &Secret {
        &self.0.secret
    }

    /// Makes and checks access tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// Makes and checks session cookies.
    pub fn session_cookies(&self) -> &SessionCookies {
        &self.0.cookies
    }

    /// Counts open connections. Who accepts them asks for a place first.
    pub fn connections(&self) -> &Arc<Connections> {
        &self.0.connections
    }

    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.0.limits
    }

    pub(crate) fn cookie_mark(&self) -> &str {
        &self.0.cookie_mark
    }

    /// Asks other servers.
    pub fn http(&self) -> &Http {
        &self.0.http
    }

    /// The real-time engine. There is one from the moment the app is built.
    pub fn hub(&self) -> Option<&Hub> {
        self.0.hub.get()
    }

    /// Reads users in the caller's transaction.
    ///
    /// # Errors
    /// `internal` when no module provides them.
    pub fn users(&self) -> Result<&dyn Users> {
        provided(self.0.ports.users.as_deref(), "users")
    }

    /// Reads properties in the caller's transaction.
    ///
    /// # Errors
    /// `internal` when no module provides them.
    pub fn properties(&self) -> Result<&dyn Properties> {
        provided(self.0.ports.properties.as_deref(), "properties")
    }

    pub(crate) fn tickets(&self) -> Option<Arc<dyn Tickets>> {
        self.0.ports.tickets.clone()
    }

    pub(crate) fn sessions(&self) -> Option<&dyn Sessions> {
        self.0.ports.sessions.as_deref()
    }

    pub(crate) fn revocations(&self) -> &Revocations {
        &self.0.revocations
    }

    /// The value that a feature put away with `Module::state`.
    ///
    /// # Errors
    /// `internal` when there is none of this type.
    pub fn state<T: Any + Send + Sync>(&self) -> Result<Arc<T>> {
        let found = self.0.state.get(&TypeId::of::<T>()).cloned();
        found
            .and_then(|value| value.downcast::<T>().ok())
            .ok_or_else(|| crate::Error::internal(std::any::type_name::<T>()))
    }

    /// Sends a frame without history to whoever follows the topic at this moment: at most once.
    ///
    /// # Errors
    /// `internal` when the frame is not a JSON object.
    pub fn live<T: serde::Serialize>(
        &self,
        tenant: TenantId,
        topic: Topic,
        frame: &T,
    ) -> Result<()> {
        let frame = store::Frame::new(topic, frame)?;
        if let Some(hub) = self.hub() {
            hub.publish_live(tenant, frame.topic, frame.body);
        }
        Ok(())
    }

    /// Hands out the newest value of a topic, or of a key in it, here and to the other nodes. Call
    /// it once the write has returned, never inside: what is not committed is nobody's business.
    /// Order and repetition do not matter: only a version above the last goes out. A value that is
    /// lost on its way is read again where the family is durable.
    pub fn live_latest(&self, tenant: TenantId, topic: Topic, value: LatestValue) {
        if let Some(hub) = self.hub() {
            hub.publish_value(value.into_frame(tenant, topic, self.now()));
        }
    }

    /// The reactions of this node. There are some from the moment the app is built.
    pub fn reactions(&self) -> Option<&Reactions> {
        self.0.reactions.get()
    }

    /// The schedules of this node.
    pub fn schedules(&self) -> &[Schedule] {
        self.0.schedules.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Waits, two seconds at most, until a reaction of this node has applied everything up to
    /// `pos`.
    ///
    /// # Errors
    /// `unavailable` when it has not.
    pub async fn caught_up(&self, reaction: &str, pos: i64) -> Result<()> {
        let Some(reactions) = self.0.reactions.get() else {
            return Ok(());
        };
        reactions.caught_up(reaction, pos).await.map_err(crate::Error::unavailable)
    }

    /// Runs something in the background until it ends; shutting down waits for it.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.tracker.spawn(work);
    }

    /// Is triggered when the process begins to shut down.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub(crate) fn downgrade(&self) -> WeakCtx {
        WeakCtx(Arc::downgrade(&self.0))
    }
}

/// A context that does not keep the process's parts alive; engines hold it.
#[derive(Clone)]
pub(crate) struct WeakCtx(Weak<Inner>);

impl WeakCtx {
    pub(crate) fn upgrade(&self) -> Option<Ctx> {
        self.0.upgrade().map(Ctx)
    }
}

fn provided<'a, T: ?Sized>(port: Option<&'a T>, name: &'static str) -> Result<&'a T> {
    port.ok_or_else(|| crate::Error::internal(format!("no module provides {name}")))
}

/// Verbs of a feature inside a transaction.
pub trait Notify {
    /// Tells people something: the notification centre makes it a row in each one's inbox.
    ///
    /// # Errors
    /// As [`Tx::emit`].
    fn notify(&self, tenant: TenantId, notice: &NoticeRaised) -> store::Result<()>;
}

impl Notify for Tx {
    fn notify(&self, tenant: TenantId, notice: &NoticeRaised) -> store::Result<()> {
        self.emit(tenant, notice, Vec::new())
    }
}
