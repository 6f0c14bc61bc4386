//! The demonstration: some two thousand made-up properties with a past, and a market that moves.

mod cities;
mod life;
mod market;
mod plot;
mod words;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use domain::{Id, Timestamp};
use kit::{
    Ctx, Error, Result,
    demo::{Demo, Dice, Stage, TENANT},
};
use store::{Class, Tx, args};

use self::{
    life::Moment,
    plot::{Plot, edit},
};
use crate::{
    change::refused,
    model::{Edit, address_key},
    row::Stored,
    sql,
    upsert::{Batch, Written},
};

/// The source of everything here.
const SOURCE: &str = "demo";
/// The kind under which the ids are left for other features.
const KIND: &str = "property";
/// How many properties there are at first.
const COUNT: i64 = 2_000;
/// The note of the highest number that a property was given.
const NEWEST: &str = "properties.demo.newest";
/// How many moments one transaction tells at most.
const MOMENTS_AT_ONCE: usize = 250;

/// What properties show in a demonstration.
pub(crate) fn demo() -> Demo {
    let market = Arc::new(market::Market::default());
    Demo::new().seed(seed).simulate(move |scene| {
        let market = market.clone();
        async move { market.step(scene).await }
    })
}

/// What the source calls its property of a number.
fn source_id(number: i64) -> String {
    format!("D-{number:06}")
}

/// A property of the beginning, and how it came to where it stands.
struct Told {
    source_id: String,
    moments: Vec<(Timestamp, Edit)>,
}

/// The properties of the beginning: the same from the same dice and instant.
fn stories(dice: &mut Dice, now: Timestamp) -> Result<Vec<Told>> {
    let year = year_of(now);
    let mut houses = HashSet::new();
    let mut told = Vec::new();
    for number in 1..=COUNT {
        let plot = loop {
            let plot = Plot::new(dice, year, number);
            if houses.insert(house_of(&plot)?) {
                break plot;
            }
        };
        let moments = life::story(dice, &plot, now).into_iter();
        let read = |Moment { at, values }| Ok((at, edit(&values).map_err(refused)?));
        let moments = moments.map(read).collect::<Result<_>>()?;
        told.push(Told { source_id: source_id(number), moments });
    }
    Ok(told)
}

fn house_of(plot: &Plot) -> Result<String> {
    use crate::model::Field::{City, State, Street, ZipCode};
    let edit = edit(&plot.values).map_err(refused)?;
    let text = |field| edit.text(field).unwrap_or_default();
    Ok(address_key(text(Street), text(City), text(State), edit.text(ZipCode)))
}

fn year_of(now: Timestamp) -> i64 {
    let instant = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    i64::from(instant.to_zoned(jiff::tz::TimeZone::UTC).year())
}

async fn seed(mut stage: Stage) -> Result<()> {
    let stories = Arc::new(stories(&mut stage.dice, stage.began_at)?);
    // In the order in which things happened, so that the history reads like one.
    let mut order: Vec<(Timestamp, usize, usize)> = Vec::new();
    for (place, told) in stories.iter().enumerate() {
        let moments = told.moments.iter().enumerate();
        order.extend(moments.map(|(version, (at, _))| (*at, version, place)));
    }
    order.sort_unstable();
    for chunk in order.chunks(MOMENTS_AT_ONCE) {
        tell(&stage.ctx, &stories, chunk.to_vec()).await?;
    }
    let names: Vec<_> = stories.iter().map(|told| args![TENANT, SOURCE, &told.source_id]).collect();
    let find = async move |tx: &Tx| {
        let names = &names;
        tx.maybe_many::<(Id,)>(&sql::OF_SOURCE, names).await
    };
    let found = stage.ctx.store().read(find).await?;
    stage.leave(KIND, found.into_iter().flatten().map(|(id,)| id).collect());
    let noted = async |tx: &Tx| tx.first_note(NEWEST, &COUNT.to_string()).await.map(drop);
    stage.ctx.store().write(Class::Bulk, noted).await?;
    let (count, cities) = (stories.len(), cities::CITIES.len());
    stage.report.line(format!("  {count} properties in {cities} cities")).await;
    Ok(())
}

/// Tells moments of stories, each the `version`th of its own. What was told before is passed over.
async fn tell(
    ctx: &Ctx,
    stories: &Arc<Vec<Told>>,
    moments: Vec<(Timestamp, usize, usize)>,
) -> Result<()> {
    let Some((at, ..)) = moments.last().copied() else { return Ok(()) };
    let (house, stories) = (ctx.clone(), stories.clone());
    let write = async move |tx: &Tx| {
        let (house, stories, moments) = (&house, &stories, &moments);
        let mut batch = Batch::new(TENANT, SOURCE, at);
        let places: BTreeSet<usize> = moments.iter().map(|(.., place)| *place).collect();
        let mut known = known(&mut batch, tx, stories, places).await?;
        for (at, version, place) in moments {
            let told = &stories[*place];
            let edit = told.moments[*version].1.clone();
            match known.get(place).and_then(|id| batch.get(*id)) {
                None if *version == 0 => {
                    let property = edit.create(house.new_id(), *at).map_err(refused)?;
                    known.insert(*place, property.id);
                    batch.link(told.source_id.clone(), property.id);
                    batch.add(property);
                }
                Some(before) if usize::try_from(before.version) == Ok(*version) => {
                    batch.change(edit.apply(before).map_err(refused)?)?;
                }
                _ => {}
            }
        }
        match batch.write(tx).await? {
            Written::Done => Ok(()),
            Written::Raced => Err(Error::from(store::Error::Conflict)),
        }
    };
    ctx.store().write(Class::Bulk, write).await
}

/// Holds those of the properties at these places that are there already; which they are.
async fn known(
    batch: &mut Batch,
    tx: &Tx,
    stories: &[Told],
    places: BTreeSet<usize>,
) -> store::Result<HashMap<usize, Id>> {
    let names: Vec<_> =
        places.iter().map(|place| args![TENANT, SOURCE, &stories[*place].source_id]).collect();
    let found: Vec<Option<(Id,)>> = tx.maybe_many(&sql::OF_SOURCE, &names).await?;
    let pairs = places.into_iter().zip(found);
    let known: HashMap<usize, Id> =
        pairs.filter_map(|(place, found)| Some((place, found?.0))).collect();
    let wanted: Vec<_> = known.values().map(|id| args![TENANT, *id]).collect();
    let stored: Vec<Option<Stored>> = tx.maybe_many(&sql::BY_ID, &wanted).await?;
    for Stored(property) in stored.into_iter().flatten() {
        batch.hold(property);
    }
    Ok(known)
}

#[cfg(test)]
mod tests;
