//! Properties from the outside, on both databases.

mod it {
    pub mod house;

    mod changes;
    mod imports;
    mod lists;
    mod races;
}
