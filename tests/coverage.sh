#!/usr/bin/env bash
# Measures the line coverage of the generator and of the runtime by the tests, for each file.
#
#     tests/coverage.sh [DIRECTORY]
#
# Needs bash, cargo, and llvm-profdata and llvm-cov of LLVM 19 or later: those of rustup's component
# llvm-tools, else the newest in PATH (`apt-get install llvm-19`), else what LLVM_PROFDATA and LLVM_COV
# name. Takes some minutes and 5 GB for a separate build in DIRECTORY (`target/coverage`), which you
# can remove. A line counts if a unit test or a test in `tests/` runs it; tests that only compile
# generated code and documentation tests are skipped. Tests inside a source file do not count as its
# lines.
set -euo pipefail

# Cargo calls this script instead of the compiler, only for the crates of this project.
if [[ ${1-} == *rustc ]]; then exec "$@" -C instrument-coverage; fi

script=$(realpath "$0")
cd "$(dirname "$script")/.."
target=$(realpath -m "${1:-target/coverage}")

# Prints the newest version of an LLVM tool.
tool() {
    local found
    found=$(compgen -G "$(rustc --print sysroot)/lib/rustlib/*/bin/$1" ||
        compgen -c "$1" | sort -V | uniq | tail -n 1)
    if [[ -z $found ]]; then
        echo "$1 is missing: rustup component add llvm-tools, or apt-get install llvm-19" >&2
        exit 1
    fi
    echo "$found"
}
profdata=${LLVM_PROFDATA:-$(tool llvm-profdata)}
cov=${LLVM_COV:-$(tool llvm-cov)}

tests=()
for folder in */tests/*/; do
    name=$(basename "$folder")
    if [[ $name != compile && $name != features ]]; then tests+=(--test "$name"); fi
done
# run FLAG...: runs the tests with these flags for cargo. All packages at once, so that they have the
# same features as in `cargo test --workspace`.
run() {
    cargo test --quiet --workspace --lib --bins "${tests[@]}" "$@"
}

export CARGO_TARGET_DIR=$target RUSTC_WORKSPACE_WRAPPER=$script CARGO_INCREMENTAL=0 INSTA_UPDATE=no
# The instrumentation contains code positions, and needs no other debug information.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
export LLVM_PROFILE_FILE=$target/profiles/%8m.profraw
mkdir -p "$target"
run --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | sort -u >"$target/programs"
rm -rf "$target/profiles"
run >"$target/log" 2>&1 || { cat "$target/log" >&2 && exit 1; }

"$profdata" merge -sparse "$target"/profiles/*.profraw -o "$target/profile"
mapfile -t programs < <(sed '2,$s/^/-object=/' "$target/programs")
"$cov" export -format=lcov -instr-profile="$target/profile" "${programs[@]}" \
    "$PWD/generator/src" "$PWD/runtime/src" >"$target/lcov"

awk -v project="$PWD/" '
    # The line where the tests inside a file begin.
    function tests_of(file,    line, number, before) {
        for (number = 1; (getline line < file) > 0; number++) {
            if (line ~ /^mod tests \{/ && before ~ /cfg\(/) { close(file); return number - 1 }
            before = line
        }
        close(file)
        return number
    }
    /^SF:/ {
        path = substr($0, 4)
        file = substr(path, length(project) + 1)
        split(file, parts, "/")
        is_counted = file !~ /(\/|_)(tests|testing)(\/|\.rs)/
        if (is_counted) end = tests_of(path)
    }
    /^DA:/ && is_counted {
        split(substr($0, 4), fields, ",")
        if (fields[1] >= end) next
        all[file]++; whole[parts[1]]++
        if (fields[2] > 0) { run[file]++; hit[parts[1]]++ }
    }
    END {
        for (file in all) {
            rate = 100 * run[file] / all[file]
            printf "%6.1f %%  %5d of %5d  %s\n", rate, run[file], all[file], file | "sort -n"
        }
        close("sort -n")
        print ""
        for (package in whole) {
            rate = 100 * hit[package] / whole[package]
            printf "%6.1f %%  %5d of %5d lines of %s\n", rate, hit[package], whole[package], package
        }
    }
' "$target/lcov"
