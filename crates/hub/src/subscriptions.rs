//! The subscriptions of one topic: dense, because every frame walks over all of them.

use std::collections::HashMap;

use crate::subscription::{Sub, SubKey};

/// Subscriptions, in no order.
#[derive(Default)]
pub(crate) struct Subs {
    list: Vec<Sub>,
    places: HashMap<SubKey, usize>,
}

impl Subs {
    pub(crate) fn get_mut(&mut self, key: SubKey) -> Option<&mut Sub> {
        self.list.get_mut(*self.places.get(&key)?)
    }

    /// Adds it, in the place of an earlier one of the same key.
    pub(crate) fn insert(&mut self, sub: Sub) {
        match self.places.get(&sub.key) {
            Some(place) => self.list[*place] = sub,
            None => {
                self.places.insert(sub.key, self.list.len());
                self.list.push(sub);
            }
        }
    }

    pub(crate) fn remove(&mut self, key: SubKey) {
        let Some(place) = self.places.remove(&key) else { return };
        self.list.swap_remove(place);
        if let Some(moved) = self.list.get(place) {
            self.places.insert(moved.key, place);
        }
        // A crowd that has gone leaves no memory behind.
        if self.list.capacity() > 64 && self.list.len() < self.list.capacity() / 4 {
            self.list.shrink_to(self.list.len() * 2);
            self.places.shrink_to(self.list.len() * 2);
        }
    }

    pub(crate) fn first(&self) -> Option<&Sub> {
        self.list.first()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Sub> {
        self.list.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Sub> {
        self.list.iter_mut()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
