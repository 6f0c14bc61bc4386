//! What other features may look through.

use domain::{Id, TenantId};
use kit::ports::{Sieve, Sifted};
use serde_json::json;
use store::Tx;
use testkit::Database;

use super::house::House;

async fn sift(house: &House, before: Option<Id>, count: u32, sieve: Sieve) -> Sifted {
    let ctx = house.app.ctx().clone();
    let read = async move |tx: &Tx| {
        let (tenant, sieve) = (TenantId::DEFAULT, sieve.clone());
        Ok::<_, kit::Error>(ctx.properties()?.sift(tx.clone(), tenant, before, count, sieve).await?)
    };
    house.app.ctx().store().read(read).await.unwrap()
}

fn streets(sifted: &Sifted) -> Vec<&str> {
    let mut streets: Vec<_> = sifted.cards.iter().map(|card| card.facts.street.as_str()).collect();
    streets.sort_unstable();
    streets
}

#[tokio::test]
async fn stretches_are_looked_through_from_the_newest_on() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let rows = [
            ("1 A St", "CA", Some(37.0), Some(100)),
            ("2 A St", "CA", None, None),
            ("3 A St", "NV", Some(39.5), Some(300)),
            ("4 A St", "TX", Some(30.0), Some(200)),
        ];
        for (street, state, latitude, bid) in rows {
            let body = json!({ "street": street, "city": "Springfield", "state": state,
                "latitude": latitude, "longitude": latitude.map(|_| -100.0), "opening_bid": bid });
            house.make(body).await;
            house.app.clock().advance(std::time::Duration::from_millis(1));
        }
        let removed = house.make(json!({ "street": "5 A St", "city": "X", "state": "TX" })).await;
        house.operator.delete(&format!("/api/v1/properties/{removed}")).await.expect(204);

        let all = sift(&house, None, 9, Sieve::default()).await;
        assert_eq!(streets(&all), ["1 A St", "2 A St", "3 A St", "4 A St"]);
        assert_eq!((all.looked_at, all.next), (5, None));
        let first = sift(&house, None, 3, Sieve::default()).await;
        assert_eq!((streets(&first), first.looked_at), (vec!["3 A St", "4 A St"], 3));
        let rest = sift(&house, first.next, 3, Sieve::default()).await;
        assert_eq!((streets(&rest), rest.looked_at), (vec!["1 A St", "2 A St"], 2));
        assert_eq!(rest.next, None);

        for (sieve, found) in [
            (
                Sieve { states: vec!["CA".into(), "TX".into()], ..Sieve::default() },
                vec!["1", "2", "4"],
            ),
            (Sieve { latitudes: Some((30.0, 37.0)), ..Sieve::default() }, vec!["1", "4"]),
            (Sieve { min_bid_minor: Some(20_000), ..Sieve::default() }, vec!["3", "4"]),
            (Sieve { max_bid_minor: Some(20_000), ..Sieve::default() }, vec!["1", "4"]),
        ] {
            let sifted = sift(&house, None, 9, sieve).await;
            let numbers: Vec<_> = streets(&sifted).iter().map(|street| &street[..1]).collect();
            assert_eq!((numbers, sifted.looked_at), (found, 5));
        }
        let elsewhere = TenantId::from_uuid(house.app.ctx().new_id().as_uuid());
        let ctx = house.app.ctx().clone();
        let read = async move |tx: &Tx| {
            let none = Sieve::default();
            Ok::<_, kit::Error>(ctx.properties()?.sift(tx.clone(), elsewhere, None, 9, none).await?)
        };
        assert_eq!(house.app.ctx().store().read(read).await.unwrap(), Sifted::default());
    }
}
