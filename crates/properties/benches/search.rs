//! How long searches take among many properties:
//!
//! ```text
//! cargo bench -p openbell-properties --bench search -- [ROWS] [DATABASE_URL]
//! ```
//!
//! Fills a new database by the import, waits until every text can be found, and asks whole requests
//! of the router, one after another: without a network, with sign-in, database and JSON. The places
//! are heaps around sixty cities with some between them, imported city after city, as files come.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use domain::{IdGenerator, Role, Roles, Scope, SharedClock, TenantId};
use kit::{App, Config, Parts, Reporter, Run, Secret, SystemClock};
use serde_json::{Value, json};
use store::{Store, StoreConfig};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

const SECRET: &str = "a secret for nothing but this bench";
/// Requests of one kind that are measured.
const REQUESTS: usize = 300;
const CITIES: u64 = 60;
const WORDS: [&str; 16] = [
    "garden", "garage", "corner", "vacant", "brick", "porch", "fenced", "cellar", "stucco",
    "orchard", "turret", "gravel", "cottage", "skylight", "cistern", "veranda",
];

store::statements! {
    COUNT_DUE = "select count(*) from (select 1 from properties_text_due limit 1000000) as due";
    COUNT_TEXTS = "select count(*) from properties_text";
}

fn main() {
    // cargo adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-'));
    let rows = words.next().map_or(1_000_000, |word| word.parse().expect("a number of rows"));
    let url = words.next();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(rows, url));
}

async fn run(rows: u64, url: Option<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = url.unwrap_or(format!("sqlite://{}", folder.path().join("bench.db").display()));
    let clock: SharedClock = Arc::new(SystemClock::new());
    let store = Store::open(&StoreConfig::new(&url), clock.clone()).expect("the database");
    let settings = [
        ("OPENBELL_DATA_DIR", folder.path().display().to_string()),
        ("DATABASE_URL", url),
        ("OPENBELL_SECRET", SECRET.to_owned()),
    ];
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(settings, None).expect("a configuration");
    let secret = Secret::new(SECRET).expect("a secret");
    let parts = Parts { config, clock: clock.clone(), store: store.clone(), secret, broker: None };
    let app = App::build(vec![properties::module()], parts).await.expect("a house");

    let began = clock.monotonic();
    for first in (0..rows).step_by(50_000) {
        import(&app, file(first, rows.min(first + 50_000), rows)).await;
    }
    println!("{rows} properties in {:.1} s", (clock.monotonic() - began).as_secs_f64());
    let began = clock.monotonic();
    app.start().await.expect("the house starts");
    until_indexed(&store, &clock, rows).await;
    println!("their texts in {:.1} s", (clock.monotonic() - began).as_secs_f64());

    let user = IdGenerator::new(clock.clone()).next_user_id();
    let scope = Scope::user(TenantId::DEFAULT, user, Roles::NONE.with(Role::User));
    let ctx = app.ctx();
    let token = ctx.tokens().issue(&scope, ctx.new_id(), ctx.now()).expect("a token");
    println!("{:<46}{:>8}{:>8}{:>8}  (ms)", "", "p50", "p99", "items");
    for (name, query) in questions(rows) {
        measure(&app, &clock, &token, name, query.as_ref()).await;
    }
    app.stop().await;
}

type Question = Box<dyn Fn(&mut Dice) -> String>;

fn questions(rows: u64) -> Vec<(&'static str, Question)> {
    fn near(rest: &'static str) -> Question {
        Box::new(move |dice| {
            let (latitude, longitude) = dice.city_place();
            format!("near={latitude},{longitude}&{rest}")
        })
    }
    let bbox = |size: f64| -> Question {
        Box::new(move |dice| {
            let (latitude, longitude) = dice.city_place();
            let (east, north) = (longitude + size, latitude + size);
            format!("bbox={longitude},{latitude},{east},{north}")
        })
    };
    let word = |dice: &mut Dice| WORDS[dice.below(16) as usize];
    vec![
        ("10 km, nearest first", near("radius_km=10")),
        ("50 km, nearest first", near("radius_km=50")),
        ("500 km, nearest first", near("radius_km=500")),
        ("10 km, in the order of ids", near("radius_km=10&sort=id")),
        ("50 km, in the order of ids", near("radius_km=50&sort=id")),
        ("50 km, next auction first", near("radius_km=50&sort=auction_date")),
        (
            "50 km, sold condos under $120,000",
            near("radius_km=50&type=condo&status=sold&max_bid=120000"),
        ),
        ("500 km, none that fits", near("radius_km=500&type=land&status=redeemed")),
        ("box of 0.2 degrees", bbox(0.2)),
        ("box of 5 degrees", bbox(5.0)),
        (
            "an address",
            Box::new(move |dice| format!("q=%22{}%20orange%20blossom%22", 1 + dice.below(rows))),
        ),
        ("a case number of letters", Box::new(|dice| format!("q=lot{:07}", dice.below(1_000_000)))),
        ("two words", Box::new(move |dice| format!("q={}%20{}", word(dice), word(dice)))),
        (
            "a word and 50 km",
            Box::new(move |dice| {
                let (latitude, longitude) = dice.city_place();
                format!("near={latitude},{longitude}&radius_km=50&q={}", word(dice))
            }),
        ),
    ]
}

async fn measure(
    app: &App,
    clock: &SharedClock,
    token: &str,
    name: &str,
    query: &dyn Fn(&mut Dice) -> String,
) {
    let mut dice = Dice(7);
    let (mut times, mut items) = (Vec::new(), 0);
    // The first few are for the caches.
    for round in 0..REQUESTS + 30 {
        let request = Request::builder()
            .uri(format!("/api/v1/properties?{}", query(&mut dice)))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .expect("a request");
        let began = clock.monotonic();
        let answer = app.router().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let took = clock.monotonic() - began;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        if round >= 30 {
            let page: Value = serde_json::from_slice(&body).expect("JSON");
            items += page["items"].as_array().map_or(0, Vec::len);
            times.push(took);
        }
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let at = |share: usize| ms(times[(times.len() * share / 100).min(times.len() - 1)]);
    println!("{name:<46}{:>8.2}{:>8.2}{:>8}", at(50), at(99), items / REQUESTS);
}

async fn until_indexed(store: &Store, clock: &SharedClock, rows: u64) {
    loop {
        let (due,): (i64,) = store.one(&COUNT_DUE, &[]).await.expect("a count");
        let (texts,): (i64,) = store.one(&COUNT_TEXTS, &[]).await.expect("a count");
        if due == 0 && texts.unsigned_abs() >= rows {
            return;
        }
        clock.sleep(Duration::from_secs(2)).await;
    }
}

async fn import(app: &App, csv: Vec<u8>) {
    let (sender, mut reports) = mpsc::channel(64);
    let args = json!({ "source": "bench" });
    let input = Box::pin(std::io::Cursor::new(csv));
    let run = Run { ctx: app.ctx().clone(), args, input, report: Reporter::new(sender) };
    let drain = async { while reports.recv().await.is_some() {} };
    let (outcome, ()) = tokio::join!(app.command("properties.import", run), drain);
    outcome.expect("the import");
}

/// Numbers by chance, the same ones in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "places by chance")]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn city_place(&mut self) -> (f64, f64) {
        let city = self.below(CITIES);
        self.place_in(city)
    }

    /// Within about 40 km of a city, most of them near its middle.
    fn place_in(&mut self, city: u64) -> (f64, f64) {
        let mut of_city = Dice(city);
        let middle = (26.0 + 22.0 * of_city.share(), -122.0 + 50.0 * of_city.share());
        let (turn, far) = (self.share() * std::f64::consts::TAU, self.share().powi(2) * 0.4);
        (middle.0 + far * turn.sin(), middle.1 + far * turn.cos())
    }
}

/// A part of the list: one in ten lies anywhere, the others in their cities.
fn file(first: u64, last: u64, rows: u64) -> Vec<u8> {
    let mut text = String::from(
        "source_id,street,city,state,zip_code,latitude,longitude,type,status,auction_date,\
         auction_time,opening_bid,description\n",
    );
    let kinds = ["single_family", "condo", "townhouse", "multi_family"];
    let statuses = ["auction", "preforeclosure", "sold", "cancelled"];
    for row in first..last {
        let mut dice = Dice(row ^ 0xabcd_ef01);
        let city = row * CITIES / rows;
        let (latitude, longitude) = match dice.below(10) {
            0 => (26.0 + 22.0 * dice.share(), -122.0 + 50.0 * dice.share()),
            _ => dice.place_in(city),
        };
        let mut word = || WORDS[dice.below(16) as usize];
        let words = [word(), word(), word()].join(" ");
        let (kind, status) = (kinds[dice.below(4) as usize], statuses[dice.below(4) as usize]);
        let (day, month) = (1 + dice.below(28), 1 + dice.below(12));
        let bid = 50_000 + dice.below(600_000);
        let _ = writeln!(
            text,
            "B{row},{row} Orange Blossom Ln,City {city},FL,{:05},{latitude},{longitude},{kind},\
             {status},2027-{month:02}-{day:02},10:00 AM,{bid},LOT{:07} with {words}",
            32_000 + city,
            dice.below(1_000_000)
        );
    }
    text.into_bytes()
}
