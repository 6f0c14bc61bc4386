//! SQLite and PostgreSQL behind one API, the journal of events, and reactions
