//! Sources that are folders.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use domain::Role;
use serde_json::Value;
use testkit::Database;

use super::house::House;

const HEADING: &str = "source_id,street,city,state,opening_bid\n";

/// A minute and a half: the sweep has come, and what was seen before is looked at again.
const LOOK: Duration = Duration::from_secs(90);
/// Long enough for everything to be due.
const LATER: Duration = Duration::from_secs(16 * 60);

/// A house with a source that is a folder.
struct Bed {
    house: House,
    folder: tempfile::TempDir,
}

impl Bed {
    async fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("[[sources]]\nname = \"county\"\nfolder = {:?}\n", folder.path());
        Self { house: House::with_file(database, &file).await, folder }
    }

    /// Writes a file whose time is `minute` minutes after some hour.
    fn write(&self, name: &str, text: &str, minute: u64) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        touch(&path, minute);
    }

    async fn advance(&self, by: Duration) -> usize {
        self.house.app.advance(by).await;
        self.house.events().await.len()
    }

    async fn source(&self) -> Value {
        let list = self.house.operator.get("/api/v1/sources").await.expect(200);
        list.json["items"][0].clone()
    }
}

fn touch(path: &Path, minute: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_000_000 + 60 * minute);
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

fn rows(bids: &[(&str, &str)]) -> String {
    let row = |(name, bid): &(&str, &str)| format!("{name},{name} A St,B,CA,{bid}\n");
    HEADING.to_owned() + &bids.iter().map(row).collect::<String>()
}

#[tokio::test]
async fn files_are_read_once_they_stay_as_they_are() {
    for database in Database::BOTH {
        let bed = Bed::new(database).await;
        bed.write("b.csv", &rows(&[("1", "200")]), 2);
        bed.write("a.csv.part", &rows(&[("9", "1")]), 1);
        bed.write(".hidden.csv", &rows(&[("8", "1")]), 1);
        fs::create_dir(bed.folder.path().join("dir.csv")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", bed.folder.path().join("link.csv")).unwrap();
        assert_eq!(bed.advance(LOOK).await, 0, "it was seen, no more");
        // It grows: somebody is still at it.
        bed.write("b.csv", &rows(&[("1", "200"), ("2", "200")]), 3);
        assert_eq!(bed.advance(LOOK).await, 0, "it was seen growing");
        assert_eq!(bed.advance(LOOK).await, 2);
        assert_eq!(bed.source().await["last_import"]["added"], 2);
        assert_eq!(bed.advance(LATER).await, 0);
        // Only touched; then changed with its size and its time kept until later.
        bed.write("b.csv", &rows(&[("1", "200"), ("2", "200")]), 4);
        assert_eq!((bed.advance(LATER).await, bed.advance(LATER).await), (0, 0));
        bed.write("b.csv", &rows(&[("1", "300"), ("2", "200")]), 5);
        assert_eq!(bed.advance(LATER).await + bed.advance(LOOK).await, 1);
        let source = bed.source().await;
        assert!(source["last_error"].is_null() && source["failures"] == 0, "{source}");
    }
}

#[tokio::test]
async fn the_newest_file_has_the_last_word_and_a_bad_one_stops_nobody() {
    for database in Database::BOTH {
        let bed = Bed::new(database).await;
        bed.write("z-monday.csv", &rows(&[("1", "100")]), 1);
        bed.write("a-tuesday.csv", &rows(&[("1", "200")]), 2);
        bed.write("broken.csv", "colour\nred\n", 3);
        assert_eq!(bed.advance(LOOK).await + bed.advance(LOOK).await, 2);
        let list = bed.house.ann.get("/api/v1/properties").await.expect(200);
        assert_eq!(list.json["items"][0]["opening_bid"], 200.00);
        let source = bed.source().await;
        let error = source["last_error"].as_str().unwrap();
        assert_eq!(error, "broken.csv: the heading has no column for street");
        assert_eq!(
            (&source["failures"], &source["place"]),
            (&1.into(), &{ Value::from(bed.folder.path().display().to_string()) })
        );
        assert!(!source["introduced_at"].is_null(), "the others are in");
        bed.write("broken.csv", &rows(&[("2", "1")]), 4);
        assert_eq!(bed.advance(LATER).await + bed.advance(LATER).await, 1);
        assert!(bed.source().await["last_error"].is_null());
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there() {
    let file = "[[sources]]\nname = \"county\"\nfolder = \"/nowhere/at/all\"\n";
    let house = House::with_file(Database::Sqlite, file).await;
    house.app.advance(LOOK).await;
    let list = house.operator.get("/api/v1/sources").await.expect(200);
    let source = &list.json["items"][0];
    let error = source["last_error"].as_str().unwrap();
    assert!(error.starts_with("the folder cannot be read: "), "{error}");
    house.app.user(&[Role::Agent]).get("/api/v1/sources").await.expect_problem(403, "forbidden");
}
