//! The hub, whole.
