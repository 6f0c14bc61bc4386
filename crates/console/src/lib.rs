//! What those who look after an installation see of it, and what they may do: its health, open
//! connections, topics, tasks, schedules, and what reactions could not digest.
//!
//! An admin sees what belongs to the own tenant, root sees everything. What belongs to another
//! tenant is answered like what does not exist. Connections and topics are those of the node that
//! answers, which says its name.

mod codes;
mod connections;
mod overview;
mod queue;
mod reach;
mod reactions;
mod schedules;
mod topics;

use kit::Module;

/// The feature.
pub fn module() -> Module {
    Module::new("console")
        .routes(overview::routes())
        .routes(connections::routes())
        .routes(topics::routes())
        .routes(queue::routes())
        .routes(schedules::routes())
        .routes(reactions::routes())
        .codes(codes::ALL)
}
