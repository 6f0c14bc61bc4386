//! The one error of everything above the engines: a registered code, a sentence, field errors.
//!
//! How it leaves the house is in `problem.rs`. What went wrong inside is kept for the log and
//! never sent.

use std::{borrow::Cow, fmt, time::Duration};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::codes::{self, Code};

/// The result of everything above the engines.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The path of the field, such as `filters.0.city`; empty for the whole body.
    #[schema(value_type = String)]
    pub field: Cow<'static, str>,
    /// A stable word, such as `required`, `too_long`, `out_of_range`.
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// A sentence for people.
    #[schema(value_type = String)]
    pub message: Cow<'static, str>,
}

/// Why something was not done.
pub struct Error(pub(crate) Box<Inner>);

pub(crate) struct Inner {
    pub(crate) code: &'static Code,
    pub(crate) message: Cow<'static, str>,
    pub(crate) fields: Vec<FieldError>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) details: Option<Box<RawValue>>,
    source: Option<Source>,
}

impl Error {
    /// An error with a registered code and a sentence for people.
    pub fn new(code: &'static Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            details: None,
            source: None,
        }))
    }

    /// An error that says no more than its code's title.
    pub fn of(code: &'static Code) -> Self {
        Self::new(code, code.title)
    }

    /// 400: the request cannot be read.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&codes::BAD_REQUEST, message)
    }

    /// 401: nobody is signed in, or the token is not good.
    pub fn unauthorized() -> Self {
        Self::of(&codes::UNAUTHORIZED)
    }

    /// 401: the token has expired.
    pub fn token_expired() -> Self {
        Self::of(&codes::TOKEN_EXPIRED)
    }

    /// 401: the e-mail or the password is wrong; never says which.
    pub fn invalid_credentials() -> Self {
        Self::of(&codes::INVALID_CREDENTIALS)
    }

    /// 403: the role is missing on something that one may see.
    pub fn forbidden() -> Self {
        Self::of(&codes::FORBIDDEN)
    }

    /// 404: not there, or not to be seen; the two look alike.
    pub fn not_found() -> Self {
        Self::of(&codes::NOT_FOUND)
    }

    /// A refusal for the state of things, with the feature's own code (usually 409).
    pub fn conflict(code: &'static Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, message)
    }

    /// 412: the version in `If-Match` is not the current one.
    pub fn precondition_failed() -> Self {
        Self::of(&codes::PRECONDITION_FAILED)
    }

    /// 413: more than `limit_bytes`.
    pub fn too_large(limit_bytes: usize) -> Self {
        let message = format!("the body may have at most {limit_bytes} bytes");
        Self::new(&codes::TOO_LARGE, message)
    }

    /// 422: one field breaks a rule; [`Error::and_field`] adds more.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::of(&codes::INVALID).and_field(field, code, message)
    }

    /// 422 with field errors gathered elsewhere; `Ok` when there are none.
    ///
    /// # Errors
    /// `invalid` when `fields` is not empty.
    pub fn check(fields: Vec<FieldError>) -> Result<()> {
        if fields.is_empty() {
            return Ok(());
        }
        let mut error = Self::of(&codes::INVALID);
        error.0.fields = fields;
        Err(error)
    }

    /// 429: allowed again after `retry_after`.
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::of(&codes::RATE_LIMITED).with_retry_after(retry_after)
    }

    /// 503: too much to do at this moment.
    pub fn busy() -> Self {
        Self::of(&codes::BUSY).with_retry_after(Duration::from_secs(1))
    }

    /// 503: a part of the installation is down. `source` only goes to the log.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::of(&codes::UNAVAILABLE).with_retry_after(Duration::from_secs(5)).with_source(source)
    }

    /// 500: a fault of ours. `source` only goes to the log.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::of(&codes::INTERNAL).with_source(source)
    }

    /// The same with one more field error.
    #[must_use]
    pub fn and_field(
        mut self,
        field: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.fields.push(FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        });
        self
    }

    /// The same with the time after which to try again.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Duration) -> Self {
        self.0.retry_after = Some(retry_after);
        self
    }

    /// The same with more for programs, public. Details that have no JSON form are left out.
    #[must_use]
    pub fn with_details<T: Serialize + ?Sized>(mut self, details: &T) -> Self {
        self.0.details = to_raw_value(details).ok();
        self
    }

    /// The same with its cause, for the log only.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The registered code.
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    /// Whether it has this code.
    pub fn is(&self, code: &Code) -> bool {
        self.0.code.code == code.code
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What is wrong with which field; empty unless 422.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The store's error that this one came from.
    pub fn store_error(&self) -> Option<&store::Error> {
        self.0.source.as_deref().and_then(|source| source.downcast_ref())
    }

    /// The time after which to try again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Writes it to the log: where the error leaves the house, and only there. A fault of ours is
    /// an error, overload and outages are warnings, everything else is the client's affair.
    pub(crate) fn log(&self) {
        let code = self.0.code.code;
        match self.0.code.status {
            500 => tracing::error!(code, cause = %self.causes(), "request failed"),
            501.. => tracing::warn!(code, cause = %self.causes(), "request refused"),
            _ => tracing::debug!(code, message = %self.0.message, "request refused"),
        }
    }

    fn causes(&self) -> String {
        self.cause().unwrap_or_else(|| self.0.message.to_string())
    }

    /// What went wrong inside, with what that came from: for logs and for whoever runs the server.
    pub fn cause(&self) -> Option<String> {
        let source: &(dyn std::error::Error + 'static) = self.0.source.as_deref()?;
        let causes = std::iter::successors(Some(source), |cause| cause.source());
        Some(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.code, self.0.message)?;
        for field in &self.0.fields {
            write!(f, "; {} {}", field.field, field.message)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match &self.0.source {
            Some(_) => write!(f, " (cause: {})", self.causes()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
