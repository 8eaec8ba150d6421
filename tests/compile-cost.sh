#!/usr/bin/env bash
# Measures the cost of bindings: how long the tool takes to generate them, and cargo to build them and a
# crate that makes ten calls.
#
#     tests/compile-cost.sh [SPEC]
#
# Needs bash 5 and cargo, and GNU time for memory figures; takes about twenty minutes. With SPEC, an OpenAPI
# or Swagger file, it also measures bindings generated from that. Everything is built in a temporary
# directory. Times are medians of RUNS (3) builds of only that crate, with its dependencies built; cold
# builds start from scratch and run once. CPU seconds are more reliable on a busy machine.
set -euo pipefail

project=$(cd "$(dirname "$0")/.." && pwd)
spec=${1:+$(realpath "$1")}
runs=${RUNS:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

export CARGO_TERM_COLOR=never
# Cargo's defaults, whatever the caller's settings; stripped, for the sizes.
for name in "${!CARGO_PROFILE_@}"; do unset "$name"; done
export CARGO_INCREMENTAL=0 CARGO_PROFILE_RELEASE_STRIP=true

# Runs a command, and shows its output if it fails.
exec 3>&2
quietly() {
    if ! "$@" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&3
        exit 1
    fi
}

# Prints the wall and CPU seconds of a command.
timed() {
    local TIMEFORMAT='%R %U %S' wall user system
    { time quietly "$@"; } 2>"$scratch/time"
    read -r wall user system <"$scratch/time"
    printf '%s %d\n' "$wall" "$((10#${user/./} + 10#${system/./}))"
}

row() {
    printf '%-38s %8s %8s\n' "$1" "$2" "$3"
}

# Prints a row, with milliseconds of CPU time as seconds.
times() {
    row "$1" "$2" "$(printf '%d.%03d' $(($3 / 1000)) $(($3 % 1000)))"
}

# build MODE PACKAGE: builds a package and its dependencies, separately from other modes.
build() {
    case $1 in
    check) cargo check --target-dir "$scratch/target/check" -p "$2" ;;
    debug) cargo build --target-dir "$scratch/target/debug" -p "$2" ;;
    release) cargo build --target-dir "$scratch/target/release" -p "$2" --release ;;
    esac
}

# measure LABEL MODE PACKAGE: measures the build of a package, with its dependencies built.
measure() {
    local run wall cpu sorted
    local profile=dev
    if [[ $2 == release ]]; then profile=release; fi
    quietly build "$2" "$3"
    for ((run = 0; run < runs; run++)); do
        quietly cargo clean --target-dir "$scratch/target/$2" --profile $profile -p "$3"
        timed build "$2" "$3"
        if [[ $(<"$scratch/log") != *ing\ $3\ * ]]; then
            echo "cargo did not build $3 again" >&2
            exit 1
        fi
    done | sort -n >"$scratch/runs"
    mapfile -t sorted <"$scratch/runs"
    read -r wall cpu <<<"${sorted[$((runs / 2))]}"
    times "$1" "$wall" "$cpu"
}

# crate NAME FOLDER DEPENDENCIES: adds a crate to the workspace, with its source from stdin.
crate() {
    mkdir -p "$scratch/$2/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n%s\n' \
        "$1" "$3" >"$scratch/$2/Cargo.toml"
    cat >"$scratch/$2/src/main.rs"
}

# Prints a program that makes the calls from stdin on a `server`.
program() {
    local call
    printf '#![allow(deprecated)]\nuse %s::*;\n\nasync fn calls(server: &Pydio) -> Result<(), Error> {\n' "$1"
    while read -r call; do
        printf '    let _ = %s.await?;\n' "$call"
    done
    printf '    Ok(())\n}\n\n'
    cat <<'RUST'
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("an address")?;
    let server = Pydio::builder(&address).token("secret").build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(calls(&server))?)
}
RUST
}

# Prints ten calls of generated bindings that take only text and models with a default.
calls_of() {
    local sources=("$1"/src/*.rs) file line module name params param values
    local -A has_default=()
    local derives='' found=()
    while IFS= read -r line; do
        if [[ $line == '#[derive('* ]]; then derives=$line; fi
        if [[ $line =~ ^'pub struct '([A-Za-z0-9_]+) && $derives == *Default* ]]; then
            has_default[${BASH_REMATCH[1]}]=1
        fi
    done <"$1/src/models.rs"
    for file in "${sources[@]}"; do
        module=${file##*/} module=${module%.rs} values=''
        while IFS= read -r line; do
            [[ $line =~ ^'pub fn '([a-z0-9_]+)'('(.*)') -> ' ]] || continue
            name=${BASH_REMATCH[1]} params=${BASH_REMATCH[2]} values=''
            while [[ -n $params ]]; do
                param=${params%%, *}
                params=${params#"$param"} params=${params#, }
                case $param in
                *': impl Into<String>') values+='"x", ' ;;
                *': &super::models::'*)
                    [[ -n ${has_default[${param##*::}]-} ]] || continue 2
                    values+="&models::${param##*::}::default(), "
                    ;;
                *) continue 2 ;;
                esac
            done
            found+=("$module::$name(${values%, })")
        done <"$file"
    done
    if ((${#found[@]} < 10)); then
        echo "no ten operations that take only text and models" >&2
        exit 1
    fi
    # Spread over the file, so that they belong to several modules.
    local step=$((${#found[@]} / 10)) index
    for ((index = 0; index < 10; index++)); do
        printf 'server.call(%s)\n' "${found[$((index * step))]}"
    done
}

# bindings NAME USER: prints the rows of a crate of bindings and of the one that uses it.
bindings() {
    local mode
    for mode in check debug release; do measure "$1: $mode" "$mode" "$1"; done
    for mode in check debug release; do measure "ten calls of it: $mode" "$mode" "$2"; done
    row 'ten calls of it: binary, KiB' $(($(wc -c <"$scratch/target/release/release/$2") / 1024)) ''
}

# generation LABEL ARGUMENTS: measures the tool in separate processes, which rewrite an existing crate.
generation() {
    local label=$1 run wall cpu sorted most=0 peak=$scratch/peak
    shift
    quietly "$tool" generate "$@" --out "$scratch/made"
    for ((run = 0; run < 5 * runs; run++)); do
        timed "$tool" generate "$@" --out "$scratch/made"
    done | sort -n >"$scratch/runs"
    mapfile -t sorted <"$scratch/runs"
    read -r wall cpu <<<"${sorted[$((5 * runs / 2))]}"
    times "$label" "$wall" "$cpu"
    if [[ -x /usr/bin/time ]]; then
        quietly /usr/bin/time -o "$peak" -f %M "$tool" generate "$@" --out "$scratch/made"
        read -r most <"$peak"
        row "$label: peak, MiB" "$((most / 1024))" ''
    fi
    rm -r "$scratch/made"
}

cold() {
    local mode wall cpu
    for mode in check debug release; do
        timed build "$mode" "$1" >"$scratch/runs"
        read -r wall cpu <"$scratch/runs"
        times "$1: cold $mode" "$wall" "$cpu"
    done
}

# less LABEL FEATURES: prints the rows of pydio-client with all groups of calls and other features.
less() {
    local wall cpu all=access,action,auth,core,editor,meta,v2${2:+,$2}
    local client=(--manifest-path "$project/Cargo.toml" -p pydio-client --no-default-features --features "$all")
    mapfile -t dependencies < <(cargo tree -q "${client[@]}" -e normal --no-dedupe --prefix none | sort -u)
    row "$1: crates below" "$((${#dependencies[@]} - 1))" ''
    timed cargo check "${client[@]}" --target-dir "$scratch/target/less-$2" >"$scratch/runs"
    read -r wall cpu <"$scratch/runs"
    times "$1: cold check" "$wall" "$cpu"
    rm -r "$scratch/target/less-$2"
}

# small LABEL PACKAGE SETTING…: prints the size of a program that is built with settings of the profile.
small() {
    local label=$1 package=$2
    shift 2
    quietly env "${@/#/CARGO_PROFILE_RELEASE_}" cargo build --target-dir "$scratch/target/small" -p "$package" --release
    row "$label, KiB" $(($(wc -c <"$scratch/target/small/release/$package") / 1024)) ''
}

tokio='tokio = { version = "1", default-features = false, features = ["rt", "net", "time"] }'
members='"calls-pydio", "bare-get"'
# What is left of the size if a program makes one request with the libraries below.
crate bare-get bare-get "$tokio
reqwest = { version = \"0.13\", default-features = false, features = [\"rustls-no-provider\"] }
rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }
rustls-platform-verifier = { version = \"0.7\", default-features = false }" <<'RUST'
use std::sync::Arc;

use rustls_platform_verifier::BuilderVerifierExt as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("an address")?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let body = runtime.block_on(async { client.get(&address).send().await?.bytes().await })?;
    println!("{} bytes", body.len());
    Ok(())
}
RUST
program pydio_client <<'CALLS' | crate calls-pydio calls-pydio "pydio-client = \"0.1.0\"
$tokio"
server.workspace("my-files").call(v1::access_fs::ls("/photos").options("al"))
server.workspace("my-files").call(v1::access_fs::mkdir("/photos/2019"))
server.workspace("my-files").call(v1::access_fs::rename("/photos/2019").filename_new("2020"))
server.workspace("my-files").call(v1::access_fs::delete(["/photos/2020"]))
server.workspace("my-files").call(v1::access_fs::stat("/photos"))
server.call(v2::file::get_node_infos("my-files", "/photos"))
server.call(v2::provisioning::get_people("/alice"))
server.call(v2::provisioning::admin_list_workspaces())
server.call(v2::task::list_tasks("my-files"))
server.call(v2::workspace::get_workspace_info("my-files"))
CALLS
if [[ -n $spec ]]; then
    quietly env CARGO_TARGET_DIR="$project/target" cargo run --manifest-path "$project/Cargo.toml" \
        -p pydio-codegen -- generate --spec "$spec" --out "$scratch/of-spec" --crate-name of-spec
    calls=$(calls_of "$scratch/of-spec")
    program of_spec <<<"$calls" | crate calls-of-spec calls-of-spec "of-spec = \"0.1.0\"
$tokio"
    members+=', "calls-of-spec"'
fi
cat >"$scratch/Cargo.toml" <<TOML
[workspace]
resolver = "3"
members = [$members]

[patch.crates-io]
pydio-client = { path = "$project/generated" }
pydio-runtime = { path = "$project/runtime" }
of-spec = { path = "$scratch/of-spec" }
TOML
if [[ -z $spec ]]; then sed -i '/^of-spec/d' "$scratch/Cargo.toml"; fi
cp "$project/Cargo.lock" "$scratch/"
cd "$scratch"
quietly cargo fetch

model=unknown
while IFS=: read -r key value; do
    if [[ $key == 'model name'* ]]; then model=${value# } && break; fi
done </proc/cpuinfo || true
mapfile -t dependencies < <(cargo tree -q -p pydio-client -e normal --no-dedupe --prefix none | sort -u)

printf 'date      %(%Y-%m-%d)T\n' -1
echo "machine   $model, $(getconf _NPROCESSORS_ONLN) cores"
echo "compiler  $(rustc --version)"
echo "pydio-client stands on $((${#dependencies[@]} - 1)) crates"
echo
row 'what' 'wall s' 'CPU s'
tool=$scratch/target/tool/release/pydio-codegen
quietly cargo build --manifest-path "$project/Cargo.toml" --target-dir "$scratch/target/tool" \
    --release -p pydio-codegen
generation 'generate 8.2.5' --version 8.2.5
if [[ -n $spec ]]; then generation 'generate of-spec' --spec "$spec" --crate-name of-spec; fi
cold pydio-client
bindings pydio-client calls-pydio
less 'without TLS' http,blocking
less 'without an HTTP client' client
less 'only types' ''
small 'ten calls' calls-pydio STRIP=true
small 'one GET of reqwest with rustls' bare-get STRIP=true
small 'ten calls, lto' calls-pydio LTO=true CODEGEN_UNITS=1
small 'one GET, lto' bare-get LTO=true CODEGEN_UNITS=1
small 'ten calls, for size' calls-pydio LTO=true CODEGEN_UNITS=1 OPT_LEVEL=z PANIC=abort
small 'one GET, for size' bare-get LTO=true CODEGEN_UNITS=1 OPT_LEVEL=z PANIC=abort
if [[ -n $spec ]]; then bindings of-spec calls-of-spec; fi
