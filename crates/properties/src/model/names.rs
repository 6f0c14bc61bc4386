//! The words for status and kind: our own, RESO's, and those of spreadsheets.

use events::{PropertyKind, PropertyStatus};

/// Every status with its name, in the order of life.
pub const STATUSES: &[(PropertyStatus, &str)] = &[
    (PropertyStatus::Preforeclosure, "preforeclosure"),
    (PropertyStatus::Auction, "auction"),
    (PropertyStatus::Sold, "sold"),
    (PropertyStatus::Reo, "reo"),
    (PropertyStatus::Cancelled, "cancelled"),
    (PropertyStatus::Redeemed, "redeemed"),
];

/// Every kind with its name.
pub const KINDS: &[(PropertyKind, &str)] = &[
    (PropertyKind::SingleFamily, "single_family"),
    (PropertyKind::Condo, "condo"),
    (PropertyKind::MultiFamily, "multi_family"),
    (PropertyKind::Commercial, "commercial"),
    (PropertyKind::Townhouse, "townhouse"),
    (PropertyKind::Manufactured, "manufactured"),
    (PropertyKind::Land, "land"),
    (PropertyKind::Other, "other"),
];

/// The name of a status on the wire and in the database.
pub const fn status_name(status: PropertyStatus) -> &'static str {
    match status {
        PropertyStatus::Preforeclosure => "preforeclosure",
        PropertyStatus::Auction => "auction",
        PropertyStatus::Sold => "sold",
        PropertyStatus::Reo => "reo",
        PropertyStatus::Cancelled => "cancelled",
        PropertyStatus::Redeemed => "redeemed",
    }
}

/// The name of a kind on the wire and in the database.
pub const fn kind_name(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::SingleFamily => "single_family",
        PropertyKind::Condo => "condo",
        PropertyKind::MultiFamily => "multi_family",
        PropertyKind::Commercial => "commercial",
        PropertyKind::Townhouse => "townhouse",
        PropertyKind::Manufactured => "manufactured",
        PropertyKind::Land => "land",
        PropertyKind::Other => "other",
    }
}

/// The status of a name or of one of its other spellings, in any case and with any separators.
pub fn status(text: &str) -> Option<PropertyStatus> {
    Some(match letters(text).as_str() {
        "preforeclosure" | "noticeofdefault" | "nod" | "lispendens" => {
            PropertyStatus::Preforeclosure
        }
        "auction" | "foreclosureauction" | "auctionscheduled" | "scheduledforauction" => {
            PropertyStatus::Auction
        }
        "sold" | "soldatauction" => PropertyStatus::Sold,
        "reo" | "bankowned" | "realestateowned" => PropertyStatus::Reo,
        "cancelled" | "canceled" | "auctioncancelled" | "auctioncanceled" => {
            PropertyStatus::Cancelled
        }
        "redeemed" => PropertyStatus::Redeemed,
        _ => return None,
    })
}

/// The kind of a name or of one of its other spellings: ours, those of RESO's `PropertySubType`,
/// with any separators (`single-family`, `SingleFamilyResidence`, `Single Family`).
pub fn kind(text: &str) -> Option<PropertyKind> {
    Some(match letters(text).as_str() {
        "singlefamily" | "singlefamilyresidence" | "singlefamilyhome" | "sfr" => {
            PropertyKind::SingleFamily
        }
        "condo" | "condominium" => PropertyKind::Condo,
        "multifamily" | "duplex" | "triplex" | "quadruplex" | "apartment" => {
            PropertyKind::MultiFamily
        }
        "commercial" | "office" | "retail" | "industrial" | "warehouse" => PropertyKind::Commercial,
        "townhouse" | "townhome" => PropertyKind::Townhouse,
        "manufactured" | "manufacturedhome" | "manufacturedonland" | "mobilehome" => {
            PropertyKind::Manufactured
        }
        "land" | "vacantland" | "unimprovedland" => PropertyKind::Land,
        "other" => PropertyKind::Other,
        _ => return None,
    })
}

/// Letters and digits only, in lower case: what is left when spelling is taken away.
pub(super) fn letters(text: &str) -> String {
    let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
    kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for (value, name) in STATUSES {
            assert_eq!((status(name), status_name(*value)), (Some(*value), *name));
        }
        for (value, name) in KINDS {
            assert_eq!((kind(name), kind_name(*value)), (Some(*value), *name));
        }
    }

    #[test]
    fn other_spellings() {
        for text in ["single-family", "Single Family", "SingleFamilyResidence", "SINGLE_FAMILY"] {
            assert_eq!(kind(text), Some(PropertyKind::SingleFamily), "{text}");
        }
        assert_eq!(kind("Multi-Family"), Some(PropertyKind::MultiFamily));
        assert_eq!(status("Pre-Foreclosure"), Some(PropertyStatus::Preforeclosure));
        assert_eq!(status("Canceled"), Some(PropertyStatus::Cancelled));
        for text in ["", "castle", "auctioned?", "-"] {
            assert_eq!((kind(text), status(text)), (None, None), "{text}");
        }
    }
}
