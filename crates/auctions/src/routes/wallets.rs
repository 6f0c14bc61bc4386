//! Wallets.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{Currency, DecimalInput, Role, UserId};
use kit::{Call, Ctx, Error, Json, List, Page, Path, Problem, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    take_back::check_reason,
    wallet::{self, Grant, TransferView, Wallet},
};

pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(own))
        .routes(routes!(own_transfers))
        .routes(routes!(of_user))
        .routes(routes!(grant))
}

/// What one has.
#[utoipa::path(get, path = "/api/v1/wallet", tag = "wallet", operation_id = "show_wallet",
    security(("bearer" = [])),
    responses((status = 200, body = Wallet), (status = 401, body = Problem)))]
async fn own(State(ctx): State<Ctx>, call: Call) -> Result<Json<Wallet>> {
    wallet::wallet(&ctx, call.tenant(), call.user()?).await.map(Json)
}

/// What one has paid and got, the latest first.
#[utoipa::path(get, path = "/api/v1/wallet/transfers", tag = "wallet",
    operation_id = "list_transfers",
    params(Page),
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<TransferView>),
        (status = 400, body = Problem), (status = 401, body = Problem),
    ))]
async fn own_transfers(
    State(ctx): State<Ctx>,
    call: Call,
    page: Page,
) -> Result<Json<List<TransferView>>> {
    let whose = (call.tenant(), call.user()?);
    wallet::transfers(&ctx, whose, &page).await.map(Json)
}

/// That there is such a user in the tenant of an admin.
async fn known(ctx: &Ctx, call: &Call, user: UserId) -> Result<()> {
    call.require(Role::Admin)?;
    let (house, tenant) = (ctx.clone(), call.tenant());
    let read = async move |tx: &store::Tx| {
        let found = house.users()?.cards(tx.clone(), tenant, vec![user]).await?;
        Ok::<_, Error>(found.len())
    };
    if ctx.store().read(read).await? == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// What a user has. Needs the role `admin`.
#[utoipa::path(get, path = "/api/v1/wallets/{user_id}", tag = "wallet",
    operation_id = "show_wallet_of",
    params(("user_id" = UserId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Wallet),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    ))]
async fn of_user(
    State(ctx): State<Ctx>,
    call: Call,
    Path(user): Path<UserId>,
) -> Result<Json<Wallet>> {
    known(&ctx, &call, user).await?;
    wallet::wallet(&ctx, call.tenant(), user).await.map(Json)
}

/// How much, and why.
#[derive(Debug, Deserialize, ToSchema)]
struct GrantBody {
    /// Above zero.
    amount: DecimalInput,
    /// `COIN` unless said.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    /// It stands in the user's list; at most 500 characters.
    reason: String,
}

/// Gives a user something, out of nothing. Needs the role `admin`.
#[utoipa::path(post, path = "/api/v1/wallets/{user_id}/grant", tag = "wallet",
    operation_id = "grant",
    params(("user_id" = UserId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = GrantBody,
    security(("bearer" = [])),
    responses(
        (status = 201, body = Wallet),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    ))]
async fn grant(
    State(ctx): State<Ctx>,
    call: Call,
    Path(user): Path<UserId>,
    Json(body): Json<GrantBody>,
) -> Result<impl IntoResponse> {
    known(&ctx, &call, user).await?;
    let amount = body.amount.in_currency(body.currency.unwrap_or(Currency::Coin));
    let amount =
        amount.map_err(|error| Error::invalid("amount", "invalid_value", error.to_string()))?;
    let reason = check_reason(Some(&body.reason), true)?.unwrap_or_default();
    wallet::grant(&ctx, &call, Grant { user, amount, reason }).await?;
    let wallet = wallet::wallet(&ctx, call.tenant(), user).await?;
    Ok((StatusCode::CREATED, Json(wallet)))
}
