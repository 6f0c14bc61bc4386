//! The demonstration: a shop that always has something ending soon, and people who bid on it at a
//! human pace.

use std::time::Duration;

use domain::{Currency, Id, Role, Roles, Scope, Timestamp, UserId};
use kit::{
    Call, Ctx, Error, Result,
    demo::{self, Demo, Dice, Pace, Scene, Stage, TENANT},
};
use ledger::{Party, Transfer, transfer_id};
use serde_json::json;
use store::{Class, Tx, args};
use uuid::Uuid;

use crate::{
    act::{Asked, act, moved},
    bid::place_bid,
    forms::AuctionBody,
    frames::BidRequest,
    lots,
    model::{Act, Authority},
    rows::Lot,
    sql,
};

/// Those who bid by themselves.
const BIDDERS: u64 = 7;
/// What everybody of the demonstration begins with, in coins.
const COINS: i64 = 20_000;
/// Whoever bids by themselves gets more when there is less than this.
const FEW: i64 = 5_000;
/// How many auctions are to be live, of which one ends within [`SOON`].
const LIVE: usize = 5;
const SOON: Duration = Duration::from_secs(240);
/// Nobody of the demonstration goes above so many times the start.
const CRAZE: i64 = 9;

/// What is sold: the title, what is said of it, and the start.
const GOODS: &[(&str, &str, i64)] = &[
    ("Mid-century desk lamp", "Brass, rewired last year. The shade has a small dent.", 40),
    ("Box of first-press jazz records", "Thirty-one of them, sleeves from good to fair.", 120),
    ("Film camera with three lenses", "Shutter tested at all speeds; light seals are new.", 150),
    ("Oak library ladder", "Two metres forty, runs on a rail that is part of the lot.", 200),
    ("Watchmaker's bench", "With drawers, a vice, and a century of scratches.", 350),
    ("Signed city map, 1911", "Framed behind museum glass.", 90),
    ("Espresso machine, two groups", "From a bar that closed. Descaled, runs on 230 V.", 600),
    ("Telescope, 150 mm", "Mirror recoated. Comes with a mount and two eyepieces.", 280),
    ("Crate of garden tools", "Forged, handles oiled.", 25),
    ("Travelling chess set", "Boxwood, one pawn replaced.", 60),
];

const fn somebody(number: u64) -> UserId {
    let base = 0x0000_0000_0000_7000_8000_0000_00de_1000;
    UserId::from_uuid(Uuid::from_u128(base + number as u128))
}

/// Who sells.
const SHOP: UserId = somebody(0);

fn bidders() -> impl Iterator<Item = UserId> {
    (1..=BIDDERS).map(somebody)
}

const fn scope_of(user: UserId) -> Scope {
    Scope::user(TENANT, user, Roles::NONE.with(Role::User))
}

/// What auctions show in a demonstration.
pub(crate) fn demo() -> Demo {
    Demo::new().seed(seed).simulate(step)
}

async fn seed(mut stage: Stage) -> Result<()> {
    let people = demo::PEOPLE.iter().map(|person| person.id).chain(bidders());
    for user in people {
        // Under the same name in a run that is repeated.
        let id = transfer_id("auctions.demo", Id::from_uuid(user.as_uuid()), 0);
        give(&stage.ctx, id, user, COINS).await?;
    }
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    if live(&stage.ctx, ",live,scheduled,").await?.is_empty() {
        let lengths = [minutes(4), minutes(25), minutes(90), minutes(60 * 26)];
        for (good, length) in GOODS.iter().zip(lengths) {
            offer(&stage.ctx, &mut stage.dice, good, length, 1).await?;
        }
        offer(&stage.ctx, &mut stage.dice, &GOODS[4], minutes(50), 3).await?;
    }
    let count = LIVE;
    stage.report.line(format!("  {count} live auctions, and {COINS} coins for everybody")).await;
    Ok(())
}

/// Gives somebody coins, once under this id.
async fn give(ctx: &Ctx, id: Id, user: UserId, amount: i64) -> Result<()> {
    let write = async move |tx: &Tx| {
        let gift = Transfer {
            id,
            tenant: TENANT,
            currency: Currency::Coin,
            debtor: Party::Issuer,
            creditor: Party::User(user),
            amount,
            kind: "grant",
            object: None,
            actor: None,
            reason: Some("to try it out"),
        };
        moved(ledger::transfer(tx, &gift).await)
    };
    ctx.store().write(Class::Bulk, write).await.map(drop)
}

/// The shop's auctions in these statuses, the one that ends first before the others.
async fn live(ctx: &Ctx, statuses: &'static str) -> Result<Vec<Lot>> {
    let first = (Timestamp::from_millis(i64::MIN), Id::from_uuid(Uuid::nil()));
    let word: Option<String> = None;
    let asked = args![TENANT, statuses, false, SHOP, SHOP, word, first.0, first.1, 50];
    Ok(ctx.store().all(&sql::ENDING, &asked).await?)
}

/// Offers something, from now on.
async fn offer(
    ctx: &Ctx,
    dice: &mut Dice,
    (title, about, start): &(&str, &str, i64),
    length: Duration,
    places: u32,
) -> Result<()> {
    let now = ctx.now();
    let mut body = json!({
        "title": if places > 1 { format!("{title} (three of them)") } else { (*title).to_owned() },
        "description": about,
        "start_price": start,
        "places": places,
        "starts_at": now,
        "ends_at": now.plus(length),
        "soft_close": { "window_ms": 30_000, "extend_ms": 30_000, "max_extensions": 20 },
    });
    if places == 1 && dice.chance(50) {
        body["reserve"] = json!(start * 3);
        body["decide_ms"] = json!(300_000);
    }
    if places == 1 && dice.chance(40) {
        body["buy_now"] = json!(start * 12);
    }
    // Amounts are read from text.
    let body: AuctionBody = serde_json::from_str(&body.to_string()).map_err(Error::internal)?;
    let lot = lots::create(ctx, &Call::of_scope(scope_of(SHOP)), body).await?;
    for what in [Act::Publish, Act::Start] {
        let asked = Asked { by: Authority::User(SHOP), ..Asked::by_timer(TENANT, lot.id) };
        act(ctx, asked, what).await?;
    }
    Ok(())
}

async fn step(mut scene: Scene) -> Result<()> {
    let bids_in_a_hundred = match scene.pace {
        Pace::Idle => return Ok(()),
        Pace::Lively => 55,
        Pace::Calm => 20,
    };
    let turn = scene.turn();
    let holds = async move |tx: &Tx| turn.holds(tx).await;
    if !scene.ctx.store().write(Class::Bulk, holds).await? {
        return Ok(());
    }
    let ctx = scene.ctx.clone();
    let open = live(&ctx, ",live,").await?;
    let soon = ctx.now().plus(SOON);
    if open.first().is_none_or(|lot| lot.auction.ends_at > soon) {
        let good = scene.dice.pick(GOODS);
        offer(&ctx, &mut scene.dice, good, SOON, 1).await?;
    } else if open.len() < LIVE {
        let (good, hours) = (scene.dice.pick(GOODS), scene.dice.whole(1..=20));
        let length = Duration::from_secs(hours.unsigned_abs() * 3_600);
        offer(&ctx, &mut scene.dice, good, length, 1).await?;
    }
    if !open.is_empty() && scene.dice.chance(bids_in_a_hundred) {
        bid(&ctx, &mut scene.dice, &open).await?;
    }
    Ok(())
}

/// Somebody bids on one of the auctions, mostly on the one that ends first.
async fn bid(ctx: &Ctx, dice: &mut Dice, open: &[Lot]) -> Result<()> {
    let lot = if dice.chance(60) { &open[0] } else { dice.pick(open) };
    let (auction, terms) = (&lot.auction, &lot.auction.terms);
    let price = auction.price;
    if price > terms.start * CRAZE || (price > terms.start * CRAZE / 3 && dice.chance(70)) {
        return Ok(());
    }
    let who = somebody(dice.whole(1..=7).unsigned_abs());
    if auction.place_of(who).is_some() {
        return Ok(());
    }
    let above = terms.increments.at(price) * dice.whole(0..=6);
    let amount = auction.min_next() + above;
    let request = json!({ "amount": amount }).to_string();
    let request: BidRequest = serde_json::from_str(&request).map_err(Error::internal)?;
    let key = ctx.new_id().to_string();
    match place_bid(ctx, (TENANT, who), lot.id, &request, &key).await {
        Err(error) if error.is(&crate::codes::INSUFFICIENT) => {
            give(ctx, ctx.new_id(), who, FEW).await
        }
        // Somebody was quicker, or its time was over.
        Err(error) if error.code().status == 409 => Ok(()),
        done => done.map(drop),
    }
}
