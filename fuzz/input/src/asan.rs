//! What AddressSanitizer has to be told in every program that is fuzzed, so that nobody has to say it in `ASAN_OPTIONS`
//! (which comes after this, and can say otherwise).
#![expect(
    unsafe_code,
    reason = "the sanitizer finds its options by the name of a function"
)]

use std::ffi::{CStr, c_char};

/// Guests that wait have stacks of their own, which fake stacks do not survive; an allocation that is refused is an
/// error that the runtime reports, and no finding.
const OPTIONS: &CStr = c"detect_stack_use_after_return=0:allocator_may_return_null=1";

/// Called by the sanitizer before anything else runs.
// SAFETY: the name is AddressSanitizer's own, for a function of this type; nothing else defines it.
#[unsafe(no_mangle)]
extern "C" fn __asan_default_options() -> *const c_char {
    OPTIONS.as_ptr()
}
