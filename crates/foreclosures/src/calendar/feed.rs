//! The feed: what a calendar program gets for the token in its address.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Timestamp;
use kit::{Ctx, Error, Result, ports::PropertyCard};
use sha2::{Digest, Sha256};
use store::Tx;

use super::{
    dated,
    ics::{self, Feed},
    preferences, token,
};

/// How long an auction stays in the feed after its day, whatever became of it.
const KEPT: Duration = Duration::from_secs(60 * 24 * 3600);
/// How many auctions a feed has at most: the first by date.
const MAX_EVENTS: usize = 2_000;

/// A feed as it is now.
pub(super) struct Ics {
    body: Vec<u8>,
    /// The same for the same body, and for no other.
    tag: String,
}

/// The feed of a token.
///
/// # Errors
/// `not_found` for whatever is no token, or no longer one.
pub(super) async fn of_token(ctx: &Ctx, token: String) -> Result<Ics> {
    let (house, from) = (ctx.clone(), first_date(ctx.now()));
    let read = async move |tx: &Tx| -> Result<_> {
        let (tenant, user) = token::owner(tx, &token).await?;
        let preferences = preferences::of_user(tx, tenant, user).await?;
        let (auctions, _) = dated(&house, tx, tenant, user).await?;
        let cards: Vec<PropertyCard> = auctions.into_iter().map(|(_, card)| card).collect();
        Ok((preferences.reminders, cards))
    };
    let (reminders, mut cards) = ctx.store().read(read).await?;
    // Dates of this form sort as texts. A feed has no view, so the venue's date counts.
    cards.retain(|card| card.facts.auction_date.as_deref().is_some_and(|date| date >= &*from));
    cards.sort_by(|a, b| {
        let place = |card: &PropertyCard| (card.facts.auction_date.clone(), card.id);
        place(a).cmp(&place(b))
    });
    cards.truncate(MAX_EVENTS);
    let origin = ctx.config().public_origin();
    let feed = Feed { origin: origin.as_str(), reminders: &reminders };
    let body = ics::render(&feed, &cards)?;
    let tag = Sha256::digest(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Ics { body, tag })
}

/// The first date that is in the feed, `YYYY-MM-DD`.
fn first_date(now: Timestamp) -> String {
    now.minus(KEPT).to_string().chars().take(10).collect()
}

impl Ics {
    /// The answer: 304 when the program has this very feed.
    ///
    /// # Errors
    /// `internal` when the tag cannot stand in a header.
    pub(super) fn answer(self, asked: &HeaderMap) -> Result<Response> {
        let tag = format!("\"{}\"", self.tag);
        let is_known = knows(asked, &tag);
        let tag = HeaderValue::from_str(&tag).map_err(Error::internal)?;
        // Whoever keeps it asks before using it; nobody in between may keep it.
        let kept = HeaderValue::from_static("private, no-cache");
        let headers: [(HeaderName, HeaderValue); 2] =
            [(header::ETAG, tag), (header::CACHE_CONTROL, kept)];
        if is_known {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let kind = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("inline; filename=\"openbell.ics\""),
            ),
        ];
        Ok((headers, kind, self.body).into_response())
    }
}

/// Whether `If-None-Match` names the tag, compared weakly as RFC 9110 wants it.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let asked = |value: &'static str| {
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))])
        };
        for same in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", " W/\"b\" ,W/\"a\""] {
            assert!(knows(&asked(same), "\"a\""), "{same}");
        }
        for other in ["\"b\"", "a", "", "w/\"a\""] {
            assert!(!knows(&asked(other), "\"a\""), "{other}");
        }
        assert!(!knows(&HeaderMap::new(), "\"a\""));
    }

    #[test]
    fn the_feed_reaches_back_sixty_days() {
        let now: Timestamp = "2024-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(first_date(now), "2024-01-01");
    }
}
