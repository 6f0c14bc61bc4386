//! The REST interface of accounts.

use axum::{
    extract::{Extension, Request, State},
    http::StatusCode,
};
use domain::UserId;
use kit::{Arrival, Call, Ctx, Error, Json, List, Page, Path, Problem, Query, Result, json};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    change_user::{self, Wish},
    login, logout,
    model::{Account, Me},
    refresh, register,
    sessions::{self, SignedIn, TokenPair, TokenSession},
    tickets::{self, Ticket},
    users,
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(sign_in))
        .routes(routes!(exchange))
        .routes(routes!(sign_out))
        .routes(routes!(me))
        .routes(routes!(token))
        .routes(routes!(token_refresh))
        .routes(routes!(ticket))
        .routes(routes!(user_list))
        .routes(routes!(change))
}

/// A new account.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct SignUp {
    /// ASCII; kept in lower case.
    #[schema(max_length = 254)]
    pub(crate) email: String,
    #[schema(min_length = 10, max_length = 256)]
    pub(crate) password: String,
    /// What people call you.
    #[schema(max_length = 120)]
    pub(crate) name: Option<String>,
}

/// E-mail and password.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct SignIn {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// The customary form: `username` is the e-mail.
#[derive(Deserialize, utoipa::ToSchema)]
struct TokenRequest {
    username: Option<String>,
    email: Option<String>,
    password: String,
}

/// A refresh token.
#[derive(Deserialize, utoipa::ToSchema)]
struct Exchange {
    refresh: String,
}

/// What to end beside the session of the access token.
#[derive(Deserialize, Default, utoipa::ToSchema)]
struct SignOut {
    refresh: Option<String>,
}

/// Makes an account in the default tenant and signs in.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth",
    operation_id = "register", request_body = SignUp,
    responses(
        (status = 201, body = SignedIn),
        (status = 409, body = Problem, description = "`email_taken`"),
        (status = 422, body = Problem),
        (status = 503, body = Problem),
    ))]
async fn sign_up(
    State(ctx): State<Ctx>,
    Json(body): Json<SignUp>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    let session = TokenSession::make(&ctx);
    let account = (body.email, body.password);
    let signed_in = register::register(&ctx, account, body.name, session).await?;
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// Signs in with a password.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth",
    operation_id = "login", request_body = SignIn,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, body = Problem, description = "`invalid_credentials`, whatever is wrong"),
        (status = 429, body = Problem, description = "too many have failed; pauses grow"),
        (status = 503, body = Problem),
    ))]
async fn sign_in(
    State(ctx): State<Ctx>,
    Extension(arrival): Extension<Arrival>,
    Json(body): Json<SignIn>,
) -> Result<Json<SignedIn>> {
    let known = (body.email.as_str(), body.password);
    login::login(&ctx, arrival.address, known, TokenSession::make(&ctx)).await.map(Json)
}

/// Exchanges a refresh token, which works once, for the next pair.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth",
    operation_id = "refresh", request_body = Exchange,
    responses(
        (status = 200, body = TokenPair),
        (status = 401, body = Problem, description = "not good; a spent one ends its session"),
        (status = 409, body = Problem,
            description = "`refresh_superseded`: exchanged seconds ago, use the newer one"),
    ))]
async fn exchange(State(ctx): State<Ctx>, Json(body): Json<Exchange>) -> Result<Json<TokenPair>> {
    refresh::refresh(&ctx, &body.refresh).await.map(Json)
}

/// Ends the session of the access token, and that of the refresh token in the body.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth",
    operation_id = "logout",
    request_body(content = Option<SignOut>), security((), ("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
async fn sign_out(
    State(ctx): State<Ctx>,
    call: Result<Call>,
    request: Request,
) -> Result<StatusCode> {
    let bytes = json::read_body(request, &ctx).await?;
    let body = if bytes.is_empty() { SignOut::default() } else { json::object(&bytes)? };
    // Who comes with a refresh token may well have an access token that has run out.
    let session = match call {
        Ok(call) => call.session(),
        Err(_) if body.refresh.is_some() => None,
        Err(error) => return Err(error),
    };
    logout::logout(&ctx, session, body.refresh).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who one is.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "auth",
    operation_id = "get_me", security(("bearer" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn me(State(ctx): State<Ctx>, call: Call) -> Result<Json<Me>> {
    let user = sessions::current_user(&ctx, &call).await?;
    Ok(Json(user.into()))
}

/// Signs in, in the customary form of JWT libraries.
#[utoipa::path(post, path = "/api/token", tag = "auth",
    operation_id = "alias_create_token", request_body = TokenRequest,
    responses(
        (status = 200, body = TokenPair),
        (status = 401, body = Problem, description = "`invalid_credentials`, whatever is wrong"),
        (status = 429, body = Problem, description = "too many have failed; pauses grow"),
        (status = 422, body = Problem),
        (status = 503, body = Problem),
    ))]
async fn token(
    State(ctx): State<Ctx>,
    Extension(arrival): Extension<Arrival>,
    Json(body): Json<TokenRequest>,
) -> Result<Json<TokenPair>> {
    let email = body.email.or(body.username);
    let email = email.ok_or_else(|| Error::invalid("username", "required", "is missing"))?;
    let (known, session) = ((email.as_str(), body.password), TokenSession::make(&ctx));
    let signed_in = login::login(&ctx, arrival.address, known, session).await?;
    let SignedIn { access, refresh, .. } = signed_in;
    Ok(Json(TokenPair { access, refresh }))
}

/// The same as `/api/v1/auth/refresh`.
#[utoipa::path(post, path = "/api/token/refresh", tag = "auth",
    operation_id = "alias_refresh_token", request_body = Exchange,
    responses(
        (status = 200, body = TokenPair),
        (status = 401, body = Problem),
        (status = 409, body = Problem, description = "`refresh_superseded`"),
    ))]
async fn token_refresh(
    State(ctx): State<Ctx>,
    Json(body): Json<Exchange>,
) -> Result<Json<TokenPair>> {
    refresh::refresh(&ctx, &body.refresh).await.map(Json)
}

/// A ticket that opens one socket within 30 seconds.
#[utoipa::path(post, path = "/api/v1/ws-ticket", tag = "auth",
    operation_id = "create_ws_ticket", security(("bearer" = [])),
    responses((status = 200, body = Ticket), (status = 401, body = Problem)))]
async fn ticket(State(ctx): State<Ctx>, call: Call) -> Result<Json<Ticket>> {
    tickets::issue(&ctx, &call).await.map(Json)
}

/// Which users are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// Those with this in their e-mail or name, whatever its case.
    #[param(max_length = 254)]
    q: Option<String>,
}

/// The tenant's users, the oldest account first; for admins.
#[utoipa::path(get, path = "/api/v1/users", tag = "users",
    operation_id = "list_users", params(Sought, Page),
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<Account>),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, body = Problem),
    ))]
async fn user_list(
    State(ctx): State<Ctx>,
    call: Call,
    Query(sought): Query<Sought>,
    page: Page,
) -> Result<Json<List<Account>>> {
    call.require(domain::Role::Admin)?;
    users::list(&ctx, &call, sought.q.as_deref(), &page).await.map(Json)
}

/// Changes a user's roles or switches the account on or off; for admins.
#[utoipa::path(patch, path = "/api/v1/users/{id}", tag = "users",
    operation_id = "change_user", request_body = Wish,
    params(("id" = UserId, Path, description = "Which user")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Account),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "also for a user of another tenant"),
        (status = 409, body = Problem, description = "`last_admin`"),
        (status = 422, body = Problem),
    ))]
async fn change(
    State(ctx): State<Ctx>,
    call: Call,
    Path(id): Path<UserId>,
    Json(wish): Json<Wish>,
) -> Result<Json<Account>> {
    call.require(domain::Role::Admin)?;
    change_user::change(&ctx, &call, id, wish).await.map(Json)
}
