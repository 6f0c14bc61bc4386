//! Maps and sources, as somebody at a terminal has them.

use std::fs;

use serde_json::Value;
use testkit::Installation;

fn house() -> Installation {
    Installation::new(env!("CARGO_BIN_EXE_openbell"), None)
}

const FILES: [(&str, &str); 2] = [
    ("sheriff.csv", include_str!("../../../../examples/imports/sheriff.csv")),
    ("sheriff.toml", include_str!("../../../../examples/imports/sheriff.toml")),
];

#[tokio::test]
async fn a_list_with_headings_of_its_own() {
    let house = house();
    for (name, text) in FILES {
        fs::write(house.folder().join(name), text).unwrap();
    }
    let import = ["import", "properties", "sheriff.csv", "--source", "sheriff"];
    let (code, _, error) = house.run(&import, b"").await;
    assert_eq!(code, 1, "{error}");
    assert!(error.contains("the heading has no column for "), "{error}");
    let with_map = [&import[..], &["--map", "sheriff.toml"]].concat();
    let (code, out, error) = house.run(&with_map, b"").await;
    assert_eq!(code, 0, "{error}");
    assert!(error.contains("line 6: rejected: zip_code is not a ZIP code"), "{error}");
    assert!(out.contains("added        4") && out.contains("rejected     3"), "{out}");
    let text = house.succeed(&["sources", "--json"], b"").await;
    let sources: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&sources[0]["name"], &sources[0]["kind"]), (&"sheriff".into(), &"sent".into()));
    assert_eq!(sources[0]["last_import"]["added"], 4);
    // A map that is none is told by its key; nothing happens.
    fs::write(house.folder().join("wrong.toml"), "[colums]\nstreet = \"A\"\n").unwrap();
    let (code, _, error) = house.run(&[&import[..], &["--map", "wrong.toml"]].concat(), b"").await;
    assert!(code == 1 && error.contains("unknown field `colums`"), "{error}");
}

#[tokio::test]
async fn a_source_that_makes_no_sense_stops_the_start() {
    let house = house();
    let start = async |file: &str| {
        fs::write(house.folder().join("openbell.toml"), file).unwrap();
        let (code, _, error) = house.run(&["serve"], b"").await;
        assert_eq!((code, error.lines().count()), (2, 1), "{error}");
        error
    };
    let error = start("[[sources]]\nname = \"a\"\nurll = \"https://a.example\"\n").await;
    assert!(error.contains("openbell.toml: sources `a`: unknown field `urll`"), "{error}");
    let error =
        start("[[sources]]\nname = \"a\"\nfolder = \"x\"\nmap = { fields = { colour = \"A\" } }\n")
            .await;
    assert!(
        error.contains("sources `a`: the map is wrong: it names no field: `colour`"),
        "{error}"
    );
    fs::write(house.folder().join("openbell.toml"), "").unwrap();
    let (code, _, error) = house.run(&["sources", "run", "nobody"], b"").await;
    assert_eq!(code, 1, "{error}");
}
