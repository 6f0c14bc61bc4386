//! A source that is a folder: its new and changed files.
//!
//! A file is read once two looks, some time apart, have found it with the same size and time: what
//! is being written grows in between. It is hashed, so that one that was only touched is not read,
//! and looked at again afterwards, so that one that changed meanwhile is read once more.

use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use domain::Timestamp;
use kit::Result;
use sha2::{Digest, Sha256};
use store::{args, from_row};
use tokio::{fs, io::AsyncReadExt as _};

use super::{
    pull::{Ended, Wrong, hex},
    state::RunOf,
};
use crate::{
    import::{Import, Options},
    sql_sources as sql,
};

/// The least time between two looks that find a file the same.
const STILL: Duration = Duration::from_secs(10);
/// The most files of a folder.
const MAX_FILES: usize = 1_000;
/// What is read, by the end of the name.
const ENDINGS: [&str; 4] = ["csv", "json", "jsonl", "ndjson"];

/// A file as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    name: String,
    size: i64,
    /// Nanoseconds of the Unix epoch.
    modified: i64,
}

/// A file as it was when somebody last looked.
struct Seen {
    name: String,
    size: i64,
    modified: i64,
    seen_at: Timestamp,
    hash: Option<String>,
    done: bool,
}

from_row!(Seen { name, size, modified, seen_at, hash, done });

/// What became of a file.
enum Looked {
    /// There was nothing to do.
    Done,
    /// It is in.
    Imported,
    /// It may not be whole yet.
    Waiting,
}

/// Imports the files of a folder that are new or changed, the oldest first. A file that cannot be
/// read does not stop the others.
///
/// # Errors
/// What is not the source's doing.
pub(super) async fn pull(run: &RunOf, folder: &Path, settings: &str) -> Result<Ended> {
    let badly = |message: String| Ok(Ended::Badly(Wrong { message, retry_after: None }));
    let found = match list(folder).await {
        Ok(found) => found,
        Err(error) => return badly(format!("the folder cannot be read: {error}")),
    };
    if found.len() > MAX_FILES {
        return badly(format!("the folder has more than {MAX_FILES} files"));
    }
    let place = args![run.tenant, &run.source];
    let rows: Vec<Seen> = run.ctx.store().all(&sql::FILES, &place).await?;
    let mut seen: HashMap<String, Seen> =
        rows.into_iter().map(|row| (row.name.clone(), row)).collect();
    let (mut is_waiting, mut is_imported, mut wrong) = (false, false, None);
    let mut import = None;
    for file in &found {
        let work = Work { run, folder, settings, seen: seen.remove(&file.name) };
        match work.look(file, &mut import).await {
            Ok(Looked::Done) => {}
            Ok(Looked::Imported) => is_imported = true,
            Ok(Looked::Waiting) => is_waiting = true,
            Err(error) => {
                let Wrong { message, .. } = Wrong::of(error)?;
                wrong = wrong.or(Some(format!("{}: {message}", file.name)));
            }
        }
    }
    match import {
        Some(import) if is_imported => drop(import.finish().await?),
        Some(import) => import.break_off().await?,
        None => {}
    }
    for name in seen.into_keys() {
        write(run, &sql::FORGET_FILE, args![run.tenant, &run.source, name].to_vec()).await?;
    }
    match wrong {
        Some(message) => badly(message),
        None if is_waiting => Ok(Ended::Waiting),
        None => Ok(Ended::Well),
    }
}

struct Work<'w> {
    run: &'w RunOf,
    folder: &'w Path,
    settings: &'w str,
    seen: Option<Seen>,
}

impl Work<'_> {
    async fn look(&self, file: &Found, import: &mut Option<Import<'static>>) -> Result<Looked> {
        let now = self.run.ctx.now();
        let same = |seen: &&Seen| (seen.size, seen.modified) == (file.size, file.modified);
        let Some(seen) = self.seen.as_ref().filter(same) else {
            self.note(file, false).await?;
            return Ok(Looked::Waiting);
        };
        let is_current = seen.hash.as_ref().is_none_or(|hash| hash.starts_with(self.settings));
        if seen.done && is_current {
            return Ok(Looked::Done);
        }
        if now.since(seen.seen_at) < STILL && !seen.done {
            return Ok(Looked::Waiting);
        }
        let path = self.folder.join(&file.name);
        // The map decides what a file means as much as its content does.
        let hash = format!("{}:{}", self.settings, hash(&path).await.map_err(unreadable)?);
        let is_same = self.is_as(&path, file).await;
        if is_same && seen.hash.as_ref() == Some(&hash) {
            self.done(file, Some(hash), true).await?;
            return Ok(Looked::Done);
        }
        if !is_same {
            self.note(file, false).await?;
            return Ok(Looked::Waiting);
        }
        // From here on it may be imported in part.
        let row = args![self.run.tenant, &self.run.source, &file.name, false];
        write(self.run, &sql::FORGET_HASH, row.to_vec()).await?;
        self.import(&path, file, import).await?;
        let is_same = self.is_as(&path, file).await;
        self.done(file, is_same.then_some(hash), is_same).await?;
        Ok(if is_same { Looked::Imported } else { Looked::Waiting })
    }

    async fn import(
        &self,
        path: &Path,
        file: &Found,
        import: &mut Option<Import<'static>>,
    ) -> Result<()> {
        let input = Box::pin(fs::File::open(path).await.map_err(unreadable)?);
        let mut work = match import.take() {
            Some(work) => work,
            None => {
                let RunOf { ctx, tenant, source, run } = self.run;
                Import::start(ctx, *tenant, Options::of_source(source), Some(*run), None).await?
            }
        };
        work.prefix(format!("{}: ", file.name));
        let taken = work.take(input).await;
        // What other files brought is told whatever becomes of this one.
        *import = Some(work);
        taken.map(drop)
    }

    async fn is_as(&self, path: &Path, file: &Found) -> bool {
        let now = fs::symlink_metadata(path).await.ok().and_then(|it| Found::of(&file.name, &it));
        now.as_ref() == Some(file)
    }

    async fn note(&self, file: &Found, done: bool) -> Result<()> {
        let (run, now) = (self.run, self.run.ctx.now());
        let row = args![run.tenant, &run.source, &file.name, file.size, file.modified, now, done];
        write(run, &sql::SEE_FILE, row.to_vec()).await
    }

    async fn done(&self, file: &Found, hash: Option<String>, done: bool) -> Result<()> {
        let row = args![self.run.tenant, &self.run.source, &file.name, hash, done];
        write(self.run, &sql::FILE_DONE, row.to_vec()).await
    }
}

impl Found {
    /// None when it is no plain file. A link is none: it could lead out of the folder.
    fn of(name: &str, metadata: &std::fs::Metadata) -> Option<Self> {
        let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        metadata.is_file().then(|| Self {
            name: name.to_owned(),
            size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
            modified: i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        })
    }
}

/// The files that may be meant, the oldest first.
async fn list(folder: &Path) -> std::io::Result<Vec<Found>> {
    let (mut entries, mut found) = (fs::read_dir(folder).await?, Vec::new());
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().into_string().ok().filter(|name| is_meant(name));
        let Some(name) = name else { continue };
        // One that is gone by now is as if it had never been there.
        let metadata = fs::symlink_metadata(entry.path()).await.ok();
        found.extend(metadata.and_then(|metadata| Found::of(&name, &metadata)));
        if found.len() > MAX_FILES {
            break;
        }
    }
    found.sort_unstable_by(|a, b| (a.modified, &a.name).cmp(&(b.modified, &b.name)));
    Ok(found)
}

/// Whether a name is that of a file which is to be read: programs that copy in steps give theirs
/// other endings, or a dot in front, until they are done.
fn is_meant(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    let ending = ending.map(str::to_ascii_lowercase);
    !name.starts_with('.') && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

async fn hash(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash) = (fs::File::open(path).await?, Sha256::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).await?;
        if count == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..count]);
    }
}

fn unreadable(error: std::io::Error) -> kit::Error {
    kit::Error::bad_request(format!("it cannot be read: {error}"))
}

async fn write(
    run: &RunOf,
    statement: &'static store::Statement,
    row: Vec<store::Value>,
) -> Result<()> {
    run.ctx.store().execute(statement, row).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_files_are_meant() {
        for name in ["a.csv", "A.CSV", "2026-01-14 sales.json", "x.ndjson", "x.jsonl"] {
            assert!(is_meant(name), "{name}");
        }
        for name in [".a.csv", "a.csv.part", "a.csv~", "a.tmp", "csv", "a.csv.XyZ12"] {
            assert!(!is_meant(name), "{name}");
        }
    }
}
