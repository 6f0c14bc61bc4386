//! Which property a row means, and what it changes.

use std::collections::HashSet;

use domain::{Id, IdGenerator};
use store::{Result, Tx, args};

use super::reader::{Line, SourceRow};
use crate::{
    model::{Edit, Fault, Field, Property},
    row::Stored,
    sql,
    upsert::Batch,
};

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A new property.
    Added,
    /// Something differs from what this source or others said before.
    Changed,
    /// Nothing new.
    Unchanged,
    /// A property that was known from elsewhere; linked from now on.
    Merged,
    /// A rule is broken; why.
    Rejected(String),
}

/// Places rows into a batch, in their order. Reads are set-based: one look for all keys, one for
/// all rows.
pub(super) async fn place_all(
    batch: &mut Batch,
    tx: &Tx,
    lines: &[Line],
    ids: &IdGenerator,
) -> Result<Vec<Outcome>> {
    locate(batch, tx, lines).await?;
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        outcomes.push(match &line.row {
            Ok(row) => hear(batch, tx, row, ids).await?,
            Err(reason) => Outcome::Rejected(reason.clone()),
        });
    }
    Ok(outcomes)
}

/// The property that the source's name is linked to, that of the address, that of the parcel, the
/// one that an operator parted the name from, and what the source said last under the name.
type Located = (Option<Id>, Option<Id>, Option<Id>, Option<Id>, Option<i64>);

/// Finds and reads every property that one of the rows may mean.
async fn locate(batch: &mut Batch, tx: &Tx, lines: &[Line]) -> Result<()> {
    let rows: Vec<&SourceRow> = lines.iter().filter_map(|line| line.row.as_ref().ok()).collect();
    let wanted: Vec<_> = rows
        .iter()
        .map(|row| {
            let parcel = row.parcel_key.as_deref();
            args![batch.tenant, &batch.source, &row.source_id, &row.address_key, parcel]
        })
        .collect();
    let found: Vec<Option<Located>> = tx.maybe_many(&sql::LOCATE, &wanted).await?;
    let mut unread = HashSet::new();
    for (row, found) in rows.iter().zip(found) {
        let (link, address, parcel, parted, said) = found.unwrap_or_default();
        // What the batch knows already is newer than the table.
        batch.heard(&row.source_id, said);
        batch.by_link.entry(row.source_id.clone()).or_insert(link);
        batch.by_address.entry(row.address_key.clone()).or_insert(address);
        if let Some(key) = &row.parcel_key {
            batch.by_parcel.entry(key.clone()).or_insert(parcel);
        }
        if let Some(property) = parted {
            batch.parted.insert(row.source_id.clone(), property);
        }
        let ids = [link, address, parcel].into_iter().flatten();
        unread.extend(ids.filter(|id| batch.get(*id).is_none()));
    }
    let wanted: Vec<_> = unread.iter().map(|id| args![batch.tenant, *id]).collect();
    let stored: Vec<Option<Stored>> = tx.maybe_many(&sql::BY_ID, &wanted).await?;
    for Stored(property) in stored.into_iter().flatten() {
        batch.hold(property);
    }
    Ok(())
}

/// Places a row, unless it says what its source said last: two sources that disagree about a house
/// would otherwise change it in turns for ever, and people would be told each time. Nor is what an
/// operator has put right undone by what was wrong before.
async fn hear(batch: &mut Batch, tx: &Tx, row: &SourceRow, ids: &IdGenerator) -> Result<Outcome> {
    let says = row.edit.fingerprint();
    let link = batch.by_link.get(&row.source_id).copied().flatten();
    if link.is_some_and(|id| batch.get(id).is_some()) && batch.is_heard(&row.source_id, says) {
        return Ok(Outcome::Unchanged);
    }
    let outcome = place(batch, tx, row, ids).await?;
    if !matches!(outcome, Outcome::Rejected(_)) {
        batch.says(&row.source_id, says);
    }
    Ok(outcome)
}

async fn place(batch: &mut Batch, tx: &Tx, row: &SourceRow, ids: &IdGenerator) -> Result<Outcome> {
    let there = |id: &Id| batch.get(*id).is_some();
    let link = batch.by_link.get(&row.source_id).copied().flatten().filter(there);
    let address = batch.by_address.get(&row.address_key).copied().flatten().filter(there);
    let parcel = row.parcel_key.as_ref().and_then(|key| batch.by_parcel.get(key));
    let parcel = parcel.copied().flatten().filter(there);
    // An operator said that this is another house than the one with this parcel number.
    let is_parted = parcel.is_some_and(|id| {
        link != Some(id) && address != Some(id) && batch.parted.get(&row.source_id) == Some(&id)
    });
    let parcel = parcel.filter(|_| !is_parted);
    if let (None, Some(address), Some(parcel)) = (link, address, parcel)
        && address != parcel
    {
        let reason = format!("the address is that of {address}, the parcel that of {parcel}");
        return Ok(Outcome::Rejected(reason));
    }
    let Some(id) = link.or(address).or(parcel) else {
        let edit = if is_parted { without_parcel(&row.edit) } else { row.edit.clone() };
        return Ok(match edit.create(ids.next_id(), batch.at()) {
            Ok(property) => {
                let id = property.id;
                batch.add(property);
                batch.link(row.source_id.clone(), id);
                Outcome::Added
            }
            Err(faults) => Outcome::Rejected(reasons(&faults)),
        });
    };
    let mut edit = edit_of(batch, tx, row, id, link.is_some()).await?;
    if is_parted {
        edit = without_parcel(&edit);
    }
    let applied = batch.get(id).map(|before| edit.apply(before));
    let after = match applied {
        Some(Ok(after)) => after,
        Some(Err(faults)) => return Ok(Outcome::Rejected(reasons(&faults))),
        None => return Ok(Outcome::Unchanged),
    };
    if let Some(owner) = batch.other_owner(tx, Some(id), &after).await? {
        let reason = format!("its address or parcel number is that of another property, {owner}");
        return Ok(Outcome::Rejected(reason));
    }
    let changed = batch.change(after)?;
    if link.is_none() {
        batch.link(row.source_id.clone(), id);
        return Ok(Outcome::Merged);
    }
    Ok(if changed { Outcome::Changed } else { Outcome::Unchanged })
}

/// What of a row is written to a property that is there.
///
/// The spelling of an address or a parcel that is the same once normalised is no news. Another
/// address is taken only from the one source that the property has: two sources that spell one
/// parcel's address in two ways would otherwise change it for ever, in turns.
async fn edit_of(batch: &Batch, tx: &Tx, row: &SourceRow, id: Id, is_linked: bool) -> Result<Edit> {
    let mut edit = row.edit.clone();
    let same = |before: &Property| before.address_key == row.address_key;
    let stays =
        !is_linked || batch.get(id).is_some_and(same) || batch.links_otherwise(id, &row.source_id);
    let may_move = !stays && {
        let args = args![batch.tenant, id, &batch.source, &row.source_id];
        tx.one::<(i64,)>(&sql::OTHER_LINKS, &args).await?.0 == 0
    };
    if !may_move {
        let is_address =
            |field| matches!(field, Field::Street | Field::City | Field::State | Field::ZipCode);
        edit.0.retain(|(field, _)| !is_address(*field));
    }
    let same = |before: &Property| before.parcel_key == row.parcel_key;
    if row.parcel_key.is_some() && batch.get(id).is_some_and(same) {
        let is_parcel = |field| matches!(field, Field::County | Field::ParcelNumber);
        edit.0.retain(|(field, _)| !is_parcel(*field));
    }
    Ok(edit)
}

/// The same without the parcel's number, which another property has.
fn without_parcel(edit: &Edit) -> Edit {
    let is_number = |field: Field| field == Field::ParcelNumber;
    Edit(edit.0.iter().filter(|(field, _)| !is_number(*field)).cloned().collect())
}

fn reasons(faults: &[Fault]) -> String {
    let texts: Vec<_> = faults.iter().map(|f| format!("{} {}", f.field, f.message)).collect();
    texts.join("; ")
}
