//! The house as a whole.

mod county;
mod crash;
mod documents;
mod import;
mod statements;
mod tidy;
