#!/usr/bin/env bash
# Builds the guests, which are committed: all of them, or those that are named (`build.sh links`).
# C needs `pip install ziglang==0.17.0`. Rust needs a `rustc` that has the target wasm32-wasi (1.63,
# as in Debian 12's packages rustc, libstd-rust-dev-wasm32 and lld), which RUSTC_WASI names.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

shopt -s nullglob
for source in ${*:-$(basename -s .c -a *.c) $(basename -s .rs -a *.rs)}; do
    if [ -f "$source.c" ]; then
        python -m ziglang cc --target=wasm32-wasi -std=gnu17 -Oz -s -Wall -Wextra -Werror \
            -fno-sanitize=all -o "$source.wasm" "$source.c"
    else
        "${RUSTC_WASI:-/usr/bin/rustc}" --target wasm32-wasi --edition 2021 -C opt-level=z -C lto -C panic=abort \
            -C strip=symbols --remap-path-prefix="$PWD"=/guests -o "$source.wasm" "$source.rs"
    fi
    chmod 644 "$source.wasm"
done
