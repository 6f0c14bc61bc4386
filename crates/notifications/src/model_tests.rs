use super::*;

fn notice() -> NoticeRaised {
    NoticeRaised {
        users: Vec::new(),
        notice_type: "auction.postponed".into(),
        category: Category::Auction,
        priority: Priority::High,
        title: "Postponed".into(),
        body: "Until\nMonday".into(),
        data: None,
        action_url: None,
        object: None,
        actor: None,
        dedup_key: "a".into(),
        expires_at: None,
    }
}

fn event() -> Id {
    "0190a5b8-7b1e-7c3d-8f00-1234567890ab".parse().unwrap()
}

#[test]
fn data_is_an_object_and_keeps_its_digits() {
    let data = Data::new(" {\"bid\": 225000.00, \"huge\": 1e999} ").unwrap();
    let json = serde_json::to_string(&data).unwrap();
    assert_eq!(json, "{\"bid\": 225000.00, \"huge\": 1e999}");
    assert_eq!(serde_json::from_str::<Data>(&json).unwrap(), data);
    assert!(Data::new(r#"{"emoji":"🏠","rtl":"שלום","path":"\\u0000"}"#).is_some());
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_DATA_BYTES));
    for wrong in ["", "[]", "1", "null", "{", "{\"a\":}", r#"{"a":"\u0000"}"#, "{} x", &large] {
        assert!(Data::new(wrong).is_none(), "{wrong:.40}");
    }
}

#[test]
fn links_lead_nowhere_else() {
    for good in ["/", "/properties/1?x=y#z", "https://example.org/a"] {
        assert!(is_link(good), "{good}");
    }
    let long = format!("/{}", "x".repeat(MAX_LINK_BYTES));
    for bad in ["", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://a", "a b"] {
        assert!(!is_link(bad), "{bad}");
    }
    assert!(!is_link("/a\nb") && !is_link(&long));
}

#[test]
fn what_is_wrong_is_left_out_and_the_notice_stays() {
    let (content, faults) = Content::of(&notice(), event());
    assert!(faults.is_empty());
    assert_eq!(content.body, "Until\nMonday");

    let faulty = NoticeRaised {
        title: format!("two\nlines {}", "🏠".repeat(500)),
        body: "y".repeat(MAX_BODY_CHARS + 1),
        data: Some("[1]".into()),
        action_url: Some("javascript:alert(1)".into()),
        ..notice()
    };
    let (content, faults) = Content::of(&faulty, event());
    assert_eq!(faults, ["data", "action_url"]);
    assert!(content.title.starts_with("two lines 🏠") && content.title.ends_with('…'));
    assert_eq!(content.title.chars().count(), MAX_TITLE_CHARS);
    assert_eq!(content.body.chars().count(), MAX_BODY_CHARS);
    assert_eq!((content.data, content.action_url), (None, None));
}

#[test]
fn keys_are_never_empty_nor_too_long_and_stay_different() {
    let key = |dedup_key: String| {
        Content::of(&NoticeRaised { dedup_key, ..notice() }, event()).0.dedup_key
    };
    assert_eq!(key("a:1".into()), "a:1");
    assert_eq!(key(String::new()), format!("{}:auction.postponed", event()));
    let (one, two) = (key(format!("{}1", "é".repeat(400))), key(format!("{}2", "é".repeat(400))));
    assert!(one.len() <= MAX_KEY_BYTES && one != two);
}

#[test]
fn an_instant_is_the_end_of_what_expires_then() {
    let at = Timestamp::from_millis;
    let content = Content::of(&NoticeRaised { expires_at: Some(at(5)), ..notice() }, event()).0;
    assert!(!content.is_expired(at(4)));
    assert!(content.is_expired(at(5)));
}

#[test]
fn words_are_those_of_the_events() {
    for category in [
        Category::Auction,
        Category::Bidding,
        Category::Job,
        Category::Chat,
        Category::PropertyAlert,
        Category::Portfolio,
        Category::Team,
        Category::Account,
        Category::System,
    ] {
        assert_eq!(serde_json::to_value(category).unwrap(), category_word(category));
    }
    for priority in [Priority::Low, Priority::Medium, Priority::High, Priority::Critical] {
        assert_eq!(serde_json::to_value(priority).unwrap(), priority_word(priority));
    }
}
