//! Long work on a thread of its own: how far it is, what came of it, and giving it up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use crate::bench::worker::Waker;

/// Work under way, seen by those who wait. It is given up when this is dropped.
#[derive(Debug)]
pub struct Job<T> {
    answer: Receiver<T>,
    state: Arc<State>,
}

/// Work under way, seen by those who do it.
#[derive(Debug)]
pub struct Doing {
    state: Arc<State>,
    waker: Waker,
}

#[derive(Debug)]
struct State {
    is_wanted: AtomicBool,
    percent: AtomicU64,
}

/// The thread has ended without an answer, or there was none to be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the work stopped unexpectedly; ask for it again")]
pub struct Lost;

impl<T: Send + 'static> Job<T> {
    /// Begins work on a thread of this name; whoever is to be told of it is woken.
    pub fn begin(
        name: &str,
        waker: Waker,
        work: impl FnOnce(&Doing) -> T + Send + 'static,
    ) -> Job<T> {
        let (is_wanted, percent) = (AtomicBool::new(true), AtomicU64::new(0));
        let state = Arc::new(State { is_wanted, percent });
        let (sender, answer) = channel();
        let doing = Doing { state: Arc::clone(&state), waker };
        // Without a thread the sender is dropped, and the answer is that there is none.
        let _ = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Nobody listens any more if this cannot be sent.
            let _ = sender.send(work(&doing));
            doing.wake();
        });
        Job { answer, state }
    }

    /// How much is done, in percent.
    #[must_use]
    pub fn percent(&self) -> u64 {
        self.state.percent.load(Ordering::Relaxed)
    }

    /// What came of it, once it is there.
    ///
    /// # Errors
    /// If the work stopped without an answer.
    pub fn answer(&self) -> Result<Option<T>, Lost> {
        match self.answer.try_recv() {
            Ok(answer) => Ok(Some(answer)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Lost),
        }
    }

    /// Waits for what comes of it. For tests.
    ///
    /// # Errors
    /// If the work stopped without an answer.
    pub fn settle(&self) -> Result<T, Lost> {
        self.answer.recv().map_err(|_| Lost)
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.state.is_wanted.store(false, Ordering::Relaxed);
    }
}

impl Doing {
    /// Whether anybody still waits.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.state.is_wanted.load(Ordering::Relaxed)
    }

    /// Says how much is done, in percent.
    pub fn progress(&self, percent: u64) {
        if self.state.percent.swap(percent, Ordering::Relaxed) != percent {
            self.wake();
        }
    }

    fn wake(&self) {
        self.waker.0.iter().for_each(|wake| wake());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_answers_and_what_is_dropped_is_given_up() {
        let job = Job::begin("test", Waker::default(), |doing| {
            doing.progress(40);
            6 * 7
        });
        assert_eq!(job.settle(), Ok(42));
        assert_eq!(job.percent(), 40);
        let (sender, seen) = channel();
        let job = Job::begin("test", Waker::default(), move |doing| {
            while doing.is_wanted() {
                thread::yield_now();
            }
            sender.send(()).expect("the test waits");
        });
        drop(job);
        seen.recv().expect("the work has ended");
    }
}
