//! Stories over both databases.
