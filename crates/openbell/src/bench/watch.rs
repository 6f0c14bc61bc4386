//! The foreclosure watch: an import while many alerts are on, and a change on its way to all who
//! watch one property.
//!
//! The house is the real one but for accounts: whoever has a token is somebody. It runs in this
//! process, and the sockets share one of its threads.

use std::{
    cell::{Cell, RefCell},
    fmt::Write as _,
    future::pending,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, header},
};
use clap::Args;
use domain::{Role, Roles, Scope, TenantId};
use futures_util::{StreamExt, stream, stream::FuturesUnordered};
use kit::{Ctx, Module};
use serde_json::{Value, json};
use store::Tx;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt as _;

use super::{
    crowd::{PATIENCE, connect, until, within},
    house::command,
    pause,
    table::{Table, percentile},
    unix_micros,
};
use crate::{cli::Failure, serve::Running};

/// The reaction that tells people.
const REACTION: &str = "foreclosures.notices";
/// How many alerts one person has.
const ALERTS_EACH: u16 = 50;
/// Requests at once.
const AT_ONCE: usize = 32;
/// Between two changes that are followed on their way: one at a time, with what they set off, and
/// as fast as they go.
const BETWEEN: [(&str, Duration); 2] =
    [("a change at a time", Duration::from_millis(250)), ("changes at once", Duration::ZERO)];
/// The largest answer that is read.
const MAX_ANSWER: usize = 1 << 20;
const STATES: [&str; 10] = ["FL", "GA", "TX", "CA", "NY", "OH", "IL", "PA", "AZ", "NC"];
const CITIES: [&str; 5] = ["Orlando", "Tampa", "Miami", "Jacksonville", "Tallahassee"];

#[derive(Args)]
pub(crate) struct Options {
    /// How many alerts are on while rows are imported
    #[arg(long, default_value_t = 10_000,
        value_parser = clap::value_parser!(u16).range(0..=20_000))]
    alerts: u16,
    /// How many rows are imported
    #[arg(long, default_value_t = 20_000,
        value_parser = clap::value_parser!(u32).range(100..=100_000))]
    rows: u32,
    /// How many watch one property, each over a socket
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(1..=5_000))]
    watchers: u16,
    /// How many changes of it are followed on their way
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    writes: u16,
    /// How often it is done; the medians are printed
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    rounds: u16,
}

pub(super) async fn measure(options: &Options) -> Result<Table, Failure> {
    let title = format!(
        "{} rows imported while alerts are on; a change of a property that {} watch",
        options.rows, options.watchers
    );
    let mut table = Table::new(title);
    for _ in 0..options.rounds {
        for alerts in [0, options.alerts] {
            import(options, alerts, &mut table).await?;
        }
        for (name, between) in BETWEEN {
            follow(options, (name, between), &mut table).await?;
        }
    }
    Ok(table)
}

/// A running house with somebody in it.
struct House {
    running: Running,
    router: Router,
    _folder: tempfile::TempDir,
}

impl House {
    async fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir().context("a folder for the database")?;
        let place = folder.path().to_string_lossy().into_owned();
        let settings = [("OPENBELL_DATA_DIR", place.as_str()), ("OPENBELL_LISTEN", "127.0.0.1:0")];
        let env = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = kit::Config::load(env.into_iter(), None).map_err(Failure::usage)?;
        let modules: Vec<Module> =
            vec![notifications::module(), properties::module(), foreclosures::module()];
        let running = Running::start(config, modules).await?;
        let router = running.app().router();
        Ok(Self { running, router, _folder: folder })
    }

    fn ctx(&self) -> &Ctx {
        self.running.ctx()
    }

    /// The token of a new person.
    fn person(&self, role: Role) -> Result<String, Failure> {
        let ctx = self.ctx();
        let roles: Roles = [role].into_iter().collect();
        let scope = Scope::user(TenantId::DEFAULT, ctx.ids().next_user_id(), roles);
        let issued = ctx.tokens().issue(&scope, ctx.new_id(), ctx.now());
        issued.map_err(|error| anyhow::anyhow!("{error}").into())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let answer = to_bytes(response.into_body(), MAX_ANSWER).await?;
        ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&answer));
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Waits until everybody was told of what is in the journal.
    async fn told(&self) -> Result<(), Failure> {
        let last = self.ctx().store().read(async |tx: &Tx| tx.last_pos().await).await?;
        let waiting = async { while self.ctx().caught_up(REACTION, last).await.is_err() {} };
        Ok(within(PATIENCE, waiting).await?)
    }
}

/// What the alert with this number asks: a place, and a band of one per cent of all prices.
fn wish(number: u16) -> Value {
    let n = i64::from(number);
    let least = 100_000 + n * 7_919 % 400_000;
    let mut wish = json!({ "min_opening_bid": least, "max_opening_bid": least + 4_000 });
    match number % 5 {
        0 | 1 => wish["states"] = json!([STATES[usize::from(number / 5) % STATES.len()]]),
        2 => wish["cities"] = json!([CITIES[usize::from(number / 5) % CITIES.len()]]),
        // Circles over the whole country.
        _ => {
            wish["latitude"] = json!(26 + n * 31 % 20);
            wish["longitude"] = json!(-120 + n * 17 % 40);
            wish["radius_km"] = json!(40);
        }
    }
    wish
}

async fn load(house: &House, alerts: u16) -> Result<(), Failure> {
    let owners = alerts.div_ceil(ALERTS_EACH);
    let tokens: Vec<_> = (0..owners).map(|_| house.person(Role::User)).collect::<Result<_, _>>()?;
    let mut posts = stream::iter(0..alerts)
        .map(|number| {
            let token = &tokens[usize::from(number / ALERTS_EACH)];
            async move { house.send(Method::POST, "/api/v1/alerts", token, &wish(number)).await }
        })
        .buffer_unordered(AT_ONCE);
    while let Some(answer) = posts.next().await {
        answer?;
    }
    house.told().await
}

/// A county's file, spread over the state.
fn file(rows: u32) -> String {
    let mut text = String::from(
        "source_id,street,city,state,zip_code,latitude,longitude,property_type,status,\
         auction_date,auction_time,opening_bid\n",
    );
    for n in 0..rows {
        let city = CITIES[n as usize % CITIES.len()];
        let (north, east) = (26 + n % 4, 80 + n % 3);
        let (part, month, day) = (n % 1_000, 1 + n % 9, 1 + n % 27);
        let bid = 100_000 + u64::from(n) * 37 % 400_000;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "FC-{n:06},{} Orange Blossom Ln,{city},FL,328{:02},{north}.{part:03},-{east}.{part:03},\
             single_family,auction,2027-{month:02}-{day:02},10:00 AM,{bid}.00",
            n + 1,
            n % 100,
        );
    }
    text
}

async fn import(options: &Options, alerts: u16, table: &mut Table) -> Result<(), Failure> {
    let house = House::start().await?;
    load(&house, alerts).await?;
    let row = format!("import, {alerts} alerts");
    let args = json!({ "source": "bench", "dry_run": false });
    let input = file(options.rows).into_bytes();
    let began = unix_micros();
    let summary = command(&house.running, "properties.import", args, input).await?;
    let seconds = (unix_micros() - began) as f64 / 1e6;
    house.told().await?;
    let all = (unix_micros() - began) as f64 / 1e6;
    if summary["added"] != options.rows {
        return Err(anyhow::anyhow!("not every row came in: {summary}").into());
    }
    table.add(&row, "rows imported", "rows/s", f64::from(options.rows) / seconds);
    table.add(&row, "rows imported and told", "rows/s", f64::from(options.rows) / all);
    house.running.stop().await;
    Ok(())
}

/// What the sockets have seen.
#[derive(Default)]
struct Seen {
    /// Sockets that have their first frame.
    open: Cell<u16>,
    /// When the change was begun that is on its way.
    began: Cell<i64>,
    /// How many have it.
    have: Cell<u16>,
    times_us: RefCell<Vec<u32>>,
    progress: Notify,
}

impl Seen {
    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        until(&self.progress, || holds(self)).await.with_context(|| what.to_owned())
    }

    fn saw(&self, text: &str) {
        if text.contains(r#""type":"initial_state""#) {
            self.open.set(self.open.get() + 1);
        } else if text.contains(r#""type":"auction_update""#) {
            let took = u32::try_from(unix_micros() - self.began.get()).unwrap_or(u32::MAX);
            self.times_us.borrow_mut().push(took);
            self.have.set(self.have.get() + 1);
        }
        self.progress.notify_one();
    }
}

async fn watcher(house: &House, token: &str, seen: &Seen) -> anyhow::Result<()> {
    let mut socket = connect(house.running.address, "/ws/auctions/", Some(token)).await?;
    while let Some(frame) = socket.next().await {
        if let Message::Text(text) = frame? {
            seen.saw(&text);
        }
    }
    anyhow::bail!("a connection ended")
}

async fn follow(
    options: &Options,
    (name, between): (&str, Duration),
    table: &mut Table,
) -> Result<(), Failure> {
    let house = House::start().await?;
    let operator = house.person(Role::Operator)?;
    let property = json!({
        "street": "123 Main St", "city": "San Francisco", "state": "CA", "opening_bid": 1,
    });
    let property =
        house.send(Method::POST, "/api/v1/properties", &operator, &property).await?["id"].take();
    let tokens: Vec<_> =
        (0..options.watchers).map(|_| house.person(Role::User)).collect::<Result<_, _>>()?;
    let wish = json!({ "property_id": property });
    for token in &tokens {
        house.send(Method::POST, "/api/v1/watchlist", token, &wish).await?;
    }
    let seen = Seen::default();
    let sockets = async {
        let mut sockets: FuturesUnordered<_> =
            tokens.iter().map(|token| watcher(&house, token, &seen)).collect();
        match sockets.next().await {
            Some(ended) => ended,
            None => pending().await,
        }
    };
    let path = format!("/api/v1/properties/{}", property.as_str().unwrap_or_default());
    let changes = async {
        seen.until("sockets", |seen| seen.open.get() == options.watchers).await?;
        for bid in 0..options.writes {
            seen.have.set(0);
            seen.began.set(unix_micros());
            let body = json!({ "opening_bid": u32::from(bid) + 2 });
            house.send(Method::PATCH, &path, &operator, &body).await?;
            seen.until("a change", |seen| seen.have.get() == options.watchers).await?;
            pause(between).await;
        }
        anyhow::Ok(())
    };
    tokio::select! {
        ended = sockets => ended?,
        done = changes => done?,
    }
    let mut times = seen.times_us.take();
    times.sort_unstable();
    let row = format!("{name}, {} watchers", options.watchers);
    table.add(&row, "write begun to socket, p50", "us", percentile(&times, 500));
    table.add(&row, "write begun to socket, p99", "us", percentile(&times, 990));
    house.told().await?;
    house.running.stop().await;
    Ok(())
}
