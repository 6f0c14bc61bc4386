//! The hub, whole: a journal in memory, scripted sockets and a clock that the test moves.

#[cfg(test)]
mod it {
    mod broker_contract;
    mod broker_redis;
    mod broker_servers;
    mod crowd;
    mod endpoint;
    mod history;
    mod journal;
    mod latest;
    mod limits;
    mod nodes;
    mod order;
    mod parsing;
    mod people;
    mod presence;
    mod presence_nodes;
    mod pressure;
    mod probe;
    mod profile;
    mod random;
    mod random_latest;
    mod raw;
    mod resume;
    mod subscribe;
    mod throttle;
    mod verbs;
    mod websocket;
    mod websocket_hub;
    mod websocket_peer;
    mod websocket_random;
    mod world;
}
