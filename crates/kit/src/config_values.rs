//! The types that a configured value may have: how each is read from text and shown as TOML.

use std::{fmt, net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use domain::TenantId;

use crate::proxies::Proxies;

/// A value of the configuration.
pub(crate) trait Value: Sized {
    /// Reads the text of an environment variable or of the file; an error says what it should be.
    fn read(text: &str) -> Result<Self, String>;

    /// The value in TOML, secrets masked; none when there is no value.
    fn toml(&self) -> Option<String>;
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A URL that may contain a password, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The URL with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What stands before `:`; `sqlite`, `postgres`, `redis` …
    pub fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The URL without password and parameters, either of which may be secret.
    fn masked(&self) -> String {
        let shown = self.0.split('?').next().unwrap_or_default();
        let Some((scheme, rest)) = shown.split_once("://") else {
            return shown.to_owned();
        };
        match rest.rsplit_once('@') {
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:…@{place}")
            }
            None => shown.to_owned(),
        }
    }
}

impl From<String> for SecretUrl {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

/// An origin in the sense of browsers: `https://app.example.org`, lower-case, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The text as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages of this origin came by TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl std::str::FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "must be an origin such as https://app.example.org".to_owned();
        let lower = text.trim().to_ascii_lowercase();
        let lower = lower.strip_suffix('/').unwrap_or(&lower);
        let host = lower
            .strip_prefix("https://")
            .or_else(|| lower.strip_prefix("http://"))
            .ok_or_else(wrong)?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(wrong());
        }
        Ok(Self(lower.to_owned()))
    }
}

/// How many requests are let through in a time: all at once, then as time gives them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// Any number.
    Off,
    /// So many in each period.
    Of {
        /// How many.
        count: NonZeroU32,
        /// A second, a minute or an hour.
        period: Duration,
    },
}

/// The units of a [`RateLimit`], in seconds.
const UNITS: [(&str, u64); 3] = [("s", 1), ("m", 60), ("h", 3600)];
/// The most requests of a [`RateLimit`].
const MOST_REQUESTS: u32 = 1_000_000;

impl Value for RateLimit {
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || "must be off, or a number /s, /m or /h such as 600/m".to_owned();
        if text == "off" {
            return Ok(Self::Off);
        }
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let count: NonZeroU32 = count.trim().parse().map_err(|_| wrong())?;
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim()).ok_or_else(wrong)?;
        if count.get() > MOST_REQUESTS {
            return Err(format!("must be at most {MOST_REQUESTS}"));
        }
        Ok(Self::Of { count, period: Duration::from_secs(unit.1) })
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&match self {
            Self::Off => "off".to_owned(),
            Self::Of { count, period } => {
                let unit = UNITS.iter().find(|(_, seconds)| *seconds == period.as_secs());
                format!("{count}/{}", unit.map_or("s", |(name, _)| name))
            }
        }))
    }
}

/// A host, and the tenant in which requests to it act when nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantHost {
    /// In lower case, without a port.
    pub host: String,
    /// Which tenant.
    pub tenant: TenantId,
}

impl Value for TenantHost {
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || "must be a host and a tenant's id such as a.example.org=ID".to_owned();
        let (host, tenant) = text.split_once('=').ok_or_else(wrong)?;
        let host = host.trim().to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(wrong());
        }
        Ok(Self { host, tenant: tenant.trim().parse().map_err(|_| wrong())? })
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&format!("{}={}", self.host, self.tenant)))
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

impl Value for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "" => Err("must be the path of a folder".to_owned()),
            path => Ok(path.into()),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.to_string_lossy()))
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "must be an address and a port such as 127.0.0.1:8000".to_owned())
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Value for bool {
    fn read(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("must be true or false".to_owned()),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(self.to_string())
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| "must be a whole number".to_owned())
            }

            fn toml(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}
whole_numbers!(u32, u64, usize);

impl Value for Hidden {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted("…"))
    }
}

impl Value for SecretUrl {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.masked()))
    }
}

impl<T: Value> Value for Option<T> {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "" => Ok(None),
            text => T::read(text).map(Some),
        }
    }

    fn toml(&self) -> Option<String> {
        self.as_ref().and_then(T::toml)
    }
}

impl Value for LogFormat {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(match self {
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

impl Value for Origin {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

impl<T: Value> Value for Vec<T> {
    /// Separated by commas; in the file it may be an array.
    fn read(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(T::read).collect()
    }

    fn toml(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(T::toml).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}

impl Value for Proxies {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}
