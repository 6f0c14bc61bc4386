//! What accounts tells.

use domain::{Roles, UserId};
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
