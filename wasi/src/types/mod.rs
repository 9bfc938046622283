//! The types of the witx documents: error codes, rights, flags, tags and layouts.
//!
//! They are written down as tables here and compared with the documents by a test.
//! Preview 0 has the same but for what [`Version`] answers.

mod errno;
mod flags;
pub mod layout;
mod rights;
mod tags;

pub use errno::Errno;
pub use flags::{
    EventRwFlags, FdFlags, FstFlags, LookupFlags, OFlags, RiFlags, RoFlags, SdFlags, SubclockFlags,
};
pub use rights::Rights;
pub use tags::{Advice, ClockId, EventType, FileType, PreopenType, Signal, Whence};

/// Which interface a guest uses.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Version {
    /// `wasi_unstable`.
    Preview0,
    /// `wasi_snapshot_preview1`.
    Preview1,
}

impl Version {
    /// The name of the module that guests import from.
    pub fn module_name(self) -> &'static str {
        match self {
            Self::Preview0 => "wasi_unstable",
            Self::Preview1 => "wasi_snapshot_preview1",
        }
    }

    /// The `whence` with this tag.
    pub fn whence(self, tag: u32) -> Option<Whence> {
        match (self, tag) {
            (Self::Preview0, 0) => Some(Whence::Cur),
            (Self::Preview0, 1) => Some(Whence::End),
            (Self::Preview0, 2) => Some(Whence::Set),
            (Self::Preview0, _) => None,
            (Self::Preview1, _) => Whence::from_tag(tag),
        }
    }

    /// The layout of `filestat`.
    pub fn filestat(self) -> &'static layout::FilestatLayout {
        match self {
            Self::Preview0 => &layout::FILESTAT_0,
            Self::Preview1 => &layout::FILESTAT,
        }
    }

    /// The layout of `subscription`.
    pub fn subscription(self) -> &'static layout::SubscriptionLayout {
        match self {
            Self::Preview0 => &layout::SUBSCRIPTION_0,
            Self::Preview1 => &layout::SUBSCRIPTION,
        }
    }

    /// The layout of `subscription_clock`.
    pub fn subscription_clock(self) -> &'static layout::SubscriptionClockLayout {
        match self {
            Self::Preview0 => &layout::SUBSCRIPTION_CLOCK_0,
            Self::Preview1 => &layout::SUBSCRIPTION_CLOCK,
        }
    }
}
