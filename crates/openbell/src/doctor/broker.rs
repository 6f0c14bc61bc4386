//! The Redis that connects several nodes, where one is configured.

use domain::SharedClock;
use hub::probe_redis;
use kit::Config;

use super::{ANSWER_LIMIT, Check};

const NAME: &str = "redis";
/// The oldest that is tested with.
const RELEASE: (u32, u32) = (7, 0);

pub(super) async fn look(config: &Config, clock: &SharedClock) -> Option<Check> {
    let url = config.redis_url.as_ref()?;
    let place = format!("{url:?}");
    let found = match probe_redis(url.expose(), clock, ANSWER_LIMIT).await {
        Ok(found) => found,
        Err(error) => {
            let advice = "see whether it runs and whether REDIS_URL is right; until then nodes \
                          hear of each other by the database, a little later";
            return Some(Check::fail(NAME, format!("{place}: {error}"), advice));
        }
    };
    let trip = found.round_trip.as_secs_f64() * 1_000.0;
    let text = format!("{place}, Redis {}, answers in {trip:.1} ms", found.version);
    Some(if !found.is_writable {
        let advice = "name its master in REDIS_URL";
        Check::fail(NAME, format!("{text}; it is a replica and takes no writes"), advice)
    } else if found.release < RELEASE {
        Check::fail(NAME, text, "move to Redis 7.0 or newer")
    } else {
        Check::ok(NAME, text)
    })
}
