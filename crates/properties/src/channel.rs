//! The topic of one property.

use events::AuctionView;
use kit::{Error, Family, FrameSpec, Result, TopicRequest};
use serde_json::value::{RawValue, to_raw_value};

use crate::{read::cards, upsert::AuctionUpdate};

/// `property:<id>`: every change of a property. The snapshot is its auction view.
pub(crate) fn family() -> Family {
    Family::stream("property", "changes of one property; the snapshot is its auction view", open)
}

async fn open(request: TopicRequest) -> Result<Option<Box<RawValue>>> {
    let TopicRequest { tx, scope, topic, want_snapshot, .. } = request;
    scope.user_id().ok_or_else(Error::unauthorized)?;
    let id = topic.id().ok_or_else(Error::not_found)?;
    let found = cards(&tx, scope.tenant, &[id]).await?;
    let card = found.into_iter().next().ok_or_else(Error::not_found)?;
    if !want_snapshot {
        return Ok(None);
    }
    let view = AuctionView::of(card.id, &card.facts);
    to_raw_value(&view).map(Some).map_err(Error::internal)
}

/// The frames that it sends.
pub(crate) fn frames() -> [FrameSpec; 1] {
    [FrameSpec::sent::<AuctionUpdate<'static>>(
        "auction_update",
        "property",
        "what changed in a property: status, date or hour of the auction, opening bid, others",
    )]
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn the_schema_of_the_frame_stands_by_itself() {
        let schema = serde_json::to_string(&AuctionUpdate::schema()).unwrap();
        assert!(!schema.contains("$ref"), "{schema}");
        for name in ["statusChanged", "auctionDateChanged", "openingBidChanged", "postponement"] {
            assert!(schema.contains(name), "{schema}");
        }
    }
}
