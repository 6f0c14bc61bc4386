//! The states and territories of the United States, each with the zone of most of its people.

/// A state, district or territory.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// Two letters, as the post writes it.
    pub code: &'static str,
    /// In full.
    pub name: &'static str,
    /// The IANA zone in which most of its people live. Where a state has two (Florida's panhandle,
    /// western Texas), a property of the smaller part is given its own `time_zone`.
    pub zone: &'static str,
}

const EASTERN: &str = "America/New_York";
const CENTRAL: &str = "America/Chicago";
const MOUNTAIN: &str = "America/Denver";
const PACIFIC: &str = "America/Los_Angeles";

macro_rules! states {
    ($($code:literal $name:literal $zone:expr;)*) => {
        /// Every state, district and territory, by code.
        pub const STATES: &[State] =
            &[$(State { code: $code, name: $name, zone: $zone }),*];
    };
}

states! {
    "AK" "Alaska" "America/Anchorage";
    "AL" "Alabama" CENTRAL;
    "AR" "Arkansas" CENTRAL;
    "AS" "American Samoa" "Pacific/Pago_Pago";
    "AZ" "Arizona" "America/Phoenix";
    "CA" "California" PACIFIC;
    "CO" "Colorado" MOUNTAIN;
    "CT" "Connecticut" EASTERN;
    "DC" "District of Columbia" EASTERN;
    "DE" "Delaware" EASTERN;
    "FL" "Florida" EASTERN;
    "GA" "Georgia" EASTERN;
    "GU" "Guam" "Pacific/Guam";
    "HI" "Hawaii" "Pacific/Honolulu";
    "IA" "Iowa" CENTRAL;
    "ID" "Idaho" "America/Boise";
    "IL" "Illinois" CENTRAL;
    "IN" "Indiana" "America/Indiana/Indianapolis";
    "KS" "Kansas" CENTRAL;
    "KY" "Kentucky" EASTERN;
    "LA" "Louisiana" CENTRAL;
    "MA" "Massachusetts" EASTERN;
    "MD" "Maryland" EASTERN;
    "ME" "Maine" EASTERN;
    "MI" "Michigan" "America/Detroit";
    "MN" "Minnesota" CENTRAL;
    "MO" "Missouri" CENTRAL;
    "MP" "Northern Mariana Islands" "Pacific/Guam";
    "MS" "Mississippi" CENTRAL;
    "MT" "Montana" MOUNTAIN;
    "NC" "North Carolina" EASTERN;
    "ND" "North Dakota" CENTRAL;
    "NE" "Nebraska" CENTRAL;
    "NH" "New Hampshire" EASTERN;
    "NJ" "New Jersey" EASTERN;
    "NM" "New Mexico" MOUNTAIN;
    "NV" "Nevada" PACIFIC;
    "NY" "New York" EASTERN;
    "OH" "Ohio" EASTERN;
    "OK" "Oklahoma" CENTRAL;
    "OR" "Oregon" PACIFIC;
    "PA" "Pennsylvania" EASTERN;
    "PR" "Puerto Rico" "America/Puerto_Rico";
    "RI" "Rhode Island" EASTERN;
    "SC" "South Carolina" EASTERN;
    "SD" "South Dakota" CENTRAL;
    "TN" "Tennessee" CENTRAL;
    "TX" "Texas" CENTRAL;
    "UT" "Utah" MOUNTAIN;
    "VA" "Virginia" EASTERN;
    "VI" "U.S. Virgin Islands" "America/St_Thomas";
    "VT" "Vermont" EASTERN;
    "WA" "Washington" PACIFIC;
    "WI" "Wisconsin" CENTRAL;
    "WV" "West Virginia" EASTERN;
    "WY" "Wyoming" MOUNTAIN;
}

/// The state of a code or a full name, in any case; none is made up for anything else.
pub fn state(text: &str) -> Option<&'static State> {
    if text.len() == 2 {
        let mut code = [0; 2];
        code.copy_from_slice(text.as_bytes());
        code.make_ascii_uppercase();
        let found = STATES.binary_search_by(|state| state.code.as_bytes().cmp(&code));
        return found.ok().map(|at| &STATES[at]);
    }
    STATES.iter().find(|state| state.name.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_zones_exist() {
        assert!(STATES.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(STATES.len(), 56);
        for state in STATES {
            assert!(jiff::tz::TimeZone::get(state.zone).is_ok(), "{}", state.zone);
        }
    }

    #[test]
    fn states_are_found_by_code_and_name_and_never_guessed() {
        for text in ["CA", "ca", "California", "CALIFORNIA"] {
            assert_eq!(state(text).map(|s| s.code), Some("CA"), "{text}");
        }
        for text in ["", "C", "XX", "Kalifornia", "ON", "日"] {
            assert_eq!(state(text), None, "{text}");
        }
    }
}
