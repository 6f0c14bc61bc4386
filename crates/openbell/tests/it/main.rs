//! The house as a whole.

mod bench;
mod county;
mod crash;
mod documents;
mod fuzz;
mod import;
mod nodes;
mod probe;
mod statements;
mod tidy;
