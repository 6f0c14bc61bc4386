//! Figures for Prometheus: one recorder for the process, one list of names.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Requests answered, by `method`, `route` and class of `status`.
pub const HTTP_REQUESTS: &str = "openbell_http_requests_total";
/// How long requests took, in seconds, by `method` and `route`.
pub const HTTP_SECONDS: &str = "openbell_http_request_seconds";
/// Connections that found no place, and were closed at once.
pub const CONNECTIONS_REFUSED: &str = "openbell_connections_refused_total";
/// How often the clock was found to be off by more than two seconds.
pub(crate) const CLOCK_JUMPS: &str = "openbell_clock_jumps_total";
/// By how much it was off then, in seconds: above 0 it was behind. 0 when it is right.
pub(crate) const CLOCK_OFF: &str = "openbell_clock_off_seconds";
/// Memory of the process that is in RAM, in bytes; Linux only.
pub const RESIDENT_BYTES: &str = "openbell_process_resident_bytes";

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution in buckets.
    Histogram,
}

/// One figure that `/metrics` may show.
#[derive(Debug)]
pub struct Metric {
    /// Its name, with the unit at the end.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// What it counts, and by which labels.
    pub about: &'static str,
}

const fn metric(name: &'static str, kind: MetricKind, about: &'static str) -> Metric {
    Metric { name, kind, about }
}

/// Every figure of the house, by name.
pub static METRICS: &[Metric] = {
    use MetricKind::{Counter, Gauge, Histogram};
    &[
        metric("openbell_auctions_batch_size", Histogram, "Bids decided together"),
        metric("openbell_auctions_batches_total", Counter, "Batches of bids, by how they went"),
        metric("openbell_auctions_bid_seconds", Histogram, "From receipt of a bid to its decision"),
        metric("openbell_auctions_bids_total", Counter, "Bids, by whether they were taken"),
        metric("openbell_auctions_checks_total", Counter, "Checks of auctions and accounts"),
        metric("openbell_auctions_wrong", Gauge, "What the last check found wrong"),
        metric("openbell_broker_connected", Gauge, "Whether Redis is connected: 1 or 0"),
        metric("openbell_broker_connects_total", Counter, "Connections made to Redis"),
        metric("openbell_broker_dropped_total", Counter, "Messages to other nodes not sent"),
        metric("openbell_broker_received_total", Counter, "Messages of other nodes"),
        metric("openbell_broker_sent_total", Counter, "Messages that Redis has taken"),
        metric("openbell_broker_skipped_total", Counter, "Messages that were not understood"),
        metric(CLOCK_JUMPS, Counter, "Times the clock was found off by more than 2 s"),
        metric(CLOCK_OFF, Gauge, "By how much the clock was off then; 0 when it is right"),
        metric(CONNECTIONS_REFUSED, Counter, "Connections closed at once: too many were open"),
        metric(HTTP_SECONDS, Histogram, "Time to answer, by method and route"),
        metric(HTTP_REQUESTS, Counter, "Requests by method, route and status class"),
        metric("openbell_hub_connections", Gauge, "Open WebSocket connections"),
        metric("openbell_hub_deliveries_total", Counter, "Frames put into connections' queues"),
        metric("openbell_hub_queue_bytes", Gauge, "Bytes that wait to be written"),
        metric("openbell_hub_repairs_total", Counter, "Gaps read from the journal"),
        metric("openbell_hub_resyncs_total", Counter, "Ranges announced as missing"),
        metric("openbell_hub_topics", Gauge, "Topics with at least one subscriber"),
        metric(RESIDENT_BYTES, Gauge, "Memory in RAM; Linux only"),
        metric("openbell_reaction_dead_letters_total", Counter, "Events given up, by reaction"),
        metric("openbell_reaction_events_total", Counter, "Events taken, by reaction"),
        metric("openbell_reaction_lag_events", Gauge, "Events not yet taken, by reaction"),
        metric("openbell_store_group_size", Histogram, "Writes committed together on SQLite"),
    ]
};

/// Buckets of times, in seconds: from half a millisecond to the longest request.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Buckets of counts.
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Installs the recorder of the process, once; later calls do nothing, so that many apps can live
/// in one test process. Figures counted before the first call are lost.
pub fn install() {
    handle();
}

/// All figures in Prometheus' text form.
pub fn render() -> String {
    let handle = handle();
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!(RESIDENT_BYTES).set(bytes as f64);
    }
    handle.render()
}

/// Folds what histograms gathered into their buckets. To be called every few seconds: between two
/// scrapes they would grow with every value.
pub fn upkeep() {
    handle().run_upkeep();
}

fn handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = builder().build_recorder();
        let handle = recorder.handle();
        // Somebody else's recorder in this process keeps its place; ours then shows nothing.
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed: /metrics stays empty");
        }
        describe();
        handle
    })
}

fn builder() -> PrometheusBuilder {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, SECONDS)
        .and_then(|builder| builder.set_buckets(COUNTS))
        // An error is an empty list of buckets, which these are not.
        .unwrap_or_default()
}

fn describe() {
    for metric in METRICS {
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, metric.about),
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.about),
            MetricKind::Histogram => metrics::describe_histogram!(metric.name, metric.about),
        }
    }
}

/// Memory of the process that is in RAM, in bytes; none where the system does not tell.
#[cfg(target_os = "linux")]
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    resident_in(&status)
}

/// Memory of the process that is in RAM, in bytes; none where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn resident_bytes() -> Option<u64> {
    None
}

/// `VmRSS` is in kibibytes whatever the page size, which `statm` is not.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux has it"))]
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_named_alike() {
        let names: Vec<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for metric in METRICS {
            assert!(metric.name.starts_with("openbell_"), "{}", metric.name);
            let total = metric.name.ends_with("_total");
            assert_eq!(total, metric.kind == MetricKind::Counter, "{}", metric.name);
        }
    }

    #[test]
    fn figures_are_shown_with_their_meaning() {
        install();
        install();
        metrics::counter!(HTTP_REQUESTS, "route" => "/x").increment(2);
        metrics::histogram!(HTTP_SECONDS, "route" => "/x").record(0.003);
        upkeep();
        let text = render();
        for part in [
            "# HELP openbell_http_requests_total Requests by method",
            "openbell_http_requests_total{route=\"/x\"} 2",
            "openbell_http_request_seconds_bucket{route=\"/x\",le=\"0.005\"} 1",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(text.contains(RESIDENT_BYTES), cfg!(target_os = "linux"));
    }

    #[test]
    fn resident_memory() {
        let status = "Name:\topenbell\nVmRSS:\t    2048 kB\nThreads:\t3\n";
        assert_eq!(resident_in(status), Some(2_097_152));
        assert_eq!(resident_in("Name:\tx\n"), None);
    }
}
