//! Whose things somebody sees.

use domain::{Role, TenantId};
use kit::{Call, Result};

/// Whose things the caller may see: the tenant's for its admins, everybody's (none) for root.
///
/// # Errors
/// `unauthorized`, and `forbidden` for everybody else.
pub(crate) fn reach(call: &Call) -> Result<Option<TenantId>> {
    if call.scope().permits(Role::Root) {
        return Ok(None);
    }
    call.require(Role::Admin)?;
    Ok(Some(call.tenant()))
}

/// Whether what belongs to `tenant` is within reach.
pub(crate) fn has(reach: Option<TenantId>, tenant: TenantId) -> bool {
    reach.is_none_or(|own| own == tenant)
}
