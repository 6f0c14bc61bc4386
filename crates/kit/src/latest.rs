//! Newest values: what they are made of, and how those that were lost are found.

use std::{collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use domain::{TenantId, Timestamp, Topic};
use futures_util::FutureExt;
use hub::{LatestFrame, LatestVersion, MAX_SEQ, Opened, Position};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use store::Tx;

use crate::{
    Ctx, Error, Result,
    ctx::WeakCtx,
    family::{Durable, Family},
};

/// How often the versions of followed topics are compared with the database's.
const CHECK: Duration = Duration::from_secs(1);
/// Topics in one question for versions.
const CHUNK: usize = 1_000;

/// The newest value of a topic, or of one key in it. The same form serves the reply to a
/// subscription, publishing, and what is read again.
#[derive(Debug, Clone)]
pub struct LatestValue {
    key: Option<Arc<str>>,
    version: u64,
    at: Option<Timestamp>,
    body: Arc<str>,
}

impl LatestValue {
    /// The frame of a version. A version grows with each change, also over restarts and from node
    /// to node: a row's own version, or a time in milliseconds. The frame has it in a field of the
    /// feature's own.
    ///
    /// # Errors
    /// `internal` when the frame is not a JSON object, or the version is negative or above 2^53.
    pub fn new<T: Serialize>(version: i64, frame: &T) -> Result<Self> {
        let body = serde_json::to_string(frame).map_err(Error::internal)?;
        if !body.starts_with('{') {
            return Err(Error::internal("a frame is a JSON object"));
        }
        Ok(Self { key: None, version: whole(version)?, at: None, body: body.into() })
    }

    /// The same as the value of one key, where the topic has several: each has versions of its own.
    #[must_use]
    pub fn key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// When it came to be; the moment at which it is read or published unless told.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    pub(crate) fn into_frame(self, tenant: TenantId, topic: Topic, now: Timestamp) -> LatestFrame {
        let Self { key, version, at, body } = self;
        LatestFrame { tenant, topic, key, version, at: at.unwrap_or(now), body }
    }
}

/// A version as the engine counts it.
fn whole(version: i64) -> Result<u64> {
    let whole = u64::try_from(version).ok().filter(|version| *version <= MAX_SEQ);
    whole.ok_or_else(|| Error::internal(format!("{version} is no version")))
}

/// What a topic of newest values is at one moment, all of it read in one transaction.
#[derive(Debug)]
pub struct Latest {
    /// The version up to which a client has everything, where there is one for the whole topic.
    version: Option<u64>,
    values: Vec<LatestValue>,
    snapshot: Option<Box<RawValue>>,
}

impl Latest {
    /// The topic has one value.
    pub fn one(value: LatestValue) -> Self {
        Self { version: Some(value.version), values: vec![value], snapshot: None }
    }

    /// The topic has no value yet.
    pub const fn none() -> Self {
        Self { version: Some(0), values: Vec::new(), snapshot: None }
    }

    /// The topic has values by key, each with versions of its own. Whoever comes back gets all of
    /// them: no single number says what they know.
    pub const fn keyed(values: Vec<LatestValue>) -> Self {
        Self { version: None, values, snapshot: None }
    }

    /// The topic has values by key whose versions are one sequence, of which `version` is the
    /// last. Whoever has that one has all.
    ///
    /// # Errors
    /// `internal` when the version is negative or above 2^53.
    pub fn sequence(version: i64, values: Vec<LatestValue>) -> Result<Self> {
        Ok(Self { version: Some(whole(version)?), values, snapshot: None })
    }

    /// The reply shows `snapshot` in place of the values, which say only what it holds.
    ///
    /// # Errors
    /// `internal` when it has no JSON form.
    pub fn with_snapshot<T: Serialize>(mut self, snapshot: &T) -> Result<Self> {
        self.snapshot = Some(to_raw_value(snapshot).map_err(Error::internal)?);
        Ok(self)
    }

    /// The reply to somebody who has `since`; `want` asks for the state in any case.
    pub(crate) fn open(
        self,
        (tenant, topic, now): (TenantId, &Topic, Timestamp),
        (since, want): (Option<u64>, bool),
        epoch: Arc<str>,
    ) -> Opened {
        let Self { version, values, snapshot } = self;
        let mut opened = Opened::latest(Position { seq: version.unwrap_or(0), epoch });
        opened.recovered = version.is_some() && version == since;
        let shown = want || !opened.recovered;
        if shown && snapshot.is_none() {
            let frame = |value: LatestValue| value.into_frame(tenant, topic.clone(), now);
            opened.values = values.into_iter().map(frame).collect();
        } else {
            opened.versions = values.into_iter().map(|value| (value.key, value.version)).collect();
            opened.snapshot = snapshot.filter(|_| shown);
        }
        opened
    }
}

/// The versions of topics by the family that they belong to. A family that fails is left out and
/// told in the log: the others' values are healed all the same.
pub(crate) async fn versions(
    ctx: Ctx,
    families: Vec<(Family, Vec<(TenantId, Topic)>)>,
) -> Vec<LatestVersion> {
    let mut all = Vec::new();
    for (family, topics) in families {
        let Some(durable) = family.durable else { continue };
        for chunk in topics.chunks(CHUNK) {
            match read_versions(ctx.clone(), durable.clone(), chunk.to_vec()).await {
                Ok(versions) => all.extend(versions),
                Err(error) => {
                    tracing::warn!(family = family.name, ?error, "versions could not be compared");
                    break;
                }
            }
        }
    }
    all
}

async fn read_versions(
    ctx: Ctx,
    durable: Durable,
    topics: Vec<(TenantId, Topic)>,
) -> Result<Vec<LatestVersion>> {
    let store = ctx.store().clone();
    let asked = (ctx, durable, topics);
    let read = async move |tx: &Tx| {
        let (ctx, durable, topics) = &asked;
        (durable.versions)(ctx.clone(), tx.clone(), topics.clone()).await
    };
    store.read(read).await
}

/// The newest values of one topic of a durable family.
pub(crate) async fn values(
    ctx: Ctx,
    durable: Durable,
    tenant: TenantId,
    topic: Topic,
) -> Result<Vec<LatestFrame>> {
    let (store, now) = (ctx.store().clone(), ctx.now());
    let asked = (ctx, durable, topic.clone());
    let read = async move |tx: &Tx| {
        let (ctx, durable, topic) = &asked;
        (durable.values)(ctx.clone(), tx.clone(), tenant, topic.clone()).await
    };
    let frame = |value: LatestValue| value.into_frame(tenant, topic.clone(), now);
    Ok(store.read(read).await?.into_iter().map(frame).collect())
}

/// Topics by family, those of durable families only.
pub(crate) fn durable_only(
    families: &std::collections::HashMap<&'static str, Family>,
    topics: Vec<(TenantId, Topic)>,
) -> Vec<(Family, Vec<(TenantId, Topic)>)> {
    let mut by_name: BTreeMap<&'static str, (Family, Vec<_>)> = BTreeMap::new();
    for (tenant, topic) in topics {
        let Some(family) = families.get(topic.family()).filter(|f| f.durable.is_some()) else {
            continue;
        };
        let (_, of_family) =
            by_name.entry(family.name).or_insert_with(|| (family.clone(), Vec::new()));
        of_family.push((tenant, topic));
    }
    by_name.into_values().collect()
}

/// Looks every second whether a durable value that somebody follows was lost, until the process
/// stops. It asks nobody while nobody follows one.
pub(crate) async fn check(ctx: WeakCtx) {
    loop {
        let Some(house) = ctx.upgrade() else { return };
        let (clock, stop) = (house.clock().clone(), house.stopping().clone());
        if let Some(hub) = house.hub() {
            // A feature's panic ends this look, not all later ones.
            match AssertUnwindSafe(hub.check_latest()).catch_unwind().await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "newest values could not be compared"),
                Err(_) => tracing::error!("comparing newest values has panicked"),
            }
        }
        drop(house);
        tokio::select! {
            () = clock.sleep(CHECK) => {}
            () = stop.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(version: i64) -> LatestValue {
        LatestValue::new(version, &json!({ "v": version })).unwrap()
    }

    fn opened(latest: Latest, since: Option<u64>, want: bool) -> Opened {
        let topic: Topic = "price:gold".parse().unwrap();
        let now = Timestamp::from_millis(5);
        latest.open((TenantId::DEFAULT, &topic, now), (since, want), Arc::from("db1"))
    }

    #[test]
    fn what_a_version_may_be() {
        assert!(LatestValue::new(1 << 53, &json!({})).is_ok());
        assert!(LatestValue::new((1 << 53) + 1, &json!({})).is_err());
        assert!(LatestValue::new(-1, &json!({})).is_err());
        assert!(LatestValue::new(1, &json!([])).is_err());
        assert!(Latest::sequence(-1, Vec::new()).is_err());
    }

    #[test]
    fn a_snapshot_stands_for_the_values_that_it_holds() {
        let values = || vec![value(3).key("a"), value(7).key("b")];
        let latest = Latest::sequence(7, values()).unwrap();
        let shown = opened(latest.with_snapshot(&json!({ "n": 2 })).unwrap(), Some(6), false);
        assert_eq!((shown.head.seq, shown.recovered), (7, false));
        assert_eq!(shown.snapshot.unwrap().get(), r#"{"n":2}"#);
        assert!(shown.values.is_empty(), "the snapshot has them");
        assert_eq!(shown.versions, [(Some("a".into()), 3), (Some("b".into()), 7)]);
        // Who has the last of the sequence has all of it.
        let latest = Latest::sequence(7, values()).unwrap().with_snapshot(&json!({})).unwrap();
        let known = opened(latest, Some(7), false);
        assert!(known.recovered && known.snapshot.is_none() && known.values.is_empty());
        let wanted = opened(Latest::sequence(7, values()).unwrap(), Some(7), true);
        assert!(wanted.recovered && wanted.values.len() == 2);
    }

    #[test]
    fn nothing_yet_is_known_by_whoever_was_told_so() {
        let first = opened(Latest::none(), None, false);
        assert_eq!((first.head.seq, first.recovered), (0, false));
        assert!(opened(Latest::none(), Some(0), false).recovered);
        assert!(!opened(Latest::keyed(Vec::new()), Some(0), false).recovered);
    }

    #[test]
    fn a_value_has_its_own_time_or_that_of_the_reading() {
        let own = value(1).at(Timestamp::from_millis(3));
        assert_eq!(opened(Latest::one(own), None, false).values[0].at.as_millis(), 3);
        assert_eq!(opened(Latest::one(value(1)), None, false).values[0].at.as_millis(), 5);
    }
}
