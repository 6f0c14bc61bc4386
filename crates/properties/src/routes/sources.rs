//! `/api/v1/sources`: how the sources are doing, for operators.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use domain::{Role, TenantId, Timestamp};
use kit::{
    Call, Config, Ctx, Cursor, Error, FilterHash, Json, List, Page, Path, Problem, Result, Run,
    config::{Source, SourcePlace},
};
use serde::{Deserialize, Serialize};
use store::{Tx, args};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    import::RejectedRow,
    sources::{enqueue_pull, find, is_pulled, pace, state::State as Row},
    sql_sources,
};

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(run))
}

/// Where a source is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Asked by HTTP.
    Url,
    /// Files in a folder of the server.
    Folder,
    /// Somebody sends its files.
    Sent,
}

/// A source and how it is doing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SourceView {
    /// Its name.
    name: String,
    /// Where it is.
    #[schema(inline)]
    kind: Kind,
    /// The URL without its query, or the folder; null for what is sent.
    place: Option<String>,
    /// Whether it is looked at by itself.
    enabled: bool,
    /// How often, in minutes; null for what is sent.
    every_minutes: Option<u64>,
    /// Whether somebody is at work, or was when it broke off.
    running: bool,
    /// When it was last looked at, or something was sent.
    last_run_at: Option<Timestamp>,
    /// When that last went well.
    last_success_at: Option<Timestamp>,
    /// What was wrong with the last run; null when it went well.
    last_error: Option<String>,
    /// How many runs in a row went badly.
    failures: i64,
    /// When it is looked at next.
    next_run_at: Option<Timestamp>,
    /// Since when what it adds is news: its first import had come to its end then, or nearly.
    introduced_at: Option<Timestamp>,
    /// What the last import came to.
    #[schema(inline)]
    last_import: ImportCounts,
}

/// What an import came to.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct ImportCounts {
    added: i64,
    changed: i64,
    unchanged: i64,
    merged: i64,
    rejected: i64,
    /// The first 20 rejected rows.
    rejected_rows: Vec<RejectedRow>,
}

impl SourceView {
    /// Either of the two is there.
    fn of(config: &Config, name: String, source: Option<&Source>, row: Option<Row>) -> Self {
        let (kind, place) = match source.map(|source| &source.place) {
            Some(SourcePlace::Url { url, .. }) => (Kind::Url, Some(format!("{url:?}"))),
            Some(SourcePlace::Folder(folder)) => (Kind::Folder, Some(folder.display().to_string())),
            Some(SourcePlace::Sent) | None => (Kind::Sent, None),
        };
        let pulled = source.filter(|source| is_pulled(source));
        let row_ref = row.as_ref();
        Self {
            name,
            kind,
            place,
            enabled: pulled.is_some_and(|source| source.enabled),
            every_minutes: pulled.map(|source| pace(config, source).as_secs() / 60),
            running: row_ref.is_some_and(|row| row.run.is_some()),
            last_run_at: row_ref.and_then(|row| row.last_run_at),
            last_success_at: row_ref.and_then(|row| row.last_success_at),
            last_error: row_ref.and_then(|row| row.last_error.clone()),
            failures: row_ref.map_or(0, |row| row.failures),
            next_run_at: row_ref.and_then(|row| row.next_run_at),
            introduced_at: row_ref.and_then(|row| row.introduced_at),
            last_import: row.map(ImportCounts::of).unwrap_or_default(),
        }
    }
}

impl ImportCounts {
    fn of(row: Row) -> Self {
        Self {
            added: row.added,
            changed: row.changed,
            unchanged: row.unchanged,
            merged: row.merged,
            rejected: row.rejected,
            rejected_rows: serde_json::from_str(&row.rejected_rows).unwrap_or_default(),
        }
    }
}

async fn page_of(ctx: &Ctx, tenant: TenantId, page: &Page) -> Result<List<SourceView>> {
    let hash = FilterHash::of("sources");
    let after = page.after::<String>(&hash)?.map_or_else(String::new, |cursor| cursor.key);
    let limit = page.rows_to_read();
    let rows: Vec<Row> =
        ctx.store().all(&sql_sources::STATES, &args![tenant, &after, limit]).await?;
    let config = ctx.config();
    let configured = config.sources.iter().filter(|source| source.tenant == tenant);
    let mut all: BTreeMap<String, (Option<&Source>, Option<Row>)> = configured
        .filter(|source| source.name > after)
        .map(|source| (source.name.clone(), (Some(source), None)))
        .collect();
    for row in rows {
        let entry = all.entry(row.source.clone()).or_default();
        entry.1 = Some(row);
    }
    // Of the rows there is one more than the page has; names beyond are for the next one.
    let all: Vec<_> = all.into_iter().take(usize::try_from(limit).unwrap_or(0)).collect();
    let cursor =
        |(name, _): &(String, (Option<&Source>, Option<Row>))| Cursor::of_key(name.clone());
    Ok(List::of_rows(all, page, &hash, cursor, |(name, (source, row))| {
        SourceView::of(config, name, source, row)
    }))
}

/// The sources, by name: those that are configured, and those whose files were brought. Needs the
/// role `operator`.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "sources",
    operation_id = "list_sources",
    params(Page),
    responses(
        (status = 200, body = List<SourceView>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<SourceView>>> {
    call.require(Role::Operator)?;
    page_of(&ctx, call.tenant(), &page).await.map(Json)
}

/// What became of the wish to have a source looked at.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
struct RunAnswer {
    /// The source.
    name: String,
    /// Whether a run was added; false when one is waiting or at work already.
    queued: bool,
}

async fn run_now(ctx: &Ctx, call: &Call, name: String) -> Result<RunAnswer> {
    let tenant = call.tenant();
    let source = find(ctx.config(), tenant, &name).filter(|source| is_pulled(source));
    source.ok_or_else(Error::not_found)?;
    ctx.write(call, async move |tx: &Tx| {
        let queued = enqueue_pull(tx, tenant, &name).await?;
        Ok(RunAnswer { name: name.clone(), queued })
    })
    .await
}

/// Has a source looked at now, also one that is not enabled. Asked again before that is done, it
/// adds nothing. Needs the role `operator`.
#[utoipa::path(
    post, path = "/api/v1/sources/{name}/run", tag = "sources",
    params(("name" = String, Path)),
    responses(
        (status = 202, body = RunAnswer),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem, description = "no URL or folder of this name is configured"),
    ),
    security(("bearer" = [])),
)]
async fn run(
    State(ctx): State<Ctx>,
    call: Call,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<RunAnswer>)> {
    call.require(Role::Operator)?;
    Ok((StatusCode::ACCEPTED, Json(run_now(&ctx, &call, name).await?)))
}

/// The command `properties.sources`: all of them, a line each.
pub(crate) async fn list_sources(run: Run) -> Result<()> {
    let Run { ctx, report, .. } = run;
    let (mut all, mut page) = (Vec::new(), Page { limit: Page::MAX_LIMIT, cursor: None });
    loop {
        let list = page_of(&ctx, TenantId::DEFAULT, &page).await?;
        all.extend(list.items);
        page.cursor = list.next_cursor;
        if page.cursor.is_none() {
            break;
        }
    }
    for source in &all {
        let said = match (&source.last_error, source.last_success_at) {
            (Some(error), _) => format!("failed {} times: {error}", source.failures),
            (None, Some(at)) => format!("well at {at}"),
            (None, None) => "not looked at yet".to_owned(),
        };
        report.line(format!("{}: {said}", source.name)).await;
    }
    report.result(&all).await;
    Ok(())
}

/// The command `properties.run_source {name}`.
pub(crate) async fn run_source(run: Run) -> Result<()> {
    #[derive(Deserialize)]
    struct Args {
        name: String,
    }
    let Args { name } = run.args()?;
    let call = Call::of_system(TenantId::DEFAULT);
    let answer = run_now(&run.ctx, &call, name).await?;
    run.report.result(&answer).await;
    Ok(())
}
