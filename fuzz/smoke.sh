#!/usr/bin/env bash
# Fuzzes every target for ten seconds, with AddressSanitizer, from the committed seeds: one instrumented
# build with a nightly toolchain. What libFuzzer adds to the seeds goes to a temporary folder.
#
#   fuzz/smoke.sh               all targets
#   fuzz/smoke.sh tiers wasi    these
#   SECONDS_EACH=60 fuzz/smoke.sh tiers
#   JOBS=1 fuzz/smoke.sh        builds with one job at a time

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

seconds="${SECONDS_EACH:-10}"
targets=(validate translate compile instantiate tiers differential lifecycle wasi api)
if (($# > 0)); then
    targets=("$@")
fi
host="$(rustc +nightly --print host-tuple)"
target_dir="${CARGO_TARGET_DIR:-target}"

# What `cargo fuzz build` builds with, but for what takes it long: one codegen unit, places of lines, and all of
# the optimisations.
flags=(
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
    --cfg fuzzing
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0
    -Zsanitizer=address
    -Cllvm-args=-sanitizer-coverage-stack-depth
    -Cdebug-assertions
)
programs=()
for target in "${targets[@]}"; do
    programs+=(--bin "$target")
done
RUSTFLAGS="${flags[*]}" cargo +nightly build --release --locked ${JOBS:+-j "$JOBS"} \
    --config 'profile.release.opt-level=1' --target "$host" --target-dir "$target_dir" "${programs[@]}"

found="$(mktemp -d)"
trap 'rm -rf "$found"' EXIT
for target in "${targets[@]}"; do
    echo "==> $target"
    corpus="$found/$target"
    artifacts="artifacts/$target"
    mkdir -p "$corpus" "$artifacts"
    "$target_dir/$host/release/$target" "$corpus" "seeds/$target" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=16384 \
        -artifact_prefix="$artifacts/" -print_final_stats=1 -verbosity=0
done
echo "==> no finding"
