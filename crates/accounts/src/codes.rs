//! The feature's own error codes.

use kit::Code;

pub(crate) static EMAIL_TAKEN: Code =
    Code::conflict("email_taken", "there is an account with this e-mail already");
pub(crate) static REFRESH_SUPERSEDED: Code = Code::conflict(
    "refresh_superseded",
    "this refresh token was exchanged a moment ago; use the newer one",
);
pub(crate) static LAST_ADMIN: Code =
    Code::conflict("last_admin", "the tenant would be left without an admin");

/// Every code above.
pub(crate) static ALL: &[&Code] = &[&EMAIL_TAKEN, &REFRESH_SUPERSEDED, &LAST_ADMIN];
