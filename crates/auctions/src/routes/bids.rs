//! Bidding over REST, and what was bid.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{Id, UserId};
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, PathId, Problem, Query, Result};
use serde::Deserialize;
use store::{Tx, args};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{answer, by, visible};
use crate::{
    act::{self, Asked, authority, winners},
    bid::place_bid,
    frames::{BidRequest, BidTaken, Leaderboard},
    model::{Act, Auction, Authority},
    publish::board,
    rows::{Logged, Lot, bidders},
    sql,
    view::{AuctionView, BidView, LogView, WinnerView},
};

pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(bid, history))
        .routes(routes!(buy_now))
        .routes(routes!(leaderboard))
        .routes(routes!(log))
        .routes(routes!(list_winners))
}

/// Whether somebody sees maxima and names: operators always, the seller once nothing is left to
/// decide. Who still negotiates does not look into the other's cards.
pub(super) fn knows_all(lot: &Lot, by: Option<Authority>) -> bool {
    let Auction { status, terms, .. } = &lot.auction;
    match by {
        Some(Authority::Timer | Authority::Operator(_)) => true,
        Some(Authority::User(user)) => user == terms.seller && status.is_over() && !status.holds(),
        None => false,
    }
}

async fn aliases(tx: &Tx, auction: Id, users: BTreeSet<UserId>) -> Result<BTreeMap<UserId, i64>> {
    let found = bidders(tx, auction, users).await?;
    Ok(found.into_iter().map(|(user, bidder)| (user, bidder.alias)).collect())
}

/// Everybody of whom entries speak.
fn people(rows: &[Logged]) -> BTreeSet<UserId> {
    rows.iter().flat_map(|row| [row.entry.actor, row.entry.leader]).flatten().collect()
}

/// Bids. The same request under the same `Idempotency-Key` (or `key` in the body) is one bid, and
/// gets the same answer.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/bids", tag = "auctions",
    operation_id = "place_bid",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = BidRequest,
    security(("bearer" = [])),
    responses(
        (status = 201, body = BidTaken),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem,
            description = "`bid_too_low` with `min_next`, `auction_not_live`, `auction_ended`, \
                `insufficient_coins`, `seller_cannot_bid`, `not_approved`, `over_limit`, \
                `stale_view`, `exact_not_allowed`"),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "`busy`, `unknown_outcome`: try again under \
            the same key"),
    ))]
async fn bid(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(body): Json<BidRequest>,
) -> Result<impl IntoResponse> {
    let who = (call.tenant(), call.user()?);
    let key = call.intent().map(|(key, _)| key).or_else(|| body.key.clone());
    let key = key.unwrap_or_else(|| ctx.new_id().to_string());
    let taken = place_bid(&ctx, who, id, &body, &key).await?;
    Ok((StatusCode::CREATED, Json(taken)))
}

/// What was bid, the latest first. Others' names and maxima are not in it.
#[utoipa::path(get, path = "/api/v1/auctions/{id}/bids", tag = "auctions",
    operation_id = "list_bids",
    params(("id" = Id, Path), Page),
    responses(
        (status = 200, body = List<BidView>),
        (status = 400, body = Problem), (status = 404, body = Problem),
    ))]
async fn history(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    page: Page,
) -> Result<Json<List<BidView>>> {
    let filter = FilterHash::of(&("bids", id));
    let before = page.after::<i64>(&filter)?.map_or(i64::MAX, |cursor| cursor.key);
    let (tenant, by, me, limit) =
        (call.tenant(), by(&call), call.scope().user_id(), page.rows_to_read());
    let read = async move |tx: &Tx| {
        let lot = visible(tx, tenant, by, id).await?;
        let rows: Vec<Logged> = tx.all(&sql::BIDS_BEFORE, &args![id, before, limit]).await?;
        let gone: Vec<(Option<i64>, Option<UserId>)> =
            tx.all(&sql::CORRECTIONS, &args![id]).await?;
        let gone: BTreeSet<i64> = gone.into_iter().filter_map(|(seq, _)| seq).collect();
        let aliases = aliases(tx, id, people(&rows)).await?;
        Ok::<_, Error>((lot, rows, gone, aliases))
    };
    let (lot, rows, gone, aliases) = ctx.store().read(read).await?;
    let currency = lot.auction.terms.currency;
    let cursor = |row: &Logged| Cursor::of_key(row.entry.log_seq);
    let item = |row: Logged| {
        let alias = row.entry.actor.and_then(|actor| aliases.get(&actor)).copied();
        BidView::of(&row.entry, alias, (currency, me, gone.contains(&row.entry.log_seq)))
    };
    Ok(Json(List::of_rows(rows, &page, &filter, cursor, item)))
}

/// Buys it at the fixed price, which ends the auction.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/buy-now", tag = "auctions",
    operation_id = "buy_now",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem,
            description = "`not_buyable`, `insufficient_coins`, and as for a bid"),
        (status = 422, body = Problem),
    ))]
async fn buy_now(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(auction): PathId,
) -> Result<impl IntoResponse> {
    let (by, key) = (authority(&call)?, call.intent());
    let asked = Asked { tenant: call.tenant(), auction, by, reason: None, key };
    let lot = act::act(&ctx, asked, Act::BuyNow).await?;
    answer(&ctx, &call, (StatusCode::OK, lot)).await
}

/// Who stands where: the first fifty.
#[utoipa::path(get, path = "/api/v1/auctions/{id}/leaderboard", tag = "auctions",
    operation_id = "show_leaderboard",
    params(("id" = Id, Path)),
    responses((status = 200, body = Leaderboard), (status = 404, body = Problem)))]
async fn leaderboard(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<Leaderboard>> {
    let (tenant, by) = (call.tenant(), by(&call));
    let read = async move |tx: &Tx| {
        visible(tx, tenant, by, id).await?;
        board(tx, id).await?.ok_or_else(Error::not_found)
    };
    let (lot, ranked) = ctx.store().read(read).await?;
    Ok(Json(Leaderboard::of(&lot, &ranked, call.scope().user_id())))
}

/// Where in the log to begin.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct After {
    /// Entries behind this `log_seq`; from the first one unless said.
    #[serde(default)]
    #[param(required = false)]
    after: i64,
}

/// The log from an entry on, the earliest first.
#[utoipa::path(get, path = "/api/v1/auctions/{id}/log", tag = "auctions",
    operation_id = "read_auction_log",
    params(("id" = Id, Path), After, Page),
    responses(
        (status = 200, body = List<LogView>),
        (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem),
    ))]
async fn log(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Query(After { after }): Query<After>,
    page: Page,
) -> Result<Json<List<LogView>>> {
    let filter = FilterHash::of(&("log", id, after));
    let after = page.after::<i64>(&filter)?.map_or(after, |cursor| cursor.key);
    let (tenant, by, limit) = (call.tenant(), by(&call), page.rows_to_read());
    let read = async move |tx: &Tx| {
        let lot = visible(tx, tenant, by, id).await?;
        let rows: Vec<Logged> = tx.all(&sql::LOG_AFTER, &args![id, after, limit]).await?;
        let aliases = aliases(tx, id, people(&rows)).await?;
        Ok::<_, Error>((lot, rows, aliases))
    };
    let (lot, rows, aliases) = ctx.store().read(read).await?;
    let how = (lot.auction.terms.currency, knows_all(&lot, by));
    let cursor = |row: &Logged| Cursor::of_key(row.entry.log_seq);
    let item = |row: Logged| LogView::of(&row.entry, &aliases, how);
    Ok(Json(List::of_rows(rows, &page, &filter, cursor, item)))
}

/// Who has won. Who they are is shown to themselves, to the seller and to operators.
#[utoipa::path(get, path = "/api/v1/auctions/{id}/winners", tag = "auctions",
    operation_id = "list_winners",
    params(("id" = Id, Path)),
    responses((status = 200, body = List<WinnerView>), (status = 404, body = Problem)))]
async fn list_winners(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<List<WinnerView>>> {
    let (tenant, by, me) = (call.tenant(), by(&call), call.scope().user_id());
    let read = async move |tx: &Tx| {
        let lot = visible(tx, tenant, by, id).await?;
        let sales = winners(tx, id).await?;
        let aliases = aliases(tx, id, sales.iter().map(|sale| sale.bidder).collect()).await?;
        Ok::<_, Error>((lot, sales, aliases))
    };
    let (lot, sales, aliases) = ctx.store().read(read).await?;
    let how = (lot.auction.terms.currency, me, knows_all(&lot, by));
    // At most a hundred: a page.
    let view = |sale| WinnerView::of(sale, aliases.get(&sale.bidder).copied(), how);
    Ok(Json(List { items: sales.iter().map(view).collect(), next_cursor: None }))
}
