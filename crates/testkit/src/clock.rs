//! A clock that stands still until a test moves it.

use std::{
    collections::BTreeMap,
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use domain::{Clock, SharedClock, Sleep, Timestamp};

/// The machine's clock, where a test has to wait for another process.
pub fn real_clock() -> SharedClock {
    Arc::new(kit::SystemClock::new())
}

/// A [`Clock`] for tests. Clones share one time.
///
/// Sleepers are woken by [`FakeClock::advance`] alone, the earliest deadline first and, at the same
/// deadline, in the order in which they began. Waking only schedules a task; what it does then
/// happens when its executor gets to it. [`FakeClock::until_sleepers`] tells when it sleeps again.
#[derive(Clone)]
pub struct FakeClock {
    state: Arc<Mutex<State>>,
}

struct State {
    wall: Timestamp,
    monotonic: Duration,
    /// Who sleeps and was polled, by deadline and then by order of arrival.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    /// Who waits for a number of sleepers.
    watchers: Vec<Waker>,
    next_sleeper: u64,
}

impl FakeClock {
    /// A clock that stands at `start`; its monotonic time begins at zero.
    pub fn new(start: Timestamp) -> Self {
        let state = State {
            wall: start,
            monotonic: Duration::ZERO,
            sleepers: BTreeMap::new(),
            watchers: Vec::new(),
            next_sleeper: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// This clock as the rest of the house takes it.
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }

    /// A clock that shows this one's time and waits in real time, for what speaks with another
    /// process.
    pub fn waiting_in_real_time(&self) -> SharedClock {
        Arc::new(Outward { shown: self.clone(), waits: real_clock() })
    }

    /// Moves both times forward and wakes everybody whose deadline has come, in order of deadline.
    pub fn advance(&self, duration: Duration) {
        let due = {
            let mut state = self.lock();
            state.wall = state.wall.plus(duration);
            state.monotonic = state.monotonic.saturating_add(duration);
            let end = (state.monotonic.saturating_add(Duration::from_nanos(1)), 0);
            let later = state.sleepers.split_off(&end);
            std::mem::replace(&mut state.sleepers, later)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// Sets the wall clock alone, as an administrator or a time server does: timers and
    /// [`Clock::monotonic`] do not notice.
    pub fn set(&self, now: Timestamp) {
        self.lock().wall = now;
    }

    /// How many sleeps were polled and wait for their deadline.
    pub fn sleepers(&self) -> usize {
        self.lock().sleepers.len()
    }

    /// Completes once at least `count` sleeps wait. A test awaits this before it advances, so that
    /// the task under test has reached its timer.
    pub async fn until_sleepers(&self, count: usize) {
        poll_fn(|context| {
            let mut state = self.lock();
            if state.sleepers.len() >= count {
                return Poll::Ready(());
            }
            state.watchers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("FakeClock")
            .field("now", &state.wall)
            .field("sleepers", &state.sleepers.len())
            .finish()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.lock().wall
    }

    fn monotonic(&self) -> Duration {
        self.lock().monotonic
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let mut state = self.lock();
        let key = (state.monotonic.saturating_add(duration), state.next_sleeper);
        state.next_sleeper += 1;
        Box::pin(Sleeper { clock: self.clone(), key })
    }
}

/// Shows one clock's time and waits on another. What the first is advanced by has passed as well.
struct Outward {
    shown: FakeClock,
    waits: SharedClock,
}

impl Clock for Outward {
    fn now(&self) -> Timestamp {
        self.shown.now()
    }

    fn monotonic(&self) -> Duration {
        self.waits.monotonic().saturating_add(self.shown.monotonic())
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.waits.sleep(duration)
    }
}

/// Waits until the clock's monotonic time reaches the deadline in `key`.
struct Sleeper {
    clock: FakeClock,
    key: (Duration, u64),
}

impl Future for Sleeper {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.lock();
        if state.monotonic >= self.key.0 {
            return Poll::Ready(());
        }
        // Wakers are called and dropped without the lock: they may lead back to this clock.
        let replaced = state.sleepers.insert(self.key, context.waker().clone());
        let watchers = std::mem::take(&mut state.watchers);
        drop(state);
        drop(replaced);
        watchers.into_iter().for_each(Waker::wake);
        Poll::Pending
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let waker = self.clock.lock().sleepers.remove(&self.key);
        drop(waker);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Weak, task::Wake};

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    /// Notes its name when it is woken.
    struct Note {
        name: &'static str,
        log: Weak<Mutex<Vec<&'static str>>>,
    }

    impl Wake for Note {
        fn wake(self: Arc<Self>) {
            self.log.upgrade().unwrap().lock().unwrap().push(self.name);
        }
    }

    #[test]
    fn sleepers_wake_in_order_of_deadline() {
        let clock = FakeClock::new(START);
        let log = Arc::new(Mutex::new(Vec::new()));
        let seconds = Duration::from_secs;
        let mut sleeps: Vec<_> = [("late", 9), ("early", 1), ("middle", 5), ("middle too", 5)]
            .into_iter()
            .map(|(name, after)| {
                let waker = Waker::from(Arc::new(Note { name, log: Arc::downgrade(&log) }));
                let mut sleep = clock.sleep(seconds(after));
                assert!(sleep.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                sleep
            })
            .collect();

        clock.advance(seconds(5));
        assert_eq!(*log.lock().unwrap(), ["early", "middle", "middle too"]);
        assert_eq!((clock.sleepers(), clock.monotonic()), (1, seconds(5)));
        assert_eq!(clock.now(), START.plus(seconds(5)));

        let mut context = Context::from_waker(Waker::noop());
        assert!(sleeps[0].as_mut().poll(&mut context).is_pending());
        assert!(sleeps[1].as_mut().poll(&mut context).is_ready());
        drop(sleeps);
        assert_eq!(clock.sleepers(), 0, "a dropped sleep is forgotten");
    }

    #[test]
    fn a_deadline_is_not_early() {
        let clock = FakeClock::new(START);
        let mut sleep = clock.sleep(Duration::from_millis(10));
        let mut context = Context::from_waker(Waker::noop());
        clock.advance(Duration::from_millis(9));
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        clock.advance(Duration::from_millis(1));
        assert!(sleep.as_mut().poll(&mut context).is_ready());
        assert!(clock.sleep(Duration::ZERO).as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn setting_the_wall_clock_moves_no_timer() {
        let clock = FakeClock::new(START);
        let mut sleep = clock.sleep(Duration::from_secs(1));
        clock.set(Timestamp::from_millis(1_900_000_000_000));
        assert_eq!(clock.now().as_millis(), 1_900_000_000_000);
        assert_eq!(clock.monotonic(), Duration::ZERO);
        assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    #[tokio::test]
    async fn a_loop_is_driven_tick_by_tick() {
        let clock = FakeClock::new(START);
        let ticking = async {
            for _ in 0..3 {
                clock.sleep(Duration::from_secs(60)).await;
            }
            clock.now()
        };
        let driving = async {
            for _ in 0..3 {
                clock.until_sleepers(1).await;
                clock.advance(Duration::from_secs(60));
            }
        };
        let (end, ()) = tokio::join!(ticking, driving);
        assert_eq!(end, START.plus(Duration::from_secs(180)));
    }
}
