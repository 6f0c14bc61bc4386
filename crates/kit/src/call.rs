//! Who asks, and under which key they may ask again.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use domain::{Id, Role, Scope, TenantId, UserId};
use sha2::{Digest, Sha256};

use crate::{
    Arrival, Ctx, Error, Result,
    session_cookie::{self, Asked, NextCookie},
};

/// One request of one caller, over HTTP or a socket. An extractor: a missing token makes an
/// anonymous call, a bad one is refused with `unauthorized` or `token_expired`. Without a token the
/// session cookie counts; one whose session has ended counts as none, because browsers send it
/// unasked. By cookie a change needs the CSRF header.
#[derive(Debug, Clone)]
pub struct Call {
    scope: Scope,
    session: Option<Id>,
    by_cookie: bool,
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
        Self { scope: Scope::system(tenant), session: None, by_cookie: false, key: None }
    }

    /// A call in somebody's name that did not come from outside, such as a demonstration's.
    pub const fn of_scope(scope: Scope) -> Self {
        Self { scope, session: None, by_cookie: false, key: None }
    }

    /// A verb that came over a socket, with the key that the client gave it.
    ///
    /// # Errors
    /// `bad_request` when the key is too long or not printable.
    pub fn of_socket(scope: Scope, key: Option<&str>, verb: &str, body: &[u8]) -> Result<Self> {
        let key = key
            .map(|key| IdempotencyKey::new(key, &[b"socket", verb.as_bytes(), body]))
            .transpose()?;
        Ok(Self { scope, session: None, by_cookie: false, key: key.map(Arc::new) })
    }

    /// For which tenant, and who. Pass it on as the first argument of the use case.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.scope.tenant
    }

    /// The login session of the access token, or of the cookie.
    pub const fn session(&self) -> Option<Id> {
        self.session
    }

    /// Whether it is the session cookie that says who asks.
    pub const fn is_by_cookie(&self) -> bool {
        self.by_cookie
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

    /// The idempotency key of the request, with a fingerprint of all of it, for use cases that keep
    /// keys with their own records.
    pub fn intent(&self) -> Option<(String, i64)> {
        let key = self.key.as_ref()?;
        let mut first = [0; 8];
        first.copy_from_slice(key.fingerprint.get(..8)?);
        Some((key.key.clone(), i64::from_le_bytes(first)))
    }

    pub(crate) fn key(&self) -> Option<&Arc<IdempotencyKey>> {
        self.key.as_ref()
    }
}

/// The bearer token of a request, when it has one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<Ctx> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self> {
        let key = parts.extensions.get::<Arc<IdempotencyKey>>().cloned();
        if let Some(token) = bearer(&parts.headers) {
            let claims = ctx.tokens().verify(token, ctx.now())?;
            let (scope, session) = (claims.scope(), Some(claims.session));
            return Ok(Self { scope, session, by_cookie: false, key });
        }
        if parts.headers.contains_key(header::AUTHORIZATION) {
            return Err(Error::unauthorized());
        }
        if let Some((scope, session)) = of_cookie(parts, ctx).await? {
            return Ok(Self { scope, session: Some(session), by_cookie: true, key });
        }
        let host = parts.extensions.get::<Arrival>().and_then(|arrival| arrival.host.as_deref());
        let scope = Scope::anonymous(ctx.config().tenant_of_host(host));
        Ok(Self { scope, session: None, by_cookie: false, key })
    }
}

/// Who comes with the session cookie, and with which session.
async fn of_cookie(parts: &Parts, ctx: &Ctx) -> Result<Option<(Scope, Id)>> {
    let Some(sessions) = ctx.sessions() else { return Ok(None) };
    let unknown = Arrival::default();
    let arrival = parts.extensions.get::<Arrival>().unwrap_or(&unknown);
    let given = session_cookie::given(&parts.headers, arrival.https);
    let Some(claims) = given.and_then(|value| ctx.session_cookies().verify(value)) else {
        return Ok(None);
    };
    let Some(found) = sessions.of_cookie(ctx.clone(), claims).await? else { return Ok(None) };
    let asked = Asked { method: &parts.method, headers: &parts.headers, arrival };
    ctx.session_cookies().check(ctx, &asked, found.session)?;
    if let (Some(next), Some(slot)) = (found.next, parts.extensions.get::<NextCookie>()) {
        let value = ctx.session_cookies().issue(&next);
        let lifetime = ctx.config().session_lifetime();
        slot.put(session_cookie::set_cookie(arrival, &value, lifetime));
    }
    Ok(Some((found.scope, found.session)))
}
