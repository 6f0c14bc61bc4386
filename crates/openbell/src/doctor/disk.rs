//! The folders that the server writes to: whether it can, and for how long.

use std::{
    io,
    path::{Path, PathBuf},
};

use kit::Config;
use rustix::fs::{Access, access, statvfs};

use super::{Check, size};
use crate::house;

/// Less than this is no room for a busy day's journal.
const WARN_BYTES: u64 = 1 << 30;
/// With less than this the disk is about to be full, and writes to be refused.
const FAIL_BYTES: u64 = 100 << 20;

const FOLDER: &str = "data_folder";
const SPACE: &str = "free_space";

/// The data folder, and that of the database where it is another one.
pub(super) fn look(config: &Config) -> Vec<Check> {
    let mut checks = Vec::new();
    for folder in folders(config) {
        checks.push(writable(config, &folder));
        checks.extend(space(&folder));
    }
    checks.extend(files(config));
    checks
}

fn folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = vec![config.data_dir.clone()];
    if let Some(folder) =
        house::store_config(config).sqlite_path().as_deref().and_then(Path::parent)
        && *folder != config.data_dir
    {
        folders.push(folder.to_owned());
    }
    folders
}

/// The folder itself or, while it is not there, the one that it will be made in.
fn nearest(folder: &Path) -> &Path {
    let above = folder.ancestors().find(|path| path.exists());
    above.filter(|path| *path != Path::new("")).unwrap_or(Path::new("."))
}

fn writable(config: &Config, folder: &Path) -> Check {
    let (shown, near) = (folder.display(), nearest(folder));
    if !near.is_dir() {
        let advice = "move the file away, or name another folder by OPENBELL_DATA_DIR";
        return Check::fail(FOLDER, format!("{} is no folder", near.display()), advice);
    }
    let is_there = near == folder || folder == Path::new("");
    match access(near, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if is_there => Check::ok(FOLDER, format!("{shown} is there and can be written to")),
        Ok(()) => Check::ok(FOLDER, format!("{shown} will be made at the first start")),
        Err(_) if !config.is_sqlite() && !is_there => {
            Check::ok(FOLDER, format!("{shown} is not there, and not needed with PostgreSQL"))
        }
        Err(error) => {
            let found = match is_there {
                true => format!("{shown} cannot be written to: {}", io::Error::from(error)),
                false => format!(
                    "{shown} is not there and cannot be made: {} {}",
                    near.display(),
                    io::Error::from(error)
                ),
            };
            let advice = "give it to the user who runs Openbell (chown), or name another folder \
                          by OPENBELL_DATA_DIR";
            Check::fail(FOLDER, found, advice)
        }
    }
}

fn space(folder: &Path) -> Option<Check> {
    // Why it cannot be looked at is the other check's affair.
    let disk = statvfs(nearest(folder)).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let found = format!("{} free for {}", size(free), folder.display());
    let advice = "make room, or move the folder; a full disk refuses writes, and reads go on";
    Some(match free {
        little if little < FAIL_BYTES => Check::fail(SPACE, found, advice),
        little if little < WARN_BYTES => Check::warn(SPACE, found, advice),
        _ => Check::ok(SPACE, found),
    })
}

/// Files that somebody else has left behind: a server that was once run as root, most likely.
fn files(config: &Config) -> Vec<Check> {
    if !config.is_sqlite() {
        return Vec::new();
    }
    let database = house::store_config(config).sqlite_path();
    let files = [Some(config.data_dir.join(house::LOCK_FILE)), database];
    let closed = files.into_iter().flatten().filter(|file| file.is_file()).filter_map(|file| {
        let error = access(&file, Access::READ_OK | Access::WRITE_OK).err()?;
        let found = format!("{} cannot be written to: {}", file.display(), io::Error::from(error));
        Some(Check::fail(FOLDER, found, "give it to the user who runs Openbell (chown)"))
    });
    closed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(nearest(&folder.path().join("a/b")), folder.path());
        assert_eq!(nearest(folder.path()), folder.path());
        assert_eq!(nearest(Path::new("no-such-folder/x")), Path::new("."));
        assert_eq!(nearest(Path::new("")), Path::new("."));
    }
}
