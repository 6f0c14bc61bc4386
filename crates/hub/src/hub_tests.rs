//! What only happens between two steps of a connection.

use std::{sync::Arc, time::Duration};

use domain::{Clock, Id, Scope, Sleep, TenantId, Timestamp, Topic, UserId};
use serde_json::value::RawValue;

use crate::{
    Backend, BoxFuture, ClientFrame, Endpoint, Hub, HubConfig, Identity, MemoryBroker, Opened,
    Opening, Position, Refusal, Replay, Session, connection::Connection,
};

/// A house where nothing is asked for and no time passes.
struct Empty;

impl Clock for Empty {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _duration: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

impl Backend for Empty {
    fn open(
        &self,
        _scope: Scope,
        _topic: Topic,
        _since: Option<Position>,
        _want_snapshot: bool,
    ) -> BoxFuture<'static, Result<Opened, Refusal>> {
        Box::pin(async { Err(Refusal::internal()) })
    }

    fn replay(
        &self,
        _tenant: TenantId,
        _topic: Topic,
        _after: u64,
        _limit: usize,
    ) -> BoxFuture<'static, Result<Replay, Refusal>> {
        Box::pin(async { Err(Refusal::internal()) })
    }

    fn authenticate(&self, _token: String) -> BoxFuture<'static, Result<Identity, Refusal>> {
        Box::pin(async { Err(Refusal::internal()) })
    }
}

impl Endpoint for Empty {
    fn name(&self) -> &'static str {
        "empty"
    }

    fn start(&self, _session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(async { Ok(()) })
    }

    fn verb(
        &self,
        _session: Session,
        _frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        Box::pin(async { Ok(None) })
    }
}

#[tokio::test]
async fn one_who_ends_while_they_are_registered_is_uncounted() {
    let (clock, backend) = (Arc::new(Empty), Arc::new(Empty));
    let hub = Hub::new(clock, HubConfig::default(), backend, MemoryBroker::new());
    let user: UserId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
    let opening = Opening {
        identity: None,
        tenant: TenantId::DEFAULT,
        token: None,
        remote: String::new(),
        session: Id::from(user),
        requires_user: false,
        refuse: None,
    };
    let connection = Connection::new(hub.0.clone(), 1, Arc::new(Empty), &opening);
    hub.0.register(&connection);
    // They are counted, but the connection does not know its user yet.
    assert!(hub.0.register_user(user, &connection));
    assert_eq!((hub.stats().connections, hub.stats().users), (1, 1));
    connection.over();
    assert_eq!((hub.stats().connections, hub.stats().users), (0, 0));
}
