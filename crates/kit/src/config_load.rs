//! Where configured values come from, and which of several counts.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use crate::{
    config::{Config, ConfigError, SETTINGS, Setting, Source},
    config_sources,
    config_values::Value,
};

/// Variables with our prefix that are no keys: the command line's, and the test suite's.
const FOREIGN: [&str; 2] = ["OPENBELL_CONFIG", "OPENBELL_TEST_"];

/// What was given for the keys, and by whom.
#[derive(Default)]
pub(crate) struct Given {
    values: BTreeMap<&'static str, Found>,
    pub(crate) sources: Vec<Source>,
    pub(crate) notes: Vec<String>,
}

struct Found {
    text: String,
    /// How the one who wrote it calls the key.
    place: String,
    secret: bool,
}

impl Config {
    /// Reads the configuration from environment variables and a file; a variable wins over the
    /// file, the file over the default. An empty variable counts as absent.
    ///
    /// # Errors
    /// One line that names the key: unknown, twice, unreadable, or with a value that it cannot
    /// have. Secret values are never part of it.
    pub fn load(
        env: impl Iterator<Item = (String, String)>,
        file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let mut given = Given::default();
        if let Some(path) = file {
            let text = fs::read_to_string(path)
                .map_err(|error| ConfigError(format!("{}: {error}", path.display())))?;
            given.take_file(&text, path)?;
        }
        // Sorted, so that of several mistakes always the same one is told.
        given.take_env(&env.collect())?;
        Self::of_given(&given)?.finish()
    }
}

impl Given {
    fn take_file(&mut self, text: &str, path: &Path) -> Result<(), ConfigError> {
        let place = path.display();
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
            let what = error.message().replace('\n', " ");
            ConfigError(format!("{place}, line {line}: {what}"))
        })?;
        for (key, value) in table {
            let from_file = key.strip_suffix("_file");
            let setting = |name: &str| SETTINGS.iter().find(|setting| setting.name == name);
            let named = format!("{place}: {key}");
            if key == "sources" {
                self.sources = config_sources::read(value, &named)?;
                continue;
            }
            match (setting(&key), from_file.and_then(setting)) {
                (Some(setting), _) => {
                    let text = text_of(&value)
                        .ok_or_else(|| ConfigError(format!("{named}: must be a plain value")))?;
                    self.insert(setting, text, named);
                }
                (None, Some(setting)) if setting.secret => {
                    let path = text_of(&value).unwrap_or_default();
                    let text = read_secret(&named, &path)?;
                    self.insert(setting, text, named);
                }
                _ => {
                    let known = SETTINGS.iter().map(|setting| setting.name).chain(["sources"]);
                    return Err(unknown(&format!("{place}: unknown key `{key}`"), &key, known));
                }
            }
        }
        Ok(())
    }

    fn take_env(&mut self, env: &BTreeMap<String, String>) -> Result<(), ConfigError> {
        let given = |name: &str| env.get(name).filter(|text| !text.is_empty());
        for setting in SETTINGS {
            let file_name = format!("{}_FILE", setting.env);
            let path = given(&file_name).filter(|_| setting.secret);
            match (given(setting.env), path) {
                (Some(_), Some(_)) => {
                    let both = format!("{} and {file_name} are both set", setting.env);
                    return Err(ConfigError(both));
                }
                (Some(text), None) => self.insert(setting, text.clone(), setting.env.to_owned()),
                (None, Some(path)) => {
                    let text = read_secret(&file_name, path)?;
                    self.insert(setting, text, file_name);
                }
                (None, None) => {}
            }
        }
        for name in env.keys() {
            if name.starts_with("CELERY_") {
                self.notes.push(format!("{name} is not needed: background work is built in"));
            }
            if name.starts_with("OPENBELL_") && !is_known(name) {
                let known = SETTINGS.iter().map(|setting| setting.env);
                return Err(unknown(&format!("unknown variable {name}"), name, known));
            }
        }
        Ok(())
    }

    fn insert(&mut self, setting: &'static Setting, text: String, place: String) {
        let found = Found { text, place, secret: setting.secret };
        self.values.insert(setting.name, found);
    }

    pub(crate) fn read<T: Value>(
        &self,
        name: &'static str,
        default: &str,
    ) -> Result<T, ConfigError> {
        let found = self.values.get(name);
        let text = found.map_or(default, |found| found.text.as_str());
        T::read(text).map_err(|what| self.wrong(name, &what))
    }

    pub(crate) fn within<T>(
        &self,
        name: &'static str,
        value: T,
        min: T,
        max: T,
    ) -> Result<(), ConfigError>
    where
        T: PartialOrd + fmt::Display + Copy,
    {
        if value < min || value > max {
            return Err(self.wrong(name, &format!("must be from {min} to {max}")));
        }
        Ok(())
    }

    fn wrong(&self, name: &'static str, what: &str) -> ConfigError {
        ConfigError(match self.values.get(name) {
            Some(found) if found.secret => format!("{}: {what}", found.place),
            Some(found) => format!("{}: `{}` {what}", found.place, found.text),
            None => format!("{name}: {what}"),
        })
    }
}

fn is_known(name: &str) -> bool {
    FOREIGN.iter().any(|foreign| name.starts_with(foreign))
        || SETTINGS.iter().any(|setting| {
            let file = name.strip_suffix("_FILE").filter(|_| setting.secret);
            setting.env == name || file == Some(setting.env)
        })
}

fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            Some(items?.join(","))
        }
        _ => None,
    }
}

/// Editors and orchestrators end such files with a newline that is not meant.
pub(crate) fn read_secret(name: &str, path: &str) -> Result<String, ConfigError> {
    fs::read_to_string(path)
        .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
        .map_err(|error| ConfigError(format!("{name}: {path}: {error}")))
}

fn unknown(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> ConfigError {
    let nearest = known.map(|k| (distance(name, k), k)).min();
    ConfigError(match nearest {
        Some((d, k)) if d * 3 <= name.len() => format!("{what} (did you mean `{k}`?)"),
        _ => what.to_owned(),
    })
}

/// How many letters must be put in, taken out or changed to make one text from the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        let cases = [
            ("", "", 0),
            ("listen", "lisen", 1),
            ("listen", "", 6),
            ("kitten", "sitting", 3),
            ("abc", "acb", 2),
        ];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
