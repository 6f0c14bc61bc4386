//! Words that streets, houses and those who sell them are made of. The companies are made up.

pub(super) const STREETS: &[&str] = &[
    "Acacia", "Alder", "Ash", "Aspen", "Bayberry", "Beacon", "Birch", "Bluff", "Bramble", "Briar",
    "Bridge", "Brook", "Buckeye", "Canal", "Canyon", "Cedar", "Chapel", "Cherry", "Chestnut",
    "Church", "Clay", "Clover", "College", "Cottonwood", "Creek", "Crescent", "Cypress",
    "Dogwood", "Eagle", "Elm", "Fairview", "Falcon", "Fern", "Forest", "Foxglove", "Garden",
    "Grant", "Grove", "Harbor", "Hawthorn", "Hazel", "Heather", "Hickory", "High", "Hill",
    "Holly", "Hudson", "Indigo", "Ivy", "Jackson", "Jasmine", "Juniper", "Lake", "Lantern",
    "Larkspur", "Laurel", "Lincoln", "Linden", "Locust", "Magnolia", "Main", "Maple", "Market",
    "Meadow", "Mill", "Monroe", "Mulberry", "Myrtle", "Oak", "Old Mill", "Olive", "Orchard",
    "Park", "Pecan", "Pine", "Pioneer", "Poplar", "Prairie", "Prospect", "Quail", "Quarry",
    "Railroad", "Redwood", "Ridge", "River", "Rose", "Sage", "School", "Spring", "Spruce",
    "Summit", "Sunset", "Sycamore", "Tamarack", "Teal", "Thistle", "Union", "Valley", "Vine",
    "Walnut", "Washington", "Willow", "Windmill", "Wren",
];

pub(super) const STREET_TYPES: &[&str] =
    &["Ave", "Ave", "Blvd", "Cir", "Ct", "Dr", "Dr", "Ln", "Pl", "Rd", "St", "St", "St", "Way"];

pub(super) const TRUSTEES: &[&str] = &[
    "Blue Heron Reconveyance",
    "Copperfield Trustee Services",
    "Harvest Moon Trustees",
    "Lantern Hill Default Services",
    "Longleaf Reconveyance",
    "Quail Hollow Trustee Services",
    "Stonebridge Trustees",
    "Tall Grass Title & Trustee",
];

pub(super) const SPOTS: &[&str] = &["front steps", "main entrance", "north lobby", "room 101"];

pub(super) const HOUSES: &[&str] = &[
    "Brick ranch on a quiet street.",
    "Corner lot with mature trees.",
    "Covered porch and a fenced yard.",
    "Close to schools and a park.",
    "Detached garage, needs a roof.",
    "Kitchen redone some years ago.",
    "Needs work throughout.",
    "Split level with a finished basement.",
];

pub(super) const CONDITIONS: &[&str] = &[
    "Occupied; sold as is.",
    "Vacant at the last visit.",
    "No access to the inside before the sale.",
    "Taxes are owed for two years.",
    "A second lien is on record.",
];
