//! A single property: made, changed, removed by an operator.

use domain::{Id, Role};
use kit::{Call, Code, Ctx, Error, FieldError, Result};
use store::Tx;

use crate::{
    model::{Edit, Fault, Property},
    upsert::{Batch, Written},
};

/// The name under which the history knows REST.
pub(crate) const SOURCE: &str = "api";

/// Another property has this address or this parcel.
pub(crate) static PROPERTY_EXISTS: Code =
    Code::conflict("property_exists", "another property has this address or parcel number");

/// `invalid` with the faults as field errors.
pub(crate) fn refused(faults: Vec<Fault>) -> Error {
    let field = |fault: Fault| FieldError {
        field: fault.field.into(),
        code: fault.code.into(),
        message: fault.message,
    };
    match Error::check(faults.into_iter().map(field).collect()) {
        Err(error) => error,
        Ok(()) => Error::bad_request("it was refused without a reason"),
    }
}

fn taken(owner: Option<Id>) -> Error {
    let error = Error::of(&PROPERTY_EXISTS);
    match owner {
        Some(id) => error.with_details(&serde_json::json!({ "property_id": id })),
        None => error,
    }
}

/// Two writers gave one address to two properties at once: the database's unique index decided.
fn taken_by_race(error: Error) -> Error {
    match error.store_error() {
        Some(store::Error::Unique { .. }) => taken(None),
        _ => error,
    }
}

/// Makes a property. Needs the role `operator`.
pub(crate) async fn create(ctx: &Ctx, call: &Call, edit: Edit) -> Result<Property> {
    call.require(Role::Operator)?;
    let (tenant, id) = (call.tenant(), ctx.new_id());
    let property = edit.create(id, ctx.now()).map_err(refused)?;
    ctx.write(call, async move |tx: &Tx| {
        let mut batch = Batch::new(tenant, SOURCE, tx.now());
        let mut property = property.clone();
        (property.created_at, property.updated_at) = (tx.now(), tx.now());
        if let Some(owner) = batch.other_owner(tx, None, &property).await? {
            return Err(taken(Some(owner)));
        }
        batch.add(property.clone());
        match batch.write(tx).await? {
            Written::Done => Ok(property),
            Written::Raced => Err(taken(None)),
        }
    })
    .await
}

/// Changes a property, when it still has the version that the caller saw, if they say which.
pub(crate) async fn change(
    ctx: &Ctx,
    call: &Call,
    id: Id,
    edit: Edit,
    seen: Option<i64>,
) -> Result<Property> {
    call.require(Role::Operator)?;
    let tenant = call.tenant();
    let changed = ctx.write(call, async move |tx: &Tx| {
        let mut batch = Batch::new(tenant, SOURCE, tx.now());
        let before = batch.hold_locked(tx, id).await?.ok_or_else(Error::not_found)?;
        if seen.is_some_and(|version| version != before.version) {
            return Err(Error::precondition_failed());
        }
        let after = edit.clone().apply(before).map_err(refused)?;
        if let Some(owner) = batch.other_owner(tx, Some(id), &after).await? {
            return Err(taken(Some(owner)));
        }
        batch.change(after)?;
        let now = batch.get(id).cloned().ok_or_else(Error::not_found)?;
        match batch.write(tx).await? {
            Written::Done => Ok(now),
            // The row is locked; only a new key can have been raced for.
            Written::Raced => Err(taken(None)),
        }
    });
    changed.await.map_err(taken_by_race)
}

/// Deletes a property, under the same condition.
pub(crate) async fn remove(ctx: &Ctx, call: &Call, id: Id, seen: Option<i64>) -> Result<()> {
    call.require(Role::Operator)?;
    let tenant = call.tenant();
    ctx.write(call, async move |tx: &Tx| {
        let mut batch = Batch::new(tenant, SOURCE, tx.now());
        let before = batch.hold_locked(tx, id).await?.ok_or_else(Error::not_found)?;
        if seen.is_some_and(|version| version != before.version) {
            return Err(Error::precondition_failed());
        }
        Ok(batch.remove(tx, id).await?)
    })
    .await
}
