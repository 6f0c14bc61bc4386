//! What goes over the sockets.

use domain::{Id, Topic, UserId};
use kit::FrameSpec;
use serde::Serialize;
use store::Frame;
use utoipa::ToSchema;

const CHANGED: &str = "access_changed";

/// What the user may see has changed, or sessions of theirs have ended. The kit knows this frame by
/// its type, which comes first, and closes the user's connections behind it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessChanged {
    #[serde(rename = "type")]
    kind: &'static str,
    /// `roles`, `deactivated`, `password`, `logout` or `reuse`; more may come.
    reason: &'static str,
    /// The session that has ended, when it is one.
    session: Option<Id>,
}

impl AccessChanged {
    /// On the user's own stream.
    ///
    /// # Errors
    /// None in practice: it is a JSON object.
    pub(crate) fn frame(
        user: UserId,
        reason: &'static str,
        session: Option<Id>,
    ) -> store::Result<Frame> {
        Frame::new(Topic::user(user), &Self { kind: CHANGED, reason, session })
    }
}

pub(crate) fn specs() -> Vec<FrameSpec> {
    let about =
        "roles were given or taken, or sessions have ended; the socket closes 4204 behind it";
    vec![FrameSpec::sent::<AccessChanged>(CHANGED, "user", about)]
}
