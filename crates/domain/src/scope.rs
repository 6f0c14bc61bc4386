//! Who acts, for which tenant, with which roles.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{TenantId, UserId};

/// A role within a tenant, except [`Role::Root`], which is a role in the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Operates the installation: sees nodes, connections, topics and tasks of every tenant.
    Root = 0,
    /// May do everything within the tenant.
    Admin = 1,
    /// Sees the leads of all agents of the tenant.
    Manager = 2,
    /// Writes the tenant's shared records: properties, sources, notices.
    Operator = 3,
    /// Looks after leads of their own.
    Agent = 4,
    /// Offers services on jobs.
    Provider = 5,
    /// Has an account.
    User = 6,
}

/// No role has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role `{0}` (known: root, admin, manager, operator, agent, provider, user)")]
pub struct UnknownRole(pub String);

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 7] = [
        Self::Root,
        Self::Admin,
        Self::Manager,
        Self::Operator,
        Self::Agent,
        Self::Provider,
        Self::User,
    ];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Operator => "operator",
            Self::Agent => "agent",
            Self::Provider => "provider",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// A set of roles. On the wire an array of names; in the database the names joined by commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u8);

impl Roles {
    /// No role at all.
    pub const NONE: Self = Self(0);

    /// This set with `role` added.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u8)
    }

    /// This set without `role`.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !(1 << role as u8))
    }

    /// Whether exactly this role was given.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether these roles permit what `required` permits: an admin may do what every role of the
    /// tenant may, a manager what an agent may, and everybody with an account what a user may.
    /// Only root is root.
    pub const fn permit(self, required: Role) -> bool {
        if self.contains(required) {
            return true;
        }
        match required {
            Role::Root => false,
            Role::User => self.0 != 0,
            Role::Agent => self.contains(Role::Admin) || self.contains(Role::Manager),
            _ => self.contains(Role::Admin),
        }
    }

    /// The roles, the most powerful first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, role) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            f.write_str(role.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Roles {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        text.split(',').filter(|part| !part.is_empty()).map(str::parse).collect()
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Role::as_str))
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer)?
            .iter()
            .map(|name| name.parse::<Role>().map_err(D::Error::custom))
            .collect()
    }
}

impl utoipa::PartialSchema for Roles {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ArrayBuilder, ObjectBuilder, schema::Type};
        ArrayBuilder::new()
            .items(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(Role::ALL.map(Role::as_str))),
            )
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Roles {}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody known.
    Anonymous,
    /// A user who has proved who they are.
    User {
        /// Which user.
        id: UserId,
        /// The roles that came with the proof.
        roles: Roles,
    },
    /// Openbell itself: a reaction, a task, the command line.
    System,
}

/// For which tenant something is done, and by whom. The first argument of every use case: a query
/// that is not scoped by it is a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The tenant whose rows may be touched.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
}

impl Scope {
    /// Somebody unknown, in `tenant`.
    pub const fn anonymous(tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::Anonymous }
    }

    /// Openbell itself, in `tenant`.
    pub const fn system(tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::System }
    }

    /// A user of `tenant`.
    pub const fn user(tenant: TenantId, id: UserId, roles: Roles) -> Self {
        Self { tenant, actor: Actor::User { id, roles } }
    }

    /// The acting user, when there is one.
    pub const fn user_id(&self) -> Option<UserId> {
        match self.actor {
            Actor::User { id, .. } => Some(id),
            Actor::Anonymous | Actor::System => None,
        }
    }

    /// The acting user's roles; none for an anonymous actor, admin and operator for the system.
    pub const fn roles(&self) -> Roles {
        match self.actor {
            Actor::User { roles, .. } => roles,
            Actor::Anonymous => Roles::NONE,
            Actor::System => Roles::NONE.with(Role::Admin),
        }
    }

    /// Whether the actor may do what `required` permits.
    pub const fn permits(&self, required: Role) -> bool {
        self.roles().permit(required)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_role_permits() {
        let of = |role| Roles::NONE.with(role);
        for role in Role::ALL {
            assert!(of(role).permit(role));
            assert_eq!(of(role).permit(Role::Root), role == Role::Root, "{role}");
            assert!(of(role).permit(Role::User), "{role}");
        }
        assert!(of(Role::Admin).permit(Role::Operator));
        assert!(of(Role::Manager).permit(Role::Agent));
        assert!(!of(Role::Manager).permit(Role::Operator));
        assert!(!of(Role::User).permit(Role::Operator));
        // Root watches the machine; it is not a way into a tenant's data.
        assert!(!of(Role::Root).permit(Role::Admin));
        assert!(!Roles::NONE.permit(Role::User));
    }

    #[test]
    fn roles_have_one_spelling() {
        let roles: Roles = "user,admin".parse().unwrap();
        assert_eq!(roles.to_string(), "admin,user");
        assert_eq!(serde_json::to_string(&roles).unwrap(), r#"["admin","user"]"#);
        assert_eq!(serde_json::from_str::<Roles>(r#"["user","admin"]"#).unwrap(), roles);
        assert!("superuser".parse::<Roles>().is_err());
    }
}
