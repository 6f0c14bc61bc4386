//! Just enough of SQL's grammar to tell which tables a statement names.

use std::collections::BTreeSet;

/// A table that a statement names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Counted from 1, within the text.
    pub(super) line: usize,
    /// In lower case, with its schema where one is given.
    pub(super) table: String,
    /// Whether it is the target of a foreign key.
    pub(super) is_referenced: bool,
}

/// Every table that `sql` reads, writes, makes, changes or refers to, in order. Names that the
/// statement itself gives by `with` and table functions are left out.
pub(super) fn tables(sql: &str) -> Vec<Named> {
    let tokens = tokens(sql);
    let parser = Parser { own: own_names(&tokens), tokens };
    parser.tables()
}

struct Token {
    line: usize,
    /// A word in lower case, or one other character.
    text: String,
}

fn tokens(sql: &str) -> Vec<Token> {
    let chars: Vec<char> = sql.chars().collect();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let find = |from: usize, end: &str| {
        let end: Vec<char> = end.chars().collect();
        let rest = chars.get(from..).unwrap_or_default();
        rest.windows(end.len()).position(|w| w == end).map_or(chars.len(), |i| from + i + end.len())
    };
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < chars.len() {
        let start = at;
        at = match (chars[at], chars.get(at + 1)) {
            ('-', Some('-')) => find(at, "\n"),
            ('/', Some('*')) => find(at, "*/"),
            ('\'', _) => find(at + 1, "'"),
            ('{', _) => find(at, "}"),
            ('"', _) => {
                at = find(at + 1, "\"");
                let text = chars[start + 1..at.max(start + 2) - 1].iter().collect();
                found.push(Token { line, text });
                at
            }
            (c, _) if is_word(c) => {
                at += chars[at..].iter().take_while(|c| is_word(**c)).count();
                let text: String = chars[start..at].iter().collect();
                found.push(Token { line, text: text.to_lowercase() });
                at
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(Token { line, text: c.to_string() });
                }
                at + 1
            }
        };
        line += chars[start..at].iter().filter(|c| **c == '\n').count();
    }
    found
}

/// The names that stand before `as (`, after `with` or a comma, columns between or not.
fn own_names(tokens: &[Token]) -> BTreeSet<String> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut names = BTreeSet::new();
    for at in 1..tokens.len() {
        if !matches!(text(at - 1), "with" | "recursive" | ",") {
            continue;
        }
        let after = if text(at + 1) == "(" { closing(tokens, at + 1) + 1 } else { at + 1 };
        if text(after) == "as" && matches!(text(after + 1), "(" | "materialized" | "not") {
            names.insert(text(at).to_owned());
        }
    }
    names
}

/// Where the bracket that opens at `open` closes.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

struct Parser {
    tokens: Vec<Token>,
    own: BTreeSet<String>,
}

impl Parser {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn tables(&self) -> Vec<Named> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let before = at.checked_sub(1).map_or("", |before| self.text(before));
            match self.text(at) {
                "from" if before != "distinct" => self.list(at + 1, &mut found),
                "join" | "using" => drop(self.source(at + 1, &mut found)),
                "into" | "references" => self.target(at + 1, &mut found),
                "update" if !matches!(before, "for" | "key" | "do" | "on" | "after" | "before") => {
                    self.target(
                        self.past(at + 1, &["or", "abort", "ignore", "replace"]),
                        &mut found,
                    );
                }
                "table" | "view" => {
                    let name = self.past(at + 1, &["if", "not", "exists", "only"]);
                    self.target(name, &mut found);
                }
                "index" | "trigger" if before != "drop" => self.target_of_on(at, &mut found),
                _ => {}
            }
        }
        found
    }

    fn past(&self, mut at: usize, words: &[&str]) -> usize {
        while words.contains(&self.text(at)) {
            at += 1;
        }
        at
    }

    /// `from a, b as c, (select …) d, f(x)`.
    fn list(&self, mut at: usize, found: &mut Vec<Named>) {
        loop {
            at = self.source(at, found);
            // Past an alias.
            let alias = self.past(at, &["as"]);
            if self.text(at) != "," && self.text(alias + 1) == "," {
                at = alias + 1;
            }
            if self.text(at) != "," {
                return;
            }
            at += 1;
        }
    }

    /// A table, a function or a query in brackets; returns what follows it. What is within the
    /// brackets is met on its own.
    fn source(&self, at: usize, found: &mut Vec<Named>) -> usize {
        if self.text(at) == "(" {
            return closing(&self.tokens, at) + 1;
        }
        let end = self.end_of_name(at);
        if self.text(end) == "(" {
            return closing(&self.tokens, end) + 1;
        }
        self.target(at, found);
        end
    }

    fn end_of_name(&self, at: usize) -> usize {
        if self.text(at + 1) == "." { at + 3 } else { at + 1 }
    }

    fn target(&self, at: usize, found: &mut Vec<Named>) {
        let is_name = self.text(at).starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !is_name || self.own.contains(self.text(at)) {
            return;
        }
        let name = &self.tokens[at..self.end_of_name(at).min(self.tokens.len())];
        found.push(Named {
            line: name[0].line,
            table: name.iter().map(|token| token.text.as_str()).collect(),
            is_referenced: self.text(at.wrapping_sub(1)) == "references",
        });
    }

    /// `create index name on table`, `create trigger name after update on table`.
    fn target_of_on(&self, at: usize, found: &mut Vec<Named>) {
        let ends = |at: &usize| matches!(self.text(*at), "on" | ";" | "");
        if let Some(on) = (at..=self.tokens.len()).find(ends)
            && self.text(on) == "on"
        {
            self.target(on + 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<String> {
        tables(sql).into_iter().map(|named| named.table).collect()
    }

    #[test]
    fn tables_of_queries() {
        for (sql, expected) in [
            ("select a, b from one where c = 'from two'", &["one"][..]),
            (
                "select 1 from one a, two as b, three join four on true",
                &["one", "two", "three", "four"],
            ),
            ("select 1 from (select 2 from one) x, two", &["two", "one"]),
            ("with w as (select 1 from one), v(a) as (select 2) select 3 from w, v", &["one"]),
            ("select value from json_each($1) -- from two\n", &[]),
            ("select a is distinct from b from \"One\".two /* from x */", &["One.two"]),
            ("select 1 from one order by a, b for update skip locked", &["one"]),
        ] {
            assert_eq!(names(sql), expected, "{sql}");
        }
    }

    #[test]
    fn tables_of_writes() {
        for (sql, expected) in [
            ("insert into one (a) values ($1) on conflict (a) do update set b = 2", &["one"][..]),
            ("insert or ignore into one select 1 from two", &["one", "two"]),
            ("update one set a = t.b from two t where t.id = one.id", &["one", "two"]),
            ("delete from one using two where true", &["one", "two"]),
        ] {
            assert_eq!(names(sql), expected, "{sql}");
        }
    }

    #[test]
    fn tables_of_migrations() {
        let sql = "create table if not exists one (\n  id {id} primary key,\n\
            two {id} not null references two (id)\n) {strict};\n\
            create unique index one_by_two on one (two);\nalter table three add column a {int};\n\
            create trigger t after update on four begin delete from five; end;\n\
            drop table if exists six; drop index one_by_two;";
        assert_eq!(names(sql), ["one", "two", "one", "three", "four", "five", "six"]);
        let referenced: Vec<_> =
            tables(sql).into_iter().filter(|named| named.is_referenced).collect();
        assert_eq!(referenced.len(), 1);
        assert_eq!((referenced[0].line, referenced[0].table.as_str()), (3, "two"));
    }
}
