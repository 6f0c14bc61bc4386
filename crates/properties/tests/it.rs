//! Properties from the outside, on both databases.

#[cfg(test)]
mod it {
    mod house;

    mod analytics;
    mod changes;
    mod imports;
    mod lists;
    mod races;
    mod search;
    mod sift;
}
