//! Who asks, and under which key they may ask again.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Id, Role, Scope, TenantId, UserId};
use sha2::{Digest, Sha256};

use crate::{Ctx, Error, Result};

/// One request of one caller, over HTTP or a socket. An extractor: a missing token makes an
/// anonymous call, a bad one is refused with `unauthorized` or `token_expired`.
#[derive(Debug, Clone)]
pub struct Call {
    scope: Scope,
    session: Option<Id>,
    key: Option<Arc<IdempotencyKey>>,
}

/// A client's promise that two requests with this key are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdempotencyKey {
    pub(crate) key: String,
    /// SHA-256 over method, path, query and body.
    pub(crate) fingerprint: Vec<u8>,
}

/// The longest key, in bytes.
pub(crate) const MAX_KEY_BYTES: usize = 128;

impl IdempotencyKey {
    pub(crate) fn new(key: &str, parts: &[&[u8]]) -> Result<Self> {
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > MAX_KEY_BYTES || !printable {
            return Err(Error::bad_request(
                "Idempotency-Key is 1 to 128 printable characters without spaces",
            ));
        }
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Ok(Self { key: key.to_owned(), fingerprint: hash.finalize().to_vec() })
    }
}

impl Call {
    /// A call of Openbell itself, such as the command line's.
    pub const fn of_system(tenant: TenantId) -> Self {
        Self { scope: Scope::system(tenant), session: None, key: None }
    }

    /// A call in somebody's name that did not come from outside, such as a demonstration's.
    pub const fn of_scope(scope: Scope) -> Self {
        Self { scope, session: None, key: None }
    }

    /// A verb that came over a socket, with the key that the client gave it.
    ///
    /// # Errors
    /// `bad_request` when the key is too long or not printable.
    pub fn of_socket(scope: Scope, key: Option<&str>, verb: &str, body: &[u8]) -> Result<Self> {
        let key = key
            .map(|key| IdempotencyKey::new(key, &[b"socket", verb.as_bytes(), body]))
            .transpose()?;
        Ok(Self { scope, session: None, key: key.map(Arc::new) })
    }

    /// For which tenant, and who. Pass it on as the first argument of the use case.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.scope.tenant
    }

    /// The login session of the access token.
    pub const fn session(&self) -> Option<Id> {
        self.session
    }

    /// The user.
    ///
    /// # Errors
    /// `unauthorized` when nobody is signed in.
    pub fn user(&self) -> Result<UserId> {
        self.scope.user_id().ok_or_else(Error::unauthorized)
    }

    /// That the caller may do what `role` permits.
    ///
    /// # Errors
    /// `unauthorized` when nobody is signed in, `forbidden` when the role is missing.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.scope.permits(role) {
            return Ok(());
        }
        self.user()?;
        Err(Error::forbidden())
    }

    pub(crate) fn key(&self) -> Option<&Arc<IdempotencyKey>> {
        self.key.as_ref()
    }
}

/// The bearer token of a request, when it has one.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(axum::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<Ctx> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self> {
        let key = parts.extensions.get::<Arc<IdempotencyKey>>().cloned();
        if let Some(token) = bearer(parts) {
            let claims = ctx.tokens().verify(token, ctx.now())?;
            return Ok(Self { scope: claims.scope(), session: Some(claims.session), key });
        }
        if parts.headers.contains_key(axum::http::header::AUTHORIZATION) {
            return Err(Error::unauthorized());
        }
        Ok(Self { scope: Scope::anonymous(TenantId::DEFAULT), session: None, key: None })
    }
}
