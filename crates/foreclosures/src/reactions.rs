//! What the foreclosure watch does on others' events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Id, TenantId, UserId};
use events::{AlertChanged, Category, NoticeRaised, ObjectRef, PropertyChanged};
use kit::{Ctx, Either, Fact, Notify, ReactionSpec, Result};
use matching::{Kind, Kinds};
use store::{Tx, args};

use crate::{
    alerts::index::{AlertIndex, Held},
    matches::{Concerned, concerned},
    notices::{ToldAlert, Wording, new_match, wording},
    sql, sql_alerts,
};

/// Tells watchers and owners of alerts what became of a property: one notice per person and event.
/// Changes of alerts come in the same order, so that each change of a property meets exactly the
/// alerts that were committed before it.
pub(crate) fn notices() -> ReactionSpec {
    ReactionSpec::either::<PropertyChanged, AlertChanged, _, _>(
        "foreclosures.notices",
        |ctx, tx, facts| async move { tell(&ctx, &tx, &facts).await },
    )
}

/// A change with the owners of alerts whom it concerns.
struct Told<'a> {
    fact: &'a Fact<Either<PropertyChanged, AlertChanged>>,
    event: &'a PropertyChanged,
    changed: Option<Wording>,
    concerned: Concerned,
}

async fn tell(
    ctx: &Ctx,
    tx: &Tx,
    facts: &[Fact<Either<PropertyChanged, AlertChanged>>],
) -> Result<()> {
    let (Some(first), Some(last)) = (facts.first(), facts.last()) else { return Ok(()) };
    let mut alerts = ctx.state::<AlertIndex>()?.hold(tx, first.pos, first.at).await?;
    let told = follow(tx, &mut alerts, facts).await?;
    let names = names_of(tx, &told).await?;
    let watchers = watchers_of(tx, &told).await?;
    for told in &told {
        let key = (told.fact.tenant, told.event.property);
        let watchers = watchers.get(&key).map_or(&[][..], Vec::as_slice);
        raise(tx, told, watchers, &names)?;
    }
    alerts.keep(tx, last.pos).await
}

/// Goes through the events in their order: changes of alerts change what the next change of a
/// property meets.
async fn follow<'a>(
    tx: &Tx,
    alerts: &mut Held,
    facts: &'a [Fact<Either<PropertyChanged, AlertChanged>>],
) -> Result<Vec<Told<'a>>> {
    let changes: Vec<&AlertChanged> = facts
        .iter()
        .filter_map(|fact| match &fact.event {
            Either::First(_) => None,
            Either::Second(change) => Some(change),
        })
        .collect();
    alerts.prepare(tx, &changes).await?;
    let mut told = Vec::new();
    for fact in facts {
        match &fact.event {
            Either::First(event) => {
                let (changed, concerned) = (wording(event), concerned(alerts, fact.tenant, event));
                if changed.is_some() || !concerned.is_empty() {
                    told.push(Told { fact, event, changed, concerned });
                }
            }
            Either::Second(change) => alerts.apply(change, fact.pos),
        }
    }
    Ok(told)
}

/// The names of the alerts that are on now. Whoever has just switched one off hears nothing of it.
async fn names_of(tx: &Tx, told: &[Told<'_>]) -> Result<HashMap<Id, Option<String>>> {
    let alerts = told.iter().flat_map(|told| told.concerned.values()).flat_map(BTreeMap::keys);
    let alerts: BTreeSet<String> = alerts.map(Id::to_string).collect();
    if alerts.is_empty() {
        return Ok(HashMap::new());
    }
    let list = serde_json::to_string(&alerts).map_err(kit::Error::internal)?;
    let rows: Vec<(Id, Option<String>)> = tx.all(&sql_alerts::NAMES, &args![list]).await?;
    Ok(rows.into_iter().collect())
}

/// Who watches which of these, in one statement for each tenant.
async fn watchers_of(tx: &Tx, told: &[Told<'_>]) -> Result<HashMap<(TenantId, Id), Vec<UserId>>> {
    let mut properties: BTreeMap<TenantId, BTreeSet<String>> = BTreeMap::new();
    for told in told {
        let of_tenant = properties.entry(told.fact.tenant).or_default();
        of_tenant.insert(told.event.property.to_string());
    }
    let mut watchers: HashMap<(TenantId, Id), Vec<UserId>> = HashMap::new();
    for (tenant, properties) in properties {
        let list = serde_json::to_string(&properties).map_err(kit::Error::internal)?;
        let rows: Vec<(Id, UserId)> = tx.all(&sql::WATCHERS, &args![tenant, list]).await?;
        for (property, user) in rows {
            watchers.entry((tenant, property)).or_default().push(user);
        }
    }
    Ok(watchers)
}

/// One notice to each who watches, has an alert, or both.
fn raise(
    tx: &Tx,
    told: &Told<'_>,
    watchers: &[UserId],
    names: &HashMap<Id, Option<String>>,
) -> Result<()> {
    let tenant = told.fact.tenant;
    let is_new = Some(&told.concerned).filter(|owners| !owners.is_empty());
    let is_new = is_new.and_then(|_| new_match(told.event));
    let mut owners = BTreeSet::new();
    for (owner, concerned) in &told.concerned {
        let (alerts, kinds) = named(concerned, names);
        if alerts.is_empty() {
            continue;
        }
        let watched = watchers.contains(owner);
        // To whom the property is only new, that is the news; to everybody else, what changed.
        let only_new = !watched && kinds == Kinds::NONE.with(Kind::NewAuction);
        let changed = told.changed.as_ref().filter(|_| !only_new);
        let Some(wording) = changed.or(is_new.as_ref()) else { continue };
        owners.insert(*owner);
        tx.notify(tenant, &notice(told.event, wording, vec![*owner], watched, &alerts))?;
    }
    let Some(wording) = &told.changed else { return Ok(()) };
    let others: Vec<UserId> =
        watchers.iter().filter(|watcher| !owners.contains(watcher)).copied().collect();
    for chunk in others.chunks(NoticeRaised::MOST_USERS) {
        tx.notify(tenant, &notice(told.event, wording, chunk.to_vec(), true, &[]))?;
    }
    Ok(())
}

/// The alerts of one owner that are still on, with names, and all their kinds.
fn named(
    concerned: &BTreeMap<Id, Kinds>,
    names: &HashMap<Id, Option<String>>,
) -> (Vec<ToldAlert>, Kinds) {
    let (mut alerts, mut all) = (Vec::new(), Kinds::NONE);
    for (id, kinds) in concerned {
        if let Some(name) = names.get(id) {
            all = all.or(*kinds);
            let kinds = kinds.names().collect();
            alerts.push(ToldAlert { id: *id, name: name.clone(), kinds });
        }
    }
    (alerts, all)
}

fn notice(
    event: &PropertyChanged,
    wording: &Wording,
    users: Vec<UserId>,
    watched: bool,
    alerts: &[ToldAlert],
) -> NoticeRaised {
    let property = event.property;
    NoticeRaised {
        users,
        notice_type: wording.notice_type.to_owned(),
        category: if watched { Category::Auction } else { Category::PropertyAlert },
        priority: wording.priority,
        title: wording.title.clone(),
        body: wording.body_for(watched, alerts),
        data: Some(wording.data_for(watched, alerts)),
        action_url: Some(format!("/properties/{property}")),
        object: Some(ObjectRef { kind: "property".to_owned(), id: property }),
        actor: None,
        dedup_key: format!("property:{property}:{}", event.version),
        expires_at: None,
    }
}
