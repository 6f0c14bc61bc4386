//! The plain matcher: alerts in lists by place, each looked at one by one.
//!
//! A property looks at the lists of its own square of one degree, its city, its state, and at what
//! is bound to no place. So a change costs as much as there are alerts around it, and an alert
//! without a place costs every change of its tenant a look, some ten nanoseconds.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{Id, TenantId};

use crate::{
    Alert, City, Criteria, Hit, Matcher, Property, State, Truth,
    geo::{Cell, cover},
};

/// An area of more squares than this is looked at from everywhere, or by its cities or states.
const MAX_CELLS: usize = 64;

/// Where an alert is listed. An alert has keys of one sort only, and a property looks at one key of
/// each, so no alert is met twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Cell(Cell),
    /// By a hash: two cities with one only cost a look.
    City(u64),
    State(State),
    Anywhere,
}

impl Place {
    fn city(city: &City) -> Self {
        let mut hasher = DefaultHasher::new();
        city.hash(&mut hasher);
        Self::City(hasher.finish())
    }

    /// Where an alert is listed, each place once.
    fn all_of(criteria: &Criteria) -> Vec<Self> {
        let area = cover(criteria.circle.as_ref(), criteria.polygon.as_ref(), MAX_CELLS);
        let mut places: Vec<Self> = match area {
            Some(cells) => cells.into_iter().map(Self::Cell).collect(),
            None if !criteria.cities.is_empty() => criteria.cities.iter().map(Self::city).collect(),
            None if !criteria.states.is_empty() => {
                criteria.states.iter().copied().map(Self::State).collect()
            }
            None => vec![Self::Anywhere],
        };
        let mut seen = Vec::with_capacity(places.len());
        places.retain(|place| {
            let is_new = !seen.contains(place);
            seen.push(*place);
            is_new
        });
        places
    }
}

/// Alerts by place.
#[derive(Debug, Default)]
pub struct Buckets {
    slots: Vec<Option<Alert>>,
    free: Vec<usize>,
    by_id: HashMap<Id, usize>,
    lists: HashMap<(TenantId, Place), Vec<usize>>,
}

impl Buckets {
    fn look(&self, tenant: TenantId, place: Place, property: &Property, out: &mut Vec<Hit>) {
        let list = self.lists.get(&(tenant, place)).map_or(&[][..], Vec::as_slice);
        for alert in list.iter().filter_map(|slot| self.slots.get(*slot)?.as_ref()) {
            if alert.criteria.truth(property) == Truth::True {
                out.push(Hit { alert: alert.id, owner: alert.owner, kinds: alert.kinds });
            }
        }
    }
}

impl Matcher for Buckets {
    fn insert(&mut self, alert: Alert) {
        self.remove(alert.id);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        for place in Place::all_of(&alert.criteria) {
            self.lists.entry((alert.tenant, place)).or_default().push(slot);
        }
        self.by_id.insert(alert.id, slot);
        self.slots[slot] = Some(alert);
    }

    fn remove(&mut self, alert: Id) -> bool {
        let Some(slot) = self.by_id.remove(&alert) else { return false };
        let Some(alert) = self.slots[slot].take() else { return false };
        self.free.push(slot);
        for place in Place::all_of(&alert.criteria) {
            let key = (alert.tenant, place);
            let Some(list) = self.lists.get_mut(&key) else { continue };
            if let Some(at) = list.iter().position(|listed| *listed == slot) {
                list.swap_remove(at);
            }
            if list.is_empty() {
                self.lists.remove(&key);
            }
        }
        true
    }

    fn matches(&self, tenant: TenantId, property: &Property, out: &mut Vec<Hit>) {
        if self.by_id.is_empty() {
            return;
        }
        let cell = property.point.as_ref().map(|point| Place::Cell(Cell::of(point)));
        let city = property.city.as_ref().map(Place::city);
        let state = property.state.map(Place::State);
        for place in [cell, city, state, Some(Place::Anywhere)].into_iter().flatten() {
            self.look(tenant, place, property, out);
        }
    }

    fn len(&self) -> usize {
        self.by_id.len()
    }
}

#[cfg(test)]
mod tests {
    use domain::UserId;
    use uuid::Uuid;

    use super::*;
    use crate::{Kinds, random_tests::nothing_known};

    #[test]
    fn what_leaves_is_gone_everywhere() {
        let mut buckets = Buckets::default();
        let id = |number| Id::from_uuid(Uuid::from_u128(number));
        let states = |names: &[&str]| names.iter().filter_map(|name| State::new(name)).collect();
        let alert = |number, names| Alert {
            id: id(number),
            tenant: TenantId::DEFAULT,
            owner: UserId::from_uuid(Uuid::from_u128(1)),
            kinds: Kinds::NONE,
            criteria: Criteria { states: states(names), ..Criteria::default() },
        };
        // One state twice is one place.
        buckets.insert(alert(1, &["FL", "GA", "fl"]));
        buckets.insert(alert(2, &["FL"]));
        let found = |buckets: &Buckets, state| {
            let property = Property { state: State::new(state), ..nothing_known() };
            let mut out = Vec::new();
            buckets.matches(TenantId::DEFAULT, &property, &mut out);
            out.len()
        };
        assert_eq!((found(&buckets, "FL"), found(&buckets, "GA"), buckets.len()), (2, 1, 2));
        buckets.insert(alert(1, &["TX"]));
        assert_eq!((found(&buckets, "FL"), found(&buckets, "GA")), (1, 0));
        assert!(buckets.remove(id(1)) && buckets.remove(id(2)) && !buckets.remove(id(2)));
        assert!(buckets.is_empty() && buckets.lists.is_empty());
        buckets.insert(alert(3, &[]));
        assert_eq!((buckets.slots.len(), found(&buckets, "WY")), (2, 1));
    }
}
