//! How a page of properties is found.
//!
//! There are four ways, and the first that will do is taken:
//!
//! * **The words.** When the index of words brings few enough, they are all there is to look at.
//! * **The area.** The same with the cells of the grid that cover it.
//! * **Rings**, for the order by distance: what lies around the middle, further and further out,
//!   until the page is full.
//! * **The walk** through the list in its order.
//!
//! Whatever the way, a page is one snapshot and has bounds: so many places measured, so many rows
//! read. A page that meets them ends early, with a cursor to where it came.

mod gather;
mod rings;
mod walk;

use std::{cmp::Ordering, collections::HashMap};

use domain::{GeoPoint, Id, TenantId, Timestamp};
use futures_util::future::try_join_all;
use kit::{Ctx, Result};
use serde::{Deserialize, Serialize};
use store::{Dialect, Tx, Value, args, from_row};

use crate::{
    model::{Bounds, CellRange, Circle, Property, Words},
    row::Stored,
    sql_search as sql,
};

/// What stands for an unknown date, so that it comes last.
const NO_DATE: &str = "9999-12-31";
/// Keys of so many candidates are read at once.
const KEYS_AT_ONCE: usize = 1_000;
/// Rows of so many candidates are read at once.
const ROWS_AT_ONCE: usize = 500;
/// Places of one range of cells are read in such portions …
const PLACES_AT_ONCE: i64 = 5_000;
/// … and so many ranges are asked for together where an answer has a way to go.
const RANGES_AT_ONCE: usize = 16;
/// So many candidates may be held against filter and words for one page …
const TRIED_MOST: usize = 20_000;
/// … and so many whole rows read.
const READ_MOST: usize = 5_000;

/// In which order a list comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// As they came here.
    Id,
    /// The next auction first; those without a date last.
    AuctionDate,
    /// The latest change first.
    UpdatedAt,
    /// The nearest first.
    Distance,
}

/// What is looked for.
pub(crate) struct Search {
    /// The arguments $2 to $9 of the filter.
    pub(crate) filter: Vec<Value>,
    pub(crate) words: Option<Words>,
    /// From where distances are measured, and how far.
    pub(crate) circle: Option<Circle>,
    /// Whether the circle was asked for, and is not the whole globe for the distances' sake.
    pub(crate) is_limited: bool,
    pub(crate) bounds: Option<Bounds>,
    pub(crate) sort: Sort,
}

/// A place in a list: what it is sorted by, then the id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) key: RankKey,
    pub(crate) id: Id,
}

/// What a list is sorted by; one list has one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum RankKey {
    /// By the id alone.
    None(()),
    /// An instant; or a distance by its bits, which sort as it does.
    Number(i64),
    /// A date.
    Text(String),
}

/// A property of a page.
pub(crate) struct Hit {
    pub(crate) rank: Rank,
    pub(crate) property: Property,
    pub(crate) distance_km: Option<f64>,
}

/// A page.
pub(crate) struct Found {
    pub(crate) hits: Vec<Hit>,
    /// Behind what to go on; none at the end.
    pub(crate) next: Option<Rank>,
}

/// How a way ended.
enum End {
    /// The page is full, or there is nothing more.
    Over,
    /// There may be more behind this place.
    Paused(Rank),
}

/// A candidate as the narrow statements show it.
struct Keys {
    id: Id,
    latitude: Option<f64>,
    longitude: Option<f64>,
    auction_date: Option<String>,
    updated_at: Timestamp,
}

from_row!(Keys { id, latitude, longitude, auction_date, updated_at });

/// A place in a cell.
struct Place {
    cell: i64,
    id: Id,
    latitude: f64,
    longitude: f64,
}

from_row!(Place { cell, id, latitude, longitude });

fn point(latitude: Option<f64>, longitude: Option<f64>) -> Option<GeoPoint> {
    GeoPoint::new(latitude?, longitude?).ok()
}

/// A distance as a key. It is never negative, so its bits sort as it does.
fn distance_key(km: f64) -> RankKey {
    RankKey::Number(km.abs().to_bits().cast_signed())
}

impl Search {
    /// Which of two places of the list comes first.
    fn order(&self, a: &Rank, b: &Rank) -> Ordering {
        match self.sort {
            Sort::UpdatedAt => b.cmp(a),
            _ => a.cmp(b),
        }
    }

    /// Whether a key is one of this list's.
    pub(crate) fn has(&self, key: &RankKey) -> bool {
        match (self.sort, key) {
            (Sort::Id, RankKey::None(())) | (Sort::AuctionDate, RankKey::Text(_)) => true,
            (Sort::UpdatedAt, RankKey::Number(_)) => true,
            (Sort::Distance, RankKey::Number(bits)) => {
                f64::from_bits(bits.cast_unsigned()).is_finite() && *bits >= 0
            }
            _ => false,
        }
    }

    fn has_filter(&self) -> bool {
        self.filter.iter().any(|value| *value != Value::Null)
    }

    fn has_area(&self) -> bool {
        self.is_limited || self.bounds.is_some()
    }

    /// Whether a place lies in the area, with its distance where one is asked for. Without a place
    /// it lies in no area.
    fn admits(&self, point: Option<&GeoPoint>) -> Option<Option<f64>> {
        let Some(point) = point else {
            return (self.circle.is_none() && self.bounds.is_none()).then_some(None);
        };
        if self.bounds.as_ref().is_some_and(|bounds| !bounds.contains(point)) {
            return None;
        }
        match &self.circle {
            None => Some(None),
            Some(circle) => circle.distance_within(point).map(Some),
        }
    }

    fn rank(&self, keys: &Keys, distance_km: Option<f64>) -> Rank {
        let key = match self.sort {
            Sort::Id => RankKey::None(()),
            Sort::AuctionDate => {
                RankKey::Text(keys.auction_date.clone().unwrap_or_else(|| NO_DATE.to_owned()))
            }
            Sort::UpdatedAt => RankKey::Number(keys.updated_at.as_millis()),
            Sort::Distance => distance_key(distance_km.unwrap_or_default()),
        };
        Rank { key, id: keys.id }
    }
}

/// The page of at most `limit` properties behind a place.
pub(crate) async fn find(
    ctx: &Ctx,
    tenant: TenantId,
    search: Search,
    after: Option<Rank>,
    limit: usize,
) -> Result<Found> {
    ctx.store()
        .read(async move |tx: &Tx| {
            let after = after.clone();
            let mut finder = Finder {
                tx,
                tenant,
                search: &search,
                after,
                limit,
                hits: Vec::new(),
                tried: 0,
                read: 0,
            };
            let end = finder.run().await?;
            Ok(finder.page(end))
        })
        .await
}

/// One page on its way.
struct Finder<'a> {
    tx: &'a Tx,
    tenant: TenantId,
    search: &'a Search,
    after: Option<Rank>,
    limit: usize,
    hits: Vec<Hit>,
    tried: usize,
    read: usize,
}

impl Finder<'_> {
    async fn run(&mut self) -> store::Result<End> {
        if let Some(ranks) = self.gather().await? {
            self.take(&ranks).await?;
            return Ok(End::Over);
        }
        match (&self.search.circle, self.search.sort) {
            (Some(circle), Sort::Distance) => self.rings(circle).await,
            _ => self.walk().await,
        }
    }

    /// Whether there is one property more than the page takes, which tells that there is a next.
    fn is_full(&self) -> bool {
        self.hits.len() > self.limit
    }

    fn is_exhausted(&self) -> bool {
        self.tried >= TRIED_MOST || self.read >= READ_MOST
    }

    fn is_behind(&self, rank: &Rank) -> bool {
        self.after.as_ref().is_none_or(|after| self.search.order(rank, after) == Ordering::Greater)
    }

    fn page(self, end: End) -> Found {
        let Self { mut hits, limit, .. } = self;
        let next = if hits.len() > limit {
            hits.truncate(limit);
            hits.last().map(|hit| hit.rank.clone())
        } else if let End::Paused(rank) = end {
            Some(rank)
        } else {
            None
        };
        Found { hits, next }
    }

    /// The arguments $1 to $9.
    fn args(&self) -> Vec<Value> {
        let mut args = vec![Value::from(self.tenant)];
        args.extend_from_slice(&self.search.filter);
        args
    }

    /// The arguments of the statements over ids.
    fn args_of(&self, ids: impl Iterator<Item = Id>) -> Vec<Value> {
        let ids: Vec<Id> = ids.collect();
        let mut args = self.args();
        args.push(serde_json::to_string(&ids).unwrap_or_default().into());
        args
    }

    /// Takes candidates in their order, as long as there is room: reads their rows and holds them
    /// against filter and words. Whether the page is full then.
    async fn take(&mut self, ranks: &[Rank]) -> store::Result<bool> {
        let mut rest = ranks;
        let mut portion = self.limit + 1 - self.hits.len().min(self.limit);
        while !rest.is_empty() && !self.is_full() {
            let (now, later) = rest.split_at(portion.clamp(1, ROWS_AT_ONCE).min(rest.len()));
            let args = self.args_of(now.iter().map(|rank| rank.id));
            let rows: Vec<Stored> = self.tx.all(&sql::ROWS_OF, &args).await?;
            self.tried += now.len();
            self.read += rows.len();
            let rows = rows.into_iter().map(|Stored(property)| (property.id, property));
            let mut rows: HashMap<Id, Property> = rows.collect();
            for rank in now {
                let Some(property) = rows.remove(&rank.id) else { continue };
                self.hold(rank, property);
            }
            (rest, portion) = (later, portion * 2);
        }
        Ok(self.is_full())
    }

    fn hold(&mut self, rank: &Rank, property: Property) {
        let Search { words, .. } = self.search;
        if words.as_ref().is_some_and(|words| !words.are_in(&property.text())) || self.is_full() {
            return;
        }
        let place = point(property.latitude, property.longitude);
        if let Some(distance_km) = self.search.admits(place.as_ref()) {
            self.hits.push(Hit { rank: rank.clone(), property, distance_km });
        }
    }

    /// Goes through the places of ranges of cells until `each` has had enough; whether it has not.
    async fn places(
        &self,
        ranges: &[CellRange],
        mut each: impl FnMut(Id, &GeoPoint) -> bool,
    ) -> store::Result<bool> {
        let at_once = if self.tx.dialect() == Dialect::Sqlite { 1 } else { RANGES_AT_ONCE };
        for portion in ranges.chunks(at_once) {
            let reads = portion.iter().map(|range| self.portion(*range, FIRST));
            for (range, mut places) in portion.iter().zip(try_join_all(reads).await?) {
                loop {
                    for place in &places {
                        let at = point(Some(place.latitude), Some(place.longitude));
                        if !at.is_none_or(|at| each(place.id, &at)) {
                            return Ok(false);
                        }
                    }
                    // A full portion: there may be more in the range.
                    let Some(last) = places.get(PLACES_AT_ONCE.unsigned_abs() as usize - 1) else {
                        break;
                    };
                    places = self.portion((last.cell, range.1), last.id).await?;
                }
            }
        }
        Ok(true)
    }

    async fn portion(&self, (first, last): CellRange, after: Id) -> store::Result<Vec<Place>> {
        let args = args![self.tenant, first, last, after, PLACES_AT_ONCE];
        self.tx.all(&sql::PLACES, &args).await
    }
}

/// The id before all others.
const FIRST: Id = Id::from_uuid(uuid::Uuid::nil());
/// The id behind all others.
const LAST: Id = Id::from_uuid(uuid::Uuid::max());
