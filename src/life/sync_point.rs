//! Points at which tests hold a thread, to force what is seldom met by chance.

/// A place in the life of a run.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Point {
    /// A switch has taken the right to end the run, and has not looked where the guest is.
    TerminableTaken,
    /// A switch has told the guest, or its host function, and begins to wait.
    Signalled,
    /// A run is about to begin.
    RunBeforeDomain,
    /// A run has begun; no guest code has run.
    RunAfterDomain,
    /// The guest has ended, and can still be killed.
    ExitBeforeTerminable,
    /// The guest has ended, and cannot be killed any more.
    ExitAfterTerminable,
    /// The guest is about to wait.
    Suspending,
    /// A host function is about to begin.
    HostBeforeBegin,
    /// A host function is beginning.
    HostAfterBegin,
    /// A host function has returned.
    HostBeforeEnd,
    /// The guest is about to go on after a host function.
    HostAfterEnd,
}

#[cfg(not(test))]
pub(super) use without::SyncPoints;

#[cfg(not(test))]
mod without {
    /// No points: they cost nothing.
    #[derive(Default)]
    pub(in super::super) struct SyncPoints(());

    impl SyncPoints {
        #[inline(always)]
        pub(in super::super) fn at(&self, _: super::Point) {}
    }
}

#[cfg(test)]
pub(super) use with::SyncPoints;

#[cfg(test)]
mod with {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use super::Point;

    type Action = Arc<dyn Fn() + Send + Sync>;

    /// What is to happen at points, once each.
    #[derive(Default)]
    pub(in super::super) struct SyncPoints(Mutex<HashMap<Point, Action>>);

    impl SyncPoints {
        pub(in super::super) fn at(&self, point: Point) {
            let action = self.0.lock().unwrap().remove(&point);
            if let Some(action) = action {
                action();
            }
        }

        /// Lets `action` happen the next time that a thread comes to `point`.
        pub(in super::super) fn on(&self, point: Point, action: impl Fn() + Send + Sync + 'static) {
            self.0.lock().unwrap().insert(point, Arc::new(action));
        }
    }
}
