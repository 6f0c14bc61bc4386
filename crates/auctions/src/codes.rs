//! The refusals of the auctions.

use domain::{Currency, Money};
use kit::{Code, Error};
use serde::Serialize;

use crate::model::{Auction, Refusal};

macro_rules! refusals {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        $(pub(crate) static $name: Code = Code::conflict($code, $title);)*

        /// All of them, for docs/errors.md.
        pub(crate) static ALL: &[&Code] = &[$(&$name),*];
    };
}

refusals! {
    BID_TOO_LOW = "bid_too_low", "the next bid has to be higher";
    NOT_LIVE = "auction_not_live", "the auction takes no bids at the moment";
    ENDED = "auction_ended", "the auction is over";
    INSUFFICIENT = "insufficient_coins", "there is not enough in the account";
    SELLER = "seller_cannot_bid", "sellers do not bid on their own auctions";
    NOT_APPROVED = "not_approved", "only approved bidders may bid here";
    STALE_VIEW = "stale_view", "the auction has moved on since it was seen";
    OVER_LIMIT = "over_limit", "the bid is above the limit that was set for this bidder";
    NOT_EXACT = "exact_not_allowed", "bids do not jump in this auction";
    NOT_BUYABLE = "not_buyable", "the auction cannot be bought at a fixed price any more";
    WRONG_STATUS = "auction_status", "the auction's status does not permit it";
    WRONG_TIME = "auction_time", "the auction's times do not permit it";
    NO_SUCH_BID = "no_such_bid", "there is no bid that could be taken back";
    HAS_BIDS = "auction_has_bids", "an auction with bids cannot be edited like this";
    AUCTION_LIMIT = "auction_limit", "this seller has as many open auctions as they may";
    NO_ENTRY = "no_registration", "this auction takes no registrations";
}

/// What programs need to try again.
#[derive(Serialize)]
struct Details {
    /// The least that would be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_next: Option<Money>,
    /// The limit of the bidder.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Money>,
    log_seq: i64,
}

/// A refusal as clients see it. `auction` is as it was when it refused.
pub(crate) fn refused(refusal: Refusal, auction: &Auction) -> Error {
    let currency: Currency = auction.terms.currency;
    let money = |minor| Some(Money::new(minor, currency));
    let plain = Details { min_next: None, limit: None, log_seq: auction.log_seq };
    let (code, details) = match refusal {
        Refusal::NotLive => (&NOT_LIVE, plain),
        Refusal::Ended => (&ENDED, plain),
        Refusal::TooLow { min_next } => {
            (&BID_TOO_LOW, Details { min_next: money(min_next), ..plain })
        }
        Refusal::NotRaised { own } => {
            (&BID_TOO_LOW, Details { min_next: money(own.saturating_add(1)), ..plain })
        }
        Refusal::Insufficient => (&INSUFFICIENT, plain),
        Refusal::Seller => (&SELLER, plain),
        Refusal::NotApproved => (&NOT_APPROVED, plain),
        Refusal::OverLimit { limit } => (&OVER_LIMIT, Details { limit: money(limit), ..plain }),
        Refusal::StaleView => {
            (&STALE_VIEW, Details { min_next: money(auction.min_next()), ..plain })
        }
        Refusal::NotExact => (&NOT_EXACT, plain),
        Refusal::NotBuyable => (&NOT_BUYABLE, plain),
        Refusal::WrongStatus(_) => (&WRONG_STATUS, plain),
        Refusal::WrongTime => (&WRONG_TIME, plain),
        Refusal::NoSuchBid => (&NO_SUCH_BID, plain),
        Refusal::NotYours => return Error::forbidden(),
        Refusal::WrongAmount => {
            return Error::invalid("amount", "out_of_range", refusal.to_string());
        }
    };
    let message = match refusal {
        Refusal::TooLow { min_next } => {
            format!("the next bid is at least {}", Money::new(min_next, currency))
        }
        other => other.to_string(),
    };
    Error::conflict(code, message).with_details(&details)
}
