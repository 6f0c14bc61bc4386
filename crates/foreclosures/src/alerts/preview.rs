//! How many properties criteria match now: bounded work, and honest about its bounds.

use domain::{EARTH_RADIUS_KM, Id, TenantId};
use kit::{Ctx, Result, ports::Sieve};
use matching::{Criteria, Truth};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::definition::{Definition, property};
use crate::model::{MAX_COUNTED, MAX_LOOKED_AT};

/// Properties that are looked at by one statement.
const STRETCH: u32 = 5_000;
/// What a circle's latitudes are widened by, in degrees, so that rounding leaves nothing out.
const MARGIN: f64 = 1e-6;

/// What criteria match now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Matching {
    pub(crate) count: u32,
    /// False when the count stopped at a bound: there are at least so many.
    pub(crate) is_exact: bool,
}

/// Counts what matches, the newest properties first, up to [`MAX_COUNTED`] or until
/// [`MAX_LOOKED_AT`] were looked at.
pub(crate) async fn matching_now(
    ctx: &Ctx,
    tenant: TenantId,
    definition: &Definition,
) -> Result<Matching> {
    let (criteria, sieve) = (definition.criteria(), sieve(definition));
    let mut found = Matching { count: 0, is_exact: false };
    let (mut before, mut looked_at) = (None, 0);
    loop {
        let house = ctx.clone();
        let (criteria, sieve) = (criteria.clone(), sieve.clone());
        // A snapshot for each stretch: a long one would keep the database from tidying up.
        let read =
            async move |tx: &Tx| stretch(&house, tx, tenant, before, &criteria, &sieve).await;
        let (matched, looked, next) = ctx.store().read(read).await?;
        found.add(matched, next.is_none());
        looked_at += looked;
        before = next;
        if before.is_none() || found.count == MAX_COUNTED || looked_at >= MAX_LOOKED_AT {
            return Ok(found);
        }
    }
}

impl Matching {
    /// Adds what another stretch matched, the last one or not.
    fn add(&mut self, matched: u32, is_last: bool) {
        let all = self.count.saturating_add(matched);
        *self = Self { count: all.min(MAX_COUNTED), is_exact: is_last && all <= MAX_COUNTED };
    }
}

async fn stretch(
    ctx: &Ctx,
    tx: &Tx,
    tenant: TenantId,
    before: Option<Id>,
    criteria: &Criteria,
    sieve: &Sieve,
) -> Result<(u32, u32, Option<Id>)> {
    let sieve = sieve.clone();
    let sifted = ctx.properties()?.sift(tx.clone(), tenant, before, STRETCH, sieve).await?;
    let matches = |facts| criteria.truth(&property(facts)) == Truth::True;
    let matched = sifted.cards.iter().filter(|card| matches(&card.facts)).count();
    Ok((u32::try_from(matched).unwrap_or(MAX_COUNTED), sifted.looked_at, sifted.next))
}

/// What the database can tell quickly. Never more than the criteria ask.
fn sieve(definition: &Definition) -> Sieve {
    let around = definition.around.map(|around| {
        let reach = (around.radius_km() / EARTH_RADIUS_KM).to_degrees() + MARGIN;
        (around.center.latitude() - reach, around.center.latitude() + reach)
    });
    let corners = definition.polygon.as_deref().unwrap_or_default();
    let latitudes = corners.iter().map(domain::GeoPoint::latitude);
    let within = (!corners.is_empty()).then(|| {
        let south = latitudes.clone().fold(f64::INFINITY, f64::min);
        (south - MARGIN, latitudes.fold(f64::NEG_INFINITY, f64::max) + MARGIN)
    });
    Sieve {
        states: definition.states.clone(),
        latitudes: around.or(within),
        min_bid_minor: definition.min_bid_minor,
        max_bid_minor: definition.max_bid_minor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_stopped_at_its_bound_says_so() {
        for (stretches, expected) in [
            (&[0][..], (0, true)),
            (&[3, 4], (7, true)),
            (&[MAX_COUNTED], (MAX_COUNTED, true)),
            (&[MAX_COUNTED + 1], (MAX_COUNTED, false)),
            (&[MAX_COUNTED, 1], (MAX_COUNTED, false)),
            (&[u32::MAX, u32::MAX], (MAX_COUNTED, false)),
        ] {
            let mut found = Matching { count: 0, is_exact: false };
            for (n, matched) in stretches.iter().enumerate() {
                found.add(*matched, n + 1 == stretches.len());
            }
            assert_eq!((found.count, found.is_exact), expected, "{stretches:?}");
        }
        let mut found = Matching { count: 0, is_exact: false };
        found.add(5, false);
        assert!(!found.is_exact, "there is more to look at");
    }
}
