//! Under which names sources know a property, and the undoing of a merge.

use axum::{extract::State, http::StatusCode};
use domain::{Id, Role, Timestamp};
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, Path, PathId, Problem, Result};
use serde::Serialize;
use store::{Tx, args, from_row};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{sql, sql_sources};

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(part))
}

/// Under which name a source knows a property.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SourceLink {
    /// The source.
    source: String,
    /// Its name for the property.
    source_id: String,
    /// Since when.
    at: Timestamp,
}

from_row!(SourceLink { source, source_id, at });

/// The sources of a property, by name.
#[utoipa::path(
    get, path = "/api/v1/properties/{id}/sources", tag = "properties",
    operation_id = "list_property_sources",
    params(("id" = Id, Path), Page),
    responses(
        (status = 200, body = List<SourceLink>),
        (status = 401, body = Problem), (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    page: Page,
) -> Result<Json<List<SourceLink>>> {
    call.user()?;
    let hash = FilterHash::of(&("links", id));
    let after = page.after::<(String, String)>(&hash)?;
    let (source, name) = after.map_or_else(Default::default, |cursor| cursor.key);
    let (tenant, limit) = (call.tenant(), page.rows_to_read());
    let rows: Vec<SourceLink> = ctx
        .store()
        .read(async move |tx: &Tx| {
            let there: Option<(i64,)> = tx.maybe(&sql::EXISTS, &args![tenant, id]).await?;
            there.ok_or_else(Error::not_found)?;
            Ok::<_, Error>(
                tx.all(&sql_sources::LINKS, &args![tenant, id, &source, &name, limit]).await?,
            )
        })
        .await?;
    let cursor = |row: &SourceLink| Cursor { key: (row.source.clone(), row.source_id.clone()), id };
    Ok(Json(List::of_rows(rows, &page, &hash, cursor, |row| row)))
}

/// Takes a link away, which undoes a merge: the property stays as it is. The source's next row of
/// this name goes to the property with the same address, be it this one, else becomes a property
/// of its own; its parcel number does not lead here any more. Needs the role `operator`.
#[utoipa::path(
    delete, path = "/api/v1/properties/{id}/sources/{source}/{source_id}", tag = "properties",
    params(("id" = Id, Path), ("source" = String, Path), ("source_id" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn part(
    State(ctx): State<Ctx>,
    call: Call,
    Path((id, source, source_id)): Path<(Id, String, String)>,
) -> Result<StatusCode> {
    call.require(Role::Operator)?;
    let tenant = call.tenant();
    ctx.write(&call, async move |tx: &Tx| {
        let place = args![tenant, id, &source, &source_id];
        if tx.exec(&sql_sources::REMOVE_LINK, &place).await? == 0 {
            return Err(Error::not_found());
        }
        tx.exec(&sql_sources::PART, &args![tenant, id, &source, &source_id, tx.now()]).await?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
