//! `selvedge completion`.

use crate::{SUCCESS, USAGE, run};

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(["completion", shell]);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        for word in ["selvedge", "validate", "compilation-mode", "preload"] {
            assert!(ran.out.contains(word), "{word} in {shell}");
        }
    }
}

#[test]
fn other_shells_are_refused() {
    run(["completion", "fisch"]).fails(USAGE, &["fisch", "a similar value exists: 'fish'"]);
    run(["completion"]).fails(USAGE, &["<SHELL>"]);
}
