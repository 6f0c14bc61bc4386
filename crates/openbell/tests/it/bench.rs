//! `openbell bench` in small: what it checks holds, and its figures are there. How high they are is
//! no test's business.

use serde_json::Value;
use testkit::Installation;

/// Runs a scenario; its table.
async fn bench(args: &[&str]) -> Value {
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    let args = [&["bench", "--json"], args, &["--rounds", "1"]].concat();
    let out = house.succeed(&args, b"").await;
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

fn figure(table: &Value, row: &str, column: &str) -> f64 {
    let figure = &table["rows"][row][column]["median"];
    figure.as_f64().unwrap_or_else(|| panic!("no {column} of {row}: {table}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_gets_every_message_once_and_in_order() {
    let load = ["--followers", "50", "--deliveries", "32000", "--pace", "1000", "--seconds", "1"];
    let table = bench(&[&["fanout"][..], &load].concat()).await;
    let row = "openbell, 50 followers";
    assert!(figure(&table, row, "saturated") > 0.0);
    assert!(figure(&table, row, "on the way, p99") > 0.0);
    assert_eq!(figure(&table, row, "lost, repeated or misordered"), 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_costs_the_others_nothing_and_little_memory() {
    let crowd = ["--followers", "20", "--bytes", "1000", "--deliveries", "102400"];
    let load = ["--stalled", "50", "--pace", "1000", "--seconds", "1"];
    let table = bench(&[&["fanout"][..], &crowd, &load].concat()).await;
    let of = |column| figure(&table, "openbell, 20 followers", column);
    // The others still get everything.
    assert_eq!(of("lost, repeated or misordered"), 0.0);
    assert!(of("p99, beside stalled to alone") > 0.0);
    // 5 MB were sent to each; what it may have waiting is a fraction of it.
    let kib = of("memory of a stalled one");
    assert!(kib < 1_024.0, "{kib} KiB");
    // A load that the system's buffers swallow stalls nobody, and is no measurement of it.
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    let little = ["bench", "fanout", "--followers", "20", "--deliveries", "2000", "--stalled", "1"];
    let rest = ["--rounds", "1", "--seconds", "1", "--pace", "100", "--bytes", "100"];
    let (code, _, error) = house.run(&[&little[..], &rest].concat(), b"").await;
    assert!(code == 1 && error.contains("nobody stalled"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_get_their_own_messages_only() {
    let load = ["--rooms", "20", "--followers", "3", "--batches", "2", "--pace", "200"];
    let table = bench(&[&["rooms"][..], &load, &["--seconds", "1"]].concat()).await;
    assert_eq!(figure(&table, "openbell", "lost, repeated or misordered"), 0.0);
    assert!(figure(&table, "openbell", "saturated") > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_are_cut_again_and_again_miss_nothing() {
    let load = ["--clients", "100", "--cuts", "3", "--away-ms", "500", "--pace", "50"];
    let table = bench(&[&["resume"][..], &load].concat()).await;
    let of = |column| figure(&table, "openbell", column);
    assert_eq!(of("lost, repeated or misordered"), 0.0);
    assert!(of("deliveries by resume") > 0.0 && of("deliveries live") > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_come_and_go() {
    let load = ["--connections", "300", "--wave", "300", "--waves", "2"];
    let table = bench(&[&["idle"][..], &load].concat()).await;
    let row = "openbell, 300 connections";
    assert!(figure(&table, row, "connects") > 0.0);
    assert!(figure(&table, row, "new one after a cut, slowest") >= 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_beside_alerts_and_a_change_reaches_its_watchers() {
    let load = ["--alerts", "120", "--rows", "500", "--watchers", "20", "--writes", "5"];
    let table = bench(&[&["watch"][..], &load].concat()).await;
    for alerts in [0, 120] {
        let row = format!("import, {alerts} alerts");
        assert!(figure(&table, &row, "rows imported") > 0.0);
        assert!(figure(&table, &row, "rows imported and told") > 0.0);
    }
    for row in ["a change at a time, 20 watchers", "changes at once, 20 watchers"] {
        assert!(figure(&table, row, "write begun to socket, p99") > 0.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auction_takes_bids_from_all_sides() {
    let load = ["--bidders", "8", "--watchers", "20", "--rate", "100", "--seconds", "1"];
    let table = bench(&[&["bids"][..], &load].concat()).await;
    for column in ["saturated", "saturated, p99", "even rate, engine, p99"] {
        assert!(figure(&table, "openbell", column) > 0.0, "{column}");
    }
    let watched = "even rate, sockets with watchers";
    assert!(figure(&table, watched, "bid to answer, p99") > 0.0);
}

#[tokio::test]
async fn more_than_the_machine_should_bear_is_refused() {
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    for args in [
        &["bench", "fanout", "--followers", "60000"][..],
        &["bench", "fanout", "--stalled", "6000"],
        &["bench", "resume", "--clients", "0"],
        &["bench", "rooms", "--rooms", "0"],
        &["bench", "idle", "--waves", "1000"],
        &["bench", "watch", "--watchers", "0"],
        &["bench", "bids", "--bidders", "1"],
    ] {
        let (code, _, error) = house.run(args, b"").await;
        assert_eq!(code, 2, "{args:?}: {error}");
    }
}
