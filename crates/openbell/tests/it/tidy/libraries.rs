//! What comes from outside: banned crates, twins, licences. The lists are those of `deny.toml`, so
//! that cargo-deny, where it is installed, and this test say the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use toml::{Table, Value};

use super::{Offence, assert_clean, messages, root, tree};

/// Crates that we name ourselves and that are there in two incompatible versions, with who brings
/// the other one. An entry goes when its twin is gone.
const TWINS: &[(&str, &str)] = &[
    ("base64", "reqwest has 0.23 already"),
    ("rand", "proptest still has 0.9"),
    ("thiserror", "vobject, with which tests read calendars, still has 1"),
    ("tower-http", "reqwest still has 0.6"),
];

/// A package of Cargo.lock.
fn locked(lock: &str) -> Vec<(String, String)> {
    let lock: Table = lock.parse().expect("Cargo.lock is TOML");
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    let field = |package: &Value, name: &str| {
        package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    packages.map(|package| (field(package, "name"), field(package, "version"))).collect()
}

fn banned(lock: &str, banned: &[String]) -> Vec<Offence> {
    locked(lock)
        .into_iter()
        .filter(|(name, _)| banned.contains(name))
        .map(|(name, version)| {
            let message = format!("`{name} {version}` is banned: deny.toml says why");
            Offence::new("Cargo.lock", 0, message)
        })
        .collect()
}

/// The part of a version that says what is compatible: `1`, or `0.41`.
fn major(version: &str) -> String {
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (Some(major), _) => major.to_owned(),
        _ => version.to_owned(),
    }
}

fn twins(lock: &str, named: &[String], allowed: &[(&str, &str)]) -> Vec<Offence> {
    let mut majors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, version) in locked(lock) {
        majors.entry(name).or_default().insert(major(&version));
    }
    let mut offences = Vec::new();
    for name in named {
        let found = majors.get(name).map_or(0, BTreeSet::len);
        let is_allowed = allowed.iter().any(|(allowed, _)| allowed == name);
        if found > 1 && !is_allowed {
            let versions: Vec<_> = majors[name].iter().map(String::as_str).collect();
            let message = format!("`{name}` is there as {}", versions.join(" and "));
            offences.push(Offence::new("Cargo.lock", 0, message));
        }
        if found < 2 && is_allowed {
            let message = format!("`{name}` has no twin any more: take it off the list");
            offences.push(Offence::new("Cargo.lock", 0, message));
        }
    }
    offences
}

/// Whether an SPDX expression can be met with the allowed licences.
fn is_licensed(expression: &str, allowed: &[String]) -> bool {
    // `/` is how old manifests write OR.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any_of(&words, &mut at, allowed);
    met && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, allowed);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(&word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if word == "(" {
        let met = any_of(words, at, allowed);
        let is_closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && is_closed;
    }
    let mut licence = word.to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&licence)
}

fn unlicensed(packages: &[(String, Option<String>)], allowed: &[String]) -> Vec<Offence> {
    packages
        .iter()
        .filter(|(_, licence)| !is_licensed(licence.as_deref().unwrap_or(""), allowed))
        .map(|(name, licence)| {
            let message = format!("`{name}` has the licence {licence:?}, not on deny.toml's list");
            Offence::new("Cargo.lock", 0, message)
        })
        .collect()
}

/// Whether a build for this machine takes a package. Cargo.lock also has what is only there for a
/// feature of a dependency that nobody has switched on.
fn is_taken(name: &str) -> bool {
    let tree = ["tree", "--offline", "--locked", "--workspace", "--edges=all", "--invert", name];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(root()).output();
    let output = output.expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    !output.stdout.trim_ascii().is_empty()
}

/// Names and licences of all packages that a build for this machine takes.
fn packages() -> Vec<(String, Option<String>)> {
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output();
        let output = output.expect("cargo can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo prints UTF-8")
    };
    let version = cargo(&["--version", "--verbose"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = cargo(&[
        "metadata",
        "--offline",
        "--locked",
        "--format-version=1",
        &format!("--filter-platform={host}"),
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("it is JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let field = |package: &serde_json::Value, name: &str| package[name].as_str().map(str::to_owned);
    packages
        .iter()
        .map(|package| (field(package, "name").unwrap_or_default(), field(package, "license")))
        .collect()
}

/// A list of names in deny.toml: plain, or of tables with the name in `crate`.
fn policy(section: &str, list: &str) -> Vec<String> {
    let deny: Table = file("deny.toml").parse().expect("deny.toml is TOML");
    let entries = deny.get(section).and_then(|section| section.get(list));
    let name = |entry: &Value| {
        let name = entry.get("crate").unwrap_or(entry).as_str();
        name.expect("an entry is a name or has one in `crate`").to_owned()
    };
    let names: Vec<_> = entries.and_then(Value::as_array).into_iter().flatten().map(name).collect();
    assert!(!names.is_empty(), "deny.toml has [{section}] {list}");
    names
}

fn file(path: &str) -> String {
    let file = tree().into_iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("{path} is missing")).text
}

fn is_listed(name: &str) -> bool {
    locked(&lock()).iter().any(|(listed, _)| listed == name)
}

fn lock() -> String {
    std::fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock is there")
}

const SAMPLE: &str = "[[package]]\nname = \"rand\"\nversion = \"0.9.5\"\n\
    [[package]]\nname = \"rand\"\nversion = \"0.10.3\"\n\
    [[package]]\nname = \"serde\"\nversion = \"1.0.229\"\n\
    [[package]]\nname = \"openssl\"\nversion = \"0.10.1\"\n";

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn banned_crates_are_seen() {
    let offences = banned(SAMPLE, &strings(&["openssl", "sqlx"]));
    let expected = ["Cargo.lock: `openssl 0.10.1` is banned: deny.toml says why"];
    assert_eq!(messages(&offences), expected);
}

#[test]
fn twins_are_seen() {
    let named = strings(&["rand", "serde"]);
    let offences = twins(SAMPLE, &named, &[]);
    assert_eq!(messages(&offences), ["Cargo.lock: `rand` is there as 0.10 and 0.9"]);
    assert_eq!(twins(SAMPLE, &named, &[("rand", "")]), []);
    let offences = twins(SAMPLE, &named, &[("rand", ""), ("serde", "")]);
    let expected = ["Cargo.lock: `serde` has no twin any more: take it off the list"];
    assert_eq!(messages(&offences), expected);
}

#[test]
fn licences_are_read() {
    let allowed = strings(&["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for fine in [
        "MIT",
        "GPL-3.0 OR MIT",
        "Unlicense/MIT",
        "ISC AND (MIT OR GPL-3.0)",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_licensed(fine, &allowed), "{fine}");
    }
    for wrong in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT WITH something", "MIT MIT"] {
        assert!(!is_licensed(wrong, &allowed), "{wrong}");
    }
    let packages = [("a".to_owned(), Some("MIT".to_owned())), ("b".to_owned(), None)];
    assert_eq!(unlicensed(&packages, &allowed).len(), 1);
}

#[test]
fn no_banned_crate_comes_in() {
    let taken: Vec<_> = policy("bans", "deny").into_iter().filter(|name| is_listed(name)).collect();
    let taken: Vec<_> = taken.into_iter().filter(|name| is_taken(name)).collect();
    assert_clean(banned(&lock(), &taken));
    assert!(is_taken("serde") && is_listed("serde") && !is_listed("serde-of-nobody"));
}

#[test]
fn crates_that_we_name_have_one_version() {
    let manifest: Table = file("Cargo.toml").parse().expect("the root manifest is TOML");
    let workspace = manifest.get("workspace").and_then(|value| value.get("dependencies"));
    let named: Vec<_> = workspace
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
        .map(|(key, value)| value.get("package").and_then(Value::as_str).unwrap_or(key).to_owned())
        .collect();
    assert_clean(twins(&lock(), &named, TWINS));
}

#[test]
fn every_licence_is_allowed() {
    assert_clean(unlicensed(&packages(), &policy("licenses", "allow")));
}
