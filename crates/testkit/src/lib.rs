//! Test servers, actors, socket probes, a clock that tests move, throw-away databases.

pub mod clock;
pub mod servers;
