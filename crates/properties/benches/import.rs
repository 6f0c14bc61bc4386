//! How many rows a second an import brings in, with change detection, history and events:
//!
//! ```text
//! cargo bench -p openbell-properties -- [ROWS] [DATABASE_URL]
//! ```
//!
//! Without a URL it works on SQLite in a temporary folder. Everything is as in production: each
//! batch is on disk before the next.

use std::{fmt::Write as _, sync::Arc};

use kit::{App, Config, Parts, Report, Reporter, Run, Secret, SystemClock};
use serde_json::{Value, json};
use store::{Store, StoreConfig};
use tokio::sync::mpsc;

const SECRET: &str = "a secret for nothing but this bench";

fn main() {
    // cargo adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-'));
    let rows = words.next().map_or(100_000, |word| word.parse().expect("a number of rows"));
    let url = words.next();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(rows, url));
}

async fn run(rows: usize, url: Option<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = url.unwrap_or(format!("sqlite://{}", folder.path().join("bench.db").display()));
    let clock: domain::SharedClock = Arc::new(SystemClock::new());
    let store = Store::open(&StoreConfig::new(&url), clock.clone()).expect("the database");
    let settings = [
        ("OPENBELL_DATA_DIR", folder.path().display().to_string()),
        ("DATABASE_URL", url),
        ("OPENBELL_SECRET", SECRET.to_owned()),
    ];
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(settings, None).expect("a configuration");
    let secret = Secret::new(SECRET).expect("a secret");
    let parts = Parts { config, clock, store, secret, broker: None };
    let app = App::build(vec![properties::module()], parts).await.expect("a house");
    println!("{rows} rows, {} bytes each", file(rows, 0).len() / rows.max(1));
    for (name, dry_run, cents) in [
        ("dry run, all new", true, 0),
        ("all new", false, 0),
        ("all unchanged", false, 0),
        ("all changed", false, 1),
    ] {
        let summary = import(&app, dry_run, file(rows, cents)).await;
        let seconds = summary["seconds"].as_f64().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let speed = rows as f64 / seconds;
        println!("{name:<17} {speed:>8.0} rows/s   {summary}");
    }
    app.stop().await;
}

async fn import(app: &App, dry_run: bool, csv: Vec<u8>) -> Value {
    let (sender, mut reports) = mpsc::channel(64);
    let args = json!({ "source": "bench", "dry_run": dry_run });
    let input = Box::pin(std::io::Cursor::new(csv));
    let run = Run { ctx: app.ctx().clone(), args, input, report: Reporter::new(sender) };
    let collect = async {
        let mut summary = Value::Null;
        while let Some(report) = reports.recv().await {
            match report {
                Report::Result { value } => summary = value,
                Report::Line { text } => println!("{text}"),
                Report::Progress { .. } => {}
            }
        }
        summary
    };
    let (outcome, summary) = tokio::join!(app.command("properties.import", run), collect);
    outcome.expect("the import");
    summary
}

/// A county's file.
fn file(rows: usize, cents: usize) -> Vec<u8> {
    let mut text = String::from(
        "ListingKey,StreetAddress,City,StateOrProvince,PostalCode,CountyOrParish,ParcelNumber,\
         Latitude,Longitude,PropertySubType,Status,AuctionDate,AuctionTime,OpeningBid,\
         EstimatedValue,BedroomsTotal,BathroomsTotalInteger,LivingArea,LotSizeSquareFeet,\
         YearBuilt,TrusteeName,CaseNumber,PublicRemarks\n",
    );
    for row in 0..rows {
        let (day, part) = (1 + row % 28, row % 1000);
        let _ = writeln!(
            text,
            "K{row},{row} North Main Street,San Francisco,CA,94102,San Francisco,{row:08},\
             37.{part:03},-122.{part:03},Single Family,auction,2027-03-{day:02},10:00 AM,\
             \"${part},250.{cents:02}\",612000,3,2.5,\"1,480\",4000,1974,Quality Loan Service,\
             TS-{row:07},Three rooms and a garden behind the house"
        );
    }
    text.into_bytes()
}
