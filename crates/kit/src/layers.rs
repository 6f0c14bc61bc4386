//! The edge of the HTTP server.

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that this task serves.
pub fn current_request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}
