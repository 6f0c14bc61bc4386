//! The generated documents are those of this code. `make docs` writes them anew.

use std::{fs, path::Path};

#[test]
fn the_generated_documents_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, text) in openbell::generated().expect("the documents are generated") {
        let found = fs::read_to_string(root.join(file)).unwrap_or_default();
        assert!(
            found.trim_end() == text.trim_end(),
            "{file} is not what the code says; run `make docs`"
        );
    }
}
