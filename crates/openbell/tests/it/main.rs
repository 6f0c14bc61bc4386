//! The house as a whole.

mod bench;
mod county;
mod crash;
mod demo;
mod documents;
mod fuzz;
mod import;
mod nodes;
mod probe;
mod sources;
mod statements;
mod tidy;
