#!/usr/bin/env bash
# Builds crash.wasm, which is committed. Needs `pip install ziglang==0.17.0`.
# The prefix map keeps this directory's name out of the module.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python -m ziglang c++ -target wasm32-freestanding -nostdlib -g -O1 \
    -fno-sanitize=all -ffile-prefix-map="$PWD"=/guests \
    -Wl,--no-entry -o crash.wasm crash.cpp
