use std::sync::Arc;

use domain::IdGenerator;
use kit::Module;
use store::Class;
use testkit::{Database, TestApp};

use super::*;

const HERE: TenantId = TenantId::DEFAULT;

struct Bed {
    app: TestApp,
    index: Arc<AlertIndex>,
    alert: Id,
    owner: UserId,
}

impl Bed {
    /// A house with one alert, applied at place 5.
    async fn new(database: Database) -> Self {
        // The tables alone: nothing but the test holds the alerts.
        let tables = Module::new("foreclosures")
            .migrations(crate::MIGRATIONS)
            .statements(sql::ALL)
            .state(AlertIndex::default());
        let app = TestApp::start(database, vec![tables]).await;
        let ids = IdGenerator::new(app.clock().shared());
        let (alert, owner) = (ids.next_id(), ids.next_user_id());
        let index = app.ctx().state().unwrap();
        let bed = Self { app, index, alert, owner };
        bed.version(1, Some("{}")).await;
        bed.write(async move |tx: &Tx| {
            tx.exec(&sql::APPLY, &args![alert, 1_i64, 5_i64]).await?;
            Ok(())
        })
        .await
        .unwrap();
        bed
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&Tx) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.app.ctx().store().write(Class::Interactive, work).await
    }

    /// Puts a version down without an event.
    async fn version(&self, version: i64, definition: Option<&'static str>) {
        let (alert, owner) = (self.alert, self.owner);
        let add = async move |tx: &Tx| {
            let row = args![alert, version, HERE, owner, definition, tx.now()];
            tx.exec(&sql::ADD_VERSION, &row).await?;
            Ok(())
        };
        self.write(add).await.unwrap();
    }

    /// A batch at `pos` that comes to a version, or to none, and is committed or rolled back; how
    /// many alerts there were before and after it.
    async fn batch(&self, pos: i64, version: Option<i64>, commits: bool) -> (usize, usize) {
        let (index, alert, user) = (self.index.clone(), self.alert, self.owner);
        let seen = Arc::new(Mutex::new((0, 0)));
        let counts = seen.clone();
        let work = async move |tx: &Tx| {
            let mut held = index.hold(tx, pos, tx.now()).await?;
            let before = held.copy.alerts.len();
            if let Some(version) = version {
                let change = AlertChanged { user, alert, version, is_active: true };
                held.prepare(tx, &[&change]).await?;
                held.apply(&change, pos);
            }
            *counts.lock().unwrap() = (before, held.copy.alerts.len());
            held.keep(tx, pos).await?;
            if commits { Ok(()) } else { Err(kit::Error::not_found()) }
        };
        assert_eq!(self.write(work).await.is_ok(), commits);
        *seen.lock().unwrap()
    }

    /// Up to where the copy in memory is true.
    fn kept(&self) -> Option<i64> {
        self.index.0.lock().unwrap().as_ref().map(|copy| copy.pos)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_rolled_back_leaves_no_trace() {
    for database in Database::BOTH {
        let bed = Bed::new(database).await;
        assert_eq!((bed.batch(10, None, true).await, bed.kept()), ((1, 1), Some(10)));
        // What changed nothing is put back as it was, what changed something is thrown away.
        assert_eq!((bed.batch(11, None, false).await, bed.kept()), ((1, 1), Some(10)));
        bed.version(2, None).await;
        assert_eq!((bed.batch(11, Some(2), false).await, bed.kept()), ((1, 0), None));
        assert_eq!((bed.batch(11, Some(2), true).await, bed.kept()), ((1, 0), Some(11)));
        assert_eq!(bed.batch(12, None, true).await, (0, 0));
        bed.version(3, Some("{}")).await;
        assert_eq!(bed.batch(13, Some(3), true).await, (0, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_node_applied_is_caught_up() {
    for database in Database::BOTH {
        let bed = Bed::new(database).await;
        bed.batch(10, None, true).await;
        // Another node comes to the second version at place 11; this one goes on at 12.
        bed.version(2, None).await;
        let elsewhere = Arc::new(AlertIndex::default());
        let here = Bed { index: elsewhere, ..bed };
        assert_eq!(here.batch(11, Some(2), true).await, (1, 0));
        let bed = Bed { index: here.app.ctx().state().unwrap(), ..here };
        assert_eq!((bed.kept(), bed.batch(12, None, true).await), (Some(10), (0, 0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_another_history_is_not_believed() {
    for database in Database::BOTH {
        let bed = Bed::new(database).await;
        bed.batch(10, None, true).await;
        bed.index.0.lock().unwrap().as_mut().unwrap().alerts = Buckets::default();
        // Not read anew, so the empty copy is seen …
        assert_eq!(bed.batch(11, None, true).await, (0, 0));
        // … but for a place that it knows already, or one that is very far.
        assert_eq!(bed.batch(11, None, true).await, (1, 1));
        bed.index.0.lock().unwrap().as_mut().unwrap().alerts = Buckets::default();
        assert_eq!(bed.batch(11 + CATCH_UP, None, true).await, (1, 1));
    }
}

/// A row that cannot be read is one alert less, not the end of all.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_is_left_out() {
    let bed = Bed::new(Database::Sqlite).await;
    bed.version(2, Some(r#"{"states":7}"#)).await;
    assert_eq!(bed.batch(10, Some(2), true).await, (1, 0));
}
