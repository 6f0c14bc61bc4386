//! Wakes the one task that waits.

use std::{
    future::poll_fn,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;

/// One may wait, any may ring. A ring that nobody waits for is kept; several are one. It does less
/// than Tokio's `Notify`, and so costs less where it is looked at with every frame.
#[derive(Default)]
pub(crate) struct Bell {
    rung: AtomicBool,
    waker: AtomicWaker,
}

impl Bell {
    pub(crate) fn ring(&self) {
        self.rung.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Waits for the next ring.
    pub(crate) async fn wait(&self) {
        poll_fn(|context| self.poll(context)).await;
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        if self.taken() {
            return Poll::Ready(());
        }
        self.waker.register(context.waker());
        // It may have rung just before.
        if self.taken() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn taken(&self) -> bool {
        // Looked at far more often than rung.
        self.rung.load(Ordering::Acquire) && self.rung.swap(false, Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Waker};

    use super::*;

    #[test]
    fn a_ring_is_kept_and_taken_once() {
        let bell = Bell::default();
        let mut context = Context::from_waker(Waker::noop());
        bell.ring();
        bell.ring();
        assert!(pin!(bell.wait()).poll(&mut context).is_ready());
        let mut waiting = pin!(bell.wait());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        bell.ring();
        assert!(waiting.poll(&mut context).is_ready());
    }
}
