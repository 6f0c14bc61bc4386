//! A database with the ledger, and words for what happens in it.

use std::sync::Arc;

use domain::{Currency, Id, TenantId, UserId};
use ledger::{Balance, Error, Party, Transfer};
use store::{Class, Durability, Store, StoreConfig, Tx};
pub(crate) use testkit::on_both;
use testkit::{Database, START, TestDatabase, TestPostgres, clock::FakeClock};
use uuid::Uuid;

pub(crate) const TENANT: TenantId = TenantId::DEFAULT;
pub(crate) const COIN: Currency = Currency::Coin;

pub(crate) fn id(number: u64) -> Id {
    Id::from_uuid(Uuid::from_u128(u128::from(number) + 1))
}

pub(crate) fn user(number: u64) -> UserId {
    UserId::from_uuid(Uuid::from_u128(u128::from(number) + 1_000))
}

/// A store with the ledger's tables.
pub(crate) struct World {
    pub(crate) store: Store,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (url, held) = match database {
            Database::Sqlite => {
                (format!("sqlite://{}", folder.path().join("l.db").display()), None)
            }
            Database::Postgres => {
                let database = TestPostgres::database().await;
                (database.url().to_owned(), Some(database))
            }
        };
        let mut config = StoreConfig::new(url);
        config.durability = Durability::Off;
        let clock = FakeClock::new(START.parse().expect("an instant"));
        let store = Store::open(&config, clock.shared()).expect("a store");
        store.migrate(&[ledger::migrations()]).await.expect("the tables");
        Self { store, _folder: folder, _database: held }
    }

    /// Runs a write that may be refused; nothing of it stands then.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Failed>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx) -> Result<T, Error> + Send + Sync + 'static,
    {
        let work = async move |tx: &Tx| work(tx).await.map_err(Failed::from);
        self.store.write(Class::Interactive, work).await
    }

    pub(crate) async fn pay(
        &self,
        number: u64,
        debtor: Party,
        creditor: Party,
        amount: i64,
    ) -> Result<bool, Failed> {
        self.write(async move |tx: &Tx| {
            ledger::transfer(tx, &paid(number, debtor, creditor, amount)).await
        })
        .await
    }

    pub(crate) async fn balance(&self, number: u64) -> Balance {
        let read = async move |tx: &Tx| ledger::wallets(tx, TENANT, user(number)).await;
        let found = self.store.read(read).await.expect("wallets");
        found.first().map(|(_, balance)| *balance).unwrap_or_default()
    }

    /// Everything that the check of the books finds.
    pub(crate) async fn wrong(&self) -> Vec<String> {
        let read = async |tx: &Tx| {
            let mut wrong = ledger::unbalanced(tx).await?;
            let mut last = None;
            loop {
                let found = ledger::accounts_after(tx, last.as_ref()).await?;
                wrong.extend(found.wrong);
                match found.accounts.into_iter().next_back() {
                    Some(account) => last = Some(account),
                    None => return Ok::<_, store::Error>(wrong),
                }
            }
        };
        self.store.read(read).await.expect("the books")
    }
}

pub(crate) fn paid(number: u64, debtor: Party, creditor: Party, amount: i64) -> Transfer<'static> {
    Transfer {
        id: id(number),
        tenant: TENANT,
        currency: COIN,
        debtor,
        creditor,
        amount,
        kind: "test",
        object: None,
        actor: None,
        reason: None,
    }
}

/// Why a write did not come to be.
#[derive(Debug, Clone)]
pub(crate) struct Failed(pub(crate) Arc<Error>);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl From<store::Error> for Failed {
    fn from(error: store::Error) -> Self {
        Self(Arc::new(error.into()))
    }
}
