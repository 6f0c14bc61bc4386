//! Transfers, holds, and that the books are always right.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use ledger::{Ended, Error, Hold, MAX_MINOR, Party};
use proptest::{
    prelude::Rng as _,
    test_runner::{RngAlgorithm, TestRng},
};
use store::Tx;
use testkit::Database;

use crate::it::world::*;

async fn a_transfer_is_made_once(database: Database) {
    let world = World::new(database).await;
    let (ann, ben) = (Party::User(user(1)), Party::User(user(2)));
    assert!(world.pay(1, Party::Issuer, ann, 100).await.unwrap());
    assert!(!world.pay(1, Party::Issuer, ann, 100).await.unwrap(), "the same again");
    let other = world.pay(1, Party::Issuer, ben, 100).await.unwrap_err();
    assert!(matches!(*other.0, Error::Mismatch), "{other:?}");
    assert!(world.pay(2, ann, ben, 60).await.unwrap());
    let short = world.pay(3, ann, ben, 41).await.unwrap_err();
    assert!(matches!(*short.0, Error::Insufficient), "{short:?}");
    for amount in [0, -1, MAX_MINOR + 1] {
        let wrong = world.pay(4, Party::Issuer, ann, amount).await.unwrap_err();
        assert!(matches!(*wrong.0, Error::Amount(_)), "{wrong:?}");
    }
    // Nobody gets more than can be told exactly.
    let full = world.pay(5, Party::Issuer, ben, MAX_MINOR).await.unwrap_err();
    assert!(matches!(*full.0, Error::Amount(_)), "{full:?}");
    assert_eq!((world.balance(1).await.balance, world.balance(2).await.balance), (40, 60));
    assert_eq!(world.wrong().await, [""; 0]);
}

async fn what_is_held_cannot_be_spent(database: Database) {
    let world = World::new(database).await;
    let (ann, ben) = (Party::User(user(1)), Party::User(user(2)));
    world.pay(1, Party::Issuer, ann, 100).await.unwrap();
    let deposit = |number: u64, amount: i64| Hold {
        id: id(number),
        tenant: TENANT,
        owner: user(1),
        currency: COIN,
        amount,
        kind: "deposit",
        object: id(99),
    };
    let hold = async |number, amount| {
        let wish = deposit(number, amount);
        world.write(async move |tx: &Tx| ledger::hold(tx, &wish).await).await
    };
    assert!(hold(10, 70).await.unwrap());
    assert!(!hold(10, 70).await.unwrap(), "the same again");
    assert!(matches!(*hold(11, 31).await.unwrap_err().0, Error::Insufficient));
    assert!(matches!(*world.pay(2, ann, ben, 31).await.unwrap_err().0, Error::Insufficient));
    world.pay(3, ann, ben, 30).await.unwrap();
    assert_eq!(world.balance(1).await.available(), 0);
    let end = async || {
        let which = |owner| owner == user(1);
        let ended = async move |tx: &Tx| {
            ledger::end_holds(tx, TENANT, COIN, (id(99), which), Ended::Voided).await
        };
        world.write(ended).await.unwrap()
    };
    assert_eq!(end().await, BTreeMap::from([(user(1), 70)]));
    assert_eq!(end().await, BTreeMap::new(), "it has ended");
    assert_eq!(world.balance(1).await.available(), 70);
    // More than is held cannot be let go.
    let more = BTreeMap::from([(user(1), -1)]);
    let shifted =
        world.write(async move |tx: &Tx| ledger::shift(tx, TENANT, COIN, &more).await).await;
    assert!(matches!(*shifted.unwrap_err().0, Error::Insufficient));
    assert_eq!(world.wrong().await, [""; 0]);
}

/// Everybody pays everybody at once: no account is overdrawn, nothing comes from nowhere, nobody
/// waits for anybody for ever.
async fn a_crowd_that_pays_each_other(database: Database) {
    let world = World::new(database).await;
    for number in 0..8 {
        world.pay(number, Party::Issuer, Party::User(user(number)), 100).await.unwrap();
    }
    let pays = (0..200_u64).map(|number| {
        let (from, to) = (number % 8, (number * 7 + 3) % 8);
        let amount = 1 + i64::try_from(number * 13 % 70).unwrap();
        let (from, to) = (Party::User(user(from)), Party::User(user(to)));
        let world = &world;
        async move {
            if from == to {
                return 0;
            }
            match world.pay(1_000 + number, from, to, amount).await {
                Ok(made) => usize::from(made),
                Err(failed) => {
                    assert!(matches!(*failed.0, Error::Insufficient), "{failed:?}");
                    0
                }
            }
        }
    });
    let made: usize = join_all(pays).await.into_iter().sum();
    assert!(made > 20, "{made} were made");
    let mut sum = 0;
    for number in 0..8 {
        let balance = world.balance(number).await;
        assert!(balance.available() >= 0);
        sum += balance.balance;
    }
    assert_eq!(sum, 800);
    assert_eq!(world.wrong().await, [""; 0]);
}

/// Random transfers and shifts beside a model in memory.
async fn the_books_are_those_of_a_model(database: Database) {
    let world = World::new(database).await;
    let mut dice = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut below = |end: u64| dice.next_u64() % end;
    let mut model = BTreeMap::<u64, (i64, i64)>::new();
    for step in 0..400 {
        let (who, other) = (below(5), below(5));
        let amount = i64::try_from(below(80)).unwrap();
        let (balance, held) = model.get(&who).copied().unwrap_or_default();
        match below(3) {
            0 => {
                let paid =
                    world.pay(step, Party::Issuer, Party::User(user(who)), amount).await.is_ok();
                assert_eq!(paid, amount > 0);
                model.entry(who).or_default().0 += amount;
            }
            1 if who != other => {
                let (from, to) = (Party::User(user(who)), Party::User(user(other)));
                let paid = world.pay(step, from, to, amount).await.is_ok();
                assert_eq!(paid, amount > 0 && balance - held >= amount, "step {step}");
                if paid {
                    model.entry(who).or_default().0 -= amount;
                    model.entry(other).or_default().0 += amount;
                }
            }
            _ => {
                let delta = amount - 40;
                let deltas = BTreeMap::from([(user(who), delta)]);
                let shift = async move |tx: &Tx| ledger::shift(tx, TENANT, COIN, &deltas).await;
                let fits = held + delta >= 0 && balance - held - delta >= 0;
                let is_there = model.contains_key(&who);
                let moved = world.write(shift).await.is_ok();
                assert_eq!(moved, delta == 0 || (fits && is_there), "step {step}");
                if moved && delta != 0 {
                    model.entry(who).or_default().1 += delta;
                }
            }
        }
    }
    for (who, (balance, held)) in model {
        let found = world.balance(who).await;
        assert_eq!((found.balance, found.held), (balance, held));
    }
    assert_eq!(world.wrong().await, [""; 0]);
}

on_both!(
    a_transfer_is_made_once,
    what_is_held_cannot_be_spent,
    a_crowd_that_pays_each_other,
    the_books_are_those_of_a_model,
);
