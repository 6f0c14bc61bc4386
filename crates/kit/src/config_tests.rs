use std::{fs, path::Path};

use super::*;

fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.into_iter()
}

fn load(pairs: &[(&str, &str)]) -> Result<Config, String> {
    Config::load(env(pairs), None).map_err(|error| error.0)
}

fn load_file(text: &str, pairs: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openbell.toml");
    fs::write(&path, text).unwrap();
    let prefix = path.display().to_string();
    Config::load(env(pairs), Some(&path)).map_err(|e| e.0.replace(&prefix, "openbell.toml"))
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn defaults() {
    let config = Config::default();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(config.database_url.expose(), "sqlite://./data/openbell.db");
    assert!(config.is_sqlite());
    assert_eq!(config.public_origin().as_str(), "http://localhost:8000");
    assert!(!config.ws_query_token);
    assert_eq!(config.access_token_lifetime(), Duration::from_secs(900));
    assert!(config.notes.is_empty());
    let moved = load(&[("OPENBELL_DATA_DIR", "/var/lib/openbell")]).unwrap();
    assert_eq!(moved.database_url.expose(), "sqlite:///var/lib/openbell/openbell.db");
}

#[test]
fn sockets_have_the_hubs_defaults() {
    let (ours, theirs) = (Config::default().hub(), hub::HubConfig::default());
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = "listen = \"0.0.0.0:80\"\nretention_days = 3\nws_query_token = true\n\
                allowed_origins = [\"https://A.example/\", \"http://b.example:81\"]\n";
    let config = load_file(
        file,
        &[
            ("OPENBELL_LISTEN", "[::1]:81"),
            ("OPENBELL_RETENTION_DAYS", ""),
            ("PATH", "/bin"),
            ("OPENBELL_TEST_POSTGRES", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:81");
    assert_eq!(config.retention_days, 3, "an empty variable is no value");
    assert!(config.ws_query_token);
    for (origin, allowed) in [
        ("https://a.example", true),
        ("http://b.example:81", true),
        ("http://localhost:81", true),
        ("http://a.example", false),
        ("null", false),
        ("", false),
    ] {
        assert_eq!(config.allows_origin(origin), allowed, "{origin}");
    }
}

#[test]
fn mistakes_are_named_in_one_line() {
    let cases: [(&[(&str, &str)], &str); 14] = [
        (
            &[("OPENBELL_LISTEN", "8000")],
            "OPENBELL_LISTEN: `8000` must be an address and a port such as 127.0.0.1:8000",
        ),
        (
            &[("OPENBELL_LISTN", "x")],
            "unknown variable OPENBELL_LISTN (did you mean `OPENBELL_LISTEN`?)",
        ),
        (
            &[("OPENBELL_SOMETHING_ELSE_ALTOGETHER", "x")],
            "unknown variable OPENBELL_SOMETHING_ELSE_ALTOGETHER",
        ),
        (
            &[("OPENBELL_LISTEN_FILE", "x")],
            "unknown variable OPENBELL_LISTEN_FILE (did you mean `OPENBELL_LISTEN`?)",
        ),
        (
            &[("OPENBELL_WS_QUERY_TOKEN", "maybe")],
            "OPENBELL_WS_QUERY_TOKEN: `maybe` must be true or false",
        ),
        (
            &[("OPENBELL_RETENTION_DAYS", "0")],
            "OPENBELL_RETENTION_DAYS: `0` must be from 1 to 3650",
        ),
        (
            &[("OPENBELL_RETENTION_DAYS", "1.5")],
            "OPENBELL_RETENTION_DAYS: `1.5` must be a whole number",
        ),
        (
            &[("OPENBELL_ALLOWED_ORIGINS", "https://a.example/path")],
            "OPENBELL_ALLOWED_ORIGINS: `https://a.example/path` \
             must be an origin such as https://app.example.org",
        ),
        (&[("OPENBELL_LOG_FORMAT", "xml")], "OPENBELL_LOG_FORMAT: `xml` must be text or json"),
        (
            &[("DATABASE_URL", "mysql://root:secret@localhost")],
            "DATABASE_URL: must begin with sqlite:// or postgres://",
        ),
        (
            &[("DATABASE_URL", "postgres://localhost/openbell")],
            "OPENBELL_SECRET: needed with PostgreSQL, at least 32 bytes",
        ),
        (&[("OPENBELL_SECRET", "short")], "OPENBELL_SECRET: needs at least 32 bytes"),
        (
            &[("OPENBELL_SECRET", SECRET), ("OPENBELL_SECRET_FILE", "/x")],
            "OPENBELL_SECRET and OPENBELL_SECRET_FILE are both set",
        ),
        (
            &[("OPENBELL_SOCKET_SOFT_QUEUE_BYTES", "300000")],
            "OPENBELL_SOCKET_SOFT_QUEUE_BYTES: must not be above socket_hard_queue_bytes",
        ),
    ];
    for (pairs, line) in cases {
        assert_eq!(load(pairs).unwrap_err(), line);
    }
}

#[test]
fn mistakes_in_the_file_are_named_in_one_line() {
    let cases = [
        ("lisen = \"x\"", "openbell.toml: unknown key `lisen` (did you mean `listen`?)"),
        ("[server]\nport = 1", "openbell.toml: unknown key `server`"),
        ("log = 1.5", "openbell.toml: log: must be a plain value"),
        ("log_file = \"x\"", "openbell.toml: unknown key `log_file`"),
        ("retention_days = -1", "openbell.toml: retention_days: `-1` must be a whole number"),
    ];
    for (text, line) in cases {
        let error = load_file(text, &[]).unwrap_err();
        assert!(error.starts_with(line), "{error}");
    }
    let error = load_file("log = \"info\"\nlisten = \n", &[]).unwrap_err();
    assert!(error.starts_with("openbell.toml, line 2: "), "{error}");
    assert!(!error.contains('\n'), "{error}");
    let missing = Path::new("/nowhere/openbell.toml");
    let error = Config::load(env(&[]), Some(missing)).unwrap_err();
    assert!(error.0.starts_with("/nowhere/openbell.toml: "), "{error}");
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.txt");
    fs::write(&path, format!("{SECRET}\n")).unwrap();
    let path = path.display().to_string();
    let url = "postgres://bell:hunter2@db/openbell?password=hunter3";
    let by_env = load(&[("OPENBELL_SECRET_FILE", &path), ("DATABASE_URL", url)]).unwrap();
    let by_file =
        load_file(&format!("secret_file = {path:?}\ndatabase_url = {url:?}"), &[]).unwrap();
    for config in [by_env, by_file] {
        assert_eq!(config.secret.as_ref().unwrap().expose(), SECRET);
        assert!(config.open_secret().is_ok());
        assert!(!config.is_sqlite());
        for text in [format!("{config:?}"), config.to_toml()] {
            assert!(!text.contains(SECRET) && !text.contains("hunter"), "{text}");
            assert!(text.contains("postgres://bell:…@db/openbell"), "{text}");
        }
    }
    let error = load(&[("OPENBELL_SECRET_FILE", "/nowhere")]).unwrap_err();
    assert!(error.starts_with("OPENBELL_SECRET_FILE: /nowhere: "), "{error}");
}

#[test]
fn sqlite_makes_its_own_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().display().to_string();
    let config = load(&[("OPENBELL_DATA_DIR", &data_dir)]).unwrap();
    let key = config.open_secret().unwrap().key("x");
    assert_eq!(config.open_secret().unwrap().key("x"), key);
}

#[test]
fn what_has_no_effect_is_noted() {
    let config = load(&[("CELERY_BROKER_URL", "redis://x")]).unwrap();
    assert_eq!(config.notes, ["CELERY_BROKER_URL is not needed: background work is built in"]);
}

#[test]
fn redis_connects_nodes_on_postgresql() {
    let on = |database: &str, redis: &str| {
        let secret = "0123456789012345678901234567890123456789";
        load(&[("DATABASE_URL", database), ("OPENBELL_SECRET", secret), ("REDIS_URL", redis)])
    };
    let postgres = "postgres://openbell@db/openbell";
    for fine in [
        "redis://cache",
        "redis://:hunter2@cache:6380/3",
        "rediss://:hunter2@cache",
        "unix:///run/redis.sock",
        "redis+sentinel://:hunter2@one,two:26380/main",
        "redis+cluster://:hunter2@one,two:6380",
    ] {
        assert!(on(postgres, fine).is_ok(), "{fine}");
    }
    let wrong = |database: &str, redis: &str| on(database, redis).unwrap_err();
    assert_eq!(
        wrong("sqlite://a.db", "redis://cache"),
        "REDIS_URL: needs PostgreSQL; a database in SQLite has one node"
    );
    for refused in [
        "cache:6379",
        "http://cache",
        "redis+sentinel://:hunter2@cache",
        "redis-cluster://:hunter2@cache",
        "redis://:hunter2@one:1,two:2",
        "redis://:hunter2@cache:port",
        "redis://",
    ] {
        let error = wrong(postgres, refused);
        assert!(error.starts_with("REDIS_URL: "), "{error}");
        assert!(!error.contains("hunter2") && !error.contains('\n'), "{error}");
    }
}

#[test]
fn the_printed_file_can_be_read_again() {
    let config = load(&[("OPENBELL_RETENTION_DAYS", "3")]).unwrap();
    let text = config.to_toml();
    assert!(text.contains("\nretention_days = 3\n"), "{text}");
    assert!(text.contains("\n# listen = \"127.0.0.1:8000\"\n"), "{text}");
    for setting in SETTINGS {
        assert!(text.contains(&format!("{} = ", setting.name)), "{}", setting.name);
    }
    assert_eq!(load_file(&text, &[]).unwrap().retention_days, 3);
    // With every line active it still says the same.
    let active: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let again = load_file(&active, &[]).unwrap();
    assert_eq!(again.to_toml(), text);
    let example = Config::env_example();
    assert!(example.contains("\n# OPENBELL_LISTEN=127.0.0.1:8000\n"), "{example}");
}

#[test]
fn rates_and_hosts_are_read_and_shown() {
    let read = |name: &str, value: &str| {
        let env = [(name.to_owned(), value.to_owned())];
        Config::load(env.into_iter(), None)
    };
    let tenant = "00000000-0000-7000-8000-0000000000aa";
    let (rate, hosts) = ("OPENBELL_RATE_READ", "OPENBELL_TENANT_HOSTS");
    let host = format!("A.example={tenant}");
    for (name, value, shown) in [
        (rate, "off", "rate_read = \"off\"".to_owned()),
        (rate, "1/s", "rate_read = \"1/s\"".to_owned()),
        (rate, "600/m", "rate_read = \"600/m\"".to_owned()),
        (rate, "1000000/h", "rate_read = \"1000000/h\"".to_owned()),
        (hosts, &host, format!("tenant_hosts = [\"a.example={tenant}\"]")),
    ] {
        let text = read(name, value).unwrap().to_toml();
        assert!(text.lines().any(|line| line == shown), "{value}: {text}");
    }
    for wrong in ["0/s", "-1/m", "1", "1/d", "/m", "x/m", "1000001/h", "OFF "] {
        let error = read(rate, wrong).unwrap_err().to_string();
        assert!(error.starts_with("OPENBELL_RATE_READ: "), "{error}");
    }
    for wrong in ["a.example", "a.example=", "=x", "a b=x", "a.example:80=x", "a.example=x"] {
        let error = read(hosts, wrong).unwrap_err().to_string();
        assert!(error.starts_with("OPENBELL_TENANT_HOSTS: "), "{error}");
    }
}
