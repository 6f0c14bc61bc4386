//! The smallest feature that uses everything: notes with a live topic and a reaction that counts.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{Id, Topic};
use events::WatchlistChanged;
use kit::{
    Call, Ctx, Error, Fact, Family, FrameSpec, Json, Module, PathId, ReactionSpec, Result,
    TopicRequest,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Frame, Migration, Tx, args, statements};
use utoipa_axum::{router::OpenApiRouter, routes};

statements! {
    INSERT = "insert into notes_rows (id, tenant, owner, text) values ($1, $2, $3, $4)";
    FIND = "select id, text from notes_rows where tenant = $1 and id = $2";
    CHANGE = "update notes_rows set text = $3 where tenant = $1 and id = $2";
    COUNT_ONE = "update notes_counted set count = count + 1";
    COUNTED = "select count from notes_counted";
    ROWS = "select count(*) from notes_rows";
}

static MIGRATIONS: &[Migration] = &[Migration::both(
    1,
    "0001_notes",
    "create table notes_rows (id {id} not null primary key, tenant {id} not null,
        owner {id} not null, text {text} not null) {strict};
     create table notes_counted (count {int} not null) {strict};
     insert into notes_counted (count) values (0);",
)];

pub(crate) fn module() -> Module {
    Module::new("notes")
        .migrations(MIGRATIONS)
        .statements(ALL)
        .routes(OpenApiRouter::new().routes(routes!(create)).routes(routes!(find, change)))
        .family(Family::stream("note", "one note", open))
        .frames([FrameSpec::sent::<NoteChanged<'static>>("note_changed", "note", "a new text")])
        .reaction(ReactionSpec::new("notes.count", count))
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Note {
    id: Id,
    text: String,
}

store::from_row!(Note { id, text });

#[derive(Deserialize, utoipa::ToSchema)]
struct Text {
    text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
struct NoteChanged<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}

fn topic(id: Id) -> Topic {
    Topic::entity("note", id)
}

#[utoipa::path(post, path = "/api/v1/notes", request_body = Text,
    responses((status = 201, body = Note)))]
async fn create(State(ctx): State<Ctx>, call: Call, Json(body): Json<Text>) -> Result<Response> {
    let (owner, tenant, id) = (call.user()?, call.tenant(), ctx.new_id());
    let note = ctx
        .write(&call, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![id, tenant, owner, body.text.as_str()]).await?;
            let event = WatchlistChanged { user: owner, property: id, watched: true };
            let frame = NoteChanged { kind: "note_changed", text: &body.text };
            tx.emit(tenant, &event, vec![Frame::new(topic(id), &frame)?])?;
            if body.text == "refuse" {
                return Err(Error::invalid("text", "refused", "this text is refused"));
            }
            Ok(Note { id, text: body.text.clone() })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(note)).into_response())
}

#[utoipa::path(get, path = "/api/v1/notes/{id}", responses((status = 200, body = Note)))]
async fn find(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<Json<Note>> {
    call.user()?;
    let found = ctx.store().maybe(&FIND, &args![call.tenant(), id]).await?;
    found.map(Json).ok_or_else(Error::not_found)
}

#[utoipa::path(put, path = "/api/v1/notes/{id}", request_body = Text,
    responses((status = 200, body = Note)))]
async fn change(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(body): Json<Text>,
) -> Result<Json<Note>> {
    let (user, tenant) = (call.user()?, call.tenant());
    let note = ctx.write(&call, async move |tx: &Tx| {
        if tx.exec(&CHANGE, &args![tenant, id, body.text.as_str()]).await? == 0 {
            return Err(Error::not_found());
        }
        let event = WatchlistChanged { user, property: id, watched: true };
        let frame = NoteChanged { kind: "note_changed", text: &body.text };
        tx.emit(tenant, &event, vec![Frame::new(topic(id), &frame)?])?;
        Ok(Note { id, text: body.text.clone() })
    });
    Ok(Json(note.await?))
}

async fn open(request: TopicRequest) -> Result<Option<Box<RawValue>>> {
    request.scope.user_id().ok_or_else(Error::not_found)?;
    let id = request.topic.id().ok_or_else(Error::not_found)?;
    let note: Option<Note> = request.tx.maybe(&FIND, &args![request.scope.tenant, id]).await?;
    let note = note.ok_or_else(Error::not_found)?;
    let text = serde_json::to_string(&note).map_err(Error::internal)?;
    RawValue::from_string(text).map(Some).map_err(Error::internal)
}

async fn count(_: Ctx, tx: Tx, facts: Vec<Fact<WatchlistChanged>>) -> Result<()> {
    for _ in facts {
        tx.exec(&COUNT_ONE, &[]).await?;
    }
    Ok(())
}

/// How many events the reaction has counted.
pub(crate) async fn counted(ctx: &Ctx) -> i64 {
    ctx.store().one::<(i64,)>(&COUNTED, &[]).await.expect("the count").0
}

/// How many notes there are.
pub(crate) async fn rows(ctx: &Ctx) -> i64 {
    ctx.store().one::<(i64,)>(&ROWS, &[]).await.expect("the count").0
}
