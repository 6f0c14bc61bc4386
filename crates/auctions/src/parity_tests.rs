//! The same batches on the memory model, on SQLite, and on PostgreSQL by one statement and by the
//! sure way: equal decisions, equal logs, equal balances.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{Currency, Id, TenantId, Timestamp, UserId};
use kit::Ctx;
use ledger::{Balance, Party, Transfer, transfer, transfer_id};
use proptest::test_runner::{RngAlgorithm, TestRng};
use store::{Class, Tx, args};
use testkit::{Database, TestApp};
use uuid::Uuid;

use crate::{
    act::{Asked, act},
    lanes::see,
    model::{
        Act, Answer, Auction, Authority, Bid, Bidder, Entry, Increments, LogEntry, Order, Preset,
        Refusal, Retraction, Standard, Terms, place,
    },
    place_bid::{Batch, Committed, Decision, Seen, commit},
    rows::{Logged, Lot, Participant},
    sql,
};

const TENANT: TenantId = TenantId::DEFAULT;
const BATCHES: usize = 60;

fn id(number: u128) -> Id {
    Id::from_uuid(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + number))
}

fn user(number: u64) -> UserId {
    UserId::from_uuid(id(u128::from(number) + 100).as_uuid())
}

/// Dice whose seed is the same everywhere.
struct Dice(TestRng);

impl Dice {
    fn new(seed: u8) -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    }

    fn below(&mut self, end: u64) -> u64 {
        use proptest::prelude::Rng as _;
        self.0.next_u64() % end
    }
}

fn terms(places: u32) -> Terms {
    Terms {
        currency: Currency::Coin,
        seller: user(99),
        start: 100,
        reserve: (places == 1).then_some(700),
        buy_now: None,
        buy_now_until: crate::model::BuyNowUntil::FirstBid,
        increments: Increments::standard(Currency::Coin),
        places,
        exact_bids: places == 1,
        soft_close: Preset::Property.soft_close(),
        decide_ms: None,
        entry: Entry::Open,
        retraction: Retraction::Off,
    }
}

/// Batches of bids by ten people, some of whom are poor; some bids come twice, some keys are used
/// for two bids.
fn batches(seed: u8, began: Timestamp) -> Vec<Vec<Order>> {
    let mut dice = Dice::new(seed);
    let mut at = began;
    let mut sent: Vec<Order> = Vec::new();
    let mut level = 100;
    let batch = |_| {
        let mut batch = Vec::new();
        for _ in 0..=dice.below(12) {
            at = at.plus(std::time::Duration::from_millis(dice.below(4_000)));
            if dice.below(8) == 0 && !sent.is_empty() {
                let place = usize::try_from(dice.below(sent.len() as u64)).unwrap();
                let mut again = Order { at, ..sent[place].clone() };
                again.fingerprint += i64::from(dice.below(4) == 0);
                batch.push(again);
                continue;
            }
            level += i64::try_from(dice.below(25)).unwrap();
            let max = level + i64::try_from(dice.below(120)).unwrap() - 40;
            let order = Order {
                bidder: user(dice.below(10)),
                bid: Bid {
                    max: max.max(1),
                    exact: dice.below(10) == 0,
                    if_log_seq: None,
                    max_accept: (dice.below(4) == 0).then_some(max + 60),
                },
                at,
                key: format!("key-{}", sent.len()),
                fingerprint: i64::try_from(sent.len()).unwrap(),
            };
            sent.push(order.clone());
            batch.push(order);
        }
        batch
    };
    (0..BATCHES).map(batch).collect()
}

fn coins_of(number: u64) -> i64 {
    if number < 2 { 300 } else { 100_000 }
}

/// What was decided, what is in the log, and what people have.
#[derive(Debug, PartialEq)]
struct Outcome {
    decisions: Vec<Vec<Result<Answer, String>>>,
    auction: Auction,
    log: Vec<LogEntry>,
    bidders: BTreeMap<UserId, Bidder>,
    held: BTreeMap<UserId, i64>,
}

fn told(decision: &Decision) -> Result<Answer, String> {
    match decision {
        Decision::Taken(answer) => Ok(*answer),
        Decision::Refused(refusal) => Err(refusal.to_string()),
        other => Err(format!("{other:?}")),
    }
}

/// The memory model: the rules, a map of balances, a map of keys.
struct Model {
    auction: Auction,
    bidders: BTreeMap<UserId, Bidder>,
    held: BTreeMap<UserId, i64>,
    keys: HashMap<(UserId, String), (i64, Answer)>,
    log: Vec<LogEntry>,
}

impl Model {
    fn decide(&mut self, orders: &[Order]) -> Vec<Result<Answer, String>> {
        let mut decisions = Vec::new();
        // One at a time: a batch must not differ from that but for keys that it has twice.
        let mut refused: HashMap<(UserId, String), (i64, Refusal)> = HashMap::new();
        for order in orders {
            let key = (order.bidder, order.key.clone());
            let reused = || Err(format!("{:?}", Decision::KeyReused));
            if let Some((print, answer)) = self.keys.get(&key) {
                decisions.push(if *print == order.fingerprint { Ok(*answer) } else { reused() });
                continue;
            }
            if let Some((print, refusal)) = refused.get(&key) {
                let same = *print == order.fingerprint;
                decisions.push(if same { Err(refusal.to_string()) } else { reused() });
                continue;
            }
            let held = &self.held;
            let number = |who: UserId| (0..10).find(|n| user(*n) == who).unwrap();
            let available =
                |who| coins_of(number(who)) - held.get(&who).copied().unwrap_or_default();
            let one = std::slice::from_ref(order);
            let plan = place::<Standard>(&self.auction, &self.bidders, one, available);
            match plan.answers[0] {
                Ok(answer) => drop(self.keys.insert(key, (order.fingerprint, answer))),
                Err(refusal) => drop(refused.insert(key, (order.fingerprint, refusal))),
            }
            decisions.push(plan.answers[0].map_err(|refusal| refusal.to_string()));
            self.auction = plan.auction;
            self.bidders.extend(plan.bidders);
            self.log.extend(plan.entries);
            for (who, need) in plan.needs {
                *self.held.entry(who).or_default() += need.delta;
            }
        }
        decisions
    }
}

/// How a store commits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// On what is remembered, where the database can do that.
    AtOnce,
    /// In a transaction that holds the auction.
    Locked,
}

struct Bench {
    app: TestApp,
    auction: Id,
}

impl Bench {
    async fn new(database: Database, places: u32) -> Self {
        let app = TestApp::start(database, vec![crate::module()]).await;
        let auction = id(1);
        let bench = Self { app, auction };
        let terms = terms(places);
        let text = serde_json::to_string(&terms).unwrap();
        let began = bench.ctx().now();
        let ends = began.plus(std::time::Duration::from_secs(700));
        let write = async move |tx: &Tx| {
            let row = args![
                auction,
                TENANT,
                terms.seller,
                "A lamp",
                "a lamp",
                "",
                None::<String>,
                text.as_str(),
                "draft",
                // Begun by hand below, before the sweep would do it.
                ends.minus(std::time::Duration::from_secs(1)),
                ends,
                None::<Timestamp>,
                terms.start,
                began,
            ];
            tx.exec(&sql::INSERT, &row).await?;
            for number in 0..10 {
                let grant = Transfer {
                    id: transfer_id("grant", auction, number),
                    tenant: TENANT,
                    currency: Currency::Coin,
                    debtor: Party::Issuer,
                    creditor: Party::User(user(number)),
                    amount: coins_of(number),
                    kind: "grant",
                    object: None,
                    actor: None,
                    reason: None,
                };
                transfer(tx, &grant).await.unwrap();
            }
            Ok::<_, store::Error>(())
        };
        bench.ctx().store().write(Class::Interactive, write).await.unwrap();
        for what in [Act::Publish, Act::Start] {
            let asked =
                Asked { by: Authority::Operator(user(50)), ..Asked::by_timer(TENANT, auction) };
            act(bench.ctx(), asked, what).await.unwrap();
        }
        bench
    }

    fn ctx(&self) -> &Ctx {
        self.app.ctx()
    }

    async fn lot(&self) -> Lot {
        self.ctx().store().one(&sql::LOT, &args![self.auction]).await.unwrap()
    }

    /// Commits the batches; how many went by one statement.
    async fn run(&self, batches: &[Vec<Order>], way: Way) -> (Outcome, usize) {
        let (mut decisions, mut at_once) = (Vec::new(), 0);
        let mut seen: Option<Arc<Seen>> = None;
        for orders in batches {
            if way == Way::AtOnce && seen.is_none() {
                seen = see(self.ctx(), self.auction).await.unwrap().map(Arc::new);
            }
            let orders = orders.iter().map(|order| (TENANT, order.clone())).collect();
            let batch = Arc::new(Batch { auction: self.auction, orders });
            let done: Committed =
                commit(self.ctx(), &batch, seen.as_ref()).await.unwrap().expect("an auction");
            decisions.push(done.answers.iter().map(told).collect());
            at_once += usize::from(done.was_at_once);
            seen = seen.filter(|_| !done.was_overtaken).map(|seen| {
                let mut seen = Arc::unwrap_or_clone(seen);
                seen.lot = done.lot.clone();
                seen.bidders.extend(done.bidders.clone());
                Arc::new(seen)
            });
        }
        (self.outcome(decisions).await, at_once)
    }

    async fn outcome(&self, decisions: Vec<Vec<Result<Answer, String>>>) -> Outcome {
        let auction = self.auction;
        let read = async move |tx: &Tx| {
            let log: Vec<Logged> = tx.all(&sql::LOG_AFTER, &args![auction, 2, 10_000]).await?;
            let people: Vec<Participant> = tx.all(&sql::BIDDERS, &args![auction]).await?;
            Ok::<_, store::Error>((log, people))
        };
        let (log, people) = self.ctx().store().read(read).await.unwrap();
        let lock = async move |tx: &Tx| {
            let unbalanced = ledger::unbalanced(tx).await?;
            assert_eq!(unbalanced, [""; 0], "the balances add up to nothing");
            ledger::lock(tx, TENANT, Currency::Coin, (0..10).map(user)).await
        };
        let balances: BTreeMap<UserId, Balance> =
            self.ctx().store().write(Class::Interactive, lock).await.unwrap();
        let held = balances.into_iter().filter(|(_, balance)| balance.held != 0);
        Outcome {
            decisions,
            auction: self.lot().await.auction,
            log: log.into_iter().map(|logged| logged.entry).collect(),
            bidders: people.into_iter().map(|person| (person.user, person.bidder)).collect(),
            held: held.map(|(who, balance)| (who, balance.held)).collect(),
        }
    }
}

async fn model(bench: &Bench, batches: &[Vec<Order>]) -> Outcome {
    let auction = bench.lot().await.auction;
    let mut model = Model {
        auction,
        bidders: BTreeMap::new(),
        held: BTreeMap::new(),
        keys: HashMap::new(),
        log: Vec::new(),
    };
    let decisions = batches.iter().map(|orders| model.decide(orders)).collect();
    model.held.retain(|_, held| *held != 0);
    let Model { auction, bidders, held, log, .. } = model;
    Outcome { decisions, auction, log, bidders, held }
}

/// Says where two outcomes part.
fn same(found: Outcome, expected: &Outcome, way: &str) {
    for (number, (found, expected)) in found.decisions.iter().zip(&expected.decisions).enumerate() {
        assert_eq!(found, expected, "{way}: batch {number}");
    }
    assert_eq!(found, *expected, "{way}");
}

async fn compare(seed: u8, places: u32) {
    let sqlite = Bench::new(Database::Sqlite, places).await;
    let batches = batches(seed, sqlite.ctx().now());
    let expected = model(&sqlite, &batches).await;
    let taken = expected.log.len();
    let all: usize = batches.iter().map(Vec::len).sum();
    assert!(taken * 4 > all && taken < all, "{taken} of {all} were taken: both kinds are there");
    assert!(expected.auction.extensions > 0, "the end was moved");
    same(sqlite.run(&batches, Way::Locked).await.0, &expected, "SQLite");
    let remembering = Bench::new(Database::Sqlite, places).await;
    same(remembering.run(&batches, Way::AtOnce).await.0, &expected, "SQLite, with a memory");

    let locked = Bench::new(Database::Postgres, places).await;
    same(locked.run(&batches, Way::Locked).await.0, &expected, "PostgreSQL, locked");
    let at_once = Bench::new(Database::Postgres, places).await;
    let (outcome, by_one_statement) = at_once.run(&batches, Way::AtOnce).await;
    same(outcome, &expected, "PostgreSQL, by one statement");
    // Poor bidders and repeated keys send some of them the other way.
    assert!((10..BATCHES).contains(&by_one_statement), "{by_one_statement} by one statement");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_store_decides_and_writes_as_the_model() {
    compare(1, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_store_does_where_several_win() {
    compare(2, 3).await;
}
