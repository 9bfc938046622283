//! `Worker`: the thread of an engine that compiles while guests go on.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// How many jobs wait at most.
const MAX_WAITING: usize = 1024;

/// Does jobs, one at a time and in order, in a thread that is started with the first one. When
/// it is dropped, jobs that wait are forgotten, and the one that runs is waited for.
#[derive(Default)]
pub(crate) struct Worker {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    thread: Option<JoinHandle<()>>,
    is_over: bool,
}

type Job = Box<dyn FnOnce() + Send>;

/// Why a job is not done.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// Too many are waiting.
    Full,
    /// The host does not let the thread start.
    NoThread,
}

impl Worker {
    /// Has `job` done some time, unless the worker is dropped before. A panic ends the job only.
    ///
    /// # Errors
    ///
    /// If it will not be done.
    pub(crate) fn submit(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Refusal> {
        let mut queue = self.shared.queue();
        if queue.waiting.len() >= MAX_WAITING {
            return Err(Refusal::Full);
        }
        if queue.thread.is_none() {
            let shared = self.shared.clone();
            let thread = thread::Builder::new().name("selvedge-compile".to_owned());
            let thread = thread.spawn(move || shared.work());
            queue.thread = Some(thread.map_err(|_| Refusal::NoThread)?);
        }
        queue.waiting.push_back(Box::new(job));
        drop(queue);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut queue = self.shared.queue();
        queue.is_over = true;
        let (waiting, thread) = (std::mem::take(&mut queue.waiting), queue.thread.take());
        drop(queue);
        self.shared.changed.notify_one();
        drop(waiting);
        // A job may own the last reference to the engine; its thread then ends by itself.
        if let Some(thread) = thread.filter(|it| it.thread().id() != thread::current().id()) {
            thread.join().expect("panics end jobs, not the thread");
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does jobs until the worker is dropped.
    fn work(&self) {
        while let Some(job) = self.next() {
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// Waits for a job; `None` if there will be none.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        while !queue.is_over {
            if let Some(job) = queue.waiting.pop_front() {
                return Some(job);
            }
            let woken = self.changed.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn jobs_are_done_in_order_and_a_panic_ends_only_one() {
        let worker = Worker::default();
        let (sender, receiver) = mpsc::channel();
        for number in 0..20 {
            let sender = sender.clone();
            let job = move || {
                sender.send(number).unwrap();
                // Quietly, unlike `panic!`.
                if number % 3 == 0 {
                    std::panic::resume_unwind(Box::new(number));
                }
            };
            worker.submit(job).unwrap();
        }
        drop(sender);
        assert!(receiver.iter().eq(0..20));
    }

    #[test]
    fn the_queue_is_bounded_and_forgotten_at_the_end() {
        let worker = Worker::default();
        let (barrier, done) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
        let (started, wait) = mpsc::channel();
        let (job_barrier, job_done) = (barrier.clone(), done.clone());
        let job = move || {
            started.send(()).unwrap();
            job_barrier.wait();
            job_done.fetch_add(1, Ordering::Relaxed);
        };
        worker.submit(job).unwrap();
        wait.recv().unwrap();
        for _ in 0..MAX_WAITING {
            let done = done.clone();
            let job = move || {
                done.fetch_add(1, Ordering::Relaxed);
            };
            worker.submit(job).unwrap();
        }
        assert_eq!(worker.submit(|| ()), Err(Refusal::Full));
        let shared = worker.shared.clone();
        let end = thread::spawn(move || drop(worker));
        while !shared.queue().is_over {
            thread::yield_now();
        }
        barrier.wait();
        end.join().unwrap();
        // The job that ran has been waited for; nobody has what the others owned.
        assert_eq!(done.load(Ordering::Relaxed), 1);
        assert_eq!(Arc::strong_count(&done), 1);
        assert_eq!(Arc::strong_count(&shared), 1);
    }

    #[test]
    fn a_job_may_drop_the_worker() {
        let (sender, receiver) = mpsc::channel::<Worker>();
        let worker = Worker::default();
        let (dropped, wait) = mpsc::channel();
        let job = move || {
            drop(receiver.recv().unwrap());
            dropped.send(()).unwrap();
        };
        worker.submit(job).unwrap();
        sender.send(worker).unwrap();
        wait.recv().unwrap();
    }
}
