//! A look at a database from outside.

use std::{sync::Arc, time::Duration};

use domain::{SharedClock, Timestamp};
use store::{Error, Inspection, Integrity, Migration, Migrations, Schema, inspect};
use testkit::{START, clock::FakeClock};

use crate::bed::{Bed, RealClock, THINGS};

on_both!(schemas_are_compared, who_has_no_time_gets_no_answer);

const LIMIT: Duration = Duration::from_secs(30);

const PLANTS: Migrations = Migrations {
    module: "plants",
    steps: &[Migration::both(1, "0001_plants", "create table plants (id {int}) {strict}")],
};

const OTHER_PLANTS: Migrations = Migrations {
    module: "plants",
    steps: &[Migration::both(1, "0001_plants", "create table plants (name {text}) {strict}")],
};

async fn schema(bed: &Bed, modules: &[Migrations]) -> Schema {
    match inspect(&bed.config(), modules, &RealClock::shared(), LIMIT).await.unwrap() {
        Inspection::Absent => panic!("it is there"),
        Inspection::Sqlite(found) => {
            assert_eq!((found.integrity, found.with_log), (Integrity::Sound, true));
            assert!(found.is_wal && found.bytes > 0, "it is a database of the store's");
            found.schema
        }
        Inspection::Postgres(found) => found.schema,
    }
}

async fn schemas_are_compared(bed: Bed) {
    if bed.is_sqlite() {
        let absent = inspect(&bed.config(), &[THINGS], &RealClock::shared(), LIMIT).await;
        assert_eq!(absent.unwrap(), Inspection::Absent);
    } else {
        let found = schema(&bed, &[THINGS]).await;
        let pending = ["store/0001_journal", "things/0001_things"].map(str::to_owned).to_vec();
        assert_eq!(found, Schema { pending, ..Schema::default() });
    }
    let store = bed.open();
    store.migrate(&[THINGS, PLANTS]).await.unwrap();
    store.close().await;
    let applied = Schema { applied: 3, ..Schema::default() };
    assert_eq!(schema(&bed, &[THINGS, PLANTS]).await, applied);
    let names = vec!["plants/0001_plants".to_owned()];
    let newer = Schema { unknown: names.clone(), ..applied.clone() };
    assert_eq!(schema(&bed, &[THINGS]).await, newer);
    let changed = Schema { changed: names, ..applied };
    assert_eq!(schema(&bed, &[THINGS, OTHER_PLANTS]).await, changed);
}

async fn who_has_no_time_gets_no_answer(bed: Bed) {
    let store = bed.store().await;
    store.close().await;
    let outcome = inspect(&bed.config(), &[THINGS], &RealClock::shared(), Duration::ZERO).await;
    match outcome {
        Err(Error::Unavailable(_)) => {}
        // It has come as far as the pages before it was told.
        Ok(Inspection::Sqlite(found)) => {
            assert!(!matches!(found.integrity, Integrity::Damaged(_)), "{found:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn clocks_are_compared() {
    let bed = Bed::postgres().await;
    let start: Timestamp = START.parse().unwrap();
    let clock: SharedClock = Arc::new(FakeClock::new(start));
    let real = RealClock::shared();
    let apart = || real.now().as_millis() - start.as_millis();
    let least = apart();
    let found = inspect(&bed.config(), &[], &clock, LIMIT).await.unwrap();
    let Inspection::Postgres(found) = found else { panic!("{found:?}") };
    // One machine has one clock; each of the two rounds to milliseconds in its own way.
    let expected = least - 1..=apart() + 1;
    assert!(expected.contains(&found.clock_offset_ms), "{} {expected:?}", found.clock_offset_ms);
    assert!(found.major_version >= 15 && !found.is_read_only && found.may_create, "{found:?}");
    assert_eq!(found.synchronous_commit, "on", "whatever the server's own setting is");
    assert!(!found.waits_for_disk, "the server of the test run does not");
}
