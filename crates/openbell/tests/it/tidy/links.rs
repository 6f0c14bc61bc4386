//! Links between documents lead somewhere.

use std::path::Path;

use super::{Offence, assert_clean, messages, root, tree};

/// Targets of `[text](target)` that are files of the repository, with their lines.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, open) in line.match_indices("](") {
            let rest = &line[at + open.len()..];
            let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                found.push((number, target));
            }
        }
    }
    found
}

fn dead_links(path: &str, text: &str, exists: impl Fn(&Path) -> bool) -> Vec<Offence> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    targets(text)
        .into_iter()
        .filter(|(_, target)| !exists(&folder.join(target)))
        .map(|(line, target)| Offence::new(path, line, format!("nothing at `{target}`")))
        .collect()
}

#[test]
fn dead_links_are_seen() {
    let sample = "[a](b.md) [c](../d.md#e)\n[f](https://g.example/h.md) [i](#j)\n\
        ```\n[k](l.md)\n```\n[m](n.md \"o\")\n";
    let exists = |path: &Path| path == Path::new("docs/b.md");
    assert_eq!(
        messages(&dead_links("docs/a.md", sample, exists)),
        ["docs/a.md:1: nothing at `../d.md`", "docs/a.md:6: nothing at `n.md`"]
    );
}

#[test]
fn links_lead_somewhere() {
    let files = tree();
    let root = root();
    assert_clean(
        files
            .iter()
            .filter(|file| file.has_extension("md"))
            .flat_map(|file| dead_links(&file.path, &file.text, |path| root.join(path).exists())),
    );
}
