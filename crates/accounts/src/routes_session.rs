//! The session of a browser: signing in and out with a cookie.

use std::time::Duration;

use axum::{
    extract::{Extension, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
};
use kit::{Arrival, Call, Ctx, Error, Json, Problem, Result};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    cookies::{self, BrowserSession, CookieSessionDraft},
    login, register,
    routes::{SignIn, SignUp},
    sessions,
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(current, begin, end)).routes(routes!(sign_up))
}

/// Who is signed in by the session cookie. A page asks when it starts.
#[utoipa::path(get, path = "/api/v1/auth/session", tag = "auth",
    operation_id = "get_session", security(("cookie" = [])),
    responses(
        (status = 200, body = BrowserSession),
        (status = 401, body = Problem, description = "no cookie, or its session has ended"),
    ))]
async fn current(State(ctx): State<Ctx>, call: Call) -> Result<Json<BrowserSession>> {
    if !call.is_by_cookie() {
        return Err(Error::unauthorized());
    }
    let session = call.session().ok_or_else(Error::unauthorized)?;
    let user = sessions::current_user(&ctx, &call).await?;
    Ok(Json(BrowserSession::new(&ctx, user, session)))
}

/// Signs a browser in with a password. The answer sets the session cookie, which no script can
/// read; a session that the browser has had until now ends.
#[utoipa::path(post, path = "/api/v1/auth/session", tag = "auth",
    operation_id = "create_session", request_body = SignIn,
    responses(
        (status = 200, body = BrowserSession),
        (status = 401, body = Problem, description = "`invalid_credentials`, whatever is wrong"),
        (status = 403, body = Problem, description = "`origin_not_allowed`"),
        (status = 429, body = Problem, description = "too many have failed; pauses grow"),
        (status = 503, body = Problem),
    ))]
async fn begin(
    State(ctx): State<Ctx>,
    Extension(arrival): Extension<Arrival>,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<impl IntoResponse> {
    let session = draft(&ctx, &arrival, &headers)?;
    let known = (body.email.as_str(), body.password);
    let given = login::login(&ctx, arrival.address, known, session).await?;
    Ok(with_cookie(&ctx, &arrival, given))
}

/// Makes an account as `/api/v1/auth/register` does, and signs the browser in.
#[utoipa::path(post, path = "/api/v1/auth/session/register", tag = "auth",
    operation_id = "register_session", request_body = SignUp,
    responses(
        (status = 201, body = BrowserSession),
        (status = 403, body = Problem, description = "`origin_not_allowed`"),
        (status = 409, body = Problem, description = "`email_taken`"),
        (status = 422, body = Problem),
        (status = 503, body = Problem),
    ))]
async fn sign_up(
    State(ctx): State<Ctx>,
    Extension(arrival): Extension<Arrival>,
    headers: HeaderMap,
    Json(body): Json<SignUp>,
) -> Result<impl IntoResponse> {
    let session = draft(&ctx, &arrival, &headers)?;
    let account = (body.email, body.password);
    let given = register::register(&ctx, account, body.name, session).await?;
    Ok((StatusCode::CREATED, with_cookie(&ctx, &arrival, given)))
}

/// Ends the session of the cookie and takes the cookie away; without a session only the latter.
#[utoipa::path(delete, path = "/api/v1/auth/session", tag = "auth",
    operation_id = "delete_session", security((), ("cookie" = [])),
    responses((status = 204), (status = 403, body = Problem, description = "`csrf_missing`")))]
async fn end(
    State(ctx): State<Ctx>,
    Extension(arrival): Extension<Arrival>,
    call: Call,
) -> Result<impl IntoResponse> {
    if let (true, Some(session)) = (call.is_by_cookie(), call.session()) {
        cookies::leave(&ctx, session).await?;
    }
    let gone = kit::set_cookie(&arrival, "", Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, gone)])))
}

/// A session to be, in the place of the one that the browser has. Whose page asks is looked at
/// here too: a foreign one must not sign anybody in, as somebody else.
fn draft(ctx: &Ctx, arrival: &Arrival, headers: &HeaderMap) -> Result<CookieSessionDraft> {
    let before = kit::cookie_before_sign_in(ctx, arrival, headers)?;
    Ok(CookieSessionDraft::make(ctx, before.map(|claims| claims.session)))
}

fn with_cookie(
    ctx: &Ctx,
    arrival: &Arrival,
    (session, value): (BrowserSession, String),
) -> (AppendHeaders<[(header::HeaderName, HeaderValue); 1]>, Json<BrowserSession>) {
    let cookie = kit::set_cookie(arrival, &value, ctx.config().session_lifetime());
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Json(session))
}
