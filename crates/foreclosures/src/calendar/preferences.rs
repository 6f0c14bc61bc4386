//! The user's zone and reminders, as the notification centre tells them.

use std::time::Duration;

use domain::{TenantId, UserId};
use events::PreferencesChanged;
use jiff::tz::TimeZone;
use kit::{Fact, ReactionSpec, Result};
use store::{Tx, args};

use super::sql;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// When people are reminded who have not said when: how long before the auction.
const USUAL: [Duration; 4] =
    [DAY.saturating_mul(7), DAY.saturating_mul(3), DAY, Duration::from_secs(3600)];

/// What a calendar needs of somebody's preferences.
pub(super) struct Preferences {
    /// Where the user's days begin.
    pub(super) time_zone: TimeZone,
    /// How long before an auction the user wants to be reminded.
    pub(super) reminders: Vec<Duration>,
}

/// Keeps what the calendar needs whenever preferences change.
pub(crate) fn reaction() -> ReactionSpec {
    ReactionSpec::new::<PreferencesChanged, _, _>(
        "foreclosures.calendar_preferences",
        |_, tx, facts| async move { keep(&tx, &facts).await },
    )
}

async fn keep(tx: &Tx, facts: &[Fact<PreferencesChanged>]) -> Result<()> {
    for fact in facts {
        let PreferencesChanged { user, version, time_zone, reminder_offsets_ms } = &fact.event;
        let reminders = serde_json::to_string(reminder_offsets_ms).map_err(kit::Error::internal)?;
        let row = args![fact.tenant, *user, *version, time_zone, reminders];
        tx.exec(&sql::SET_PREFERENCES, &row).await?;
    }
    Ok(())
}

/// The preferences of a user; UTC and the usual reminders while they have said nothing.
pub(super) async fn of_user(tx: &Tx, tenant: TenantId, user: UserId) -> Result<Preferences> {
    let found: Option<(String, String)> = tx.maybe(&sql::PREFERENCES, &args![tenant, user]).await?;
    let Some((zone, reminders)) = found else {
        return Ok(Preferences { time_zone: TimeZone::UTC, reminders: USUAL.to_vec() });
    };
    let reminders: Vec<u64> = serde_json::from_str(&reminders).map_err(kit::Error::internal)?;
    Ok(Preferences {
        // A zone that this machine does not know any more must not take the calendar away.
        time_zone: TimeZone::get(&zone).unwrap_or(TimeZone::UTC),
        reminders: reminders.into_iter().map(Duration::from_millis).collect(),
    })
}
