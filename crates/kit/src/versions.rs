//! Versions as entity tags: `ETag` out, `If-Match` in.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{Error, Result};

/// The `ETag` header of a version.
pub fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let tag = HeaderValue::from_str(&format!("\"{version}\""));
    // A number in quotes can always stand in a header.
    (header::ETAG, tag.unwrap_or(HeaderValue::from_static("\"\"")))
}

/// The version in `If-Match`; none when there is no such header or it is `*`.
///
/// # Errors
/// `precondition_failed` when it is no version of ours: nothing can match it.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let version = version.and_then(|version| version.parse().ok());
    version.map(Some).ok_or_else(Error::precondition_failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_comes_back_as_its_version() {
        for version in [0, 1, i64::MAX] {
            let (_, tag) = etag(version);
            let headers = HeaderMap::from_iter([(header::IF_MATCH, tag)]);
            assert_eq!(if_match(&headers).unwrap(), Some(version));
        }
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        let given = |text: &'static str| {
            if_match(&HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(text))]))
        };
        assert_eq!(given(" * ").unwrap(), None);
        // A weak tag never matches here (RFC 9110, 13.1.1).
        for wrong in ["1", "\"x\"", "W/\"1\"", "\"\"", "\"1\", \"2\""] {
            assert_eq!(given(wrong).unwrap_err().code().status, 412, "{wrong}");
        }
    }
}
