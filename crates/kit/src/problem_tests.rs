use axum::body::to_bytes;
use serde_json::{Value, json};

use super::*;

async fn answer(error: Error) -> (u16, axum::http::HeaderMap, Value) {
    let response = error.into_response();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let json = serde_json::from_slice(&body).unwrap();
    (parts.status.as_u16(), parts.headers, json)
}

#[tokio::test]
async fn a_problem_has_its_fields() {
    let error = Error::invalid("price", "too_small", "must be at least 1")
        .and_field("city", "required", "is missing")
        .with_details(&json!({ "minimum": 1 }));
    let (status, headers, body) = answer(error).await;
    assert_eq!(status, 422);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(
        body,
        json!({
            "type": "urn:openbell:error:invalid",
            "title": "a field breaks a rule",
            "status": 422,
            "code": "invalid",
            "detail": "a field breaks a rule",
            "errors": [
                { "field": "price", "code": "too_small", "message": "must be at least 1" },
                { "field": "city", "code": "required", "message": "is missing" },
            ],
            "details": { "minimum": 1 },
        })
    );
}

#[tokio::test]
async fn a_fault_says_nothing_of_the_inside() {
    let mut error = Error::internal("table users is gone");
    error.0.message = "select * from users".into();
    assert!(format!("{error:?}").contains("table users is gone"));
    let (status, _, body) = answer(error).await;
    assert_eq!(status, 500);
    let text = body.to_string();
    assert!(!text.contains("users"), "{text}");
    assert_eq!(body["detail"], "something went wrong here");
}

#[tokio::test]
async fn headers_that_belong_to_a_status() {
    let ms = Duration::from_millis;
    let cases = [
        (Error::rate_limited(ms(1)), "retry-after", Some("1")),
        (Error::rate_limited(ms(1001)), "retry-after", Some("2")),
        (Error::busy(), "retry-after", Some("1")),
        (Error::unavailable("gone"), "retry-after", Some("5")),
        (Error::not_found().with_retry_after(ms(9)), "retry-after", None),
        (Error::unauthorized(), "www-authenticate", Some("Bearer")),
        (Error::token_expired(), "www-authenticate", Some("Bearer error=\"invalid_token\"")),
        (Error::forbidden(), "www-authenticate", None),
    ];
    for (error, header, expected) in cases {
        let name = error.to_string();
        let (_, headers, _) = answer(error).await;
        let found = headers.get(header).map(|value| value.to_str().unwrap());
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn sockets_say_the_same() {
    let refusal: hub::Refusal = Error::rate_limited(Duration::from_millis(250)).into();
    assert_eq!((&*refusal.code, refusal.status, refusal.retry), ("rate_limited", 429, true));
    assert_eq!(refusal.retry_after_ms, Some(250));
    assert!(!refusal.protocol_fault);

    let refusal: hub::Refusal = Error::invalid("text", "too_long", "is too long").into();
    let details = refusal.details.unwrap();
    assert!(details.get().contains("too_long"));

    let refusal: hub::Refusal = Error::internal("disk").into();
    assert_eq!(refusal.message, "something went wrong here");
}

#[test]
fn what_the_store_says() {
    use store::Error as Store;
    let text = || "inside".to_owned();
    let cases = [
        (Store::NotFound, "not_found"),
        (Store::Busy, "busy"),
        (Store::Conflict, "busy"),
        (Store::Unavailable(text()), "unavailable"),
        (Store::UnknownOutcome, "unknown_outcome"),
        (Store::Unique { constraint: text() }, "conflict"),
        (Store::NulInText, "invalid"),
        (Store::Misuse(text()), "internal"),
        (Store::Decode(text()), "internal"),
        (Store::Database(text()), "internal"),
    ];
    for (from, code) in cases {
        let error = Error::from(from);
        assert_eq!(error.code().code, code);
        assert!(!error.message().contains("inside"), "{code}");
        assert!(error.store_error().is_some(), "{code}");
    }
}
