//! The house as a whole.

mod bench;
mod county;
mod crash;
mod documents;
mod import;
mod nodes;
mod probe;
mod sources;
mod statements;
mod tidy;
