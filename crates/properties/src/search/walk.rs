//! The list in its own order, when nothing narrower leads to the page.

use store::args;

use super::{End, FIRST, Finder, Keys, LAST, Rank, RankKey, Sort, TRIED_MOST};
use crate::sql_search as sql;

/// Keys are read in growing portions, up to this.
const AT_ONCE: usize = 4_000;

impl Finder<'_> {
    pub(super) async fn walk(&mut self) -> store::Result<End> {
        let mut place = self.after.clone();
        // Without area and words the first portion is the page.
        let checks = self.search.has_area() || self.search.words.is_some();
        let mut portion = if checks { (4 * self.limit).max(500) } else { self.limit + 1 };
        let mut walked = 0;
        loop {
            let found = self.portion_of_list(place.as_ref(), portion).await?;
            walked += found.len();
            let ranks = self.admitted(&found);
            if self.take(&ranks).await? {
                return Ok(End::Over);
            }
            let Some(last) = found.last().filter(|_| found.len() == portion) else {
                return Ok(End::Over);
            };
            let behind = self.search.rank(last, None);
            if self.is_exhausted() || walked >= TRIED_MOST {
                return Ok(End::Paused(behind));
            }
            (place, portion) = (Some(behind), (portion * 2).min(AT_ONCE));
        }
    }

    async fn portion_of_list(
        &self,
        place: Option<&Rank>,
        limit: usize,
    ) -> store::Result<Vec<Keys>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut args = self.args();
        let id = place.map(|rank| rank.id);
        match (self.search.sort, place.map(|rank| &rank.key)) {
            (Sort::AuctionDate, key) => {
                let date = if let Some(RankKey::Text(date)) = key { date.as_str() } else { "" };
                args.extend(args![id.unwrap_or(FIRST), date, limit]);
                self.tx.all(&sql::WALK_BY_DATE, &args).await
            }
            (Sort::UpdatedAt, key) => {
                let at = if let Some(RankKey::Number(at)) = key { *at } else { i64::MAX };
                args.extend(args![id.unwrap_or(LAST), at, limit]);
                self.tx.all(&sql::WALK_BY_UPDATE, &args).await
            }
            (Sort::Id | Sort::Distance, _) => {
                args.extend(args![id.unwrap_or(FIRST), limit]);
                self.tx.all(&sql::WALK_BY_ID, &args).await
            }
        }
    }
}
