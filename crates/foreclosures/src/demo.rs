//! The investor's watchlist in the demonstration.

use std::time::Duration;

use domain::{Id, Timestamp};
use events::PropertyStatus;
use kit::{
    Call, Ctx, Result,
    demo::{self, Demo, Dice, Stage},
    ports::PropertyCard,
};
use store::{Tx, args};

use crate::{
    sql,
    watchlist::{add, cards},
};

/// The kind of what is watched.
const KIND: &str = "property";
/// How many auctions that are to come are watched …
const AUCTIONS: usize = 9;
/// … and how many properties without one.
const NOTICED: usize = 3;
/// Auctions are watched that are between so many days ahead.
const DAYS: (u64, u64) = (4, 60);
/// How many watched properties come into the spotlight.
const SPOTLIGHT: i64 = 500;

const NOTES: &[Option<&str>] = &[
    Some("Drove by: the roof needs work."),
    Some("Ask the trustee about access."),
    Some("Good school nearby. Not above 70 % of value."),
    Some("Two units; check what the rents are."),
    Some("Second lien on record, ask the title company."),
    Some("Neighbour says it has been empty since spring."),
    None,
];

/// What the foreclosure watch shows in a demonstration.
pub(crate) fn demo() -> Demo {
    Demo::new().seed(seed).spotlight(KIND, watched)
}

async fn watched(ctx: Ctx) -> Result<Vec<Id>> {
    let asked = args![demo::TENANT, SPOTLIGHT];
    let found: Vec<(Id,)> = ctx.store().all(&sql::WATCHED, &asked).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

async fn seed(mut stage: Stage) -> Result<()> {
    let (house, ids) = (stage.ctx.clone(), stage.left(KIND));
    let read = async move |tx: &Tx| cards(&house, tx, demo::TENANT, ids.clone()).await;
    let mut found = stage.ctx.store().read(read).await?;
    // The port names no order.
    found.sort_unstable_by_key(|card| card.id);
    let chosen = choose(&found, stage.began_at, &mut stage.dice);
    let call = Call::of_scope(demo::INVESTOR.scope());
    for id in &chosen {
        let notes = stage.dice.pick(NOTES).map(str::to_owned);
        add(&stage.ctx, &call, *id, notes).await?;
    }
    let (count, who) = (chosen.len(), demo::INVESTOR.name);
    stage.report.line(format!("  {count} of them watched by {who}")).await;
    Ok(())
}

/// Properties that something may still happen to.
fn choose(cards: &[PropertyCard], now: Timestamp, dice: &mut Dice) -> Vec<Id> {
    let days = |days: u64| now.plus(Duration::from_secs(days * 24 * 3_600));
    let is_ahead = |card: &&PropertyCard| {
        let in_time = |at: Timestamp| days(DAYS.0) <= at && at <= days(DAYS.1);
        card.facts.status == PropertyStatus::Auction && card.facts.auction_at.is_some_and(in_time)
    };
    let is_noticed = |card: &&PropertyCard| card.facts.status == PropertyStatus::Preforeclosure;
    let mut auctions: Vec<Id> = cards.iter().filter(is_ahead).map(|card| card.id).collect();
    let mut noticed: Vec<Id> = cards.iter().filter(is_noticed).map(|card| card.id).collect();
    let mut chosen = Vec::new();
    for (list, count) in [(&mut auctions, AUCTIONS), (&mut noticed, NOTICED)] {
        for _ in 0..count.min(list.len()) {
            let id = *dice.pick(list);
            list.retain(|other| *other != id);
            chosen.push(id);
        }
    }
    chosen
}
