//! What a feature sees: Module, Ctx, Call, errors, auth, OpenAPI, metrics

pub mod codes;
pub mod config;
mod config_load;
mod config_values;
mod error;
pub mod json;
pub mod layers;
pub mod metrics;
mod paging;
mod problem;
mod proxies;
mod query;
mod secret;
mod tokens;

pub use codes::{Code, errors_markdown};
pub use config::{Config, ConfigError};
pub use error::{Error, FieldError, Result};
pub use json::Json;
pub use layers::{ClientAddress, EdgeConfig, current_request_id, edge};
pub use paging::{AliasList, Cursor, FilterHash, List, Page};
pub use problem::Problem;
pub use proxies::Proxies;
pub use query::{Path, PathId, Query, from_query};
pub use secret::{Key, MIN_SECRET_BYTES, Secret, SecretError, random_bytes, random_token};
pub use tokens::{AccessClaims, TokenError, Tokens, install_crypto_provider};
