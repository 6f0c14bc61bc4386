//! What JSON from outside must keep to, whoever reads it.

/// What can be told of a JSON text without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonScan {
    /// How deep arrays and objects nest.
    pub depth: usize,
    /// Whether a string has the escape of NUL.
    pub nul: bool,
}

impl JsonScan {
    /// How deep arrays and objects may nest: what is sent on within something else stays within
    /// what every reader of JSON takes.
    pub const MAX_DEPTH: usize = 64;
    /// What whoever nested deeper is told.
    pub const TOO_DEEP: &'static str = "the JSON nests deeper than 64 levels";

    /// Looks at a text, be it JSON or not.
    pub fn of(text: &str) -> Self {
        let (mut depth, mut deepest, mut nul, mut in_string) = (0_usize, 0, false, false);
        let mut bytes = text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => {
                    nul |= text.as_bytes()[at..].starts_with(b"\\u0000");
                    bytes.next();
                }
                b'{' | b'[' if !in_string => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Self { depth: deepest, nul }
    }

    /// Whether it nests deeper than it may.
    pub const fn is_too_deep(self) -> bool {
        self.depth > Self::MAX_DEPTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_do_not_nest_and_escapes_are_passed_over() {
        let cases = [
            ("", 0, false),
            (r#"{"a":[1,{"b":2}],"c":[]}"#, 3, false),
            (r#"["[[[{{{"]"#, 1, false),
            (r#"["\"[[["]"#, 1, false),
            (r#"["\\",[1]]"#, 2, false),
            (r#"["\u0000"]"#, 1, true),
            (r#"["\\u0000"]"#, 1, false),
            ("]]]}[[", 2, false),
        ];
        for (text, depth, nul) in cases {
            assert_eq!(JsonScan::of(text), JsonScan { depth, nul }, "{text}");
        }
        let nested = |depth: usize| JsonScan::of(&"[".repeat(depth)).is_too_deep();
        assert_eq!((nested(64), nested(65)), (false, true));
        assert!(JsonScan::TOO_DEEP.contains(&JsonScan::MAX_DEPTH.to_string()));
    }
}
