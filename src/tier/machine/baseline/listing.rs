//! Machine code as embedders see it.

use selvedge_vm::native::{self, PublishedCode, SiteKind};

use super::Baseline;
use crate::machine_code::{CodeSite, CodeSiteKind, CompiledFunction};

impl Baseline {
    /// The functions that are compiled.
    pub(crate) fn functions(&self) -> Vec<CompiledFunction> {
        let all = self.published.read().expect("code lock");
        all.iter()
            .flat_map(|code| self.functions_of(code))
            .collect()
    }

    fn functions_of(&self, code: &PublishedCode) -> Vec<CompiledFunction> {
        let mut sites = code.sites().peekable();
        let function = |function: native::PublishedFunc<'_>| {
            let start = function.address - code.address();
            let index = self.module.func_index(function.func);
            // A return address may be the end of the code; no site is its beginning.
            let end = start + function.code.len();
            let own = std::iter::from_fn(|| sites.next_if(|site| site.offset as usize <= end));
            CompiledFunction {
                func_index: index.as_u32(),
                func_name: self.module.func_name(index).map(Box::from),
                address: function.address,
                bytes: function.code.into(),
                sites: own.map(|site| public_site(site, start)).collect(),
                checks_memory: self.options.memory.is_none(),
            }
        };
        code.functions().map(function).collect()
    }
}

/// A site of a function that begins at `start`.
fn public_site(site: native::Site, start: usize) -> CodeSite {
    CodeSite {
        offset: site.offset as usize - start,
        wasm_offset: site.wasm_offset as usize,
        kind: match site.kind {
            SiteKind::Trap(code) => CodeSiteKind::Trap(code),
            SiteKind::Memory => CodeSiteKind::Memory,
            SiteKind::Divide => CodeSiteKind::Divide,
            SiteKind::Call { .. } => CodeSiteKind::Call,
        },
    }
}
