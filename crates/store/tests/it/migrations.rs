//! Migrations: once, whole, by one node at a time.

use futures_util::future::join_all;
use store::{Error, Migration, Migrations, Store, args, statements};

use crate::bed::{Bed, INSERT, THINGS};

statements! {
    BOOKS = "select count(*) from migrations where module = $1";
    PLANTS = "select count(*) from plants";
    ROOTS = "select count(*) from roots";
}

on_both!(
    nodes_may_migrate_at_once,
    a_changed_step_is_refused,
    a_failing_step_rolls_back_its_module,
    versions_have_no_gaps,
);

const fn plants(steps: &'static [Migration]) -> Migrations {
    Migrations { module: "plants", steps }
}

const PLANT: Migration =
    Migration::both(1, "0001_plants", "create table plants (id {int}) {strict}");
const ROOT: Migration = Migration::both(2, "0002_roots", "create table roots (id {int}) {strict}");

async fn books(store: &Store, module: &str) -> i64 {
    store.one::<(i64,)>(&BOOKS, &args![module]).await.unwrap().0
}

async fn nodes_may_migrate_at_once(bed: Bed) {
    let nodes: Vec<Store> = (0..4).map(|_| bed.open()).collect();
    let modules = [THINGS, plants(&[PLANT, ROOT])];
    let applied = join_all(nodes.iter().map(|node| node.migrate(&modules))).await;
    let mut applied: Vec<String> = applied.into_iter().flat_map(Result::unwrap).collect();
    applied.sort_unstable();
    let expected =
        ["plants/0001_plants", "plants/0002_roots", "store/0001_journal", "things/0001_things"];
    assert_eq!(applied, expected, "each step once");
    for (n, node) in (0..).zip(&nodes) {
        node.execute(&INSERT, args![n, n].to_vec()).await.unwrap();
        assert!(node.migrate(&modules).await.unwrap().is_empty());
    }
}

async fn a_changed_step_is_refused(bed: Bed) {
    const CHANGED: Migration =
        Migration::both(1, "0001_plants", "create table plants (id {int} not null) {strict}");
    let store = bed.open();
    store.migrate(&[plants(&[PLANT])]).await.unwrap();
    let refused = store.migrate(&[plants(&[CHANGED, ROOT])]).await;
    let Err(Error::Schema(message)) = refused else {
        panic!("{refused:?}");
    };
    assert!(message.contains("plants/0001_plants"), "{message}");
    assert_eq!(books(&store, "plants").await, 1);
    assert_eq!(store.migrate(&[plants(&[PLANT, ROOT])]).await.unwrap(), ["plants/0002_roots"]);
}

async fn a_failing_step_rolls_back_its_module(bed: Bed) {
    const BROKEN: Migration = Migration::both(
        2,
        "0002_roots",
        "create table roots (id {int}) {strict}; insert into no_such_table values (1)",
    );
    let store = bed.open();
    let failed = store.migrate(&[plants(&[PLANT, BROKEN])]).await;
    let Err(Error::Database(message)) = failed else {
        panic!("{failed:?}");
    };
    assert!(message.contains("plants/0002_roots"), "{message}");
    assert_eq!(books(&store, "plants").await, 0);
    for gone in [&PLANTS, &ROOTS] {
        assert!(store.all::<(i64,)>(gone, &[]).await.is_err());
    }
    assert_eq!(store.migrate(&[plants(&[PLANT, ROOT])]).await.unwrap().len(), 2);
    for there in [&PLANTS, &ROOTS] {
        assert_eq!(store.one::<(i64,)>(there, &[]).await.unwrap(), (0,));
    }
}

async fn versions_have_no_gaps(bed: Bed) {
    const LEAP: Migration = Migration::both(3, "0003_leap", "select 1");
    let store = bed.open();
    let refused = store.migrate(&[plants(&[PLANT, LEAP])]).await;
    assert!(matches!(refused, Err(Error::Schema(_))), "{refused:?}");
    assert_eq!(books(&store, "plants").await, 0);
}
