//! A crate's tables start with its name, and only that crate names them.

use super::{
    FEATURES, Offence, assert_clean, assert_holds, messages, source,
    sql::{self, Named},
    tree,
};

/// The journal's own tables, which bear no crate's name.
const JOURNAL: &[&str] = &["event_topics", "events", "meta", "reactions", "topics"];

/// Engines with tables, beside the store.
const ENGINES: &[&str] = &["kit", "ledger", "tasks"];

/// The crate that a table belongs to.
fn owner(table: &str) -> Option<&str> {
    let is_catalogue = ["pg_", "sqlite_", "information_schema."];
    if JOURNAL.contains(&table)
        || table.starts_with("reactions_")
        || table.starts_with("store_")
        || is_catalogue.iter().any(|prefix| table.starts_with(prefix))
    {
        return Some("store");
    }
    let is_owner = |house: &&&str| {
        table.strip_prefix(**house).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    FEATURES.iter().chain(ENGINES).find(is_owner).copied()
}

/// The SQL in a file with the line it begins on: a migration is SQL, a Rust source has it in
/// strings.
fn statements(path: &str, text: &str) -> Vec<(usize, String)> {
    if path.ends_with(".sql") {
        return vec![(1, text.to_owned())];
    }
    let literals = source::read(text).literals.into_iter();
    literals.map(|literal| (literal.line, literal.text)).collect()
}

fn foreign_tables(path: &str, text: &str) -> Vec<Offence> {
    let house = path.trim_start_matches("crates/").split('/').next().unwrap_or_default();
    let mut offences = Vec::new();
    for (start, sql) in statements(path, text) {
        for Named { line, table, is_referenced } in sql::tables(&sql) {
            let message = match owner(&table) {
                Some(owner) if owner == house => continue,
                Some(owner) if is_referenced => {
                    format!("a foreign key to `{table}` of {owner}: keep the id alone")
                }
                Some(owner) => format!("`{table}` belongs to {owner}"),
                None => format!("`{table}` does not start with `{house}`"),
            };
            offences.push(Offence::new(path, start + line - 1, message));
        }
    }
    offences
}

/// Statements outside of `sql.rs`, where nobody would look for them and nothing prepares them.
fn stray_statements(path: &str, text: &str) -> Vec<Offence> {
    let literals = source::read(text).literals.into_iter();
    literals
        .filter(|literal| is_statement(&literal.text))
        .map(|literal| Offence::new(path, literal.line, "a statement: it belongs in sql.rs"))
        .collect()
}

fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["select", rest @ ..] => rest.contains(&"from"),
        ["insert", "into", ..] | ["delete", "from", _, ..] => true,
        ["update", _, rest @ ..] => rest.first() == Some(&"set"),
        ["with", _, "as", ..] => true,
        ["create" | "alter" | "drop", "table" | "index" | "unique" | "view", ..] => true,
        _ => false,
    }
}

fn is_migration(path: &str) -> bool {
    path.contains("/migrations/") && path.ends_with(".sql")
}

/// `sql.rs`, `sql_*.rs` and what lies in a folder `sql`.
fn is_statement_file(path: &str) -> bool {
    let Some((_, inside)) = path.split_once("/src/") else {
        return false;
    };
    let is_sql = |part: &str| part == "sql" || part == "sql.rs" || part.starts_with("sql_");
    path.ends_with(".rs") && inside.split('/').any(is_sql)
}

#[test]
fn owners_of_tables() {
    for (table, expected) in [
        ("properties", Some("properties")),
        ("properties_history", Some("properties")),
        ("propertiesx", None),
        ("event_topics", Some("store")),
        ("reactions_dead", Some("store")),
        ("pg_class", Some("store")),
        ("tasks_schedules", Some("tasks")),
        ("watchlist", None),
    ] {
        assert_eq!(owner(table), expected, "{table}");
    }
}

#[test]
fn tables_of_others_are_seen() {
    let sample = "statements! {\n    MINE = \"select id from accounts_users\";\n    \
        // select 1 from events\n    THEIRS = \"select 1 from accounts_users u \\\n        \
        join properties p on p.id = u.id\";\n    NOBODYS = \"delete from users\";\n}\n";
    assert_eq!(
        messages(&foreign_tables("crates/accounts/src/sql.rs", sample)),
        [
            "crates/accounts/src/sql.rs:4: `properties` belongs to properties",
            "crates/accounts/src/sql.rs:6: `users` does not start with `accounts`",
        ]
    );
    let sample = "create table foreclosures_watchlist (\n  property {id} not null\n    \
        references properties (id)\n);\n";
    let path = "crates/foreclosures/migrations/0001_foreclosures.sql";
    assert_eq!(
        messages(&foreign_tables(path, sample)),
        [format!("{path}:3: a foreign key to `properties` of properties: keep the id alone")]
    );
}

#[test]
fn stray_statements_are_seen() {
    let sample = "let a = \"select a county from the list\";\n// \"delete from accounts\"\n\
        let b = \"update accounts_users set name = $1\";\nlet c = \"update the row\";\n";
    let offences = stray_statements("a.rs", sample);
    assert_eq!(offences.iter().map(|offence| offence.line).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn statement_files_are_recognised() {
    for path in ["crates/a/src/sql.rs", "crates/a/src/sql_users.rs", "crates/a/src/sql/users.rs"] {
        assert!(is_statement_file(path), "{path}");
    }
    assert!(!is_statement_file("crates/a/src/routes.rs"));
    assert!(is_migration("crates/a/migrations/0001_a.sql"));
}

#[test]
fn each_crate_names_its_own_tables() {
    let files = tree();
    assert_clean(
        files
            .iter()
            .filter(|file| is_migration(&file.path) || is_statement_file(&file.path))
            .flat_map(|file| foreign_tables(&file.path, &file.text)),
    );
}

#[test]
fn statements_stand_in_their_files() {
    assert_holds(
        |file| {
            let has_its_own = |house| FEATURES.contains(&house) || ENGINES.contains(&house);
            let is_source = file.path.contains("/src/") && file.has_extension("rs");
            let is_test = file.path.contains("/tests/") || file.path.ends_with("tests.rs");
            file.house().is_some_and(has_its_own)
                && is_source
                && !is_test
                && !is_statement_file(&file.path)
        },
        stray_statements,
    );
}
