//! Properties from the outside, on both databases.

#[cfg(test)]
mod it {
    mod house;
    mod site;

    mod analytics;
    mod changes;
    mod examples;
    mod folders;
    mod imports;
    mod links;
    mod lists;
    mod races;
    mod search;
    mod sift;
    mod sources;
}
