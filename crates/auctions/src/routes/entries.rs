//! Registrations: who may bid.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{DecimalInput, Id, Timestamp, UserId};
use kit::{
    Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, Path, PathId, Problem, Query, Result,
};
use serde::Deserialize;
use store::{Tx, args};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{bids::knows_all, by, visible};
use crate::{
    act::authority,
    codes::NO_ENTRY,
    model::{Entry, EntryState},
    registrations::{decide, may_decide, register},
    rows::{Lot, Participant},
    sql,
    view::RegistrationView,
};

pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(join, list))
        .routes(routes!(approve))
        .routes(routes!(turn_down))
}

/// Registers for an auction; where it asks for a deposit, that is held. Again changes nothing.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/registrations", tag = "auctions",
    operation_id = "register_for_auction",
    params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = RegistrationView),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem,
            description = "`seller_cannot_bid`, `auction_status`, `insufficient_coins`"),
    ))]
async fn join(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<RegistrationView>> {
    let (lot, participant) = register(&ctx, &call, id).await?;
    Ok(Json(RegistrationView::of(&participant, (lot.auction.terms.currency, true))))
}

/// Which registrations.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RegistrationFilter {
    /// `pending`, `approved` or `rejected`; all unless said.
    state: Option<String>,
}

/// Who has registered or bid, the earliest first. For operators and the seller, who learns nothing
/// of bidders by it while it goes on: no alias, and nobody where no registration is asked for.
#[utoipa::path(get, path = "/api/v1/auctions/{id}/registrations", tag = "auctions",
    operation_id = "list_registrations",
    params(("id" = Id, Path), RegistrationFilter, Page),
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<RegistrationView>),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`no_registration`"),
        (status = 422, body = Problem),
    ))]
async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Query(RegistrationFilter { state }): Query<RegistrationFilter>,
    page: Page,
) -> Result<Json<List<RegistrationView>>> {
    let own = authority(&call)?;
    if state.as_deref().is_some_and(|word| EntryState::of(word).is_none()) {
        return Err(Error::invalid("state", "invalid_value", "is pending, approved or rejected"));
    }
    let filter = FilterHash::of(&("registrations", id, &state));
    let cursor = page.after::<Timestamp>(&filter)?;
    let nobody = (Timestamp::from_millis(i64::MIN), Id::from_uuid(uuid::Uuid::nil()));
    let (at, after) = cursor.map_or(nobody, |cursor| (cursor.key, cursor.id));
    let (tenant, by, limit) = (call.tenant(), by(&call), page.rows_to_read());
    let read = async move |tx: &Tx| {
        let lot = visible(tx, tenant, by, id).await?;
        may_decide(&lot, own)?;
        if lot.auction.terms.entry == Entry::Open && !knows_all(&lot, by) {
            return Err(Error::of(&NO_ENTRY));
        }
        let asked = args![id, at, after, state.as_deref(), limit];
        let rows: Vec<Participant> = tx.all(&sql::REGISTRATIONS, &asked).await?;
        Ok::<_, Error>((lot, rows))
    };
    let (lot, rows): (Lot, _) = ctx.store().read(read).await?;
    let cursor =
        |row: &Participant| Cursor { key: row.joined_at, id: Id::from_uuid(row.user.as_uuid()) };
    let how = (lot.auction.terms.currency, knows_all(&lot, by));
    let item = |row: Participant| RegistrationView::of(&row, how);
    Ok(Json(List::of_rows(rows, &page, &filter, cursor, item)))
}

/// Up to what somebody may bid.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct ApproveBody {
    /// Their highest bid; as high as they like unless said.
    #[serde(default)]
    limit: Option<DecimalInput>,
}

/// Lets somebody bid; a deposit that was given back is held again. By an operator or the seller.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/registrations/{user_id}/approve",
    tag = "auctions", operation_id = "approve_registration",
    params(("id" = Id, Path), ("user_id" = UserId, Path)),
    request_body = ApproveBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = RegistrationView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem,
            description = "`auction_status`; `insufficient_coins` when a deposit that was given \
                back cannot be held again"),
        (status = 422, body = Problem),
    ))]
async fn approve(
    State(ctx): State<Ctx>,
    call: Call,
    Path((id, user)): Path<(Id, UserId)>,
    Json(body): Json<ApproveBody>,
) -> Result<impl IntoResponse> {
    call.user()?;
    let limit = match &body.limit {
        Some(input) => {
            let (tenant, by) = (call.tenant(), by(&call));
            let read = async move |tx: &Tx| visible(tx, tenant, by, id).await;
            let currency = ctx.store().read(read).await?.auction.terms.currency;
            let money = input.in_currency(currency);
            let money = money
                .map_err(|error| Error::invalid("limit", "invalid_value", error.to_string()))?;
            if money.minor < 1 {
                return Err(Error::invalid("limit", "out_of_range", "must be above zero"));
            }
            Some(money.minor)
        }
        None => None,
    };
    let decided = decide(&ctx, &call, (id, user), EntryState::Approved, limit).await?;
    Ok((StatusCode::OK, Json(shown(decided, &call))))
}

/// Does not let somebody bid; a deposit is given back. Bids that were taken stand.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/registrations/{user_id}/reject",
    tag = "auctions", operation_id = "reject_registration",
    params(("id" = Id, Path), ("user_id" = UserId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = RegistrationView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`auction_status`"),
    ))]
async fn turn_down(
    State(ctx): State<Ctx>,
    call: Call,
    Path((id, user)): Path<(Id, UserId)>,
) -> Result<impl IntoResponse> {
    let decided = decide(&ctx, &call, (id, user), EntryState::Rejected, None).await?;
    Ok((StatusCode::OK, Json(shown(decided, &call))))
}

fn shown((lot, participant): (Lot, Participant), call: &Call) -> RegistrationView {
    let how = (lot.auction.terms.currency, knows_all(&lot, by(call)));
    RegistrationView::of(&participant, how)
}
