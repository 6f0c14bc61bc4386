//! The walls of the house that neither the compiler nor clippy sees.
//!
//! Every rule is a pure function over one file's path and text, and has two tests: one feeds it a
//! broken sample and sees it fail, the other runs it over the repository. A rule reports all that
//! it finds at once, each with a line and what to do instead.

mod exports;
mod libraries;
mod links;
mod manifests;
mod size;
mod source;
mod sql;
mod tables;
mod words;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// The crates that are features. A feature never names another one.
const FEATURES: &[&str] =
    &["accounts", "notifications", "properties", "foreclosures", "auctions", "console"];

/// Folders that hold no sources of ours.
const PASSED_OVER: &[&str] = &[".git", "data", "dist", "node_modules", "target"];

/// What is read as text, by extension; files without one are listed by name.
const EXTENSIONS: &[&str] = &["json", "md", "rs", "sh", "sql", "toml", "yaml", "yml"];
const NAMES: &[&str] = &["Makefile", "run"];

/// One place where a wall is broken.
#[derive(Debug, PartialEq, Eq)]
struct Offence {
    path: String,
    /// Counted from 1; 0 when it is the file as a whole.
    line: usize,
    message: String,
}

impl Offence {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A file of the repository; the path is relative to its root, with `/`.
struct SourceFile {
    path: String,
    text: String,
}

impl SourceFile {
    /// The crate whose folder the file lies in.
    fn house(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every text file of the repository, by path.
fn tree() -> Vec<SourceFile> {
    let root = root();
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !PASSED_OVER.contains(&name.as_str()) {
                collect(root, &path, files);
            }
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_text = match extension {
            Some(extension) => EXTENSIONS.contains(&extension),
            None => NAMES.contains(&name.as_str()),
        };
        if is_text && let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).expect("it lies below the root");
            files.push(SourceFile { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// Runs `rule` over all files that `takes` picks and fails with everything that it finds.
fn assert_holds(takes: impl Fn(&SourceFile) -> bool, rule: impl Fn(&str, &str) -> Vec<Offence>) {
    let files = tree();
    let taken: Vec<_> = files.iter().filter(|file| takes(file)).collect();
    assert!(!taken.is_empty(), "the rule was applied to nothing");
    assert_clean(taken.iter().flat_map(|file| rule(&file.path, &file.text)));
}

fn assert_clean(offences: impl IntoIterator<Item = Offence>) {
    let lines: Vec<String> = offences.into_iter().map(|offence| offence.to_string()).collect();
    assert!(lines.is_empty(), "{} broken:\n{}", lines.len(), lines.join("\n"));
}

/// What a rule said about a broken sample: one message a line.
fn messages(offences: &[Offence]) -> Vec<String> {
    offences.iter().map(ToString::to_string).collect()
}
