#!/usr/bin/env bash
# Builds the guests, which are committed. Needs `pip install ziglang==0.17.0`.
# The prefix map keeps this directory's name out of the modules.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python -m ziglang c++ -target wasm32-freestanding -nostdlib -g -O1 \
    -fno-sanitize=all -ffile-prefix-map="$PWD"=/guests \
    -Wl,--no-entry -o crash.wasm crash.cpp

python -m ziglang cc -target wasm32-wasi -Oz -s -fno-sanitize=all -o tool.wasm tool.c
