//! A feature has one door: `module()`, and `model` with its pure types.

use super::{FEATURES, Offence, assert_clean, messages, source, tree};

/// What stands for others to use at the top of a feature's `lib.rs`.
fn exports(path: &str, text: &str) -> Vec<Offence> {
    let code = source::read(text).code;
    let mut depth = 0_usize;
    let mut offences = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        let line = line.trim();
        let is_door = line == "pub mod model;" || line.starts_with("pub fn module()");
        let is_export = line.starts_with("pub ") || line.starts_with("#[macro_export]");
        if depth == 0 && is_export && !is_door {
            let message = format!("`{line}`: a feature exports module() and model, nothing else");
            offences.push(Offence::new(path, number, message));
        }
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
    }
    offences
}

#[test]
fn other_doors_are_seen() {
    let sample = "//! pub use\nmod sql;\npub mod model;\npub mod routes;\npub(crate) use a::B;\n\
        pub use model::Bid;\n/// Door.\npub fn module() -> Module {\n    pub const A: u8 = 1;\n}\n";
    assert_eq!(
        messages(&exports("lib.rs", sample)),
        [
            "lib.rs:4: `pub mod routes;`: a feature exports module() and model, nothing else",
            "lib.rs:6: `pub use model::Bid;`: a feature exports module() and model, nothing else",
        ]
    );
}

#[test]
fn a_feature_exports_its_module_and_model_only() {
    let is_door =
        |path: &str| FEATURES.iter().any(|name| path == format!("crates/{name}/src/lib.rs"));
    let files = tree();
    let doors: Vec<_> = files.iter().filter(|file| is_door(&file.path)).collect();
    assert_eq!(doors.len(), FEATURES.len(), "each feature has a src/lib.rs");
    assert_clean(doors.iter().flat_map(|file| exports(&file.path, &file.text)));
}
