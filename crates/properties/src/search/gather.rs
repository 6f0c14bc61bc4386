//! The words and the area: when all candidates are few enough to look at each.

use domain::Id;
use store::{Dialect, Value, args};

use super::{Finder, KEYS_AT_ONCE, Keys, Rank, RankKey, Sort, distance_key, point};
use crate::{model::Words, sql_search as sql, text};

/// More properties than this with all the words are too many to look at each.
const WORDS_MOST: usize = 5_000;
/// More places than this in an area are too many when rows are read for each …
const ROWS_MOST: usize = 10_000;
/// … and more than this in any case.
const PLACES_MOST: usize = 50_000;

impl Finder<'_> {
    /// All candidates behind the place, in order; none when they are too many.
    pub(super) async fn gather(&self) -> store::Result<Option<Vec<Rank>>> {
        let search = self.search;
        let mut ranks = match &search.words {
            Some(words) => self.with_words(words).await?,
            None => None,
        };
        // For the nearest it is not the whole area that matters.
        if ranks.is_none()
            && search.has_area()
            && !(search.is_limited && search.sort == Sort::Distance)
        {
            ranks = self.in_area().await?;
        }
        if let Some(ranks) = &mut ranks {
            ranks.retain(|rank| self.is_behind(rank));
            ranks.sort_unstable_by(|a, b| search.order(a, b));
        }
        Ok(ranks)
    }

    async fn with_words(&self, words: &Words) -> store::Result<Option<Vec<Rank>>> {
        let most = i64::try_from(WORDS_MOST).unwrap_or(i64::MAX) + 1;
        let args = match self.tx.dialect() {
            Dialect::Sqlite => {
                let (low, high) = text::documents(self.tenant);
                args![self.tenant, words.as_match(), low, high, most]
            }
            Dialect::Postgres => {
                let [first, second, third] = words.as_patterns();
                args![self.tenant, first, second, third, most]
            }
        };
        let ids: Vec<(Id,)> = self.tx.all(&sql::WITH_WORDS, &args).await?;
        if ids.len() > WORDS_MOST {
            return Ok(None);
        }
        let ids: Vec<Id> = ids.into_iter().map(|(id,)| id).collect();
        self.ranks_of(&ids).await.map(Some)
    }

    async fn in_area(&self) -> store::Result<Option<Vec<Rank>>> {
        let search = self.search;
        let ranges = match (&search.bounds, &search.circle) {
            (_, Some(circle)) if search.is_limited => circle.ranges(0.0),
            (Some(bounds), _) => bounds.ranges(),
            _ => return Ok(None),
        };
        // The cells tell no more than id and place.
        let tells_all = !search.has_filter() && matches!(search.sort, Sort::Id | Sort::Distance);
        let reads_rows = !tells_all || search.words.is_some();
        let most = if reads_rows { ROWS_MOST } else { PLACES_MOST };
        let mut ranks = Vec::new();
        let few = self.places(&ranges, |id, place| {
            if let Some(distance_km) = search.admits(Some(place)) {
                let key = match search.sort {
                    Sort::Distance => distance_key(distance_km.unwrap_or_default()),
                    _ => RankKey::None(()),
                };
                ranks.push(Rank { key, id });
            }
            ranks.len() <= most
        });
        if !few.await? {
            return Ok(None);
        }
        if tells_all {
            return Ok(Some(ranks));
        }
        let ids: Vec<Id> = ranks.into_iter().map(|rank| rank.id).collect();
        self.ranks_of(&ids).await.map(Some)
    }

    /// The ranks of those ids that pass the filter and lie in the area.
    async fn ranks_of(&self, ids: &[Id]) -> store::Result<Vec<Rank>> {
        let mut ranks = Vec::new();
        for portion in ids.chunks(KEYS_AT_ONCE) {
            let args: Vec<Value> = self.args_of(portion.iter().copied());
            let found: Vec<Keys> = self.tx.all(&sql::KEYS_OF, &args).await?;
            ranks.extend(self.admitted(&found));
        }
        Ok(ranks)
    }

    /// The ranks of those that lie in the area.
    pub(super) fn admitted(&self, found: &[Keys]) -> Vec<Rank> {
        let rank = |keys: &Keys| {
            let place = point(keys.latitude, keys.longitude);
            let distance_km = self.search.admits(place.as_ref())?;
            Some(self.search.rank(keys, distance_km))
        };
        found.iter().filter_map(rank).collect()
    }
}
