//! The first line in the inboxes of the demonstration.

use events::{Category, NoticeRaised, Priority};
use kit::{
    Notify, Result,
    demo::{self, Demo, PEOPLE, Stage},
};
use store::{Class, Tx};

/// What notifications show in a demonstration.
pub(crate) fn demo() -> Demo {
    Demo::new().seed(seed)
}

async fn seed(stage: Stage) -> Result<()> {
    // Raised again it is the same line: the key says so.
    let write = async move |tx: &Tx| Ok(tx.notify(demo::TENANT, &welcome())?);
    stage.ctx.store().write(Class::Interactive, write).await
}

fn welcome() -> NoticeRaised {
    NoticeRaised {
        users: PEOPLE.iter().map(|person| person.id).collect(),
        notice_type: "system.welcome".to_owned(),
        category: Category::System,
        priority: Priority::Low,
        title: "Welcome to the Openbell demo".to_owned(),
        body: "The market moves by itself. What happens to a property on a watchlist comes here \
               and over the sockets within a second."
            .to_owned(),
        data: None,
        action_url: None,
        object: None,
        actor: None,
        dedup_key: "demo:welcome".to_owned(),
        expires_at: None,
    }
}
