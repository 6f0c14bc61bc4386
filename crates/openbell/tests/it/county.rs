//! A county's auction list, made up from a seed: the file that the tests import.

/// One row of the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) source_id: String,
    pub(crate) street: String,
    pub(crate) status: &'static str,
    pub(crate) auction_date: String,
    pub(crate) auction_time: &'static str,
    /// Whole dollars.
    pub(crate) opening_bid: i64,
}

const CITIES: [(&str, &str, f64, f64); 5] = [
    ("Orlando", "32801", 28.5384, -81.3789),
    ("Tampa", "33602", 27.9506, -82.4572),
    ("Miami", "33128", 25.7743, -80.1937),
    ("Jacksonville", "32202", 30.3322, -81.6557),
    ("Tallahassee", "32301", 30.4383, -84.2807),
];

/// `count` different houses.
pub(crate) fn rows(count: usize) -> Vec<Row> {
    (0..count)
        .map(|n| Row {
            source_id: format!("FC-{n:06}"),
            street: format!("{} Orange Blossom Ln", n + 1),
            status: "auction",
            auction_date: format!("2026-0{}-{:02}", 3 + n % 6, 1 + n % 27),
            auction_time: "10:00 AM",
            opening_bid: 100_000 + (n as i64 * 37) % 400_000,
        })
        .collect()
}

/// The rows as a file; `broken(n)` spoils a row in one of several ways.
pub(crate) fn csv(rows: &[Row], broken: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut text = String::from(
        "source_id,street,city,state,zip_code,latitude,longitude,property_type,status,\
         auction_date,auction_time,opening_bid\n",
    );
    for (n, row) in rows.iter().enumerate() {
        let (city, zip, latitude, longitude) = CITIES[n % CITIES.len()];
        let mut fields = [
            row.source_id.clone(),
            row.street.clone(),
            city.to_owned(),
            "FL".to_owned(),
            zip.to_owned(),
            latitude.to_string(),
            longitude.to_string(),
            "single_family".to_owned(),
            row.status.to_owned(),
            row.auction_date.clone(),
            row.auction_time.to_owned(),
            format!("{}.00", row.opening_bid),
        ];
        if broken(n) {
            match n % 4 {
                0 => "Freedonia".clone_into(&mut fields[3]),
                1 => "-5.00".clone_into(&mut fields[11]),
                2 => "next Tuesday".clone_into(&mut fields[9]),
                _ => "91.5".clone_into(&mut fields[5]),
            }
        }
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    text.into_bytes()
}
