//! What an alert's owner is told of.

/// One kind of occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A property that did not match before does now.
    NewAuction,
    /// Another status.
    StatusChange,
    /// Another opening bid.
    PriceChange,
    /// Any change of the auction's date or hour.
    Postponement,
    /// The auction was called off, or the listing taken away.
    Cancelled,
    /// What had ended is on its way to an auction again.
    BackOnMarket,
    /// The auction is near.
    Reminder,
}

impl Kind {
    /// Every kind, with its name on the wire and in the database.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::NewAuction, "new_auction"),
        (Self::StatusChange, "status_change"),
        (Self::PriceChange, "price_change"),
        (Self::Postponement, "postponement"),
        (Self::Cancelled, "cancelled"),
        (Self::BackOnMarket, "back_on_market"),
        (Self::Reminder, "reminder"),
    ];

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Kinds(u8);

impl Kinds {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds this one.
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// The same with one more.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Those that both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that either holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names, in the order of [`Kind::ALL`].
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Kind::ALL.into_iter().filter(move |(kind, _)| self.has(*kind)).map(|(_, name)| name)
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for (kind, name) in Kind::ALL {
            assert_eq!(Kind::named(name), Some(kind));
            assert_eq!(Kinds::NONE.with(kind).names().collect::<Vec<_>>(), [name]);
        }
        assert_eq!(Kind::named("auction"), None);
        let all: Kinds = Kind::ALL.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(all.names().count(), 7);
    }
}
