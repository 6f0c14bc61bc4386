//! The feature's own error codes.

use kit::Code;

pub(crate) static TASK_DUE: Code = Code::conflict("task_due", "the task is due or running already");
pub(crate) static TASK_EXISTS: Code =
    Code::conflict("task_exists", "an open task of this name has the same key");

/// Every code above.
pub(crate) static ALL: &[&Code] = &[&TASK_DUE, &TASK_EXISTS];
