//! Who is there, as Redis keeps it.
//!
//! A topic has a hash with a field for each node and user. A field counts while the lease of its
//! node is there: a key that ends by itself. So a node renews all that it says by one command, and
//! when it dies all of it ends at once, by the time of Redis alone. Fields of ended nodes are taken
//! away by whoever reads, in the same step, so that a node that comes back cannot lose what it has
//! just said. The hash itself ends when no node has said anything for a while.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use domain::{Id, TenantId, Timestamp, Topic, UserId};
use redis::{Cmd, Pipeline, cmd};
use serde::{Deserialize, Serialize};

use super::{Shared, follows::Key, names::Names};
use crate::{NodeId, PresenceEntry, Refusal, lock};

/// How long a hash stays that nobody renews: longer than any lease.
const KEPT: Duration = Duration::from_secs(120);
/// Topics in one question, and commands of one renewal that travel together.
const CHUNK: usize = 64;

/// All fields of a hash whose node has a lease, with what is left of it in milliseconds; the others
/// are removed.
const READ: &str = "
local all = redis.call('HGETALL', KEYS[1])
local leases, found = {}, {}
for i = 1, #all, 2 do
  local node = string.sub(all[i], 1, 36)
  local left = leases[node]
  if left == nil then
    left = redis.call('PTTL', ARGV[1] .. node)
    leases[node] = left
  end
  if left > 0 then
    found[#found + 1] = {all[i], all[i + 1], left}
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return found";

/// The entries that this node answers for.
#[derive(Default)]
pub(super) struct Mine(HashMap<Key, HashSet<UserId>>);

impl Mine {
    pub(super) fn add(&mut self, tenant: TenantId, topic: &Topic, user: UserId) {
        self.0.entry((tenant, topic.clone())).or_default().insert(user);
    }

    pub(super) fn remove(&mut self, tenant: TenantId, topic: &Topic, user: UserId) {
        let key = (tenant, topic.clone());
        if let Some(users) = self.0.get_mut(&key) {
            users.remove(&user);
            if users.is_empty() {
                self.0.remove(&key);
            }
        }
    }

    pub(super) fn topics(&self) -> Vec<Key> {
        self.0.keys().cloned().collect()
    }
}

/// The value of a field.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    /// Unix milliseconds.
    at: i64,
    #[serde(borrow)]
    state: Option<std::borrow::Cow<'a, str>>,
}

fn field(node: NodeId, user: UserId) -> String {
    format!("{}:{user}", node.0)
}

fn users_of(field: &str) -> Option<(NodeId, UserId)> {
    let (node, user) = field.split_once(':')?;
    Some((NodeId(node.parse::<Id>().ok()?), user.parse().ok()?))
}

/// Lengthens the lease of a node; none when it would be over already.
fn lease(names: &Names, node: NodeId, until: Timestamp, now: Timestamp) -> Option<Cmd> {
    let left_ms = until.as_millis().saturating_sub(now.as_millis());
    (left_ms > 0).then(|| {
        let mut command = cmd("SET");
        command.arg(names.lease(node)).arg(until.as_millis()).arg("PX").arg(left_ms);
        command
    })
}

fn keep(key: &str) -> Cmd {
    let mut command = cmd("PEXPIRE");
    command.arg(key).arg(u64::try_from(KEPT.as_millis()).unwrap_or(u64::MAX));
    command
}

/// The commands that put an entry there.
pub(super) fn set(names: &Names, entry: &PresenceEntry, now: Timestamp) -> Vec<Cmd> {
    let key = names.present(entry.tenant, &entry.topic);
    let state = entry.state.as_deref().map(Into::into);
    let stored = Stored { at: entry.at.as_millis(), state };
    // A number and a text are always JSON.
    let stored = serde_json::to_string(&stored).unwrap_or_default();
    let mut put = cmd("HSET");
    put.arg(&key).arg(field(entry.node, entry.user)).arg(stored);
    // The lease first: whoever reads between the two would take the entry away.
    let lease = lease(names, entry.node, entry.until, now);
    lease.into_iter().chain([put, keep(&key)]).collect()
}

/// The commands that take an entry away.
pub(super) fn clear(
    names: &Names,
    node: NodeId,
    tenant: TenantId,
    topic: &Topic,
    user: UserId,
) -> Vec<Cmd> {
    let mut command = cmd("HDEL");
    command.arg(names.present(tenant, topic)).arg(field(node, user));
    vec![command]
}

/// The commands that lengthen the lease of a node and keep the hashes that it is in, in parts.
pub(super) fn renew(
    names: &Names,
    node: NodeId,
    until: Timestamp,
    now: Timestamp,
    topics: &[Key],
) -> Vec<Vec<Cmd>> {
    let lease = lease(names, node, until, now).into_iter().collect();
    let hashes = topics.chunks(CHUNK).map(|topics| {
        topics.iter().map(|(tenant, topic)| keep(&names.present(*tenant, topic))).collect()
    });
    std::iter::once(lease).chain(hashes).collect()
}

/// The entries of all nodes on these topics whose leases are not over.
pub(super) async fn of(shared: &Shared, topics: Vec<Key>) -> Result<Vec<PresenceEntry>, Refusal> {
    let away = || Refusal::unavailable("Redis is away");
    let mut connection = lock(&shared.connection).clone().ok_or_else(away)?;
    let mut entries = Vec::new();
    for topics in topics.chunks(CHUNK) {
        let mut question = Pipeline::with_capacity(topics.len());
        for (tenant, topic) in topics {
            let key = shared.names.present(*tenant, topic);
            question.cmd("EVAL").arg(READ).arg(1).arg(key).arg(shared.names.leases());
        }
        type Found = Vec<(String, String, i64)>;
        let answer: Result<Vec<Found>, _> = question.query_async(&mut connection).await;
        let answer = answer.map_err(|error| {
            tracing::warn!(%error, "Redis did not say who is there");
            away()
        })?;
        let now = shared.clock.now();
        for ((tenant, topic), found) in topics.iter().zip(answer) {
            for (field, stored, left_ms) in found {
                let stored: Option<Stored<'_>> = serde_json::from_str(&stored).ok();
                let (Some((node, user)), Some(stored)) = (users_of(&field), stored) else {
                    shared.meters.skipped();
                    continue;
                };
                entries.push(PresenceEntry {
                    tenant: *tenant,
                    topic: topic.clone(),
                    user,
                    node,
                    state: stored.state.as_deref().map(Into::into),
                    at: Timestamp::from_millis(stored.at),
                    // By the clock of this node, whatever that of the other one says.
                    until: now.plus(Duration::from_millis(left_ms.unsigned_abs())),
                });
            }
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_never_there_without_its_lease() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let entry = PresenceEntry {
            tenant: TenantId::DEFAULT,
            topic: "room:1".parse().unwrap(),
            user: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            node: NodeId("00000000-0000-7000-8000-000000000002".parse().unwrap()),
            state: None,
            at: now,
            until: now.plus(Duration::from_secs(10)),
        };
        let commands = set(&Names::new("one"), &entry, now);
        let names: Vec<_> = commands
            .iter()
            .map(|command| match command.args_iter().next() {
                Some(redis::Arg::Simple(name)) => String::from_utf8_lossy(name).into_owned(),
                _ => String::new(),
            })
            .collect();
        assert_eq!(names, ["SET", "HSET", "PEXPIRE"]);
    }
}
