//! Notices become rows of inboxes: each user gets each notice exactly once.

use std::collections::{BTreeMap, HashSet};

use domain::{Id, TenantId, Timestamp, Topic, UserId};
use events::{InboxChange, InboxChanged, NoticeRaised};
use kit::{Ctx, Error, Fact, Result};
use store::{Frame, Tx, Value, args};

use crate::{
    frames::{NewNotification, UnreadCount},
    model::{Content, Data, Notification, category_word, priority_word},
    rows::State,
    sql,
};

/// A notice that is still worth a row.
struct Draft {
    event: Id,
    content: Content,
}

/// Who gets what, in the order in which state rows are locked.
#[derive(Default)]
struct Plan {
    drafts: Vec<Draft>,
    /// Indexes into `drafts`, by inbox.
    inboxes: BTreeMap<(TenantId, UserId), Vec<usize>>,
}

/// Puts the notices into inboxes. One that a user has already, by its key, is passed over.
///
/// # Errors
/// What the database said.
pub(crate) async fn deliver(ctx: &Ctx, tx: &Tx, facts: &[Fact<NoticeRaised>]) -> Result<()> {
    let plan = plan(facts, tx.now());
    if plan.inboxes.is_empty() {
        return Ok(());
    }
    // First every state row, made where there is none, and locked: from here on nobody else adds
    // to these inboxes or changes their counters.
    let places: Vec<[Value; 2]> =
        plan.inboxes.keys().map(|(tenant, user)| args![*tenant, *user]).collect();
    let states: Vec<Option<State>> = tx.maybe_many(&sql::TAKE_STATE, &places).await?;
    let known = known(tx, &plan).await?;

    let mut known = known.into_iter();
    let (mut rows, mut saves) = (Vec::new(), Vec::new());
    for ((place, indexes), state) in plan.inboxes.iter().zip(states) {
        let mut state = state.ok_or_else(|| Error::internal("a state row without an answer"))?;
        let fresh = indexes.iter().filter(|_| !known.next().unwrap_or(true));
        let fresh: Vec<&Draft> = fresh.map(|index| &plan.drafts[*index]).collect();
        if fresh.is_empty() {
            continue;
        }
        let added = add(ctx, tx.now(), &mut state, &fresh);
        rows.extend(added.iter().zip(&fresh).map(|(row, draft)| insert(*place, row, draft)));
        saves.push(save(*place, &state));
        tell(tx, *place, &state, added)?;
    }
    let inserted = tx.exec_many(&sql::ADD, &rows).await?;
    if inserted != rows.len() as u64 {
        // Numbers would have gaps. It cannot be, as the state rows are locked.
        return Err(Error::internal("somebody added to a locked inbox"));
    }
    tx.exec_many(&sql::SAVE_STATE, &saves).await?;
    Ok(())
}

fn plan(facts: &[Fact<NoticeRaised>], now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    let mut keys: HashSet<(TenantId, UserId, String)> = HashSet::new();
    for fact in facts {
        let (content, faults) = Content::of(&fact.event, fact.id);
        if !faults.is_empty() {
            let (event, notice_type) = (fact.id, &content.notice_type);
            tracing::warn!(%event, notice_type, ?faults, "parts of a notice were left out");
        }
        if content.is_expired(now) {
            continue;
        }
        let index = plan.drafts.len();
        for user in &fact.users {
            let told = content.actor != Some(*user);
            if told && keys.insert((fact.tenant, *user, content.dedup_key.clone())) {
                plan.inboxes.entry((fact.tenant, *user)).or_default().push(index);
            }
        }
        plan.drafts.push(Draft { event: fact.id, content });
    }
    plan
}

/// For each planned row, in the plan's order, whether it is there already.
async fn known(tx: &Tx, plan: &Plan) -> Result<Vec<bool>> {
    let mut wanted: Vec<[Value; 3]> = Vec::new();
    for ((tenant, user), indexes) in &plan.inboxes {
        for index in indexes {
            wanted.push(args![*tenant, *user, &plan.drafts[*index].content.dedup_key]);
        }
    }
    let found: Vec<Option<(i64,)>> = tx.maybe_many(&sql::FIND_KEY, &wanted).await?;
    Ok(found.into_iter().map(|row| row.is_some()).collect())
}

fn add(ctx: &Ctx, now: Timestamp, state: &mut State, fresh: &[&Draft]) -> Vec<Notification> {
    state.version += 1;
    let rows = fresh.iter().map(|draft| {
        state.last_no += 1;
        state.unread += 1;
        state.unseen += 1;
        let content = &draft.content;
        Notification {
            id: ctx.new_id(),
            inbox_no: state.last_no,
            notice_type: content.notice_type.clone(),
            category: category_word(content.category).to_owned(),
            priority: priority_word(content.priority).to_owned(),
            title: content.title.clone(),
            body: content.body.clone(),
            data: content.data.clone(),
            action_url: content.action_url.clone(),
            object_type: content.object.as_ref().map(|object| object.kind.clone()),
            object_id: content.object.as_ref().map(|object| object.id),
            actor: content.actor,
            created_at: now,
            seen_at: None,
            read_at: None,
            dismissed_at: None,
            expires_at: content.expires_at,
        }
    });
    rows.collect()
}

fn insert((tenant, user): (TenantId, UserId), row: &Notification, draft: &Draft) -> [Value; 18] {
    args![
        row.id,
        tenant,
        user,
        row.inbox_no,
        &row.notice_type,
        &row.category,
        &row.priority,
        &row.title,
        &row.body,
        row.data.as_ref().map(Data::as_str),
        row.action_url.as_ref(),
        row.object_type.as_ref(),
        row.object_id,
        row.actor,
        &draft.content.dedup_key,
        draft.event,
        row.created_at,
        row.expires_at,
    ]
}

/// The arguments of `SAVE_STATE`.
pub(crate) fn save((tenant, user): (TenantId, UserId), state: &State) -> [Value; 6] {
    args![tenant, user, state.last_no, state.unread, state.unseen, state.version]
}

/// One frame for each row, and the counters once.
fn tell(
    tx: &Tx,
    (tenant, user): (TenantId, UserId),
    state: &State,
    added: Vec<Notification>,
) -> Result<()> {
    let topic = Topic::user(user);
    let ids = added.iter().map(|row| row.id).collect();
    let mut frames = Vec::with_capacity(added.len() + 1);
    for row in added {
        frames.push(Frame::new(topic.clone(), &NewNotification::of(row))?);
    }
    frames.push(Frame::new(topic, &UnreadCount::of(state.counts()))?);
    let event = InboxChanged { user, change: InboxChange::Added, ids, up_to: None };
    Ok(tx.emit(tenant, &event, frames)?)
}
