//! Properties from the outside, on both databases.
