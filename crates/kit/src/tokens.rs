//! Access tokens: short-lived HS256 JWTs that say who acts, for which tenant, with which roles.
//!
//! They are checked without the database. What must end at once (a role taken away, a session
//! ended) reaches open sockets as an event; on REST it takes effect when the token runs out.

use std::time::Duration;

use domain::{Id, Roles, Scope, TenantId, Timestamp, UserId};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode, errors::ErrorKind,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    secret::Secret,
};

const ISSUER: &str = "openbell";
const KIND: &str = "access";

/// Longer texts are no tokens of ours and are not even decoded.
const MAX_TOKEN_BYTES: usize = 4096;

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not one of our access tokens.
    #[error("not an access token")]
    Malformed,
    /// Not signed with a secret of this installation.
    #[error("the signature is not ours")]
    Signature,
    /// It was good once.
    #[error("the token has expired")]
    Expired,
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::token_expired(),
            TokenError::Malformed | TokenError::Signature => Self::unauthorized(),
        }
    }
}

/// What a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// The user.
    pub user: UserId,
    /// The user's tenant.
    pub tenant: TenantId,
    /// The user's roles when the token was made.
    pub roles: Roles,
    /// The session that the token belongs to.
    pub session: Id,
    /// When it was made, to the second.
    pub issued_at: Timestamp,
    /// From this instant on it is no longer accepted.
    pub expires_at: Timestamp,
}

impl AccessClaims {
    /// The scope in which the bearer acts.
    pub const fn scope(&self) -> Scope {
        Scope::user(self.tenant, self.user, self.roles)
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    sub: UserId,
    ten: Id,
    rol: Roles,
    sid: Id,
    iat: i64,
    exp: i64,
    iss: String,
    typ: String,
}

/// Makes and checks access tokens.
pub struct Tokens {
    signing: EncodingKey,
    /// Of the current secret, then of the previous one.
    verifying: Vec<DecodingKey>,
    validation: Validation,
    lifetime: Duration,
}

impl Tokens {
    /// Tokens under keys of `secret` that live for `lifetime`, in whole seconds.
    pub fn new(secret: &Secret, lifetime: Duration) -> Self {
        install_crypto_provider();
        let purpose = "access-token";
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would read the system's clock; `verify` compares with the house's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.leeway = 0;
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        Self {
            signing: EncodingKey::from_secret(&secret.key(purpose)),
            verifying: secret
                .keys(purpose)
                .iter()
                .map(|key| DecodingKey::from_secret(key))
                .collect(),
            validation,
            lifetime,
        }
    }

    /// How long a new token lives.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token for the acting user of `scope` within `session`.
    ///
    /// # Errors
    /// `internal` when nobody or the system acts: only users have tokens.
    pub fn issue(&self, scope: &Scope, session: Id, now: Timestamp) -> Result<String> {
        let user = scope
            .user_id()
            .ok_or_else(|| Error::internal("only a user can have an access token"))?;
        let issued = now.as_millis().div_euclid(1000);
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let wire = Wire {
            sub: user,
            ten: Id::from_uuid(scope.tenant.as_uuid()),
            rol: scope.roles(),
            sid: session,
            iat: issued,
            exp: issued.saturating_add(lifetime),
            iss: ISSUER.to_owned(),
            typ: KIND.to_owned(),
        };
        encode(&Header::new(Algorithm::HS256), &wire, &self.signing).map_err(Error::internal)
    }

    /// What a token says, when it is one of ours and has not run out at `now`; without leeway, as
    /// one clock both makes and checks.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let mut failure = TokenError::Malformed;
        for key in &self.verifying {
            match decode::<Wire>(token, key, &self.validation) {
                Ok(data) => return claims_of(&data.claims, now),
                Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {
                    failure = TokenError::Signature;
                }
                Err(_) => return Err(TokenError::Malformed),
            }
        }
        Err(failure)
    }
}

fn claims_of(wire: &Wire, now: Timestamp) -> Result<AccessClaims, TokenError> {
    if wire.typ != KIND {
        return Err(TokenError::Malformed);
    }
    let at = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
    let claims = AccessClaims {
        user: wire.sub,
        tenant: TenantId::from_uuid(wire.ten.as_uuid()),
        roles: wire.rol,
        session: wire.sid,
        issued_at: at(wire.iat),
        expires_at: at(wire.exp),
    };
    match now < claims.expires_at {
        true => Ok(claims),
        false => Err(TokenError::Expired),
    }
}

/// Chooses the cryptography of the process for tokens, once. A second call does nothing.
pub fn install_crypto_provider() {
    // An error means that it is installed already, which is what is wanted.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use domain::Role;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_400);
    const MINUTES_15: Duration = Duration::from_secs(900);

    fn secret(name: &str) -> Secret {
        Secret::new(&name.repeat(32)).unwrap()
    }

    fn id(n: u32) -> Id {
        format!("00000000-0000-7000-8000-{n:012x}").parse().unwrap()
    }

    fn scope() -> Scope {
        let user = UserId::from_uuid(id(1).as_uuid());
        Scope::user(TenantId::DEFAULT, user, Roles::NONE.with(Role::Agent))
    }

    #[test]
    fn a_token_says_who_acts_until_it_runs_out() {
        let tokens = Tokens::new(&secret("a"), MINUTES_15);
        let token = tokens.issue(&scope(), id(2), NOW).unwrap();
        let claims = tokens.verify(&token, NOW).unwrap();
        assert_eq!(claims.scope(), scope());
        assert_eq!(claims.session, id(2));
        assert_eq!(claims.expires_at.as_millis(), 1_700_000_900_000);
        let last = Timestamp::from_millis(1_700_000_899_999);
        assert!(tokens.verify(&token, last).is_ok());
        let end = claims.expires_at;
        assert_eq!(tokens.verify(&token, end), Err(TokenError::Expired));
    }

    #[test]
    fn the_previous_secret_still_opens() {
        let old = Tokens::new(&secret("a"), MINUTES_15);
        let changed = secret("b").with_previous(&"a".repeat(32)).unwrap();
        let new = Tokens::new(&changed, MINUTES_15);
        let token = old.issue(&scope(), id(2), NOW).unwrap();
        assert!(new.verify(&token, NOW).is_ok());
        let token = new.issue(&scope(), id(2), NOW).unwrap();
        assert_eq!(old.verify(&token, NOW), Err(TokenError::Signature));
    }

    #[test]
    fn what_is_not_ours() {
        let secret = secret("a");
        let tokens = Tokens::new(&secret, MINUTES_15);
        let good = tokens.issue(&scope(), id(2), NOW).unwrap();
        let mut parts = good.split('.');
        let (header, body) = (parts.next().unwrap(), parts.next().unwrap());
        let signature = parts.next().unwrap();
        let b64 = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = |algorithm, claims: serde_json::Value| {
            let key = EncodingKey::from_secret(&secret.key("access-token"));
            encode(&Header::new(algorithm), &claims, &key).unwrap()
        };
        let claims = |field: &str, value: serde_json::Value| {
            let mut claims = serde_json::json!({
                "sub": id(1), "ten": id(3), "rol": ["user"], "sid": id(2),
                "iat": 1_700_000_000, "exp": 1_700_000_900, "iss": "openbell", "typ": "access",
            });
            claims[field] = value;
            claims
        };
        let sane = claims("x", 1.into());
        assert!(tokens.verify(&signed(Algorithm::HS256, sane.clone()), NOW).is_ok());
        use TokenError::{Malformed, Signature};
        let none = b64(r#"{"alg":"none","typ":"JWT"}"#);
        let cases = [
            (String::new(), Malformed),
            ("a.b".to_owned(), Malformed),
            ("x".repeat(5000), Malformed),
            (format!("{header}.{}.{signature}", b64("{}")), Signature),
            (format!("{none}.{body}."), Malformed),
            (signed(Algorithm::HS512, sane), Malformed),
            (signed(Algorithm::HS256, claims("typ", "refresh".into())), Malformed),
            (signed(Algorithm::HS256, claims("iss", "other".into())), Malformed),
            (signed(Algorithm::HS256, claims("sub", 7.into())), Malformed),
            (signed(Algorithm::HS256, claims("rol", ["god"].into())), Malformed),
            (signed(Algorithm::HS256, claims("exp", "soon".into())), Malformed),
        ];
        for (token, error) in cases {
            assert_eq!(tokens.verify(&token, NOW), Err(error), "{token}");
        }
    }

    #[test]
    fn only_users_have_tokens() {
        let tokens = Tokens::new(&secret("a"), MINUTES_15);
        for nobody in [Scope::anonymous(TenantId::DEFAULT), Scope::system(TenantId::DEFAULT)] {
            assert!(tokens.issue(&nobody, id(2), NOW).is_err());
        }
    }
}
