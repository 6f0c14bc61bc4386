//! What other nodes bring.

use std::sync::Arc;

use crate::{BrokerSink, LatestFrame, LiveFrame, PresenceChange, StreamFrame, hub::Inner};

impl BrokerSink for Inner {
    fn deliver(self: Arc<Self>, frame: StreamFrame) {
        self.accept(frame);
    }

    fn deliver_live(self: Arc<Self>, frame: LiveFrame) {
        self.accept_live(&frame);
    }

    fn deliver_latest(self: Arc<Self>, frame: LatestFrame) {
        self.accept_value(frame);
    }

    fn deliver_presence(self: Arc<Self>, change: PresenceChange) {
        self.hear_presence(change);
    }
}
