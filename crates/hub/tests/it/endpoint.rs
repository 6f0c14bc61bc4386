//! A socket path for tests.

use std::sync::Mutex;

use domain::Topic;
use futures_util::future::BoxFuture;
use hub::{ClientFrame, Endpoint, LatestFrame, Mode, Refusal, Session, StreamFrame, Text};
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What it does is set before it serves; what happened is in its log.
pub(crate) struct TestEndpoint {
    pub(crate) greets: bool,
    pub(crate) guests: bool,
    /// Joined at the start, as observed.
    pub(crate) observes: Vec<Topic>,
    /// Joined at the start, as observed.
    pub(crate) observes_latest: Vec<Topic>,
    /// Refuses to start.
    pub(crate) refuses: Option<Refusal>,
    pub(crate) log: Arc<Mutex<Vec<String>>>,
    /// The verb `slow` and observing wait for a permit, when there is a gate.
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) gate_observing: bool,
}

impl Default for TestEndpoint {
    fn default() -> Self {
        Self {
            greets: false,
            guests: false,
            observes: Vec::new(),
            observes_latest: Vec::new(),
            refuses: None,
            log: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
            gate_observing: false,
        }
    }
}

impl TestEndpoint {
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn note(&self, line: impl Into<String>) {
        self.log.lock().unwrap().push(line.into());
    }
}

impl Endpoint for TestEndpoint {
    fn name(&self) -> &'static str {
        "test"
    }

    fn greets(&self) -> bool {
        self.greets
    }

    fn admits_guests(&self) -> bool {
        self.guests
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let user = session.user_id().map_or("nobody".to_owned(), |user| user.to_string());
        self.note(format!("start {user}"));
        let refuses = self.refuses.clone();
        let observes = self.observes.clone();
        let latest = self.observes_latest.clone();
        Box::pin(async move {
            if let Some(refusal) = refuses {
                return Err(refusal);
            }
            if !observes.is_empty() {
                let hold = session.hold(&observes, Mode::Observe)?;
                let positions: Vec<_> = observes.into_iter().map(|topic| (topic, 0)).collect();
                let first = vec![Text::from(r#"{"type":"observing"}"#)];
                assert!(hold.release(&positions, first));
            }
            if !latest.is_empty() {
                let hold = session.hold(&latest, Mode::Observe)?;
                let versions: Vec<_> = latest.into_iter().map(|topic| (topic, 0)).collect();
                assert!(hold.release_latest(&versions, Vec::new()));
            }
            Ok(())
        })
    }

    fn user_changed(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        self.note(format!("user_changed {}", session.user_id().unwrap()));
        Box::pin(async { Ok(()) })
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        let gate = self.gate.clone();
        Box::pin(async move {
            match frame.kind() {
                "echo" => Ok(to_raw_value(frame.text().as_str()).ok()),
                "quiet" => Ok(None),
                "slow" => {
                    gate.acquire().await.unwrap().forget();
                    Ok(to_raw_value("slow").ok())
                }
                "boom" => panic!("on purpose"),
                "shout" => {
                    session.send_value(&serde_json::json!({ "type": "shouted" }));
                    Ok(None)
                }
                "sell" => Err(Refusal::business("already_sold", "it is sold")),
                other => Err(Refusal::unknown_type(other)),
            }
        })
    }

    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        let log = self.log.clone();
        let gate = self.gate_observing.then(|| self.gate.clone());
        Box::pin(async move {
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            log.lock().unwrap().push(format!("observed {}", frame.seq));
            session.send(Text::from(format!(r#"{{"type":"seen","seq":{}}}"#, frame.seq)));
        })
    }

    fn observe_latest(&self, _session: Session, frame: LatestFrame) -> BoxFuture<'static, ()> {
        let log = self.log.clone();
        let gate = self.gate_observing.then(|| self.gate.clone());
        Box::pin(async move {
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            let key = frame.key.unwrap_or_default();
            log.lock().unwrap().push(format!("latest {key} {}", frame.version));
        })
    }

    fn closed(&self, _session: Session) -> BoxFuture<'static, ()> {
        self.note("closed");
        Box::pin(async {})
    }
}
