//! Some auctions and the accounts of those who bid in them. Whatever is done is judged at once.

use std::marker::PhantomData;

use domain::{Timestamp, UserId};

use super::{
    commands::{self, Command},
    dice::Dice,
    drafts::{BIDDERS, DAWN_MS, Lot},
    judge::{self, Asked},
    laws, ms,
    oracle::{Amendment, Deed, Event, picture},
    tally::Tally,
    user,
};
use crate::model::{
    Act, Amended, Auction, Authority, Bid, Placed, Refusal, Rules, Sale, Standing, Status, Terms,
};

/// How many commands a world is given.
const COMMANDS: usize = 100;

/// Those of the bidders and that of the seller.
const ACCOUNTS: usize = BIDDERS as usize + 1;

/// By what the rules are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watch {
    /// By all there is.
    Everything,
    /// By what holds under any rules.
    Laws,
    /// By what the oracle says.
    Oracle,
}

/// What somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) who: UserId,
    pub(super) balance: i64,
    pub(super) held: i64,
}

/// See the module.
pub(super) struct World<R> {
    pub(super) lots: Vec<Lot>,
    pub(super) accounts: Vec<Account>,
    /// Of all balances.
    total: i64,
    pub(super) at: i64,
    pub(super) dice: Dice,
    pub(super) tally: Tally,
    pub(super) watch: Watch,
    rules: PhantomData<R>,
}

impl<R: Rules> World<R> {
    pub(super) fn new(seed: u64, watch: Watch) -> Self {
        let mut dice = Dice::new(seed);
        let lots = (0..2 + dice.below(2)).map(|_| Lot::new(&mut dice)).collect();
        let balance = |dice: &mut Dice| dice.pick(&[300, 1_000, 3_000]) + dice.below(3_000);
        let accounts = (1..=BIDDERS + 1)
            .map(|number| Account { who: user(number), balance: balance(&mut dice), held: 0 })
            .collect::<Vec<_>>();
        let total = accounts.iter().map(|account| account.balance).sum();
        let (tally, rules) = (Tally::default(), PhantomData);
        Self { lots, accounts, total, at: DAWN_MS, dice, tally, watch, rules }
    }

    /// Lives to the end, or to the first fault.
    pub(super) fn run(&mut self) -> Result<(), String> {
        for _ in 0..COMMANDS {
            let Some(lot) = self.choose() else { break };
            self.at = commands::instant(&mut self.dice, &self.lots[lot], self.at);
            let command = commands::command(&mut self.dice, &self.lots[lot], self.at);
            self.obey(lot, &command).map_err(|why| {
                let Lot { drafted, events, .. } = &self.lots[lot];
                format!("{why}\nat {} {command:?}\n{drafted:?}\n{events:?}", self.at)
            })?;
        }
        if self.dice.one_in(4) { self.retract() } else { Ok(()) }
    }

    /// An auction in which something can still be done; now and then another.
    fn choose(&mut self) -> Option<usize> {
        let choices = self.lots.len() as i64;
        let any = self.dice.below(choices) as usize;
        if self.dice.one_in(32) {
            return Some(any);
        }
        let is_open = |lot: &usize| !self.lots[*lot].is_done();
        (any..self.lots.len()).chain(0..any).find(is_open)
    }

    fn obey(&mut self, lot: usize, command: &Command) -> Result<(), String> {
        match command {
            Command::Bid(who, bid) => self.bid(lot, self.at, *who, bid).map(drop),
            Command::Act(by, act) => self.act(lot, *by, *act),
            Command::Amend(by, to) => self.amend(lot, *by, *to),
            Command::Batch(bids) => self.batch(lot, bids),
        }
    }

    pub(super) fn judges(&self) -> bool {
        self.watch != Watch::Laws
    }

    fn holds_laws(&self) -> bool {
        self.watch != Watch::Oracle
    }

    /// What somebody can spend beside all that is held of them.
    pub(super) fn free(&self, who: UserId) -> i64 {
        let account = self.accounts.iter().find(|account| account.who == who);
        account.map_or(0, |account| account.balance - account.held)
    }

    fn asked(&self, lot: usize, at: i64, who: Option<UserId>) -> Asked<'_> {
        let lot = &self.lots[lot];
        let bidder = who.and_then(|who| lot.bidders.get(&who));
        let free = who.map_or(0, |who| self.free(who));
        Asked { at, bidder, free, log_seq: lot.events.len() as i64 }
    }

    /// One bid, judged.
    pub(super) fn bid(
        &mut self,
        lot: usize,
        at: i64,
        who: UserId,
        bid: &Bid,
    ) -> Result<Result<Placed, Refusal>, String> {
        let asked = self.asked(lot, at, Some(who));
        let Lot { drafted, picture, auction: before, .. } = &self.lots[lot];
        let mut auction = before.clone();
        let answer = auction.bid::<R>(ms(at), (who, asked.bidder), bid, || asked.free);
        if self.judges() {
            let expected = judge::bid((&drafted.terms, picture), who, bid, asked);
            judged(&expected, &answer.map(|placed| placed.max))?;
        }
        self.tally.operations += 1;
        let placed = match answer {
            Ok(placed) => placed,
            Err(refusal) => {
                ensure!(auction == *before, "a refusal changed the auction");
                self.tally.refused(&refusal);
                return Ok(answer);
            }
        };
        if self.holds_laws() {
            laws::of_bid(before, &auction, (ms(at), who), placed)?;
        }
        self.tally.bid(before, &auction, (who, bid), placed);
        self.register(lot, &mut auction, (who, at), placed.max);
        let deed = Deed::Offer { who, max: placed.max, exact: bid.exact };
        self.done(lot, auction, Event { at, deed }, &[])?;
        Ok(answer)
    }

    /// Whoever has bid is known from then on, with their best.
    fn register(&mut self, lot: usize, auction: &mut Auction, (who, at): (UserId, i64), max: i64) {
        let bidders = &mut self.lots[lot].bidders;
        let bidder = bidders.entry(who).or_insert_with(|| auction.newcomer());
        (bidder.best, bidder.best_seq) = (Some(max), Some(auction.log_seq));
        bidder.best_at = Some(ms(at));
    }

    fn act(&mut self, lot: usize, by: Authority, act: Act) -> Result<(), String> {
        let at = self.at;
        let asked = self.asked(lot, at, by.user());
        let Lot { drafted, picture, auction: before, .. } = &self.lots[lot];
        let mut auction = before.clone();
        let answer = auction.act::<R>(ms(at), (by, asked.bidder), act, || asked.free);
        if self.judges() {
            let reasons = judge::act((&drafted.terms, picture), by, act, asked);
            let expected = if reasons.is_empty() { Ok(()) } else { Err(reasons) };
            judged(&expected, &answer.as_ref().map(drop).map_err(|refusal| *refusal))?;
        }
        self.tally.operations += 1;
        let sales = match answer {
            Ok(sales) => sales,
            Err(refusal) => {
                ensure!(auction == *before, "a refusal changed the auction");
                self.tally.refused(&refusal);
                return Ok(());
            }
        };
        if self.holds_laws() {
            laws::of_act(before, &auction, (ms(at), act), &sales)?;
        }
        self.tally.act(before, &auction, act);
        self.done(lot, auction, Event { at, deed: deed(by, act) }, &sales)
    }

    fn amend(&mut self, lot: usize, by: Authority, to: Amendment) -> Result<(), String> {
        let Lot { drafted, picture, auction: before, .. } = &self.lots[lot];
        let terms = Terms { start: to.start, reserve: to.reserve, ..(*before.terms).clone() };
        let (starts_at, ends_at) = (ms(to.starts_at), ms(to.ends_at));
        let amended = Amended { terms, starts_at, ends_at, hard_end: before.hard_end };
        let mut auction = before.clone();
        let answer = auction.amend::<R>(ms(self.at), by, amended);
        if self.judges() {
            let reasons = judge::amendment((&drafted.terms, picture), by, (self.at, to));
            judged(&if reasons.is_empty() { Ok(()) } else { Err(reasons) }, &answer)?;
        }
        self.tally.operations += 1;
        if let Err(refusal) = answer {
            ensure!(auction == *before, "a refusal changed the auction");
            self.tally.refused(&refusal);
            return Ok(());
        }
        if self.holds_laws() {
            laws::of_amendment(before, &auction)?;
        }
        self.tally.amendment(before, &auction);
        self.done(lot, auction, Event { at: self.at, deed: Deed::Amend(to) }, &[])
    }

    /// Writes down what was done, moves the funds and looks whether everything is right.
    fn done(
        &mut self,
        lot: usize,
        auction: Auction,
        event: Event,
        sales: &[Sale],
    ) -> Result<(), String> {
        let before = std::mem::replace(&mut self.lots[lot].auction, auction);
        let this = &mut self.lots[lot];
        this.events.push(event);
        let after = &this.auction;
        for (auction, sign) in [(&before, -1), (after, 1)] {
            for Standing { bidder, .. } in &auction.board {
                let account = self.accounts.iter_mut().find(|account| account.who == *bidder);
                account.expect("who bids has one").held += sign * auction.held_of(*bidder);
            }
        }
        for sale in sales {
            for account in &mut self.accounts {
                let is_buyer = i64::from(account.who == sale.bidder);
                let is_seller = i64::from(account.who == after.terms.seller);
                account.balance += sale.amount * (is_seller - is_buyer);
            }
        }
        if self.watch != Watch::Laws {
            this.picture = picture(&this.drafted, &this.events);
            laws::of_likeness::<R>(&this.picture, &this.auction)?;
            let sold = sales.iter().map(|sale| (sale.bidder, sale.amount));
            let is_sale = this.picture.status == Status::Sold;
            ensure!(!is_sale || sold.eq(this.picture.winners.iter().copied()), "winners");
        }
        if self.watch == Watch::Oracle {
            return Ok(());
        }
        if matches!(event.deed, Deed::Offer { .. }) {
            laws::of_lead(&this.events, &this.auction)?;
        }
        self.funds()
    }

    /// What is held is what those who lead have offered, nobody is overdrawn, nothing is lost.
    fn funds(&self) -> Result<(), String> {
        let holding =
            [Status::Live, Status::Paused, Status::AwaitingSeller, Status::AwaitingBidder];
        let mut led = [0; ACCOUNTS];
        for lot in self.lots.iter().filter(|lot| holding.contains(&lot.auction.status)) {
            for standing in &lot.auction.board {
                let owns = |account: &Account| account.who == standing.bidder;
                led[self.accounts.iter().position(owns).expect("who bids has one")] += standing.max;
            }
        }
        let mut total = 0;
        for (account, led) in self.accounts.iter().zip(led) {
            ensure!(account.held == led, "{led} is led by {account:?}");
            ensure!(account.balance >= account.held, "overdrawn: {account:?}");
            total += account.balance;
        }
        ensure!(total == self.total, "{} has become {total}", self.total);
        Ok(())
    }
}

/// Whether an answer is one of those that had to come.
fn judged<T: PartialEq + std::fmt::Debug>(
    expected: &Result<T, Vec<Refusal>>,
    answer: &Result<T, Refusal>,
) -> Result<(), String> {
    let is_right = match (expected, answer) {
        (Ok(expected), Ok(answer)) => expected == answer,
        (Err(reasons), Err(refusal)) => reasons.contains(refusal),
        _ => false,
    };
    ensure!(is_right, "judged: {answer:?} in place of {expected:?}");
    Ok(())
}

fn deed(by: Authority, act: Act) -> Deed {
    match act {
        Act::Publish => Deed::Publish,
        Act::Start => Deed::Start,
        Act::BuyNow => Deed::Buy { who: by.user().unwrap_or(user(0)) },
        Act::Pause { as_of } => Deed::Pause { as_of: as_of.map(Timestamp::as_millis) },
        Act::Resume => Deed::Resume,
        Act::Extend { ends_at } => Deed::Extend { ends_at: ends_at.as_millis() },
        Act::Cancel => Deed::Cancel,
        Act::Close => Deed::Close,
        Act::Accept => Deed::Accept,
        Act::Counter { amount } => Deed::Counter { amount },
        Act::Reject => Deed::Reject,
        Act::Expire => Deed::Expire,
        Act::Settle => Deed::Settle,
        Act::Default => Deed::Default,
    }
}
