//! What the system allows the server.

use kit::Config;
use rustix::process::{Resource, getrlimit};

use super::Check;

const NAME: &str = "open_files";
/// What the server has open beside the connections of others: files, the database's connections,
/// requests of its own.
const OWN_FILES: u64 = 1_024;

/// Every connection is an open file: the limit has to leave room for as many as are let in. With
/// the defaults that is just below the customary 65,536.
pub(super) fn look(config: &Config) -> Check {
    let connections = u64::try_from(config.max_connections).unwrap_or(u64::MAX);
    judged(getrlimit(Resource::Nofile).current, connections)
}

fn judged(limit: Option<u64>, connections: u64) -> Check {
    let Some(limit) = limit else { return Check::ok(NAME, "no limit") };
    let needed = connections.saturating_add(OWN_FILES);
    let found = format!("{limit} may be open in a shell like this one");
    if limit >= needed {
        return Check::ok(NAME, found);
    }
    let found = format!("{found}, and OPENBELL_MAX_CONNECTIONS lets in {connections} connections");
    let advice = format!(
        "`ulimit -n {}` before the start, or LimitNOFILE= in the unit of systemd; or lower \
         OPENBELL_MAX_CONNECTIONS",
        needed.max(65_536)
    );
    Check::warn(NAME, found, advice)
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    #[test]
    fn every_connection_is_an_open_file() {
        assert_eq!(judged(None, 50_000).level, Level::Ok);
        assert_eq!(judged(Some(65_536), 50_000).level, Level::Ok);
        assert_eq!(judged(Some(51_024), 50_000).level, Level::Ok);
        assert_eq!(judged(Some(51_023), 50_000).level, Level::Warn);
        assert_eq!(judged(Some(1_024), u64::MAX).level, Level::Warn);
    }
}
