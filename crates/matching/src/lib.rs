//! Saved criteria against one new or changed property at a time: which alerts does it match?
//!
//! Pure: no database, no clock, nothing asynchronous. Each feature that matches holds an index of
//! its own over its own tables and feeds it from one reaction, so that every change meets exactly
//! the alerts that were committed before it.

mod alert;
mod buckets;
mod criteria;
mod geo;
mod kinds;
mod property;

pub use alert::{Alert, Hit, Matcher};
pub use buckets::Buckets;
pub use criteria::{Criteria, Truth};
pub use geo::{Circle, MAX_RADIUS_KM, Polygon, PolygonError};
pub use kinds::{Kind, Kinds};
pub use property::{City, Property, PropertyTypes, State};

#[cfg(test)]
mod random_tests;
