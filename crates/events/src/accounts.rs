//! What accounts tells.

use domain::{Id, Roles, UserId};
use serde::{Deserialize, Serialize};

use crate::Event;

/// A user account came into being.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRegistered {
    /// Whose account.
    pub user: UserId,
    /// The roles it began with.
    pub roles: Roles,
}

impl Event for UserRegistered {
    const NAME: &'static str = "accounts.registered";
    const VERSION: u32 = 1;
}

/// A user's roles changed; open sockets re-check what they follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolesChanged {
    /// Whose roles.
    pub user: UserId,
    /// All roles from now on.
    pub roles: Roles,
}

impl Event for RolesChanged {
    const NAME: &'static str = "accounts.roles_changed";
    const VERSION: u32 = 1;
}

/// Sessions of a user ended before their time; sockets that they opened close.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// Whose sessions.
    pub user: UserId,
    /// Which ones; never none.
    pub sessions: Vec<Id>,
    /// Why: `logout`, `password`, `deactivated` or `reuse`; more may come.
    pub reason: String,
}

impl Event for SessionsEnded {
    const NAME: &'static str = "accounts.sessions_ended";
    const VERSION: u32 = 1;
}
