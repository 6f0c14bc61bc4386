//! An alert, and what holds many of them.

use domain::{Id, TenantId, UserId};

use crate::{Criteria, Kinds, Property};

/// Somebody's saved criteria, as an index keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Which.
    pub id: Id,
    /// Only properties of this tenant are compared with it.
    pub tenant: TenantId,
    /// Who is told.
    pub owner: UserId,
    /// What they are told of.
    pub kinds: Kinds,
    /// Which properties they mean.
    pub criteria: Criteria,
}

/// An alert that a property matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Which.
    pub alert: Id,
    /// Whose.
    pub owner: UserId,
    /// What they want to be told of.
    pub kinds: Kinds,
}

/// Holds alerts and finds those that a property matches.
pub trait Matcher {
    /// Takes an alert in; one with the same id is replaced.
    fn insert(&mut self, alert: Alert);

    /// Forgets an alert; false when there was none.
    fn remove(&mut self, alert: Id) -> bool;

    /// Puts a hit into `out` for every alert of the tenant whose criteria are certainly true of the
    /// property, each once and in no order. `out` is not cleared.
    fn matches(&self, tenant: TenantId, property: &Property, out: &mut Vec<Hit>);

    /// How many alerts it holds.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
