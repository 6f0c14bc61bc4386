//! Every route, with requests that fit, nearly fit, and do not.

use std::{collections::BTreeMap, time::Duration};

use axum::http::Method;
use serde_json::Value;
use testkit::{Actor, Answer};

use super::{House, Operation, encoded, strangers::seen_by, values::Maker};

const SEED: u64 = 0x0b_e1;
/// How often each route is tried.
const ROUNDS: usize = 30;
/// The longest address that is tried; a server may refuse longer ones before it reads them.
const MAX_ADDRESS: usize = 6_000;
/// The longest word of a path, in characters.
const MAX_WORD: usize = 300;
/// These any route may answer without saying so: it could not be read, is too large, is sent in a
/// form that is not taken, names what is not there, came too fast.
const ALWAYS: [u16; 7] = [400, 401, 404, 413, 415, 422, 429];

/// A request, told when it was answered wrongly.
#[derive(Debug)]
struct Request {
    method: Method,
    address: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// How the answers of one route were.
#[derive(Default)]
struct Seen {
    fine: usize,
    too_fast: usize,
    /// Why a fitting request was refused, the last time.
    refused: String,
}

pub(super) async fn trial(house: &House) {
    house.furnish().await;
    let _open = house.ann.socket("/ws").await;
    let mut maker = Maker::new(SEED);
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let mut operations = house.operations();
    // What is removed is nothing to try the other routes on.
    operations.sort_by_key(|operation| operation.method == "DELETE");
    assert!(operations.len() > 30, "the document names the routes");
    // What is there, so that the first requests can already be about it.
    for actor in [&house.olga, &house.ann, &house.admin] {
        seen_by(&operations, actor, &mut maker).await;
    }
    for round in 0..ROUNDS {
        for operation in &operations {
            // Some rounds try what fits, so that there is something to find for the others.
            let fits = round % 3 == 0;
            let actor = somebody(house, &mut maker, fits.then_some(round / 3));
            let request = request(house, operation, &mut maker, fits);
            let answer = send(&actor, &request).await;
            check(house, operation, &request, &answer);
            if answer.status.is_success() {
                maker.learn(&operation.path, &answer.json);
            }
            let seen = seen.entry(format!("{} {}", operation.method, operation.path)).or_default();
            seen.fine += usize::from(answer.status.is_success());
            // Who may not do it at all tells nothing of the request.
            if fits && !answer.status.is_success() && answer.status.as_u16() != 403 {
                seen.refused = answer.text;
            }
            seen.too_fast += usize::from(answer.status.as_u16() == 429);
            // Nobody's sign-in ends before the last round.
            house.app.clock().advance(Duration::from_millis(100));
        }
    }
    let too_fast: usize = seen.values().map(|seen| seen.too_fast).sum();
    let tried = operations.len() * ROUNDS;
    assert!(too_fast * 10 < tried, "{too_fast} of {tried} came too fast to be looked at");
    // A trial that is refused at every door has tried nothing. Some doors want a secret, or two
    // things that belong together.
    let shut = seen.iter().filter(|(_, seen)| seen.fine == 0);
    let shut: Vec<_> = shut.map(|(name, seen)| (name, &seen.refused)).collect();
    assert!(
        shut.len() * 4 < operations.len(),
        "nothing ever came through at {} of {}: {shut:#?}",
        shut.len(),
        operations.len()
    );
}

/// In the rounds of what fits everybody has a turn, else it is anybody.
fn somebody(house: &House, maker: &mut Maker, turn: Option<usize>) -> Actor {
    // The administrator first: nobody answers for the open socket, so it is soon closed.
    let known = [&house.admin, &house.olga, &house.ann, &house.bob];
    match turn {
        Some(turn) => known[turn % known.len()].clone(),
        None if maker.percent(10) => house.app.anonymous(),
        None => known[maker.below(known.len())].clone(),
    }
}

fn request(house: &House, operation: &Operation, maker: &mut Maker, fits: bool) -> Request {
    let path = operation.address(|_| match maker.below(8) {
        // Without a word it would be another route.
        0 if !fits => format!(" {}", maker.odd_text()).chars().take(MAX_WORD).collect(),
        _ => maker.id_at(&operation.path),
    });
    let mut address = format!("{path}?");
    let mut ask = |name: &str, value: &str| {
        let (name, value) = (encoded(name), encoded(value));
        if address.len() + name.len() + value.len() < MAX_ADDRESS {
            address.push_str(&format!("{name}={value}&"));
        }
    };
    for parameter in operation.parameters("query") {
        if parameter["required"] == true || maker.percent(40) {
            let name = parameter["name"].as_str().expect("a name");
            ask(name, &word(house, parameter, maker, fits));
        }
    }
    if !fits && maker.percent(10) {
        ask(&maker.odd_text(), &maker.odd_text());
        address.push_str("limit=1&limit=2&%FF=%FF&&=");
    }
    let (mut headers, body) = match operation.body() {
        Some((form, schema)) => body(house, form, schema, maker, fits),
        None => (Vec::new(), Vec::new()),
    };
    for parameter in operation.parameters("header") {
        if !fits && maker.percent(30) {
            let name = parameter["name"].as_str().expect("a name").to_owned();
            headers.push((name, maker.one_of(&["\"1\"", "\"2\"", "*", "W/\"1\"", "1", ""]).into()));
        }
    }
    if !fits && maker.percent(10) {
        let key = maker.one_of(&["one", "two", "", "a key that is somewhat longer than others"]);
        headers.push(("idempotency-key".to_owned(), key.to_owned()));
    }
    let method = operation.method.parse().expect("a method");
    Request { method, address, headers, body }
}

/// A value of the query.
fn word(house: &House, parameter: &Value, maker: &mut Maker, fits: bool) -> String {
    if !fits && maker.percent(40) {
        return maker.odd_text();
    }
    // In an object, so that fields with a well-known name get what is usual for it.
    let name = parameter["name"].as_str().expect("a name");
    let schema = serde_json::json!({
        "type": "object", "required": [name], "properties": { name: parameter["schema"] },
    });
    match &maker.fitting(&house.schemas, &schema)[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn body(
    house: &House,
    form: &str,
    schema: &Value,
    maker: &mut Maker,
    fits: bool,
) -> (Vec<(String, String)>, Vec<u8>) {
    let mut form = form.to_owned();
    let value = match fits {
        true => maker.fitting(&house.schemas, schema),
        false => maker.odd(&house.schemas, schema),
    };
    let mut bytes = match (&value, form.contains("json")) {
        (Value::String(text), false) => text.clone().into_bytes(),
        (value, _) => value.to_string().into_bytes(),
    };
    if !fits {
        match maker.below(16) {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.extend_from_slice(b"\xff\xfe{"),
            2 => bytes = b"[".repeat(20_000),
            3 => form = maker.one_of(&["text/plain", "application/xml", "", "json"]).to_owned(),
            4 => bytes = vec![b' '; 2 * 1024 * 1024],
            5 => bytes.clear(),
            _ => {}
        }
    }
    (vec![("content-type".to_owned(), form)], bytes)
}

async fn send(actor: &Actor, request: &Request) -> Answer {
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers: Vec<_> = headers.collect();
    let (method, body) = (request.method.clone(), request.body.clone());
    actor.send_bytes(method, &request.address, body, &headers).await
}

/// The answer is one that the document knows.
fn check(house: &House, operation: &Operation, request: &Request, answer: &Answer) {
    let status = answer.status.as_u16();
    let told = || {
        let body = String::from_utf8_lossy(&request.body[..request.body.len().min(2_000)]);
        format!(
            "{} {} {:?} {body}\nanswered {status}: {}",
            request.method, request.address, request.headers, answer.text
        )
    };
    assert!(status < 500, "a fault of the server: {}", told());
    let described = &operation.about["responses"][status.to_string()];
    assert!(described.is_object() || ALWAYS.contains(&status), "not described: {}", told());
    let form = answer.headers.get("content-type").map(|form| form.to_str().unwrap_or_default());
    if status >= 400 {
        assert_eq!(form, Some("application/problem+json"), "{}", told());
        let code = answer.json["code"].as_str().unwrap_or_default();
        let known = house.asyncapi["x-error-codes"][code].is_object();
        assert!(known, "the code is in no list: {}", told());
        return;
    }
    let form = form.and_then(|form| form.split(';').next()).unwrap_or_default();
    match described["content"].as_object() {
        None => assert_eq!(answer.text, "", "no body is described: {}", told()),
        Some(forms) => {
            let described = forms.get(form);
            assert!(described.is_some(), "{form} is not described: {}", told());
            let schema = described.map(|form| &form["schema"]).filter(|_| form.contains("json"));
            if let Some(schema) = schema
                && let Err(wrong) = house.schemas.check_value(schema, &answer.json)
            {
                panic!("not as described, {wrong}: {}", told());
            }
        }
    }
}
