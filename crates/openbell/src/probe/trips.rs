//! Messages there and back.

use std::{collections::VecDeque, time::Duration};

use domain::Clock as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Finding,
    figures::Times,
    line::{Line, Target, refusal},
};
use crate::cli::Failure;

/// So many are on their way at the same time: more than one, so that their order shows.
const IN_FLIGHT: usize = 4;

/// What is sent there and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trip {
    Echo,
    Ping,
}

impl Trip {
    const fn word(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Ping => "ping",
        }
    }

    /// How many may go at once, and the pause before each that follows: a little less than the
    /// server allows, so that its patience is not tried.
    const fn pace(self) -> (u32, Duration) {
        match self {
            Self::Echo => (150, Duration::from_millis(25)),
            Self::Ping => (40, Duration::from_millis(250)),
        }
    }

    /// The frame with this number. Its message is of the kind that is easily changed on the way.
    fn frame(self, number: u32) -> Value {
        match self {
            Self::Echo => json!({ "type": "echo", "id": number, "message": message(number) }),
            Self::Ping => json!({ "type": "ping", "id": number, "t0": number }),
        }
    }

    /// Whether this is the answer, and what of it has to be as it was sent.
    fn answers(self, frame: &Value, number: u32) -> bool {
        match self {
            Self::Echo => frame["message"] == message(number),
            Self::Ping => frame["t0"] == number,
        }
    }
}

fn message(number: u32) -> Value {
    json!({ "number": number, "text": "\u{1F514} \"ring\" \\ \u{2028}", "nested": [[{}], null] })
}

/// What became of the messages.
#[derive(Serialize)]
pub(super) struct Trips {
    mode: &'static str,
    url: String,
    sent: u32,
    received: u32,
    lost: u32,
    out_of_order: u32,
    changed: u32,
    /// How often the server asked for a pause.
    rate_limited: u32,
    /// Why it ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    round_trip: Times,
}

impl Finding for Trips {
    fn lines(&self) -> Vec<String> {
        let Self { mode, url, sent, received, lost, out_of_order, changed, .. } = self;
        let mut lines = vec![
            format!("{mode} on {url}: {sent} sent, {received} came back"),
            format!("{lost} lost, {out_of_order} out of order, {changed} changed"),
        ];
        if self.rate_limited > 0 {
            lines.push(format!("the server asked {} times for a pause", self.rate_limited));
        }
        lines.push(self.round_trip.line("round trip"));
        lines
    }

    fn wrong(&self) -> Option<String> {
        if let Some(ended) = &self.ended {
            return Some(format!("it ended early: {ended}"));
        }
        let wrong = self.lost + self.out_of_order + self.changed;
        (wrong > 0).then(|| "not every message came back as it was sent, in order".to_owned())
    }
}

/// A message on its way.
struct Sent {
    number: u32,
    at: Duration,
}

struct Run<'a> {
    target: &'a Target,
    line: Line<'a>,
    trip: Trip,
    on_the_way: VecDeque<Sent>,
    times: Vec<f64>,
    found: Trips,
}

/// Sends `count` messages and waits for each.
pub(super) async fn measure(target: &Target, trip: Trip, count: u32) -> Result<Trips, Failure> {
    let found = Trips {
        mode: trip.word(),
        url: target.url.clone(),
        sent: 0,
        received: 0,
        lost: 0,
        out_of_order: 0,
        changed: 0,
        rate_limited: 0,
        ended: None,
        round_trip: Times::default(),
    };
    let line = target.open().await?;
    let on_the_way = VecDeque::with_capacity(IN_FLIGHT);
    let mut run = Run { target, line, trip, on_the_way, times: Vec::new(), found };
    match run.all(count).await {
        Ok(()) => {}
        // Where the socket knows no such frame nothing was measured.
        Err(Stop::Refused(failure)) => return Err(failure),
        Err(Stop::Ended(error)) => run.found.ended = Some(format!("{error:#}")),
    }
    let Run { line, on_the_way, times, mut found, .. } = run;
    if found.ended.is_none() {
        line.close().await;
    }
    found.lost = u32::try_from(on_the_way.len()).unwrap_or(u32::MAX);
    found.round_trip = Times::of(times);
    Ok(found)
}

enum Stop {
    Refused(Failure),
    Ended(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Ended(error)
    }
}

impl Run<'_> {
    async fn all(&mut self, count: u32) -> Result<(), Stop> {
        let (burst, pause) = self.trip.pace();
        for number in 0..count {
            while self.on_the_way.len() >= IN_FLIGHT {
                self.receive().await?;
            }
            if number >= burst {
                self.pause(pause).await?;
            }
            self.send(number).await?;
        }
        while !self.on_the_way.is_empty() {
            self.receive().await?;
        }
        Ok(())
    }

    async fn send(&mut self, number: u32) -> anyhow::Result<()> {
        let at = self.target.clock.monotonic();
        self.line.send(&self.trip.frame(number)).await?;
        self.on_the_way.push_back(Sent { number, at });
        self.found.sent = self.found.sent.max(number + 1);
        Ok(())
    }

    /// Waits, and takes what comes meanwhile: an answer is there when it comes.
    async fn pause(&mut self, pause: Duration) -> Result<(), Stop> {
        let answers = self.answers();
        let mut over = self.target.clock.sleep(pause);
        loop {
            let frame = tokio::select! {
                frame = self.line.expect(&answers), if !self.on_the_way.is_empty() => frame?,
                () = &mut over => return Ok(()),
            };
            self.take(&frame).await?;
        }
    }

    async fn receive(&mut self) -> Result<(), Stop> {
        let frame = self.line.expect(&self.answers()).await?;
        self.take(&frame).await
    }

    const fn answers(&self) -> [&'static str; 2] {
        match self.trip {
            Trip::Echo => ["echo", "error"],
            Trip::Ping => ["pong", "error"],
        }
    }

    async fn take(&mut self, frame: &Value) -> Result<(), Stop> {
        let [answer, _] = self.answers();
        let number = frame["id"].as_u64();
        let place = self.on_the_way.iter().position(|sent| Some(u64::from(sent.number)) == number);
        let Some(sent) = place.and_then(|place| self.on_the_way.remove(place)) else {
            // Not ours, or an answer that came twice.
            self.found.out_of_order += u32::from(frame["type"] == answer);
            return if frame["type"] == "error" {
                Err(Stop::Refused(refusal(frame)))
            } else {
                Ok(())
            };
        };
        if frame["type"] == "error" {
            return self.again(sent.number, frame).await;
        }
        self.times.push(self.target.millis_since(sent.at));
        self.found.received += 1;
        self.found.out_of_order += u32::from(place != Some(0));
        self.found.changed += u32::from(!self.trip.answers(frame, sent.number));
        Ok(())
    }

    /// Sends a message again that the server had no time for.
    async fn again(&mut self, number: u32, frame: &Value) -> Result<(), Stop> {
        let Some(wait_ms) = frame["retry_after_ms"].as_u64() else {
            return Err(Stop::Refused(refusal(frame)));
        };
        self.found.rate_limited += 1;
        let pause = self.target.clock.sleep(Duration::from_millis(wait_ms));
        self.target.in_time(pause).await?;
        Ok(self.send(number).await?)
    }
}
