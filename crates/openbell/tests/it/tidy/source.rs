//! Just enough of Rust's grammar to tell code from comments and strings.

/// A string literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    /// Its value, as far as the rules need it: escapes other than line ends and quotes are dropped.
    pub(super) text: String,
}

/// A source taken apart.
pub(super) struct Source {
    /// The text with comments and the insides of strings and characters blanked out; the lines
    /// stay where they are.
    pub(super) code: String,
    pub(super) literals: Vec<Literal>,
}

pub(super) fn read(text: &str) -> Source {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        line: 1,
        source: Source { code: String::with_capacity(text.len()), literals: Vec::new() },
    };
    while reader.at < reader.chars.len() {
        reader.step();
    }
    reader.source
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
    source: Source,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    /// Takes one character over as code.
    fn keep(&mut self) {
        let c = self.peek(0);
        self.line += usize::from(c == '\n');
        self.source.code.push(c);
        self.at += 1;
    }

    /// Passes one character by; line ends stay.
    fn blank(&mut self) -> char {
        let c = self.peek(0);
        self.line += usize::from(c == '\n');
        self.source.code.push(if c == '\n' { '\n' } else { ' ' });
        self.at += 1;
        c
    }

    fn at_end(&self) -> bool {
        self.at >= self.chars.len()
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while !self.at_end() && self.peek(0) != '\n' {
                    self.blank();
                }
            }
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('r', '"' | '#') if !self.follows_word() => self.raw_string(),
            // A character and not a lifetime.
            ('\'', '\\') => self.character(),
            ('\'', _) if self.peek(2) == '\'' => self.character(),
            _ => self.keep(),
        }
    }

    /// Whether the `r` here ends a longer name. A `b` or `c` before it belongs to the string.
    fn follows_word(&self) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = |n: usize| self.at.checked_sub(n).map_or('\0', |at| self.chars[at]);
        match before(1) {
            'b' | 'c' => is_word(before(2)),
            other => is_word(other),
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while !self.at_end() {
            let pair = (self.peek(0), self.peek(1));
            match pair {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {}
            }
            self.blank();
            if matches!(pair, ('/', '*') | ('*', '/')) {
                self.blank();
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        self.keep();
        while !self.at_end() && self.peek(0) != '"' {
            let c = self.blank();
            if c != '\\' {
                text.push(c);
                continue;
            }
            match self.blank() {
                // The line goes on behind the indentation of the next.
                '\n' => {
                    while self.peek(0).is_whitespace() {
                        self.blank();
                    }
                }
                'n' => text.push('\n'),
                '"' => text.push('"'),
                _ => {}
            }
        }
        self.keep();
        self.source.literals.push(Literal { line, text });
    }

    fn raw_string(&mut self) {
        let line = self.line;
        let hashes = (1..).take_while(|&ahead| self.peek(ahead) == '#').count();
        if self.peek(hashes + 1) != '"' {
            // A raw identifier such as r#type.
            self.keep();
            return;
        }
        for _ in 0..hashes + 2 {
            self.keep();
        }
        let mut text = String::new();
        let closes = |reader: &Self| {
            reader.peek(0) == '"' && (1..=hashes).all(|ahead| reader.peek(ahead) == '#')
        };
        while !self.at_end() && !closes(self) {
            let c = self.blank();
            text.push(c);
        }
        for _ in 0..=hashes {
            self.keep();
        }
        self.source.literals.push(Literal { line, text });
    }

    fn character(&mut self) {
        self.keep();
        if self.blank() == '\\' {
            self.blank();
        }
        while !self.at_end() && self.peek(0) != '\'' {
            self.blank();
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let source = read(
            "let a = \"{ \\\" }\"; // { \"no\"\nlet b = '{'; /* { /* { */ */ \
             fn<'a>('\\'', '\\u{7d}')\n",
        );
        assert_eq!(source.code.matches(['{', '}']).count(), 0, "{}", source.code);
        assert_eq!(source.code.lines().count(), 2);
        assert!(source.code.contains("fn<'a>("), "{}", source.code);
        assert_eq!(source.literals, [Literal { line: 1, text: "{ \" }".into() }]);
    }

    #[test]
    fn strings_keep_their_words_and_lines() {
        let source =
            read("x(\"one \\\n      two\");\ny(r#\"a \"b\" {\"#, br\"c\", r#type, for\"d\")");
        let found: Vec<_> =
            source.literals.iter().map(|literal| (literal.line, literal.text.as_str())).collect();
        assert_eq!(found, [(1, "one two"), (3, "a \"b\" {"), (3, "c"), (3, "d")]);
        assert!(source.code.contains("r#type"));
    }
}
