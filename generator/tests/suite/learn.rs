//! Corrections from recorded traffic.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{cli::Place, corrections, installation::action};

/// Returns an installation with a plugin of its own, whose manifest says little.
fn place() -> Place {
    let place = Place::new();
    let actions = [
        action("acme_list", "restParams=\"/box\"", ""),
        action("acme_save", "restParams=\"/\"", ""),
        action("acme_tags", "", ""),
        action("acme_note", "", "<output type=\"stream\"/>"),
    ];
    place.plugin("acme.boxes", &actions.concat());
    place
}

/// Returns an entry of a HAR file.
fn entry(method: &str, url: &str, form: &str, kind: &str, body: &str) -> Value {
    let mut request = json!({
        "method": method,
        "url": format!("https://files.example.org{url}"),
        "headers": [{"name": "Cookie", "value": "AjaXplorer=s3cr3tS3ss10n"}],
    });
    if !form.is_empty() {
        request["postData"] =
            json!({"mimeType": "application/x-www-form-urlencoded", "text": form});
    }
    json!({
        "request": request,
        "response": {"status": 200, "headers": [], "content": {"mimeType": kind, "text": body}},
    })
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}}).to_string()
}

fn boxes(id: &str, state: &str, owner: Value) -> String {
    json!({
        "boxes": [{"id": id, "state": state, "size": "12", "owner": owner}],
        "by_path": {format!("/home/{id}"): {"label": "x"}},
        "done": true,
    })
    .to_string()
}

/// Returns traffic with the plugin as a browser saves it.
fn browsed() -> String {
    let list = |id: &str, state: &str, owner: Value| {
        let body = boxes(id, state, owner);
        entry("GET", "/pydio/api/default/acme_list/one", "", "application/json", &body)
    };
    let save = |form: &str| {
        let body = r#"<tree><message type="SUCCESS">saved</message></tree>"#;
        entry("POST", "/pydio/index.php", &format!("get_action=acme_save&{form}"), "text/xml", body)
    };
    har(&[
        entry("GET", "/pydio/", "", "text/html", "<html></html>"),
        entry("GET", "/pydio/logo.png", "", "image/png", ""),
        list("b1", "open", json!("mara")),
        list("b2", "closed", Value::Null),
        list("b3", "open", json!("theo")),
        list("b4", "closed", json!("theo")),
        list("b5", "open", json!("theo")),
        list("b6", "open", json!("theo")),
        save("secure_token=t0k3n&box=b1&force=true&count=3&kind=red&file=%2Fa&item%5B%5D=x"),
        save("secure_token=t0k3n&box=b2&force=true&count=4&kind=blue&file=%2Fb&meta=%7B%7D"),
        entry("GET", "/pydio/index.php?get_action=acme_gone", "", "text/html", ""),
        entry("GET", "/pydio/api/v2/fs/common/x", "", "application/json", "{}"),
    ])
}

#[test]
fn a_private_plugin_is_learnt_from_a_browser() {
    let place = place();
    place.write("traffic.har", &browsed());
    let report = place.done("learn traffic.har --pydio pydio --out learnt");
    assert_snapshot!(report, @r##"
acme.boxes/acme_list (calls: 6, failed: 0)
  proposed      answer { model: AcmeList }
acme.boxes/acme_save (calls: 2, failed: 0)
  proposed      answer envelope
  proposed      parameter { name: box }
  proposed      parameter { name: count, type: integer }
  proposed      parameter { name: file, type: node }
  proposed      parameter { name: force, type: flag }
  proposed      parameter { name: item, type: texts }
  proposed      parameter { name: kind }
  proposed      parameter { name: meta, type: json }
not declared:
  GET /api/v2/fs (traffic.har#12): no operation of the spec has this path
  acme_gone (traffic.har#11): did you mean `acme_note`?
wrote learnt/actions.yaml
wrote learnt/models.yaml
exchanges: 10, skipped: 2; actions and operations called: 2; successes: 8, failures: 0, not judged: 0
responses as declared: 0, otherwise: 0; contradictions: 0; proposed corrections: 2, models: 3
"##);
    assert_snapshot!(place.read("learnt/actions.yaml"), @r##"
# Corrections proposed by `pydio-codegen learn`: review them before you rely on them.
corrections: 1
title: "Learnt from traffic with Pydio 8.2.5"
actions:
  - action: acme_list
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "traffic.har#3, traffic.har#4, traffic.har#5, and 3 more"
    description: "The response is that of 6 successful calls in recorded traffic."
    change: { answer: { model: AcmeList } }

  - action: acme_save
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "traffic.har#9, traffic.har#10"
    description: "The response is that of 2 successful calls in recorded traffic. Recorded calls send parameters that are not declared."
    change: { answer: envelope }
    params:
      add:
        - { name: box }
        - { name: count, type: integer }
        - { name: file, type: node }
        - { name: force, type: flag }
        - { name: item, type: texts }
        - { name: kind }
        - { name: meta, type: json }
"##);
    assert_snapshot!(place.read("learnt/models.yaml"), @r##"
# Models proposed by `pydio-codegen learn`: review them before you rely on them.
openapi: 3.0.3
info:
  title: "JSON responses learnt from traffic with Pydio 8.2.5"
  version: 1.0.0
paths: {}
components:
  schemas:
    AcmeList:
      description: "Learnt from the responses of acme.boxes/acme_list."
      type: object
      required: [boxes, by_path, done]
      additionalProperties: true
      properties:
        boxes: { type: array, items: { $ref: "#/components/schemas/AcmeListBox" } }
        by_path: { type: object, additionalProperties: { $ref: "#/components/schemas/AcmeListByPathItem" } }
        done: { type: boolean }

    AcmeListBox:
      description: "Learnt from the responses of acme.boxes/acme_list."
      type: object
      required: [id, owner, size, state]
      additionalProperties: true
      properties:
        id: { type: string }
        owner: { type: string, nullable: true }
        size: { type: integer, x-pydio-lenient: true }
        state: { type: string, enum: ["closed", "open"] }

    AcmeListByPathItem:
      description: "Learnt from the responses of acme.boxes/acme_list."
      type: object
      required: [label]
      additionalProperties: true
      properties:
        label: { type: string }
"##);

    assert_valid(&place);
    // One command more, and the call is typed.
    place.done("generate --pydio pydio --corrections learnt --out out");
    let module = place.read("out/src/v1/acme_boxes.rs");
    assert!(module.contains("type Response = super::models::AcmeList;"), "{module}");
    // Everything that was learnt stands now, and the traffic confirms it.
    let again =
        place.done("learn traffic.har --pydio pydio --corrections learnt --deny-contradictions");
    assert!(again.contains("contradictions: 0; proposed corrections: 0, models: 0"), "{again}");
}

#[test]
fn no_credential_and_no_value_leaves_the_traffic() {
    let place = place();
    let secrets = [
        "s3cr3tS3ss10n",
        "t0k3n",
        "hunter2",
        "mara",
        "theo",
        "zoe",
        "yves",
        "a@example.org",
        "10.1.2.3",
        "/home/",
        "d41d8cd98f00b204",
        "Private",
        "+49170",
        "deadbeef",
        "plainword",
        "c4tch",
    ];
    let body = |id: usize| {
        json!({
            "password_state": "hunter2",
            "auth_type": "plainword",
            "owner": (["mara", "theo"][id % 2]),
            "status": (["mara", "theo"][id % 2]),
            "type": (["a@example.org", "10.1.2.3"][id % 2]),
            "mode": (["d41d8cd98f00b204e980", "deadbeef00"][id % 2]),
            "title": "Private plans",
            "current_user": "zoe",
            "team": {"zoe": {"phone": "+4917012345"}, "label": "x"},
            "lonely": {"yves": {"phone": "+4917012345"}},
            "users": {"mara": {"phone": "+4917012345"}, "theo": {"phone": "+4917099999"}},
            "by_mail": {"a@example.org": 1},
        })
        .to_string()
    };
    let call = |id: usize| {
        let query = "captcha_type=c4tch&user_id=mara&pwd=hunter2&auth_kind=plainword&other=theo";
        let form = format!("{query}&user_login={}", ["mara", "theo"][id % 2]);
        entry("POST", "/api/default/acme_save/", &form, "application/json", &body(id))
    };
    let mut entries: Vec<_> = (0..9).map(call).collect();
    entries.push(entry("GET", "/api/default/acme_tags_of_mara@x/hunter2", "", "text/plain", "x"));
    entries.push(json!({"request": "hunter2", "response": "t0k3n"}));
    place.write("traffic/a.har", &har(&entries));
    place.write("traffic/b.json", "{\"password\": \"hunter2\", ");
    place.write("traffic/c.har", "{\"log\": {\"entries\": \"hunter2\"}}");
    let run = place.run("learn traffic --pydio pydio --verbose --out learnt");
    assert_eq!(run.status, 0, "{}", run.err);
    let written = run.err + &place.read("learnt/actions.yaml") + &place.read("learnt/models.yaml");
    for secret in secrets {
        assert!(!written.contains(secret), "{secret}: {written}");
    }
    // Without a directory, the same goes to standard output.
    let printed = place.run("learn traffic --pydio pydio").out;
    assert!(printed.contains("corrections: 1") && printed.contains("openapi: 3.0.3"), "{printed}");
}

#[test]
fn files_that_are_not_traffic_stop_nothing() {
    let place = place();
    place.write("traffic/1.har", &browsed());
    place.write("traffic/2.json", "{\n  \"a\": }");
    place.write("traffic/3.json", "[1, 2]");
    place.write("traffic/4.har", "{\"log\": {\"entries\": [1, {}]}}");
    place.write("traffic/5.json", &"[".repeat(5000));
    place.write("traffic/ignored.txt", "x");
    let run = place.run("learn traffic --pydio pydio --out learnt");
    assert_eq!(run.status, 0, "{}", run.err);
    let problems: Vec<_> =
        run.err.lines().filter(|line| line.starts_with("warning[traffic]")).collect();
    assert_snapshot!(problems.join("\n"), @r##"
warning[traffic]: traffic/2.json:2:8: not JSON
warning[traffic]: traffic/3.json:1:1: neither a recorded exchange nor a HAR file
warning[traffic]: traffic/4.har: entry 1 is not a HAR entry
warning[traffic]: traffic/4.har: entry 2 is not a HAR entry
warning[traffic]: traffic/5.json:1:1: neither a recorded exchange nor a HAR file
"##);
    assert!(run.err.contains("proposed corrections: 2"), "{}", run.err);

    assert_snapshot!(place.failed("learn nothing.har --pydio pydio"), @r##"error[traffic]: `nothing.har` is neither a file nor a folder"##);
    place.write("empty.har", &har(&[]));
    assert_snapshot!(place.failed("learn empty.har --pydio pydio"), @r##"
error[traffic]: no calls in the traffic
 |
 = help: save it as HAR, with content, from the browser's network tab
"##);
}

const STANDING: &str = r#"corrections: 1
title: Boxes
actions:
  - action: acme_list
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: written down
    description: It returns boxes.
    change: { answer: { model: Boxes } }
    params: { add: [{ name: limit, type: integer }] }
  - action: acme_save
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: written down
    description: It returns text.
    change: { answer: text }
"#;

const STANDING_MODELS: &str = r#"openapi: 3.0.3
info: { title: Boxes, version: 1.0.0 }
paths: {}
components:
  schemas:
    Boxes:
      type: object
      required: [boxes, total]
      properties:
        boxes: { type: array, items: { type: object, properties: { id: { type: integer } } } }
        total: { type: integer }
"#;

#[test]
fn what_stands_is_contradicted_and_not_replaced() {
    let place = place();
    place.write("traffic.har", &browsed());
    place.write("mine/a.yaml", STANDING);
    place.write("mine/m.yaml", STANDING_MODELS);
    let arguments = "learn traffic.har --pydio pydio --corrections mine --deny-contradictions";
    let run = place.run(&format!("{arguments} --out learnt"));
    assert_eq!(run.status, 3);
    assert_snapshot!(run.err, @r##"
acme.boxes/acme_list (calls: 6, failed: 0)
  contradiction `boxes[].id`: expected an integer, found text (traffic.har#3, traffic.har#4, traffic.har#5, and 3 more)
acme.boxes/acme_save (calls: 2, failed: 0)
  proposed      parameter { name: box }
  proposed      parameter { name: count, type: integer }
  proposed      parameter { name: file, type: node }
  proposed      parameter { name: force, type: flag }
  proposed      parameter { name: item, type: texts }
  proposed      parameter { name: kind }
  proposed      parameter { name: meta, type: json }
  contradiction the response is an envelope (traffic.har#9, traffic.har#10)
not declared:
  GET /api/v2/fs (traffic.har#12): no operation of the spec has this path
  acme_gone (traffic.har#11): did you mean `acme_note`?
wrote learnt/actions.yaml
exchanges: 10, skipped: 2; actions and operations called: 2; successes: 8, failures: 0, not judged: 0
responses as declared: 0, otherwise: 8; contradictions: 2; proposed corrections: 1, models: 0
error[learn]: 2 contradictions to what stands
"##);
    let learnt = place.read("learnt/actions.yaml");
    assert!(!learnt.contains("answer:"), "{learnt}");
    assert!(!place.path("learnt/models.yaml").exists());
}

#[test]
fn files_are_replaced_only_when_asked() {
    let place = place();
    place.write("traffic.har", &browsed());
    place.write("learnt/models.yaml", "mine");
    assert_snapshot!(place.failed("learn traffic.har --pydio pydio --out learnt"), @r##"
error[output]: `learnt/models.yaml` exists already
 |
 = help: pass --force to replace it, or --corrections to learn what it lacks
"##);
    assert_eq!(place.read("learnt/models.yaml"), "mine");
    place.done("learn traffic.har --pydio pydio --out learnt --force");
    let first = place.tree("learnt");
    place.done("learn traffic.har --pydio pydio --out learnt --force");
    assert_eq!(place.tree("learnt"), first);
}

#[test]
fn recordings_of_every_transport_are_read() {
    let place = place();
    let tags = json!({
        "transport": "legacy",
        "request": {"method": "GET", "url": "http://h/index.php?get_action=acme_tags", "headers": []},
        "response": {"status": 200, "headers": [["Content-Type", "application/json"]], "body": "[\"a\"]"},
    });
    place.write("r/legacy/tags.json", &tags.to_string());
    let note = json!({
        "transport": "v1",
        "request": {"method": "GET", "url": "http://h/api/default/acme_list/a", "headers": [], "auth_user": "mara"},
        "response": {"status": 200, "content_type": "application/json", "headers": [], "body_file": "bodies/note.bin"},
    });
    place.write("r/v1/list.json", &note.to_string());
    place.write("r/bodies/note.bin", "{\"total\": 7}");
    let outside = note.to_string().replace("bodies/note.bin", "../../../etc/hostname");
    place.write("r/v1/outside.json", &outside);
    let console = json!({
        "transport": "cli",
        "request": {"argv": ["php", "cmd.php", "-u=mara", "-p=hunter2", "-r=1", "-a=acme_save", "--depth=2"]},
        "response": {"exit_status": 0, "stdout": "", "stderr": ""},
    });
    place.write("r/cli/save.json", &console.to_string());
    assert_snapshot!(place.done("learn r --pydio pydio --out learnt"), @r##"
acme.boxes/acme_list (calls: 2, failed: 0)
  proposed      answer { model: AcmeList }
  not judged    1: the body was not recorded
acme.boxes/acme_save (calls: 1, failed: 0)
  proposed      parameter { name: depth }
  unclear       the response: no call succeeded
  not judged    1: a call of the console, whose output has no marks
acme.boxes/acme_tags (calls: 1, failed: 0)
  proposed      answer { list: text }
wrote learnt/actions.yaml
wrote learnt/models.yaml
exchanges: 4, skipped: 0; actions and operations called: 3; successes: 2, failures: 0, not judged: 2
responses as declared: 0, otherwise: 0; contradictions: 0; proposed corrections: 3, models: 1
"##);
    assert_snapshot!(place.read("learnt/actions.yaml"), @r##"
# Corrections proposed by `pydio-codegen learn`: review them before you rely on them.
corrections: 1
title: "Learnt from traffic with Pydio 8.2.5"
actions:
  - action: acme_list
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "v1/list.json"
    description: "The response is that of one successful call in recorded traffic."
    change: { answer: { model: AcmeList } }

  - action: acme_save
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "cli/save.json"
    description: "Recorded calls send parameters that are not declared."
    params:
      add:
        - { name: depth }

  - action: acme_tags
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "legacy/tags.json"
    description: "The response is that of one successful call in recorded traffic."
    change: { answer: { list: text } }
"##);
}

#[test]
fn parameters_decide_what_comes() {
    let place = Place::new();
    let param = "<input_param name=\"nodes\" type=\"string\"/>";
    let actions = [action("acme_stat", "", param), action("acme_view", "", "")];
    place.plugin("acme.boxes", &actions.concat());
    let call = |query: &str, kind: &str, body: &str| {
        entry("GET", &format!("/index.php?get_action={query}"), "", kind, body)
    };
    let stat = json!({"size": 1, "mode": 2});
    let stats = json!({"/a": stat, "/b": stat});
    place.write(
        "traffic.har",
        &har(&[
            call("acme_stat&nodes=%2Fa", "application/json", &stat.to_string()),
            call("acme_stat&nodes[]=%2Fa&nodes[]=%2Fb", "application/json", &stats.to_string()),
            call("acme_view&page=1", "image/png", "x"),
            call("acme_view&page=2", "image/png", "x"),
            call("acme_view&all=true", "application/json", "[1]"),
        ]),
    );
    assert_snapshot!(place.done("learn traffic.har --pydio pydio --out learnt"), @r##"
acme.boxes/acme_stat (calls: 2, failed: 0)
  proposed      answer { one_or_many: AcmeStat }
  proposed      parameter nodes: { type: nodes }
acme.boxes/acme_view (calls: 3, failed: 0)
  proposed      parameter { name: all, type: flag }
  proposed      parameter { name: page, type: integer }
  unclear       the response: it was JSON, and a file; it depends on `all`
wrote learnt/actions.yaml
wrote learnt/models.yaml
exchanges: 5, skipped: 0; actions and operations called: 2; successes: 5, failures: 0, not judged: 0
responses as declared: 0, otherwise: 0; contradictions: 0; proposed corrections: 2, models: 1
"##);
    assert_snapshot!(place.read("learnt/actions.yaml"), @r##"
# Corrections proposed by `pydio-codegen learn`: review them before you rely on them.
corrections: 1
title: "Learnt from traffic with Pydio 8.2.5"
actions:
  - action: acme_stat
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "traffic.har#1, traffic.har#2"
    description: "The response is that of 2 successful calls in recorded traffic. Recorded calls send several values where one is declared."
    change: { answer: { one_or_many: AcmeStat } }
    params:
      change:
        nodes: { type: nodes }

  - action: acme_view
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "traffic.har#5, traffic.har#3"
    description: "Recorded calls send parameters that are not declared."
    params:
      add:
        - { name: all, type: flag }
        - { name: page, type: integer }
"##);
    place.done("learn traffic.har --pydio pydio --corrections learnt --deny-contradictions");
}

#[test]
fn families_of_names_are_one_parameter() {
    let place = place();
    let call = |form: &str| {
        let form = format!("get_action=acme_save&secure_token=x&{form}");
        let body = r#"<tree><message type="SUCCESS">saved</message></tree>"#;
        entry("POST", "/index.php", &form, "text/xml", body)
    };
    place.write(
        "traffic.har",
        &har(&[
            call("row_0=a&row_1=b&name=a&name_1=b&file=%2Fa&only_7=x"),
            call("file_0=%2Fa&file_1=%2Fb&tag[]=a&tag[]=b&deep[er]=x"),
            call("PREFERENCES_a=1&PREFERENCES_a_ajxptype=integer&new_pass=x&kind_type=one"),
        ]),
    );
    assert_snapshot!(place.done("learn traffic.har --pydio pydio"), @r##"
# Corrections proposed by `pydio-codegen learn`: review them before you rely on them.
corrections: 1
title: "Learnt from traffic with Pydio 8.2.5"
actions:
  - action: acme_save
    plugin: acme.boxes
    versions: "=8.2.5"
    evidence: "traffic.har#1, traffic.har#2, traffic.har#3"
    description: "The response is that of 3 successful calls in recorded traffic. Recorded calls send parameters that are not declared."
    change: { answer: envelope }
    params:
      add:
        - { name: file, type: selection }
        - { name: kind_type }
        - { name: name, type: series }
        - { name: new_pass, type: secret }
        - { name: only_7 }
        - { name: "row_[n]", type: numbered }
        - { name: tag, type: texts }
        - { name: fields, type: fields }
acme.boxes/acme_save (calls: 3, failed: 0)
  proposed      answer envelope
  proposed      parameter { name: file, type: selection }
  proposed      parameter { name: kind_type }
  proposed      parameter { name: name, type: series }
  proposed      parameter { name: new_pass, type: secret }
  proposed      parameter { name: only_7 }
  proposed      parameter { name: "row_[n]", type: numbered }
  proposed      parameter { name: tag, type: texts }
  proposed      parameter { name: fields, type: fields }
  unclear       `deep[er]` is sent by traffic.har#2, but corrections cannot declare such a name
exchanges: 3, skipped: 0; actions and operations called: 1; successes: 3, failures: 0, not judged: 0
responses as declared: 0, otherwise: 0; contradictions: 0; proposed corrections: 1, models: 0
"##);
}

/// Checks that what was learnt matches the schema of corrections, and that its models are read.
fn assert_valid(place: &Place) {
    let value = corrections::yaml(&place.read("learnt/actions.yaml"));
    let validator = corrections::validator("actions");
    let found: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(found.is_empty(), "{found:#?}");
    place.done("lint --pydio pydio --corrections learnt/models.yaml");
}
