//! Whether there is a configuration, and where it comes from.

use std::path::Path;

use kit::Config;

use super::Check;
use crate::cli::Failure;

const NAME: &str = "configuration";

/// There is none: what `failure` says is wrong with it.
pub(super) fn refused(failure: &Failure) -> Check {
    let advice = "put right what it names; `openbell config --print` with nothing set shows every \
                  key and its default";
    Check { code: failure.code, ..Check::fail(NAME, failure.message.clone(), advice) }
}

/// Where it comes from, and what in it is without effect.
pub(super) fn look(config: &Config, file: Option<&Path>) -> Vec<Check> {
    let file = match file.map(std::path::absolute) {
        Some(Ok(path)) => format!("read from {}", path.display()),
        Some(Err(_)) => "read from a file".to_owned(),
        None => "no file".to_owned(),
    };
    let variables = config.places.values().filter(|place| {
        // A variable, or one whose value is the path of a file.
        place.file.is_none() || place.name.ends_with("_FILE")
    });
    let variables: Vec<&str> = variables.map(|place| place.name.as_str()).collect();
    let rest = match variables.as_slice() {
        [] => "nothing in the environment".to_owned(),
        names => format!("in the environment {}", names.join(", ")),
    };
    let notes = config.notes.iter().map(|note| Check::warn(NAME, note.clone(), "take it away"));
    std::iter::once(Check::ok(NAME, format!("{file}; {rest}"))).chain(notes).collect()
}
