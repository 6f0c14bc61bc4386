//! Files, functions and lines that fit on a screen and in a head.

use super::{Offence, assert_holds, messages, source};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;
const LINE_CHARACTERS: usize = 100;

fn file_length(path: &str, text: &str) -> Vec<Offence> {
    let lines = text.lines().count();
    if lines <= FILE_LINES {
        return Vec::new();
    }
    let message = format!("{lines} lines, at most {FILE_LINES}: split it by what it does");
    vec![Offence::new(path, 0, message)]
}

/// Lines with an address in them may be longer: an address cannot be broken.
fn line_length(path: &str, text: &str) -> Vec<Offence> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.chars().count(), line))
        .filter(|(_, length, line)| *length > LINE_CHARACTERS && !line.contains("://"))
        .map(|(number, length, _)| {
            let message = format!("{length} characters, at most {LINE_CHARACTERS}");
            Offence::new(path, number, message)
        })
        .collect()
}

fn function_length(path: &str, text: &str) -> Vec<Offence> {
    let code = source::read(text).code;
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut offences = Vec::new();
    for (start, name) in functions(&code) {
        let Some(end) = end_of_function(&code, start) else {
            continue;
        };
        let lines = line_of(end) - line_of(start) + 1;
        if lines > FUNCTION_LINES {
            let message = format!("fn {name} has {lines} lines, at most {FUNCTION_LINES}");
            offences.push(Offence::new(path, line_of(start), message));
        }
    }
    offences
}

/// Where each `fn name` begins.
fn functions(code: &str) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices("fn ")
        .filter(|(at, _)| !code[..*at].ends_with(is_word))
        .filter_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
            (!name.is_empty()).then_some((at, name))
        })
        .collect()
}

/// The closing brace of the function that begins at `start`; none for one without a body.
fn end_of_function(code: &str, start: usize) -> Option<usize> {
    let mut brackets = 0_usize;
    let mut braces = 0_usize;
    for (offset, c) in code[start..].char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces = braces.checked_sub(1)?;
                if braces == 0 {
                    return Some(start + offset);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn long_files_are_seen() {
    assert_eq!(file_length("a.rs", &"x\n".repeat(600)), []);
    let offences = file_length("a.rs", &"x\n".repeat(601));
    assert_eq!(messages(&offences), ["a.rs: 601 lines, at most 600: split it by what it does"]);
}

#[test]
fn long_lines_are_seen() {
    let long = "ü".repeat(101);
    let text = format!("{}\n{long}\n// https://{long}\n", "ü".repeat(100));
    assert_eq!(messages(&line_length("a.rs", &text)), ["a.rs:2: 101 characters, at most 100"]);
}

#[test]
fn long_functions_are_seen() {
    let body = "    step(\"}\"); // }\n".repeat(69);
    let long = format!("trait T {{ fn short(a: [u8; 2]); }}\npub fn long() {{\n{body}}}\n");
    let offences = function_length("a.rs", &long);
    assert_eq!(messages(&offences), ["a.rs:2: fn long has 71 lines, at most 70"]);
    let fits = format!("fn fits() {{\n{}}}\nfn next() {{}}\n", &body[body.len() / 69..]);
    assert_eq!(function_length("a.rs", &fits), []);
}

#[test]
fn files_are_short() {
    assert_holds(|file| file.has_extension("rs") || file.has_extension("sql"), file_length);
}

#[test]
fn lines_are_short() {
    assert_holds(|file| file.has_extension("rs") || file.has_extension("sql"), line_length);
}

#[test]
fn functions_are_short() {
    assert_holds(|file| file.has_extension("rs"), function_length);
}
