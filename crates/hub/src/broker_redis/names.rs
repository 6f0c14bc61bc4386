//! What channels and keys are called.

use domain::{TenantId, Topic};

use crate::NodeId;

/// The length of an id's text.
const ID_LEN: usize = 36;
/// The longest namespace, in bytes; what is longer is cut.
const MAX_NAMESPACE_LEN: usize = 64;

/// The names of one installation. None is longer than the namespace and 190 bytes. What is in
/// braces is all that a cluster looks at, so all of them lie on one server.
pub(super) struct Names {
    /// `openbell:{<namespace>}:`
    prefix: String,
    control: String,
}

/// What a channel is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// All nodes.
    Control,
    /// The nodes that follow this topic.
    Topic(TenantId, Topic),
}

impl Names {
    pub(super) fn new(namespace: &str) -> Self {
        let plain = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
        let namespace: String = namespace.chars().filter(plain).take(MAX_NAMESPACE_LEN).collect();
        let prefix = format!("openbell:{{{namespace}}}:");
        Self { control: format!("{prefix}all"), prefix }
    }

    /// The channel of all nodes.
    pub(super) fn control(&self) -> &str {
        &self.control
    }

    /// The channel of a topic.
    pub(super) fn channel(&self, tenant: TenantId, topic: &Topic) -> String {
        format!("{}t:{tenant}:{topic}", self.prefix)
    }

    /// The hash of who is there.
    pub(super) fn present(&self, tenant: TenantId, topic: &Topic) -> String {
        format!("{}p:{tenant}:{topic}", self.prefix)
    }

    /// The lease of a node.
    pub(super) fn lease(&self, node: NodeId) -> String {
        format!("{}{}", self.leases(), node.0)
    }

    /// How the names of all leases begin; a node's id follows.
    pub(super) fn leases(&self) -> String {
        format!("{}n:", self.prefix)
    }

    /// What a channel is for; none when it is not one of ours.
    pub(super) fn place(&self, channel: &[u8]) -> Option<Place> {
        let channel = std::str::from_utf8(channel).ok()?;
        if channel == self.control {
            return Some(Place::Control);
        }
        let rest = channel.strip_prefix(&self.prefix)?.strip_prefix("t:")?;
        let (tenant, topic) = rest.split_at_checked(ID_LEN)?;
        let topic = topic.strip_prefix(':')?;
        Some(Place::Topic(tenant.parse().ok()?, topic.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_says_whose_topic_it_is() {
        let names = Names::new("one");
        let topic: Topic = "auction:7:leaderboard".parse().unwrap();
        let channel = names.channel(TenantId::DEFAULT, &topic);
        let place = Place::Topic(TenantId::DEFAULT, topic);
        assert_eq!(names.place(channel.as_bytes()), Some(place));
        assert_eq!(names.place(names.control().as_bytes()), Some(Place::Control));
        assert_eq!(Names::new("other").place(channel.as_bytes()), None);
        for wrong in ["", "openbell:{one}:t:", "openbell:{one}:t:x:y", "openbell:{one}:all ", "ü"]
        {
            assert_eq!(names.place(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(names.place(&[0xff]), None);
    }

    #[test]
    fn names_are_bounded() {
        let names = Names::new(&"x:\n ".repeat(1_000));
        let topic: Topic = "x".repeat(Topic::MAX_LEN).parse().unwrap();
        let channel = names.channel(TenantId::DEFAULT, &topic);
        assert!(channel.len() <= MAX_NAMESPACE_LEN + 190, "{}", channel.len());
        assert!(!channel.contains(['\n', ' ']));
    }
}
