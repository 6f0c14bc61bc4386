//! The form of preferences and its rules. Pure but for the names of time zones.

use domain::{Id, Timestamp};
use events::{Category, Priority};
use kit::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::MAX_TYPE_CHARS;

/// How many rules one may have.
const MAX_RULES: usize = 100;
/// How many reminders one may have before one auction.
const MAX_REMINDERS: usize = 10;
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
/// The longest time before an auction at which one may be reminded.
const MAX_REMINDER_MS: u64 = 30 * DAY_MS;
/// The most that one may allow an hour, or a day.
const MAX_PER_HOUR: u32 = 1_000;
const MAX_PER_DAY: u32 = 10_000;
const MAX_EMAIL_BYTES: usize = 254;
const MAX_LOCALE_BYTES: usize = 35;

/// How a user wants to be told. Unknown fields are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Preferences {
    /// Whether anything goes out by e-mail.
    email_enabled: bool,
    /// Whether anything goes out by SMS.
    sms_enabled: bool,
    /// Whether anything is pushed.
    push_enabled: bool,
    /// Whether anything is shown in the app.
    in_app_enabled: bool,
    /// Whether anything goes to the user's webhooks.
    webhook_enabled: bool,
    /// Where e-mail goes; null for the account's own address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Where SMS go, in the form of E.164.
    #[schema(example = "+14155550123")]
    phone: Option<String>,
    /// IANA name of the zone of the user's days.
    pub(super) timezone: String,
    /// Language, as in `en` or `pt-BR`.
    locale: String,
    /// When it becomes quiet, local time as `HH:MM`; null for never.
    quiet_hours_start: Option<String>,
    /// When it is quiet no more. Before the start: on the next day. The same only with `all_day`.
    quiet_hours_end: Option<String>,
    /// Quiet all day long.
    all_day: bool,
    /// The days on which quiet hours begin; all when absent.
    quiet_hours_days: Vec<Weekday>,
    /// What becomes of what comes meanwhile: `hold`, `digest` or `drop`.
    quiet_hours_mode: QuietMode,
    /// What is at least so urgent comes at any hour.
    #[schema(value_type = String, example = "critical")]
    override_priority: Priority,
    /// When one works; null when that decides nothing.
    business_hours: Option<BusinessHours>,
    /// Nothing but what may come at any hour until then.
    dnd_until: Option<Timestamp>,
    /// Whether things are gathered and sent together.
    digest: DigestWish,
    /// How many an hour at most, on each channel but the app; null for any number.
    #[schema(minimum = 1, maximum = 1000)]
    max_per_hour: Option<u32>,
    /// How many a day at most, on each channel but the app; null for any number.
    #[schema(minimum = 1, maximum = 10000)]
    max_per_day: Option<u32>,
    /// How long before an auction one wants to be reminded, in milliseconds, the longest first.
    #[schema(max_items = 10)]
    pub(super) reminder_offsets_ms: Vec<u64>,
    /// Which kinds of things go out on which channel.
    matrix: ChannelMatrix,
    /// What holds for single kinds, things and people; at most 100.
    #[schema(max_items = 100)]
    rules: Vec<PreferenceRule>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            email_enabled: true,
            sms_enabled: false,
            push_enabled: true,
            in_app_enabled: true,
            webhook_enabled: false,
            email: None,
            phone: None,
            timezone: "UTC".to_owned(),
            locale: "en".to_owned(),
            quiet_hours_start: None,
            quiet_hours_end: None,
            all_day: false,
            quiet_hours_days: Weekday::ALL.to_vec(),
            quiet_hours_mode: QuietMode::Hold,
            override_priority: Priority::Critical,
            business_hours: None,
            dnd_until: None,
            digest: DigestWish::default(),
            max_per_hour: None,
            max_per_day: None,
            reminder_offsets_ms: vec![7 * DAY_MS, 3 * DAY_MS, DAY_MS, 60 * MINUTE_MS],
            matrix: ChannelMatrix::default(),
            rules: Vec::new(),
        }
    }
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
enum Weekday {
    /// The first.
    #[default]
    Monday,
    /// And so on.
    Tuesday,
    /// In the middle.
    Wednesday,
    /// After it.
    Thursday,
    /// Before the weekend.
    Friday,
    /// The weekend.
    Saturday,
    /// The last.
    Sunday,
}

impl Weekday {
    const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

/// What becomes of what comes in quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum QuietMode {
    /// It waits.
    Hold,
    /// It comes in a digest.
    Digest,
    /// It does not go out.
    Drop,
}

/// When one works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct BusinessHours {
    /// On which days.
    days: Vec<Weekday>,
    /// From, local time as `HH:MM`.
    start: String,
    /// Until; before the start: on the next day.
    end: String,
}

/// How often a digest comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DigestFrequency {
    /// Never: everything by itself.
    Off,
    /// At the full hour.
    Hourly,
    /// At `time`.
    Daily,
    /// On `weekday` at `time`.
    Weekly,
}

/// What is gathered, and when it comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct DigestWish {
    /// `off`, `hourly`, `daily` or `weekly`.
    frequency: DigestFrequency,
    /// Local time as `HH:MM`, for `daily` and `weekly`.
    time: String,
    /// For `weekly`.
    weekday: Weekday,
}

impl Default for DigestWish {
    fn default() -> Self {
        Self { frequency: DigestFrequency::Off, time: "08:00".to_owned(), weekday: Weekday::Monday }
    }
}

/// A way to tell somebody something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NoticeChannel {
    /// In the app.
    InApp,
    /// By e-mail.
    Email,
    /// By push.
    Push,
    /// By SMS.
    Sms,
    /// To a webhook.
    Webhook,
}

/// Which channels a kind of things goes to, where the channel is on at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct CategoryChannels {
    /// Shown in the app.
    in_app: bool,
    /// Sent by e-mail.
    email: bool,
    /// Pushed.
    push: bool,
    /// Sent by SMS.
    sms: bool,
    /// Sent to webhooks.
    webhook: bool,
}

impl Default for CategoryChannels {
    fn default() -> Self {
        Self { in_app: true, email: true, push: true, sms: true, webhook: true }
    }
}

/// The channels of each category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ChannelMatrix {
    /// Foreclosure auctions of watched properties.
    auction: CategoryChannels,
    /// Live bidding.
    bidding: CategoryChannels,
    /// Service jobs.
    job: CategoryChannels,
    /// Messages.
    chat: CategoryChannels,
    /// Matches of saved searches.
    property_alert: CategoryChannels,
    /// Prices and holdings.
    portfolio: CategoryChannels,
    /// Colleagues.
    team: CategoryChannels,
    /// The account itself.
    account: CategoryChannels,
    /// Openbell itself.
    system: CategoryChannels,
}

/// What holds for some of the things, and goes before the matrix. It says what it is about (at
/// least one of category, type, object and actor) and what holds (at least one of enabled,
/// min_priority and muted_until).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct PreferenceRule {
    /// A category.
    #[schema(value_type = Option<String>)]
    category: Option<Category>,
    /// An exact type, such as `auction.postponed`.
    #[serde(rename = "type")]
    notice_type: Option<String>,
    /// The family of an object; goes with `object_id`.
    object_type: Option<String>,
    /// An object, such as a property.
    object_id: Option<Id>,
    /// Who causes it.
    actor: Option<Id>,
    /// On this channel only; on all when absent.
    channel: Option<NoticeChannel>,
    /// Whether it goes out.
    enabled: Option<bool>,
    /// Only what is at least so urgent.
    #[schema(value_type = Option<String>)]
    min_priority: Option<Priority>,
    /// Nothing until then.
    muted_until: Option<Timestamp>,
}

/// Gathers what is wrong with which field.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.into().into(),
            code: code.into(),
            message: message.into().into(),
        });
    }

    /// Brings a local time into its one form.
    fn time(&mut self, field: &str, text: &mut String) {
        match local_time(text) {
            Some(time) => *text = time,
            None => self.add(field, "invalid_value", "is a time of day as HH:MM"),
        }
    }

    fn number(&mut self, field: &str, number: Option<u32>, most: u32) {
        if number.is_some_and(|number| !(1..=most).contains(&number)) {
            self.add(field, "out_of_range", format!("must be 1 to {most}, or null"));
        }
    }
}

impl Preferences {
    /// The same in one form, when it keeps the rules.
    ///
    /// # Errors
    /// `invalid` with every field that does not; with `details.nearest` for an unknown time zone.
    pub(super) fn checked(mut self) -> Result<Self> {
        let mut faults = Faults::default();
        self.check_contacts(&mut faults);
        self.check_quiet_hours(&mut faults);
        self.check_amounts(&mut faults);
        self.check_rules(&mut faults);
        match kit::time_zone("timezone", &self.timezone) {
            Ok(zone) => self.timezone = zone.iana_name().unwrap_or("UTC").to_owned(),
            // It has details, so the others join it.
            Err(unknown) => {
                let join = |error: Error, FieldError { field, code, message }| {
                    error.and_field(field, code, message)
                };
                return Err(faults.0.into_iter().fold(unknown, join));
            }
        }
        Error::check(faults.0)?;
        Ok(self)
    }

    fn check_contacts(&mut self, faults: &mut Faults) {
        // Classic forms send an empty text for nothing.
        self.email = self.email.take().filter(|email| !email.is_empty());
        self.phone = self.phone.take().filter(|phone| !phone.is_empty());
        if self.email.as_deref().is_some_and(|email| !is_email(email)) {
            faults.add("email", "invalid_value", "is an e-mail address");
        }
        if self.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            let rule = "is a number in the form of E.164, such as +14155550123";
            faults.add("phone", "invalid_value", rule);
        }
        if !is_locale(&self.locale) {
            faults.add("locale", "invalid_value", "is a language such as en or pt-BR");
        }
    }

    fn check_quiet_hours(&mut self, faults: &mut Faults) {
        for (field, time) in [
            ("quiet_hours_start", &mut self.quiet_hours_start),
            ("quiet_hours_end", &mut self.quiet_hours_end),
        ] {
            if let Some(time) = time {
                faults.time(field, time);
            }
        }
        let is_quiet = match (&self.quiet_hours_start, &self.quiet_hours_end) {
            (Some(start), Some(end)) => {
                if start == end && !self.all_day {
                    let rule = "must differ from the start; `all_day` makes whole days quiet";
                    faults.add("quiet_hours_end", "out_of_range", rule);
                }
                if start != end && self.all_day {
                    let rule = "goes with no hours, or with the same start and end";
                    faults.add("all_day", "conflict", rule);
                }
                true
            }
            (Some(_), None) => {
                faults.add("quiet_hours_end", "required", "goes with quiet_hours_start");
                true
            }
            (None, Some(_)) => {
                faults.add("quiet_hours_start", "required", "goes with quiet_hours_end");
                true
            }
            (None, None) => self.all_day,
        };
        if is_quiet && self.quiet_hours_days.is_empty() {
            faults.add("quiet_hours_days", "too_few", "needs at least one day");
        }
        in_order(&mut self.quiet_hours_days);
        if let Some(hours) = &mut self.business_hours {
            faults.time("business_hours.start", &mut hours.start);
            faults.time("business_hours.end", &mut hours.end);
            if hours.start == hours.end {
                faults.add("business_hours.end", "out_of_range", "must differ from the start");
            }
            if hours.days.is_empty() {
                faults.add("business_hours.days", "too_few", "needs at least one day");
            }
            in_order(&mut hours.days);
        }
        faults.time("digest.time", &mut self.digest.time);
    }

    fn check_amounts(&mut self, faults: &mut Faults) {
        faults.number("max_per_hour", self.max_per_hour, MAX_PER_HOUR);
        faults.number("max_per_day", self.max_per_day, MAX_PER_DAY);
        let offsets = &mut self.reminder_offsets_ms;
        offsets.sort_unstable_by(|a, b| b.cmp(a));
        offsets.dedup();
        if offsets.len() > MAX_REMINDERS {
            let rule = format!("has at most {MAX_REMINDERS}");
            faults.add("reminder_offsets_ms", "too_many", rule);
        }
        let fits = |offset: &u64| {
            (MINUTE_MS..=MAX_REMINDER_MS).contains(offset) && offset.is_multiple_of(MINUTE_MS)
        };
        if !offsets.iter().all(fits) {
            let rule = "each is a whole number of minutes in milliseconds, up to 30 days";
            faults.add("reminder_offsets_ms", "out_of_range", rule);
        }
    }

    fn check_rules(&self, faults: &mut Faults) {
        if self.rules.len() > MAX_RULES {
            faults.add("rules", "too_many", format!("has at most {MAX_RULES} rules"));
            return;
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let at = |field: &str| format!("rules.{index}.{field}");
            for (field, word) in [("type", &rule.notice_type), ("object_type", &rule.object_type)] {
                if word.as_deref().is_some_and(|word| !is_word(word)) {
                    let form = format!("is 1 to {MAX_TYPE_CHARS} of the characters a-z 0-9 . _ -");
                    faults.add(at(field), "invalid_value", form);
                }
            }
            if rule.object_type.is_some() != rule.object_id.is_some() {
                faults.add(at("object_id"), "required", "goes together with object_type");
            }
            let selects = rule.category.is_some()
                || rule.notice_type.is_some()
                || rule.object_id.is_some()
                || rule.actor.is_some();
            if !selects {
                let needs = "says what it is about: category, type, object or actor";
                faults.add(format!("rules.{index}"), "required", needs);
            }
            let decides =
                rule.enabled.is_some() || rule.min_priority.is_some() || rule.muted_until.is_some();
            if !decides {
                let needs = "says what holds: enabled, min_priority or muted_until";
                faults.add(format!("rules.{index}"), "required", needs);
            }
        }
    }
}

/// Days are a set.
fn in_order(days: &mut Vec<Weekday>) {
    days.sort_unstable();
    days.dedup();
}

/// `HH:MM` of `HH:MM` or, as classic forms send it, `HH:MM:00`.
fn local_time(text: &str) -> Option<String> {
    let short = text.strip_suffix(":00").filter(|short| short.len() == 5).unwrap_or(text);
    let (hour, minute) = short.split_once(':')?;
    let two_digits = |part: &str, below: u8| {
        let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        plain && part.parse::<u8>().is_ok_and(|number| number < below)
    };
    (two_digits(hour, 24) && two_digits(minute, 60)).then(|| short.to_owned())
}

/// Whether something may be an e-mail address. Whether it is one, only a mail can tell.
fn is_email(text: &str) -> bool {
    let sound = |part: &str| {
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>,;\"()".contains(c);
        !part.is_empty() && part.chars().all(plain)
    };
    text.len() <= MAX_EMAIL_BYTES
        && text.rsplit_once('@').is_some_and(|(name, host)| {
            sound(name)
                && sound(host)
                && host.contains('.')
                && host.split('.').all(|s| !s.is_empty())
        })
}

/// E.164: a plus, and 7 to 15 digits of which the first is not 0.
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// A language in the form of BCP 47, as far as we use it.
fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let language = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && letters(part));
    let sound = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.len() <= MAX_LOCALE_BYTES && language && parts.all(sound)
}

fn is_word(text: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    (1..=MAX_TYPE_CHARS).contains(&text.len()) && text.chars().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_form() {
        for (given, time) in [("22:00", "22:00"), ("07:30:00", "07:30"), ("00:00", "00:00")] {
            assert_eq!(local_time(given).as_deref(), Some(time));
        }
        for wrong in ["", "7:30", "24:00", "22:60", "22:00:01", "22", "22:00Z", "-1:00", "2²:00"] {
            assert_eq!(local_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contacts_have_a_form() {
        for good in ["ann@example.org", "a.b+c@mail.example.org", "ü@exämple.org"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for wrong in [
            "ann",
            "@example.org",
            "ann@",
            "a b@example.org",
            "ann@host",
            "a@b@c.org",
            "ann@example..org",
            "ann@.org",
            "a\n@example.org",
            "Ann <ann@example.org>",
            &long,
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
        for good in ["+14155550123", "+4930123456", "+123456789012345"] {
            assert!(is_phone(good), "{good}");
        }
        for wrong in [
            "14155550123",
            "+0415555012",
            "+1 415 555 0123",
            "+123456",
            "+1234567890123456",
            "",
            "+1415555012a",
            "+١٢٣٤٥٦٧٨",
        ] {
            assert!(!is_phone(wrong), "{wrong}");
        }
        for good in ["en", "pt-BR", "zh-Hant-TW", "gsw"] {
            assert!(is_locale(good), "{good}");
        }
        for wrong in ["", "e", "english", "en_US", "en-", "en-x", "12"] {
            assert!(!is_locale(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_defaults_keep_the_rules_and_are_in_their_one_form() {
        let checked = Preferences::default().checked().unwrap();
        assert_eq!(checked, Preferences::default());
        // A document of an older release lacks fields: they have their defaults.
        assert_eq!(serde_json::from_str::<Preferences>("{}").unwrap(), Preferences::default());
    }
}
