//! The server's part of the WebSocket handshake, RFC 6455 section 4.2.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hyper::upgrade::OnUpgrade;
use sha1::{Digest as _, Sha1};

use crate::Error;

/// What a server appends to a client's key, so that only a WebSocket server answers right.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION: HeaderValue = HeaderValue::from_static("13");
/// Bytes of a client's key, before base64.
const KEY_BYTES: usize = 16;

/// A handshake that is in order, and not answered yet.
pub(crate) struct Handshake {
    accept: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// Checks a request and takes its connection's upgrade.
    ///
    /// # Errors
    /// `upgrade_required`, naming the version that is spoken, when it asks for no WebSocket or for
    /// another version; `bad_request` when its key is missing or is none.
    pub(crate) fn of(request: &mut Request<Body>) -> Result<Self, Box<Response>> {
        let headers = request.headers();
        let asks = request.method() == Method::GET
            && request.version() == Version::HTTP_11
            && lists(headers, &header::CONNECTION, "upgrade")
            && lists(headers, &header::UPGRADE, "websocket");
        let version = only(headers, &header::SEC_WEBSOCKET_VERSION);
        if !asks || version != Some(&VERSION) {
            return Err(Box::new(upgrade_required()));
        }
        let Some(accept) = only(headers, &header::SEC_WEBSOCKET_KEY).and_then(accept) else {
            let message = "`Sec-WebSocket-Key` is 16 bytes in base64, once";
            return Err(Box::new(Error::bad_request(message).into_response()));
        };
        Ok(Self { accept, upgrade: hyper::upgrade::on(request) })
    }

    /// The answer, with the subprotocol that was chosen, and the connection to come.
    pub(crate) fn accept(self, protocol: Option<&'static str>) -> (Response, OnUpgrade) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(protocol) = protocol {
            let protocol = HeaderValue::from_static(protocol);
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        (response, self.upgrade)
    }
}

/// The items of all comma-separated lists of this header.
pub(crate) fn items<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let lists = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

/// Whether this word is among them, in whatever case.
fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    items(headers, name).any(|item| item.eq_ignore_ascii_case(word))
}

/// The value of a header that may stand there only once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// What a client with this key expects; `None` when it is no key.
fn accept(key: &HeaderValue) -> Option<HeaderValue> {
    let mut bytes = [0; KEY_BYTES + 2];
    if BASE64.decode_slice(key.as_bytes(), &mut bytes) != Ok(KEY_BYTES) {
        return None;
    }
    let mut hash = Sha1::new();
    hash.update(key.as_bytes());
    hash.update(GUID);
    HeaderValue::try_from(BASE64.encode(hash.finalize())).ok()
}

fn upgrade_required() -> Response {
    let message = "this address speaks WebSocket: send an upgrade";
    let mut response = Error::new(&crate::codes::UPGRADE_REQUIRED, message).into_response();
    let headers = response.headers_mut();
    headers.insert(header::SEC_WEBSOCKET_VERSION, VERSION);
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.append(header::CONNECTION, HeaderValue::from_static("upgrade"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_rfc_gets_the_answer_of_the_rfc() {
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept(&key).unwrap(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_key_is_sixteen_bytes() {
        for wrong in ["", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25j", "????????????????"]
            .into_iter()
            .chain(["dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZSEh"])
            .chain(["dGhlIHNhbXBsZSBub25jZR=="])
        {
            assert_eq!(accept(&HeaderValue::from_static(wrong)), None, "{wrong}");
        }
        let long = "A".repeat(8000);
        assert_eq!(accept(&HeaderValue::try_from(long).unwrap()), None);
    }

    #[test]
    fn a_list_has_words_in_any_case() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONNECTION, HeaderValue::from_static("keep-alive"));
        headers.append(header::CONNECTION, HeaderValue::from_static("x ,\tUpGrade"));
        assert!(lists(&headers, &header::CONNECTION, "upgrade"));
        assert!(lists(&headers, &header::CONNECTION, "keep-alive"));
        assert!(!lists(&headers, &header::CONNECTION, "keep"));
        assert!(!lists(&headers, &header::UPGRADE, "upgrade"));
    }
}
