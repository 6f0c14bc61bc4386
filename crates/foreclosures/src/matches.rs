//! What a change of a property is to an alert. Pure but for the alerts themselves.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Id, TenantId, UserId};
use events::{Change, PropertyChanged, PropertyFacts, PropertyStatus};
use matching::{Hit, Kind, Kinds};

use crate::alerts::{definition::property, index::Held};

/// Whose alerts a change concerns, each with the kinds that it asked for.
pub(crate) type Concerned = BTreeMap<UserId, BTreeMap<Id, Kinds>>;

/// The alerts that a change concerns, as they stand where the change stands in the journal.
///
/// An alert is told of a change when it matches what the property is now; of what is new when it
/// did not match before, or the property was not on its way to an auction; of a removal when it
/// matched what was removed. What a source's first import brings was there all the time.
pub(crate) fn concerned(alerts: &Held, tenant: TenantId, event: &PropertyChanged) -> Concerned {
    if alerts.is_empty() {
        return Concerned::new();
    }
    let hits = |facts: Option<&PropertyFacts>| {
        facts.map_or_else(Vec::new, |facts| alerts.matches(tenant, &property(facts)))
    };
    let kinds = kinds_of(event);
    let Some(after) = &event.after else {
        return gather(hits(event.before.as_ref()), |_| kinds);
    };
    let now = hits(Some(after));
    let may_be_new = !now.is_empty() && is_open(after.status) && !event.initial;
    let before = event.before.as_ref().filter(|before| may_be_new && is_open(before.status));
    let before: BTreeSet<Id> = hits(before).into_iter().map(|hit| hit.alert).collect();
    gather(now, |hit| match may_be_new && !before.contains(&hit.alert) {
        true => kinds.with(Kind::NewAuction),
        false => kinds,
    })
}

fn gather(hits: Vec<Hit>, kinds: impl Fn(&Hit) -> Kinds) -> Concerned {
    let mut concerned = Concerned::new();
    for hit in hits {
        let told = kinds(&hit).and(hit.kinds);
        if !told.is_empty() {
            concerned.entry(hit.owner).or_default().insert(hit.alert, told);
        }
    }
    concerned
}

/// What a change is, whatever matched before.
fn kinds_of(event: &PropertyChanged) -> Kinds {
    let mut kinds = Kinds::NONE;
    for change in &event.changes {
        kinds = match change {
            Change::Status => status_kinds(event).or(kinds).with(Kind::StatusChange),
            Change::OpeningBid => kinds.with(Kind::PriceChange),
            Change::Postponement
            | Change::Advancement
            | Change::Scheduled
            | Change::Unscheduled
            | Change::AuctionTime => kinds.with(Kind::Postponement),
            Change::Removed => kinds.with(Kind::Cancelled),
            Change::Added | Change::Minor => kinds,
        };
    }
    kinds
}

fn status_kinds(event: &PropertyChanged) -> Kinds {
    let status = |facts: &Option<PropertyFacts>| facts.as_ref().map(|facts| facts.status);
    match (status(&event.before), status(&event.after)) {
        (_, Some(PropertyStatus::Cancelled)) => Kinds::NONE.with(Kind::Cancelled),
        (Some(before), Some(after)) if !is_open(before) && is_open(after) => {
            Kinds::NONE.with(Kind::BackOnMarket)
        }
        _ => Kinds::NONE,
    }
}

/// On its way to an auction.
const fn is_open(status: PropertyStatus) -> bool {
    matches!(status, PropertyStatus::Preforeclosure | PropertyStatus::Auction)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a change of the status from one to another is.
    fn moved(before: &str, after: &str) -> Vec<&'static str> {
        let golden = include_str!("../../events/golden/properties.changed.v1.json");
        let mut event: PropertyChanged = serde_json::from_str(golden).unwrap();
        let status = |name: &str| serde_json::from_value(name.into()).unwrap();
        event.before.as_mut().unwrap().status = status(before);
        event.after.as_mut().unwrap().status = status(after);
        event.changes = vec![Change::Status];
        kinds_of(&event).names().collect()
    }

    #[test]
    fn what_a_status_means() {
        assert_eq!(moved("preforeclosure", "auction"), ["status_change"]);
        assert_eq!(moved("auction", "sold"), ["status_change"]);
        assert_eq!(moved("auction", "cancelled"), ["status_change", "cancelled"]);
        assert_eq!(moved("reo", "cancelled"), ["status_change", "cancelled"]);
        for ended in ["sold", "reo", "cancelled", "redeemed"] {
            for open in ["auction", "preforeclosure"] {
                assert_eq!(moved(ended, open), ["status_change", "back_on_market"]);
            }
        }
    }

    #[test]
    fn every_move_of_date_or_hour_is_a_postponement() {
        use Change::{
            Added, Advancement, AuctionTime, Minor, OpeningBid, Postponement, Removed, Scheduled,
            Unscheduled,
        };
        let kinds = |change| {
            let (property, before, after) = (Id::from_uuid(uuid::Uuid::nil()), None, None);
            let changes = vec![change];
            let initial = false;
            let event = PropertyChanged { property, version: 1, before, after, changes, initial };
            kinds_of(&event).names().collect::<Vec<_>>()
        };
        for change in [Postponement, Advancement, Scheduled, Unscheduled, AuctionTime] {
            assert_eq!(kinds(change), ["postponement"]);
        }
        assert_eq!(kinds(OpeningBid), ["price_change"]);
        assert_eq!(kinds(Removed), ["cancelled"]);
        assert!(kinds(Added).is_empty() && kinds(Minor).is_empty());
    }
}
