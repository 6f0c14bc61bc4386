//! Lists of auctions: all of them, and those in which one takes part.

use axum::extract::State;
use domain::{Id, Role, Timestamp, UserId};
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, Problem, Query, Result};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, args};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::by;
use crate::{channel::me, model::Status, rows::Lot, sql, view::AuctionView};

pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(own_bids))
}

/// The longest word that is searched for, in characters.
const MAX_WORD: usize = 100;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// What ends first.
    Ending,
    /// What was made last.
    Newest,
}

/// Which auctions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuctionFilter {
    /// Statuses, separated by commas; `open` for scheduled, live and paused, `over` for the rest
    /// but drafts. All that one may see unless said.
    status: Option<String>,
    /// Whose: an id, or `me`.
    seller: Option<String>,
    /// A word of the title.
    q: Option<String>,
    /// `ending` unless said, where only open ones are asked for; else `newest`.
    #[param(inline)]
    sort: Option<Sort>,
}

/// The statuses that a filter names, in the form of the statement: `,live,paused,`.
fn statuses(text: &str) -> Result<(String, bool)> {
    let mut found = Vec::new();
    for word in text.split(',').map(str::trim) {
        match word {
            "open" => found.extend([Status::Scheduled, Status::Live, Status::Paused]),
            "over" => found.extend(Status::ALL.into_iter().filter(|status| status.is_over())),
            word => found.push(word.parse().map_err(|_| {
                Error::invalid("status", "invalid_value", "names no status of an auction")
            })?),
        }
    }
    let all_open = found.iter().all(|status: &Status| !status.is_over());
    let words: Vec<_> = found.into_iter().map(Status::as_str).collect();
    Ok((format!(",{},", words.join(",")), all_open))
}

/// The pattern that finds a word in a title.
fn pattern(word: &str) -> Result<Option<String>> {
    let word = word.trim().to_lowercase();
    if word.chars().count() > MAX_WORD {
        return Err(Error::invalid("q", "too_long", "has at most 100 characters"));
    }
    let mut escaped = String::with_capacity(word.len() + 2);
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    Ok((!word.is_empty()).then(|| format!("%{escaped}%")))
}

/// Auctions in pages. Who is signed in sees how they stand in each.
#[utoipa::path(get, path = "/api/v1/auctions", tag = "auctions",
    operation_id = "list_auctions",
    params(AuctionFilter, Page),
    responses(
        (status = 200, body = List<AuctionView>),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem),
    ))]
pub(super) async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    Query(asked): Query<AuctionFilter>,
    page: Page,
) -> Result<Json<List<AuctionView>>> {
    let chosen = asked.status.as_deref().filter(|text| !text.is_empty());
    let (statuses, all_open) = chosen.map(statuses).transpose()?.unzip();
    let seller: Option<UserId> = match asked.seller.as_deref() {
        None | Some("") => None,
        Some("me") => Some(call.user()?),
        Some(id) => Some(
            id.parse()
                .map_err(|_| Error::invalid("seller", "invalid_value", "is an id, or `me`"))?,
        ),
    };
    let word = pattern(asked.q.as_deref().unwrap_or_default())?;
    let usual = if all_open == Some(true) { Sort::Ending } else { Sort::Newest };
    let sort = asked.sort.unwrap_or(usual);
    let filter = FilterHash::of(&("auctions", &statuses, seller, &word, sort));
    let (first, nobody) = match sort {
        Sort::Ending => (i64::MIN, uuid::Uuid::nil()),
        Sort::Newest => (i64::MAX, uuid::Uuid::max()),
    };
    let cursor = page.after::<Timestamp>(&filter)?;
    let start = (Timestamp::from_millis(first), Id::from_uuid(nobody));
    let (at, after) = cursor.map_or(start, |cursor| (cursor.key, cursor.id));
    let (tenant, by, user) = (call.tenant(), by(&call), call.scope().user_id());
    let (drafts, limit) = (call.scope().permits(Role::Operator), page.rows_to_read());
    let read = async move |tx: &Tx| {
        let (statuses, word) = (statuses.as_deref(), word.as_deref());
        let asked = args![tenant, statuses, drafts, user, seller, word, at, after, limit];
        let lots: Vec<Lot> = match sort {
            Sort::Ending => tx.all(&sql::ENDING, &asked).await?,
            Sort::Newest => tx.all(&sql::NEWEST, &asked).await?,
        };
        with_me(tx, lots, user).await
    };
    let rows = ctx.store().read(read).await?;
    let key = |row: &(Lot, _)| Cursor {
        key: if sort == Sort::Ending { row.0.auction.ends_at } else { row.0.created_at },
        id: row.0.id,
    };
    let item = |(lot, me): (Lot, _)| AuctionView::of(&lot, by, me);
    Ok(Json(List::of_rows(rows, &page, &filter, key, item)))
}

async fn with_me(
    tx: &Tx,
    lots: Vec<Lot>,
    user: Option<UserId>,
) -> Result<Vec<(Lot, Option<crate::view::OwnPart>)>> {
    let mut rows = Vec::with_capacity(lots.len());
    for lot in lots {
        let me = match user {
            Some(user) => Some(me(tx, &lot, user).await?),
            None => None,
        };
        rows.push((lot, me));
    }
    Ok(rows)
}

/// An auction in which somebody takes part.
struct Joined {
    auction: Id,
    joined_at: Timestamp,
}

impl store::FromRow for Joined {
    fn from_row(row: &Row<'_>) -> store::Result<Self> {
        Ok(Self { auction: row.get(0)?, joined_at: row.get(1)? })
    }
}

/// The auctions for which one has registered or on which one has bid, the latest first.
#[utoipa::path(get, path = "/api/v1/me/bids", tag = "auctions",
    operation_id = "list_own_bids",
    params(Page),
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<AuctionView>),
        (status = 400, body = Problem), (status = 401, body = Problem),
    ))]
async fn own_bids(
    State(ctx): State<Ctx>,
    call: Call,
    page: Page,
) -> Result<Json<List<AuctionView>>> {
    let (user, tenant, by) = (call.user()?, call.tenant(), by(&call));
    let filter = FilterHash::of(&("own_bids", user));
    let last = (Timestamp::from_millis(i64::MAX), Id::from_uuid(uuid::Uuid::max()));
    let cursor = page.after::<Timestamp>(&filter)?;
    let (at, before) = cursor.map_or(last, |cursor| (cursor.key, cursor.id));
    let limit = page.rows_to_read();
    let read = async move |tx: &Tx| {
        let asked = args![tenant, user, at, before, limit];
        let joined: Vec<Joined> = tx.all(&sql::OWN_BIDS, &asked).await?;
        let wanted: Vec<_> = joined.iter().map(|joined| args![joined.auction]).collect();
        let lots: Vec<Option<Lot>> = tx.maybe_many(&sql::LOT, &wanted).await?;
        let mut rows = Vec::with_capacity(joined.len());
        for (joined, lot) in joined.into_iter().zip(lots) {
            let Some(lot) = lot else { continue };
            let me = me(tx, &lot, user).await?;
            rows.push((joined, lot, me));
        }
        Ok::<_, Error>(rows)
    };
    let rows = ctx.store().read(read).await?;
    let key =
        |(joined, ..): &(Joined, Lot, _)| Cursor { key: joined.joined_at, id: joined.auction };
    let item = |(_, lot, me): (Joined, Lot, _)| AuctionView::of(&lot, by, Some(me));
    Ok(Json(List::of_rows(rows, &page, &filter, key, item)))
}
