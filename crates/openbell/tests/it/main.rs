//! The house as a whole.

mod bench;
mod bidding;
mod county;
mod crash;
mod demo;
mod doctor;
mod documents;
mod fuzz;
mod import;
mod nodes;
mod probe;
mod sources;
mod statements;
mod tidy;
