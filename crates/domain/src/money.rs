//! Money: integer minor units and a currency. Never a binary float, not even in between.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A currency, with the number of decimal digits that its amounts have (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Currency {
    /// United States dollar, 2 digits.
    Usd,
    /// Euro, 2 digits.
    Eur,
    /// Pound sterling, 2 digits.
    Gbp,
    /// Canadian dollar, 2 digits.
    Cad,
    /// Japanese yen, 0 digits.
    Jpy,
    /// The coins that bidders stake, 0 digits; not an ISO currency.
    Coin,
}

impl Currency {
    const ALL: [Self; 6] = [Self::Usd, Self::Eur, Self::Gbp, Self::Cad, Self::Jpy, Self::Coin];

    /// The three letters of ISO 4217, or `COIN`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Cad => "CAD",
            Self::Jpy => "JPY",
            Self::Coin => "COIN",
        }
    }

    /// How many digits stand after the decimal point.
    pub const fn digits(self) -> u32 {
        match self {
            Self::Jpy | Self::Coin => 0,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::ALL.into_iter().find(|c| c.code() == text).ok_or(MoneyError::UnknownCurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number such as `250000.00`.
    #[error("is not a decimal number")]
    NotANumber,
    /// More digits after the point than the currency has.
    #[error("has more decimal digits than the currency")]
    TooManyDigits,
    /// Does not fit in 64 bits of minor units.
    #[error("is too large")]
    TooLarge,
    /// No such currency here.
    #[error("is not a known currency")]
    UnknownCurrency,
}

/// An amount in the minor units of its currency (cents, yen, coins).
///
/// As JSON it is a decimal number with exactly the currency's digits (`250000.00`), written as raw
/// text. It has no `Deserialize`: the currency of an incoming amount comes from its context, see
/// [`DecimalInput`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units.
    pub minor: i64,
    /// What the units are.
    pub currency: Currency,
}

impl Money {
    /// An amount of `minor` units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a plain decimal: an optional minus, digits, and at most the currency's digits after
    /// a point.
    ///
    /// # Errors
    /// [`MoneyError`] says what is wrong with the text.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let dangling_point = unsigned.ends_with('.');
        if whole.is_empty() || dangling_point || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::NotANumber);
        }
        let digits = currency.digits() as usize;
        if fraction.len() > digits {
            return Err(MoneyError::TooManyDigits);
        }
        let mut minor: i64 = 0;
        let padding = std::iter::repeat_n(b'0', digits - fraction.len());
        for byte in whole.bytes().chain(fraction.bytes()).chain(padding) {
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(byte - b'0')))
                .ok_or(MoneyError::TooLarge)?;
        }
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }
}

impl fmt::Display for Money {
    /// The decimal number, without the currency.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.digits();
        let unit = 10_u64.pow(digits);
        let absolute = self.minor.unsigned_abs();
        if self.minor < 0 {
            f.write_str("-")?;
        }
        if digits == 0 {
            return write!(f, "{absolute}");
        }
        write!(f, "{}.{:0width$}", absolute / unit, absolute % unit, width = digits as usize)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("decimal number with exactly the currency's digits"))
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Money {}

/// An amount as a client sent it: a JSON number or a string, kept as the text that stood there, so
/// that no digit passes through a float. Works only where JSON text is decoded directly; behind
/// `#[serde(flatten)]` or an untagged enum the text is already lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalInput(String);

impl DecimalInput {
    /// The text that was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The amount in `currency`.
    ///
    /// # Errors
    /// As [`Money::parse`].
    pub fn in_currency(&self, currency: Currency) -> Result<Money, MoneyError> {
        Money::parse(&self.0, currency)
    }
}

impl<'de> Deserialize<'de> for DecimalInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if text.starts_with('"') {
            return serde_json::from_str::<String>(text)
                .map(Self)
                .map_err(serde::de::Error::custom);
        }
        if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(serde::de::Error::custom("expected a decimal number or a string"))
    }
}

impl utoipa::PartialSchema for DecimalInput {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, OneOfBuilder, schema::Schema, schema::Type};
        let number_or_text = OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(ObjectBuilder::new().schema_type(Type::String))
            .build();
        Schema::OneOf(number_or_text).into()
    }
}

impl utoipa::ToSchema for DecimalInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_exactly() {
        let cases = [
            ("250000.00", Currency::Usd, 25_000_000, "250000.00"),
            ("250000", Currency::Usd, 25_000_000, "250000.00"),
            ("0.1", Currency::Usd, 10, "0.10"),
            ("-0.05", Currency::Usd, -5, "-0.05"),
            ("1200", Currency::Jpy, 1200, "1200"),
            // 2^53 + 1 cents: a double would lose the last cent.
            ("90071992547409.93", Currency::Usd, 9_007_199_254_740_993, "90071992547409.93"),
        ];
        for (text, currency, minor, out) in cases {
            let money = Money::parse(text, currency).unwrap();
            assert_eq!((money.minor, money.to_string().as_str()), (minor, out), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_amount() {
        use MoneyError::{NotANumber, TooLarge, TooManyDigits};
        let cases = [
            ("", NotANumber),
            ("-", NotANumber),
            (".5", NotANumber),
            ("5.", NotANumber),
            ("1e3", NotANumber),
            ("+1", NotANumber),
            ("1,000", NotANumber),
            ("NaN", NotANumber),
            ("1.005", TooManyDigits),
            ("92233720368547758.08", TooLarge),
        ];
        for (text, error) in cases {
            assert_eq!(Money::parse(text, Currency::Usd), Err(error), "{text}");
        }
        assert_eq!(Money::parse("1.0", Currency::Coin), Err(TooManyDigits));
    }

    #[test]
    fn json_keeps_every_digit() {
        let money = Money::new(9_007_199_254_740_993, Currency::Usd);
        let json = serde_json::to_string(&money).unwrap();
        assert_eq!(json, "90071992547409.93");
        for wire in ["90071992547409.93", "\"90071992547409.93\""] {
            let input: DecimalInput = serde_json::from_str(wire).unwrap();
            assert_eq!(input.in_currency(Currency::Usd), Ok(money));
        }
        for wrong in ["true", "null", "[]", "{}"] {
            assert!(serde_json::from_str::<DecimalInput>(wrong).is_err(), "{wrong}");
        }
    }
}
