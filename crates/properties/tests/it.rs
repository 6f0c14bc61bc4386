//! Properties from the outside, on both databases.

mod it {
    mod house;

    mod changes;
    mod imports;
    mod lists;
    mod races;
}
