//! What anybody writes first: a transaction for each bid, on SQLite by a connection for each
//! bidder and `BEGIN IMMEDIATE`, on PostgreSQL by a connection for each and `SELECT … FOR UPDATE`.
//! It holds what is bid and lets go of what was outbid, as Openbell does, and prints bids a second.
//!
//! `one-by-one <file or postgres://…> <bidders> <seconds>`

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

const SCHEMA: [&str; 6] = [
    "create table if not exists yard_auctions (id bigint primary key, seq bigint not null,
        price bigint not null, leader bigint not null, held bigint not null)",
    "create table if not exists yard_bids (auction bigint not null, seq bigint not null,
        bidder bigint not null, amount bigint not null, key text not null, at bigint not null,
        primary key (auction, seq))",
    "create unique index if not exists yard_bids_key on yard_bids (bidder, key)",
    "create table if not exists yard_accounts (id bigint primary key, credits bigint not null,
        held bigint not null check (held >= 0), check (credits - held >= 0))",
    "delete from yard_bids",
    "delete from yard_auctions",
];

fn main() {
    let mut args = std::env::args().skip(1);
    let place = args.next().expect("a database");
    let bidders: i64 = args.next().expect("bidders").parse().expect("a number");
    let seconds: f64 = args.next().expect("seconds").parse().expect("a number");
    let time = Duration::from_secs_f64(seconds);
    let rate = if place.starts_with("postgres") {
        postgres(&place, bidders, time)
    } else {
        sqlite(&place, bidders, time)
    };
    println!("{rate:.1}");
}

/// Waits until then.
fn wait(until: Instant) {
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

fn sqlite(file: &str, bidders: i64, time: Duration) -> f64 {
    let open = || {
        let connection = rusqlite::Connection::open(file).expect("a file");
        connection.busy_timeout(Duration::from_secs(60)).expect("a timeout");
        let pragmas = "pragma journal_mode = wal; pragma synchronous = full;";
        connection.execute_batch(pragmas).expect("pragmas");
        connection
    };
    let connection = open();
    for statement in SCHEMA {
        connection.execute(statement, []).expect("the schema");
    }
    connection.execute("insert into yard_auctions values (1, 0, 0, 0, 0)", []).expect("a row");
    for id in 1..=bidders {
        let row = (id, 1_i64 << 45);
        let insert = "insert or replace into yard_accounts values (?1, ?2, 0)";
        connection.execute(insert, row).expect("a row");
    }
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for bidder in 1..=bidders {
            let (open, done, stop) = (&open, &done, &stop);
            scope.spawn(move || {
                let mut connection = open();
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    bid_sqlite(&mut connection, bidder, number).expect("a bid");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        wait(began + time);
        stop.store(true, Ordering::Relaxed);
    });
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

fn bid_sqlite(
    connection: &mut rusqlite::Connection,
    bidder: i64,
    number: i64,
) -> rusqlite::Result<()> {
    let immediate = rusqlite::TransactionBehavior::Immediate;
    let tx = connection.transaction_with_behavior(immediate)?;
    let (seq, price, leader, held): (i64, i64, i64, i64) = tx
        .prepare_cached("select seq, price, leader, held from yard_auctions where id = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let amount = price + 1;
    let mut shift = tx.prepare_cached("update yard_accounts set held = held + ?2 where id = ?1")?;
    if held > 0 {
        shift.execute((leader, -held))?;
    }
    shift.execute((bidder, amount))?;
    drop(shift);
    let insert = "insert into yard_bids values (1, ?1, ?2, ?3, ?4, 0)";
    tx.prepare_cached(insert)?.execute((seq + 1, bidder, amount, format!("key {number}")))?;
    let update = "update yard_auctions set seq = ?1, price = ?2, leader = ?3, held = ?2";
    tx.prepare_cached(update)?.execute((seq + 1, amount, bidder))?;
    tx.commit()
}

fn postgres(url: &str, bidders: i64, time: Duration) -> f64 {
    let open = || postgres::Client::connect(url, postgres::NoTls).expect("a connection");
    let mut connection = open();
    for statement in SCHEMA {
        connection.batch_execute(statement).expect("the schema");
    }
    let row = "insert into yard_auctions values (1, 0, 0, 0, 0)";
    connection.batch_execute(row).expect("a row");
    connection.batch_execute("delete from yard_accounts").expect("empty");
    for id in 1..=bidders {
        let insert = "insert into yard_accounts values ($1, 35184372088832, 0)";
        connection.execute(insert, &[&id]).expect("a row");
    }
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for bidder in 1..=bidders {
            let (open, done, stop) = (&open, &done, &stop);
            scope.spawn(move || {
                let mut connection = open();
                let statements = Statements::of(&mut connection);
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    statements.bid(&mut connection, bidder, number).expect("a bid");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        wait(began + time);
        stop.store(true, Ordering::Relaxed);
    });
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

struct Statements {
    lock: postgres::Statement,
    shift: postgres::Statement,
    insert: postgres::Statement,
    update: postgres::Statement,
}

impl Statements {
    fn of(connection: &mut postgres::Client) -> Self {
        let mut prepare = |text: &str| connection.prepare(text).expect("a statement");
        Self {
            lock: prepare(
                "select seq, price, leader, held from yard_auctions where id = 1 for update",
            ),
            shift: prepare("update yard_accounts set held = held + $2 where id = $1"),
            insert: prepare("insert into yard_bids values (1, $1, $2, $3, $4, 0)"),
            update: prepare(
                "update yard_auctions set seq = $1, price = $2, leader = $3, held = $2",
            ),
        }
    }

    fn bid(
        &self,
        connection: &mut postgres::Client,
        bidder: i64,
        number: i64,
    ) -> Result<(), postgres::Error> {
        let mut tx = connection.transaction()?;
        let row = tx.query_one(&self.lock, &[])?;
        let (seq, price): (i64, i64) = (row.get(0), row.get(1));
        let (leader, held): (i64, i64) = (row.get(2), row.get(3));
        let amount = price + 1;
        if held > 0 {
            tx.execute(&self.shift, &[&leader, &-held])?;
        }
        tx.execute(&self.shift, &[&bidder, &amount])?;
        let key = format!("key {number}");
        tx.execute(&self.insert, &[&(seq + 1), &bidder, &amount, &key])?;
        tx.execute(&self.update, &[&(seq + 1), &amount, &bidder])?;
        tx.commit()
    }
}
