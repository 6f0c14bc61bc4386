//! Sessions in a browser's cookie.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::{Method, header};
use serde_json::{Value, json};
use testkit::{Actor, Answer, Database, SocketProbe, TestApp};

use crate::world::{PASSWORD, add, login, on_both, register};

/// The address that tests ask for, and the origin of its own pages.
const HOST: &str = "app.example.org";
const ORIGIN: &str = "http://app.example.org";

/// A browser: one jar of cookies for all of its tabs.
#[derive(Clone)]
struct Browser {
    nobody: Actor,
    jar: Arc<Mutex<Option<String>>>,
}

/// A page in a browser, with the word that it has been given.
#[derive(Clone)]
struct Tab {
    browser: Browser,
    csrf: String,
}

impl Browser {
    fn new(app: &TestApp) -> Self {
        Self { nobody: app.anonymous(), jar: Arc::default() }
    }

    fn cookie(&self) -> Option<String> {
        self.jar.lock().expect("the jar").clone()
    }

    /// Sends what the jar holds, and keeps what comes.
    async fn send(&self, method: Method, path: &str, body: Value, more: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie();
        let answer = self.send_with(cookie.as_deref(), method, path, body, more).await;
        self.keep(&answer);
        answer
    }

    /// Sends this cookie and leaves the answer's in the air.
    async fn send_with(
        &self,
        cookie: Option<&str>,
        method: Method,
        path: &str,
        body: Value,
        more: &[(&str, &str)],
    ) -> Answer {
        let mut headers = vec![("host", HOST)];
        headers.extend(cookie.map(|pair| ("cookie", pair)));
        headers.extend(more);
        let body = (!body.is_null()).then(|| body.to_string());
        self.nobody.send(method, path, body, &headers).await
    }

    fn keep(&self, answer: &Answer) {
        if let Some(pair) = cookie_of(answer) {
            *self.jar.lock().expect("the jar") = (!pair.ends_with('=')).then_some(pair);
        }
    }

    async fn sign_in(&self, email: &str) -> Tab {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.send(Method::POST, "/api/v1/auth/session", body, &[]).await.expect(200);
        self.tab_of(&answer)
    }

    fn tab_of(&self, answer: &Answer) -> Tab {
        let csrf = answer.json["csrf_token"].as_str().expect("a word").to_owned();
        Tab { browser: self.clone(), csrf }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Value::Null, &[]).await
    }

    async fn socket(
        &self,
        app: &TestApp,
        path: &str,
        origin: Option<&str>,
    ) -> Result<SocketProbe, u16> {
        let cookie = self.cookie().unwrap_or_default();
        let mut headers = vec![("cookie", cookie.as_str()), ("host", HOST)];
        headers.extend(origin.map(|origin| ("origin", origin)));
        SocketProbe::try_open(app.address(), path, &headers).await
    }
}

impl Tab {
    async fn post(&self, path: &str, body: Value) -> Answer {
        let more = [("x-csrf-token", self.csrf.as_str()), ("origin", ORIGIN)];
        self.browser.send(Method::POST, path, body, &more).await
    }

    async fn sign_out(&self) -> Answer {
        let more = [("x-csrf-token", self.csrf.as_str()), ("origin", ORIGIN)];
        self.browser.send(Method::DELETE, "/api/v1/auth/session", Value::Null, &more).await
    }
}

/// The pair of `Set-Cookie`, without what is for the browser.
fn cookie_of(answer: &Answer) -> Option<String> {
    let line = answer.headers.get(header::SET_COOKIE)?.to_str().expect("text");
    line.split(';').next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_signing_up_to_signing_out() {
    on_both(async |app| {
        let browser = Browser::new(&app);
        browser.get("/api/v1/auth/session").await.expect_problem(401, "unauthorized");
        let body = json!({"email": "ann@example.org", "password": PASSWORD, "name": "Ann"});
        let path = "/api/v1/auth/session/register";
        let answer = browser.send(Method::POST, path, body.clone(), &[]).await.expect(201);
        let line = answer.headers[header::SET_COOKIE].to_str().unwrap();
        for part in ["openbell_session=obs_", "; HttpOnly", "; SameSite=Lax", "; Path=/;"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains("Secure") && !line.contains("__Host-"), "plain HTTP: {line}");
        let fields: Vec<_> = answer.json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["csrf_token", "user"], "no token that a script could lose");
        browser.send(Method::POST, path, body, &[]).await.expect_problem(409, "email_taken");

        let tab = browser.tab_of(&answer);
        let found = browser.get("/api/v1/auth/session").await.expect(200);
        assert_eq!(found.json, answer.json, "a page that starts anew learns the same");
        assert_eq!(browser.get("/api/v1/auth/me").await.expect(200).json, answer.json["user"]);
        let ticket = tab.post("/api/v1/ws-ticket", json!({})).await.expect(200);
        assert!(ticket.json["ticket"].as_str().unwrap().starts_with("obt_"));

        let before = browser.cookie();
        let answer = tab.sign_out().await.expect(204);
        assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(browser.cookie(), None);
        let get = async |cookie: Option<&str>, path: &str| {
            browser.send_with(cookie, Method::GET, path, Value::Null, &[]).await
        };
        get(before.as_deref(), "/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        // Twice is once, and without a session it takes the cookie away all the same.
        tab.sign_out().await.expect(204);

        // Signing in again ends what the browser had.
        browser.sign_in("ann@example.org").await;
        let first = browser.cookie();
        browser.sign_in("ann@example.org").await;
        get(first.as_deref(), "/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        browser.get("/api/v1/auth/me").await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_the_cookie_is_for_tls() {
    let mut home = testkit::Home::new(Database::Sqlite).await;
    home.set("OPENBELL_PUBLIC_URL", "https://app.example.org");
    let app = TestApp::start_in(Arc::new(home), vec![accounts::module()]).await;
    register(&app, "ann@example.org").await;
    let browser = Browser::new(&app);
    browser.sign_in("ann@example.org").await;
    let pair = browser.cookie().unwrap();
    let value = pair.strip_prefix("__Host-openbell_session=").expect("the safe name");
    browser.get("/api/v1/auth/me").await.expect(200);
    // Under the other name anybody on the way could have set it.
    let plain = format!("openbell_session={value}");
    let path = "/api/v1/auth/me";
    let answer = browser.send_with(Some(&plain), Method::GET, path, Value::Null, &[]).await;
    answer.expect_problem(401, "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_needs_the_word_and_our_origin() {
    let app = crate::world::house(Database::Sqlite).await;
    let admin = add(&app, "admin@example.org", &["admin"]).await;
    let browser = Browser::new(&app);
    let tab = browser.sign_in("admin@example.org").await;
    let (cookie, bearer) = (browser.cookie().unwrap(), admin.actor.token().unwrap());
    let bearer = format!("Bearer {bearer}");
    let other = Browser::new(&app).sign_in("admin@example.org").await.csrf;
    let mine = Some(tab.csrf.as_str());
    let (others, half) = (Some(other.as_str()), Some(&tab.csrf[1..]));
    let (ours, foreign) = (Some(ORIGIN), Some("https://evil.example"));
    let user = format!("/api/v1/users/{}", admin.id);
    let (ticket, list) = ("/api/v1/ws-ticket", "/api/v1/users");
    let missing = Some((403, "csrf_missing"));
    let not_ours = Some((403, "origin_not_allowed"));
    // Method, path, with the cookie, with a bearer token, word, origin, what is refused.
    type Case<'a> =
        (&'a str, &'a str, bool, bool, Option<&'a str>, Option<&'a str>, Option<(u16, &'a str)>);
    let cases: [Case<'_>; 20] = [
        ("GET", list, true, false, None, None, None),
        ("GET", list, true, false, None, foreign, None),
        ("HEAD", list, true, false, None, None, None),
        ("POST", ticket, true, false, mine, None, None),
        ("POST", ticket, true, false, mine, ours, None),
        ("POST", ticket, true, false, None, None, missing),
        ("POST", ticket, true, false, None, ours, missing),
        ("POST", ticket, true, false, Some(""), ours, missing),
        ("POST", ticket, true, false, others, ours, missing),
        ("POST", ticket, true, false, half, ours, missing),
        ("POST", ticket, true, false, mine, foreign, not_ours),
        ("POST", ticket, true, false, mine, Some("null"), not_ours),
        ("PATCH", &user, true, false, None, ours, missing),
        ("PATCH", &user, true, false, mine, ours, None),
        ("DELETE", "/api/v1/auth/session", true, false, None, ours, missing),
        // The token wins, and no browser sends it unasked.
        ("POST", ticket, true, true, None, foreign, None),
        ("PATCH", &user, true, true, None, None, None),
        ("POST", ticket, false, true, None, foreign, None),
        ("POST", ticket, false, false, mine, ours, Some((401, "unauthorized"))),
        ("PATCH", &user, false, false, None, None, Some((401, "unauthorized"))),
    ];
    for (method, path, by_cookie, by_token, word, origin, refused) in cases {
        let cookie = by_cookie.then_some(cookie.as_str());
        let mut more: Vec<(&str, &str)> = Vec::new();
        more.extend(by_token.then_some(("authorization", bearer.as_str())));
        more.extend(word.map(|word| ("x-csrf-token", word)));
        more.extend(origin.map(|origin| ("origin", origin)));
        let body = if method == "PATCH" { json!({}) } else { Value::Null };
        let what = format!("{method} {path} {by_cookie} {by_token} {word:?} {origin:?}");
        let answer = browser.send_with(cookie, method.parse().unwrap(), path, body, &more).await;
        let found =
            refused.map_or((200, &Value::Null), |(status, _)| (status, &answer.json["code"]));
        assert_eq!(answer.status.as_u16(), found.0, "{what}: {}", answer.text);
        if let Some((_, code)) = refused {
            assert_eq!(answer.json["code"], code, "{what}");
        }
    }
    // A bad token is refused, although there is a good cookie.
    let more = [("authorization", "Bearer x")];
    let answer = browser.send(Method::GET, list, Value::Null, &more).await;
    answer.expect_problem(401, "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_signs_nobody_in() {
    let app = crate::world::house(Database::Sqlite).await;
    register(&app, "ann@example.org").await;
    let browser = Browser::new(&app);
    let body = json!({"email": "ann@example.org", "password": PASSWORD});
    let sign_in = async |origin: &str| {
        let more = [("origin", origin)];
        browser.send(Method::POST, "/api/v1/auth/session", body.clone(), &more).await
    };
    let answer = sign_in("https://evil.example").await;
    answer.expect_problem(403, "origin_not_allowed");
    assert_eq!(browser.cookie(), None);
    sign_in(ORIGIN).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_ask_at_once_stay_signed_in() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        let browser = Browser::new(&app);
        let tab = browser.sign_in("ann@example.org").await;
        let first = browser.cookie().unwrap();
        let me = "/api/v1/auth/me";
        let ask = async |cookie: &str| {
            browser.send_with(Some(cookie), Method::GET, me, Value::Null, &[]).await
        };
        assert_eq!(cookie_of(&ask(&first).await.expect(200)), None, "too early for another one");

        app.advance(Duration::from_secs(15 * 60)).await;
        // Two tabs at the same moment get the same cookie; whichever answer comes last is right.
        let (a, b) = tokio::join!(ask(&first), ask(&first));
        let second = cookie_of(&a.expect(200)).expect("the next cookie");
        assert_eq!(cookie_of(&b.expect(200)).as_ref(), Some(&second));
        assert_ne!(second, first);
        // Both answers were lost: nothing is.
        app.advance(Duration::from_secs(3 * 24 * 3600)).await;
        assert_eq!(cookie_of(&ask(&first).await.expect(200)).as_ref(), Some(&second));

        // Both tabs bring it at once, and a request with the one before is still on its way.
        let (a, b, late) = tokio::join!(ask(&second), ask(&second), ask(&first));
        for answer in [a, b, late] {
            answer.expect(200);
        }
        app.advance(Duration::from_secs(59)).await;
        ask(&first).await.expect(200);
        assert_eq!(cookie_of(&ask(&second).await.expect(200)), None);
        // The word stays the session's: no page has to ask again.
        *browser.jar.lock().unwrap() = Some(second.clone());
        tab.post("/api/v1/ws-ticket", json!({})).await.expect(200);

        // Later it was stolen, by one of the two: the session ends for both.
        app.advance(Duration::from_secs(2)).await;
        ask(&first).await.expect_problem(401, "unauthorized");
        ask(&second).await.expect_problem(401, "unauthorized");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_as_long_as_it_is_used() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        let browser = Browser::new(&app);
        browser.sign_in("ann@example.org").await;
        let mut socket = browser.socket(&app, "/ws", Some(ORIGIN)).await.expect("a socket");
        socket.expect("subscribed").await;
        let day = Duration::from_secs(24 * 3600);
        for _ in 0..3 {
            app.advance(29 * day).await;
            // The first answer brings the next cookie, the second request brings it back.
            browser.get("/api/v1/auth/me").await.expect(200);
            browser.get("/api/v1/auth/me").await.expect(200);
            // The socket cannot, and lives on with it.
            let frames = socket.so_far().await;
            assert!(frames.iter().all(|frame| frame.kind() != "auth_expiring"), "{frames:?}");
        }
        app.advance(30 * day).await;
        browser.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        assert_eq!(socket.closed().await, Some(4204));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_ends_its_cookie_at_once() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let ann = register(&app, "ann@example.org").await;
        let user = format!("/api/v1/users/{}", ann.id);
        let browser = Browser::new(&app);
        let list = "/api/v1/users";

        browser.sign_in("ann@example.org").await;
        browser.get(list).await.expect_problem(403, "forbidden");
        // Roles count from the moment they are given: no token has to run out first.
        admin.actor.patch(&user, json!({"roles": ["admin"]})).await.expect(200);
        browser.get(list).await.expect(200);
        admin.actor.patch(&user, json!({"roles": ["user"]})).await.expect(200);
        browser.get(list).await.expect_problem(403, "forbidden");

        let args = json!({"email": "ann@example.org"});
        app.command("user.password", args, format!("{PASSWORD}\n")).await.expect("changed");
        browser.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");

        browser.sign_in("ann@example.org").await;
        admin.actor.patch(&user, json!({"active": false})).await.expect(200);
        browser.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        admin.actor.patch(&user, json!({"active": true})).await.expect(200);
        browser.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");

        // A session of tokens has no cookie, whatever somebody signs.
        let tokens = login(&app, "ann@example.org").await;
        let claims = app.ctx().tokens().verify(tokens.actor.token().unwrap(), app.ctx().now());
        let claims = claims.expect("a good token");
        let claims = kit::CookieClaims { session: claims.session, user: claims.user, number: 0 };
        let value = app.ctx().session_cookies().issue(&claims);
        let pair = format!("openbell_session={value}");
        let path = "/api/v1/auth/me";
        let answer = browser.send_with(Some(&pair), Method::GET, path, Value::Null, &[]).await;
        answer.expect_problem(401, "unauthorized");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_pages_open_sockets_by_cookie() {
    let mut home = testkit::Home::new(Database::Sqlite).await;
    home.set("OPENBELL_PUBLIC_URL", "http://public.example.org");
    home.set("OPENBELL_ALLOWED_ORIGINS", "http://listed.example.org");
    let app = TestApp::start_in(Arc::new(home), vec![accounts::module()]).await;
    let ann = register(&app, "ann@example.org").await;
    let browser = Browser::new(&app);
    browser.sign_in("ann@example.org").await;
    let user = Some(ann.id.as_str());
    // Origin; whose socket it becomes, or the status of the refusal.
    let cases = [
        (Some(ORIGIN), Ok(user)),
        (Some("http://public.example.org"), Ok(user)),
        (Some("http://listed.example.org"), Ok(user)),
        (Some("https://app.example.org"), Err(403)),
        (Some("http://app.example.org:81"), Err(403)),
        (Some("http://app.example.org.evil.example"), Err(403)),
        (Some("https://evil.example"), Err(403)),
        (Some("null"), Err(403)),
        // No page: the cookie does not count.
        (None, Ok(None)),
    ];
    for (origin, expected) in cases {
        let found = match browser.socket(&app, "/ws", origin).await {
            Ok(mut socket) => {
                let greeting = socket.expect("connection_established").await;
                Ok(greeting["user_id"].as_str().map(str::to_owned))
            }
            Err(status) => Err(status),
        };
        assert_eq!(found.as_ref().map(Option::as_deref).map_err(|e| *e), expected, "{origin:?}");
    }
    // With a token, or without anything that a browser would send unasked, any page may.
    let token = format!("Bearer {}", ann.actor.token().unwrap());
    let (cookie, evil) = (browser.cookie().unwrap(), ("origin", "https://evil.example"));
    let by_token = [("cookie", cookie.as_str()), ("authorization", token.as_str()), evil];
    for headers in [&by_token[..], &[evil]] {
        assert!(SocketProbe::try_open(app.address(), "/ws", headers).await.is_ok());
    }
    let answer = browser.send(Method::GET, "/ws", Value::Null, &[("origin", ORIGIN)]).await;
    answer.expect_problem(426, "upgrade_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_in_one_tab_closes_the_sockets_of_the_others() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        let browser = Browser::new(&app);
        let tab = browser.sign_in("ann@example.org").await;
        let mut socket = browser.socket(&app, "/ws", Some(ORIGIN)).await.expect("a socket");
        socket.expect("subscribed").await;
        // It outlives what a token would: it lives as long as the session.
        app.advance(Duration::from_secs(3600)).await;
        assert!(socket.so_far().await.iter().all(|frame| frame.kind() != "auth_expiring"));
        let before = browser.cookie();
        tab.sign_out().await.expect(204);
        socket.expect("access_changed").await;
        assert_eq!(socket.closed().await, Some(4204));
        // And with the cookie from before none opens any more.
        *browser.jar.lock().unwrap() = before;
        let mut socket = browser.socket(&app, "/ws", Some(ORIGIN)).await.expect("a handshake");
        assert_eq!(socket.closed().await, Some(4001));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_no_token() {
    let app = crate::world::house(Database::Sqlite).await;
    register(&app, "ann@example.org").await;
    let browser = Browser::new(&app);
    browser.sign_in("ann@example.org").await;
    let pair = browser.cookie().unwrap();
    let value = pair.split_once('=').unwrap().1;
    let bearer = format!("Bearer {value}");
    let headers = [("authorization", bearer.as_str())];
    let answer = browser.nobody.send(Method::GET, "/api/v1/auth/me", None, &headers).await;
    answer.expect_problem(401, "unauthorized");
    let socket = SocketProbe::try_open(app.address(), "/ws", &headers).await;
    assert_eq!(socket.expect("101").closed().await, Some(4001));
}
