//! Calls of operations on the wire, and a check that the v2 router reads them back.

use futures_util::stream;
use http::header::CONTENT_TYPE;
use proptest::prelude::{prop_assert, prop_assert_eq};
use proptest::{collection, prop_oneof, proptest, sample, strategy::Strategy};

use super::rest_v2;
use crate::{
    json::Json,
    testing::{BINDINGS, ready, repeatable},
    types::{Bindings, Body, Endpoint, FilePart, Method, NodePath, Param, Request, Style},
};

mod router;

static OTHER: Bindings = Bindings::other();

const fn operation(method: Method, path: &'static str) -> Endpoint {
    Endpoint::operation(&BINDINGS, method, "test", path)
}

static GET_NODE: Endpoint = operation(Method::Get, "/api/v2/fs/{workspaceId}/{path+}");
static POST_NODE: Endpoint = operation(Method::Post, "/api/v2/fs/{workspaceId}/{path+}");
static PATCH_NODE: Endpoint = operation(Method::Patch, "/api/v2/fs/{workspaceId}/{path+}");
static PUT_FILE: Endpoint = operation(Method::Put, "/api/v2/io/{workspaceId}/{path+}");
static PEOPLE: Endpoint = operation(Method::Get, "/api/v2/admin/people/{path+}");
static TASK: Endpoint = operation(Method::Get, "/api/v2/tasks/{taskId}");
static ROLES: Endpoint = operation(Method::Get, "/api/v2/admin/roles")
    .params(&[Param::query("format").constant("json")]);
static UNSUPPORTED: Endpoint = operation(Method::Get, "/x").unsupported("use another.");
static EXTERNAL: Endpoint =
    Endpoint::operation(&OTHER, Method::Patch, "test", "/a/tree/{id}/{rest+}");

/// A call on the wire: the target, one header per line, the body.
struct Wire {
    target: String,
    headers: Vec<String>,
    body: String,
}

fn wire(request: Request) -> Wire {
    let prepared = rest_v2(request).unwrap();
    let headers = prepared.headers.iter();
    Wire {
        target: prepared.target,
        headers: headers
            .map(|(k, v)| format!("{k}: {}", str::from_utf8(v.as_bytes()).unwrap()))
            .collect(),
        body: String::from_utf8(prepared.body.as_bytes().unwrap().to_vec()).unwrap(),
    }
}

fn target(request: Request) -> String {
    wire(request).target
}

fn refused(request: Request) -> String {
    rest_v2(request).err().unwrap()
}

fn node(operation: &'static Endpoint, path: &str) -> Request {
    Request::new(operation)
        .with(Param::path("workspaceId"))
        .text("workspaceId", "common")
        .with(Param::rest_of_path("path").node())
        .node("path", path)
}

#[test]
fn a_path_keeps_its_slashes_and_encodes_the_rest() {
    for (path, spelled) in [
        ("/", ""),
        ("", ""),
        ("d1", "d1"),
        ("/d1/", "d1/"),
        ("/d1//x", "d1/x"),
        ("/sp é+%20#&.txt", "sp%20%C3%A9%2B%2520%23%26.txt"),
        ("/wh?at;=\\.txt", "wh%3Fat%3B%3D%5C.txt"),
        ("/...", "..."),
    ] {
        assert_eq!(target(node(&GET_NODE, path)), format!("api/v2/fs/common/{spelled}"));
    }
}

#[test]
fn a_path_that_is_not_a_node_keeps_its_first_slash() {
    let people = |path: &str| Request::new(&PEOPLE).with(Param::path("path")).text("path", path);
    assert_eq!(target(people("/")), "api/v2/admin/people//");
    assert_eq!(target(people("/group/user")), "api/v2/admin/people//group/user");
    assert_eq!(target(people("group/user")), "api/v2/admin/people/group/user");
    assert_eq!(refused(people("")), "`path` is a path parameter, which cannot be empty");
}

#[test]
fn what_a_path_cannot_carry_is_refused() {
    for path in ["..", "a/../b", "./a", "a/."] {
        assert!(refused(node(&GET_NODE, path)).starts_with("`path` cannot be sent"), "{path:?}");
    }
    for path in ["a\nb", "\0", "\u{7f}"] {
        assert!(refused(node(&GET_NODE, path)).starts_with("`path` contains a "), "{path:?}");
    }
    let task =
        |id: &str| refused(Request::new(&TASK).with(Param::path("taskId")).text("taskId", id));
    assert_eq!(task(""), "`taskId` is a path parameter, which cannot be empty");
    assert_eq!(task("a/b"), "`taskId` contains a slash, but is a single segment of the path");
    assert_eq!(task(".."), "`taskId` contains a segment `.` or `..`, which would get lost");
    assert_eq!(refused(Request::new(&TASK)), "`taskId` is missing");
    // One of that name in another location is a different parameter.
    assert_eq!(
        refused(Request::new(&TASK).with(Param::query("taskId")).text("taskId", "a")),
        "`taskId` is missing"
    );
    let odd = Request::new(&GET_NODE).with(Param::path("workspaceId")).text("workspaceId", "a/b");
    assert!(
        refused(odd.with(Param::rest_of_path("path").node()).node("path", "/"))
            .contains("contains a slash")
    );
}

#[test]
fn nodes_in_the_query_lead_nowhere_else() {
    let filtered =
        |path: &str| node(&GET_NODE, "/a").with(Param::query("filter").node()).node("filter", path);
    let why = "`filter` cannot be sent: the server blanks the segments `.` and `..`";
    assert_eq!(refused(filtered("/a/../b")), why);
    assert_eq!(target(filtered("/a..b")), "api/v2/fs/common/a?filter=%2Fa..b");
}

#[test]
fn another_server_decodes_each_segment_separately() {
    let request = Request::new(&EXTERNAL).with(Param::path("id")).text("id", "a/b c");
    let request = request.with(Param::path("rest")).text("rest", "d/e f");
    assert_eq!(target(request), "a/tree/a%2Fb%20c/d/e%20f");
}

#[test]
fn the_root_is_refused() {
    for root in ["", "/", "//", "///"] {
        assert!(refused(node(&GET_NODE, root).refusing_root("path")).contains("is the root"));
        let people = Request::new(&PEOPLE)
            .with(Param::path("path"))
            .text("path", root)
            .refusing_root("path");
        assert!(refused(people).contains("`path` is the root"));
    }
    assert_eq!(target(node(&GET_NODE, " ").refusing_root("path")), "api/v2/fs/common/%20");
    // A field of that name in the query does not count.
    let elsewhere = Request::new(&GET_NODE).with(Param::query("path").key("q")).text("q", "/a");
    let elsewhere = elsewhere
        .with(Param::path("workspaceId"))
        .text("workspaceId", "w")
        .with(Param::rest_of_path("path").node())
        .node("path", "/");
    assert!(refused(elsewhere.refusing_root("path")).contains("is the root"));
}

#[test]
fn an_unsupported_operation_says_what_to_use() {
    assert_eq!(refused(Request::new(&UNSUPPORTED)), "the server cannot do this: use another.");
}

#[test]
fn each_argument_is_encoded_in_one_way() {
    let request = node(&GET_NODE, "/d")
        .with(Param::query("q"))
        .text("q", "x y+z&é=")
        .with(Param::query("on").flag())
        .flag("on", true)
        .with(Param::query("off").flag())
        .flag("off", false)
        .with(Param::query("task").json())
        .json("task", &Json::from(vec![Json::from("a b"), Json::Null]))
        .with(Param::query("path").texts().brackets())
        .texts("path", ["/a", "/b"])
        .with(Param::query("none").texts().brackets())
        .texts("none", [""; 0])
        .with(Param::query("ids").texts().joined(','))
        .texts("ids", ["1", "2"])
        .with(Param::query("filter").node())
        .node("filter", "sub");
    assert_eq!(
        target(request),
        "api/v2/fs/common/d?q=x+y%2Bz%26%C3%A9%3D&on=true&task=%5B%22a+b%22%2Cnull%5D\
         &path%5B%5D=%2Fa&path%5B%5D=%2Fb&ids=1%2C2&filter=%2Fsub"
    );
}

#[test]
fn a_later_argument_replaces_an_earlier_one_in_the_same_place() {
    let request = Request::new(&ROLES)
        .with(Param::query("a"))
        .text("a", "1")
        .with(Param::header("a"))
        .text("a", "2")
        .with(Param::query("b").flag())
        .flag("b", true)
        .with(Param::query("c").texts().repeated())
        .texts("c", ["1", "2"])
        .with(Param::query("a"))
        .text("a", "3")
        .with(Param::query("b").flag())
        .flag("b", false)
        .with(Param::query("c").texts().repeated())
        .texts("c", ["4"]);
    let wire = wire(request);
    assert_eq!(wire.target, "api/v2/admin/roles?format=json&a=3&c=4");
    assert_eq!(wire.headers, ["a: 2"]);
}

#[test]
fn a_form_goes_into_the_body_of_a_post_only() {
    let form = |operation| {
        let request = node(operation, "/a").with(Param::query("q")).text("q", "1");
        wire(request.with(Param::form("content")).text("content", "x y"))
    };
    let post = form(&POST_NODE);
    assert_eq!((&*post.target, &*post.body), ("api/v2/fs/common/a?q=1", "content=x+y"));
    assert_eq!(post.headers, ["content-type: application/x-www-form-urlencoded"]);
    for operation in [&GET_NODE, &PATCH_NODE] {
        let other = form(operation);
        assert_eq!((&*other.target, &*other.body), ("api/v2/fs/common/a?q=1&content=x+y", ""));
        assert!(other.headers.is_empty());
    }
}

#[test]
fn a_form_and_another_body_do_not_get_lost() {
    let both = |operation| {
        let request = Request::new(operation).with(Param::path("id")).text("id", "1");
        let request = request
            .with(Param::path("rest"))
            .text("rest", "x")
            .with(Param::form("f"))
            .text("f", "1");
        request.with(Param::body("body").json()).json("body", &Json::from(1))
    };
    assert_eq!(refused(both(&EXTERNAL)), "a form cannot be combined with another body");
    let request = node(&POST_NODE, "/a")
        .with(Param::form("f"))
        .text("f", "1")
        .with(Param::body("body").json())
        .json("body", &Json::from(1));
    let wire = wire(request);
    assert_eq!((&*wire.target, &*wire.body), ("api/v2/fs/common/a?f=1", "1"));
}

#[test]
fn another_server_takes_a_form_with_any_method() {
    let request = Request::new(&EXTERNAL).with(Param::path("id")).text("id", "1");
    let request =
        request.with(Param::path("rest")).text("rest", "x").with(Param::form("f")).text("f", "1");
    assert_eq!(wire(request).body, "f=1");
}

#[test]
fn a_document_is_sent_as_json_without_a_charset() {
    let request = Request::new(&ROLES)
        .with(Param::body("body").json())
        .json("body", &serde_json::json!({"b": [1, null], "a": "é/\""}));
    let wire = wire(request);
    assert_eq!(wire.headers, ["content-type: application/json"]);
    assert_eq!(wire.body, r#"{"a":"é/\"","b":[1,null]}"#);
}

#[test]
fn bytes_are_never_sent_as_json() {
    for body in [Body::empty(), Body::from("{\"a\": 1}")] {
        let length = body.length();
        let prepared = rest_v2(
            node(&PUT_FILE, "/a.json").with(Param::body("body").bytes()).bytes("body", body),
        )
        .unwrap();
        assert_eq!(prepared.headers, [(CONTENT_TYPE, "application/octet-stream".parse().unwrap())]);
        assert_eq!(prepared.body.length(), length);
    }
}

#[test]
fn a_header_carries_what_it_can() {
    let header =
        |value: &str| Request::new(&ROLES).with(Param::header("X-Some")).text("X-Some", value);
    assert_eq!(wire(header("a, b=\"é\"")).headers, ["x-some: a, b=\"é\""]);
    for value in ["s3cr3t\n", "s3\0cr3t s3cr3t", " s3cr3t", "s3cr3t\t"] {
        let why = refused(header(value));
        assert!(why.starts_with("the header `X-Some`: ") && !why.contains("s3cr3t"), "{why}");
    }
    let odd = Request::new(&ROLES).with(Param::header("X Some")).text("X Some", "a");
    assert!(refused(odd).starts_with("the header `X Some`: "));
    let flag = |on| {
        wire(
            Request::new(&ROLES)
                .with(Param::header("X-Rename-If-Exists").flag())
                .flag("X-Rename-If-Exists", on),
        )
    };
    assert_eq!(flag(true).headers, ["x-rename-if-exists: true"]);
    assert!(flag(false).headers.is_empty());
}

static PLAIN: Endpoint = Endpoint::operation(&OTHER, Method::Post, "test", "/a")
    .params(&[Param::query("v").constant("1 2")]);

#[test]
fn another_server_reads_a_space_as_it_is_encoded_in_paths() {
    let request = Request::new(&PLAIN).with(Param::query("a b")).text("a b", "c d+e");
    assert_eq!(target(request), "a?v=1%202&a%20b=c%20d%2Be");
    let request = Request::new(&PLAIN)
        .with(Param::query("c").texts().style(Style::form()))
        .texts("c", ["a,b", "c d"])
        .with(Param::query("f").json().style(Style::deep_object()))
        .json("f", &serde_json::json!({"a": {"b": 1}}));
    assert_eq!(target(request), "a?v=1%202&c=a%2Cb,c%20d&f%5Ba%5D%5Bb%5D=1");
}

#[test]
fn a_style_may_stand_in_the_path() {
    let styled = |style, value: Json| {
        Request::new(&EXTERNAL)
            .with(Param::path("id").json().style(style))
            .json("id", &value)
            .with(Param::path("rest"))
            .text("rest", "r")
    };
    let list = || Json::from(vec!["a,b", "c/d"]);
    assert_eq!(target(styled(Style::simple(), list())), "a/tree/a%2Cb,c%2Fd/r");
    assert_eq!(target(styled(Style::matrix(), list())), "a/tree/;id=a%2Cb,c%2Fd/r");
    assert_eq!(target(styled(Style::label().exploded(), list())), "a/tree/.a%2Cb.c%2Fd/r");
    for (style, value) in [
        (Style::simple(), Json::from(Vec::<Json>::new())),
        (Style::simple(), Json::from(vec![""])),
        (Style::simple(), Json::from("..")),
        (Style::label(), Json::from("")),
        (Style::label(), Json::from(".")),
    ] {
        let why = refused(styled(style, value));
        assert!(why.starts_with("`id` ") && why.contains("empty"), "{why}");
    }
}

#[test]
fn cookies_are_one_header() {
    let request = Request::new(&PLAIN)
        .with(Param::cookie("sid"))
        .text("sid", "a b;c=é\n")
        .with(Param::cookie("many").texts().style(Style::form().exploded()))
        .texts("many", ["1", "2"])
        .with(Param::cookie("one").texts().style(Style::form()))
        .texts("one", ["1,", "2"]);
    let cookies = "cookie: sid=a%20b%3Bc%3D%C3%A9%0A; many=1; many=2; one=1%2C,2";
    assert_eq!(wire(request).headers, [cookies]);
}

#[test]
fn a_list_in_a_header_cannot_hold_a_comma() {
    let tags = |tags: &[&str]| {
        Request::new(&PLAIN)
            .with(Param::header("X-Tags").texts().style(Style::simple()))
            .texts("X-Tags", tags.iter().copied())
    };
    assert_eq!(wire(tags(&["a", "b c"])).headers, ["x-tags: a,b c"]);
    assert_eq!(wire(tags(&[])).headers, [""; 0]);
    let why = refused(tags(&["s3cr3t,", "b"]));
    assert!(why.starts_with("the header `X-Tags`: ") && !why.contains("s3cr3t"), "{why}");
}

#[test]
fn a_list_that_php_splits_cannot_contain_the_separator() {
    let joined = Request::new(&ROLES)
        .with(Param::query("ids").texts().joined(','))
        .texts("ids", ["a,b", "c"]);
    let why = "`ids` cannot be sent: an item contains \",\", which separates the items";
    assert_eq!(refused(joined), why);
}

#[test]
fn a_body_is_of_the_type_that_is_declared() {
    let json =
        || Request::new(&PLAIN).with(Param::body("body").json()).json("body", &Json::from(1));
    assert_eq!(wire(json()).headers, ["content-type: application/json"]);
    let patch = wire(json().media_type("application/merge-patch+json"));
    assert_eq!(
        (&*patch.headers[0], &*patch.body),
        ("content-type: application/merge-patch+json", "1")
    );
    let text = |text: &str| Request::new(&PLAIN).with(Param::body("body")).text("body", text);
    assert_eq!(wire(text("é")).headers, ["content-type: text/plain"]);
    assert_eq!(wire(text("<a/>").media_type("application/xml")).body, "<a/>");
    let png = Request::new(&PLAIN)
        .with(Param::body("body").bytes())
        .bytes("body", "raw")
        .media_type("image/png");
    assert_eq!(wire(png).headers, ["content-type: image/png"]);
    let form = Request::new(&PLAIN).with(Param::form("a")).text("a", "b c");
    let form = wire(form.media_type("application/x-www-form-urlencoded; charset=utf-8"));
    let kind = "content-type: application/x-www-form-urlencoded; charset=utf-8";
    assert_eq!((&*form.headers[0], &*form.body), (kind, "a=b+c"));
    for odd in ["", "json", "a/b\r\nX: y"] {
        assert_eq!(refused(json().media_type(odd)), "the media type of the body is invalid");
    }
    // An empty body has no type.
    assert!(wire(Request::new(&PLAIN).media_type("a/b")).headers.is_empty());
}

/// Returns the parts of a form, with its boundary written `B` and line ends `|`.
fn parts(request: Request) -> String {
    let prepared = rest_v2(request).unwrap();
    let kind = prepared.headers.iter().find(|(name, _)| name == CONTENT_TYPE);
    let (_, kind) = kind.unwrap();
    let kind = kind.to_str().unwrap().to_owned();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let again = prepared.body.copy();
    let read = |body: Body| {
        let length = body.length();
        let chunks: Result<Vec<_>, _> =
            ready(futures_util::TryStreamExt::try_collect(body.into_stream()));
        let text = String::from_utf8(chunks.unwrap().concat()).unwrap();
        assert_eq!(text.len() as u64, length, "it is as long as was announced");
        text.replace(boundary, "B").replace("\r\n", "|")
    };
    let text = read(prepared.body);
    if let Some(again) = again {
        assert_eq!(read(again), text);
    }
    text
}

#[test]
fn a_form_with_files_has_a_part_for_each() {
    let request = Request::new(&PLAIN)
        .with(Param::part("caption"))
        .text("caption", "a é & b")
        .with(Param::part("tags").texts().repeated())
        .texts("tags", ["x", "y"])
        .with(Param::part("meta").json())
        .json("meta", &serde_json::json!({"a": 1}))
        .with(Param::part("all").json().style(Style::form().exploded()))
        .json("all", &serde_json::json!([{"b": 2}, "c"]))
        .with(Param::part("picture").file().content_type("image/png"))
        .file("picture", "raw")
        .with(Param::part("more").files())
        .files("more", [FilePart::new("b.txt", "B").media_type("text/plain")])
        .with(Param::part("fields").fields())
        .field("fields", "extra", "1")
        .file_field("fields", "other", "o");
    let part = "--B|Content-Disposition: form-data; name=";
    let expected = [
        "\"caption\"||a é & b|",
        "\"tags\"||x|",
        "\"tags\"||y|",
        "\"meta\"|Content-Type: application/json||{\"a\":1}|",
        "\"all\"|Content-Type: application/json||{\"b\":2}|",
        "\"all\"||c|",
        "\"picture\"; filename=\"file\"|Content-Type: image/png||raw|",
        "\"more\"; filename=\"b.txt\"|Content-Type: text/plain||B|",
        "\"extra\"||1|",
        "\"other\"; filename=\"file\"|Content-Type: application/octet-stream||o|",
    ];
    let expected: String = expected.iter().map(|one| format!("{part}{one}")).collect();
    assert_eq!(parts(request), format!("{expected}--B--|"));
}

#[test]
fn a_file_is_sent_as_it_is_read() {
    let chunk = || Ok::<_, crate::BoxError>(bytes::Bytes::from("raw"));
    let streamed = || Body::stream(3, stream::iter([chunk()]));
    let request = || {
        let request = Request::new(&PLAIN).with(Param::part("picture").file());
        request.file("picture", streamed())
    };
    assert!(parts(request()).contains("||raw|--B--|"));
    assert_eq!(refused(request().clone()), "a stream is sent once, and this is a copy");
    let both = request().with(Param::body("body").json()).json("body", &Json::from(1));
    assert_eq!(refused(both), "a form cannot be combined with another body");
    let odd = Request::new(&PLAIN).with(Param::part("a\"b")).text("a\"b", "1");
    assert_eq!(refused(odd), "a form with files cannot contain the parameter \"a\\\"b\"");
}

#[test]
fn a_copy_has_the_bytes_and_no_stream() {
    let document = Request::new(&ROLES)
        .with(Param::query("q"))
        .text("q", "1")
        .with(Param::body("body").json())
        .json("body", &Json::from(7));
    let copy = wire(document.clone());
    assert_eq!((&*copy.target, &*copy.body), ("api/v2/admin/roles?format=json&q=1", "7"));
    let upload =
        |body: Body| node(&PUT_FILE, "/a").with(Param::body("body").bytes()).bytes("body", body);
    assert_eq!(wire(upload("bytes".into()).clone()).body, "bytes");
    let streamed = upload(Body::stream(1, stream::empty()));
    assert_eq!(refused(streamed.clone()), "a stream is sent once, and this is a copy");
    assert_eq!(rest_v2(streamed).unwrap().body.length(), 1);
}

#[test]
fn nothing_shows_an_argument() {
    let request = Request::new(&ROLES)
        .with(Param::query("password"))
        .text("password", "s3cr3t")
        .with(Param::body("body").json())
        .json("body", &Json::from("s3cr3t"));
    let shown = format!("{request:?}");
    assert!(shown.contains("password") && !shown.contains("s3cr3t"), "{shown}");
}

/// Values with all characters that some layer treats specially.
fn value() -> impl Strategy<Value = String> {
    let pieces = vec![
        "a",
        "B",
        " ",
        "é",
        "漢",
        "%",
        "+",
        "#",
        "?",
        "&",
        ";",
        "=",
        "\\",
        "\"",
        ":",
        "/",
        "/",
        "//",
        ".",
        "..",
        "\n",
        "\r",
        "\0",
        "\u{85}",
        "\u{7f}",
        "%2F",
        "%252F",
        "%3F",
        "%00",
        "%zz",
        "{}",
        "{path+}",
        "~",
        "'",
        "@",
        "*",
        "\u{1F600}",
        "changes",
        "features",
        "/changes/0",
    ];
    let piece = sample::select(pieces).prop_map(str::to_owned);
    let pieces = collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => proptest::prelude::any::<String>()]
}

proptest! {
    #![proptest_config(repeatable(1500))]

    /// Every path is read back by the server, for the called operation, or refused.
    #[test]
    fn the_router_reads_back_what_was_meant(
        values in collection::vec(value(), 2),
        query in value(),
    ) {
        for &(operation, declared) in router::operations() {
            let mut request = Request::new(operation).with(Param::query("q")).text("q", &*query);
            for (name, value) in router::names(operation.path().unwrap()).zip(&values) {
                let is_node = name == "path" && !operation.path().unwrap().contains("people");
                request = match is_node {
                    true => request.with(Param::path(name).node()).node(name, &**value),
                    false => request.with(Param::path(name)).text(name, &**value),
                };
            }
            let Ok(prepared) = rest_v2(request) else { continue };
            let (read, variables, fields) = router::read(operation.method, &prepared.target);
            prop_assert_eq!(read, declared, "{}", prepared.target);
            let meant = match declared {
                "/fs/{path}" | "/io/{path}" => {
                    prop_assert_eq!(router::workspace(&variables[0]), &*values[0]);
                    vec![format!("{}{}", values[0], NodePath::from(&*values[1]))]
                }
                _ => values[..variables.len()].to_vec(),
            };
            prop_assert_eq!(variables, meant, "{}", prepared.target);
            prop_assert!(fields.contains(&("q".to_owned(), query.clone())));
        }
    }

    #[test]
    fn nearly_every_name_of_a_file_can_be_sent(name in "[^/\\p{Cc}]{1,20}") {
        let sendable = !matches!(&*name, "." | "..");
        prop_assert_eq!(rest_v2(node(&GET_NODE, &name)).is_ok(), sendable);
    }
}

/// Measured on 7.0.4: a person that is made as `bob` is in a group that no list shows, one made as
/// `/bob` is not. The same address works for the other operations.
#[test]
fn people_begin_with_a_slash_before_8_0_2() {
    static V7: Bindings = Bindings::pydio("7.0.4");
    static OLD: Endpoint =
        Endpoint::operation(&V7, Method::Post, "createPeople", "/api/v2/admin/people/{path+}")
            .params(&[Param::rest_of_path("path")]);
    static NEW: Endpoint = Endpoint::operation(
        &BINDINGS,
        Method::Post,
        "createPeople",
        "/api/v2/admin/people/{path+}",
    )
    .params(&[Param::rest_of_path("path")]);
    let target = |endpoint, path: &str| {
        let request = Request::new(endpoint).text("path", path);
        rest_v2(request).unwrap().target
    };
    for (path, old, new) in [
        ("bob", "/bob", "bob"),
        ("/bob", "/bob", "/bob"),
        ("team/bob", "/team/bob", "team/bob"),
        ("/", "/", "/"),
    ] {
        assert_eq!(target(&OLD, path), format!("api/v2/admin/people/{old}"));
        assert_eq!(target(&NEW, path), format!("api/v2/admin/people/{new}"));
    }
}
