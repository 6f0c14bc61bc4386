use axum::{body::Body, extract::DefaultBodyLimit};
use domain::{Currency, DecimalInput};
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    amount: DecimalInput,
    #[serde(default)]
    #[allow(dead_code, reason = "decoded only")]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[allow(dead_code, reason = "decoded only")]
    share: u8,
}

#[test]
fn digits_survive() {
    let offer: Offer = from_slice(br#"{"amount": 90071992547409.93}"#).unwrap();
    let money = offer.amount.in_currency(Currency::Usd).unwrap();
    assert_eq!(money.minor, 9_007_199_254_740_993);
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("", "bad_request", ""),
        ("{", "bad_request", ""),
        ("{\"amount\": 1,}", "bad_request", ""),
        ("{\"amount\": 1} x", "bad_request", ""),
        // Wrong shape first, but not JSON after all.
        ("{\"amount\": true, \"parts\": [}", "bad_request", ""),
        ("{}", "required", "amount"),
        ("7", "wrong_type", ""),
        ("{\"amount\": true}", "invalid_value", "amount"),
        ("{\"amount\": 1, \"x\": 2}", "unknown", "x"),
        ("{\"amount\": 1, \"amount\": 2}", "duplicate", "amount"),
        ("{\"amount\": 1, \"parts\": 3}", "wrong_type", "parts"),
        ("{\"amount\": 1, \"parts\": [{}]}", "required", "parts.0.share"),
        ("{\"amount\": 1, \"parts\": [{\"share\": 300}]}", "invalid_value", "parts.0.share"),
        ("{\"amount\": 1, \"parts\": [{\"share\": \"a\"}]}", "wrong_type", "parts.0.share"),
        ("{\"amount\": \"1\\u0000\"}", "nul", "amount"),
        ("{\"amount\": [{\"a\": \"\\u0000\"}]}", "nul", "amount.0.a"),
        ("{\"\\u0000\": 1}", "nul", ""),
        ("{\"amount\": \"\\u0000\"", "bad_request", ""),
    ];
    for (text, code, field) in cases {
        let error = from_slice::<Offer>(text.as_bytes()).unwrap_err();
        let found = match error.fields() {
            [] => (error.code().code, ""),
            [first, ..] => (&*first.code, &*first.field),
        };
        assert_eq!(found, (code, field), "{text}: {error}");
    }
}

#[test]
fn a_body_is_no_array() {
    // serde itself would take the first item for the first field.
    assert!(from_slice::<Offer>(b"[1, []]").is_ok());
    assert!(object::<Offer>(b"{\"amount\": 1}").is_ok());
    for text in ["[1, []]", " \n[1, []]"] {
        let error = object::<Offer>(text.as_bytes()).unwrap_err();
        assert_eq!(error.fields()[0].code, "wrong_type", "{text}: {error}");
    }
    assert!(object::<Offer>(b"[1, [").unwrap_err().is(&codes::BAD_REQUEST));
}

#[test]
fn syntax_errors_tell_the_place() {
    let error = from_slice::<Value>(b"{\n  \"a\": tru}").unwrap_err();
    assert!(error.message().contains("line 2 column"), "{error}");
    assert_eq!(from_slice::<Value>(b"").unwrap_err().message(), "the body is empty");
    assert!(from_slice::<Value>(b"\"\xff\"").unwrap_err().is(&codes::BAD_REQUEST));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_slice::<Value>(nested(JsonScan::MAX_DEPTH).as_bytes()).is_ok());
    let error = from_slice::<Value>(nested(JsonScan::MAX_DEPTH + 1).as_bytes()).unwrap_err();
    assert!(error.is(&codes::BAD_REQUEST), "{error}");
    // Brackets and NUL-like text within strings are only text.
    let text = format!("[\"{}\", \"\\\\u0000\", \"\\\"[[\"]", "[".repeat(100));
    assert!(from_slice::<Value>(text.as_bytes()).is_ok());
}

#[test]
fn long_values_are_not_sent_back() {
    let text = format!("{{\"amount\": 1, \"parts\": \"{}\"}}", "x".repeat(5000));
    let error = from_slice::<Offer>(text.as_bytes()).unwrap_err();
    assert!(error.fields()[0].message.len() < 300, "{error}");
}

async fn extract(content_type: Option<&str>, body: &'static str) -> Result<Json<Value>> {
    let mut request = Request::builder().method("POST").uri("/");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let request = request.body(Body::from(body)).unwrap();
    Json::from_request(request, &()).await
}

#[tokio::test]
async fn only_json_is_read() {
    for good in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/merge-patch+json",
    ] {
        assert!(extract(Some(good), "{}").await.is_ok(), "{good}");
    }
    for wrong in [
        None,
        Some("text/plain"),
        Some("text/json"),
        Some("application/jsonp"),
        Some("application"),
    ] {
        let error = extract(wrong, "{}").await.unwrap_err();
        assert!(error.is(&codes::UNSUPPORTED_MEDIA_TYPE), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    use tower::{ServiceExt, service_fn};
    let service = tower::ServiceBuilder::new().layer(DefaultBodyLimit::max(7)).service(service_fn(
        async |request: Request| {
            let outcome = Json::<Value>::from_request(request, &()).await;
            Ok::<_, std::convert::Infallible>(outcome.into_response())
        },
    ));
    for (body, status) in [("{\"a\":1}", 200), ("{\"a\":12}", 413)] {
        let request = Request::builder()
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{body}");
    }
}
