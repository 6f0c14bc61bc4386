//! Cut, come back, and look whether nothing was missed.

use domain::Clock as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Finding,
    figures::Times,
    line::{Line, Target, refusal},
};
use crate::cli::Failure;

/// What became of the connections.
#[derive(Serialize)]
pub(super) struct Resumes {
    mode: &'static str,
    url: String,
    topic: String,
    reconnects: u32,
    recovered: u32,
    /// Events that came in the replies.
    events: u64,
    /// Places where an event was missing or came twice.
    gaps: u64,
    /// Why it ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// From the first byte of the new connection to the first frame.
    connect: Times,
    /// From there to the reply that brings what was missed.
    resume: Times,
}

impl Finding for Resumes {
    fn lines(&self) -> Vec<String> {
        let Self { url, topic, reconnects, recovered, events, gaps, .. } = self;
        vec![
            format!("{topic} on {url}: cut {reconnects} times, {recovered} times recovered"),
            format!("{events} events were missed and brought, {gaps} gaps"),
            self.connect.line("connect"),
            self.resume.line("resume"),
        ]
    }

    fn wrong(&self) -> Option<String> {
        if let Some(ended) = &self.ended {
            return Some(format!("it ended early: {ended}"));
        }
        let lost = self.recovered < self.reconnects || self.gaps > 0;
        lost.then(|| "not every connection was continued where it was cut".to_owned())
    }
}

/// Where the client stands.
struct Place {
    topic: String,
    /// Its events are numbered without gaps.
    is_stream: bool,
    at: u64,
    epoch: String,
    gaps: u64,
}

impl Place {
    /// Takes an event of the topic, live or brought.
    fn take(&mut self, frame: &Value) {
        if let Some(seq) = frame["seq"].as_u64() {
            self.gaps += u64::from(seq != self.at + 1);
            self.at = self.at.max(seq);
        }
    }
}

/// Follows the topic, and cuts the connection `count` times.
pub(super) async fn measure(
    target: &Target,
    topic: Option<String>,
    count: u32,
) -> Result<Resumes, Failure> {
    let (mut line, mut place) = begin(target, topic).await?;
    let (mut connects, mut resumes) = (Vec::new(), Vec::new());
    let mut found = Resumes {
        mode: "reconnect",
        url: target.url.clone(),
        topic: place.topic.clone(),
        reconnects: 0,
        recovered: 0,
        events: 0,
        gaps: 0,
        ended: None,
        connect: Times::default(),
        resume: Times::default(),
    };
    for _ in 0..count {
        // Without a word, as a network does it.
        drop(line);
        found.reconnects += 1;
        match come_back(target, &mut place).await {
            Ok(back) => {
                line = back.line;
                found.recovered += u32::from(back.recovered);
                found.events += back.events;
                connects.push(back.connect_ms);
                resumes.push(back.resume_ms);
            }
            Err(error) => {
                found.ended = Some(format!("{error:#}"));
                break;
            }
        }
    }
    found.gaps = place.gaps;
    found.connect = Times::of(connects);
    found.resume = Times::of(resumes);
    Ok(found)
}

/// The first connection, and where it stands.
async fn begin<'a>(
    target: &'a Target,
    topic: Option<String>,
) -> Result<(Line<'a>, Place), Failure> {
    let mut line = target.open().await?;
    let hello = line.expect(&["connection_established"]).await?;
    let own = hello["user_id"].as_str().map(|user| format!("user:{user}"));
    let asked = topic.is_some();
    let topic = topic.or(own).ok_or_else(|| {
        Failure::usage("nobody is signed in: say which --topic to follow, or bring a token")
    })?;
    if asked {
        line.send(&json!({ "type": "subscribe", "id": "probe", "ch": topic })).await?;
    }
    let subscribed = loop {
        let frame = line.expect(&["subscribed", "error"]).await?;
        if frame["type"] == "error" {
            return Err(refusal(&frame));
        }
        // One's own stream may come first.
        if frame["ch"] == topic.as_str() && (!asked || frame["id"] == "probe") {
            break frame;
        }
    };
    let is_stream = subscribed["seq"].is_u64();
    let at = subscribed["seq"].as_u64().or_else(|| subscribed["version"].as_u64());
    let epoch = subscribed["ep"].as_str().map(str::to_owned);
    let (Some(at), Some(epoch)) = (at, epoch) else {
        let text = format!("{topic} has no position: there is nothing to come back to");
        return Err(Failure::usage(text));
    };
    Ok((line, Place { topic, is_stream, at, epoch, gaps: 0 }))
}

struct Back<'a> {
    line: Line<'a>,
    recovered: bool,
    events: u64,
    connect_ms: f64,
    resume_ms: f64,
}

/// A new connection that goes on by one frame where the last was cut.
async fn come_back<'a>(target: &'a Target, place: &mut Place) -> anyhow::Result<Back<'a>> {
    let began = target.clock.monotonic();
    let mut line = target.open().await?;
    line.expect(&["connection_established"]).await?;
    let connect_ms = target.millis_since(began);
    let asked = target.clock.monotonic();
    let resume = json!({ &place.topic: [place.at, place.epoch] });
    line.send(&json!({ "type": "connect", "id": "probe", "resume": resume })).await?;
    let mut reply = Value::Null;
    loop {
        let frame = line.next().await?;
        if frame["type"] == "ack" && frame["id"] == "probe" {
            break;
        }
        // One's own stream is joined without being asked: the reply that was asked for is the last.
        if frame["ch"] == place.topic.as_str() && frame["type"] == "subscribed" {
            reply = frame;
        }
    }
    let resume_ms = target.millis_since(asked);
    let events = reply["events"].as_array().map_or(&[][..], Vec::as_slice);
    events.iter().for_each(|event| place.take(event));
    let head = reply["seq"].as_u64().or_else(|| reply["version"].as_u64()).unwrap_or(place.at);
    // A stream's reply leads up to its head, event by event; newest values may skip.
    place.gaps += u64::from(place.is_stream && head != place.at);
    place.at = head;
    if let Some(epoch) = reply["ep"].as_str() {
        epoch.clone_into(&mut place.epoch);
    }
    let newer = !place.is_stream && reply["values"].as_array().is_some_and(|v| !v.is_empty());
    let recovered = reply["recovered"] == true || newer;
    Ok(Back { line, recovered, events: events.len() as u64, connect_ms, resume_ms })
}
