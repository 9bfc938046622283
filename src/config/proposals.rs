//! Which proposals modules may use, and what is left open by the specification.

use selvedge_vm::module::{Feature, Features};
use selvedge_vm::ops::simd::Relaxed;

use super::{Config, CpuExtensions};
use crate::error::{Error, Result};

macro_rules! switches {
    ($($(#[$doc:meta])* $name:ident $feature:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(&mut self, enable: bool) -> &mut Self {
            self.features.set(Feature::$feature.flag(), enable);
            self
        }
    )* };
}

/// What goes with vectors.
const VECTORS: Features = Features::SIMD.union(Features::RELAXED_SIMD);

/// The proposals that are on by default.
pub(super) fn default_features() -> Features {
    let all = Features::default();
    if cfg!(feature = "simd") {
        all
    } else {
        all - VECTORS
    }
}

/// Proposals that are part of this version.
impl Config {
    switches! {
        /// Imported and exported globals may be mutable. Default: on.
        wasm_mutable_global MutableGlobal;
        /// `i32.extend8_s` and its kin. Default: on.
        wasm_sign_extension SignExtension;
        /// `i32.trunc_sat_f32_s` and its kin. Default: on.
        wasm_saturating_float_to_int SaturatingFloatToInt;
        /// Functions and blocks with several results, blocks with parameters. Default: on.
        wasm_multi_value MultiValue;
        /// `memory.copy`, `table.init`, passive segments. Default: on.
        wasm_bulk_memory BulkMemory;
        /// `externref`, `table.get`, several tables. Default: on.
        wasm_reference_types ReferenceTypes;
        /// Integer arithmetic in constant expressions. Default: on.
        wasm_extended_const ExtendedConst;
        /// `return_call` and `return_call_indirect`. Default: on.
        wasm_tail_call TailCall;
        /// Several memories in a module. Default: on.
        wasm_multi_memory MultiMemory;
        /// Memories and tables with 64-bit indices. Default: on.
        wasm_memory64 Memory64;
        /// `i64.add128` and its kin. Default: off.
        wasm_wide_arithmetic WideArithmetic;
        /// Memories with pages of one byte. Default: off.
        wasm_custom_page_sizes CustomPageSizes;
    }

    /// Vectors of 128 bits, `v128`. Default: on, in builds with the feature `simd`.
    ///
    /// Without them there are no relaxed operators on them either: unless [`Config::wasm_relaxed_simd`] has said
    /// otherwise, that goes on and off with this.
    ///
    /// Machine code with vectors needs a processor with SSE4.1; on an older one functions with vectors are
    /// interpreted, whatever the strategy.
    pub fn wasm_simd(&mut self, enable: bool) -> &mut Self {
        self.features.set(Features::SIMD, enable);
        if !self.chose_relaxed_simd {
            self.features.set(Features::RELAXED_SIMD, enable);
        }
        self
    }

    /// Operators on vectors for whose results the specification leaves a choice, such as
    /// `f32x4.relaxed_madd`. Default: on, if [`Config::wasm_simd`] is.
    ///
    /// What is chosen is the same for all modules, tiers and threads of an engine; see
    /// [`Config::relaxed_simd_deterministic`]. [`Engine::new`](crate::Engine::new) fails if this is
    /// switched on while `wasm_simd` is off.
    pub fn wasm_relaxed_simd(&mut self, enable: bool) -> &mut Self {
        self.chose_relaxed_simd = true;
        self.features.set(Features::RELAXED_SIMD, enable);
        self
    }

    /// Whether relaxed operators on vectors have the results of the specification's deterministic profile, which
    /// are the same on every machine. Default: no.
    ///
    /// If not, they have those that the host's processor has an instruction for, and whether a product
    /// is rounded before something is added to it depends on the processor's having FMA instructions (and on
    /// [`BaselineOptions::cpu_extensions`](crate::BaselineOptions)); without x86-64 they are deterministic
    /// anyhow. Other operators do not depend on it; for NaNs see [`Config::nan_canonicalization`].
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store};
    ///
    /// let mut config = Config::new();
    /// config.relaxed_simd_deterministic(true);
    /// let engine = Engine::new(&config)?;
    /// let module = Module::new(&engine, r#"
    ///     (module (func (export "f") (result i32)
    ///         (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
    ///         (v128.const i8x16 16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)
    ///         i8x16.relaxed_swizzle
    ///         i8x16.extract_lane_u 0))
    /// "#)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<(), i32>(&mut store, "f")?;
    /// assert_eq!(f.call(&mut store, ())?, 0); // There is no byte 16. x86-64 would take byte 0.
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn relaxed_simd_deterministic(&mut self, enable: bool) -> &mut Self {
        self.relaxed_simd_deterministic = enable;
        self
    }

    /// Whether operators on floats give the canonical NaN, positive and without a payload, wherever
    /// their result is a NaN. Default: no, and then its sign and payload are the processor's choice.
    ///
    /// With this, [`Config::relaxed_simd_deterministic`] and a bound on the guest's resources that does not depend
    /// on time, execution is the same on every machine. It takes an instruction or two after each such operator, of
    /// scalars and vectors. Operators that only move floats or change their signs (`f32.neg`, `f32.copysign`,
    /// `f32x4.pmin`, loads) keep the NaNs that they are given.
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store};
    ///
    /// let mut config = Config::new();
    /// config.nan_canonicalization(true);
    /// let engine = Engine::new(&config)?;
    /// let module = Module::new(&engine, r#"
    ///     (module (func (export "div") (param f32 f32) (result f32)
    ///         (f32.div (local.get 0) (local.get 1))))
    /// "#)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let div = instance.get_typed_func::<(f32, f32), f32>(&mut store, "div")?;
    /// assert_eq!(div.call(&mut store, (0.0, 0.0))?.to_bits(), 0x7fc0_0000);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn nan_canonicalization(&mut self, enable: bool) -> &mut Self {
        self.nan_canonicalization = enable;
        self
    }

    /// What relaxed operators mean. It is the same whenever this process asks.
    pub(crate) fn relaxed(&self) -> Relaxed {
        if self.relaxed_simd_deterministic {
            return Relaxed::DETERMINISTIC;
        }
        let detected = Relaxed::detect();
        Relaxed {
            fused: detected.fused && self.baseline.cpu_extensions == CpuExtensions::All,
            ..detected
        }
    }

    /// Checks that there are the proposals that modules may use.
    pub(super) fn check_features(&self) -> Result<()> {
        let missing = self.features.difference(Features::IMPLEMENTED);
        if let Some(feature) = missing.features().next() {
            return Err(Error::message(format!(
                "the `{feature}` feature is not supported by this version"
            )));
        }
        let vectors = self.features & VECTORS;
        if !cfg!(feature = "simd") && !vectors.is_empty() {
            let message =
                "the `simd` feature is not in this build: it needs the feature `simd` of the crate";
            return Err(Error::message(message));
        }
        if vectors == Features::RELAXED_SIMD {
            let message = "the `relaxed_simd` feature needs the `simd` feature, which is off";
            return Err(Error::message(message));
        }
        Ok(())
    }
}

/// Proposals that this version lacks; see [`Config`].
impl Config {
    switches! {
        /// Shared memories and atomics. Not supported yet.
        wasm_threads Threads;
        /// Exceptions. Not supported yet.
        wasm_exceptions Exceptions;
        /// Typed function references. Not supported yet.
        wasm_function_references FunctionReferences;
        /// Structs, arrays and their garbage collection. Not supported yet.
        wasm_gc Gc;
        /// The component model. Not supported.
        wasm_component_model ComponentModel;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BaselineOptions;

    #[test]
    fn what_is_missing_is_refused_by_name() {
        type Switch = fn(&mut Config, bool) -> &mut Config;
        let switch: [(&str, Switch); 5] = [
            ("threads", Config::wasm_threads),
            ("exceptions", Config::wasm_exceptions),
            ("function_references", Config::wasm_function_references),
            ("gc", Config::wasm_gc),
            ("component_model", Config::wasm_component_model),
        ];
        for (name, switch) in switch {
            let mut config = Config::new();
            let error = switch(&mut config, true).validate().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
            switch(&mut config, false).validate().unwrap();
        }
    }

    #[test]
    fn unfinished_proposals_are_off_by_default() {
        let features = Config::new().features;
        assert!(features.contains(Features::TAIL_CALL | Features::MEMORY64));
        assert!(features.contains(Features::SIMD | Features::RELAXED_SIMD));
        assert!(!features.intersects(Features::WIDE_ARITHMETIC | Features::CUSTOM_PAGE_SIZES));
    }

    #[test]
    fn relaxed_vectors_follow_vectors_until_they_are_chosen() {
        let both = Features::SIMD | Features::RELAXED_SIMD;
        let vectors = |config: &Config| config.features & both;
        let mut config = Config::new();
        config.wasm_simd(false).validate().unwrap();
        assert_eq!(vectors(&config), Features::empty());
        assert_eq!(vectors(config.wasm_simd(true)), both);
        assert_eq!(vectors(config.wasm_relaxed_simd(false)), Features::SIMD);
        config.wasm_simd(false).wasm_simd(true).validate().unwrap();
        assert_eq!(vectors(&config), Features::SIMD);
        for config in [
            Config::new().wasm_simd(false).wasm_relaxed_simd(true),
            Config::new().wasm_relaxed_simd(true).wasm_simd(false),
        ] {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.contains("`relaxed_simd`") && error.contains("`simd`"),
                "{error}"
            );
        }
    }

    #[test]
    fn relaxed_operators_are_fused_only_where_machine_code_may_be() {
        let mut config = Config::new();
        assert_eq!(config.relaxed(), Relaxed::detect());
        let mut options = BaselineOptions::default();
        for extensions in [CpuExtensions::None, CpuExtensions::Sse41] {
            options.cpu_extensions = extensions;
            let relaxed = config.baseline_options(options).relaxed();
            assert_eq!(relaxed.native, Relaxed::detect().native);
            assert!(!relaxed.fused);
        }
        config.baseline_options(BaselineOptions::default());
        config.relaxed_simd_deterministic(true).wasm_simd(false);
        assert_eq!(config.relaxed(), Relaxed::DETERMINISTIC);
        config.validate().unwrap();
    }
}
