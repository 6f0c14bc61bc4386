//! Many sockets at once.

use std::collections::BTreeMap;

use domain::Clock as _;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::{
    Finding,
    figures::Times,
    line::{Line, Target},
};
use crate::cli::Failure;

/// So many handshakes go on at the same time.
const HANDSHAKES: usize = 64;

/// What became of the sockets.
#[derive(Serialize)]
pub(super) struct Crowd {
    mode: &'static str,
    url: String,
    asked: u32,
    opened: u32,
    /// Why sockets did not open, and how many.
    failures: BTreeMap<String, u32>,
    /// How many opened in a second.
    connects_per_second: f64,
    /// From the first byte to the end of the handshake.
    connect: Times,
    /// From the first byte to the first frame.
    first_frame: Times,
}

impl Finding for Crowd {
    fn lines(&self) -> Vec<String> {
        let Self { url, asked, opened, connects_per_second, .. } = self;
        let mut lines = vec![
            format!("{url}: {opened} of {asked} sockets open at once"),
            format!("{connects_per_second} connections a second"),
            self.connect.line("connect"),
            self.first_frame.line("first frame"),
        ];
        let failures = self.failures.iter();
        lines.extend(failures.map(|(why, count)| format!("{count} did not open: {why}")));
        lines
    }

    fn wrong(&self) -> Option<String> {
        (self.opened < self.asked).then(|| "not every socket opened and was spoken to".to_owned())
    }
}

struct Opened<'a> {
    line: Line<'a>,
    connect_ms: f64,
    first_frame_ms: f64,
}

async fn open(target: &Target) -> anyhow::Result<Opened<'_>> {
    let began = target.clock.monotonic();
    let mut line = target.open().await?;
    let connect_ms = target.millis_since(began);
    line.next().await?;
    Ok(Opened { line, connect_ms, first_frame_ms: target.millis_since(began) })
}

/// Opens `count` sockets and keeps all of them until the last is open.
pub(super) async fn measure(target: &Target, count: u32) -> Result<Crowd, Failure> {
    let began = target.clock.monotonic();
    let mut opening = stream::iter(0..count).map(|_| open(target)).buffer_unordered(HANDSHAKES);
    let (mut lines, mut failures) = (Vec::new(), BTreeMap::new());
    let (mut connects, mut first_frames) = (Vec::new(), Vec::new());
    while let Some(outcome) = opening.next().await {
        match outcome {
            Ok(Opened { line, connect_ms, first_frame_ms }) => {
                lines.push(line);
                connects.push(connect_ms);
                first_frames.push(first_frame_ms);
            }
            Err(error) => *failures.entry(format!("{error:#}")).or_default() += 1,
        }
    }
    drop(opening);
    let seconds = target.millis_since(began) / 1_000.0;
    let opened = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let closing = stream::iter(lines).for_each_concurrent(HANDSHAKES, Line::close);
    closing.await;
    Ok(Crowd {
        mode: "concurrent",
        url: target.url.clone(),
        asked: count,
        opened,
        failures,
        connects_per_second: (f64::from(opened) / seconds.max(1e-9)).round(),
        connect: Times::of(connects),
        first_frame: Times::of(first_frames),
    })
}
