//! The session cookie of browsers: what is in it, how it travels, and the word against forged
//! requests that belongs to it.
//!
//! It says which session, of whom, and which one in the row of cookies that the session has had.
//! Whether the session is still open the port [`Sessions`](crate::ports::Sessions) knows.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Id, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Arrival, Ctx, Error, Result, codes,
    secret::{Key, Secret},
};

/// What every cookie's value begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "obs_";
/// The name where browsers come by TLS. The prefix obliges them to take it only so, for all paths,
/// and from this very host.
const SECURE_NAME: &str = "__Host-openbell_session";
/// The name on plain HTTP, where not every browser would keep the other one.
const PLAIN_NAME: &str = "openbell_session";
/// The header that a page puts the session's word into.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// Session, user, number.
const BODY_BYTES: usize = 16 + 16 + 4;
const TAG_BYTES: usize = size_of::<Key>();

/// What a cookie of ours says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieClaims {
    /// The session.
    pub session: Id,
    /// Whose it is.
    pub user: UserId,
    /// Which one in the session's row of cookies, from 0.
    pub number: u32,
}

/// Makes and checks session cookies, and the words against forged requests.
pub struct SessionCookies {
    secret: Secret,
}

impl SessionCookies {
    pub(crate) const fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// The value of a cookie.
    pub fn issue(&self, claims: &CookieClaims) -> String {
        let body = body_of(claims);
        let mut bytes = body.to_vec();
        bytes.extend(self.secret.key(&purpose_of(&body)));
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What the value says, when it is one of ours.
    pub fn verify(&self, value: &str) -> Option<CookieClaims> {
        let mut bytes = [0; BODY_BYTES + TAG_BYTES];
        let given = value.strip_prefix(PREFIX)?;
        // A longer text does not fit, a shorter one is refused here.
        let length = URL_SAFE_NO_PAD.decode_slice(given, &mut bytes).ok()?;
        let (body, tag) = bytes.split_at(BODY_BYTES);
        let keys = self.secret.keys(&purpose_of(body));
        if length != bytes.len() || !keys.iter().any(|key| same(key, tag)) {
            return None;
        }
        let id = |bytes: &[u8]| Uuid::from_slice(bytes).ok();
        Some(CookieClaims {
            session: Id::from_uuid(id(&body[..16])?),
            user: UserId::from_uuid(id(&body[16..32])?),
            number: u32::from_be_bytes(body[32..].try_into().ok()?),
        })
    }

    /// The word that changes by cookie have to bring in [`CSRF_HEADER`]. It belongs to the session:
    /// who signs in anew gets another one.
    pub fn csrf_token(&self, session: Id) -> String {
        URL_SAFE_NO_PAD.encode(self.secret.key(&csrf_purpose(session)))
    }

    /// That a request by cookie was made by a page of ours.
    ///
    /// # Errors
    /// `origin_not_allowed` when the browser names another origin, `csrf_missing` when the word is
    /// missing or another session's. Neither on methods that change nothing.
    pub(crate) fn check(&self, ctx: &Ctx, asked: &Asked<'_>, session: Id) -> Result<()> {
        if asked.method.is_safe() {
            return Ok(());
        }
        asked.check_origin(ctx)?;
        let given = asked.headers.get(CSRF_HEADER);
        let keys = self.secret.keys(&csrf_purpose(session));
        let is_known = |given: &HeaderValue| {
            let texts = keys.iter().map(|key| URL_SAFE_NO_PAD.encode(key));
            texts.fold(false, |known, text| known | same(text.as_bytes(), given.as_bytes()))
        };
        match given {
            None => Err(Error::of(&codes::CSRF_MISSING)),
            Some(given) if is_known(given) => Ok(()),
            Some(_) => {
                let message = "the CSRF header is not that of this session: ask for it again";
                Err(Error::new(&codes::CSRF_MISSING, message))
            }
        }
    }
}

/// What a request says about where it comes from.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) arrival: &'a Arrival,
}

impl Asked<'_> {
    /// # Errors
    /// `origin_not_allowed` when a browser names an origin that may not use cookies here.
    pub(crate) fn check_origin(&self, ctx: &Ctx) -> Result<()> {
        match self.headers.get(header::ORIGIN) {
            Some(origin) if !self.arrival.admits(ctx.config(), origin) => {
                Err(Error::of(&codes::ORIGIN_NOT_ALLOWED))
            }
            _ => Ok(()),
        }
    }
}

fn body_of(claims: &CookieClaims) -> [u8; BODY_BYTES] {
    let mut body = [0; BODY_BYTES];
    body[..16].copy_from_slice(claims.session.as_uuid().as_bytes());
    body[16..32].copy_from_slice(claims.user.as_uuid().as_bytes());
    body[32..].copy_from_slice(&claims.number.to_be_bytes());
    body
}

/// Each body has a key of its own, which is its tag: HKDF is a keyed hash of its purpose.
fn purpose_of(body: &[u8]) -> String {
    format!("session-cookie {}", URL_SAFE_NO_PAD.encode(body))
}

fn csrf_purpose(session: Id) -> String {
    format!("csrf {session}")
}

/// Compares in a time that tells nothing: where two hashes begin to differ nobody can choose.
fn same(a: &[u8], b: &[u8]) -> bool {
    Sha256::digest(a) == Sha256::digest(b)
}

const fn name(https: bool) -> &'static str {
    if https { SECURE_NAME } else { PLAIN_NAME }
}

/// The value that a browser has sent. On TLS only the name that nobody else could have set.
pub(crate) fn given(headers: &HeaderMap, https: bool) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(given, _)| given.trim() == name(https));
    found.next().map(|(_, value)| value.trim())
}

/// What a browser that is about to sign in brings of the session before.
///
/// # Errors
/// `origin_not_allowed` when a page of another origin would sign somebody in.
pub fn cookie_before_sign_in(
    ctx: &Ctx,
    arrival: &Arrival,
    headers: &HeaderMap,
) -> Result<Option<CookieClaims>> {
    Asked { method: &Method::POST, headers, arrival }.check_origin(ctx)?;
    let value = given(headers, arrival.https);
    Ok(value.and_then(|value| ctx.session_cookies().verify(value)))
}

/// `Set-Cookie` with this value for so long; an empty value takes the cookie away.
pub fn set_cookie(arrival: &Arrival, value: &str, lifetime: Duration) -> HeaderValue {
    let (name, seconds) = (name(arrival.https), lifetime.as_secs());
    let secure = if arrival.https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Names and values are letters, digits and a few marks.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Where a [`crate::Call`] leaves the cookie that the answer is to bring.
#[derive(Clone, Default)]
pub(crate) struct NextCookie(Arc<Mutex<Option<HeaderValue>>>);

impl NextCookie {
    pub(crate) fn put(&self, value: HeaderValue) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    fn take(&self) -> Option<HeaderValue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Brings a renewed cookie along with whatever the answer is, unless that has one of its own.
pub(crate) async fn renew(State(_): State<Ctx>, mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::COOKIE) {
        return next.run(request).await;
    }
    let slot = NextCookie::default();
    request.extensions_mut().insert(slot.clone());
    let mut response = next.run(request).await;
    if let Some(value) = slot.take()
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        let headers = response.headers_mut();
        headers.insert(header::SET_COOKIE, value);
        // Whatever the handler allowed caches: not with this in it.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(text: &str) -> SessionCookies {
        SessionCookies::new(Secret::new(&text.repeat(32)).unwrap())
    }

    fn claims(number: u32) -> CookieClaims {
        let id = |n: u8| Uuid::from_bytes([n; 16]);
        let (session, user) = (Id::from_uuid(id(1)), UserId::from_uuid(id(2)));
        CookieClaims { session, user, number }
    }

    #[test]
    fn a_cookie_is_believed_to_the_bit() {
        let ours = cookies("a");
        let value = ours.issue(&claims(7));
        assert_eq!(ours.verify(&value), Some(claims(7)));
        assert_ne!(value, ours.issue(&claims(8)));
        assert_eq!(cookies("b").verify(&value), None);
        let changed = cookies("b").secret.with_previous(&"a".repeat(32)).unwrap();
        assert_eq!(SessionCookies::new(changed).verify(&value), Some(claims(7)));
        let mut bytes = URL_SAFE_NO_PAD.decode(value.strip_prefix(PREFIX).unwrap()).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let other = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&bytes));
            assert_eq!(ours.verify(&other), None, "byte {at}");
            bytes[at] ^= 1;
        }
        let long = format!("{value}AAAA");
        for wrong in ["", PREFIX, "obs_AAAA", &value[..value.len() - 4], &value[4..], &long] {
            assert_eq!(ours.verify(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_word_is_the_sessions_own() {
        let (ours, theirs) = (cookies("a"), cookies("b"));
        let session = claims(0).session;
        assert_eq!(ours.csrf_token(session), ours.csrf_token(session));
        let other = Id::from_uuid(Uuid::from_bytes([9; 16]));
        assert_ne!(ours.csrf_token(session), ours.csrf_token(other));
        assert_ne!(ours.csrf_token(session), theirs.csrf_token(session));
    }

    #[test]
    fn browsers_send_and_get_it_under_the_name_of_their_way() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; openbell_session=plain"));
        let late = "b=2;__Host-openbell_session= safe ; openbell_session=later";
        headers.append(header::COOKIE, HeaderValue::from_static(late));
        assert_eq!(given(&headers, false), Some("plain"));
        assert_eq!(given(&headers, true), Some("safe"));
        assert_eq!(given(&HeaderMap::new(), false), None);
        let hour = Duration::from_secs(3600);
        let tls = Arrival { https: true, ..Arrival::default() };
        let shown = [set_cookie(&tls, "v", hour), set_cookie(&Arrival::default(), "", hour)];
        assert_eq!(
            shown.map(|value| value.to_str().unwrap().to_owned()),
            [
                "__Host-openbell_session=v; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure",
                "openbell_session=; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
            ]
        );
    }
}
