//! Properties from the outside, on both databases.

#[cfg(test)]
mod it {
    mod house;
    mod site;

    mod changes;
    mod examples;
    mod folders;
    mod imports;
    mod links;
    mod lists;
    mod races;
    mod sources;
}
