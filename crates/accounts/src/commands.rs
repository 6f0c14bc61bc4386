//! What the command line does with accounts.

use domain::{Role, Roles, TenantId, Timestamp};
use kit::{Ctx, Error, Input, Result, Run};
use serde::{Deserialize, Serialize};
use store::{Class, Tx, args};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::{
    change_user,
    model::{self, Account, User},
    passwords::{Cost, Passwords},
    register::{Draft, NewAccount},
    sessions::{self, Ending},
    sql, users,
};

/// The longest line that is read for a password, in bytes: the longest password, and its end.
const MAX_INPUT_BYTES: u64 = 4 * model::MAX_PASSWORD as u64 + 2;
/// How many users are read at once.
const USERS_AT_ONCE: i64 = 200;

#[derive(Deserialize)]
struct Add {
    email: String,
    #[serde(default)]
    role: Vec<String>,
    tenant: Option<String>,
    name: Option<String>,
}

/// `user.add`: an account with the password that stands in the first line of the input.
pub(crate) async fn add(mut run: Run) -> Result<()> {
    let asked: Add = run.args()?;
    let roles = roles_of("role", &asked.role)?;
    let roles = if roles == Roles::NONE { roles.with(Role::User) } else { roles };
    let tenant = match asked.tenant {
        Some(slug) => tenant_by_slug(&run.ctx, &slug).await?,
        None => TenantId::DEFAULT,
    };
    let password = password_line(&mut run.input).await?;
    let name = asked.name.unwrap_or_default();
    let account = NewAccount { tenant, email: asked.email, password, name, roles };
    let draft = Draft::make(&run.ctx, account).await?;
    let write = async move |tx: &Tx| draft.insert(tx).await;
    let user = run.ctx.store().write(Class::Interactive, write).await?;
    run.report.line(format!("added {} ({})", user.email, user.roles)).await;
    run.report.result(&Account::from(user)).await;
    Ok(())
}

#[derive(Deserialize)]
struct ChangeRoles {
    email: String,
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// `user.role`: gives roles and takes roles away.
pub(crate) async fn role(run: Run) -> Result<()> {
    let asked: ChangeRoles = run.args()?;
    let (add, remove) = (roles_of("add", &asked.add)?, roles_of("remove", &asked.remove)?);
    let user = user_by_email(&run.ctx, &asked.email).await?;
    let write = async move |tx: &Tx| {
        let decide = |user: &User| {
            let roles = user.roles.iter().chain(add.iter()).collect();
            Ok((remove.iter().fold(roles, Roles::without), user.active))
        };
        change_user::apply(tx, user.tenant, user.id, decide).await
    };
    let user = run.ctx.store().write(Class::Interactive, write).await?;
    run.report.line(format!("{} is {}", user.email, user.roles)).await;
    run.report.result(&Account::from(user)).await;
    Ok(())
}

#[derive(Deserialize)]
struct ByEmail {
    email: String,
}

/// `user.password`: a new password from the first line of the input. Ends the user's sessions.
pub(crate) async fn password(mut run: Run) -> Result<()> {
    let asked: ByEmail = run.args()?;
    let user = user_by_email(&run.ctx, &asked.email).await?;
    let password = password_line(&mut run.input).await?;
    Error::check(model::password(&password).err().into_iter().collect())?;
    let cost = Cost::of(run.ctx.config());
    let hash = run.ctx.state::<Passwords>()?.hash(cost, password).await?;
    let id = user.id;
    let write = async move |tx: &Tx| {
        tx.exec(&sql::SET_PASSWORD, &args![id, hash.as_str()]).await?;
        Ok::<_, Error>(sessions::end_all(tx, id, Ending::Password).await?)
    };
    let ended = run.ctx.store().write(Class::Interactive, write).await?;
    let text = format!("{} has a new password; {ended} sessions ended", user.email);
    run.report.line(text).await;
    run.report.result(&serde_json::json!({ "sessions_ended": ended })).await;
    Ok(())
}

/// A user of any tenant.
#[derive(Serialize)]
struct Listed {
    tenant_id: TenantId,
    #[serde(flatten)]
    account: Account,
}

/// `user.list`: every user of every tenant, the oldest account first.
pub(crate) async fn list(run: Run) -> Result<()> {
    let mut all: Vec<Listed> = Vec::new();
    let mut after = users::FIRST;
    loop {
        let asked = args![after, USERS_AT_ONCE];
        let page: Vec<User> = run.ctx.store().all(&sql::ALL_USERS_AFTER, &asked).await?;
        let Some(last) = page.last() else { break };
        after = last.id.into();
        for user in page {
            let state = if user.active { "" } else { " (switched off)" };
            run.report.line(format!("{}  {}{state}", user.email, user.roles)).await;
            all.push(Listed { tenant_id: user.tenant, account: user.into() });
        }
    }
    run.report.result(&all).await;
    Ok(())
}

/// An access token for a script.
#[derive(Serialize)]
struct ScriptToken {
    access: String,
    expires_at: Timestamp,
}

/// `token`: an access token of a new session, for scripts. The session ends with the token: a
/// script asks for another one. Whoever may run commands needs no password.
pub(crate) async fn token(run: Run) -> Result<()> {
    let asked: ByEmail = run.args()?;
    let user = user_by_email(&run.ctx, &asked.email).await?;
    if !user.active {
        return Err(Error::bad_request("this account is switched off"));
    }
    let (session, holder) = (run.ctx.new_id(), user.clone());
    let lifetime = run.ctx.tokens().lifetime();
    let write = async move |tx: &Tx| sessions::open(tx, session, &holder, lifetime).await;
    run.ctx.store().write(Class::Interactive, write).await?;
    let access = sessions::access(&run.ctx, &user, session)?;
    let expires_at = run.ctx.tokens().verify(&access, run.ctx.now())?.expires_at;
    run.report.result(&ScriptToken { access, expires_at }).await;
    Ok(())
}

fn roles_of(field: &'static str, names: &[String]) -> Result<Roles> {
    let roles: Result<Roles, _> = names.iter().map(|name| name.parse::<Role>()).collect();
    roles.map_err(|e| Error::invalid(field, "invalid_value", e.to_string()))
}

async fn user_by_email(ctx: &Ctx, email: &str) -> Result<User> {
    let email = email.to_ascii_lowercase();
    let user = ctx.store().maybe(&sql::USER_BY_EMAIL, &args![email.as_str()]).await?;
    let unknown = || Error::new(&kit::codes::NOT_FOUND, format!("there is no user {email}"));
    user.ok_or_else(unknown)
}

async fn tenant_by_slug(ctx: &Ctx, slug: &str) -> Result<TenantId> {
    let tenant = ctx.store().maybe(&sql::TENANT_BY_SLUG, &args![slug]).await?;
    let unknown = || Error::new(&kit::codes::NOT_FOUND, format!("there is no tenant {slug}"));
    tenant.map(|(id,)| id).ok_or_else(unknown)
}

/// The first line, without its end.
async fn password_line(input: &mut Input) -> Result<String> {
    let mut bytes = Vec::new();
    let read = BufReader::new(input.take(MAX_INPUT_BYTES)).read_until(b'\n', &mut bytes).await;
    read.map_err(|e| Error::bad_request(format!("the password could not be read: {e}")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| Error::bad_request("the password is not UTF-8"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
