//! `ModuleError`: why bytes are not a module that can run here.

use super::features::Feature;

/// Why bytes are not a module that can run here. Offsets count from the first byte of the module.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// The bytes are malformed, or the module is invalid.
    #[error("{message} (at offset {offset:#x})")]
    Invalid {
        /// What is wrong.
        message: String,
        /// Where.
        offset: usize,
    },
    /// The module uses a proposal that is disabled or not implemented.
    #[error(
        "{message}: requires the `{feature}` feature, which is {} (at offset {offset:#x})",
        if *.implemented { "disabled" } else { "not supported" }
    )]
    Feature {
        /// The proposal.
        feature: Feature,
        /// What is wrong without it.
        message: String,
        /// Where it is needed first.
        offset: usize,
        /// Whether the proposal could be enabled.
        implemented: bool,
    },
    /// The module exceeds a limit of [`ModuleLimits`](super::ModuleLimits).
    #[error("module exceeds the limit `{limit}` of {max} (at offset {offset:#x})")]
    Limit {
        /// The name of the limit: a field of [`ModuleLimits`](super::ModuleLimits).
        limit: &'static str,
        /// Its value.
        max: u64,
        /// Where the module exceeds it.
        offset: usize,
    },
}

impl ModuleError {
    /// Where in the module's bytes the mistake is.
    pub fn offset(&self) -> usize {
        match self {
            Self::Invalid { offset, .. }
            | Self::Feature { offset, .. }
            | Self::Limit { offset, .. } => *offset,
        }
    }

    /// The error for a use of `feature` that validation alone would let pass.
    pub(crate) fn feature(feature: Feature, message: &str, offset: usize) -> Self {
        let implemented = feature.is_implemented();
        Self::Feature {
            feature,
            message: message.to_owned(),
            offset,
            implemented,
        }
    }
}
