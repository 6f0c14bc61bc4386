//! Writing, reading, rolling back.

use futures_util::future::join_all;
use store::{Class, Dialect, Error, Tx, args, statements};

use crate::bed::{Bed, COUNT, FIND, Happened, INSERT, TENANT, UPDATE, count, ids, positions};

statements! {
    INSERT_ONCE = "insert into things (id, n) values ($1, $2) on conflict (id) do nothing";
    INSERT_RETURNING = "insert into things (id, n) values ($1, $2) returning id";
    SWAPPED = "insert into things (n, id) values ($2, $1)";
    FIND_SWAPPED = "select id from things where n = $2 and id = $1";
    LABEL = "insert into things (id, label) values ($1, $2)";
    LABELS = "select label from things order by label";
    NO_SUCH_TABLE = "select n from no_such_table";
}

on_both!(
    rows_are_written_and_read,
    lists_of_arguments_run_in_order,
    an_error_rolls_back,
    an_error_in_one_closure_does_not_touch_the_others,
    a_read_sees_one_moment,
    a_read_cannot_write,
    arguments_are_bound_by_their_number,
    wrong_arguments_are_errors,
    a_row_that_exists_is_refused_by_name,
    text_sorts_by_bytes,
    every_statement_prepares,
    a_closed_store_is_unavailable,
);

/// An error of a use case.
#[derive(Debug)]
enum Refusal {
    TooLate,
    Store(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

async fn rows_are_written_and_read(bed: Bed) {
    let store = bed.store().await;
    assert_eq!(store.execute(&INSERT, args![1, 10].to_vec()).await.unwrap(), 1);
    let changed = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![2, 20]).await?;
            // It sees its own rows.
            assert_eq!(tx.one::<(i64,)>(&COUNT, &[]).await?, (2,));
            tx.exec(&UPDATE, &args![2, 21]).await
        })
        .await;
    assert_eq!(changed.unwrap(), 1);
    assert_eq!(store.execute(&UPDATE, args![9, 1].to_vec()).await.unwrap(), 0);
    assert_eq!(store.one::<(i64,)>(&FIND, &args![2]).await.unwrap(), (21,));
    assert_eq!(store.maybe::<(i64,)>(&FIND, &args![9]).await.unwrap(), None);
    let none = store.one::<(i64,)>(&FIND, &args![9]).await;
    assert!(matches!(none, Err(Error::NotFound)), "{none:?}");
    assert_eq!(ids(&store).await, [1, 2]);
    let wrong = store.all::<(i64,)>(&NO_SUCH_TABLE, &[]).await;
    assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
}

async fn lists_of_arguments_run_in_order(bed: Bed) {
    let store = bed.store().await;
    let found = store
        .write(Class::Bulk, async |tx: &Tx| {
            let rows: Vec<_> = (0..100).map(|n| args![n, n * n]).collect();
            assert_eq!(tx.exec_many(&INSERT, &rows).await?, 100);
            let wanted: Vec<_> = [7, 100, 3].iter().map(|id| args![*id]).collect();
            tx.maybe_many::<(i64,)>(&FIND, &wanted).await
        })
        .await;
    assert_eq!(found.unwrap(), [Some((49,)), None, Some((9,))]);
}

async fn an_error_rolls_back(bed: Bed) {
    let store = bed.store().await;
    let refused: Result<(), _> = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            tx.emit(TENANT, &Happened { n: 1 }, vec![])?;
            Err(Refusal::TooLate)
        })
        .await;
    assert!(matches!(refused, Err(Refusal::TooLate)), "{refused:?}");
    let failed = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            tx.exec(&INSERT, &args![1, 1]).await?;
            Ok(())
        })
        .await;
    let Err(Refusal::Store(Error::Unique { .. })) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(count(&store).await, 0);
    assert_eq!(positions(&store).await, [0; 0]);
}

async fn an_error_in_one_closure_does_not_touch_the_others(bed: Bed) {
    let store = bed.store().await;
    let writes = (0..40).map(|n| {
        store.write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![n, n]).await?;
            if n % 2 == 1 {
                return Err(Refusal::TooLate);
            }
            if n % 4 == 2 {
                // Fails in the database.
                tx.exec(&INSERT, &args![n, n]).await?;
            }
            Ok(())
        })
    });
    let results = join_all(writes).await;
    for (n, result) in results.iter().enumerate() {
        assert_eq!(result.is_ok(), n % 4 == 0, "{n}: {result:?}");
    }
    let expected: Vec<i64> = (0..40).filter(|n| n % 4 == 0).collect();
    assert_eq!(ids(&store).await, expected);
}

async fn a_read_sees_one_moment(bed: Bed) {
    let store = bed.store().await;
    let (other, runtime) = (store.clone(), tokio::runtime::Handle::current());
    let seen = store
        .read(async move |tx: &Tx| {
            let (before,): (i64,) = tx.one(&COUNT, &[]).await?;
            let write = other.execute(&INSERT, args![1, 1].to_vec());
            // A closure on SQLite runs on a thread of its own and must not await anything else.
            match tx.dialect() {
                Dialect::Sqlite => runtime.block_on(write)?,
                Dialect::Postgres => write.await?,
            };
            let (after,): (i64,) = tx.one(&COUNT, &[]).await?;
            Ok::<_, Error>((before, after))
        })
        .await;
    assert_eq!(seen.unwrap(), (0, 0));
    assert_eq!(count(&store).await, 1);
}

async fn a_read_cannot_write(bed: Bed) {
    let store = bed.store().await;
    let run = store.read(async |tx: &Tx| tx.exec(&INSERT, &args![1, 1]).await).await;
    assert!(matches!(run, Err(Error::Misuse(_))), "{run:?}");
    let emitted = store.read(async |tx: &Tx| tx.emit(TENANT, &Happened { n: 1 }, vec![])).await;
    assert!(matches!(emitted, Err(Error::Misuse(_))), "{emitted:?}");
    let sly =
        store.read(async |tx: &Tx| tx.all::<(i64,)>(&INSERT_RETURNING, &args![1, 1]).await).await;
    assert!(sly.is_err(), "{sly:?}");
    assert_eq!(count(&store).await, 0);
}

async fn arguments_are_bound_by_their_number(bed: Bed) {
    let store = bed.store().await;
    store.execute(&SWAPPED, args![1, 2].to_vec()).await.unwrap();
    let found: Option<(i64,)> = store.maybe(&FIND_SWAPPED, &args![1, 2]).await.unwrap();
    assert_eq!(found, Some((1,)));
    let found: Option<(i64,)> = store.maybe(&FIND_SWAPPED, &args![2, 1]).await.unwrap();
    assert_eq!(found, None);
}

async fn wrong_arguments_are_errors(bed: Bed) {
    let store = bed.store().await;
    let too_few = store.execute(&INSERT, args![1].to_vec()).await;
    assert!(matches!(too_few, Err(Error::Database(_))), "{too_few:?}");
    let too_few = store.all::<(i64,)>(&FIND, &[]).await;
    assert!(matches!(too_few, Err(Error::Database(_))), "{too_few:?}");
    let too_few =
        store.write(Class::Interactive, async |tx: &Tx| tx.exec(&INSERT, &args![1]).await).await;
    assert!(matches!(too_few, Err(Error::Database(_))), "{too_few:?}");
    let wrong_type = store.execute(&INSERT, args!["one", 1].to_vec()).await;
    assert!(matches!(wrong_type, Err(Error::Database(_))), "{wrong_type:?}");
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
}

async fn a_row_that_exists_is_refused_by_name(bed: Bed) {
    let store = bed.store().await;
    for (expected, result) in [
        (1, store.execute(&INSERT_ONCE, args![1, 1].to_vec()).await),
        (0, store.execute(&INSERT_ONCE, args![1, 1].to_vec()).await),
    ] {
        assert_eq!(result.unwrap(), expected);
    }
    let Err(Error::Unique { constraint }) = store.execute(&INSERT, args![1, 1].to_vec()).await
    else {
        panic!("not refused");
    };
    let expected = if bed.is_sqlite() { "things.id" } else { "things_pkey" };
    assert_eq!(constraint, expected);
}

async fn text_sorts_by_bytes(bed: Bed) {
    let store = bed.store().await;
    let mut labels = ["b", "B", "a", "_", "ä", "aa", "Z", "1", "", "🏠"];
    for (id, label) in (0..).zip(labels) {
        store.execute(&LABEL, args![id, label].to_vec()).await.unwrap();
    }
    labels.sort_unstable();
    let found: Vec<(String,)> = store.all(&LABELS, &[]).await.unwrap();
    let found: Vec<&str> = found.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(found, labels);
}

async fn every_statement_prepares(bed: Bed) {
    let store = bed.store().await;
    let statements: Vec<_> = store::statements().collect();
    assert!(statements.len() > 20);
    store.prepare_all(statements).await.unwrap();
    let error = store.prepare_all(vec![&FIND, &NO_SUCH_TABLE]).await;
    let Err(Error::Database(message)) = error else {
        panic!("{error:?}");
    };
    assert!(message.contains("NO_SUCH_TABLE"), "{message}");
}

async fn a_closed_store_is_unavailable(bed: Bed) {
    let store = bed.store().await;
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
    store.close().await;
    let late = store.execute(&INSERT, args![2, 2].to_vec()).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    let late = store.all::<(i64,)>(&COUNT, &[]).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    assert_eq!(ids(&bed.open()).await, [1]);
}
