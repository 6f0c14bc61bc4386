//! Values of all types, alike on both databases.

use store::{Class, Error, Tx, Value, args, statements};
use uuid::Uuid;

use crate::bed::{Bed, FIND, INSERT, UPDATE, count};

statements! {
    INSERT_ALL = "insert into things (id, n, x, flag, label, raw, uid, doc)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND_ALL = "select n, x, flag, label, raw, uid, doc from things where id = $1";
    ADD_ONE = "update things set n = n + 1 where id = $1";
    ONE_MORE = "select n + 1 from things where id = $1";
    LABEL = "update things set label = $2 where id = $1";
    SET_X = "update things set x = $2 where id = $1";
    FIND_X = "select x from things where id = $1";
    AS_WRONG_TYPE = "select label from things where id = $1";
}

on_both!(
    values_of_all_types_round_trip,
    a_column_is_not_read_as_something_else,
    a_nul_is_refused_alike,
    not_a_number_is_refused_alike,
    an_integer_that_overflows_is_an_error,
);

type All = (
    Option<i64>,
    Option<f64>,
    Option<bool>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Uuid>,
    Option<String>,
);

async fn values_of_all_types_round_trip(bed: Bed) {
    let store = bed.store().await;
    let uuid = Uuid::from_u128(0x0190_a5b8_7b1e_7c3d_8f00_1234_5678_90ab);
    let text = "Häuser 🏠\n'quoted' \"twice\" \\ \u{1}\u{10ffff}";
    let rows: [All; 4] = [
        (
            Some(i64::MAX),
            Some(f64::MAX),
            Some(true),
            Some(text.into()),
            Some((0..=255).collect()),
            Some(uuid),
            Some(r#"{"a": [1, 2.5, "ü", null]}"#.into()),
        ),
        (
            Some(i64::MIN),
            Some(f64::MIN_POSITIVE),
            Some(false),
            Some(String::new()),
            Some(Vec::new()),
            Some(Uuid::nil()),
            Some("[]".into()),
        ),
        (None, None, None, None, None, None, None),
        (
            Some(-1),
            Some(f64::NEG_INFINITY),
            None,
            Some("\u{feff}".into()),
            Some(vec![0]),
            Some(Uuid::max()),
            Some("\"text\"".into()),
        ),
    ];
    for (id, row) in (0..).zip(&rows) {
        let (n, x, flag, label, raw, uid, doc) = row.clone();
        let args = args![id, n, x, flag, label, raw, uid, doc].to_vec();
        store.execute(&INSERT_ALL, args).await.unwrap();
    }
    for (id, row) in (0..).zip(&rows) {
        let mut found: All = store.one(&FIND_ALL, &args![id]).await.unwrap();
        // PostgreSQL keeps what the JSON says, not how it was spaced.
        let parse = |text: &String| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(found.6.as_ref().map(parse), row.6.as_ref().map(parse));
        found.6.clone_from(&row.6);
        assert_eq!(&found, row);
    }
}

async fn a_column_is_not_read_as_something_else(bed: Bed) {
    let store = bed.store().await;
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
    let null = store.one::<(String,)>(&AS_WRONG_TYPE, &args![1]).await;
    assert!(matches!(null, Err(Error::Decode(_))), "{null:?}");
    store.execute(&LABEL, args![1, "7"].to_vec()).await.unwrap();
    let number = store.one::<(i64,)>(&AS_WRONG_TYPE, &args![1]).await;
    assert!(matches!(number, Err(Error::Decode(_))), "{number:?}");
    let two = store.one::<(String, i64)>(&AS_WRONG_TYPE, &args![1]).await;
    assert!(matches!(two, Err(Error::Decode(_))), "{two:?}");
}

async fn a_nul_is_refused_alike(bed: Bed) {
    let store = bed.store().await;
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
    let refused = store.execute(&LABEL, args![1, "a\0b"].to_vec()).await;
    assert!(matches!(refused, Err(Error::NulInText)), "{refused:?}");
    let refused = store.all::<(i64,)>(&AS_WRONG_TYPE, &args!["\0"]).await;
    assert!(matches!(refused, Err(Error::NulInText)), "{refused:?}");
    let swallowed = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![2, 2]).await?;
            let refused = tx.exec(&LABEL, &args![2, "\0"]).await;
            assert!(matches!(refused, Err(Error::NulInText)), "{refused:?}");
            Ok::<_, Error>(())
        })
        .await;
    assert!(matches!(swallowed, Err(Error::Misuse(_))), "{swallowed:?}");
    assert_eq!(count(&store).await, 1);
}

async fn not_a_number_is_refused_alike(bed: Bed) {
    let store = bed.store().await;
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
    let refused = store.execute(&SET_X, args![1, f64::NAN].to_vec()).await;
    assert!(matches!(refused, Err(Error::Misuse(_))), "{refused:?}");
    let found: (Option<f64>,) = store.one(&FIND_X, &args![1]).await.unwrap();
    assert_eq!(found, (None,));
}

async fn an_integer_that_overflows_is_an_error(bed: Bed) {
    let store = bed.store().await;
    store.execute(&INSERT, args![1, i64::MAX].to_vec()).await.unwrap();
    let rounded = store.execute(&ADD_ONE, args![1].to_vec()).await;
    assert!(matches!(rounded, Err(Error::Database(_))), "{rounded:?}");
    let rounded = store.one::<(i64,)>(&ONE_MORE, &args![1]).await;
    assert!(rounded.is_err(), "{rounded:?}");
    assert_eq!(store.one::<(i64,)>(&FIND, &args![1]).await.unwrap(), (i64::MAX,));
    let null = args![1, Value::Null].to_vec();
    store.execute(&UPDATE, null).await.unwrap();
    assert_eq!(store.one::<(Option<i64>,)>(&FIND, &args![1]).await.unwrap(), (None,));
}
