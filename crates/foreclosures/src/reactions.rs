//! What the foreclosure watch does on others' events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Id, TenantId, UserId};
use events::{Category, NoticeRaised, ObjectRef, PropertyChanged};
use kit::{Fact, Notify, ReactionSpec, Result};
use store::{Tx, args};

use crate::{
    notices::{Wording, wording},
    sql,
};

/// How many people one notice may name.
const MAX_USERS: usize = 500;

/// Tells the watchers of a property what changed: one notice per watcher and event.
pub(crate) fn notices() -> ReactionSpec {
    ReactionSpec::new::<PropertyChanged, _, _>("foreclosures.notices", |_, tx, facts| async move {
        tell_watchers(&tx, &facts).await
    })
}

async fn tell_watchers(tx: &Tx, facts: &[Fact<PropertyChanged>]) -> Result<()> {
    let mut by_tenant: BTreeMap<TenantId, Vec<(&Fact<PropertyChanged>, Wording)>> = BTreeMap::new();
    for fact in facts {
        if let Some(wording) = wording(&fact.event) {
            by_tenant.entry(fact.tenant).or_default().push((fact, wording));
        }
    }
    for (tenant, changes) in by_tenant {
        let watchers = watchers_of(tx, tenant, changes.iter().map(|(f, _)| f.property)).await?;
        for (fact, wording) in changes {
            let users = watchers.get(&fact.property).map_or(&[][..], Vec::as_slice);
            for chunk in users.chunks(MAX_USERS) {
                tx.notify(tenant, &notice(fact, &wording, chunk.to_vec()))?;
            }
        }
    }
    Ok(())
}

/// Who watches which of these, in one statement.
async fn watchers_of(
    tx: &Tx,
    tenant: TenantId,
    properties: impl Iterator<Item = Id>,
) -> Result<HashMap<Id, Vec<UserId>>> {
    let properties: BTreeSet<String> = properties.map(|id| id.to_string()).collect();
    let list = serde_json::to_string(&properties).map_err(kit::Error::internal)?;
    let rows: Vec<(Id, UserId)> = tx.all(&sql::WATCHERS, &args![tenant, list]).await?;
    let mut watchers: HashMap<Id, Vec<UserId>> = HashMap::new();
    for (property, user) in rows {
        watchers.entry(property).or_default().push(user);
    }
    Ok(watchers)
}

fn notice(event: &PropertyChanged, wording: &Wording, users: Vec<UserId>) -> NoticeRaised {
    let property = event.property;
    NoticeRaised {
        users,
        notice_type: wording.notice_type.to_owned(),
        category: Category::Auction,
        priority: wording.priority,
        title: wording.title.clone(),
        body: wording.body.clone(),
        data: Some(wording.data.clone()),
        action_url: Some(format!("/properties/{property}")),
        object: Some(ObjectRef { kind: "property".to_owned(), id: property }),
        actor: None,
        dedup_key: format!("property:{property}:{}", event.version),
        expires_at: None,
    }
}
