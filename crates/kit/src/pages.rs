//! What is no route: the pages of the web app, where a module has some.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{Method, request},
    response::{IntoResponse, Response},
};

use crate::Error;

/// Answers a GET or HEAD that is no route's, if it has something for it.
pub(crate) type Pages = Arc<dyn Fn(&request::Parts) -> Option<Response> + Send + Sync>;

/// What programs ask for. They are told that it is not there, never shown a page.
const OF_PROGRAMS: [&str; 4] = ["api", "health", "metrics", "ws"];

/// The answer to a request that is no route's.
pub(crate) fn elsewhere(pages: Option<&Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let first = parts.uri.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    let is_page =
        matches!(parts.method, Method::GET | Method::HEAD) && !OF_PROGRAMS.contains(&first);
    let found = pages.filter(|_| is_page).and_then(|pages| pages(&parts));
    found.unwrap_or_else(|| Error::not_found().into_response())
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::StatusCode};

    use super::*;

    #[test]
    fn pages_are_for_people() {
        let pages: Pages =
            Arc::new(|parts| (parts.uri.path() != "/gone").then(|| StatusCode::OK.into_response()));
        let ask = |pages: Option<&Pages>, method: Method, path: &str| {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            elsewhere(pages, request).status().as_u16()
        };
        for (method, path, status) in [
            (Method::GET, "/", 200),
            (Method::HEAD, "/properties/1", 200),
            (Method::GET, "/apiary", 200),
            (Method::GET, "/gone", 404),
            (Method::POST, "/properties/1", 404),
            (Method::GET, "/api", 404),
            (Method::GET, "/api/v1/nothing", 404),
            (Method::GET, "/health/nothing", 404),
            (Method::GET, "//ws", 404),
        ] {
            assert_eq!(ask(Some(&pages), method.clone(), path), status, "{method} {path}");
        }
        assert_eq!(ask(None, Method::GET, "/"), 404);
    }
}
