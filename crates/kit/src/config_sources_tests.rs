use std::fs;

use super::*;
use crate::Config;

fn load(text: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openbell.toml");
    let here = folder.path().display().to_string();
    fs::write(folder.path().join("token"), "hunter2\n").unwrap();
    fs::write(folder.path().join("map.toml"), "[fields]\nstreet = \"Road\"\n").unwrap();
    fs::write(&path, text.replace("HERE", &here)).unwrap();
    let config = Config::load(std::iter::empty(), Some(&path));
    config.map_err(|error| error.0.replace(&here, "HERE"))
}

#[test]
fn sources_are_read() {
    let config = load(
        "retention_days = 3\n\
         [[sources]]\nname = \"a\"\nurl = \"https://a.example/x?key=1\"\n\
         token_file = \"HERE/token\"\nmap = \"HERE/map.toml\"\nevery_minutes = 60\n\
         [[sources]]\nname = \"b\"\nfolder = \"/var/spool/b\"\nenabled = false\nnotify = \"new\"\n\
         [[sources]]\nname = \"c\"\nmap = { constants = { state = \"CA\" } }\n\
         tenant = \"00000000-0000-7000-8000-000000000002\"\n",
    )
    .unwrap();
    let [a, b, c] = &config.sources[..] else { panic!("three sources") };
    let SourcePlace::Url { token, .. } = &a.place else { panic!("a URL") };
    assert_eq!(token.as_ref().map(Hidden::expose), Some("hunter2"));
    assert_eq!(a.map.as_ref().unwrap()["fields"]["street"], "Road");
    assert!((a.every_minutes, a.enabled, a.notify_new) == (Some(60), true, false));
    assert!(matches!(&b.place, SourcePlace::Folder(_)) && !b.enabled && b.notify_new);
    assert!(matches!(c.place, SourcePlace::Sent) && c.tenant != TenantId::DEFAULT);
    let text = config.to_toml();
    assert!(!text.contains("hunter2") && !text.contains("key=1"), "{text}");
    assert!(!format!("{config:?}").contains("hunter2"));
    // What is printed can be read again, but for what is masked.
    assert_eq!(load(&text).unwrap().sources.len(), 3, "{text}");
}

#[test]
fn mistakes_are_named_in_one_line() {
    let cases = [
        ("sources = 7", "HERE/openbell.toml: sources: must be tables, each under [[sources]]"),
        ("[[sources]]\nurl = \"x\"", "sources number 1: missing field `name`"),
        ("[[sources]]\nname = \"A b\"", "`A b`: name must be 1 to 64 characters of"),
        ("[[sources]]\nname = \"a\"\ncolour = 1", "sources `a`: unknown field `colour`"),
        ("[[sources]]\nname = \"a\"", "`a`: needs a url or a folder, or at least a map"),
        ("[[sources]]\nname = \"a\"\nurl = \"ftp://x\"", "`a`: url must be a URL that begins"),
        ("[[sources]]\nname = \"a\"\nurl = \"https://u:p@x\"", "`a`: url must not have a login"),
        (
            "[[sources]]\nname = \"a\"\nurl = \"http://x\"\nfolder = \"/x\"",
            "`a`: url and folder are both there",
        ),
        (
            "[[sources]]\nname = \"a\"\nfolder = \"/x\"\ntoken = \"t\"",
            "`a`: a token goes with a url",
        ),
        ("[[sources]]\nname = \"a\"\nurl = \"http://x\"\ntoken = 77123", "token must be a text"),
        (
            "[[sources]]\nname = \"a\"\nurl = \"http://x\"\ntoken_file = \"HERE/none\"",
            "`a`: token_file: HERE/none: ",
        ),
        (
            "[[sources]]\nname = \"a\"\nfolder = \"/x\"\nevery_minutes = 0",
            "`a`: every_minutes must be from 1 to 44640",
        ),
        ("[[sources]]\nname = \"a\"\nfolder = \"/x\"\nnotify = \"all\"", "unknown variant `all`"),
        ("[[sources]]\nname = \"a\"\nmap = \"HERE/none\"", "`a`: map: HERE/none: "),
        ("[[sources]]\nname = \"a\"\nfolder = \"/x\"\ntenant = \"b\"", "tenant `b` is no id"),
        (
            "[[sources]]\nname = \"a\"\nfolder = \"/x\"\n\
             [[sources]]\nname = \"a\"\nfolder = \"/y\"",
            "`a`: is there twice",
        ),
    ];
    for (text, expected) in cases {
        let error = load(text).unwrap_err();
        assert!(error.contains(expected) && error.contains("sources"), "{text}: {error}");
        assert!(!error.contains('\n') && !error.contains("77123"), "{error}");
    }
}
