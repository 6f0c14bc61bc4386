//! Named leases.

use futures_util::future::join_all;
use store::{Class, Tx};
use tasks::Lease;

use crate::it::house::{House, seconds};

on_both! {
    one_has_it_until_it_is_given_back,
    one_that_ran_out_is_taken_over,
    of_racing_nodes_one_gets_it,
}

async fn acquire(house: &House) -> Option<Lease> {
    Lease::acquire(&house.store, "deliveries", seconds(30)).await.unwrap()
}

/// Whether the lease is held, as a transaction sees it.
async fn holds(house: &House, lease: Lease) -> (bool, Lease) {
    let lease = std::sync::Arc::new(lease);
    let asked = lease.clone();
    let held = house.store.write(Class::Interactive, async move |tx: &Tx| {
        let lease = &asked;
        lease.holds(tx).await
    });
    let held = held.await.unwrap();
    (held, std::sync::Arc::into_inner(lease).unwrap())
}

async fn one_has_it_until_it_is_given_back(house: &House) {
    let lease = acquire(house).await.unwrap();
    assert_eq!(lease.name(), "deliveries");
    assert!(acquire(house).await.is_none());
    let other = Lease::acquire(&house.store, "another", seconds(30)).await;
    assert!(other.unwrap().is_some());
    for _ in 0..5 {
        house.clock.advance(seconds(10));
        assert!(lease.renew().await.unwrap());
        assert!(acquire(house).await.is_none());
    }
    let (held, lease) = holds(house, lease).await;
    assert!(held);
    assert!(lease.release().await.unwrap());
    assert!(acquire(house).await.is_some());
}

async fn one_that_ran_out_is_taken_over(house: &House) {
    let lease = acquire(house).await.unwrap();
    house.clock.advance(seconds(29));
    assert!(acquire(house).await.is_none());
    house.clock.advance(seconds(2));
    assert!(lease.renew().await.unwrap(), "nobody took it");
    house.clock.advance(seconds(30));
    let other = acquire(house).await.unwrap();

    assert!(!lease.renew().await.unwrap());
    let (held, lease) = holds(house, lease).await;
    assert!(!held);
    assert!(!lease.release().await.unwrap());
    let (held, other) = holds(house, other).await;
    assert!(held && other.renew().await.unwrap());
}

async fn of_racing_nodes_one_gets_it(house: &House) {
    for _ in 0..5 {
        let got = join_all((0..8).map(|_| acquire(house))).await;
        let mut got: Vec<Lease> = got.into_iter().flatten().collect();
        assert_eq!(got.len(), 1);
        house.clock.advance(seconds(31));
        drop(got.pop());
    }
}
