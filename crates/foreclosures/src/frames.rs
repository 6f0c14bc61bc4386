//! The frames of the foreclosure watch. camelCase, but for `watchlist_changed`, which lives on the
//! user's own topic among frames in snake_case.

use domain::Id;
use events::AuctionView;
use hub::{Refusal, Text};
use kit::{Error, FrameSpec};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The watchlist as it stands when a socket begins to follow it.
#[derive(Serialize)]
pub(crate) struct InitialState {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The watched properties that exist, newest on the list first.
    auctions: Vec<AuctionView>,
    /// Only there, and then true, when the watchlist is longer than a socket follows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

impl InitialState {
    pub(crate) const fn new(auctions: Vec<AuctionView>, truncated: bool) -> Self {
        Self { kind: "initial_state", auctions, truncated }
    }
}

/// The answer to `subscribe {ch: "watchlist"}` on `/ws`.
#[derive(Serialize)]
pub(crate) struct WatchlistOpened<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    ch: &'static str,
    recovered: bool,
    snapshot: InitialState,
}

impl<'a> WatchlistOpened<'a> {
    pub(crate) const fn new(
        id: Option<&'a RawValue>,
        ch: &'static str,
        snapshot: InitialState,
    ) -> Self {
        Self { kind: "subscribed", id, ch, recovered: false, snapshot }
    }
}

/// A property is followed from here on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscribed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ch: Option<&'static str>,
    property_id: Id,
    auction: AuctionView,
}

impl<'a> Subscribed<'a> {
    pub(crate) const fn new(
        id: Option<&'a RawValue>,
        ch: Option<&'static str>,
        auction: AuctionView,
    ) -> Self {
        Self { kind: "subscribed", id, ch, property_id: auction.property_id, auction }
    }
}

/// A property is no longer followed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unsubscribed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    property_id: &'a str,
}

impl<'a> Unsubscribed<'a> {
    pub(crate) const fn new(
        id: Option<&'a RawValue>,
        ch: Option<&'a str>,
        property_id: &'a str,
    ) -> Self {
        Self { kind: "unsubscribed", id, ch, code: None, property_id }
    }

    /// Nobody asked for it: it could not be helped.
    pub(crate) const fn because(mut self, code: &'a str) -> Self {
        self.code = Some(code);
        self
    }
}

/// A verb about a property was refused: the engine's `error` with the property in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refused<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    code: &'a str,
    status: u16,
    message: &'a str,
    retry: bool,
    property_id: &'a str,
}

impl<'a> Refused<'a> {
    pub(crate) fn new(
        id: Option<&'a RawValue>,
        refusal: &'a Refusal,
        property_id: &'a str,
    ) -> Self {
        Self {
            kind: "error",
            id,
            code: &refusal.code,
            status: refusal.status,
            message: &refusal.message,
            retry: refusal.retry,
            property_id,
        }
    }
}

/// The user's watchlist was edited; on `user:<id>`.
#[derive(Serialize)]
pub(crate) struct WatchlistChanged {
    #[serde(rename = "type")]
    kind: &'static str,
    property_id: Id,
    watched: bool,
}

const WATCHLIST_CHANGED: &str = "watchlist_changed";

impl WatchlistChanged {
    pub(crate) const fn new(property_id: Id, watched: bool) -> Self {
        Self { kind: WATCHLIST_CHANGED, property_id, watched }
    }

    /// The property and whether it is watched now, when a frame of `user:<id>` is one of these.
    pub(crate) fn read(body: &str) -> Option<(Id, bool)> {
        #[derive(Deserialize)]
        struct Seen {
            #[serde(rename = "type")]
            kind: String,
            property_id: Id,
            watched: bool,
        }
        let seen: Seen = serde_json::from_str(body).ok()?;
        (seen.kind == WATCHLIST_CHANGED).then_some((seen.property_id, seen.watched))
    }
}

/// A frame's text.
///
/// # Errors
/// `internal` when it has no JSON form.
pub(crate) fn text<T: Serialize>(frame: &T) -> Result<Text, Refusal> {
    let text = serde_json::to_string(frame).map_err(Error::internal)?;
    Ok(Text::from(text))
}

/// The forms of the frames, for the generated documents: all in one piece, without references.
mod forms {
    #![allow(dead_code, reason = "only their schema is used")]

    use super::{RawValue, ToSchema};

    #[derive(ToSchema)]
    #[schema(rename_all = "camelCase")]
    pub(super) struct Auction {
        property_id: String,
        street: String,
        city: String,
        state: String,
        zip_code: Option<String>,
        /// preforeclosure, auction, sold, reo, cancelled or redeemed.
        foreclosure_status: String,
        /// `YYYY-MM-DD`.
        auction_date: Option<String>,
        /// As people say it: `10:00 AM`.
        auction_time: Option<String>,
        /// Decimal number with the currency's digits.
        opening_bid: Option<f64>,
    }

    #[derive(ToSchema)]
    pub(super) struct InitialState {
        /// The watched properties that exist, the newest on the list first.
        #[schema(inline)]
        auctions: Vec<Auction>,
        /// Only there when the watchlist is longer than the 500 that a socket follows.
        truncated: Option<bool>,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "camelCase")]
    pub(super) struct Subscribed {
        /// As in the request.
        #[schema(value_type = Option<Value>)]
        id: Option<Box<RawValue>>,
        property_id: String,
        #[schema(inline)]
        auction: Auction,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "camelCase")]
    pub(super) struct Unsubscribed {
        /// As in the request.
        #[schema(value_type = Option<Value>)]
        id: Option<Box<RawValue>>,
        /// Why, when nobody asked for it.
        code: Option<String>,
        property_id: String,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "camelCase")]
    pub(super) struct Refused {
        /// As in the request.
        #[schema(value_type = Option<Value>)]
        id: Option<Box<RawValue>>,
        /// `not_found` for a property that is unknown, another tenant's, or no text.
        code: String,
        status: u16,
        message: String,
        retry: bool,
        /// As in the request, as text.
        property_id: String,
    }

    #[derive(ToSchema)]
    pub(super) struct Edited {
        property_id: String,
        watched: bool,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "camelCase")]
    pub(super) struct OfProperty {
        #[schema(value_type = Option<Value>)]
        id: Option<Box<RawValue>>,
        property_id: String,
    }
}

/// Where most of them are seen.
const SOCKET: &str = "/ws/auctions";
/// Where the answers are seen as well, because the alias says the same.
const SOCKET_AND_ALIAS: &str = "/ws/auctions, watchlist";

/// What goes over sockets, for the generated documents.
pub(crate) fn specs() -> Vec<FrameSpec> {
    vec![
        FrameSpec::sent::<forms::InitialState>(
            "initial_state",
            SOCKET,
            "the first frame: the watchlist's properties, read in one transaction with the place \
             from which their `auction_update` frames go on; also the `snapshot` of `watchlist`",
        ),
        FrameSpec::sent::<forms::Subscribed>(
            "subscribed",
            SOCKET_AND_ALIAS,
            "the property is followed from here on: on request, or because it was watched",
        ),
        FrameSpec::sent::<forms::Unsubscribed>(
            "unsubscribed",
            SOCKET_AND_ALIAS,
            "the property is no longer followed: on request, or because it is no longer watched",
        ),
        FrameSpec::sent::<forms::Refused>("error", SOCKET, "a verb about a property was refused"),
        FrameSpec::sent::<forms::Edited>(
            "watchlist_changed",
            "user",
            "the user began or ceased to watch a property, here or elsewhere",
        ),
        FrameSpec::received::<forms::OfProperty>(
            "subscribe",
            SOCKET,
            "follow a property for this session; answered by `subscribed` with its state",
        ),
        FrameSpec::received::<forms::OfProperty>(
            "unsubscribe",
            SOCKET,
            "follow it no longer in this session; answered by `unsubscribed`",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190a5b8-7b1e-7c3d-8f00-00000000000f";

    #[test]
    fn the_fields_stand_in_the_order_of_the_protocol() {
        let id: Id = ID.parse().unwrap();
        let gone = Unsubscribed::new(None, None, ID);
        assert_eq!(
            serde_json::to_string(&gone).unwrap(),
            format!(r#"{{"type":"unsubscribed","propertyId":"{ID}"}}"#)
        );
        let changed = serde_json::to_string(&WatchlistChanged::new(id, true)).unwrap();
        assert_eq!(
            changed,
            format!(r#"{{"type":"watchlist_changed","property_id":"{ID}","watched":true}}"#)
        );
        assert_eq!(WatchlistChanged::read(&changed), Some((id, true)));
        let other = changed.replace("watchlist_changed", "new_notification");
        for other in [other.as_str(), r#"{"type":"unread_count","unread_count":1}"#] {
            assert_eq!(WatchlistChanged::read(other), None);
        }
        let empty = serde_json::to_string(&InitialState::new(Vec::new(), false)).unwrap();
        assert_eq!(empty, r#"{"type":"initial_state","auctions":[]}"#);
        let cut = serde_json::to_string(&InitialState::new(Vec::new(), true)).unwrap();
        assert_eq!(cut, r#"{"type":"initial_state","auctions":[],"truncated":true}"#);
    }

    #[test]
    fn schemas_refer_to_nothing_outside() {
        for spec in specs() {
            let schema = spec.schema.to_string();
            assert!(!schema.contains("$ref"), "{}: {schema}", spec.kind);
            assert!(schema.contains("properties"), "{}: {schema}", spec.kind);
        }
    }
}
