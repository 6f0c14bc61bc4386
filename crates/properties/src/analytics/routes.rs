//! `/api/v1/analytics/auctions`.

use axum::extract::State;
use kit::{Call, Ctx, Json, Problem, Query, Result};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AuctionAnalytics, Question, answer};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(auctions))
}

/// What became of the tenant's auctions: how many were sold, how long that took, and at which
/// discount.
#[utoipa::path(
    get, path = "/api/v1/analytics/auctions", tag = "analytics",
    operation_id = "analyse_auctions",
    params(Question),
    responses(
        (status = 200, body = AuctionAnalytics),
        (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem, description = "others are asking; come again"),
    ),
    security(("bearer" = [])),
)]
async fn auctions(
    State(ctx): State<Ctx>,
    call: Call,
    Query(question): Query<Question>,
) -> Result<Json<AuctionAnalytics>> {
    answer(&ctx, &call, question).await.map(Json)
}
