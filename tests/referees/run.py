#!/usr/bin/env python3
"""Checks the exported OpenAPI documents with tools of others.

`openapi-spec-validator` validates the document of every bundled release. `schemathesis` sends requests
that it derives from the documents of three releases to the test server, and compares each response with
what the document declares. Their versions are in requirements.txt; they are installed into a virtual
environment below `target/`. Every finding fails the run.
"""

import base64
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BUILT = TARGET / "debug"
WORK = TARGET / "referees"
TESTED = ["8.2.5", "7.0.4", "6.4.2"]
ADMINISTRATION = "^/api/settings|^/api/v2/admin"
STATUSES = ["not_a_server_error", "status_code_conformance"]
SHAPES = ["content_type_conformance", "response_headers_conformance", "response_schema_conformance"]
# As whom, with which data, and which calls. What a call returns is declared for valid requests only, the
# statuses for all.
SELECTIONS = [
    ("alice", "positive", STATUSES + SHAPES, ["--exclude-path-regex", ADMINISTRATION]),
    ("admin", "positive", STATUSES + SHAPES, ["--include-path-regex", ADMINISTRATION]),
    ("alice", "negative", STATUSES, ["--phases", "coverage"]),
]


def tools():
    """Installs the pinned tools once, and returns the folder of their programs."""
    wanted = (HERE / "requirements.txt").read_bytes()
    folder = WORK / f"venv-{hashlib.sha256(wanted).hexdigest()[:12]}"
    programs = folder / "bin"
    if not (folder / "complete").exists():
        venv.create(folder, clear=True, with_pip=True)
        install = ["install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
        subprocess.run([programs / "python", "-m", "pip", *install], check=True)
        (folder / "complete").touch()
    return programs


def export():
    """Writes the document of every bundled release, and returns the files by release."""
    table = subprocess.run([BUILT / "pydio-codegen", "versions"], check=True, capture_output=True, text=True)
    releases = [line.split()[0] for line in table.stdout.splitlines()[1:] if line[:1].isdigit()]
    files = {release: WORK / f"{release}.json" for release in releases}
    for release, file in files.items():
        command = ["openapi", "--quiet", "--version", release, "--out", file]
        subprocess.run([BUILT / "pydio-codegen", *command], check=True)
    return files


class TestServer:
    """A test server of one release, with a few nodes."""

    def __init__(self, release):
        command = [BUILT / "pydio-test-server", "--version", release]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        users = [self.process.stdout.readline() for _ in range(3)]
        self.passwords = {line.split()[1]: json.loads(line.split(" password ")[1]) for line in users}

    def __enter__(self):
        for workspace in ["my-files", "common"]:
            for call in ["mkdir/folder", "mkfile/a.txt", "mkfile/folder/b.txt"]:
                url = f"{self.url}/api/{workspace}/{call}"
                request = urllib.request.Request(url, b"content=hello", {"Authorization": self.basic("alice")})
                urllib.request.urlopen(request).read()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def basic(self, user):
        pair = f"{user}:{self.passwords[user]}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


def run(programs, document, release, user, mode, checks, filters):
    """Tests one selection of calls as one user, and returns what went wrong."""
    report = WORK / f"{release}-{user}-{mode}.ndjson"
    report.unlink(missing_ok=True)
    with TestServer(release) as server:
        command = [programs / "schemathesis", "run", document, "--url", server.url, "--mode", mode,
                   "--header", f"Authorization: {server.basic(user)}", "--header", "Accept: application/json",
                   "--checks", ",".join(checks), "--report-ndjson-path", report, *filters]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    faults = [] if done.returncode == 0 else [done.stdout[-20_000:] + done.stderr[-2_000:]]
    selected, statuses = results(report)
    silent = sorted(call for call, seen in statuses.items() if 200 not in seen)
    untested = selected - len(statuses)
    if mode == "positive" and (silent or untested or not selected):
        faults.append(f"{untested} calls not tested; never answered with status 200: {silent}")
    cases = sum(seen.total() for seen in statuses.values())
    print(f"{release} {user} {mode}: {len(statuses)} calls, {cases} requests", flush=True)
    return faults


def results(report):
    """Returns the number of selected calls, and the statuses that each call was answered with."""
    selected, statuses = 0, collections.defaultdict(collections.Counter)
    for line in report.read_text().splitlines():
        event = json.loads(line)
        if "LoadingFinished" in event:
            selected = event["LoadingFinished"]["statistic"]["operations"]["selected"]
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        for exchange in recorder.get("interactions", {}).values():
            statuses[recorder["label"]][(exchange.get("response") or {}).get("status_code")] += 1
    return selected, statuses


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    packages = ["-p", "pydio-codegen", "-p", "pydio-test-server"]
    subprocess.run(["cargo", "build", "--quiet", *packages], cwd=ROOT, check=True)
    programs, files = tools(), export()
    subprocess.run([programs / "openapi-spec-validator", "--schema", "3.1", *files.values()], check=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        runs = [workers.submit(run, programs, files[release], release, *selection)
                for release in TESTED for selection in SELECTIONS]
    faults = [fault for one in runs for fault in one.result()]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
