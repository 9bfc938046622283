#!/bin/sh
# Computes the checksums of the programs in C with machine code from `cc` and compares them with those in
# ../src/groups/execute.rs and ../src/groups/simd.rs.
#
#   ./check.sh              every program, for little work and for much
#   ./check.sh lz json      these only
#   ./check.sh --sanitize   with the address and undefined-behaviour sanitizers, which stop at the first finding
#   ./check.sh --print vm 30    the checksum of one program for any amount of work
#
# CC names another compiler.
set -eu
cd "$(dirname "$0")"
tables="../src/groups/execute.rs ../src/groups/simd.rs"
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
flags="-O2"

# Compiles a program with a `main` around it. Neither fused multiplications nor excess precision: doubles and floats
# must round as they do in WebAssembly.
build() {
    source="$PWD/$1.c"
    [ -e "$source" ] || source="$PWD/simd/$1.c"
    cat >"$out/$1.c" <<MAIN
#include "$source"
extern int printf(const char *, ...);
extern int atoi(const char *);
int main(int count, char **arguments) {
  for (int i = 1; i < count; i++)
    printf("%lld\n", (long long)run(atoi(arguments[i])));
}
MAIN
    # shellcheck disable=SC2086 # Flags are several words.
    ${CC:-cc} $flags -std=gnu11 -Wno-attributes -fno-strict-aliasing -ffp-contract=off -fno-fast-math \
        "$out/$1.c" -o "$out/$1" -lm
}

case "${1:-}" in
--print)
    build "$2"
    shift
    program=$1
    shift
    "$out/$program" "$@"
    exit
    ;;
--sanitize)
    flags="-O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
    shift
    ;;
esac

# Rows of the tables: `name, small => checksum, full => checksum;`.
# shellcheck disable=SC2086 # The tables are several words.
sed -n 's/^    \([a-z0-9_]*\), \([0-9]*\) => \(-\{0,1\}[0-9]*\), \([0-9]*\) => \(-\{0,1\}[0-9]*\);$/\1 \2 \3 \4 \5/p' \
    $tables >"$out/rows"
for name in "$@"; do
    grep -q "^$name " "$out/rows" || {
        echo "$name is not in $tables"
        exit 1
    }
done

failures=0 checked=0
while read -r name small small_sum full full_sum; do
    case " ${*:-$name} " in
    *" $name "*) ;;
    *) continue ;;
    esac
    build "$name"
    wanted="$small_sum $full_sum"
    found=$("$out/$name" "$small" "$full" | tr '\n' ' ')
    checked=$((checked + 1))
    if [ "$wanted " = "$found" ]; then
        echo "$name: as expected"
    else
        echo "$name: computed $found for $small and $full, its table has $wanted"
        failures=$((failures + 1))
    fi
done <"$out/rows"

# A program that the table does not name would go unchecked.
for source in *.c simd/*.c; do
    name=$(basename "$source" .c)
    grep -q "^$name " "$out/rows" || {
        echo "$source is not in $tables"
        failures=$((failures + 1))
    }
done
[ "$checked" -gt 0 ] || failures=1
exit "$((failures > 0))"
