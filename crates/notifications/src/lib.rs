//! The inbox: one notification centre for every feature
