//! The nearest first: rings around the middle, each of four times the area of the one before.

use super::{End, Finder, LAST, Rank, RankKey, distance_key};
use crate::model::Circle;

/// How far beyond the place of the page the first ring reaches, where it begins at the middle.
const FIRST_KM: f64 = 3.0;
/// So many of a ring's places are kept at once, the nearest.
const KEPT: usize = 4_000;
/// So many places are measured for a page before it ends early.
const MEASURED_MOST: usize = 200_000;

impl Finder<'_> {
    pub(super) async fn rings(&mut self, circle: &Circle) -> store::Result<End> {
        let mut place = self.after.clone();
        let mut inner = place.as_ref().map_or(0.0, |rank| match rank.key {
            RankKey::Number(bits) => f64::from_bits(bits.cast_unsigned()),
            _ => 0.0,
        });
        let (mut width, mut measured) = (FIRST_KM, 0);
        loop {
            let outer = inner.hypot(width).min(circle.radius_km);
            let ring = Circle { radius_km: outer, ..*circle };
            let (ranks, more) = self.ring(&ring, inner, place.as_ref(), &mut measured).await?;
            if self.take(&ranks).await? {
                return Ok(End::Over);
            }
            let behind = match ranks.last() {
                // Not all of this ring was kept: once more, behind what was.
                Some(last) if more => last.clone(),
                _ if outer >= circle.radius_km => return Ok(End::Over),
                _ => {
                    (inner, width) = (outer, width * 2.0);
                    Rank { key: distance_key(outer), id: LAST }
                }
            };
            if self.is_exhausted() || measured >= MEASURED_MOST {
                return Ok(End::Paused(behind));
            }
            place = Some(behind);
        }
    }

    /// The nearest of a ring behind a place, in order, and whether there are more.
    async fn ring(
        &self,
        ring: &Circle,
        inner: f64,
        place: Option<&Rank>,
        measured: &mut usize,
    ) -> store::Result<(Vec<Rank>, bool)> {
        let (mut ranks, mut more) = (Vec::new(), false);
        let bounds = self.search.bounds.as_ref();
        let ranges = ring.ranges(inner);
        let all = self.places(&ranges, |id, at| {
            *measured += 1;
            let is_inside = bounds.is_none_or(|bounds| bounds.contains(at));
            if let Some(km) = ring.distance_within(at).filter(|_| is_inside) {
                let rank = Rank { key: distance_key(km), id };
                if place.is_none_or(|place| rank > *place) {
                    ranks.push(rank);
                }
            }
            if ranks.len() >= 2 * KEPT {
                ranks.select_nth_unstable(KEPT);
                ranks.truncate(KEPT);
                more = true;
            }
            true
        });
        all.await?;
        if ranks.len() > KEPT {
            ranks.select_nth_unstable(KEPT);
            ranks.truncate(KEPT);
            more = true;
        }
        ranks.sort_unstable();
        Ok((ranks, more))
    }
}
