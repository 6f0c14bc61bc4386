//! Somebody else's server: what it was asked, and what it answers.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode, Uri, header},
};
use futures_util::{StreamExt as _, stream};
use tokio::{net::TcpListener, sync::Notify};

/// What it answers to a path.
#[derive(Clone)]
pub(crate) enum Page {
    /// A text, with an entity tag under which it need not be sent again.
    Text(String, &'static str),
    /// Nothing but a status, and how many seconds to leave it alone.
    Status(u16, &'static str),
    /// The beginning of a text; the end of the connection when it is told to go on.
    Broken(String),
    /// The beginning of a text; the rest when it is told to go on.
    Held(String, String),
}

#[derive(Default)]
struct Inner {
    pages: Mutex<HashMap<String, Page>>,
    asked: Mutex<Vec<(String, HeaderMap)>>,
    go_on: Notify,
}

pub(crate) struct Site {
    pub(crate) base: String,
    inner: Arc<Inner>,
}

impl Site {
    #[expect(clippy::disallowed_methods, reason = "a test's server lives as long as the test")]
    pub(crate) async fn start() -> Self {
        let inner = Arc::<Inner>::default();
        let router = Router::new().fallback(answer).with_state(inner.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, inner }
    }

    pub(crate) fn show(&self, path: &str, page: Page) {
        self.inner.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// What it was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<(String, HeaderMap)> {
        std::mem::take(&mut *self.inner.asked.lock().unwrap())
    }

    /// Goes on with one page that is held, or cuts it.
    pub(crate) fn go_on(&self) {
        self.inner.go_on.notify_one();
    }
}

async fn answer(State(inner): State<Arc<Inner>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let path = uri.to_string();
    let page = inner.pages.lock().unwrap().get(&path).cloned();
    inner.asked.lock().unwrap().push((path, headers.clone()));
    let answer = Response::builder();
    let text = |text: String| Ok::<_, io::Error>(text.into_bytes());
    let answer = match page {
        None => answer.status(StatusCode::NOT_FOUND).body(Body::empty()),
        Some(Page::Text(_, tag))
            if headers.get(header::IF_NONE_MATCH).is_some_and(|h| h == tag) =>
        {
            answer.status(StatusCode::NOT_MODIFIED).body(Body::empty())
        }
        Some(Page::Text(text, tag)) => answer.header(header::ETAG, tag).body(text.into()),
        Some(Page::Status(status, after)) => {
            answer.status(status).header(header::RETRY_AFTER, after).body(Body::empty())
        }
        Some(Page::Broken(begins)) => {
            let begins = stream::once(async move { text(begins) });
            let cut = stream::once(async move {
                inner.go_on.notified().await;
                Err(io::Error::other("the cable was cut"))
            });
            let body = Body::from_stream(begins.chain(cut));
            answer.header(header::ETAG, "\"b\"").body(body)
        }
        Some(Page::Held(begins, rest)) => {
            let begins = stream::once(async move { text(begins) });
            let rest = stream::once(async move {
                inner.go_on.notified().await;
                text(rest)
            });
            answer.body(Body::from_stream(begins.chain(rest)))
        }
    };
    answer.unwrap()
}
