use super::*;

fn id(n: u32) -> Id {
    format!("00000000-0000-7000-8000-{n:012x}").parse().unwrap()
}

#[test]
fn limits() {
    let cases = [
        ("", Some(50)),
        ("limit=1", Some(1)),
        ("limit=200", Some(200)),
        ("limit=0", None),
        ("limit=201", None),
        ("limit=-1", None),
        ("limit=", None),
        ("limit=1e2", None),
        ("limit=99999999999999999999", None),
    ];
    for (query, expected) in cases {
        let page = Page::from_query(query);
        match expected {
            Some(limit) => assert_eq!(page.unwrap().limit, limit, "{query}"),
            None => {
                let error = page.unwrap_err();
                assert_eq!(error.fields()[0].field, "limit", "{query}");
                assert_eq!(error.code().status, 422, "{query}");
            }
        }
    }
    assert_eq!(Page::from_query("cursor=&city=x").unwrap(), Page::default());
}

#[test]
fn cursors_come_back() {
    let filter = FilterHash::of(&("pins", "Austin"));
    let cursor = Cursor { key: (-5_i64, "Ärger".to_owned()), id: id(7) };
    let text = cursor.encode(&filter);
    assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    assert_eq!(Cursor::decode(&text, &filter).unwrap(), cursor);

    let other = FilterHash::of(&("pins", "Dallas"));
    let error = Cursor::<(i64, String)>::decode(&text, &other).unwrap_err();
    assert_eq!(error.message(), "the cursor belongs to another filter");
    assert_eq!(error.code().status, 400);
}

#[test]
fn forged_cursors_are_refused() {
    let filter = FilterHash::of("x");
    let f = &filter.0;
    let id = id(1);
    let wire = [
        String::new(),
        "null".to_owned(),
        format!(r#"{{"k":1,"i":"{id}"}}"#),
        format!(r#"{{"k":"1","i":"{id}","f":"{f}"}}"#),
        format!(r#"{{"k":1,"i":"x","f":"{f}"}}"#),
        format!(r#"{{"k":1,"i":"{id}","f":"{f}","more":1}}"#),
        format!(r#"{{"k":1e99,"i":"{id}","f":"{f}"}}"#),
    ];
    for json in wire {
        let text = URL_SAFE_NO_PAD.encode(&json);
        let error = Cursor::<i64>::decode(&text, &filter).unwrap_err();
        assert_eq!(error.code().status, 400, "{json}");
    }
    let nul = URL_SAFE_NO_PAD.encode(format!(r#"{{"k":"\u0000","i":"{id}","f":"{f}"}}"#));
    let long = "A".repeat(MAX_CURSOR + 1);
    for text in ["???", "a", &nul, &long] {
        let error = Cursor::<String>::decode(text, &filter).unwrap_err();
        assert_eq!(error.code().status, 400, "{text}");
    }
}

#[test]
fn a_page_ends_or_goes_on() {
    let page = Page { limit: 2, cursor: None };
    let filter = FilterHash::of("numbers");
    let list = |rows: &[u32]| {
        List::of_rows(
            rows.to_vec(),
            &page,
            &filter,
            |row| Cursor { key: *row, id: id(*row) },
            |row| row * 10,
        )
    };
    assert_eq!(page.rows_to_read(), 3);
    assert_eq!(list(&[]).next_cursor, None);
    assert_eq!(list(&[1, 2]).next_cursor, None);
    let more = list(&[1, 2, 3]);
    assert_eq!(more.items, [10, 20]);
    let next = Page { cursor: more.next_cursor.clone(), ..page.clone() };
    let after: Cursor<u32> = next.after(&filter).unwrap().unwrap();
    assert_eq!((after.key, after.id), (2, id(2)));

    let cursor = more.next_cursor.clone().unwrap();
    let alias = AliasList::of_list(more, 70_000, "/api/pins/?city=Austin");
    assert_eq!(alias.count, 10_000);
    let next = format!("/api/pins/?city=Austin&cursor={cursor}");
    assert_eq!(alias.next, Some(next));
}
