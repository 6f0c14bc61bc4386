//! A pooled connection in use.

use std::ops::Deref;

use deadpool_postgres::Object;

/// A pooled connection in use. It goes back to the pool only when it is settled; dropped before, it
/// is closed. It may have an open transaction then, or a statement that still runs, which the next
/// user would go on with; closing makes the server roll back.
pub(crate) struct Lease(Option<Object>);

impl Lease {
    pub(super) const fn new(client: Object) -> Self {
        Self(Some(client))
    }

    /// Nothing runs on it and no transaction is open: back to the pool.
    pub(super) fn settle(mut self) {
        drop(self.0.take());
    }
}

impl Deref for Lease {
    type Target = Object;

    fn deref(&self) -> &Object {
        self.0.as_ref().expect("only settle and drop empty it, and both end it")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}
