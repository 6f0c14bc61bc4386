//! Reads the `Idempotency-Key` of a request and what it promises to be the same.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Ctx, Error, call::IdempotencyKey};

/// Bodies above this are not hashed: a request that large cannot have a key.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Puts the key with a fingerprint of the whole request where [`crate::Call`] finds it.
pub(crate) async fn fingerprint(State(_): State<Ctx>, request: Request, next: Next) -> Response {
    let safe = request.method().is_safe();
    let Some(key) = request.headers().get("idempotency-key").filter(|_| !safe).cloned() else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return Error::too_large(MAX_BODY_BYTES).into_response();
    };
    let target = parts.uri.path_and_query().map_or("", axum::http::uri::PathAndQuery::as_str);
    let key = key.to_str().map_err(|_| Error::bad_request("Idempotency-Key is not text"));
    let key = key.and_then(|key| {
        let method = parts.method.as_str().as_bytes();
        IdempotencyKey::new(key, &[method, target.as_bytes(), &body])
    });
    match key {
        Ok(key) => parts.extensions.insert(Arc::new(key)),
        Err(error) => return error.into_response(),
    };
    next.run(Request::from_parts(parts, Body::from(body))).await
}
