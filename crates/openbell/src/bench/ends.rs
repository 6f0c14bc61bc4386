//! Many auctions that end in one moment, on several nodes of one PostgreSQL, one of which goes away
//! meanwhile: each is closed once, and each winner pays once.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::{house::House, pause, table::Table, unix_micros};
use crate::cli::Failure;

/// All of them are closed within this time, or it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Args)]
pub(crate) struct Options {
    /// How many end in one moment
    #[arg(long, default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    auctions: u32,
    /// How many nodes there are
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(2..=8))]
    nodes: u16,
    /// An empty PostgreSQL database
    #[arg(long, value_name = "URL")]
    database: String,
}

pub(super) async fn measure(options: &Options) -> Result<Table, Failure> {
    let title = format!(
        "{} auctions end in one moment on {} nodes, one of which goes away",
        options.auctions, options.nodes
    );
    let mut table = Table::new(title);
    let mut nodes = Vec::new();
    for _ in 0..options.nodes {
        nodes.push(House::start(Some(&options.database)).await?);
    }
    let bidder = nodes[0].running.ctx().ids().next_user_id();
    let wanted = json!({ "auctions": options.auctions, "bidder": bidder });
    let made = nodes[0].command("auctions.measure_ends.make", wanted).await?;
    let ends_at = made["ends_at"].as_str().context("an end")?;
    let ends_at: domain::Timestamp = ends_at.parse().context("an end")?;
    let since = || unix_micros() / 1_000 - ends_at.as_millis();
    pause(Duration::from_millis(u64::try_from(-since()).unwrap_or(0))).await;
    let all = i64::from(options.auctions);
    let (mut gone, mut counted) = (nodes.pop(), Value::Null);
    while number(&counted, "sold") < all {
        let waited = u128::try_from(since()).unwrap_or(0);
        ensure_in_time(waited < PATIENCE.as_millis(), &counted)?;
        pause(Duration::from_millis(100)).await;
        counted = nodes[0].command("auctions.measure_ends.count", made.clone()).await?;
        // In the midst of it.
        if number(&counted, "sold") > all / 5
            && let Some(node) = gone.take()
        {
            node.running.stop().await;
        }
    }
    let seconds = since() as f64 / 1_000.0;
    table.add("openbell", "until all were closed", "s", seconds);
    table.add("openbell", "closed", "auctions/s", all as f64 / seconds);
    check(&counted, (all, number(&made, "others")))?;
    table.note(format!("each closed once, each winner has paid once: {counted}"));
    for node in nodes {
        node.running.stop().await;
    }
    Ok(table)
}

fn number(counted: &Value, name: &str) -> i64 {
    counted[name].as_i64().unwrap_or(0)
}

fn ensure_in_time(is: bool, counted: &Value) -> anyhow::Result<()> {
    ensure!(is, "not all were closed in time: {counted}");
    Ok(())
}

/// Everything is there once. What is bid on `others`, which are still on, is held.
fn check(counted: &Value, (all, others): (i64, i64)) -> anyhow::Result<()> {
    for (name, wanted) in
        [("sold", all), ("closings", all), ("winners", all), ("paid", all), ("held", others)]
    {
        let found = number(counted, name);
        ensure!(found == wanted, "{name}: {found} and not {wanted}: {counted}");
    }
    Ok(())
}
