//! What is an e-mail, a password, a name; and what others may see of a user.

use domain::{Roles, Scope, TenantId, Timestamp, UserId};
use kit::FieldError;
use serde::{Deserialize, Serialize};

/// The longest e-mail, in characters.
pub const MAX_EMAIL: usize = 254;
/// The longest part before the `@`, in characters.
const MAX_LOCAL: usize = 64;
/// The longest label of a domain, in characters.
const MAX_LABEL: usize = 63;
/// The shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// The longest password, in characters.
pub const MAX_PASSWORD: usize = 256;
/// The longest name, in characters.
pub const MAX_NAME: usize = 120;

/// A user as the database has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Of which tenant.
    pub tenant: TenantId,
    /// In lower case.
    pub email: String,
    /// What people call them; may be empty.
    pub name: String,
    /// Their roles.
    pub roles: Roles,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when there is an account.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

impl User {
    /// The scope in which they act.
    pub const fn scope(&self) -> Scope {
        Scope::user(self.tenant, self.id, self.roles)
    }
}

impl store::FromRow for User {
    fn from_row(row: &store::Row<'_>) -> store::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            tenant: row.get(1)?,
            email: row.get(2)?,
            name: row.get(3)?,
            roles: roles_of(&row.get::<String>(4)?)?,
            active: row.get(5)?,
            created_at: row.get(6)?,
            version: row.get(7)?,
        })
    }
}

/// Reads the roles of a column.
///
/// # Errors
/// `Decode` when one of them is unknown.
pub(crate) fn roles_of(text: &str) -> store::Result<Roles> {
    text.parse().map_err(|e: domain::UnknownRole| store::Error::Decode(e.to_string()))
}

/// A user as they see themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Me {
    /// Who.
    pub id: UserId,
    /// In lower case.
    pub email: String,
    /// What people call them; may be empty.
    pub name: String,
    /// Their roles now.
    pub roles: Roles,
    /// Their tenant.
    pub tenant_id: TenantId,
}

impl From<User> for Me {
    fn from(user: User) -> Self {
        let User { id, tenant, email, name, roles, .. } = user;
        Self { id, email, name, roles, tenant_id: tenant }
    }
}

/// A user as the tenant's admins see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// In lower case.
    pub email: String,
    /// What people call them; may be empty.
    pub name: String,
    /// Their roles.
    pub roles: Roles,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when there is an account.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        let User { id, email, name, roles, active, created_at, version, .. } = user;
        Self { id, email, name, roles, active, created_at, version }
    }
}

fn wrong(field: &'static str, code: &'static str, message: &'static str) -> FieldError {
    FieldError { field: field.into(), code: code.into(), message: message.into() }
}

/// The one spelling of an e-mail: lower case.
///
/// Deliberately narrower than RFC 5322: no quoted local parts, no comments, and ASCII only, because
/// letters that merely look alike, or become alike in lower case, would let one person pass for
/// another.
///
/// # Errors
/// What is wrong with the field `email`.
pub fn email(text: &str) -> Result<String, FieldError> {
    if text.len() > MAX_EMAIL {
        return Err(wrong("email", "too_long", "may have at most 254 characters"));
    }
    let refused = || wrong("email", "invalid_value", "is not an e-mail address");
    let (local, domain) = text.split_once('@').ok_or_else(refused)?;
    let local_ok = (1..=MAX_LOCAL).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
    if !local_ok || !domain.split('.').all(is_label) {
        return Err(refused());
    }
    Ok(text.to_ascii_lowercase())
}

/// Whether RFC 5322 allows the character in an unquoted local part.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// That a password may be set.
///
/// # Errors
/// What is wrong with the field `password`.
pub fn password(text: &str) -> Result<(), FieldError> {
    if text.contains('\0') {
        return Err(wrong("password", "nul", "must not contain the character NUL"));
    }
    match text.chars().count() {
        ..MIN_PASSWORD => Err(wrong("password", "too_short", "needs at least 10 characters")),
        MIN_PASSWORD..=MAX_PASSWORD => Ok(()),
        _ => Err(wrong("password", "too_long", "may have at most 256 characters")),
    }
}

/// A name without the spaces around it.
///
/// # Errors
/// What is wrong with the field `name`.
pub fn name(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().count() > MAX_NAME {
        return Err(wrong("name", "too_long", "may have at most 120 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong("name", "invalid_value", "must not contain control characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        let good = [
            ("Ann@Example.org", "ann@example.org"),
            ("a.b+tag@sub.example.co", "a.b+tag@sub.example.co"),
            ("demo@localhost", "demo@localhost"),
        ];
        for (text, spelling) in good {
            assert_eq!(email(text).unwrap(), spelling);
        }
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_label = format!("a@{}.org", "b".repeat(64));
        let bad = [
            "",
            "@",
            "ann",
            "ann@",
            "@example.org",
            "ann@@example.org",
            "ann@exa@mple.org",
            "a nn@example.org",
            " ann@example.org",
            "ann@example.org ",
            "ann@example.org\n",
            "ann@example..org",
            "ann@.org",
            "ann@example.org.",
            "ann@-example.org",
            "ann@example-.org",
            ".ann@example.org",
            "a..b@example.org",
            "\"ann\"@example.org",
            "ann<b>@example.org",
            "änn@example.org",
            "ann@exämple.org",
            // The Kelvin sign becomes a plain k in lower case.
            "\u{212A}ate@example.org",
            "ann\0@example.org",
            long_local.as_str(),
            long_label.as_str(),
        ];
        for text in bad {
            assert_eq!(email(text).unwrap_err().code, "invalid_value", "{text:?}");
        }
        let longest = format!("a@{}", "b.".repeat(125) + "co");
        assert_eq!(longest.len(), MAX_EMAIL);
        assert!(email(&longest).is_ok());
        assert_eq!(email(&format!("a{longest}")).unwrap_err().code, "too_long");
    }

    #[test]
    fn passwords_are_counted_in_characters() {
        assert!(password("ääääääääää").is_ok());
        assert!(password(&"ä".repeat(256)).is_ok());
        let cases = [
            (String::new(), "too_short"),
            ("ääääääääa"[..].to_owned(), "too_short"),
            ("ä".repeat(257), "too_long"),
            ("long enough\0".to_owned(), "nul"),
        ];
        for (text, code) in cases {
            assert_eq!(password(&text).unwrap_err().code, code, "{text:?}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(name("  Ann  ").unwrap(), "Ann");
        assert_eq!(name("").unwrap(), "");
        assert!(name(&"ä".repeat(120)).is_ok());
        assert_eq!(name(&"ä".repeat(121)).unwrap_err().code, "too_long");
        assert_eq!(name("Ann\nBee").unwrap_err().code, "invalid_value");
    }
}
