//! Properties on their way to an auction: records, changes, history, import
