//! A trial of the rules: random auctions, judged by an oracle that knows the spec and nothing of
//! the model, and by laws that hold whatever the rules are. Wrong rules have to be found guilty.

use std::thread;

use domain::{Timestamp, UserId};
use uuid::Uuid;

use super::Standard;

/// Ends the trial with a sentence about what is wrong.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

mod batches;
mod commands;
mod dice;
mod drafts;
mod endings;
mod judge;
mod laws;
mod mutants;
mod oracle;
mod retractions;
mod stories;
mod table;
mod tally;
mod world;

use tally::Tally;
use world::{Watch, World};

/// Somebody, by number.
const fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

/// An instant, by milliseconds.
const fn ms(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Tries worlds, one for each seed, until so many commands were given; what happened in them.
fn try_worlds(first_seed: u64, operations: u64) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let mut seed = first_seed;
    while tally.operations < operations {
        let mut world = World::<Standard>::new(seed, Watch::Everything);
        world.run().map_err(|why| format!("seed {seed}: {why}"))?;
        tally.add(&world.tally);
        seed += 1;
    }
    Ok(tally)
}

#[test]
fn a_million_commands_obey_the_rules() {
    let halves = [0, 1_000_000].map(|seed| thread::spawn(move || try_worlds(seed, 500_000)));
    let mut tally = Tally::default();
    for half in halves {
        tally.add(&half.join().unwrap().unwrap());
    }
    assert!(tally.operations >= 1_000_000);
    assert_eq!(tally.rarities(), Vec::<String>::new());
}
