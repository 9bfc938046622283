# What `.ci/coverage` prints, from the counts and the sources.
#
#   awk -v root=DIR/ -v crates="vm jit" -v required=85 -f coverage.awk SEGMENTS LCOV SOURCES...
#
# SEGMENTS has `file NAME`, then the file's segments in order, as `LINE COLUMN COUNT COUNTED`
# (COUNTED is true or false): each holds from there to the next one. It is made of regions, of
# which a place has one, whatever the number of instances of a generic function.
#
# Functions and `unsafe` blocks are found by their braces, which is enough for formatted sources.

FNR == 1 { input++ }

# A file's name as the sources are named here.
function within(name) { return index(name, root) == 1 ? substr(name, length(root) + 1) : name }

input == 1 && $1 == "file" {
    path = within($2)
    next
}
input == 1 {
    n = ++segments[path]
    place[path, n] = position($1, $2)
    count[path, n] = $4 == "true" ? $3 : -1
    next
}

input == 2 && /^SF:/ { path = within(substr($0, 4)) }
input == 2 && /^DA:/ {
    split(substr($0, 4), field, ",")
    hits[path, field[1]] = field[2]
}
input == 2 { next }

FNR == 1 {
    path = FILENAME
    crate = path
    sub(/\/.*/, "", crate)
    in_tests = path ~ /\/tests?(\.rs$|\/)/
    test_attribute = depth = 0
    function_name = ""
}
# A file's tests are at its end.
test_attribute && /^mod [a-z_]+ \{/ { in_tests = 1 }
{ test_attribute = /^#\[cfg\(test\)\]/ || (test_attribute && /^#\[/) }
in_tests { next }

(path, FNR) in hits {
    lines[crate]++
    lines_of_file[path]++
    if (hits[path, FNR] > 0) {
        executed[crate]++
        executed_of_file[path]++
    }
}

{ braces(without_text($0)) }

# The line without comments and with the insides of literals blanked, its columns unchanged.
function without_text(line,    literal) {
    while (match(line, /"([^"\\]|\\.)*"/)) {
        literal = substr(line, RSTART, RLENGTH)
        gsub(/./, "_", literal)
        line = substr(line, 1, RSTART - 1) literal substr(line, RSTART + RLENGTH)
    }
    gsub(/'[{}]'/, "___", line)
    sub(/\/\/.*/, "", line)
    return line
}

# Follows the braces of a line; what a closing one ends is looked up in the counts.
function braces(line,    i, c, what) {
    if (line ~ /^ *pub ([a-z_]+ )*fn [a-z_0-9]+/) {
        function_name = line
        sub(/^.* fn /, "", function_name)
        sub(/[^a-z_0-9].*/, "", function_name)
        function_line = FNR
        function_column = index(line, "pub")
    } else if (line ~ /;$/ && line !~ /\{/) {
        function_name = "" # a declaration
    }
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "{") {
            kind[++depth] = ""
            from[depth] = position(FNR, i)
            if (function_name != "") {
                kind[depth] = sprintf("%s:%d: %s", path, function_line, function_name)
                from[depth] = position(function_line, function_column)
                function_name = ""
            } else if (substr(line, 1, i - 1) ~ /(^|[^a-z_])unsafe $/) {
                kind[depth] = sprintf("%s:%d", path, FNR)
            }
        } else if (c == "}" && depth > 0) {
            if (kind[depth] != "") file_under(kind[depth], highest(from[depth], position(FNR, i)))
            depth--
        }
    }
}

function file_under(what, most,    list) {
    list = what ~ / / ? "functions" : "blocks"
    total[list]++
    if (most == 0) never[list] = never[list] "\n  " what
    if (most < 0) absent[list] = absent[list] "\n  " what
}

function position(line, column) { return line * 1000 + column }

# The highest count between two positions, -1 where nothing is counted.
function highest(first, last,    i, most) {
    most = -1
    for (i = 1; i <= segments[path] && place[path, i] <= last; i++) {
        if (i < segments[path] && place[path, i + 1] <= first) continue
        if (count[path, i] > most) most = count[path, i]
    }
    return most
}

function percent(part, whole) { return whole ? 100 * part / whole : 0 }

END {
    print "Files with fewer lines covered than the crates must have:"
    fflush()
    for (path in lines_of_file) {
        share = percent(executed_of_file[path], lines_of_file[path])
        if (share < required) {
            printf "  %5.1f %%  %4d of %4d  %s\n", share, executed_of_file[path],
                lines_of_file[path], path | "sort -n"
        }
    }
    close("sort -n")
    print "\nPublic functions never executed, of " total["functions"] ":" never["functions"]
    print "\nPublic functions not counted (constant or not built):" absent["functions"]
    print "\n`unsafe` blocks never executed, of " total["blocks"] ":" never["blocks"]
    print "\n`unsafe` blocks not counted (in macros, or not built):" absent["blocks"]
    print "\ncrate    lines  covered   share"
    split(crates, names, " ")
    for (i = 1; i in names; i++) {
        crate = names[i]
        share = percent(executed[crate], lines[crate])
        printf "%-6s %7d  %7d  %5.1f %%\n", crate, lines[crate], executed[crate], share
        if (share < required) fault = 1
    }
    if (fault) print "less than " required " % of the lines are covered"
    exit fault
}
