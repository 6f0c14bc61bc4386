//! Background work with leases, back-off, unique keys and schedules
