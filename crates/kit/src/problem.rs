//! How an error leaves the house: RFC 9457 `application/problem+json` on REST, a refusal on
//! sockets. This is where it is logged, once.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    codes,
    error::{Error, FieldError, Inner},
    layers,
};

impl Error {
    fn problem(&self, instance: Option<String>) -> Problem {
        let code = self.0.code;
        // A 500 says nothing of the inside, whatever message somebody gave it.
        let detail = match code.status {
            500 => codes::INTERNAL.title.to_owned(),
            _ => self.0.message.to_string(),
        };
        Problem {
            kind: format!("urn:openbell:error:{}", code.code),
            title: code.title.to_owned(),
            status: code.status,
            code: code.code.to_owned(),
            detail,
            instance,
            errors: self.0.fields.clone(),
            retry_after_ms: self.0.retry_after.map(millis),
            details: self.0.details.clone(),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The body of every error on REST (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:openbell:error:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means; the same for every problem of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable word for programs.
    pub code: String,
    /// A sentence about this very case.
    pub detail: String,
    /// The id of the request, as in `X-Request-Id` and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// How long to wait before the next try, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// More for programs, in the code's own form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<Box<RawValue>>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let code = self.0.code;
        let problem = self.problem(layers::current_request_id());
        // Text, numbers and finished JSON always serialise.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let status = StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let (429 | 503, Some(wait)) = (code.status, self.0.retry_after) {
            // Whole seconds, rounded up: a client that obeys is never too early.
            let seconds = millis(wait).div_ceil(1000).max(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if code.status == 401 {
            let challenge = match code.code {
                "token_expired" => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

impl From<Error> for hub::Refusal {
    /// The same error for a socket; logged here, as this is where it leaves the house.
    fn from(error: Error) -> Self {
        error.log();
        let Inner { code, message, fields, retry_after, details, .. } = *error.0;
        let details = match details {
            None if !fields.is_empty() => {
                to_raw_value(&serde_json::json!({ "errors": fields })).ok()
            }
            other => other,
        };
        let message = match code.status {
            500 => codes::INTERNAL.title.to_owned(),
            _ => message.into_owned(),
        };
        Self {
            code: Cow::Borrowed(code.code),
            status: code.status,
            retry: code.retry,
            message,
            retry_after_ms: retry_after.map(millis),
            details,
            // A verb's own answer is never a fault of the protocol, unless it could not read
            // the frame.
            protocol_fault: code.code == codes::BAD_REQUEST.code,
        }
    }
}

impl From<store::Error> for Error {
    /// What a store's error means to a client when the use case had no better word for it.
    fn from(error: store::Error) -> Self {
        use store::Error as Store;
        match error {
            Store::NotFound => Self::not_found(),
            Store::Busy | Store::Conflict => Self::busy(),
            Store::Unavailable(_) => return Self::unavailable(error),
            Store::UnknownOutcome => Self::of(&codes::UNKNOWN_OUTCOME),
            Store::Unique { .. } => Self::of(&codes::CONFLICT),
            Store::NulInText => Self::invalid("", "nul", "must not contain the character NUL"),
            Store::Misuse(_) | Store::Schema(_) | Store::Decode(_) | Store::Database(_) => {
                Self::of(&codes::INTERNAL)
            }
        }
        .with_source(error)
    }
}

#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
