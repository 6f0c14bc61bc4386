//! A feature with topics of every other kind: prices that count only as the newest, desks where
//! people are, whispers without history.

use std::{collections::HashSet, sync::Arc};

use domain::{Role, TenantId, Topic};
use hub::{BoxFuture, ClientFrame, LatestVersion, Position, Refusal, Session, StreamFrame};
use kit::{
    Alias, Ctx, Error, Family, FrameSpec, Latest, LatestValue, Module, Result, TopicRequest,
};
use serde::Serialize;
use serde_json::value::RawValue;
use store::{Class, Migration, Tx, args, statements};

statements! {
    SET = "insert into board_prices (tenant, name, version, cents) values ($1, $2, 1, $3)
        on conflict (tenant, name) do update
        set version = board_prices.version + 1, cents = excluded.cents
        returning name, version, cents";
    OF_TENANT = "select name, version, cents from board_prices where tenant = $1 order by name";
    FIND = "select name, version, cents from board_prices where tenant = $1 and name = $2";
    VERSIONS = "select tenant, name, version from board_prices";
}

static MIGRATIONS: &[Migration] = &[Migration::both(
    1,
    "0001_board",
    "create table board_prices (tenant {id} not null, name {text} not null,
        version {int} not null, cents {int} not null, primary key (tenant, name)) {strict};",
)];

pub(crate) fn module() -> Module {
    Module::new("board")
        .migrations(MIGRATIONS)
        .statements(ALL)
        .family(
            Family::latest("prices", "every price, by name", open_all)
                .durable(versions, read_values)
                .public()
                .single(),
        )
        .family(Family::latest("price", "one price", open_one).durable(versions, read_values))
        .family(Family::map("desk", "agents at one desk", at_desk))
        .family(Family::ephemeral("whisper", "what is said now", anyone).public())
        .verb("shout", shout)
        .alias(Everything)
        .frames([
            FrameSpec::sent::<Price>("price", "price, prices", "the newest price of a thing"),
            FrameSpec::sent::<Whisper>("whisper", "whisper", "somebody says something"),
        ])
}

#[derive(Debug)]
struct Row {
    name: String,
    version: i64,
    cents: i64,
}

store::from_row!(Row { name, version, cents });

#[derive(Serialize, utoipa::ToSchema)]
struct Price {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    version: i64,
    cents: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Whisper {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
}

impl Row {
    fn value(self) -> Result<LatestValue> {
        let Self { name, version, cents } = self;
        LatestValue::new(version, &Price { kind: "price", name, version, cents })
    }

    fn keyed(self) -> Result<LatestValue> {
        let name = self.name.clone();
        Ok(self.value()?.key(name))
    }
}

async fn open_all(request: TopicRequest) -> Result<Latest> {
    let rows: Vec<Row> = request.tx.all(&OF_TENANT, &args![request.scope.tenant]).await?;
    Ok(Latest::keyed(rows.into_iter().map(Row::keyed).collect::<Result<_>>()?))
}

async fn open_one(request: TopicRequest) -> Result<Latest> {
    let TopicRequest { tx, scope, topic, .. } = request;
    let row: Option<Row> = tx.maybe(&FIND, &args![scope.tenant, topic.key()]).await?;
    Ok(Latest::one(row.ok_or_else(Error::not_found)?.value()?))
}

async fn versions(_: Ctx, tx: Tx, topics: Vec<(TenantId, Topic)>) -> Result<Vec<LatestVersion>> {
    let asked: HashSet<_> = topics.into_iter().collect();
    let rows: Vec<(TenantId, String, i64)> = tx.all(&VERSIONS, &[]).await?;
    let mut versions = Vec::new();
    for (tenant, name, version) in rows {
        let version = u64::try_from(version).map_err(Error::internal)?;
        for (topic, key) in [(one(&name), None), (all(), Some(Arc::from(name.as_str())))] {
            if asked.contains(&(tenant, topic.clone())) {
                versions.push(LatestVersion { tenant, topic, key, version });
            }
        }
    }
    Ok(versions)
}

async fn read_values(_: Ctx, tx: Tx, tenant: TenantId, topic: Topic) -> Result<Vec<LatestValue>> {
    if topic == all() {
        let rows: Vec<Row> = tx.all(&OF_TENANT, &args![tenant]).await?;
        return rows.into_iter().map(Row::keyed).collect();
    }
    let row: Option<Row> = tx.maybe(&FIND, &args![tenant, topic.key()]).await?;
    row.into_iter().map(Row::value).collect()
}

async fn at_desk(request: TopicRequest) -> Result<()> {
    if request.scope.permits(Role::Agent) { Ok(()) } else { Err(Error::not_found()) }
}

async fn anyone(_: TopicRequest) -> Result<()> {
    Ok(())
}

async fn shout(_: Ctx, session: Session, _: ClientFrame) -> Result<Option<Box<RawValue>>, Refusal> {
    let who = session.user_id().map(|user| user.to_string());
    Ok(serde_json::value::to_raw_value(&who).ok())
}

/// An alias that stands for nothing; only whether it is asked counts.
struct Everything;

impl Alias for Everything {
    fn name(&self) -> &'static str {
        "everything"
    }

    fn about(&self) -> &'static str {
        "nothing"
    }

    fn open(
        &self,
        _: Ctx,
        session: Session,
        _: Option<Box<RawValue>>,
        _: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>> {
        assert!(session.user_id().is_some(), "an alias is its users'");
        Box::pin(std::future::ready(Ok(())))
    }

    fn leave(&self, _: Ctx, _: Session) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn observe(&self, _: Ctx, _: Session, _: StreamFrame) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn all() -> Topic {
    "prices".parse().expect("a topic")
}

fn one(name: &str) -> Topic {
    format!("price:{name}").parse().expect("a topic")
}

/// Writes a price; `tells` hands it out once it is committed. What is not told is as good as lost
/// on its way.
pub(crate) async fn set(ctx: &Ctx, tenant: TenantId, name: &str, cents: i64, tells: bool) {
    let place = args![tenant, name, cents];
    let write = async move |tx: &Tx| Ok::<_, Error>(tx.one::<Row>(&SET, &place).await?);
    let row = ctx.store().write(Class::Interactive, write).await.expect("it is written");
    if tells {
        let copy = Row { name: row.name.clone(), ..row };
        ctx.live_latest(tenant, one(name), row.value().expect("a value"));
        ctx.live_latest(tenant, all(), copy.keyed().expect("a value"));
    }
}

/// Says something to whoever listens.
pub(crate) fn whisper(ctx: &Ctx, tenant: TenantId, topic: &str, text: &str) {
    let frame = Whisper { kind: "whisper", text: text.to_owned() };
    ctx.live(tenant, topic.parse().expect("a topic"), &frame).expect("it goes out");
}
