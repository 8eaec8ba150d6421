//! Exact recorded targets, and a check that a server reads back the same values.

use http::Method as HttpMethod;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{collection, option, prop_oneof, proptest, sample};

use super::encode;
use crate::{
    encode::{arguments::Arguments, attached::Attached, prepared::Encoded},
    json::Json,
    testing::{action, repeatable},
    types::{Bindings, Endpoint, Method, Param, Request},
};

mod server;

static V6: Bindings = Bindings::pydio("6.4.2");
static V7: Bindings = Bindings::pydio("7.0.3");
static V8: Bindings = Bindings::pydio("8.2.5");

const FILE: Param = Param::rest_of_path("file");
const NODES: Param = Param::form("nodes").nodes().brackets();

static STAT: Endpoint = action(&V8, "stat", Method::Get, &[FILE]);
static MKFILE: Endpoint = action(&V8, "mkfile", Method::Get, &[FILE]);
static LS: Endpoint = action(&V8, "ls", Method::Get, &[Param::rest_of_path("dir")]);
static MOVE: Endpoint = action(
    &V8,
    "move",
    Method::Post,
    &[NODES, Param::form("dest").node(), Param::form("file").nodes().numbered()],
);
static SEARCH: Endpoint =
    action(&V8, "search", Method::Get, &[Param::path("query"), Param::rest_of_path("dir")]);
static RIGHT: Endpoint = action(
    &V8,
    "right",
    Method::Get,
    &[Param::path("repository_id"), Param::path("user_id"), Param::path("right")],
);

fn encoded(workspace: &str, request: &Request) -> Result<Encoded, String> {
    let mut arguments = Arguments::of(request.clone())?;
    let attached = Attached::take(&mut arguments);
    encode(workspace, &arguments, !attached.files.is_empty())
}

fn get(request: &Request) -> String {
    let Encoded { method, target, form } = encoded("common", request).unwrap();
    assert_eq!((method, form), (HttpMethod::GET, None));
    target
}

#[test]
fn paths_are_encoded_as_recorded() {
    let cases = [
        (&STAT, "/sp ace.txt", "api/common/stat/sp%20ace.txt"),
        (&STAT, "/ünï-漢字.txt", "api/common/stat/%C3%BCn%C3%AF-%E6%BC%A2%E5%AD%97.txt"),
        (&MKFILE, "/per%cent.txt", "api/common/mkfile/per%25cent.txt"),
        (&MKFILE, "/lit%20eral.txt", "api/common/mkfile/lit%2520eral.txt"),
        (&STAT, "/hash#tag.txt", "api/common/stat/hash%23tag.txt"),
        (&STAT, "/apo'strophe.txt", "api/common/stat/apo%27strophe.txt"),
        (&STAT, "/til~de.txt", "api/common/stat/til~de.txt"),
        (&STAT, "/plus + space.txt", "api/common/stat/plus%20%2B%20space.txt"),
        (&STAT, "/dollar$!*.txt", "api/common/stat/dollar%24%21%2A.txt"),
        (
            &MKFILE,
            "/comma,(paren)[br]{cu}.txt",
            "api/common/mkfile/comma%2C%28paren%29%5Bbr%5D%7Bcu%7D.txt",
        ),
    ];
    for (action, path, target) in cases {
        assert_eq!(get(&Request::new(action).node("file", path)), target);
    }
}

#[test]
fn the_root_is_an_empty_path() {
    assert_eq!(get(&Request::new(&LS)), "api/common/ls/");
    assert_eq!(get(&Request::new(&LS).node("dir", "/")), "api/common/ls/");
    let full = Request::new(&LS).node("dir", "").text("options", "al").flag("recursive", true);
    assert_eq!(get(&full), "api/common/ls/?options=al&recursive=true");
}

#[test]
fn a_page_is_asked_for_in_the_path() {
    let page = Request::new(&LS).text("dir", "/many%232");
    assert_eq!(get(&page), "api/common/ls/many%25232");
}

#[test]
fn a_selection_goes_into_a_form() {
    let request = Request::new(&MOVE).nodes("nodes", ["/a/sub", "b"]).node("dest", "/b");
    let sent = encoded("common", &request).unwrap();
    assert_eq!(sent.method, HttpMethod::POST);
    assert_eq!(sent.target, "api/common/move/");
    assert_eq!(sent.form.as_deref(), Some("nodes%5B%5D=%2Fa%2Fsub&nodes%5B%5D=%2Fb&dest=%2Fb"));
}

#[test]
fn booleans_numbers_and_json_are_text() {
    let request = Request::new(&LS)
        .number("max_nodes", -2)
        .flag("recursive", false)
        .number("stick", false)
        .json("filter", &Json::from(vec![1, 2]))
        .indexed("user_", 3, "bob")
        .fields("", [("DRIVER_OPTION_PATH", "/x y")]);
    assert_eq!(
        get(&request),
        "api/common/ls/?max_nodes=-2&stick=false&filter=%5B1%2C2%5D&user_3=bob&DRIVER_OPTION_PATH=%2Fx+y"
    );
}

#[test]
fn a_list_of_texts_may_be_empty() {
    let request = Request::new(&LS).texts("emails", ["a+b@c", "d"]);
    assert_eq!(get(&request), "api/common/ls/?emails%5B%5D=a%2Bb%40c&emails%5B%5D=d");
    assert_eq!(get(&request.texts("emails", [""; 0])), "api/common/ls/");
}

#[test]
fn the_method_may_be_another() {
    let request = Request::new(&LS).node("dir", "/d").text("options", "al").method(Method::Post);
    let sent = encoded("common", &request).unwrap();
    assert_eq!((sent.method, &*sent.target), (HttpMethod::POST, "api/common/ls/d"));
    assert_eq!(sent.form.as_deref(), Some("options=al"));
    let request = Request::new(&MOVE).nodes("nodes", ["/a"]).node("dest", "/b").method(Method::Get);
    assert_eq!(get(&request), "api/common/move/?nodes%5B%5D=%2Fa&dest=%2Fb");
}

#[test]
fn nodes_among_the_fields_lead_nowhere_else() {
    let refused = |request: Request| encoded("common", &request).unwrap_err();
    for path in ["..", "/a/../b", "a/..", "./a", "/a/./b"] {
        for request in [
            Request::new(&MOVE).node("dest", path),
            Request::new(&MOVE).nodes("nodes", ["/a", path]),
            Request::new(&MOVE).nodes("file", [path]),
            Request::new(&MOVE).nodes("file", ["/a", path]),
        ] {
            assert!(refused(request).contains("blanks"), "{path}");
        }
    }
    let named = Request::new(&MOVE).node("dest", "/a..b/...").text("filename_new", "..");
    assert!(encoded("common", &named).is_ok());
}

#[test]
fn a_later_value_replaces_an_earlier_one() {
    let request = Request::new(&LS).text("options", "a").text("options", "l");
    assert_eq!(get(&request.flag("x", true).flag("x", false)), "api/common/ls/?options=l");
}

#[test]
fn a_long_query_becomes_a_form() {
    let request = Request::new(&LS).node("dir", "/d").text("filter", "x".repeat(5000));
    let sent = encoded("common", &request).unwrap();
    assert_eq!((sent.method, &*sent.target), (HttpMethod::POST, "api/common/ls/d"));
    assert!(sent.form.unwrap().starts_with("filter=xxx"));
}

#[test]
fn trailing_parameters_move_to_the_query_when_the_path_cannot_carry_them() {
    let right = |user: &str| {
        let request = Request::new(&RIGHT).text("repository_id", "my-files");
        get(&request.text("user_id", user).text("right", "rw"))
    };
    assert_eq!(right("bob"), "api/common/right/my-files/bob/rw");
    assert_eq!(right("who?"), "api/common/right/my-files?user_id=who%3F&right=rw");
    assert_eq!(right(""), "api/common/right/my-files?user_id=&right=rw");
    assert_eq!(right("/b"), "api/common/right/my-files?user_id=%2Fb&right=rw");
}

#[test]
fn a_parameter_before_a_catch_all_cannot_be_left_out() {
    let search = |query: &str, dir: &str| {
        let request = Request::new(&SEARCH).text("query", query).node("dir", dir);
        encoded("common", &request).map(|sent| sent.target)
    };
    assert_eq!(search("x y", "/a").as_deref(), Ok("api/common/search/x%20y/a"));
    assert_eq!(search("x", "/").as_deref(), Ok("api/common/search/x"));
    assert_eq!(search("", "/").as_deref(), Ok("api/common/search/"));
    assert!(search("", "/a").unwrap_err().starts_with("`query` cannot be sent"));
    assert!(search("a/b", "/a").unwrap_err().starts_with("`query` cannot be sent"));
    assert!(search("a", "/b?").unwrap_err().starts_with("`dir` cannot be sent"));
}

#[test]
fn what_would_be_read_as_something_else_is_refused() {
    let refused = |request: &Request| encoded("common", request).unwrap_err();
    assert!(refused(&Request::new(&STAT).node("file", "/que?stion")).contains('?'));
    assert!(refused(&Request::new(&STAT).nodes("file", ["/a"])).contains("a single value"));
    assert!(refused(&Request::new(&MOVE).nodes("nodes", [""; 0])).contains("selects nothing"));
    assert!(refused(&Request::new(&MOVE).nodes("nodes", ["/a"; 1001])).contains("1001"));
    for name in ["", "a b", "a.b", "[a]", "a[", "a[b", "a[b]c", "a\0"] {
        assert!(refused(&Request::new(&LS).fields("", [(name, "x")])).contains("name"), "{name:?}");
    }
    assert_eq!(
        get(&Request::new(&LS).fields("", [("a[b][]", "x")])),
        "api/common/ls/?a%5Bb%5D%5B%5D=x"
    );
}

#[test]
fn a_workspace_is_a_slug_or_an_id() {
    let target = |workspace| encoded(workspace, &Request::new(&LS)).map(|sent| sent.target);
    assert_eq!(target("413dafb20ca5").as_deref(), Ok("api/413dafb20ca5/ls/"));
    assert_eq!(target("é b").as_deref(), Ok("api/%C3%A9%20b/ls/"));
    for odd in ["", ".", "..", "a/b", "a?b", "a%2fb", "a+b", "a\\b", "a\nb"] {
        assert!(target(odd).is_err(), "{odd:?}");
    }
}

#[test]
fn an_action_without_a_route_is_refused() {
    static HIDDEN: Endpoint = action(&V8, "get_xml_registry", Method::Post, &[]).session_only();
    assert!(encoded("common", &Request::new(&HIDDEN)).is_err());
}

/// Actions with every shape of path in manifests.
fn actions() -> Vec<Endpoint> {
    const A: Param = Param::path("a");
    const B: Param = Param::path("b");
    const SHAPES: [(Method, &[Param]); 7] = [
        (Method::Get, &[NODES]),
        (Method::Get, &[FILE, NODES]),
        (Method::Get, &[A, NODES]),
        (Method::Post, &[A, B, NODES]),
        (Method::Get, &[A, B, Param::path("c"), NODES]),
        (Method::Get, &[A, B, FILE, NODES]),
        (Method::Post, &[A, FILE, NODES]),
    ];
    let of = |bindings: &'static Bindings| {
        SHAPES.map(|(method, params)| action(bindings, "action", method, params))
    };
    [&V6, &V7, &V8].into_iter().flat_map(of).collect()
}

/// Values with all characters that some layer treats specially.
fn value() -> impl Strategy<Value = String> {
    let piece = sample::select(vec![
        "a",
        "file.txt",
        " ",
        "é",
        "漢",
        "%",
        "+",
        "#",
        "&",
        ";",
        "~",
        "'",
        "<",
        ">",
        "?",
        "=",
        "\\",
        "\"",
        "|",
        ":",
        "/",
        "/",
        "//",
        ".",
        "..",
        "\n",
        "\u{0}",
        "\u{85}",
        "%2F",
        "%252F",
        "%3F",
        "%00",
        "%zz",
        "%23",
        "2",
        "{}",
        "[",
        "]",
        "@",
        "\u{1F600}",
    ]);
    let pieces = collection::vec(piece.prop_map(str::to_owned), 0..6).prop_map(|p| p.concat());
    prop_oneof![4 => pieces, 1 => any::<String>(), 1 => Just(String::new())]
}

proptest! {
    #![proptest_config(repeatable(600))]

    #[test]
    fn a_server_reads_back_what_was_meant(
        given in collection::vec(option::weighted(0.8, value()), 5),
        list in option::of(collection::vec(value(), 1..4)),
    ) {
        const NAMES: [&str; 5] = ["a", "b", "c", "file", "other"];
        for action in actions() {
            let action: &'static Endpoint = Box::leak(Box::new(action));
            let mut request = Request::new(action);
            for (name, value) in NAMES.iter().zip(&given) {
                if let Some(value) = value {
                    request = request.text(*name, value);
                }
            }
            if let Some(list) = &list {
                request = request.nodes("nodes", list);
            }
            if let Ok(sent) = encoded("my-files", &request) {
                let read = server::read(action, &sent);
                prop_assert_eq!(read, server::meant(action, &request), "{:?}", sent);
            }
        }
    }

    #[test]
    fn nearly_every_name_of_a_file_can_be_sent(name in "[^/?\\p{Cc}]{1,20}") {
        let is_blanked = matches!(&*name, "." | "..");
        for bindings in [&V6, &V7, &V8] {
            let is_cut = bindings.dialect.cuts_tags && name.contains(['<', '>']);
            let sendable = !is_blanked && !is_cut;
            let action = Box::leak(Box::new(action(bindings, "stat", Method::Get, &[FILE])));
            let request = Request::new(action).text("file", format!("/folder/{name}"));
            prop_assert_eq!(encoded("my-files", &request).is_ok(), sendable);
        }
    }

    #[test]
    fn any_workspace_is_read_back_or_refused(workspace in value()) {
        for action in actions() {
            let action: &'static Endpoint = Box::leak(Box::new(action));
            if let Ok(sent) = encoded(&workspace, &Request::new(action)) {
                prop_assert_eq!(&server::workspace(action, &sent), &workspace);
                prop_assert!(sent.target.is_ascii());
            }
        }
    }
}
