//! Hashing of passwords: argon2id, off the threads that serve, two at a time.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use kit::{Config, Error, Result};
use tokio::sync::Semaphore;

/// How many hashes are computed at once: each costs a core and tens of megabytes.
const RUNNING: usize = 2;
/// How many may wait for their turn; one more is told `busy`.
const WAITING: usize = 64;
/// Bytes of salt in each hash.
const SALT_BYTES: usize = 16;

/// How expensive a hash is to make, and so to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Memory in KiB.
    pub(crate) memory_kib: u32,
    /// Passes over it.
    pub(crate) iterations: u32,
}

impl Cost {
    /// The cost of new hashes.
    pub(crate) const fn of(config: &Config) -> Self {
        Self { memory_kib: config.argon2_memory_kib, iterations: config.argon2_iterations }
    }

    fn hasher(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.iterations, 1, None);
        let params = params.map_err(|e| Error::internal(e.to_string()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// What a password turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not the one.
    Wrong,
    /// The right one.
    Right,
    /// The right one, and its hash was made at another cost than new ones are.
    RightButOutdated,
}

/// The hashing of this process.
pub(crate) struct Passwords {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(RUNNING + WAITING)),
            running: Arc::new(Semaphore::new(RUNNING)),
        }
    }

    /// The PHC string of a new hash.
    ///
    /// # Errors
    /// `busy` when too many wait.
    pub(crate) async fn hash(&self, cost: Cost, password: String) -> Result<String> {
        self.run(move || hash(cost, &password)).await
    }

    /// Compares a password with a PHC string. Without one it takes as long and is wrong, so that
    /// the time does not tell who has an account.
    ///
    /// # Errors
    /// `busy` when too many wait, `internal` when the string is none.
    pub(crate) async fn verify(
        &self,
        cost: Cost,
        password: String,
        stored: Option<String>,
    ) -> Result<Verdict> {
        self.run(move || verify(cost, &password, stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| Error::busy())?;
        let running = self.running.clone().acquire_owned().await.map_err(Error::internal)?;
        // The permits go with the work: it runs to its end even when its caller has gone.
        let work = move || {
            let _permits = (admitted, running);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn hash(cost: Cost, password: &str) -> Result<String> {
    let salt = kit::random_bytes::<SALT_BYTES>();
    let hash: PasswordHash = cost
        .hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::internal(e.to_string()))?;
    Ok(hash.to_string())
}

fn verify(cost: Cost, password: &str, stored: Option<&str>) -> Result<Verdict> {
    let Some(stored) = stored else {
        hash(cost, password)?;
        return Ok(Verdict::Wrong);
    };
    let broken = |e: &dyn std::fmt::Display| Error::internal(format!("a password hash: {e}"));
    let stored = PasswordHash::new(stored).map_err(|e| broken(&e))?;
    let made_with = Params::try_from(&stored).map_err(|e| broken(&e))?;
    match cost.hasher()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => {}
        Err(argon2::password_hash::Error::PasswordInvalid) => return Ok(Verdict::Wrong),
        Err(error) => return Err(broken(&error)),
    }
    let made_at = Cost { memory_kib: made_with.m_cost(), iterations: made_with.t_cost() };
    Ok(if made_at == cost { Verdict::Right } else { Verdict::RightButOutdated })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 8, iterations: 1 };

    #[test]
    fn a_hash_knows_its_password_only() {
        let stored = hash(CHEAP, "correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert_ne!(stored, hash(CHEAP, "correct horse").unwrap());
        let ask = |cost, password| verify(cost, password, Some(&stored)).unwrap();
        assert_eq!(ask(CHEAP, "correct horse"), Verdict::Right);
        assert_eq!(ask(CHEAP, "Correct horse"), Verdict::Wrong);
        assert_eq!(ask(CHEAP, ""), Verdict::Wrong);
        let dearer = Cost { iterations: 2, ..CHEAP };
        assert_eq!(ask(dearer, "correct horse"), Verdict::RightButOutdated);
        assert_eq!(verify(CHEAP, "correct horse", None).unwrap(), Verdict::Wrong);
        assert!(verify(CHEAP, "x", Some("plain text")).is_err());
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let passwords = Arc::new(Passwords::new());
        // Work that holds its place until the test lets go of it.
        let mut gates = Vec::new();
        let mut waiting = Vec::new();
        for _ in 0..RUNNING + WAITING {
            let (open, gate) = mpsc::channel::<()>();
            gates.push(open);
            let mut run = Box::pin({
                let passwords = passwords.clone();
                async move { passwords.run(move || Ok(gate.recv().is_err())).await }
            });
            // One poll takes the place in the queue.
            assert!(futures_util::poll!(run.as_mut()).is_pending());
            waiting.push(run);
        }
        let refused = passwords.hash(CHEAP, "one too many".to_owned()).await.unwrap_err();
        assert!(refused.is(&kit::codes::BUSY));
        drop(gates);
        for run in waiting {
            assert!(run.await.unwrap());
        }
        assert!(passwords.hash(CHEAP, "there is room".to_owned()).await.is_ok());
    }
}
