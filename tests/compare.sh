#!/usr/bin/env bash
# Compares this project's generator for one spec with other generators of Rust clients: the input that
# each accepts, its output, the cost of building it, and the responses it can read. Prints Markdown.
#
#     tests/compare.sh [--tools DIR] [--only NAME,NAME] [SPEC]
#
# SPEC is Swagger 2.0 in JSON; the default is the bundled v2 spec of Pydio 8.2.5. Needs bash 5,
# cargo, python3, npm, Java 17 for openapi-generator, and the registries crates.io, PyPI and npm.
# The other generators are installed into a temporary directory, or into DIR, where they stay for the
# next run. Takes a quarter of an hour, and the same again for installing. Times are medians of RUNS
# (3), except for builds from scratch, which run once. CPU seconds are more reliable on a busy machine.
#
# The rules: every generator uses its defaults. It gets the published spec; if it refuses that, or its
# output does not compile, the spec converted to OpenAPI 3.0 by swagger2openapi; then a reduced one
# (`reduce` in compare.py). The first spec whose output compiles counts, or else the first that is
# accepted. An operation or a model counts if a function or a public type has its name. A program makes
# the same ten calls with each: only texts in the path.
set -euo pipefail

# Newest releases on the date of COMPARISON.md.
declare -A version=(
    [openapi-generator]=7.26.0 [cargo-progenitor]=0.15.1 [ploidy]=0.15.0 [oas3-gen]=0.29.0
    [openapi-to-rust]=0.23.0 [openapi-nexus]=0.2.3 [paperclip]=0.9.7 [swagger2openapi]=7.0.8
)
generators=(pydio-codegen openapi-generator openapi-generator-hyper progenitor ploidy oas3-gen
    openapi-to-rust openapi-nexus paperclip)

project=$(cd "$(dirname "$0")/.." && pwd)
inquire=(python3 "$project/tests/compare.py")
runs=${RUNS:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tools=$scratch/tools spec=$project/manifests/8.2.5/openapi.json
while (($#)); do
    case $1 in
    --tools) mkdir -p "$2" && tools=$(realpath "$2") && shift 2 ;;
    --only) IFS=, read -ra generators <<<"$2" && shift 2 ;;
    -*) echo "usage: $0 [--tools DIR] [--only NAME,NAME] [SPEC]" >&2 && exit 2 ;;
    *) spec=$(realpath "$1") && shift ;;
    esac
done

export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0 RUST_BACKTRACE=0 NO_COLOR=1
unset CARGO_TARGET_DIR
for name in "${!CARGO_PROFILE_@}"; do unset "$name"; done
export CARGO_PROFILE_RELEASE_STRIP=true

tell() { printf '%s\n' "$*" >&2; }

# Runs a command, with its output in $scratch/log.
quietly() { "$@" >"$scratch/log" 2>&1 </dev/null; }

# Runs a step that every figure depends on.
need() {
    if ! quietly "$@"; then
        cat "$scratch/log" >&2
        exit 1
    fi
}

# Sets `took` to the wall and CPU seconds of a command, and returns its status.
timed() {
    local TIMEFORMAT='%R %U %S' wall user system cpu status=0
    { time quietly "$@"; } 2>"$scratch/time" || status=$?
    read -r wall user system <"$scratch/time"
    cpu=$((10#${user/./} + 10#${system/./}))
    printf -v took '%s %d.%03d' "$wall" $((cpu / 1000)) $((cpu % 1000))
    return $status
}

# median BEFORE COMMAND…: sets `took` to the median of the command's times; runs BEFORE each time.
median() {
    local before=$1 run all=()
    shift
    for ((run = 0; run < runs; run++)); do
        need $before
        if ! timed "$@"; then
            cat "$scratch/log" >&2
            exit 1
        fi
        all+=("$took")
    done
    mapfile -t all < <(printf '%s\n' "${all[@]}" | sort -n)
    took=${all[runs / 2]}
}

# Formats `12.345 9.876` as `12.3 (9.9)`, with a third digit for small values.
seconds() {
    local wall cpu digits=1
    read -r wall cpu <<<"$1"
    if [[ $wall == 0.* ]]; then digits=3; fi
    printf '%.*f (%.*f)' $digits "$wall" $digits "$cpu"
}

# crates PACKAGE: installs a program from crates.io into $tools/bin.
crates() {
    if [[ -f $tools/bin/$1.version && $(<"$tools/bin/$1.version") == "${version[$1]}" ]]; then return; fi
    local features=()
    if [[ $1 == paperclip ]]; then features=(--features cli); fi
    quietly cargo install --locked --root "$tools" --target-dir "$tools/build" "$1" \
        --version "${version[$1]}" "${features[@]}" || return
    echo "${version[$1]}" >"$tools/bin/$1.version"
}

# Installs a generator.
install() {
    case $1 in
    pydio-codegen)
        need env -u CARGO_PROFILE_RELEASE_STRIP cargo build --manifest-path "$project/Cargo.toml" \
            --target-dir "$tools/ours" --release -p pydio-codegen
        ;;
    openapi-generator*)
        [[ -x $tools/python/bin/openapi-generator-cli ]] && return
        quietly java -version && quietly python3 -m venv "$tools/python" &&
            quietly "$tools/python/bin/pip" install "openapi-generator-cli==${version[openapi-generator]}"
        ;;
    progenitor) crates cargo-progenitor ;;
    *) crates "$1" ;;
    esac
}

# generate NAME SPEC: generates the bindings of SPEC as the crate `$made`.
generate() {
    case $1 in
    pydio-codegen)
        "$tools/ours/release/pydio-codegen" generate --no-config --spec "$2" --out "$made" \
            --crate-name bindings
        ;;
    openapi-generator)
        "$tools/python/bin/openapi-generator-cli" generate -g rust -i "$2" -o "$made"
        ;;
    openapi-generator-hyper)
        "$tools/python/bin/openapi-generator-cli" generate -g rust --library hyper -i "$2" -o "$made"
        ;;
    progenitor) "$tools/bin/cargo-progenitor" progenitor -i "$2" -o "$made" -n bindings -v 0.0.0 ;;
    ploidy) "$tools/bin/ploidy" generate rust "$2" -o "$made" ;;
    oas3-gen) "$tools/bin/oas3-gen" generate client-mod --workspace -i "$2" -o "$made" ;;
    openapi-to-rust)
        "$tools/bin/openapi-to-rust" generate "$2" --output-dir "$made/src" --module-name bindings
        ;;
    openapi-nexus) "$tools/bin/openapi-nexus" generate -g rust-reqwest -i "$2" -o "$made" ;;
    paperclip) "$tools/bin/paperclip" --api v2 --spec "$2" -o "$made" --no-root --name bindings ;;
    esac
}

# Adapts the output so that cargo accepts it; sets `by_hand` to a description for the table.
finish() {
    by_hand=nothing
    case $1 in
    openapi-to-rust)
        by_hand='`Cargo.toml` written, with the dependencies that it lists'
        { printf '[package]\nname = "bindings"\nversion = "0.0.0"\nedition = "2024"\n' &&
            cat "$made/src/REQUIRED_DEPS.toml"; } >"$made/Cargo.toml"
        mv "$made/src/mod.rs" "$made/src/lib.rs"
        ;;
    paperclip)
        by_hand='`mime` from crates.io instead of a git repository'
        sed -i 's/^mime = .*/mime = "0.3"/' "$made/Cargo.toml"
        ;;
    esac
    # Use the same name for all crates, in the package section only.
    sed -i '0,/^name = .*/s//name = "bindings"/' "$made/Cargo.toml"
}

# style NAME: prints how its clients are called, where its models are, and how a client is created.
style() {
    case $1 in
    pydio-codegen) how=ours models='models::' client='Pydio::builder(address).token("secret").build()?' ;;
    openapi-generator)
        how=functions models='models::'
        client='apis::configuration::Configuration { base_path: address.into(), ..Default::default() }'
        ;;
    openapi-generator-hyper)
        how=traits models='models::'
        client='{ let mut c = apis::configuration::Configuration::new(); c.base_path = address.into(); apis::client::APIClient::new(c) }'
        ;;
    progenitor) how=methods models='types::' client='Client::new(address)' ;;
    ploidy) how=methods models='types::' client='client::Client::new(address)?' ;;
    oas3-gen) how=requests models='' client="${name_of_client}::with_base_url(address)?" ;;
    openapi-to-rust) how=methods models='' client='HttpClient::new().with_base_url(address)' ;;
    *) how='' ;;
    esac
}

# Creates a workspace with the bindings, a program that makes calls and one that reads responses.
workspace() {
    local member
    printf '[workspace]\nresolver = "3"\nmembers = ["bindings", "calls", "reads"]\n' >Cargo.toml
    if [[ $1 == pydio-codegen ]]; then
        printf '\n[patch.crates-io]\npydio-runtime = { path = "%s/runtime" }\n' "$project" >>Cargo.toml
    fi
    for member in calls reads; do
        mkdir -p $member/src
        printf 'fn main() {}\n' >$member/src/main.rs
        cat >$member/Cargo.toml <<TOML
[package]
name = "$member"
version = "0.0.0"
edition = "2024"

[dependencies]
bindings = { path = "../bindings" }
TOML
    done
    echo 'tokio = { version = "1", default-features = false, features = ["rt", "net", "time"] }' >>calls/Cargo.toml
    echo 'serde_json = "1"' >>reads/Cargo.toml
}

check=(cargo check --target-dir "$scratch/target/check" -p bindings)
release=(cargo build --release --target-dir "$scratch/target/release" -p)
reset() { rm -rf "$made"; }
forget() { cargo clean --target-dir "$scratch/target/$1" --profile "$2" -p "$3"; }

# take NAME: sets `input` to the spec that counts, leaves its output as a crate, and sets `cold` to the
# time of the first check, from scratch.
take() {
    local kind refusals='' first='' failed built=no
    rm -rf "$scratch/target/check"
    for kind in published converted reduced; do
        tell "  $kind"
        reset
        if ! quietly generate "$1" "$scratch/$kind.json" || [[ -z $(find "$made" -name '*.rs' 2>/dev/null) ]]; then
            refusals+="$kind: $(refusal); "
            continue
        fi
        finish "$1"
        if ! quietly cargo fetch; then
            failed="its dependencies cannot be had: $(refusal)"
        elif timed "${check[@]}"; then
            if [[ $built == yes ]]; then
                rm -rf "$scratch/target/check"
                timed "${check[@]}"
            fi
            cold=$(seconds "$took") input=$kind compiles=yes why=$refusals
            return
        else
            built=yes failed=$(errors)
        fi
        refusals+="$kind: $failed; "
        if [[ -z $first ]]; then first=$kind compiles="no: $failed"; fi
    done
    why=$refusals input=$first
    if [[ -n $first ]]; then
        reset
        quietly generate "$1" "$scratch/$first.json"
        finish "$1"
    fi
}

# Prints the first line of the log with the reason, shortened.
refusal() {
    local line
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$scratch/log" | grep -iE -A1 'panicked|error|fail|×' |
        grep -vE 'panicked|^--' | head -n 1)
    line=${line//$scratch\//} line=${line//|/ }
    printf '%s' "${line:0:110}"
}

# Prints the number of compiler errors.
errors() {
    local count
    count=$(grep -cE '^error(\[|:)' "$scratch/log") || true
    # The last line is also an error, and contains their number.
    printf '%d errors, the first: %s' $((count - 1)) \
        "$(grep -m1 -E '^error(\[|:)' "$scratch/log" | tr '|' ' ')"
}

# costs NAME: prints the times, and the output of the programs.
costs() {
    local probe said
    median 'forget check dev bindings' "${check[@]}" && alone=$(seconds "$took")
    rm -rf "$scratch/target/check"
    below=$(($(cargo tree -q -p bindings -e normal --no-dedupe --prefix none | sort -u | wc -l) - 1))
    style "$1"
    if [[ -z $how ]]; then return; fi
    "${inquire[@]}" program "$spec" "$made" "$how" "$client" >calls/src/main.rs
    "${inquire[@]}" probe "$spec" "$made" "$how" "$models" >reads/src/main.rs
    if quietly "${release[@]}" calls; then
        median 'forget release release calls' "${release[@]}" calls && calls=$(seconds "$took")
        size=$(($(wc -c <"$scratch/target/release/release/calls") / 1024))
    else
        calls="does not compile: $(errors)"
    fi
    if quietly "${release[@]}" reads; then
        while read -r probe said; do answers[$probe]=$said; done \
            < <("$scratch/target/release/release/reads")
    else
        tell "  the program that reads: $(errors)"
    fi
}

one() {
    local name=$1 input='' compiles='' why='' by_hand='' took cold=– alone=– below=– calls=– size=–
    local made=$scratch/$1/bindings how models client number_ops number_models types lines made_in=–
    local -A answers=([field]=– [word]=– [number]=–)
    local key=$name
    case $name in progenitor) key=cargo-progenitor ;; openapi-generator*) key=openapi-generator ;; esac
    local title="$name ${version[$key]-(this one)}"
    tell "$name: installing"
    if ! install "$name"; then
        tell "  $(tail -n 3 "$scratch/log")"
        output+=("| $title | not to be installed here | | | | | |")
        return
    fi
    mkdir -p "$scratch/$name" && cd "$scratch/$name"
    workspace "$name"
    take "$name"
    if [[ -n $why ]]; then notes+=("* $title: ${why%; }"); fi
    if [[ -z $input ]]; then
        output+=("| $title | refused | | | | | |")
        return
    fi
    read -r number_ops number_models types lines < <("${inquire[@]}" count "$spec" "$made")
    output+=("| $title | $input | $by_hand | $number_ops | $number_models | $types | $lines | $compiles |")
    local answer
    answer=$("${inquire[@]}" file "$spec" "$made")
    if [[ -n $answer ]]; then files+=("* $title: \`${answer#* }\`"); fi
    name_of_client=$(sed -n 's/^pub struct \(\w*Client\) {.*/\1/p' "$made"/src/client.rs 2>/dev/null) || true
    if [[ $compiles == yes ]]; then
        tell '  building'
        costs "$name"
    fi
    tell '  generating'
    median reset generate "$name" "$scratch/$input.json" && made_in=$(seconds "$took")
    price+=("| $title | $made_in | $below | $cold | $alone | $calls | $size |")
    reads+=("| $title | ${answers[field]} | ${answers[word]} | ${answers[number]} |")
    tell "  ${output[-1]}"
    tell "  ${price[-1]}"
    tell "  ${reads[-1]}"
    cd "$scratch" && rm -rf "${scratch:?}/$name"
}

output=() price=() reads=() notes=() files=()
name_of_client=''
cp "$spec" "$scratch/published.json"
tell 'swagger2openapi: installing'
mkdir -p "$tools/npm"
[[ -x $tools/npm/node_modules/.bin/swagger2openapi ]] ||
    need npm install --prefix "$tools/npm" "swagger2openapi@${version[swagger2openapi]}"
need "$tools/npm/node_modules/.bin/swagger2openapi" "$spec" -o "$scratch/converted.json"
need "${inquire[@]}" reduce "$scratch/converted.json" "$scratch/reduced.json"
for name in "${generators[@]}"; do one "$name"; done
rm -rf "$tools/build"

model=unknown
while IFS=: read -r key value; do
    if [[ $key == 'model name'* ]]; then model=${value# } && break; fi
done </proc/cpuinfo || true
read -r operations definitions < <("${inquire[@]}" size "$spec")
title=$(python3 -c 'import json, sys; i = json.load(open(sys.argv[1]))["info"]; print(i["title"], i["version"])' "$spec")

printf '%(%Y-%m-%d)T, %s, %s cores, %s, RUNS=%s. ' -1 "$model" "$(getconf _NPROCESSORS_ONLN)" "$(rustc --version)" "$runs"
printf 'The spec is %s: %s operations, %s models.\n\n' "$title" "$operations" "$definitions"
printf '| generator | spec it takes | done by hand | operations | models | types | lines | compiles |\n'
printf '|---|---|---|---|---|---|---|---|\n'
printf '%s\n' "${output[@]}"
printf '\nSeconds by the clock (and of CPU):\n\n'
printf '| generator | generating | crates below | check from nothing | check of the crate alone | ten calls, release | its binary, KiB |\n'
printf '|---|---|---|---|---|---|---|\n'
printf '%s\n' "${price[@]}"
printf '\nWhat a model holds after it was read from an answer with:\n\n'
printf '| generator | a field that is not declared | a word that an enum lacks | a 64-bit number in quotes, as declared |\n'
printf '|---|---|---|---|\n'
printf '%s\n' "${reads[@]}"
if ((${#files[@]})); then
    printf '\nWhat a call gives whose answer is a file:\n\n'
    printf '%s\n' "${files[@]}"
fi
if ((${#notes[@]})); then
    printf '\nWhat was refused, or does not compile:\n\n'
    printf '%s\n' "${notes[@]}"
fi
