//! Stories over both databases, with a clock that only the test moves.

#[cfg(test)]
mod it {
    #[macro_use]
    mod house;

    mod admin;
    mod leases;
    mod outage;
    mod queue;
    mod retries;
    mod runner;
    mod schedules;
    mod takeover;
}
