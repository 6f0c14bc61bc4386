//! Who has the embedded database. Looked up, and not tried out: whoever holds the lock for a
//! moment keeps a server from starting.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use kit::Config;

use super::Check;
use crate::house;

const NAME: &str = "data_lock";

/// Where the system lists the locks that are held. Linux alone does.
const HELD: &str = "/proc/locks";

pub(super) fn look(config: &Config) -> Option<Check> {
    if !config.is_sqlite() {
        return None;
    }
    let path = config.data_dir.join(house::LOCK_FILE);
    let shown = path.display();
    let Ok(file) = fs::metadata(&path) else {
        return Some(Check::ok(NAME, format!("{shown} is not there: nobody has started here yet")));
    };
    let Ok(held) = fs::read_to_string(HELD) else {
        let found = format!("this system does not tell who holds {shown}");
        return Some(Check::ok(NAME, found));
    };
    Some(Check::ok(
        NAME,
        match holder(&held, file.dev(), file.ino()) {
            Some(0) => format!("{shown} is held by a process elsewhere: a running server is fine"),
            Some(process) => format!(
                "{shown} is held by process {process}{}: a running server is fine",
                name_of(process)
            ),
            None => format!("nobody is seen to hold {shown}"),
        },
    ))
}

/// The process that holds a file, by the file's device and number.
fn holder(held: &str, device: u64, number: u64) -> Option<u64> {
    let device = format!("{:02x}:{:02x}", rustix::fs::major(device), rustix::fs::minor(device));
    held.lines().find_map(|line| {
        // `1: FLOCK  ADVISORY  WRITE 4321 fe:00:5947422 0 EOF`; those who wait have an arrow.
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, process, file, ..] = words[..] else { return None };
        let (there, inode) = file.rsplit_once(':')?;
        let is_it = there == device && inode.parse() == Ok(number);
        is_it.then(|| process.parse().unwrap_or(0))
    })
}

fn name_of(process: u64) -> String {
    let name = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("comm"));
    name.map(|name| format!(" ({})", name.trim())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_locks_is_read() {
        let held = "1: POSIX  ADVISORY  WRITE 11 fe:00:7 0 EOF\n\
                    2: -> FLOCK  ADVISORY  WRITE 12 fe:00:7 0 EOF\n\
                    3: FLOCK  ADVISORY  WRITE 13 fe:01:7 0 EOF\n\
                    4: FLOCK  ADVISORY  WRITE 14 fe:00:7 0 EOF\n\
                    5: FLOCK  ADVISORY  WRITE -1 fe:00:8 0 EOF\nnonsense\n";
        let device = rustix::fs::makedev(0xfe, 0);
        assert_eq!(holder(held, device, 7), Some(14));
        assert_eq!(holder(held, device, 8), Some(0));
        assert_eq!(holder(held, device, 9), None);
    }
}
