//! The web app in the binary.
//!
//! `make web` builds it into `assets/`, from where it is compiled into a release; a debug build
//! reads it at each request. Files have their compressed forms beside them, `.br` and `.gz`. A
//! build without the app serves the API all the same, and a page that says how to get it.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header, request},
    response::{IntoResponse, Response},
};
use kit::Module;
use rust_embed::RustEmbed;

/// Files under it have names that change with their content.
const HASHED: &str = "assets/";
const KEPT_FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Forms of a file in the order of their size: suffix, and name in `Accept-Encoding`.
const FORMS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];
/// What serves the app's pages in the browser while the server is away.
const WORKER: &str = "sw.js";
/// A worker keeps to the policy of its own script. It fetches the app's files and does no more.
const OF_THE_WORKER: HeaderValue =
    HeaderValue::from_static("default-src 'none'; connect-src 'self'");
const NO_APP: &str = include_str!("web/no_app.html");

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// A file of the app.
struct File {
    bytes: Cow<'static, [u8]>,
    sha256: [u8; 32],
    mime: String,
}

pub(crate) fn module() -> Module {
    Module::new("web").pages(|parts| answer(embedded, parts))
}

fn embedded(path: &str) -> Option<File> {
    let file = Assets::get(path)?;
    let (sha256, mime) = (file.metadata.sha256_hash(), file.metadata.mimetype().to_owned());
    Some(File { bytes: file.data, sha256, mime })
}

/// A file; else, for whoever asks for a page, the app: its router knows which pages there are.
fn answer(files: impl Fn(&str) -> Option<File>, parts: &request::Parts) -> Option<Response> {
    let path = parts.uri.path().trim_start_matches('/');
    let is_served = !path.split('/').any(|name| name.starts_with('.'))
        && !FORMS.iter().any(|(suffix, _)| path.ends_with(suffix));
    if is_served && let Some(response) = file(&files, path, &parts.headers) {
        return Some(response);
    }
    let is_page = !path.starts_with(HASHED) && accepts_pages(&parts.headers);
    if !is_page {
        return None;
    }
    let app = file(&files, "index.html", &parts.headers);
    Some(app.unwrap_or_else(|| axum::response::Html(NO_APP).into_response()))
}

fn file(
    files: &impl Fn(&str) -> Option<File>,
    path: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    let whole = files(path)?;
    let mime = whole.mime.clone();
    let mut forms = FORMS.iter().filter(|(_, name)| accepts_coding(headers, name));
    let form = forms.find_map(|(suffix, name)| Some((files(&format!("{path}{suffix}"))?, *name)));
    let (found, coding) = form.map_or((whole, None), |(found, name)| (found, Some(name)));
    let mut response = Response::new(Body::empty());
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, HeaderValue::try_from(with_charset(mime)).ok()?);
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let kept = if path.starts_with(HASHED) { KEPT_FOR_EVER } else { ASKED_AGAIN };
    told.insert(header::CACHE_CONTROL, kept);
    let tag = tag_of(&found.sha256);
    let is_known = names(headers, &tag);
    told.insert(header::ETAG, HeaderValue::try_from(tag).ok()?);
    if path == WORKER {
        told.insert(header::CONTENT_SECURITY_POLICY, OF_THE_WORKER);
    }
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Some(response);
    }
    if let Some(coding) = coding {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    *response.body_mut() = Body::from(found.bytes.into_owned());
    Some(response)
}

fn with_charset(mime: String) -> String {
    if mime.starts_with("text/") { mime + "; charset=utf-8" } else { mime }
}

fn tag_of(sha256: &[u8; 32]) -> String {
    let hex: String = sha256[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// The items of a header that is a list.
fn items(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether `If-None-Match` has it.
fn names(headers: &HeaderMap, tag: &str) -> bool {
    items(headers, header::IF_NONE_MATCH)
        .any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
}

/// An item of a list with weights: its name when its weight is not nought.
fn wanted(item: &str) -> Option<&str> {
    let mut words = item.split(';').map(str::trim);
    let name = words.next()?;
    let weight = words.find_map(|word| word.strip_prefix("q="));
    let is_refused = weight.is_some_and(|weight| weight.parse().is_ok_and(|q: f32| q <= 0.0));
    (!is_refused).then_some(name)
}

fn accepts_coding(headers: &HeaderMap, name: &str) -> bool {
    items(headers, header::ACCEPT_ENCODING)
        .filter_map(wanted)
        .any(|item| item.eq_ignore_ascii_case(name))
}

fn accepts_pages(headers: &HeaderMap) -> bool {
    items(headers, header::ACCEPT).filter_map(wanted).any(|item| item == "text/html")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    /// An app of five files.
    fn files(path: &str) -> Option<File> {
        let (text, mime) = match path {
            "index.html" => ("<app>", "text/html"),
            "assets/a-1.js" => ("plain", "text/javascript"),
            "assets/a-1.js.br" => ("small", "application/octet-stream"),
            "assets/a-1.js.gz" => ("middle", "application/gzip"),
            "sw.js" => ("worker", "text/javascript"),
            ".gitignore" => ("*", "text/plain"),
            _ => return None,
        };
        let mut sha256 = [0; 32];
        sha256[..text.len()].copy_from_slice(text.as_bytes());
        Some(File { bytes: Cow::Borrowed(text.as_bytes()), sha256, mime: mime.to_owned() })
    }

    fn ask(path: &str, headers: &[(&str, &str)]) -> Option<Response> {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(files, &request.body(()).unwrap().into_parts().0)
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");

    #[tokio::test]
    async fn whoever_asks_for_a_page_gets_the_app() {
        for path in ["/", "/properties/1", "/index.html", "/.gitignore", "/assets"] {
            let response = ask(path, &[PAGE]).unwrap();
            assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{path}");
            assert_eq!(response.headers()["cache-control"], "no-cache", "{path}");
            assert_eq!(text(response).await, "<app>", "{path}");
        }
        for path in ["/assets/gone.js", "/assets/"] {
            assert!(ask(path, &[PAGE]).is_none(), "{path}");
        }
        for accept in ["application/json", "*/*", "text/html;q=0"] {
            assert!(ask("/properties/1", &[("accept", accept)]).is_none(), "{accept}");
        }
        assert!(ask("/.gitignore", &[]).is_none());
    }

    #[tokio::test]
    async fn files_come_in_the_smallest_form() {
        for (accept, coding, expected) in [
            ("", None, "plain"),
            ("gzip, deflate, br", Some("br"), "small"),
            ("gzip, br;q=0", Some("gzip"), "middle"),
            ("identity", None, "plain"),
        ] {
            let response = ask("/assets/a-1.js", &[("accept-encoding", accept)]).unwrap();
            let told = response.headers();
            assert_eq!(told["content-type"], "text/javascript; charset=utf-8");
            assert_eq!(told["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(told["vary"], "accept-encoding");
            assert_eq!(told.get("content-encoding").map(|v| v.to_str().unwrap()), coding);
            assert_eq!(text(response).await, expected, "{accept}");
        }
        assert!(ask("/assets/a-1.js.br", &[]).is_none());
    }

    /// The policy of what is no page forbids everything, and a worker keeps to its own script's.
    #[test]
    fn the_worker_may_fetch_and_no_other_file_says_so() {
        let policy =
            |path| ask(path, &[]).unwrap().headers().get("content-security-policy").cloned();
        assert_eq!(policy("/sw.js").unwrap(), "default-src 'none'; connect-src 'self'");
        assert_eq!(policy("/assets/a-1.js"), None);
        assert_eq!(ask("/sw.js", &[]).unwrap().headers()["cache-control"], "no-cache");
    }

    #[tokio::test]
    async fn what_is_known_is_not_sent_again() {
        let first = ask("/", &[PAGE]).unwrap();
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        for given in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = ask("/", &[PAGE, ("if-none-match", &given)]).unwrap();
            assert_eq!(again.status(), 304, "{given}");
            assert_eq!(again.headers()["etag"], *tag);
            assert_eq!(text(again).await, "");
        }
        let other = ask("/", &[PAGE, ("if-none-match", "\"x\"")]).unwrap();
        assert_eq!(other.status(), 200);
        let small = ask("/assets/a-1.js", &[("accept-encoding", "br")]).unwrap();
        let plain = ask("/assets/a-1.js", &[]).unwrap();
        assert_ne!(small.headers()["etag"], plain.headers()["etag"]);
    }

    #[tokio::test]
    async fn without_the_app_a_page_says_how_to_get_it() {
        let request = Request::builder().uri("/properties").header(PAGE.0, PAGE.1);
        let parts = request.body(()).unwrap().into_parts().0;
        let response = answer(|_| None, &parts).unwrap();
        assert!(text(response).await.contains("make web"));
    }
}
