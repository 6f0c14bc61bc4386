//! Who is told what, and when, while the disk takes its time.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use domain::Timestamp;
use futures_util::future::poll_immediate;
use testkit::clock::FakeClock;

use super::{
    Confirmer, Finished, IdGenerator, Sqlite, connect,
    disk::{Disk, GROUPS, Group},
};
use crate::{
    error::{Error, Result},
    statement::Statement,
    store::{Class, Durability, Hooks, StoreConfig},
    tx::Tx,
};

/// A disk that takes as long as the test likes.
struct Slow {
    asked: Sender<()>,
    done: Receiver<io::Result<()>>,
}

impl Disk for Slow {
    fn sync(&self) -> io::Result<()> {
        self.asked.send(()).unwrap();
        self.done.recv().unwrap()
    }
}

/// The test's hands on a slow disk.
struct Hands {
    asked: Receiver<()>,
    done: Sender<io::Result<()>>,
}

impl Hands {
    /// The disk is at work.
    #[track_caller]
    fn is_asked(&self) {
        self.asked.recv_timeout(Duration::from_secs(10)).expect("the disk is asked");
    }
}

fn slow() -> (Slow, Hands) {
    let (asked, done) = (channel(), channel());
    (Slow { asked: asked.0, done: done.1 }, Hands { asked: asked.1, done: done.0 })
}

type Told = (&'static str, Result<()>);

struct Scene {
    confirmer: Arc<Confirmer>,
    disk: Hands,
    told: (Sender<Told>, Receiver<Told>),
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU32>,
}

impl Scene {
    fn new() -> Self {
        let confirmer = Arc::new(Confirmer::default());
        let (slow, disk) = slow();
        let running = confirmer.clone();
        let thread = std::thread::spawn(move || running.run(&slow, &Hooks::new()));
        Self { confirmer, disk, told: channel(), thread: Some(thread), commits: Arc::default() }
    }

    /// A group of one that has been committed.
    fn commit(&self, name: &'static str) {
        let (number, told) = (self.confirmer.begin(), self.told.0.clone());
        let commits = self.commits.clone();
        let finished = Finished {
            commit: None,
            after_commit: vec![Box::new(move || {
                commits.fetch_add(1, Ordering::Relaxed);
            })],
            answer: Box::new(move |outcome| told.send((name, outcome)).unwrap()),
        };
        let finished = vec![finished];
        self.confirmer.confirm(Group { number, finished, wrote: true, outcome: Ok(()) });
    }

    fn read(&self, name: &'static str) {
        let told = self.told.0.clone();
        self.confirmer.tell(Box::new(move |outcome| told.send((name, outcome)).unwrap()));
    }

    /// The disk says so, and as a consequence these are told.
    fn disk_says(&self, result: io::Result<()>, names: &[&str]) -> Vec<Result<()>> {
        assert!(self.told.1.try_recv().is_err(), "somebody was told before");
        self.disk.done.send(result).unwrap();
        let told = names.iter().map(|name| {
            let (who, outcome) = self.told.1.recv().unwrap();
            assert_eq!(who, *name);
            outcome
        });
        told.collect()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.confirmer.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

#[test]
fn what_comes_while_the_disk_is_busy_shares_the_next_wait() {
    let scene = Scene::new();
    scene.commit("first");
    scene.disk.is_asked();
    scene.commit("second");
    scene.commit("third");
    scene.disk_says(Ok(()), &["first"]);
    scene.disk.is_asked();
    let told = scene.disk_says(Ok(()), &["second", "third"]);
    assert!(told.iter().all(Result::is_ok));
    assert!(scene.disk.asked.try_recv().is_err());
}

#[test]
fn whoever_reads_is_told_when_the_disk_has_what_could_be_seen_and_not_later() {
    let scene = Scene::new();
    scene.read("nothing is on its way");
    assert_eq!(scene.told.1.try_recv().unwrap().0, "nothing is on its way");
    scene.commit("first");
    scene.disk.is_asked();
    scene.read("of the first");
    scene.commit("second");
    scene.disk_says(Ok(()), &["first", "of the first"]);
    scene.disk.is_asked();
    scene.read("of the second");
    // It is visible from here on, and not yet handed over.
    let number = scene.confirmer.begin();
    scene.read("of the third");
    scene.disk_says(Ok(()), &["second", "of the second"]);
    assert!(scene.told.1.try_recv().is_err());
    let group = Group { number, finished: Vec::new(), wrote: false, outcome: Ok(()) };
    scene.confirmer.confirm(group);
    // Nothing was written by it, so the disk is not asked.
    assert_eq!(scene.told.1.recv().unwrap().0, "of the third");
}

#[test]
fn a_disk_that_has_failed_is_never_believed_again() {
    let scene = Scene::new();
    scene.commit("before");
    scene.disk.is_asked();
    scene.disk_says(Ok(()), &["before"]);
    scene.commit("lost");
    scene.disk.is_asked();
    scene.read("of what is lost");
    scene.commit("behind it");
    let failure = io::Error::other("as planned");
    let told = scene.disk_says(Err(failure), &["lost", "of what is lost", "behind it"]);
    assert!(matches!(told[0], Err(Error::UnknownOutcome)), "{told:?}");
    assert!(matches!(told[1], Err(Error::Unavailable(_))), "{told:?}");
    assert!(matches!(told[2], Err(Error::UnknownOutcome)), "{told:?}");
    assert!(matches!(scene.confirmer.admit(), Err(Error::Unavailable(_))));
    assert!(scene.disk.asked.try_recv().is_err(), "it was asked again");
    assert_eq!(scene.commits.load(Ordering::Relaxed), 1);
}

#[test]
fn a_writer_far_ahead_of_the_disk_waits() {
    let scene = Scene::new();
    scene.commit("first");
    scene.disk.is_asked();
    for _ in 0..GROUPS {
        scene.confirmer.admit().unwrap();
        scene.commit("more");
    }
    let (confirmer, told) = (scene.confirmer.clone(), scene.told.0.clone());
    let writer = std::thread::spawn(move || told.send(("writer", confirmer.admit())).unwrap());
    scene.disk_says(Ok(()), &["first"]);
    scene.disk.is_asked();
    scene.disk.done.send(Ok(())).unwrap();
    writer.join().unwrap();
    let names: Vec<_> = (0..=GROUPS).map(|_| scene.told.1.recv().unwrap().0).collect();
    assert_eq!(names.iter().filter(|name| **name == "writer").count(), 1);
}

#[test]
fn who_waits_when_it_is_stopped_is_told() {
    let scene = Scene::new();
    scene.commit("last");
    scene.disk.is_asked();
    scene.confirmer.begin();
    scene.read("of a group that never came");
    scene.confirmer.stop();
    scene.read("of the last");
    // Not before the disk has it, even now.
    scene.disk_says(Ok(()), &["last", "of a group that never came", "of the last"]);
}

#[test]
fn nobody_waits_for_a_thread_that_has_panicked() {
    let mut scene = Scene::new();
    scene.commit("lost");
    scene.disk.is_asked();
    scene.read("of what is lost");
    // The disk's end of the line is gone, at which this one panics.
    drop(std::mem::replace(&mut scene.disk.done, channel().0));
    assert!(scene.thread.take().unwrap().join().is_err());
    let (who, verdict) = scene.told.1.recv().unwrap();
    assert_eq!(who, "of what is lost");
    assert!(matches!(verdict, Err(Error::Unavailable(_))), "{verdict:?}");
    scene.commit("behind it");
    assert!(matches!(scene.confirmer.admit(), Err(Error::Unavailable(_))));
    assert!(scene.told.1.try_recv().is_err());
}

static MAKE: Statement =
    Statement::new("tests::MAKE", "create table things (id integer)", "select 1");
static ADD: Statement = Statement::new("tests::ADD", "insert into things values (1)", "select 1");
static COUNT: Statement = Statement::new("tests::COUNT", "select count(*) from things", "select 1");

type Answer<'a> = Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>>;

/// SQLite in a folder, on a disk that takes as long as the test likes.
struct House {
    sqlite: Sqlite,
    disk: Hands,
    /// How many rows whoever had their turn has found.
    found: (Sender<i64>, Receiver<i64>),
    _folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openbell.db");
        let config = StoreConfig { readers: 1, ..StoreConfig::new("sqlite://elsewhere") };
        let connection = connect(&path, Durability::Full).unwrap();
        let clock = FakeClock::new(Timestamp::from_millis(1_700_000_000_000)).shared();
        let ids = Arc::new(IdGenerator::new(clock.clone()));
        let (slow, disk) = slow();
        let (place, hooks) = ((path.as_path(), &config), Arc::new(Hooks::new()));
        let sqlite = Sqlite::open_on(Box::new(slow), connection, place, &clock, &ids, &hooks);
        let house = Self { sqlite: sqlite.unwrap(), disk, found: channel(), _folder: folder };
        let make = async |tx: &Tx| tx.exec(&MAKE, &[]).await;
        let mut made = Box::pin(house.sqlite.write(Class::Interactive, make));
        assert!(poll_immediate(&mut made).await.is_none());
        house.disk.is_asked();
        house.disk.done.send(Ok(())).unwrap();
        made.await.unwrap();
        // It is told before the thread that waits for the disk rests.
        while !house.sqlite.confirmer.is_idle() {
            std::thread::yield_now();
        }
        house
    }

    /// Adds a row and says how many were there before, or that it fails.
    fn write(&self, fail: bool) -> Answer<'_> {
        let found = self.found.0.clone();
        let write = async move |tx: &Tx| {
            let (count,): (i64,) = tx.one(&COUNT, &[]).await?;
            found.send(count).unwrap();
            if fail {
                return Err(Error::NotFound);
            }
            tx.exec(&ADD, &[]).await?;
            Ok(count)
        };
        Box::pin(self.sqlite.write(Class::Interactive, write))
    }

    /// Adds a row when it is told to.
    fn write_held(&self) -> (Sender<()>, Answer<'_>) {
        let (go, held) = channel();
        let held = Mutex::new(held);
        let write = async move |tx: &Tx| {
            held.lock().unwrap().recv().unwrap();
            tx.exec(&ADD, &[]).await?;
            Ok(0)
        };
        (go, Box::pin(self.sqlite.write(Class::Interactive, write)))
    }

    fn read(&self) -> Answer<'_> {
        let found = self.found.0.clone();
        let read = async move |tx: &Tx| {
            let (count,): (i64,) = tx.one(&COUNT, &[]).await?;
            found.send(count).unwrap();
            Ok(count)
        };
        Box::pin(self.sqlite.read(read))
    }

    fn found(&self) -> i64 {
        self.found.1.recv().unwrap()
    }
}

async fn begun(mut answer: Answer<'_>) -> Answer<'_> {
    assert!(poll_immediate(&mut answer).await.is_none());
    answer
}

#[tokio::test]
async fn the_writer_goes_on_while_the_disk_is_busy_and_nobody_is_told() {
    let house = House::new().await;
    let mut first = begun(house.write(false)).await;
    assert_eq!(house.found(), 0);
    house.disk.is_asked();
    // The disk is busy with the first, and all of these see it.
    let mut refused = begun(house.write(true)).await;
    assert_eq!(house.found(), 1);
    let mut second = begun(house.write(false)).await;
    assert_eq!(house.found(), 1);
    let mut read = begun(house.read()).await;
    assert!([1, 2].contains(&house.found()));
    for waiting in [&mut first, &mut refused, &mut second, &mut read] {
        assert!(poll_immediate(waiting).await.is_none());
    }
    house.disk.done.send(Ok(())).unwrap();
    assert_eq!(first.await.unwrap(), 0);
    house.disk.is_asked();
    assert!(poll_immediate(&mut second).await.is_none());
    house.disk.done.send(Ok(())).unwrap();
    assert_eq!(second.await.unwrap(), 1);
    assert!(matches!(refused.await, Err(Error::NotFound)));
    assert!([1, 2].contains(&read.await.unwrap()));
}

#[tokio::test]
async fn a_group_grows_while_the_disk_is_busy_and_no_longer() {
    let house = House::new().await;
    let (go, first) = house.write_held();
    let (go_on, second) = house.write_held();
    let (first, second) = (begun(first).await, begun(second).await);
    let third = begun(house.write(false)).await;
    go.send(()).unwrap();
    // It goes alone to a disk that has nothing to do; the others meet behind it.
    house.disk.is_asked();
    go_on.send(()).unwrap();
    assert_eq!(house.found(), 2);
    house.disk.done.send(Ok(())).unwrap();
    first.await.unwrap();
    house.disk.is_asked();
    house.disk.done.send(Ok(())).unwrap();
    second.await.unwrap();
    third.await.unwrap();
    assert!(house.disk.asked.try_recv().is_err(), "they share one wait");
}

#[tokio::test]
async fn behind_a_disk_that_has_failed_nothing_is_written_or_read() {
    let house = House::new().await;
    let lost = begun(house.write(false)).await;
    house.disk.is_asked();
    assert!(poll_immediate(house.sqlite.failed()).await.is_none());
    house.disk.done.send(Err(io::Error::other("as planned"))).unwrap();
    house.sqlite.failed().await;
    assert!(matches!(lost.await, Err(Error::UnknownOutcome)));
    let refused = house.write(false).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let refused = house.read().await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
}
