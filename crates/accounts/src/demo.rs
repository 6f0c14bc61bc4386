//! The people of the demonstration.

use kit::{
    Error, Result,
    demo::{self, Demo, PEOPLE, Person, Stage},
};
use store::{Class, Tx};

use crate::{
    codes,
    register::{Draft, NewAccount},
};

/// What accounts show in a demonstration.
pub(crate) fn demo() -> Demo {
    Demo::new().seed(seed)
}

async fn seed(stage: Stage) -> Result<()> {
    for person in PEOPLE {
        match add(&stage, &person).await {
            Err(error) if error.is(&codes::EMAIL_TAKEN) => {}
            other => other?,
        }
    }
    stage.report.line(format!("  {} people", PEOPLE.len())).await;
    Ok(())
}

async fn add(stage: &Stage, person: &Person) -> Result<()> {
    let account = NewAccount {
        tenant: demo::TENANT,
        email: person.email.to_owned(),
        password: demo::PASSWORD.to_owned(),
        name: person.name.to_owned(),
        roles: person.roles(),
    };
    let draft = Draft::make(&stage.ctx, account).await?.with_id(person.id);
    let write = async move |tx: &Tx| Ok::<_, Error>(draft.insert(tx).await.map(drop)?);
    stage.ctx.store().write(Class::Interactive, write).await
}
