//! Where the demonstration's houses stand: real cities, with what is true of them in the large.

/// A city.
#[derive(Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    /// Two letters.
    pub(super) state: &'static str,
    /// In full, as the courthouse bears it.
    pub(super) county: &'static str,
    /// Degrees north of a place with houses on all sides.
    pub(super) latitude: f64,
    /// Degrees east of it.
    pub(super) longitude: f64,
    /// Some of its ZIP codes.
    pub(super) zip_codes: [&'static str; 3],
    /// What a usual house costs, in thousands of dollars.
    pub(super) price: i64,
}

macro_rules! cities {
    ($($name:literal $state:literal $county:literal $latitude:literal $longitude:literal
        $zips:expr, $price:literal;)*) => {
        /// Every city, from west to east within the order of states.
        pub(super) const CITIES: &[City] = &[$(City {
            name: $name,
            state: $state,
            county: $county,
            latitude: $latitude,
            longitude: $longitude,
            zip_codes: $zips,
            price: $price,
        }),*];
    };
}

cities! {
    "Seattle" "WA" "King County" 47.54 -122.30 ["98106", "98108", "98118"], 850;
    "Tacoma" "WA" "Pierce County" 47.20 -122.46 ["98404", "98405", "98408"], 470;
    "Spokane" "WA" "Spokane County" 47.67 -117.41 ["99201", "99205", "99207"], 390;
    "Portland" "OR" "Multnomah County" 45.52 -122.60 ["97203", "97206", "97233"], 530;
    "San Francisco" "CA" "San Francisco County" 37.74 -122.43 ["94110", "94112", "94134"], 1250;
    "Oakland" "CA" "Alameda County" 37.78 -122.20 ["94601", "94603", "94621"], 800;
    "San Jose" "CA" "Santa Clara County" 37.33 -121.85 ["95116", "95122", "95127"], 1250;
    "Sacramento" "CA" "Sacramento County" 38.55 -121.45 ["95820", "95823", "95828"], 480;
    "Fresno" "CA" "Fresno County" 36.76 -119.77 ["93702", "93705", "93722"], 380;
    "Bakersfield" "CA" "Kern County" 35.36 -119.03 ["93304", "93306", "93309"], 370;
    "Los Angeles" "CA" "Los Angeles County" 34.03 -118.29 ["90018", "90037", "90044"], 900;
    "Riverside" "CA" "Riverside County" 33.95 -117.39 ["92503", "92504", "92506"], 600;
    "San Diego" "CA" "San Diego County" 32.76 -117.09 ["92105", "92114", "92115"], 850;
    "Reno" "NV" "Washoe County" 39.53 -119.81 ["89502", "89503", "89512"], 540;
    "Las Vegas" "NV" "Clark County" 36.17 -115.17 ["89108", "89110", "89121"], 430;
    "Henderson" "NV" "Clark County" 36.03 -115.03 ["89002", "89014", "89015"], 480;
    "Phoenix" "AZ" "Maricopa County" 33.49 -112.09 ["85015", "85031", "85041"], 430;
    "Mesa" "AZ" "Maricopa County" 33.41 -111.79 ["85201", "85204", "85210"], 440;
    "Tucson" "AZ" "Pima County" 32.22 -110.92 ["85705", "85710", "85713"], 330;
    "Boise" "ID" "Ada County" 43.60 -116.26 ["83704", "83705", "83709"], 490;
    "Salt Lake City" "UT" "Salt Lake County" 40.73 -111.90 ["84104", "84115", "84116"], 540;
    "Denver" "CO" "Denver County" 39.72 -104.95 ["80204", "80219", "80239"], 590;
    "Aurora" "CO" "Arapahoe County" 39.70 -104.81 ["80010", "80011", "80013"], 480;
    "Colorado Springs" "CO" "El Paso County" 38.84 -104.79 ["80906", "80909", "80916"], 450;
    "Fort Worth" "TX" "Tarrant County" 32.74 -97.33 ["76104", "76112", "76119"], 300;
    "Dallas" "TX" "Dallas County" 32.75 -96.80 ["75211", "75216", "75217"], 320;
    "Austin" "TX" "Travis County" 30.27 -97.72 ["78702", "78744", "78753"], 530;
    "San Antonio" "TX" "Bexar County" 29.43 -98.51 ["78207", "78227", "78228"], 260;
    "Houston" "TX" "Harris County" 29.74 -95.39 ["77016", "77033", "77072"], 270;
    "Oklahoma City" "OK" "Oklahoma County" 35.48 -97.53 ["73107", "73119", "73129"], 210;
    "Tulsa" "OK" "Tulsa County" 36.12 -95.93 ["74106", "74112", "74115"], 210;
    "Omaha" "NE" "Douglas County" 41.26 -96.00 ["68104", "68107", "68111"], 280;
    "Kansas City" "MO" "Jackson County" 39.06 -94.55 ["64127", "64130", "64132"], 230;
    "St. Louis" "MO" "St. Louis City" 38.63 -90.25 ["63107", "63115", "63118"], 180;
    "Des Moines" "IA" "Polk County" 41.60 -93.62 ["50310", "50315", "50317"], 210;
    "Minneapolis" "MN" "Hennepin County" 44.97 -93.28 ["55407", "55411", "55412"], 320;
    "Milwaukee" "WI" "Milwaukee County" 43.05 -87.97 ["53206", "53209", "53218"], 210;
    "Rockford" "IL" "Winnebago County" 42.27 -89.07 ["61101", "61103", "61108"], 150;
    "Chicago" "IL" "Cook County" 41.86 -87.70 ["60623", "60624", "60651"], 300;
    "Indianapolis" "IN" "Marion County" 39.78 -86.15 ["46201", "46203", "46218"], 230;
    "Grand Rapids" "MI" "Kent County" 42.95 -85.66 ["49503", "49504", "49507"], 280;
    "Detroit" "MI" "Wayne County" 42.38 -83.10 ["48204", "48228", "48235"], 100;
    "Cincinnati" "OH" "Hamilton County" 39.14 -84.52 ["45205", "45211", "45223"], 240;
    "Columbus" "OH" "Franklin County" 39.98 -82.99 ["43204", "43207", "43211"], 250;
    "Cleveland" "OH" "Cuyahoga County" 41.46 -81.68 ["44105", "44108", "44109"], 130;
    "Louisville" "KY" "Jefferson County" 38.22 -85.75 ["40211", "40212", "40216"], 240;
    "Nashville" "TN" "Davidson County" 36.16 -86.78 ["37207", "37211", "37217"], 440;
    "Memphis" "TN" "Shelby County" 35.12 -89.98 ["38109", "38114", "38118"], 160;
    "Birmingham" "AL" "Jefferson County" 33.51 -86.82 ["35208", "35211", "35214"], 150;
    "New Orleans" "LA" "Orleans Parish" 29.97 -90.07 ["70117", "70119", "70122"], 270;
    "Atlanta" "GA" "Fulton County" 33.74 -84.41 ["30310", "30311", "30315"], 390;
    "Columbia" "SC" "Richland County" 34.01 -81.02 ["29203", "29204", "29223"], 240;
    "Charlotte" "NC" "Mecklenburg County" 35.22 -80.83 ["28205", "28208", "28216"], 400;
    "Raleigh" "NC" "Wake County" 35.79 -78.63 ["27604", "27610", "27616"], 430;
    "Jacksonville" "FL" "Duval County" 30.33 -81.70 ["32208", "32210", "32244"], 290;
    "Tampa" "FL" "Hillsborough County" 27.98 -82.45 ["33604", "33610", "33612"], 370;
    "Orlando" "FL" "Orange County" 28.53 -81.39 ["32805", "32808", "32811"], 370;
    "Miami" "FL" "Miami-Dade County" 25.81 -80.24 ["33125", "33142", "33147"], 560;
    "Richmond" "VA" "Richmond City" 37.53 -77.45 ["23222", "23223", "23224"], 340;
    "Baltimore" "MD" "Baltimore City" 39.31 -76.63 ["21213", "21215", "21223"], 200;
    "Philadelphia" "PA" "Philadelphia County" 39.99 -75.15 ["19120", "19132", "19140"], 230;
    "Pittsburgh" "PA" "Allegheny County" 40.45 -79.98 ["15204", "15210", "15212"], 220;
    "Newark" "NJ" "Essex County" 40.73 -74.20 ["07103", "07106", "07108"], 400;
    "Hartford" "CT" "Hartford County" 41.76 -72.69 ["06106", "06112", "06114"], 260;
    "Worcester" "MA" "Worcester County" 42.27 -71.81 ["01603", "01604", "01605"], 400;
}

/// Where a court conducts the sale; elsewhere a trustee does.
const JUDICIAL: &[&str] =
    &["CT", "FL", "IA", "IL", "IN", "KY", "LA", "NJ", "OH", "OK", "PA", "SC", "WI"];

impl City {
    /// Whether a court conducts the sale.
    pub(super) fn is_judicial(&self) -> bool {
        JUDICIAL.contains(&self.state)
    }

    /// The IANA zone of its state; no city here lies in another.
    pub(super) fn zone(&self) -> &'static str {
        crate::model::state(self.state).map_or("UTC", |state| state.zone)
    }
}
