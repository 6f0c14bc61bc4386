//! The one way in which properties change: REST and import alike.
//!
//! A [`Batch`] lives in one transaction. It holds the rows that were read, takes the new states one
//! after another, compares each with the one before, and writes at its end rows, links, history
//! and one event per change. Nothing else writes these tables.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{Id, TenantId, Timestamp, Topic};
use events::{Change, PropertyChanged};
use serde::Serialize;
use store::{Frame, Result, Tx, Value, args};

use crate::{
    model::{Differences, HistoryLine, Property, Update, diff},
    row::{Stored, currency, keyless, written},
    sql, sql_sources,
};

/// What watchers of `property:<id>` get.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AuctionUpdate<'a> {
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    #[serde(rename = "propertyId")]
    #[schema(value_type = String)]
    property: Id,
    #[schema(inline)]
    update: &'a Update,
    #[schema(value_type = String)]
    timestamp: Timestamp,
}

/// Whether a batch came through.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// All of it is written.
    Done,
    /// Another writer was there first, with the same house or the same version. Roll back, and
    /// begin again from what is there now.
    Raced,
}

struct Held {
    /// The version in the table; none when the property is new.
    stored: Option<i64>,
    /// Whether its address or its parcel is another now.
    has_moved: bool,
    /// What becomes of it.
    now: Property,
}

/// Changes of one transaction, before they are written.
pub(crate) struct Batch {
    pub(crate) tenant: TenantId,
    /// Who says so, for the history: `api`, or the name of a source.
    pub(crate) source: String,
    at: Timestamp,
    held: HashMap<Id, Held>,
    /// What was looked up: the property of a key, or that there is none.
    pub(crate) by_link: HashMap<String, Option<Id>>,
    pub(crate) by_address: HashMap<String, Option<Id>>,
    pub(crate) by_parcel: HashMap<String, Option<Id>>,
    /// From which property an operator parted a name.
    pub(crate) parted: HashMap<String, Id>,
    links: Vec<(String, Id)>,
    /// What the source said last under a name, as a number that stands for it.
    said: HashMap<String, i64>,
    /// The names of which that is news.
    says: BTreeSet<String>,
    history: Vec<[Value; 8]>,
    events: Vec<(PropertyChanged, Option<Frame>)>,
    /// Whether it will be written; a rehearsal only counts.
    is_rehearsal: bool,
    /// Whether what it adds is part of a source's first import.
    is_initial: bool,
}

impl Batch {
    /// An empty batch at an instant.
    pub(crate) fn new(tenant: TenantId, source: impl Into<String>, at: Timestamp) -> Self {
        Self {
            tenant,
            source: source.into(),
            at,
            held: HashMap::new(),
            by_link: HashMap::new(),
            by_address: HashMap::new(),
            by_parcel: HashMap::new(),
            parted: HashMap::new(),
            links: Vec::new(),
            said: HashMap::new(),
            says: BTreeSet::new(),
            history: Vec::new(),
            events: Vec::new(),
            is_rehearsal: false,
            is_initial: false,
        }
    }

    /// The same; says whether what it adds is part of a source's first import.
    pub(crate) fn initial(self, is_initial: bool) -> Self {
        Self { is_initial, ..self }
    }

    /// A batch that will never be written and may span transactions: it keeps what it would have
    /// written, so that later rows meet it.
    pub(crate) fn rehearsal(tenant: TenantId, source: impl Into<String>, at: Timestamp) -> Self {
        Self { is_rehearsal: true, ..Self::new(tenant, source, at) }
    }

    /// The instant of all its changes.
    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }

    /// Learns what the source said last under a name, unless this batch knows it better.
    pub(crate) fn heard(&mut self, source_id: &str, said: Option<i64>) {
        if let Some(said) = said
            && !self.said.contains_key(source_id)
        {
            self.said.insert(source_id.to_owned(), said);
        }
    }

    /// Whether the source says under a name what it said last.
    pub(crate) fn is_heard(&self, source_id: &str, says: i64) -> bool {
        self.said.get(source_id) == Some(&says)
    }

    /// The source says that under a name.
    pub(crate) fn says(&mut self, source_id: &str, says: i64) {
        if self.said.insert(source_id.to_owned(), says) != Some(says) {
            self.says.insert(source_id.to_owned());
        }
    }

    /// Takes a row that was read.
    pub(crate) fn hold(&mut self, property: Property) {
        let held = Held { stored: Some(property.version), has_moved: false, now: property };
        self.held.insert(held.now.id, held);
    }

    /// The state of a property as of now in this batch, when it is held.
    pub(crate) fn get(&self, id: Id) -> Option<&Property> {
        self.held.get(&id).map(|held| &held.now)
    }

    /// Reads a property and locks it against other writers. None when there is none.
    pub(crate) async fn hold_locked(&mut self, tx: &Tx, id: Id) -> Result<Option<&Property>> {
        let found: Option<Stored> = tx.one_for_update(&sql::BY_ID, &args![self.tenant, id]).await?;
        let Some(Stored(property)) = found else { return Ok(None) };
        self.hold(property);
        Ok(self.get(id))
    }

    /// Which property has an address or a parcel now, other than `own`.
    pub(crate) async fn other_owner(
        &mut self,
        tx: &Tx,
        own: Option<Id>,
        property: &Property,
    ) -> Result<Option<Id>> {
        let before = own.and_then(|id| self.get(id));
        let new_address = before.is_none_or(|b| b.address_key != property.address_key);
        let new_parcel = before.is_none_or(|b| b.parcel_key != property.parcel_key);
        if new_address {
            let key = property.address_key.as_str();
            let owner = match self.by_address.get(key) {
                Some(owner) => *owner,
                None => {
                    let args = args![self.tenant, key];
                    let found: Option<(Id,)> = tx.maybe(&sql::BY_ADDRESS, &args).await?;
                    let owner = found.map(|(id,)| id);
                    self.by_address.insert(key.to_owned(), owner);
                    owner
                }
            };
            if owner.is_some() && owner != own {
                return Ok(owner);
            }
        }
        if let Some(key) = property.parcel_key.as_deref().filter(|_| new_parcel) {
            let owner = match self.by_parcel.get(key) {
                Some(owner) => *owner,
                None => {
                    let args = args![self.tenant, key];
                    let found: Option<(Id,)> = tx.maybe(&sql::BY_PARCEL, &args).await?;
                    let owner = found.map(|(id,)| id);
                    self.by_parcel.insert(key.to_owned(), owner);
                    owner
                }
            };
            if owner.is_some() && owner != own {
                return Ok(owner);
            }
        }
        Ok(None)
    }

    /// Remembers that this source knows a property by this name.
    pub(crate) fn link(&mut self, source_id: String, property: Id) {
        self.by_link.insert(source_id.clone(), Some(property));
        self.links.push((source_id, property));
    }

    /// Whether a link of this batch names a property under another name than `source_id`.
    pub(crate) fn links_otherwise(&self, property: Id, source_id: &str) -> bool {
        self.links.iter().any(|(name, id)| *id == property && name != source_id)
    }

    /// Adds a new property.
    pub(crate) fn add(&mut self, property: Property) {
        self.by_address.insert(property.address_key.clone(), Some(property.id));
        if let Some(key) = &property.parcel_key {
            self.by_parcel.insert(key.clone(), Some(property.id));
        }
        if !self.is_rehearsal {
            let line = HistoryLine { field: "added", old: None, new: None };
            self.remember(&property, &[line]);
            let event = PropertyChanged {
                property: property.id,
                version: property.version,
                before: None,
                after: Some(property.facts()),
                changes: vec![Change::Added],
                initial: self.is_initial,
            };
            self.events.push((event, None));
        }
        let held = Held { stored: None, has_moved: false, now: property };
        self.held.insert(held.now.id, held);
    }

    /// Gives a held property its new state; false when nothing differs.
    ///
    /// # Errors
    /// The frame cannot be encoded.
    pub(crate) fn change(&mut self, mut after: Property) -> Result<bool> {
        let Some(Held { stored, has_moved, now: before }) = self.held.get(&after.id) else {
            return Ok(false);
        };
        let differences = diff(before, &after);
        if differences.is_empty() {
            return Ok(false);
        }
        after.version = before.version + 1;
        after.updated_at = self.at;
        let has_other_keys =
            before.address_key != after.address_key || before.parcel_key != after.parcel_key;
        let (stored, has_moved) = (*stored, *has_moved || has_other_keys);
        self.move_keys(&after);
        if !self.is_rehearsal {
            self.remember(&after, &differences.history);
            self.tell(&after, differences)?;
        }
        self.held.insert(after.id, Held { stored, has_moved, now: after });
        Ok(true)
    }

    fn move_keys(&mut self, after: &Property) {
        let Some(Held { now: before, .. }) = self.held.get(&after.id) else { return };
        if before.address_key != after.address_key {
            self.by_address.insert(before.address_key.clone(), None);
            self.by_address.insert(after.address_key.clone(), Some(after.id));
        }
        if before.parcel_key != after.parcel_key {
            if let Some(key) = &before.parcel_key {
                self.by_parcel.insert(key.clone(), None);
            }
            if let Some(key) = &after.parcel_key {
                self.by_parcel.insert(key.clone(), Some(after.id));
            }
        }
    }

    fn remember(&mut self, after: &Property, lines: &[HistoryLine]) {
        for line in lines {
            self.history.push(args![
                self.tenant,
                after.id,
                after.version,
                line.field,
                line.old.as_deref(),
                line.new.as_deref(),
                self.source.as_str(),
                self.at,
            ]);
        }
    }

    fn tell(&mut self, after: &Property, differences: Differences) -> Result<()> {
        let frame = self.frame(after.id, &differences.update)?;
        let event = PropertyChanged {
            property: after.id,
            version: after.version,
            before: self.get(after.id).map(Property::facts),
            after: Some(after.facts()),
            changes: differences.changes,
            initial: false,
        };
        self.events.push((event, Some(frame)));
        Ok(())
    }

    fn frame(&self, property: Id, update: &Update) -> Result<Frame> {
        let timestamp = self.at;
        let frame = AuctionUpdate { kind: "auction_update", property, update, timestamp };
        Frame::new(Topic::entity("property", property), &frame)
    }

    /// Writes everything. Rows are written in one order by all writers (stored ones by id, new ones
    /// by address, links by name), so that two batches cannot wait for each other.
    ///
    /// What is only linked is written as it was: whoever deletes it has been there before, and is
    /// noticed, or waits and finds the link. What has moved has no place until all have left
    /// theirs, since one may have gone to where another was.
    pub(crate) async fn write(mut self, tx: &Tx) -> Result<Written> {
        let linked: HashSet<Id> = self.links.iter().map(|(_, property)| *property).collect();
        let is_written = |held: &&Held| {
            let is_linked = linked.contains(&held.now.id);
            held.stored.is_some_and(|version| version != held.now.version || is_linked)
        };
        let mut changed: Vec<&Held> = self.held.values().filter(is_written).collect();
        changed.sort_unstable_by_key(|held| held.now.id);
        let mut added: Vec<&Held> = self.held.values().filter(|h| h.stored.is_none()).collect();
        added.sort_unstable_by(|a, b| a.now.address_key.cmp(&b.now.address_key));
        let updates: Vec<_> = changed
            .iter()
            .map(|held| {
                let row = written(self.tenant, &held.now, held.stored.into());
                if held.has_moved { keyless(row) } else { row }
            })
            .collect();
        let moved = changed.iter().filter(|held| held.has_moved);
        let keys: Vec<_> = moved
            .map(|Held { now, .. }| {
                args![self.tenant, now.id, &now.address_key, now.parcel_key.as_deref()]
            })
            .collect();
        let inserts: Vec<_> =
            added.iter().map(|held| written(self.tenant, &held.now, currency())).collect();
        self.links.sort_unstable();
        let link = |(source_id, property): &(String, Id)| {
            let said = self.said.get(source_id).copied();
            args![self.tenant, self.source.as_str(), source_id, *property, self.at, said]
        };
        let links: Vec<_> = self.links.iter().map(link).collect();
        for (source_id, _) in &self.links {
            self.says.remove(source_id);
        }
        let say = |source_id: &String| {
            let said = self.said.get(source_id).copied();
            args![self.tenant, self.source.as_str(), source_id, said]
        };
        let says: Vec<_> = self.says.iter().map(say).collect();
        if tx.exec_many(&sql::UPDATE, &updates).await? != updates.len() as u64
            || tx.exec_many(&sql::SET_KEYS, &keys).await? != keys.len() as u64
            || tx.exec_many(&sql::INSERT, &inserts).await? != inserts.len() as u64
            || tx.exec_many(&sql::INSERT_LINK, &links).await? != links.len() as u64
        {
            return Ok(Written::Raced);
        }
        tx.exec_many(&sql::SAID, &says).await?;
        tx.exec_many(&sql::INSERT_HISTORY, &self.history).await?;
        for (event, frame) in self.events {
            tx.emit(self.tenant, &event, frame.into_iter().collect())?;
        }
        Ok(Written::Done)
    }

    /// Deletes a held, locked property: a tombstone stays, its address and its links are free.
    pub(crate) async fn remove(self, tx: &Tx, id: Id) -> Result<()> {
        let Some(before) = self.get(id) else { return Ok(()) };
        let version = before.version + 1;
        tx.exec(&sql::REMOVE, &args![self.tenant, id, version, self.at]).await?;
        tx.exec(&sql::REMOVE_LINKS, &args![self.tenant, id]).await?;
        tx.exec(&sql_sources::FORGET_PARTED, &args![self.tenant, id]).await?;
        let none: Option<String> = None;
        let line =
            args![self.tenant, id, version, "removed", none.clone(), none, &self.source, self.at];
        tx.exec(&sql::INSERT_HISTORY, &line).await?;
        let frame = self.frame(id, &Update { removed: true, ..Update::default() })?;
        let event = PropertyChanged {
            property: id,
            version,
            before: Some(before.facts()),
            after: None,
            changes: vec![Change::Removed],
            initial: false,
        };
        tx.emit(self.tenant, &event, vec![frame])
    }
}

#[cfg(test)]
#[path = "upsert_tests.rs"]
mod tests;
