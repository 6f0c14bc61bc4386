//! JSON in and out: strict about form, exact about numbers, and always answering a problem.
//!
//! Bodies are decoded straight from their text, so that [`domain::DecimalInput`] sees the digits
//! that were sent; a detour over `serde_json::Value` would turn them into floats.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::JsonScan;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, error::Category};
use serde_path_to_error::Segment;

use crate::{
    codes,
    error::{Error, Result},
};

/// The longest text of a serde message that goes back to the client, in characters.
const MAX_MESSAGE: usize = 200;

/// A JSON body: as an extractor it refuses another content type (415), a body over the limit
/// (413), what is not JSON or nests too deep (400), and another shape or NUL in text (422, naming
/// the field). A body is an object: an array is another shape, although serde would take its items
/// for the fields. As a response it is the value in JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::new(
                &codes::UNSUPPORTED_MEDIA_TYPE,
                "the body must be `application/json`",
            ));
        }
        let body = read_body(request, state).await?;
        object(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, json)], body).into_response()
            }
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// Reads a whole body within the limit that holds for the route.
///
/// # Errors
/// `too_large`, or `bad_request` when the connection broke off.
pub async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        match rejection.status().as_u16() {
            413 => Error::of(&codes::TOO_LARGE),
            _ => Error::bad_request("the body ended early"),
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    let suffix = subtype.rsplit_once('+').map_or(subtype, |(_, suffix)| suffix);
    kind.eq_ignore_ascii_case("application") && suffix.eq_ignore_ascii_case("json")
}

/// Decodes the body of a request. serde would take an array's items for a struct's fields, so that
/// what a client means by it would hang on the order in which the fields are declared here.
///
/// # Errors
/// As [`from_slice`], and `invalid` for an array.
pub fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let value = from_slice(bytes)?;
    match bytes.trim_ascii_start().starts_with(b"[") {
        true => Err(Error::invalid("", "wrong_type", "must be an object")),
        false => Ok(value),
    }
}

/// Decodes JSON text that came from outside.
///
/// # Errors
/// `bad_request` for what is not JSON or nests deeper than [`JsonScan::MAX_DEPTH`]; `invalid` for
/// another shape and for NUL in text, with the path of the field where it can be told.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Error::bad_request("the body is not UTF-8"))?;
    let scan = JsonScan::of(text);
    if scan.is_too_deep() {
        return Err(Error::bad_request(JsonScan::TOO_DEEP));
    }
    if scan.nul {
        return Err(nul_error(text));
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => shape_error::<T>(text),
        _ => syntax_error(&error),
    })
}

fn syntax_error(error: &serde_json::Error) -> Error {
    if error.is_eof() && error.line() <= 1 && error.column() == 0 {
        return Error::bad_request("the body is empty");
    }
    let (line, column) = (error.line(), error.column());
    let what = short(without_place(&error.to_string()));
    Error::bad_request(format!("not JSON: {what} at line {line} column {column}"))
        .with_details(&serde_json::json!({ "line": line, "column": column }))
}

fn nul_error(text: &str) -> Error {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let field = path_of_nul(&value).unwrap_or_default();
            Error::invalid(field, "nul", "must not contain the character NUL")
        }
        Err(error) => syntax_error(&error),
    }
}

fn path_of_nul(value: &Value) -> Option<String> {
    let below = |step: &str, inner: &Value| {
        path_of_nul(inner).map(|rest| match rest.as_str() {
            "" => step.to_owned(),
            rest => format!("{step}.{rest}"),
        })
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| below(&index.to_string(), item))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, inner)| {
            if name.contains('\0') {
                return Some(String::new());
            }
            below(name, inner)
        }),
        _ => None,
    }
}

/// The text is well-formed as far as it was read, but not a `T`. Decodes once more, this time with
/// the path, and makes sure that the rest is JSON at all.
fn shape_error<T: DeserializeOwned>(text: &str) -> Error {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        return syntax_error(&error);
    }
    let mut decoder = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut decoder) {
        Err(error) => {
            let message = error.inner().to_string();
            wrong_shape(error.path(), without_place(&message))
        }
        // Only a `Deserialize` that answers differently the second time gets here.
        Ok(_) => Error::of(&codes::INVALID),
    }
}

/// The `invalid` error for what serde said about the value at `path`.
pub(crate) fn wrong_shape(path: &serde_path_to_error::Path, message: &str) -> Error {
    let mut steps: Vec<String> = path.iter().filter_map(step).collect();
    let quoted = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?.strip_prefix(" `")?;
        rest.split('`').next().map(str::to_owned)
    };
    if let Some(name) = quoted("missing field") {
        steps.push(name);
        return Error::invalid(steps.join("."), "required", "is missing");
    }
    if let Some(name) = quoted("unknown field") {
        // Some formats have the field in the path already.
        if steps.last() != Some(&name) {
            steps.push(name);
        }
        return Error::invalid(short(&steps.join(".")), "unknown", "is not a known field");
    }
    if let Some(name) = quoted("duplicate field") {
        if steps.last() != Some(&name) {
            steps.push(name);
        }
        return Error::invalid(short(&steps.join(".")), "duplicate", "is given twice");
    }
    let code = match message.starts_with("invalid type") {
        true => "wrong_type",
        false => "invalid_value",
    };
    Error::invalid(short(&steps.join(".")), code, short(message))
}

fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

/// serde_json ends its messages with the place, which only syntax errors should tell.
fn without_place(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |end| &message[..end])
}

fn short(message: &str) -> String {
    match message.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
