//! The ledger on both databases.

#[cfg(test)]
mod it {
    mod books;
    mod world;
}
