//! What an inbox holds, and the rules of form of a notice. Pure.

use domain::{Id, Timestamp, UserId};
use events::{Category, NoticeRaised, ObjectRef, Priority};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The longest title, in characters; a longer one is cut.
pub const MAX_TITLE_CHARS: usize = 200;
/// The longest body, in characters; a longer one is cut.
pub const MAX_BODY_CHARS: usize = 4_000;
/// The longest type, in characters; a longer one is cut.
pub const MAX_TYPE_CHARS: usize = 64;
/// The largest `data`, in bytes of JSON; larger data is left out.
pub const MAX_DATA_BYTES: usize = 16 * 1024;
/// The longest link, in bytes; a longer one is left out.
pub const MAX_LINK_BYTES: usize = 2_048;
/// The longest key that is kept as it is, in bytes; of a longer one the end is hashed.
pub const MAX_KEY_BYTES: usize = 400;

/// The counters of one inbox, absolute: of two, the one with the higher version is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// How many are neither read nor dismissed nor expired.
    pub unread: i64,
    /// How many of these were not shown yet.
    pub unseen: i64,
    /// Grows with every change of the inbox.
    pub version: i64,
}

/// A notice's data: the text of a JSON object, kept to the digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data(String);

impl Data {
    /// The data, when it is a JSON object without NUL of at most [`MAX_DATA_BYTES`].
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let fits = text.len() <= MAX_DATA_BYTES && text.starts_with('{');
        let sound = fits && !has_nul(text) && serde_json::from_str::<&RawValue>(text).is_ok();
        sound.then(|| Self(text.to_owned()))
    }

    /// Data that was checked before it was stored.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::new(raw.get())
            .ok_or_else(|| D::Error::custom("must be a JSON object of at most 16 KiB"))
    }
}

impl utoipa::PartialSchema for Data {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .description(Some("What programs need: a JSON object of at most 16 KiB"))
            .build()
            .into()
    }
}

impl ToSchema for Data {}

/// A row of somebody's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Its id.
    pub id: Id,
    /// Its number in this inbox: 1, 2, 3 …
    pub inbox_no: i64,
    /// What kind of notice: `auction.postponed`, `job.accepted` …
    #[serde(rename = "type")]
    pub notice_type: String,
    /// In the large: `auction`, `bidding`, `job`, `chat`, `property_alert`, `portfolio`, `team`,
    /// `account`, `system`.
    pub category: String,
    /// How urgent: `low`, `medium`, `high`, `critical`.
    pub priority: String,
    /// One line.
    pub title: String,
    /// A few lines; may be empty.
    pub body: String,
    /// What programs need, a JSON object.
    pub data: Option<Data>,
    /// Where to go: a path in the app, or an address that begins with `https://`.
    pub action_url: Option<String>,
    /// The family of the object that it speaks of: `property`, `auction`, `job` …
    pub object_type: Option<String>,
    /// The object's id.
    pub object_id: Option<Id>,
    /// Who caused it.
    pub actor: Option<UserId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was shown.
    pub seen_at: Option<Timestamp>,
    /// When it was read; null again after it was marked unread.
    pub read_at: Option<Timestamp>,
    /// When it was put away.
    pub dismissed_at: Option<Timestamp>,
    /// After this it is shown no more and no longer counts.
    pub expires_at: Option<Timestamp>,
}

/// What a notice puts into each inbox, in good form.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What kind of notice.
    pub notice_type: String,
    /// In the large.
    pub category: Category,
    /// How urgent.
    pub priority: Priority,
    /// One line.
    pub title: String,
    /// A few lines.
    pub body: String,
    /// What programs need.
    pub data: Option<Data>,
    /// Where to go.
    pub action_url: Option<String>,
    /// What it speaks of.
    pub object: Option<ObjectRef>,
    /// Who caused it.
    pub actor: Option<UserId>,
    /// Two contents with one key are one row in an inbox.
    pub dedup_key: String,
    /// Not shown after this.
    pub expires_at: Option<Timestamp>,
}

impl Content {
    /// The content of a notice that came with `event`, and the names of the fields that were left
    /// out because their form is wrong: a faulty ornament must not cost anybody the notice.
    pub fn of(notice: &NoticeRaised, event: Id) -> (Self, Vec<&'static str>) {
        let mut faults = Vec::new();
        let data = notice.data.as_deref().and_then(Data::new);
        if data.is_none() && notice.data.is_some() {
            faults.push("data");
        }
        let action_url = notice.action_url.clone().filter(|link| is_link(link));
        if action_url.is_none() && notice.action_url.is_some() {
            faults.push("action_url");
        }
        let object = notice
            .object
            .as_ref()
            .map(|object| ObjectRef { kind: line(&object.kind, MAX_TYPE_CHARS), id: object.id });
        let content = Self {
            notice_type: line(&notice.notice_type, MAX_TYPE_CHARS),
            category: notice.category,
            priority: notice.priority,
            title: line(&notice.title, MAX_TITLE_CHARS),
            body: cut(notice.body.replace('\0', ""), MAX_BODY_CHARS),
            data,
            action_url,
            object,
            actor: notice.actor,
            dedup_key: stored_key(notice, event),
            expires_at: notice.expires_at,
        };
        (content, faults)
    }

    /// Whether it is past its time at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// The notice's own key, or the default `<event>:<type>`. Nothing so long that an index refuses it.
fn stored_key(notice: &NoticeRaised, event: Id) -> String {
    let key = notice.dedup_key.replace('\0', "");
    if key.is_empty() {
        return format!("{event}:{}", line(&notice.notice_type, MAX_TYPE_CHARS));
    }
    if key.len() <= MAX_KEY_BYTES {
        return key;
    }
    let digest = Sha256::digest(key.as_bytes());
    let start = key.floor_char_boundary(MAX_KEY_BYTES - 66);
    let mut stored = format!("{}~", &key[..start]);
    for byte in digest.iter() {
        stored.push_str(&format!("{byte:02x}"));
    }
    stored
}

/// One line of at most `max` characters.
fn line(text: &str, max: usize) -> String {
    let text = text.replace('\0', "");
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(text.trim().to_owned(), max)
}

/// At most `max` characters; the last one is an ellipsis when something is missing.
fn cut(text: String, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text;
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Whether a link may be put before people: a path of this site, or an `https` address. Never a
/// script, never another site that looks like a path (`//…`).
pub fn is_link(link: &str) -> bool {
    let path = link.starts_with('/') && !link[1..].starts_with(['/', '\\']);
    let plain = !link.chars().any(|c| c.is_control() || c.is_whitespace());
    link.len() <= MAX_LINK_BYTES && plain && (path || link.starts_with("https://"))
}

/// Whether a JSON text has NUL in a string: `\u0000` whose backslash is not itself escaped.
fn has_nul(json: &str) -> bool {
    json.contains('\0')
        || json.match_indices("\\u0000").any(|(at, _)| {
            let before = json.as_bytes()[..at].iter().rev();
            before.take_while(|byte| **byte == b'\\').count() % 2 == 0
        })
}

/// The word for a category, on the wire and in rows.
pub const fn category_word(category: Category) -> &'static str {
    match category {
        Category::Auction => "auction",
        Category::Bidding => "bidding",
        Category::Job => "job",
        Category::Chat => "chat",
        Category::PropertyAlert => "property_alert",
        Category::Portfolio => "portfolio",
        Category::Team => "team",
        Category::Account => "account",
        Category::System => "system",
    }
}

/// The word for a priority, on the wire and in rows.
pub const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
        Priority::Critical => "critical",
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
