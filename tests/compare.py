#!/usr/bin/env python3
"""Analyses a spec and the Rust code generated from it, for tests/compare.sh.

    compare.py size SPEC                 operations and named models that the spec declares
    compare.py reduce SPEC OUT           a reduced OpenAPI 3 spec, for generators that refuse the whole
    compare.py count SPEC DIR            operations and models of the spec that are in DIR, types, lines
    compare.py program SPEC DIR STYLE    a program that makes ten calls
    compare.py probe SPEC DIR STYLE      a program that reads responses which go beyond the spec
    compare.py file SPEC DIR             the return type of the call that returns a file in the spec

Names are compared without case and punctuation, so that `treeNode` and `TreeNode` are equal. STYLE
describes how the generator's clients are called. Requires only Python 3.9.
"""

import json
import re
import sys
from pathlib import Path

VERBS = {"get", "put", "post", "delete", "patch", "head", "options"}


def plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def load(path):
    return json.loads(Path(path).read_text())


def operations(spec):
    for path in spec["paths"].values():
        shared = path.get("parameters", [])
        for verb, operation in path.items():
            if verb in VERBS:
                yield operation, [named(spec, p) for p in shared + operation.get("parameters", [])]


def named(spec, parameter):
    return spec["parameters"][parameter["$ref"].split("/")[-1]] if "$ref" in parameter else parameter


def sources(folder):
    return [path for path in sorted(Path(folder).rglob("*.rs")) if "target" not in path.parts]


class Emitted:
    """The functions and the public types of a crate, by their plain names."""

    def __init__(self, folder):
        self.functions, self.types, self.lines, self.fields = {}, {}, 0, {}
        for path in sources(folder):
            text = path.read_text()
            self.lines += text.count("\n")
            # The calls of some crates are methods of a trait or a builder: no `pub` to look for.
            for name, rest in re.findall(r"\bfn (?:r#)?(\w+)([^{;]*)", text):
                self.functions.setdefault(plain(name), (path.stem, name, rest))
            for name in re.findall(r"^\s*pub (?:struct|enum|type) (\w+)", text, re.M):
                self.types.setdefault(plain(name), name)
            for name, body in re.findall(r"^pub struct (\w+) \{\n(.*?)^\}", text, re.M | re.S):
                self.fields[name] = re.findall(r"^ {4}pub (\w+):", body, re.M)


def size(spec):
    print(len(list(operations(spec))), len(spec["definitions"]))


def count(spec, folder):
    out = Emitted(folder)
    calls = sum(plain(o["operationId"]) in out.functions for o, _ in operations(spec))
    models = sum(plain(name) in out.types for name in spec["definitions"])
    print(calls, models, len(out.types), out.lines)


def reduce(spec, out):
    """Keeps success responses, one media type per body, and one of several fields with similar names."""
    for operation, _ in operations(spec):
        answers = operation["responses"]
        operation["responses"] = {s: a for s, a in answers.items() if s.startswith("2")} or answers
        for body in [*operation["responses"].values(), operation.get("requestBody", {})]:
            one_medium(body)
    components = spec.get("components", {})
    for body in components.get("requestBodies", {}).values():
        one_medium(body)
    for schema in components.get("schemas", {}).values():
        kept = {}
        for name, value in schema.get("properties", {}).items():
            kept.setdefault(plain(name), (name, value))
        if kept:
            schema["properties"] = dict(kept.values())
    Path(out).write_text(json.dumps(spec, indent=1))


def one_medium(body):
    content = body.get("content", {})
    if len(content) > 1:
        first = "application/json" if "application/json" in content else next(iter(content))
        body["content"] = {first: content[first]}


def ten(spec):
    """Returns ten operations across the spec that take only texts in their path."""
    found = [
        (operation["operationId"], len(parameters))
        for operation, parameters in operations(spec)
        if all(p["in"] == "path" and p.get("type") == "string" for p in parameters)
    ]
    if len(found) < 10:
        sys.exit("no ten operations that take only texts in their path")
    step = len(found) / 10
    return [found[int(index * step)] for index in range(10)]


def call(out, style, operation, arity):
    if plain(operation) not in out.functions:
        sys.exit(f"no call {operation} was emitted")
    module, name, _ = out.functions[plain(operation)]
    texts = ['"x"'] * arity
    if style == "ours":
        return f"client.call({module}::{name}({', '.join(texts)}))"
    if style == "functions":
        return f"apis::{module}::{name}({', '.join(['&client', *texts])})"
    if style == "traits":
        return f"client.{module}().{name}({', '.join(texts)})"
    if style == "methods":
        return f"client.{name}({', '.join(texts)})"
    request = out.types[plain(operation + "Request")]
    path = f"{request}Path"
    if arity == 0:
        return f"client.{name}({request}::default())"
    fields = ", ".join(f'{field}: "x".into()' for field in out.fields[path])
    return f"client.{name}({request} {{ path: {path} {{ {fields} }}, ..Default::default() }})"


def program(spec, folder, style, client):
    out = Emitted(folder)
    calls = [call(out, style, *operation) for operation in ten(spec)]
    print("#![allow(deprecated, unused_imports, clippy::needless_update)]\nuse bindings::*;\n")
    print("async fn calls(address: &str) -> Result<usize, Box<dyn std::error::Error>> {")
    print(f"    let client = {client};\n    let mut done = 0;")
    for line in calls:
        print(f"    done += usize::from({line}.await.is_ok());")
    print("    Ok(done)\n}\n")
    print("fn main() -> Result<(), Box<dyn std::error::Error>> {")
    print('    let address = std::env::args().nth(1).ok_or("an address")?;')
    print("    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;")
    print('    println!("{} done", runtime.block_on(calls(&address))?);\n    Ok(())\n}')


def probes(spec):
    """Returns responses of one model that go beyond the spec, or that clients often read incorrectly."""
    text = json.dumps(spec)
    objects = {
        name: model["properties"]
        for name, model in spec["definitions"].items()
        if model.get("properties") and not model.get("required")
    }
    by_use = sorted(objects, key=lambda name: -text.count(f'"#/definitions/{name}"'))

    def first(fits):
        for name in by_use:
            for field, schema in objects[name].items():
                if fits(schema):
                    return name, field
        return None, None

    def is_enum(schema):
        if "$ref" in schema:
            schema = spec["definitions"].get(schema["$ref"].split("/")[-1], {})
        return "enum" in schema and schema.get("type", "string") == "string"

    model, field = first(is_enum)
    yield "field", model or by_use[0], {"not_declared": "0815"}
    if model:
        yield "word", model, {field: "0815"}
    model, field = first(lambda s: s.get("type") == "string" and s.get("format") == "int64")
    if model:
        yield "number", model, {field: "0815".lstrip("0")}


def probe(spec, folder, style, path):
    out = Emitted(folder)
    print("#![allow(unused_imports)]\nuse bindings::*;\n")
    # Do not serialize it as JSON again: some crates can only read their responses.
    print("fn say<T: std::fmt::Debug>(probe: &str, read: Option<T>) {")
    print("    let said = match read {")
    print('        None => "refused",')
    print('        Some(model) if format!("{model:?}").contains("815") => "kept",')
    print('        Some(_) => "lost",\n    };')
    print('    println!("{probe} {said}");\n}\n\nfn main() {')
    for name, model, answer in probes(spec):
        if plain(model) not in out.types:
            print(f'    println!("{name} absent");')
            continue
        kind = path + out.types[plain(model)]
        answer = json.dumps(json.dumps(answer))
        if style == "ours":
            parse = f"<{kind} as json::FromJson>::from_json(serde_json::from_str({answer}).unwrap())"
        else:
            parse = f"serde_json::from_str::<{kind}>({answer})"
        print(f'    say("{name}", {parse}.ok());')
    print("}")


def file(spec, folder):
    out = Emitted(folder)
    for operation, _ in operations(spec):
        good = operation["responses"].get("200", {})
        if good.get("schema", {}).get("type") != "file":
            continue
        _, _, rest = out.functions.get(plain(operation["operationId"]), ("", "", ""))
        answer = re.sub(r"\s+", " ", rest.rpartition("->")[2].partition(" where ")[0]).strip()
        # A call that is a value declares its response in a trait.
        for path in sources(folder) if answer.isidentifier() else ():
            found = re.search(rf"for {answer} \{{.*?type Answer = ([^;]+);", path.read_text(), re.S)
            answer = found[1] if found else answer
        print(f"{operation['operationId']} {answer or 'absent'}")
        return


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    verbs = {f.__name__: f for f in (size, count, reduce, program, probe, file)}
    verbs[sys.argv[1]](load(sys.argv[2]), *sys.argv[3:])
