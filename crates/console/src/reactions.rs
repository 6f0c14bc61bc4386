//! How far the reactions have come, and what they could not digest.

use axum::extract::State;
use domain::{TenantId, Timestamp};
use kit::{Call, Ctx, Cursor, FilterHash, Json, List, Page, Problem, Result};
use serde::Serialize;
use store::{
    Tx,
    reactions::{DeadLetter, Reactions},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::reach::reach;

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(dead))
}

/// A reaction.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReactionView {
    /// Its name.
    name: String,
    /// The position of the last event that it has taken at the node that answers.
    position: i64,
    /// How many positions it is behind the journal's end.
    behind: i64,
}

/// An event that a reaction could not digest.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct UndigestedEvent {
    /// Which reaction.
    reaction: String,
    /// The event's position.
    position: i64,
    /// The event's name; null when the journal has let go of it.
    event: Option<String>,
    /// Whose it is; null when the journal has let go of it.
    tenant_id: Option<TenantId>,
    /// What went wrong at the last attempt.
    error: String,
    /// When it was given up.
    at: Timestamp,
}

/// How far the reactions of the node that answers have come, by name. Needs the role `admin` or
/// `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/reactions", tag = "admin",
    operation_id = "list_reactions",
    params(Page),
    responses(
        (status = 200, body = List<ReactionView>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<ReactionView>>> {
    reach(&call)?;
    let hash = FilterHash::of("console.reactions");
    let last = ctx.store().read(async |tx: &Tx| tx.last_pos().await).await?;
    let mut found = ctx.reactions().map(Reactions::positions).unwrap_or_default();
    found.sort_unstable();
    if let Some(Cursor { key, .. }) = page.after::<String>(&hash)? {
        found.retain(|(name, _)| *name > key.as_str());
    }
    let cursor = |(name, _): &(&str, i64)| Cursor::of_key((*name).to_owned());
    Ok(Json(List::of_rows(found, &page, &hash, cursor, |(name, position)| ReactionView {
        name: name.to_owned(),
        position,
        behind: (last - position).max(0),
    })))
}

/// The events that reactions could not digest, by reaction and position. Needs the role `admin`,
/// who sees those of the own tenant, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/undigested-events", tag = "admin",
    operation_id = "list_undigested_events",
    params(Page),
    responses(
        (status = 200, body = List<UndigestedEvent>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn dead(
    State(ctx): State<Ctx>,
    call: Call,
    page: Page,
) -> Result<Json<List<UndigestedEvent>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of("console.undigested_events");
    let after = page.after::<(String, i64)>(&hash)?.map(|cursor| cursor.key);
    let (name, pos) = after.unwrap_or_default();
    let rows = match ctx.reactions() {
        Some(all) => all.dead_letters(reach, (&name, pos), page.rows_to_read()).await?,
        None => Vec::new(),
    };
    let cursor = |letter: &DeadLetter| Cursor::of_key((letter.reaction.clone(), letter.pos));
    Ok(Json(List::of_rows(rows, &page, &hash, cursor, |letter| {
        let DeadLetter { reaction, pos: position, event, tenant: tenant_id, error, at } = letter;
        UndigestedEvent { reaction, position, event, tenant_id, error, at }
    })))
}
