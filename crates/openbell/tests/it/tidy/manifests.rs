//! Arrows point down only, and each library has its storeys.

use toml::{Table, Value};

use super::{FEATURES, Offence, assert_clean, messages, tree};

const BELOW_FEATURES: &[&str] =
    &["domain", "events", "store", "tasks", "ledger", "hub", "matching", "kit"];

/// What a crate may stand on. A new crate gets a line here first.
fn allowed_below(house: &str) -> Option<&'static [&'static str]> {
    match house {
        "domain" => Some(&[]),
        "events" | "hub" | "matching" => Some(&["domain"]),
        "store" => Some(&["domain", "events"]),
        "tasks" => Some(&["domain", "events", "store"]),
        "ledger" => Some(&["domain", "store"]),
        "kit" => Some(&["domain", "events", "store", "tasks", "ledger", "hub"]),
        "testkit" => Some(BELOW_FEATURES),
        feature if FEATURES.contains(&feature) => Some(BELOW_FEATURES),
        _ => None,
    }
}

/// Crates that are words only: everything they may take from outside.
const PLAIN: &[(&str, &[&str])] = &[
    ("domain", &["jiff", "serde", "serde_json", "thiserror", "utoipa", "uuid"]),
    ("events", &["serde", "serde_json"]),
    ("matching", &["thiserror"]),
];

/// Libraries that only some storeys may touch, because the others have a verb for it.
const KEPT_WITHIN: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("deadpool-postgres", &["store"]),
    ("tokio-postgres", &["store", "testkit"]),
    ("redis", &["hub"]),
    ("axum", &["kit", "openbell", "testkit", "features"]),
    ("clap", &["openbell"]),
    ("jsonwebtoken", &["kit"]),
    ("reqwest", &["kit"]),
];

struct Dependency {
    name: String,
    is_dev: bool,
}

/// All dependencies of a manifest, those of single platforms too. Crates of the house bear their
/// bare names.
fn dependencies(manifest: &Table) -> Vec<Dependency> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = platforms.filter_map(|(_, value)| value.as_table()).chain([manifest]);
    let mut found = Vec::new();
    for table in tables {
        let kinds =
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)];
        for (kind, is_dev) in kinds {
            for (key, value) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
                let name = package.strip_prefix("openbell-").unwrap_or(package).to_owned();
                found.push(Dependency { name, is_dev });
            }
        }
    }
    found
}

fn is_of_the_house(name: &str) -> bool {
    name == "openbell" || allowed_below(name).is_some()
}

fn arrows(path: &str, text: &str) -> Vec<Offence> {
    let (house, manifest) = parse(path, text);
    if house == "openbell" {
        let tests = "only tests stand on testkit";
        let found = dependencies(&manifest);
        let offends = |found: &&Dependency| found.name == "testkit" && !found.is_dev;
        return found.iter().filter(offends).map(|_| Offence::new(path, 0, tests)).collect();
    }
    let Some(allowed) = allowed_below(&house) else {
        let message = format!("`{house}` has no storey: give it one in tidy/manifests.rs");
        return vec![Offence::new(path, 0, message)];
    };
    dependencies(&manifest)
        .iter()
        .filter(|found| is_of_the_house(&found.name))
        .filter(|found| !allowed.contains(&found.name.as_str()))
        .filter(|found| !(found.is_dev && (found.name == "testkit" || found.name == house)))
        .map(|found| {
            let advice = if FEATURES.contains(&found.name.as_str()) {
                "features speak through events"
            } else {
                "arrows point down only"
            };
            Offence::new(path, 0, format!("{house} depends on {}: {advice}", found.name))
        })
        .collect()
}

fn plain_crates(path: &str, text: &str) -> Vec<Offence> {
    let (house, manifest) = parse(path, text);
    let Some((_, allowed)) = PLAIN.iter().find(|(name, _)| *name == house) else {
        return Vec::new();
    };
    dependencies(&manifest)
        .iter()
        .filter(|found| !found.is_dev && !is_of_the_house(&found.name))
        .filter(|found| !allowed.contains(&found.name.as_str()))
        .map(|found| {
            let message = format!("{house} is words only and takes no `{}`", found.name);
            Offence::new(path, 0, message)
        })
        .collect()
}

fn kept_libraries(path: &str, text: &str) -> Vec<Offence> {
    let (house, manifest) = parse(path, text);
    let group = if FEATURES.contains(&house.as_str()) { "features" } else { house.as_str() };
    let mut offences = Vec::new();
    for found in dependencies(&manifest).iter().filter(|found| !found.is_dev) {
        let kept = KEPT_WITHIN.iter().find(|(library, _)| *library == found.name);
        if let Some((library, within)) = kept
            && !within.contains(&group)
        {
            let message = format!("`{library}` stays within {}", within.join(", "));
            offences.push(Offence::new(path, 0, message));
        }
    }
    offences
}

/// The workspace's names for our crates say where they are, so the manifests can be believed.
fn workspace_names(path: &str, text: &str) -> Vec<Offence> {
    let manifest: Table = text.parse().expect("the root manifest is TOML");
    let workspace = manifest.get("workspace").and_then(|value| value.get("dependencies"));
    let mut offences = Vec::new();
    for (key, value) in workspace.and_then(Value::as_table).into_iter().flatten() {
        let field = |name: &str| value.get(name).and_then(Value::as_str);
        let package = field("package").unwrap_or(key);
        let is_ours = package.starts_with("openbell") || field("path").is_some();
        let is_plain = key == "openbell" || package == format!("openbell-{key}");
        let is_there = field("path") == Some(&format!("crates/{key}"));
        if is_ours && !(is_plain && is_there) {
            let message = format!("`{key}` is package openbell-{key} in crates/{key}");
            offences.push(Offence::new(path, 0, message));
        }
    }
    offences
}

fn parse(path: &str, text: &str) -> (String, Table) {
    let house = path.trim_start_matches("crates/").split('/').next().unwrap_or_default();
    let manifest = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    (house.to_owned(), manifest)
}

fn over_the_crates(rule: impl Fn(&str, &str) -> Vec<Offence>) {
    let files = tree();
    let is_manifest = |path: &str| path.starts_with("crates/") && path.ends_with("/Cargo.toml");
    let manifests: Vec<_> = files.iter().filter(|file| is_manifest(&file.path)).collect();
    assert!(manifests.len() > FEATURES.len(), "the crates are there");
    assert_clean(manifests.iter().flat_map(|file| rule(&file.path, &file.text)));
}

#[test]
fn arrows_that_point_up_or_across_are_seen() {
    let hub = "[dependencies]\ndomain.workspace = true\nkit.workspace = true\nserde = \"1\"\n\
        [dev-dependencies]\ntestkit.workspace = true\n";
    assert_eq!(
        messages(&arrows("crates/hub/Cargo.toml", hub)),
        ["crates/hub/Cargo.toml: hub depends on kit: arrows point down only"]
    );
    let renamed = "[target.'cfg(unix)'.dependencies]\n\
        houses = { package = \"openbell-properties\", path = \"../properties\" }\n";
    assert_eq!(
        messages(&arrows("crates/accounts/Cargo.toml", renamed)),
        ["crates/accounts/Cargo.toml: accounts depends on properties: features speak through \
             events"]
    );
    let in_tests = "[dev-dependencies]\nnotifications.workspace = true\n";
    assert_eq!(arrows("crates/accounts/Cargo.toml", in_tests).len(), 1);
    let shipped = "[dependencies]\ntestkit.workspace = true\n";
    assert_eq!(arrows("crates/openbell/Cargo.toml", shipped).len(), 1);
    assert_eq!(arrows("crates/store/Cargo.toml", shipped).len(), 1);
    assert_eq!(arrows("crates/cellar/Cargo.toml", "").len(), 1, "a crate without a storey");
}

#[test]
fn libraries_in_the_wrong_storey_are_seen() {
    let sample = "[dependencies]\nserde.workspace = true\ntokio.workspace = true\n\
        [dev-dependencies]\nproptest.workspace = true\n";
    assert_eq!(
        messages(&plain_crates("crates/domain/Cargo.toml", sample)),
        ["crates/domain/Cargo.toml: domain is words only and takes no `tokio`"]
    );
    assert_eq!(plain_crates("crates/hub/Cargo.toml", sample), []);

    let sample = "[dependencies]\naxum.workspace = true\nrusqlite.workspace = true\n";
    assert_eq!(
        messages(&kept_libraries("crates/accounts/Cargo.toml", sample)),
        ["crates/accounts/Cargo.toml: `rusqlite` stays within store"]
    );
    assert_eq!(kept_libraries("crates/hub/Cargo.toml", sample).len(), 2);
}

#[test]
fn misleading_names_are_seen() {
    let sample = "[workspace.dependencies]\nserde = \"1\"\n\
        hub = { package = \"openbell-hub\", path = \"crates/hub\" }\n\
        kit = { package = \"openbell-accounts\", path = \"crates/accounts\" }\n";
    let offences = workspace_names("Cargo.toml", sample);
    assert_eq!(messages(&offences), ["Cargo.toml: `kit` is package openbell-kit in crates/kit"]);
}

#[test]
fn arrows_point_down_only() {
    over_the_crates(arrows);
}

#[test]
fn plain_crates_take_plain_libraries() {
    over_the_crates(plain_crates);
}

#[test]
fn libraries_stay_within_their_storeys() {
    over_the_crates(kept_libraries);
}

#[test]
fn names_say_where_a_crate_is() {
    let files = tree();
    let root = files.iter().find(|file| file.path == "Cargo.toml").expect("the root manifest");
    assert_clean(workspace_names(&root.path, &root.text));
}
