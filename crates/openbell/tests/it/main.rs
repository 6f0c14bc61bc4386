//! The house as a whole.

mod tidy;
