//! The secret: where it is from, who else can read it, and whether it can be guessed.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use kit::{Config, MIN_SECRET_BYTES, Secret, config::SETTINGS};

use super::Check;

const NAME: &str = "secret";
const FILES: &str = "secret_files";

/// Everybody may read it, or others than its owner may write it.
const TOO_OPEN: u32 = 0o026;
/// Random texts of 32 characters, decimal digits alone too, have more different ones than this.
const FEW_CHARACTERS: usize = 8;

const GENERATE: &str = "make a new one with `openssl rand -base64 48`, keep the old one in \
                        OPENBELL_PREVIOUS_SECRET for a while";

pub(super) fn look(config: &Config) -> Vec<Check> {
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for setting in SETTINGS.iter().filter(|setting| setting.secret) {
        files.extend(config.places.get(setting.name).and_then(|place| place.file.clone()));
    }
    let mut checks = Vec::new();
    match &config.secret {
        Some(secret) => {
            let place = config.places.get("secret").map_or("somewhere", |place| &*place.name);
            checks.push(judged(secret.expose(), &format!("from {place}")));
        }
        None => {
            let path = Secret::file_in(&config.data_dir);
            checks.push(in_folder(&path));
            files.insert(path);
        }
    }
    checks.extend(files.iter().filter_map(|file| permissions(file)));
    checks
}

/// The one that the server makes for itself.
fn in_folder(path: &Path) -> Check {
    let shown = path.display();
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() < MIN_SECRET_BYTES => {
            let found = format!("{shown} has fewer than {MIN_SECRET_BYTES} bytes");
            let advice = "remove it: the next start makes a new one, and everybody signs in anew";
            Check::fail(NAME, found, advice)
        }
        Ok(text) => judged(text.trim(), &format!("from {shown}")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Check::ok(NAME, format!("{shown} will be made at the first start"))
        }
        Err(error) => {
            let advice = "let the user who runs Openbell read it (chown)";
            Check::fail(NAME, format!("{shown}: {error}"), advice)
        }
    }
}

fn judged(secret: &str, place: &str) -> Check {
    match weakness(secret) {
        None => Check::ok(NAME, format!("{place}, {} bytes", secret.len())),
        Some(weakness) => Check::warn(NAME, format!("{place}; {weakness}"), GENERATE),
    }
}

/// Why a secret looks as if it can be guessed. That it looks random proves nothing.
fn weakness(secret: &str) -> Option<String> {
    let bytes = secret.as_bytes();
    let characters = bytes.iter().collect::<BTreeSet<_>>().len();
    if characters < FEW_CHARACTERS {
        return Some(format!("it has {characters} different characters"));
    }
    let repeats = |piece: usize| bytes.iter().zip(&bytes[piece..]).all(|(a, b)| a == b);
    let repeated = (1..=bytes.len() / 2).find(|piece| repeats(*piece));
    repeated.map(|piece| format!("it repeats {piece} characters again and again"))
}

/// A file with a secret in it that others can read, or could replace.
fn permissions(path: &Path) -> Option<Check> {
    // A file that is not there or cannot be read is told of where it is read.
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let shown = path.display();
    if mode & TOO_OPEN == 0 {
        return Some(Check::ok(FILES, format!("{shown} is not open to others ({mode:03o})")));
    }
    let found = format!("{shown} is open to others ({mode:03o})");
    Some(Check::warn(FILES, found, format!("chmod 600 {shown}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_guessed() {
        for weak in [
            "a".repeat(40),
            "abc".repeat(12),
            "change-me-".repeat(4),
            "openbell-secret!openbell-secret!".to_owned(),
        ] {
            assert!(weakness(&weak).is_some(), "{weak}");
        }
        for fine in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "the secret of every test, long enough",
            "31415926535897932384626433832795",
            &kit::random_token(32),
        ] {
            assert_eq!(weakness(fine), None, "{fine}");
        }
    }
}
