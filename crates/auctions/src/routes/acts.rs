//! What operators, sellers and highest bidders do to an auction.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{DecimalInput, Id, Timestamp};
use kit::{Call, Ctx, Error, Json, Path, PathId, Problem, Result};
use serde::Deserialize;
use store::args;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::answer;
use crate::{
    act::{self, Asked, authority, may_see},
    model::{Act, Authority},
    rows::Lot,
    sql,
    take_back::{check_reason, take_back},
    view::AuctionView,
};

pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(publish))
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(extend))
        .routes(routes!(cancel))
        .routes(routes!(close))
        .routes(routes!(settle))
        .routes(routes!(accept))
        .routes(routes!(counter))
        .routes(routes!(reject))
        .routes(routes!(retract))
}

/// Why something is done; it stands in the log.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct ReasonBody {
    /// At most 500 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// Until when it is to go on.
#[derive(Debug, Deserialize, ToSchema)]
struct ExtendBody {
    /// Later than the end that stands.
    ends_at: Timestamp,
    #[serde(default)]
    reason: Option<String>,
}

/// What the seller asks for.
#[derive(Debug, Deserialize, ToSchema)]
struct CounterBody {
    /// Above the price.
    amount: DecimalInput,
}

/// What came of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SettleOutcome {
    /// It was handed over.
    #[default]
    Settled,
    /// Nothing came of it: the price goes back, a deposit to the seller.
    Defaulted,
}

/// How a sale ended.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct SettleBody {
    #[serde(default)]
    outcome: SettleOutcome,
    #[serde(default)]
    reason: Option<String>,
}

/// Does it in the caller's name. Operators give a reason where `needs_reason`.
async fn done(
    ctx: &Ctx,
    call: &Call,
    auction: Id,
    (act, reason, needs_reason): (Act, Option<&str>, bool),
) -> Result<impl IntoResponse + use<>> {
    let by = authority(call)?;
    let needs_reason = needs_reason && matches!(by, Authority::Operator(_));
    let reason = check_reason(reason, needs_reason)?;
    let asked = Asked { tenant: call.tenant(), auction, by, reason, key: call.intent() };
    let lot = act::act(ctx, asked, act).await?;
    answer(ctx, call, (StatusCode::OK, lot)).await
}

macro_rules! act_route {
    ($name:ident, $path:literal, $act:expr, $needs_reason:literal, $about:literal) => {
        #[doc = $about]
        #[utoipa::path(post, path = $path, tag = "auctions",
            operation_id = concat!(stringify!($name), "_auction"),
            params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
            request_body = ReasonBody,
            security(("bearer" = [])),
            responses(
                (status = 200, body = AuctionView),
                (status = 401, body = Problem), (status = 403, body = Problem),
                (status = 404, body = Problem),
                (status = 409, body = Problem, description = "`auction_status`, `auction_time`"),
                (status = 422, body = Problem),
            ))]
        async fn $name(
            State(ctx): State<Ctx>,
            call: Call,
            PathId(id): PathId,
            Json(body): Json<ReasonBody>,
        ) -> Result<impl IntoResponse> {
            done(&ctx, &call, id, ($act, body.reason.as_deref(), $needs_reason)).await
        }
    };
}

act_route!(
    publish,
    "/api/v1/auctions/{id}/publish",
    Act::Publish,
    false,
    "Shows an auction to others; it begins at its time. By an operator or its seller."
);
act_route!(
    start,
    "/api/v1/auctions/{id}/start",
    Act::Start,
    false,
    "Begins a published auction now. By an operator or its seller."
);
act_route!(
    pause,
    "/api/v1/auctions/{id}/pause",
    Act::Pause { as_of: None },
    true,
    "Takes no bids until it is resumed. By an operator, who says why, or its seller before the \
     first bid."
);
act_route!(
    resume,
    "/api/v1/auctions/{id}/resume",
    Act::Resume,
    false,
    "Goes on, and ends as much later as the pause was long."
);
act_route!(
    cancel,
    "/api/v1/auctions/{id}/cancel",
    Act::Cancel,
    true,
    "Calls it off; nothing is held of anybody for it any more. By an operator, who says why, or \
     its seller before the first bid."
);
act_route!(
    close,
    "/api/v1/auctions/{id}/close",
    Act::Close,
    true,
    "Ends the bidding early, as if its time were over. By an operator, who says why, or its seller \
     before the first bid."
);
act_route!(
    accept,
    "/api/v1/auctions/{id}/accept",
    Act::Accept,
    false,
    "The seller takes the highest bid below the reserve; or the highest bidder takes what the \
     seller asks for."
);
act_route!(
    reject,
    "/api/v1/auctions/{id}/reject",
    Act::Reject,
    false,
    "The seller does not sell for this; or the highest bidder does not pay that."
);

/// Moves the end. By an operator, who says why, or its seller before the first bid.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/extend", tag = "auctions",
    operation_id = "extend_auction",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ExtendBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`auction_status`, `auction_time`"),
        (status = 422, body = Problem),
    ))]
async fn extend(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(body): Json<ExtendBody>,
) -> Result<impl IntoResponse> {
    let act = Act::Extend { ends_at: body.ends_at };
    done(&ctx, &call, id, (act, body.reason.as_deref(), true)).await
}

/// Says what came of a sale. By an operator.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/settle", tag = "auctions",
    operation_id = "settle_auction",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = SettleBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem,
            description = "`auction_status`; `insufficient_coins` when the seller cannot pay back"),
        (status = 422, body = Problem),
    ))]
async fn settle(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(body): Json<SettleBody>,
) -> Result<impl IntoResponse> {
    let (act, needs_reason) = match body.outcome {
        SettleOutcome::Settled => (Act::Settle, false),
        SettleOutcome::Defaulted => (Act::Default, true),
    };
    done(&ctx, &call, id, (act, body.reason.as_deref(), needs_reason)).await
}

/// The seller asks the highest bidder for more than the highest bid.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/counter", tag = "auctions",
    operation_id = "counter_auction",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = CounterBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`auction_status`"),
        (status = 422, body = Problem),
    ))]
async fn counter(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(body): Json<CounterBody>,
) -> Result<impl IntoResponse> {
    let by = authority(&call)?;
    let lot: Option<Lot> = ctx.store().maybe(&sql::LOT, &args![id]).await?;
    let lot = lot.filter(|lot| may_see(lot, call.tenant(), Some(by)));
    let currency = lot.ok_or_else(Error::not_found)?.auction.terms.currency;
    let amount = body.amount.in_currency(currency);
    let amount =
        amount.map_err(|error| Error::invalid("amount", "invalid_value", error.to_string()))?;
    let act = Act::Counter { amount: amount.minor };
    done(&ctx, &call, id, (act, None, false)).await
}

/// Takes a bid back: an operator any, and says why; a bidder their own where the auction permits
/// it, soon after the bid. The price may fall by it, as by nothing else.
#[utoipa::path(post, path = "/api/v1/auctions/{id}/bids/{log_seq}/retract", tag = "auctions",
    operation_id = "retract_bid",
    params(
        ("id" = Id, Path), ("log_seq" = i64, Path),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = ReasonBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = AuctionView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`no_such_bid`, `auction_status`"),
        (status = 422, body = Problem),
    ))]
async fn retract(
    State(ctx): State<Ctx>,
    call: Call,
    Path((auction, log_seq)): Path<(Id, i64)>,
    Json(body): Json<ReasonBody>,
) -> Result<impl IntoResponse> {
    let by = authority(&call)?;
    let is_operator = matches!(by, Authority::Operator(_));
    let reason = check_reason(body.reason.as_deref(), is_operator)?;
    let asked = Asked { tenant: call.tenant(), auction, by, reason, key: call.intent() };
    let lot = take_back(&ctx, asked, log_seq).await?;
    answer(&ctx, &call, (StatusCode::OK, lot)).await
}
