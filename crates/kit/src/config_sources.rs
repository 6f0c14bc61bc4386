//! `[[sources]]`: where records come from by themselves. The file alone can say it; the
//! environment has no lists of tables.

use std::{fmt::Write as _, fs, path::PathBuf};

use domain::{Slug, TenantId};
use serde::Deserialize;

use crate::{
    config::ConfigError,
    config_load::read_secret,
    config_values::{Hidden, SecretUrl},
    http,
};

/// One of `[[sources]]`.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name, one of a kind within the tenant; records remember it.
    pub name: String,
    /// Whose records it brings.
    pub tenant: TenantId,
    /// Whether it is looked at by itself; otherwise only when somebody says so.
    pub enabled: bool,
    /// Where it is.
    pub place: SourcePlace,
    /// What its columns mean, as it was written; the feature that imports knows the form.
    pub map: Option<serde_json::Value>,
    /// How often it is looked at, in minutes, when not as often as all others.
    pub every_minutes: Option<u64>,
    /// Whether the records of its very first import are told like those of later ones.
    pub notify_new: bool,
}

/// Where a source is.
#[derive(Debug, Clone)]
pub enum SourcePlace {
    /// Asked by HTTP.
    Url {
        /// The address.
        url: SecretUrl,
        /// A bearer token.
        token: Option<Hidden>,
    },
    /// Files in a folder of this machine.
    Folder(PathBuf),
    /// Nowhere: somebody sends its files, and only its map stands here.
    Sent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    tenant: Option<String>,
    enabled: Option<bool>,
    url: Option<String>,
    // Not texts, so that an error never repeats what may be a secret.
    token: Option<toml::Value>,
    token_file: Option<String>,
    folder: Option<PathBuf>,
    map: Option<toml::Value>,
    every_minutes: Option<u64>,
    notify: Option<Notify>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Notify {
    New,
    Later,
}

/// The bounds of `every_minutes`: a minute, and a month.
const EVERY: std::ops::RangeInclusive<u64> = 1..=44_640;

/// Reads the value of the key `sources`; `place` names it in errors.
pub(crate) fn read(value: toml::Value, place: &str) -> Result<Vec<Source>, ConfigError> {
    let toml::Value::Array(entries) = value else {
        return Err(ConfigError(format!("{place}: must be tables, each under [[sources]]")));
    };
    let mut sources: Vec<Source> = Vec::new();
    for (number, entry) in (1..).zip(entries) {
        let name = entry.get("name").and_then(toml::Value::as_str);
        let place = match name {
            Some(name) => format!("{place} `{name}`"),
            None => format!("{place} number {number}"),
        };
        let wrong = |what: String| ConfigError(format!("{place}: {}", what.replace('\n', " ")));
        let entry: Entry =
            entry.try_into().map_err(|e: toml::de::Error| wrong(e.message().to_owned()))?;
        let source = source(entry).map_err(wrong)?;
        let same = |other: &&Source| (other.tenant, &other.name) == (source.tenant, &source.name);
        if sources.iter().find(same).is_some() {
            return Err(wrong("is there twice".to_owned()));
        }
        sources.push(source);
    }
    Ok(sources)
}

fn source(entry: Entry) -> Result<Source, String> {
    entry.name.parse::<Slug>().map_err(|error| format!("name {error}"))?;
    let tenant = match &entry.tenant {
        None => TenantId::DEFAULT,
        Some(text) => text.parse().map_err(|_| format!("tenant `{text}` is no id"))?,
    };
    if entry.every_minutes.is_some_and(|minutes| !EVERY.contains(&minutes)) {
        return Err(format!("every_minutes must be from {} to {}", EVERY.start(), EVERY.end()));
    }
    let token = match (&entry.token, &entry.token_file) {
        (None, None) => None,
        (Some(toml::Value::String(token)), None) => Some(token.clone()),
        (None, Some(path)) => Some(read_secret("token_file", path).map_err(|error| error.0)?),
        (Some(_), None) => return Err("token must be a text".to_owned()),
        (Some(_), Some(_)) => return Err("token and token_file are both there".to_owned()),
    };
    let is_sendable =
        |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !token.as_ref().is_none_or(is_sendable) {
        return Err("the token must be printable characters without spaces".to_owned());
    }
    let map = entry.map.map(map).transpose()?;
    let place = match (entry.url, entry.folder) {
        (Some(_), Some(_)) => return Err("url and folder are both there".to_owned()),
        (Some(url), None) => {
            http::parse(&url).map_err(|error| format!("url {error}"))?;
            SourcePlace::Url { url: url.into(), token: token.map(Hidden::from) }
        }
        (None, _) if token.is_some() => return Err("a token goes with a url".to_owned()),
        (None, Some(folder)) => SourcePlace::Folder(folder),
        (None, None) if map.is_some() => SourcePlace::Sent,
        (None, None) => return Err("needs a url or a folder, or at least a map".to_owned()),
    };
    Ok(Source {
        name: entry.name,
        tenant,
        enabled: entry.enabled.unwrap_or(true),
        place,
        map,
        every_minutes: entry.every_minutes,
        notify_new: matches!(entry.notify, Some(Notify::New)),
    })
}

/// A map stands there itself, or in a file of its own.
fn map(value: toml::Value) -> Result<serde_json::Value, String> {
    let table = match value {
        toml::Value::Table(table) => table,
        toml::Value::String(path) => {
            let text = fs::read_to_string(&path).map_err(|e| format!("map: {path}: {e}"))?;
            let wrong = |e: toml::de::Error| format!("map: {path}: {}", e.message());
            toml::from_str::<toml::Table>(&text).map_err(wrong)?
        }
        _ => return Err("map must be a table, or the path of a file".to_owned()),
    };
    serde_json::to_value(table).map_err(|error| format!("map: {error}"))
}

/// What a file without sources shows of them.
const EXAMPLE: &str = r#"
# Where properties come from by themselves; as many of these as there are sources. In place of `url`
# a `folder`, whose new and changed files are read. `map` says what unusual columns mean, here or in
# a file; with neither url nor folder it is for files that are sent under the source's name.
#
#[[sources]]
#name = "alameda"              # a-z, 0-9, _ and -; one of a kind
#url = "https://auctions.example.org/alameda.csv"
#token_file = "alameda.token"  # sent as a bearer token; or `token` itself
#map = "alameda.toml"
#every_minutes = 60            # instead of monitor_sweep_minutes
#enabled = true
#notify = "later"              # "new": tell of the first import's properties as well
#tenant = "00000000-0000-7000-8000-000000000001"
"#;

/// The sources in TOML, with secrets masked; an example when there are none.
pub(crate) fn shown(sources: &[Source]) -> String {
    if sources.is_empty() {
        return EXAMPLE.to_owned();
    }
    let mut text = String::new();
    for source in sources {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n[[sources]]\nname = {}\n", quoted(&source.name));
        let _ = writeln!(text, "tenant = {}", quoted(&source.tenant.to_string()));
        let _ = writeln!(text, "enabled = {}", source.enabled);
        match &source.place {
            SourcePlace::Url { url, token } => {
                let _ = writeln!(text, "url = {}", quoted(&format!("{url:?}")));
                if token.is_some() {
                    text.push_str("#token = \"…\"\n");
                }
            }
            SourcePlace::Folder(folder) => {
                let _ = writeln!(text, "folder = {}", quoted(&folder.display().to_string()));
            }
            SourcePlace::Sent => {}
        }
        if let Some(minutes) = source.every_minutes {
            let _ = writeln!(text, "every_minutes = {minutes}");
        }
        if source.notify_new {
            text.push_str("notify = \"new\"\n");
        }
        if let Some(map) = source.map.as_ref().and_then(|map| toml::Value::try_from(map).ok()) {
            let _ = writeln!(text, "map = {map}");
        }
    }
    text
}

#[cfg(test)]
#[path = "config_sources_tests.rs"]
mod tests;
