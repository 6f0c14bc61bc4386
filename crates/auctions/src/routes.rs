//! `/api/v1/auctions`, and what belongs to it.

mod acts;
mod bids;
mod entries;
mod lists;
mod wallets;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use domain::{Id, TenantId};
use kit::{Call, Ctx, Error, Json, PathId, Problem, Result, etag, if_match};
use store::{Tx, args};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    act::{authority, may_see},
    channel::me,
    forms::{AuctionBody, NewAuctionBody},
    lots,
    model::Authority,
    rows::Lot,
    sql,
    view::AuctionView,
};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(show, amend))
        .routes(routes!(create, lists::list))
        .routes(routes!(watch, unwatch))
        .merge(acts::routes())
        .merge(bids::routes())
        .merge(entries::routes())
        .merge(lists::routes())
        .merge(wallets::routes())
}

/// On whose word somebody asks, where somebody is known.
pub(crate) fn by(call: &Call) -> Option<Authority> {
    authority(call).ok()
}

/// An auction that the caller may see.
///
/// # Errors
/// `not_found`.
pub(crate) async fn visible(
    tx: &Tx,
    tenant: TenantId,
    by: Option<Authority>,
    id: Id,
) -> Result<Lot> {
    let lot: Option<Lot> = tx.maybe(&sql::LOT, &args![id]).await?;
    lot.filter(|lot| may_see(lot, tenant, by)).ok_or_else(Error::not_found)
}

/// An auction as the caller sees it.
pub(crate) async fn view(ctx: &Ctx, call: &Call, lot: Lot) -> Result<AuctionView> {
    let by = by(call);
    let Some(user) = call.scope().user_id() else {
        return Ok(AuctionView::of(&lot, by, None));
    };
    let read = async move |tx: &Tx| {
        let me = me(tx, &lot, user).await?;
        Ok::<_, Error>(AuctionView::of(&lot, by, Some(me)))
    };
    ctx.store().read(read).await
}

/// The same with its version as the entity tag.
pub(crate) async fn answer(
    ctx: &Ctx,
    call: &Call,
    (status, lot): (StatusCode, Lot),
) -> Result<impl IntoResponse + use<>> {
    let version = lot.auction.log_seq;
    Ok((status, [etag(version)], Json(view(ctx, call, lot).await?)))
}

/// Makes an auction, a draft that others do not see yet.
#[utoipa::path(post, path = "/api/v1/auctions", tag = "auctions", request_body = NewAuctionBody,
    operation_id = "create_auction",
    security(("bearer" = [])),
    responses(
        (status = 201, body = AuctionView),
        (status = 401, body = Problem),
        (status = 403, body = Problem, description = "somebody else is to sell"),
        (status = 409, body = Problem, description = "`auction_limit`"),
        (status = 422, body = Problem),
    ))]
async fn create(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<AuctionBody>,
) -> Result<impl IntoResponse> {
    let lot = lots::create(&ctx, &call, body).await?;
    answer(&ctx, &call, (StatusCode::CREATED, lot)).await
}

/// One auction. Who is signed in sees how they stand in it.
#[utoipa::path(get, path = "/api/v1/auctions/{id}", tag = "auctions",
    operation_id = "show_auction",
    params(("id" = Id, Path)),
    responses((status = 200, body = AuctionView), (status = 404, body = Problem)))]
async fn show(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<impl IntoResponse> {
    let (tenant, by) = (call.tenant(), by(&call));
    let read = async move |tx: &Tx| visible(tx, tenant, by, id).await;
    let lot = ctx.store().read(read).await?;
    answer(&ctx, &call, (StatusCode::OK, lot)).await
}

/// Changes what the body names: everything before it is live; afterwards the reserve, and title,
/// description and picture until somebody has bid.
/// `If-Match` with the version that was seen guards against others' changes.
#[utoipa::path(patch, path = "/api/v1/auctions/{id}", tag = "auctions",
    operation_id = "amend_auction",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    request_body = AuctionBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`auction_status`"),
        (status = 412, body = Problem), (status = 422, body = Problem),
    ))]
async fn amend(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(body): Json<AuctionBody>,
) -> Result<impl IntoResponse> {
    let lot = lots::amend(&ctx, &call, id, body, if_match(&headers)?).await?;
    answer(&ctx, &call, (StatusCode::OK, lot)).await
}

/// Watches an auction: one is told before it ends, and how it came out.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/watch", tag = "auctions",
    operation_id = "watch_auction",
    params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn watch(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let (user, tenant, by) = (call.user()?, call.tenant(), by(&call));
    let write = async move |tx: &Tx| {
        visible(tx, tenant, by, id).await?;
        tx.exec(&sql::WATCH, &args![id, user, tenant, tx.now()]).await?;
        Ok::<_, Error>(())
    };
    ctx.store().write(store::Class::Interactive, write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Watches it no more.
#[utoipa::path(delete, path = "/api/v1/auctions/{id}/watch", tag = "auctions",
    operation_id = "unwatch_auction",
    params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn unwatch(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let (user, tenant, by) = (call.user()?, call.tenant(), by(&call));
    let write = async move |tx: &Tx| {
        visible(tx, tenant, by, id).await?;
        tx.exec(&sql::UNWATCH, &args![id, user]).await?;
        Ok::<_, Error>(())
    };
    ctx.store().write(store::Class::Interactive, write).await?;
    Ok(StatusCode::NO_CONTENT)
}
