//! A Redis behind Sentinels, and one behind TLS.

use testkit::{Installation, TestPostgres, TestRedis, TlsFront};
use tokio::sync::watch;

use super::pair::{BINARY, Nodes, read_all};

/// The master is killed under load and its replica takes over: the nodes find it by themselves, and
/// nothing is lost or seen twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_failover_is_not_noticed_by_any_socket() {
    let redis = TestRedis::sentinel().await;
    let mut nodes = Nodes::start([&redis.url(), &redis.url()]).await;
    let mut there = nodes.follower(&nodes.two).await;
    let mut here = nodes.follower(&nodes.one).await;
    let (goal, reached) = watch::channel(None);
    let load = async {
        nodes.change_times(30).await;
        redis.kill_master();
        nodes.change_until("degraded").await;
        nodes.change_until("ok").await;
        nodes.change_times(30).await;
        goal.send_replace(Some(nodes.changes()));
    };
    tokio::join!(load, read_all(&mut there, reached.clone()), read_all(&mut here, reached));
    nodes.stop().await;
}

/// Redis by TLS: only by a certificate that the system trusts.
#[tokio::test(flavor = "multi_thread")]
async fn redis_by_tls_has_to_be_trusted() {
    let (database, redis) = (TestPostgres::database().await, TestRedis::private().await);
    let front = TlsFront::before(redis.port()).await;
    let url = format!("rediss://localhost:{}", front.address().port());
    let house = || Installation::new(BINARY, Some(database.url())).with_redis(&url);
    let trusting = house().trusting_tests();
    let server = trusting.serve().await;
    server.until_ready("ok").await;
    assert_eq!(server.terminate().await, Some(0), "it stops in order");
    let wary = house();
    let server = wary.serve().await;
    server.until_ready("certificate").await;
    assert_eq!(server.terminate().await, Some(0), "it stops in order");
}
