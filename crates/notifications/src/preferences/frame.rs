//! What open sockets are told.

use domain::Timestamp;
use kit::FrameSpec;
use serde::Serialize;
use utoipa::ToSchema;

const UPDATED: &str = "preferences_updated";

/// The user's preferences have changed. They are not in it: the frame is kept, and addresses must
/// not be.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct PreferencesUpdated {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Their version now, as in the `ETag`.
    version: i64,
    /// When.
    updated_at: Timestamp,
}

impl PreferencesUpdated {
    pub(super) const fn new(version: i64, updated_at: Timestamp) -> Self {
        Self { kind: UPDATED, version, updated_at }
    }
}

pub(crate) fn spec() -> FrameSpec {
    let about = "the user's preferences have changed; REST has them";
    FrameSpec::sent::<PreferencesUpdated>(UPDATED, "user", about)
}
