//! Words that have no place in the repository.

use std::path::Path;

use super::{Offence, assert_holds, messages, source};

/// Names that say nothing of what is inside.
const DRAWERS: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// Folders of one person's machine.
const MACHINE_FOLDERS: &[&str] = &["farm", "home", "root", "Users", "work"];

/// Code that is not finished, does not run, or waits for time to pass.
const UNFINISHED: &[(&str, &str)] = &[
    ("todo!(", "finish it"),
    ("unimplemented!(", "finish it"),
    ("#[ignore", "a test runs, or it is not there"),
    ("thread::sleep(", "wait for the thing itself, or move a FakeClock"),
];

fn drawers(path: &str, _: &str) -> Vec<Offence> {
    let is_drawer = |part: &str| DRAWERS.contains(&part.split('.').next().unwrap_or_default());
    path.split('/')
        .filter(|part| is_drawer(part))
        .map(|part| Offence::new(path, 0, format!("`{part}` does not say what is inside")))
        .collect()
}

/// Absolute paths below a person's or a machine's own folder, and paths that leave the repository.
fn machine_paths(path: &str, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for folder in MACHINE_FOLDERS {
            let folder = format!("/{folder}/");
            let begins = |at: usize| !line[..at].ends_with(|c: char| is_path_character(c));
            let goes_on = |at: usize| line[at + folder.len()..].starts_with(is_path_character);
            if line.match_indices(&folder).any(|(at, _)| begins(at) && goes_on(at)) {
                offences.push(Offence::new(path, number, format!("a path below {folder}")));
            }
        }
        if line.contains(&["..", "shared"].join("/")) {
            offences.push(Offence::new(path, number, "a path out of the repository"));
        }
    }
    offences
}

fn is_path_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}')
}

fn unfinished(path: &str, text: &str) -> Vec<Offence> {
    let code = source::read(text).code;
    let mut offences = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        for (word, advice) in UNFINISHED.iter().filter(|(word, _)| line.contains(word)) {
            offences.push(Offence::new(path, number, format!("`{word}`: {advice}")));
        }
    }
    offences
}

#[test]
fn drawers_are_seen() {
    assert_eq!(drawers("crates/store/src/commonly.rs", ""), []);
    for path in ["crates/store/src/utils.rs", "crates/hub/src/helpers/mod.rs"] {
        assert_eq!(drawers(path, "").len(), 1, "{path}");
    }
}

#[test]
fn machine_paths_are_seen() {
    // Put together here, so that this file does not break its own rule.
    let slash = "/";
    let samples = [
        format!("see {slash}work{slash}main"),
        format!("\"{slash}home{slash}ann{slash}openbell\""),
        ["..", "shared", "design.md"].join("/"),
    ];
    for sample in &samples {
        assert_eq!(machine_paths("a.md", sample).len(), 1, "{sample}");
    }
    for fine in ["https://example.org/work/it", "crates/work/src", "`/root/`"] {
        assert_eq!(machine_paths("a.md", fine), [], "{fine}");
    }
}

#[test]
fn unfinished_code_is_seen() {
    let sample = "// todo!()\nlet a = \"#[ignore]\";\n#[ignore = \"slow\"]\nfn b() { todo!() }\n";
    assert_eq!(
        messages(&unfinished("a.rs", sample)),
        ["a.rs:3: `#[ignore`: a test runs, or it is not there", "a.rs:4: `todo!(`: finish it"]
    );
}

#[test]
fn names_say_what_is_inside() {
    assert_holds(|file| Path::new(&file.path).starts_with("crates"), drawers);
}

#[test]
fn no_file_speaks_of_one_machine() {
    assert_holds(|_| true, machine_paths);
}

#[test]
fn nothing_is_unfinished() {
    assert_holds(|file| file.has_extension("rs"), unfinished);
}
