use std::sync::Mutex;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode, Uri},
};
use testkit::clock::FakeClock;
use tokio::{io::AsyncReadExt as _, net::TcpListener};

use super::*;

const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

type Asked = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A server that answers `/status/N`, `/to?URL`, `/bytes/N`, `/silent`, and remembers what it was
/// asked.
struct Server {
    base: String,
    asked: Asked,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "a test's server lives as long as the test")]
    async fn start() -> Self {
        let asked = Asked::default();
        let router = Router::new().fallback(answer).with_state(asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, asked }
    }

    fn get(&self, path: &str) -> Get {
        Get {
            url: format!("{}{path}", self.base),
            bearer: Some(Hidden::from("hunter2".to_owned())),
            accept: "text/csv",
            known: Validators::default(),
            timeout: Duration::from_secs(60),
            max_bytes: 1_000,
        }
    }

    fn last(&self) -> (String, HeaderMap) {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }
}

async fn answer(State(asked): State<Asked>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    asked.lock().unwrap().push((uri.to_string(), headers.clone()));
    let answer = Response::builder();
    let path = uri.path().to_owned();
    let number = || path.rsplit('/').next().unwrap().parse::<usize>().unwrap();
    let answer = match path.split('/').nth(1).unwrap_or_default() {
        "to" => answer.status(302).header("location", uri.query().unwrap()).body(Body::empty()),
        "status" => answer
            .status(u16::try_from(number()).unwrap())
            .header("retry-after", "Thu, 01 Jan 2026 00:02:00 GMT")
            .body(Body::empty()),
        "bytes" => answer.body(Body::from("x".repeat(number()))),
        "silent" => answer.body(Body::from_stream(stream::pending::<io::Result<Vec<u8>>>())),
        "deaf" => std::future::pending().await,
        _ if headers.contains_key("if-none-match") => {
            answer.status(StatusCode::NOT_MODIFIED).body(Body::empty())
        }
        _ => answer
            .header("etag", "\"1\"")
            .header("last-modified", "Wed, 14 Jan 2026 00:00:00 GMT")
            .body(Body::from("a,b\n")),
    };
    answer.unwrap()
}

fn http(clock: &FakeClock) -> Http {
    Http::new(clock.shared())
}

async fn body(got: Got) -> Result<String, String> {
    let Got::Body { mut input, .. } = got else { panic!("there is no body") };
    let mut text = String::new();
    match input.read_to_string(&mut text).await {
        Ok(_) => Ok(text),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let (server, http) = (Server::start().await, http(&FakeClock::new(START)));
    let got = http.get(server.get("/list.csv")).await.unwrap();
    let Got::Body { validators, .. } = &got else { panic!("there is no body") };
    let known = validators.clone();
    assert_eq!(known.etag.as_deref(), Some("\"1\""));
    assert_eq!(body(got).await.unwrap(), "a,b\n");
    let got = http.get(Get { known, ..server.get("/list.csv") }).await.unwrap();
    assert!(matches!(got, Got::NotModified));
    let (_, headers) = server.last();
    assert_eq!(headers["authorization"], "Bearer hunter2");
    assert_eq!(headers["accept"], "text/csv");
    assert_eq!(headers["if-modified-since"], "Wed, 14 Jan 2026 00:00:00 GMT");
}

#[tokio::test]
async fn redirects_stay_within_bounds() {
    let (server, other) = (Server::start().await, Server::start().await);
    let http = http(&FakeClock::new(START));
    let got = http.get(server.get("/to?/list.csv")).await.unwrap();
    assert_eq!(body(got).await.unwrap(), "a,b\n");
    let (path, headers) = server.last();
    assert_eq!((path.as_str(), headers.contains_key("authorization")), ("/list.csv", true));
    let refused = [
        (format!("/to?{}/list.csv", other.base), "an address that is not public"),
        ("/to?http://169.254.169.254/latest".to_owned(), "an address that is not public"),
        ("/to?http://localhost:1/".to_owned(), "an address that is not public"),
        ("/to?http://a:b@example.org/".to_owned(), "no address that is followed"),
        ("/to?file:///etc/hosts".to_owned(), "no address that is followed"),
        ("/to?/to?/to?/to?/to?/to?/to?/list.csv".to_owned(), "more than 5 redirects"),
    ];
    for (path, expected) in refused {
        let error = http.get(server.get(&path)).await.err().unwrap();
        assert!(error.message.contains(expected), "{path}: {error}");
    }
    assert!(other.asked.lock().unwrap().is_empty(), "nobody else was asked");
    let home = parse("https://a.example/x").unwrap();
    let admitted = |url: &str| admit(&parse(url).unwrap(), &home).is_ok();
    assert!(admitted("https://b.example/x") && !admitted("http://b.example/x"));
}

#[tokio::test]
async fn answers_that_are_none() {
    let (server, http) = (Server::start().await, http(&FakeClock::new(START)));
    let error = http.get(server.get("/status/503")).await.err().unwrap();
    assert_eq!(error.message, "the answer was 503 Service Unavailable");
    assert_eq!(error.retry_after, Some(Duration::from_secs(120)));
    let nowhere = Get { url: "http://127.0.0.1:1/x?key=hunter2".to_owned(), ..server.get("/") };
    let error = http.get(nowhere).await.err().unwrap();
    assert!(!error.message.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn bodies_and_waiting_are_bounded() {
    let (server, clock) = (Server::start().await, FakeClock::new(START));
    let http = http(&clock);
    let whole = body(http.get(server.get("/bytes/1000")).await.unwrap()).await.unwrap();
    assert_eq!(whole.len(), 1_000);
    let error = body(http.get(server.get("/bytes/1001")).await.unwrap()).await.unwrap_err();
    assert_eq!(error, "it has more than 1000 bytes");
    let got = http.get(server.get("/silent")).await.unwrap();
    let (error, ()) = tokio::join!(body(got), async { clock.advance(Duration::from_secs(60)) });
    assert_eq!(error.unwrap_err(), "it did not end in time");
    let (got, ()) = tokio::join!(http.get(server.get("/deaf")), async {
        clock.until_sleepers(1).await;
        clock.advance(Duration::from_secs(60));
    });
    assert_eq!(got.err().unwrap().message, "no answer in time");
}

#[test]
fn links_to_the_next_page() {
    let base = "https://mls.example/odata/Property?$top=2";
    let next = |link: &str| same_origin(base, link).map_err(|error| error.message);
    assert_eq!(next("Property?$skip=2").unwrap(), "https://mls.example/odata/Property?$skip=2");
    assert!(next("https://mls.example/other").is_ok());
    for link in ["https://evil.example/", "http://mls.example/x", "//evil.example", "ftp://x"] {
        assert_eq!(next(link).unwrap_err(), "the next link leads to another host", "{link}");
    }
}
