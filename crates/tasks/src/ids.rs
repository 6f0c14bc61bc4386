//! Ids of tasks and tokens of leases.

use std::sync::{LazyLock, Mutex, PoisonError};

use domain::{Id, Timestamp};
use uuid::{Uuid, timestamp::context::ContextV7};

/// One for the process: ids made within one millisecond are in order, whoever asked for them.
static CONTEXT: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));

/// A new id with the time `now` in front.
pub(crate) fn new_id(now: Timestamp) -> Id {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    // Below 1000, so the nanoseconds fit.
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let stamp = uuid::Timestamp::from_unix(&*context, millis / 1000, nanos);
    Id::from_uuid(Uuid::new_v7(stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_are_in_order() {
        let now = Timestamp::from_millis(1_700_000_000_123);
        let ids: Vec<Id> = (0..1000).map(|_| new_id(now)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids[0].as_uuid().get_version_num(), 7);
    }
}
