//! Redis servers that belong together: a master whose replica takes over, and a cluster.

use std::process::Command;

use crate::redis::{PrivateRedis, TestRedis};

/// What the Sentinel calls the master.
const NAME: &str = "main";
/// How long a server may be silent before it counts as dead, in milliseconds.
const DEAD_AFTER_MS: u32 = 1_000;
/// How many share a cluster: its own tools ask for three.
const CLUSTER: usize = 3;

/// A master, its replica, and a Sentinel that makes the replica the master when it has to.
#[derive(Debug)]
pub struct RedisSentinel {
    master: PrivateRedis,
    _replica: PrivateRedis,
    sentinel: PrivateRedis,
}

impl RedisSentinel {
    /// The Sentinel's URL.
    pub fn url(&self) -> String {
        format!("redis+sentinel://127.0.0.1:{}/{NAME}", self.sentinel.port())
    }

    /// Kills the first master; the replica takes over by itself, within seconds.
    pub fn kill_master(&self) {
        self.master.kill();
    }

    fn create() -> Self {
        let master = PrivateRedis::create();
        let of = master.port();
        let replica = PrivateRedis::create_with("MASTER <-> REPLICA sync: Finished", |_, port| {
            let mut arguments = PrivateRedis::plain(port);
            // What the master keeps only in memory it sends at once.
            let words = ["--replicaof", "127.0.0.1", &of.to_string()].map(str::to_owned);
            arguments.extend(words);
            arguments
        });
        let sentinel = PrivateRedis::create_with("+monitor master", |folder, port| {
            let file = folder.join("sentinel.conf");
            let text = format!(
                "port {port}\nbind 127.0.0.1\ndir {}\n\
                 sentinel monitor {NAME} 127.0.0.1 {of} 1\n\
                 sentinel down-after-milliseconds {NAME} {DEAD_AFTER_MS}\n\
                 sentinel failover-timeout {NAME} 5000\n",
                folder.display()
            );
            std::fs::write(&file, text).expect("the file is written");
            vec![file.display().to_string(), "--sentinel".to_owned()]
        });
        Self { master, _replica: replica, sentinel }
    }
}

/// Three masters that share the keys.
#[derive(Debug)]
pub struct RedisCluster {
    servers: Vec<PrivateRedis>,
}

impl RedisCluster {
    /// A URL that names all servers.
    pub fn url(&self) -> String {
        let servers = self.servers.iter().map(|server| format!("127.0.0.1:{}", server.port()));
        format!("redis+cluster://{}", servers.collect::<Vec<_>>().join(","))
    }

    /// The ports of its servers.
    pub fn ports(&self) -> Vec<u16> {
        self.servers.iter().map(PrivateRedis::port).collect()
    }

    /// One of its servers by its port.
    pub fn server(&self, port: u16) -> &PrivateRedis {
        let found = self.servers.iter().find(|server| server.port() == port);
        found.expect("a port of the cluster")
    }

    fn create() -> Self {
        let member = |_| {
            PrivateRedis::create_with("Ready to accept connections", |_, port| {
                let bus = crate::servers::free_port().expect("a free port").to_string();
                let words = ["--cluster-enabled", "yes", "--cluster-port", &bus];
                let more =
                    ["--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no"];
                let mut arguments = PrivateRedis::plain(port);
                arguments.extend(words.iter().chain(&more).map(|word| (*word).to_owned()));
                arguments
            })
        };
        let servers: Vec<_> = (0..CLUSTER).map(member).collect();
        let mut command = Command::new("redis-cli");
        command.args(["--cluster", "create", "--cluster-yes"]);
        command.args(servers.iter().map(|server| format!("127.0.0.1:{}", server.port())));
        let output = command.output().expect("redis-cli is there");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "there is no cluster: {said}");
        Self { servers }
    }
}

impl TestRedis {
    /// A master with a replica, watched by a Sentinel; this test's own.
    ///
    /// # Panics
    /// When Redis is not installed or does not start.
    pub async fn sentinel() -> RedisSentinel {
        let made = tokio::task::spawn_blocking(RedisSentinel::create).await;
        made.expect("starting Redis panicked")
    }

    /// A cluster of this test's own.
    ///
    /// # Panics
    /// When Redis is not installed or does not start.
    pub async fn cluster() -> RedisCluster {
        let made = tokio::task::spawn_blocking(RedisCluster::create).await;
        made.expect("starting Redis panicked")
    }
}
