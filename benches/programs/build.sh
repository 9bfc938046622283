#!/bin/sh
# Builds the programs that are written in C. The results are committed; this is needed only after a change.
# Needs zig's C compiler (clang): pip install ziglang==0.17.0
set -eu
cd "$(dirname "$0")"

# build SOURCE [FLAG...]
build() {
    source=$1
    shift
    python3 -m ziglang cc --target=wasm32-freestanding -O2 -s -nostdlib -fno-sanitize=undefined \
        -fno-strict-aliasing -Wl,--no-entry "$@" "$source" -o "${source%.c}.wasm"
    chmod 644 "${source%.c}.wasm"
}

for source in *.c; do
    build "$source"
done
for source in simd/*.c; do
    build "$source" -msimd128
done
