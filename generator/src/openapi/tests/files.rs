//! Specs of several files.

use std::{fs, path::Path};

use crate::{
    diagnostic::SourceFile,
    openapi::{Spec, parse_in, to_openapi},
};

use super::summary;

/// Writes files and reads the first of them, in their folder `spec`.
fn read(files: &[(&str, &str)]) -> (tempfile::TempDir, Spec) {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (name, text) = files[0];
    let folder = root.path().join(Path::new(name).parent().unwrap());
    let file = SourceFile::new(Path::new(name).file_name().unwrap().to_str().unwrap(), text);
    let spec = to_openapi(&parse_in(&folder, &file).unwrap()).unwrap();
    (root, spec)
}

fn shown(spec: &Spec) -> String {
    let found: Vec<_> = spec.findings.iter().map(summary).collect();
    let others: Vec<_> = spec.others.iter().map(|other| other.path()).collect();
    let api = serde_json::to_string_pretty(&spec.api).unwrap();
    format!("{}\n{}\n{api}", others.join(", "), found.join("\n"))
}

const SPEC: &str = "\
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets: {$ref: 'paths/pets.yaml'}
components:
  schemas:
    Pet: {$ref: schemas/pet.yaml}
    Word: {type: string}
";

const PETS: &str = "\
parameters:
  - $ref: ../common.json#/parameters/limit
get:
  operationId: pets
  responses:
    '200':
      description: d
      content:
        application/json:
          schema: {type: array, items: {$ref: '../schemas/pet.yaml'}}
    default: {$ref: '../common.json#/responses/Error'}
";

const PET: &str = "\
type: object
properties:
  name: {$ref: '../spec.yaml#/components/schemas/Word'}
  parent: {$ref: pet.yaml}
  owner: {$ref: '#/x-owner'}
x-owner: {type: object, properties: {pets: {type: array, items: {$ref: '#'}}}}
";

const COMMON: &str = r##"{
  "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
  "responses": {"Error": {"description": "d", "content": {"application/json": {"schema":
    {"$ref": "#/schemas/Error"}}}}},
  "schemas": {"Error": {"type": "object", "properties": {"code": {"type": "strng"}}}}
}"##;

/// The files form one document with meaningful names, and each finding is in the file that causes
/// it.
#[test]
fn they_are_one() {
    let (_root, spec) = read(&[
        ("a/spec.yaml", SPEC),
        ("a/paths/pets.yaml", PETS),
        ("a/schemas/pet.yaml", PET),
        ("a/common.json", COMMON),
    ]);
    insta::assert_snapshot!(shown(&spec));
}

/// No file outside of the folder is read, whatever path refers to it.
#[test]
fn none_outside_is_read() {
    let refs = "\
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters: [{$ref: '../secret.yaml#/q'}]
      responses: {'200': {$ref: 'https://example.org/r.yaml'}}
  /b: {$ref: '/etc/hostname'}
components:
  schemas:
    Secret: {$ref: '../secret.yaml#/Secret'}
    Through: {$ref: 'sub/../../secret.yaml#/Secret'}
    Link: {$ref: 'link.yaml#/Secret'}
    Missing: {$ref: 'missing.yaml'}
    Broken: {$ref: 'sub/broken.yaml'}
    Folder: {$ref: sub}
    Kept: {type: string}
";
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a");
    fs::create_dir_all(folder.join("sub")).unwrap();
    fs::write(root.path().join("secret.yaml"), "Secret: {title: secret}\nq: {}\n").unwrap();
    fs::write(folder.join("sub/broken.yaml"), "a: [").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.path().join("secret.yaml"), folder.join("link.yaml")).unwrap();
    let spec =
        to_openapi(&parse_in(&folder, &SourceFile::new("spec.yaml", refs)).unwrap()).unwrap();
    assert!(spec.others.is_empty());
    let text = shown(&spec);
    assert!(!text.contains("title\": \"secret"), "{text}");
    let codes: Vec<_> = spec.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes.iter().filter(|code| code.starts_with("ref-")).count(), 9, "{text}");
    let without_link: Vec<_> =
        spec.findings.iter().filter(|found| !found.message.contains("link.yaml")).collect();
    let summaries: Vec<_> = without_link.into_iter().map(summary).collect();
    insta::assert_snapshot!(summaries.join("\n"));
}

/// A spec that exists only as text cannot refer to files.
#[test]
fn a_spec_without_a_folder_reads_no_files() {
    let file = SourceFile::new("Cargo.toml", SPEC);
    let spec = to_openapi(&crate::openapi::parse(&file).unwrap()).unwrap();
    assert!(spec.others.is_empty());
    assert_eq!(spec.findings.len(), 2);
}
