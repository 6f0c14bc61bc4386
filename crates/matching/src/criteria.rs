//! What an alert asks of a property, with three answers: true, false, unknown.

use crate::{Circle, City, Polygon, Property, PropertyTypes, State};

/// One hundredth of a per cent, so that the whole is so many.
const WHOLE_BASIS_POINTS: i128 = 10_000;

/// An answer. What a property does not say makes it unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Certainly not.
    False,
    /// The property does not say.
    Unknown,
    /// Certainly.
    True,
}

impl Truth {
    const fn of(answer: bool) -> Self {
        if answer { Self::True } else { Self::False }
    }

    fn known<T>(value: Option<T>, ask: impl FnOnce(T) -> bool) -> Self {
        value.map_or(Self::Unknown, |value| Self::of(ask(value)))
    }
}

/// Conditions that must all hold. A list that is empty and a bound that is not there ask nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Criteria {
    /// In one of these states.
    pub states: Vec<State>,
    /// In one of these cities, of whatever state.
    pub cities: Vec<City>,
    /// Not farther than this from a place.
    pub circle: Option<Circle>,
    /// Within this border.
    pub polygon: Option<Polygon>,
    /// Of one of these types.
    pub property_types: PropertyTypes,
    /// At least this opening bid.
    pub min_bid_minor: Option<i64>,
    /// At most this opening bid.
    pub max_bid_minor: Option<i64>,
    /// At least so many rooms to sleep in.
    pub min_bedrooms: Option<i64>,
    /// At least so many bathrooms.
    pub min_bathrooms: Option<i64>,
    /// At least so many square feet.
    pub min_living_area: Option<i64>,
    /// The opening bid lies at least so many hundredths of a per cent below the estimated value.
    pub min_discount_basis_points: Option<i64>,
}

impl Criteria {
    /// Whether all conditions hold. One that does not decides; else one that is unknown does.
    pub fn truth(&self, property: &Property) -> Truth {
        let conditions = [
            Self::state,
            Self::property_type,
            Self::bid,
            Self::bedrooms,
            Self::bathrooms,
            Self::living_area,
            Self::discount,
            Self::city,
            Self::circle,
            Self::polygon,
        ];
        let mut all = Truth::True;
        for condition in conditions {
            match condition(self, property) {
                Truth::False => return Truth::False,
                Truth::Unknown => all = Truth::Unknown,
                Truth::True => {}
            }
        }
        all
    }

    fn state(&self, property: &Property) -> Truth {
        if self.states.is_empty() {
            return Truth::True;
        }
        Truth::known(property.state, |state| self.states.contains(&state))
    }

    fn city(&self, property: &Property) -> Truth {
        if self.cities.is_empty() {
            return Truth::True;
        }
        Truth::known(property.city.as_ref(), |city| self.cities.contains(city))
    }

    fn property_type(&self, property: &Property) -> Truth {
        if self.property_types.is_empty() {
            return Truth::True;
        }
        let known = Some(property.property_type).filter(|known| !known.is_empty());
        Truth::known(known, |known| known.meets(self.property_types))
    }

    fn bid(&self, property: &Property) -> Truth {
        if self.min_bid_minor.is_none() && self.max_bid_minor.is_none() {
            return Truth::True;
        }
        let (least, most) = (self.min_bid_minor, self.max_bid_minor);
        Truth::known(property.opening_bid_minor, |bid| {
            least.is_none_or(|least| bid >= least) && most.is_none_or(|most| bid <= most)
        })
    }

    fn bedrooms(&self, property: &Property) -> Truth {
        at_least(self.min_bedrooms, property.bedrooms)
    }

    fn bathrooms(&self, property: &Property) -> Truth {
        at_least(self.min_bathrooms, property.bathrooms)
    }

    fn living_area(&self, property: &Property) -> Truth {
        at_least(self.min_living_area, property.living_area)
    }

    /// Exact: no division, and no sum that could overflow.
    fn discount(&self, property: &Property) -> Truth {
        let Some(least) = self.min_discount_basis_points else { return Truth::True };
        // An estimate of nothing says nothing.
        let estimate = property.estimated_value_minor.filter(|value| *value > 0);
        Truth::known(estimate.zip(property.opening_bid_minor), |(estimate, bid)| {
            let (estimate, bid) = (i128::from(estimate), i128::from(bid));
            (estimate - bid) * WHOLE_BASIS_POINTS >= i128::from(least) * estimate
        })
    }

    fn circle(&self, property: &Property) -> Truth {
        let Some(circle) = &self.circle else { return Truth::True };
        Truth::known(property.point, |point| circle.contains(&point))
    }

    fn polygon(&self, property: &Property) -> Truth {
        let Some(polygon) = &self.polygon else { return Truth::True };
        Truth::known(property.point, |point| polygon.contains(&point))
    }
}

fn at_least(least: Option<i64>, value: Option<i64>) -> Truth {
    match least {
        None => Truth::True,
        Some(least) => Truth::known(value, |value| value >= least),
    }
}

#[cfg(test)]
mod tests {
    use domain::GeoPoint;

    use super::*;
    use crate::random_tests::nothing_known;

    fn house() -> Property {
        Property {
            state: State::new("FL"),
            city: City::new("Tampa"),
            point: GeoPoint::new(27.95, -82.46).ok(),
            property_type: PropertyTypes::NONE.with(1),
            opening_bid_minor: Some(10_000_000),
            estimated_value_minor: Some(20_000_000),
            bedrooms: Some(3),
            bathrooms: Some(2),
            living_area: Some(1_480),
        }
    }

    /// Each condition by itself: one that holds, one that does not, and a property that is silent.
    #[test]
    fn every_condition_has_three_answers() {
        let base = Criteria::default;
        let tampa = GeoPoint::new(27.95, -82.46).unwrap();
        let square = |south: f64| {
            let corner = |north, east| GeoPoint::new(south + north, -83.0 + east).unwrap();
            let corners = [corner(0.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0), corner(1.0, 0.0)];
            Some(Polygon::new(&corners).unwrap())
        };
        let circle = |north: f64| {
            let place = GeoPoint::new(tampa.latitude() + north, tampa.longitude()).unwrap();
            Circle::new(place, 10.0)
        };
        let cases = [
            (
                Criteria { states: vec![State::new("fl").unwrap()], ..base() },
                Criteria { states: vec![State::new("GA").unwrap()], ..base() },
            ),
            (
                Criteria { cities: vec![City::new("TAMPA ").unwrap()], ..base() },
                Criteria { cities: vec![City::new("Miami").unwrap()], ..base() },
            ),
            (
                Criteria { property_types: PropertyTypes::NONE.with(0).with(1), ..base() },
                Criteria { property_types: PropertyTypes::NONE.with(0), ..base() },
            ),
            (
                Criteria { min_bid_minor: Some(10_000_000), ..base() },
                Criteria { min_bid_minor: Some(10_000_001), ..base() },
            ),
            (
                Criteria { max_bid_minor: Some(10_000_000), ..base() },
                Criteria { max_bid_minor: Some(9_999_999), ..base() },
            ),
            (
                Criteria { min_bedrooms: Some(3), ..base() },
                Criteria { min_bedrooms: Some(4), ..base() },
            ),
            (
                Criteria { min_bathrooms: Some(2), ..base() },
                Criteria { min_bathrooms: Some(3), ..base() },
            ),
            (
                Criteria { min_living_area: Some(1_480), ..base() },
                Criteria { min_living_area: Some(1_481), ..base() },
            ),
            (
                Criteria { min_discount_basis_points: Some(5_000), ..base() },
                Criteria { min_discount_basis_points: Some(5_001), ..base() },
            ),
            (
                Criteria { circle: circle(0.05), ..base() },
                Criteria { circle: circle(0.5), ..base() },
            ),
            (
                Criteria { polygon: square(27.0), ..base() },
                Criteria { polygon: square(30.0), ..base() },
            ),
        ];
        for (holds, fails) in &cases {
            assert_eq!(holds.truth(&house()), Truth::True, "{holds:?}");
            assert_eq!(fails.truth(&house()), Truth::False, "{fails:?}");
            assert_eq!(holds.truth(&nothing_known()), Truth::Unknown, "{holds:?}");
            assert_eq!(fails.truth(&nothing_known()), Truth::Unknown, "{fails:?}");
        }
        assert_eq!(base().truth(&nothing_known()), Truth::True);
    }

    #[test]
    fn what_is_false_outweighs_what_is_unknown() {
        let criteria =
            Criteria { min_bedrooms: Some(3), max_bid_minor: Some(1), ..Criteria::default() };
        let silent = Property { bedrooms: None, ..house() };
        assert_eq!(criteria.truth(&silent), Truth::False);
        let cheap = Property { opening_bid_minor: Some(1), ..silent };
        assert_eq!(criteria.truth(&cheap), Truth::Unknown);
    }

    #[test]
    fn discounts_are_exact_and_never_overflow() {
        let ask = |points, bid, estimate| {
            let criteria =
                Criteria { min_discount_basis_points: Some(points), ..Criteria::default() };
            criteria.truth(&Property {
                opening_bid_minor: Some(bid),
                estimated_value_minor: Some(estimate),
                ..house()
            })
        };
        assert_eq!(ask(3_333, 2, 3), Truth::True);
        assert_eq!(ask(3_334, 2, 3), Truth::False);
        assert_eq!(ask(1, i64::MIN, i64::MAX), Truth::True);
        assert_eq!(ask(10_000, 0, i64::MAX), Truth::True);
        assert_eq!(ask(0, 1, 0), Truth::Unknown);
    }
}
