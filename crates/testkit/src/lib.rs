//! Test servers, actors, socket probes, a clock that tests move, throw-away databases.

mod app;
mod binary;
pub mod clock;
mod frames;
mod people;
mod person;
mod proxy;
mod redis;
mod redis_groups;
pub mod servers;
mod socket;
mod tls;

pub use app::{Actor, Answer, Database, Home, START, TestApp};
pub use binary::{Installation, Server, kill};
pub use frames::FrameBook;
pub use people::People;
pub use proxy::FaultProxy;
pub use redis::{PrivateRedis, TestRedis};
pub use redis_groups::{RedisCluster, RedisSentinel};
pub use servers::{TestDatabase, TestPostgres};
pub use socket::{Frame, SocketProbe};
pub use tls::TlsFront;

/// Makes of each named function two tests, one for each [`Database`], which it is given.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::Database::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::Database::Postgres).await;
            })+
        }
    };
}
