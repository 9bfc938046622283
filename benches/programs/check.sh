#!/bin/sh
# Computes the checksums of the programs in C with machine code from `cc` and compares them with those in
# ../src/groups/execute.rs.
#
#   ./check.sh              every program, for little work and for much
#   ./check.sh lz json      these only
#   ./check.sh --sanitize   with the address and undefined-behaviour sanitizers, which stop at the first finding
#   ./check.sh --print vm 30    the checksum of one program for any amount of work
#
# CC names another compiler.
set -eu
cd "$(dirname "$0")"
table=../src/groups/execute.rs
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
flags="-O2"

# Compiles a program with a `main` around it. Neither fused multiplications nor excess precision: doubles and floats
# must round as they do in WebAssembly.
build() {
    cat >"$out/$1.c" <<MAIN
#include "$PWD/$1.c"
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

# Rows of the table: `name, small => checksum, full => checksum;`.
sed -n 's/^    \([a-z0-9_]*\), \([0-9]*\) => \(-\{0,1\}[0-9]*\), \([0-9]*\) => \(-\{0,1\}[0-9]*\);$/\1 \2 \3 \4 \5/p' \
    "$table" >"$out/rows"
for name in "$@"; do
    grep -q "^$name " "$out/rows" || {
        echo "$name is not in $table"
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
        echo "$name: computed $found for $small and $full, the table has $wanted"
        failures=$((failures + 1))
    fi
done <"$out/rows"

# A program that the table does not name would go unchecked.
for source in *.c; do
    grep -q "^${source%.c} " "$out/rows" || {
        echo "$source is not in $table"
        failures=$((failures + 1))
    }
done
[ "$checked" -gt 0 ] || failures=1
exit "$((failures > 0))"
