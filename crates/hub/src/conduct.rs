//! How a client behaves: how much it asks for, and how often it breaks the protocol.

use std::{collections::VecDeque, time::Duration};

use crate::{
    HubConfig, Rate,
    rates::{Bucket, Rates},
};

/// A class of verbs with a rate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Subscribe,
    History,
    Verb,
    Presence,
    Ping,
    /// Pings and pongs of WebSocket itself.
    Control,
}

const CLASSES: usize = 6;

impl Class {
    fn rate(self, rates: &Rates) -> Rate {
        match self {
            Self::Subscribe => rates.subscribe,
            Self::History => rates.history,
            Self::Verb => rates.verbs,
            Self::Presence => rates.presence,
            Self::Ping => rates.ping,
            Self::Control => rates.control,
        }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is done.
    Fine,
    /// Too fast: it is not done, and may come again after so long.
    Wait(Duration),
    /// It has been too fast for too long.
    Close,
}

/// One connection's conduct.
#[derive(Default)]
pub(crate) struct Conduct {
    buckets: [Bucket; CLASSES],
    /// When the present stretch of too much began and when it was last too much.
    over: Option<(Duration, Duration)>,
    /// Requests that were refused in this stretch.
    refused: u32,
    faults: VecDeque<Duration>,
}

impl Conduct {
    /// Takes one of a class; or says how long to wait for it, which does not count as too much.
    pub(crate) fn take(
        &mut self,
        class: Class,
        now: Duration,
        config: &HubConfig,
    ) -> Result<(), Duration> {
        self.buckets[class as usize].take(class.rate(&config.rates), now)
    }

    /// Counts a request.
    pub(crate) fn ask(&mut self, class: Class, now: Duration, config: &HubConfig) -> Verdict {
        let Err(wait) = self.take(class, now, config) else {
            return Verdict::Fine;
        };
        let began = match self.over {
            Some((began, last)) if now - last < config.fault_window => began,
            _ => {
                self.refused = 0;
                now
            }
        };
        self.over = Some((began, now));
        self.refused += 1;
        if now - began >= config.rate_patience || self.refused >= config.max_rate_refusals {
            return Verdict::Close;
        }
        Verdict::Wait(wait)
    }

    /// Counts a protocol fault. Returns whether there were too many of them.
    pub(crate) fn fault(&mut self, now: Duration, config: &HubConfig) -> bool {
        while self.faults.front().is_some_and(|at| now - *at >= config.fault_window) {
            self.faults.pop_front();
        }
        self.faults.push_back(now);
        self.faults.len() >= config.max_faults
    }
}
