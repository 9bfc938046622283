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
# Of the reference engine not much is executed, and its executor takes long to optimise.
RUSTFLAGS="${flags[*]}" cargo +nightly build --release --locked ${JOBS:+-j "$JOBS"} \
    --config 'profile.release.opt-level=1' --config 'profile.release.package.wasmi.opt-level=0' \
    --config 'profile.release.package.wast.opt-level=0' --target "$host" --target-dir "$target_dir" "${programs[@]}"

found="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$found"' EXIT

# Fuzzes target $1; what it says is shown if it finds something.
smoke() {
    local target="$1" corpus="$found/$1" artifacts="artifacts/$1"
    mkdir -p "$corpus" "$artifacts"
    if ! "$target_dir/$host/release/$target" "$corpus" "seeds/$target" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=16384 \
        -artifact_prefix="$artifacts/" -print_final_stats=1 >"$found/$target.log" 2>&1; then
        echo "==> $target has found something"
        cat "$found/$target.log"
        return
    fi
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$target.log") inputs"
    touch "$found/$target.passed"
}

# As many at a time as there are processors.
for target in "${targets[@]}"; do
    if (($(jobs -rp | wc -l) >= $(nproc))); then
        wait -n
    fi
    smoke "$target" &
done
wait
# The status of a job that ended before it was waited for may be forgotten, but not what it left.
for target in "${targets[@]}"; do
    [[ -e "$found/$target.passed" ]]
done
echo "no finding"
