//! The schema of a database against the one that this program knows.

use std::collections::BTreeMap;

use crate::{
    migrate::{Migrations, STORE, checksum},
    statement::Dialect,
};

/// How a database's schema stands to the one of this program. Steps are named `module/step`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// How many steps were applied.
    pub applied: usize,
    /// Steps that the next start applies.
    pub pending: Vec<String>,
    /// Steps that this program does not know: a newer one has applied them.
    pub unknown: Vec<String>,
    /// Steps that have another text here than the one that was applied: no start goes past them.
    pub changed: Vec<String>,
}

/// A step as the database's books have it.
pub(super) struct Applied {
    pub(super) module: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) checksum: String,
}

/// The steps that this program knows, with the checksum of each: worked out where waiting hurts
/// nobody, and taken to where the database is looked at.
pub(super) struct Known(Vec<Step>);

struct Step {
    module: &'static str,
    version: i64,
    name: &'static str,
    checksum: String,
}

impl Known {
    pub(super) fn of(modules: &[Migrations], dialect: Dialect) -> Self {
        let lines = std::iter::once(&STORE).chain(modules);
        let steps = lines.flat_map(|line| line.steps.iter().map(|step| (line.module, step)));
        let steps = steps.map(|(module, step)| Step {
            module,
            version: step.version.into(),
            name: step.name,
            checksum: checksum(&step.text(dialect)),
        });
        Self(steps.collect())
    }

    pub(super) fn compare(&self, books: &[Applied]) -> Schema {
        let books: BTreeMap<_, _> =
            books.iter().map(|row| ((row.module.as_str(), row.version), row)).collect();
        let mut schema = Schema { applied: books.len(), ..Schema::default() };
        let mut strange = books.clone();
        for step in &self.0 {
            let name = format!("{}/{}", step.module, step.name);
            strange.remove(&(step.module, step.version));
            match books.get(&(step.module, step.version)) {
                None => schema.pending.push(name),
                Some(row) if row.checksum != step.checksum => schema.changed.push(name),
                Some(_) => {}
            }
        }
        let strange = strange.values().map(|row| format!("{}/{}", row.module, row.name));
        schema.unknown = strange.collect();
        schema
    }
}
