//! Arguments, read back by a model of the console.

use std::{collections::BTreeMap, time::Duration};

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use secrecy::ExposeSecret as _;

use super::console;
use crate::{
    cmd::{
        CommandLine,
        target::{As, On, Target, arguments as run_arguments},
    },
    response::Accept,
    testing::{LS, MKDIR, SECRET, repeatable},
    types::{Bindings, Endpoint, Method, Param, Request, Value},
};

fn line() -> CommandLine {
    let builder = CommandLine::builder("/srv/cmd.php").login("alice", SECRET);
    builder.timeout(Duration::from_secs(1)).build().unwrap()
}

fn on(workspaces: &[&str]) -> Target {
    let on = On::Workspaces(workspaces.iter().map(|id| (*id).to_owned()).collect());
    Target { users: As::Caller, on }
}

fn arguments(target: &Target, request: &Request, accept: Accept) -> Result<Vec<String>, String> {
    let arguments = run_arguments(&line(), target, request, accept)?;
    Ok(arguments.iter().map(|argument| argument.expose_secret().to_owned()).collect())
}

fn of_common(request: &Request) -> Result<Vec<String>, String> {
    arguments(&on(&["common"]), request, Accept::Xml)
}

/// Returns the message of a refusal.
fn refusal(request: &Request) -> String {
    of_common(request).unwrap_err()
}

#[test]
fn a_call_is_encoded_as_it_was_recorded() {
    let request = Request::new(&MKDIR).node("file", "/cli dir");
    let expected = [
        "-u=alice",
        &format!("-p={SECRET}"),
        "-r=common",
        "-a=mkdir",
        "--file=/cli dir",
        "--format=xml",
    ];
    assert_eq!(of_common(&request).unwrap(), expected);
    let json = arguments(&on(&["common"]), &request, Accept::Json).unwrap();
    assert_eq!(json.last().unwrap(), "--format=json");
}

#[test]
fn nodes_are_numbered_files() {
    let encoded = |nodes: &[&str]| {
        let request = Request::new(&LS).node("file", "/").nodes("nodes", nodes.to_vec());
        of_common(&request).map(|arguments| arguments[4..].to_vec())
    };
    assert_eq!(encoded(&["/a"]).unwrap(), ["--file=/a", "--format=xml"]);
    assert_eq!(encoded(&["/a", "/b"]).unwrap(), ["--file_0=/a", "--file_1=/b", "--format=xml"]);
    assert!(encoded(&[]).unwrap_err().contains("selects nothing"));
    let selection =
        Request::new(&LS).with(Param::form("file").nodes().numbered()).nodes("file", ["/a", "/b"]);
    assert_eq!(of_common(&selection).unwrap()[4..6], ["--file_0=/a", "--file_1=/b"]);
    assert!(refusal(&Request::new(&LS).nodes("tags", ["/a"])).contains("list"));
}

/// On a real server, `delete` of `/dd/sub/..` deleted `/dd/sub`.
#[test]
fn a_path_that_means_another_node_is_refused() {
    for path in ["..", "/dd/sub/..", "/a/./b", "/../b"] {
        let nodes = [
            Request::new(&MKDIR).node("file", path),
            Request::new(&MKDIR).text("file", path),
            Request::new(&LS).nodes("nodes", ["/a", path]),
            Request::new(&LS)
                .with(Param::form("file").nodes().numbered())
                .nodes("file", ["/a", path]),
        ];
        for request in &nodes {
            assert!(refusal(request).contains("blanks"), "{path}");
        }
    }
    assert!(of_common(&Request::new(&LS).node("dir", "/.hidden/...")).is_ok());
}

#[test]
fn a_page_is_at_the_end_of_the_folder() {
    let request = Request::new(&LS).node("dir", "/photos/").page(2);
    assert_eq!(of_common(&request).unwrap()[4], "--dir=/photos%232");
    assert!(refusal(&Request::new(&NOWHERE).page(2)).contains("no folder"));
}

#[test]
fn what_the_console_reads_differently_is_refused() {
    let named = |name: &'static str| refusal(&Request::new(&LS).text(name, "x"));
    for name in ["help", "version", "quiet", "verbose", "ansi", "no-ansi", "no-interaction"] {
        assert!(named(name).contains("option of `cmd.php`"), "{name}");
    }
    for name in ["cli_username", "cli_anything", "cli-show-hooks"] {
        assert!(named(name).contains("option of `cmd.php`"), "{name}");
    }
    for name in ["", "0", "-", "--", "-u", "a=b", "a\0"] {
        assert!(named(name).contains("name of a parameter"), "{name}");
    }
    for value in ["=", "=eq=ual.txt", "a\0b"] {
        assert!(refusal(&Request::new(&LS).text("dir", value)).contains("`dir` cannot be sent"));
    }
    assert!(of_common(&Request::new(&LS).text("helpful", "a=b,c\n")).is_ok());
}

#[test]
fn a_call_that_the_server_cannot_do_is_refused() {
    assert!(refusal(&Request::new(&UNSUPPORTED)).contains("it lost it"));
    let file = arguments(&on(&["common"]), &Request::new(&LS), Accept::Any).unwrap_err();
    assert!(file.contains("cannot transfer files"), "{file}");
    assert!(refusal(&Request::new(&LS).file("userfile_0", "x")).contains("cannot transfer files"));
}

/// As recorded on 6.4.2: no format, and it ignores an argument that it does not read as a parameter.
#[test]
fn the_console_of_6_is_called_in_its_own_way() {
    let call = || Request::new(&OLD).node("dir", "/cli dir");
    let expected = ["-u=alice", &format!("-p={SECRET}"), "-r=common", "-a=ls", "--dir=/cli dir"];
    assert_eq!(of_common(&call()).unwrap(), expected);
    assert_eq!(of_common(&call().text("help", "=x")).unwrap().last().unwrap(), "--help==x");
    for name in ["", "a-b", "a.b", "a b", "é", "a\0"] {
        assert!(refusal(&call().text(name, "x")).contains("name of a parameter"), "{name:?}");
    }
    for (value, why) in [
        ("two\nlines", "line break"),
        (" x", "white space"),
        ("x ", "white space"),
        ("x\r", "white space"),
        ("a\0b", "NUL"),
    ] {
        let refused = refusal(&call().text("content", value));
        assert!(refused.contains("`content` cannot be sent") && refused.contains(why), "{refused}");
    }
    let on_each = |users: As, on: On| arguments(&Target { users, on }, &call(), Accept::Xml);
    assert!(on_each(As::Group, On::Workspaces(vec!["common".to_owned()])).is_err());
    assert!(on_each(As::Caller, On::Every).unwrap_err().contains("one workspace"));
    let two = On::Workspaces(vec!["a".to_owned(), "b".to_owned()]);
    assert!(on_each(As::Caller, two).unwrap_err().contains("one workspace"));
}

#[test]
fn what_the_console_of_6_reads_as_another_login_is_refused() {
    for (login, password) in
        [("a,b", "x"), ("queue:/tmp/users", "x"), ("alice", " x"), ("alice", "x\ny")]
    {
        let line = CommandLine::builder("cmd.php").login(login, password).build().unwrap();
        let target = on(&["common"]);
        let refused = run_arguments(&line, &target, &Request::new(&OLD), Accept::Xml).unwrap_err();
        assert!(!refused.contains(password), "{refused}");
    }
    let line = line().task("7");
    let target = on(&["common"]);
    assert!(run_arguments(&line, &target, &Request::new(&OLD), Accept::Xml).is_err());
}

#[test]
fn users_and_workspaces_are_lists() {
    let encoded = |users: As, on: On| {
        let target = Target { users, on };
        arguments(&target, &Request::new(&LS), Accept::Xml)
            .map(|all| all[2..all.len() - 2].to_vec())
    };
    let some = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let both = some(&["a", "b"]);
    assert_eq!(encoded(As::Caller, On::Every).unwrap(), ["-r=*"]);
    assert_eq!(encoded(As::Group, On::Workspaces(both.clone())).unwrap(), ["-i=*", "-r=a,b"]);
    assert_eq!(encoded(As::Everyone, On::Every).unwrap(), ["-i=**/*", "-r=*"]);
    assert_eq!(encoded(As::Users(both), On::Every).unwrap(), ["-i=a,b", "-r=*"]);
    for name in ["", "*", "**/*", "a,b", "=a", "a\0"] {
        assert!(encoded(As::Users(some(&[name])), On::Every).is_err(), "{name:?}");
        assert!(encoded(As::Caller, On::Workspaces(some(&["x", name]))).is_err(), "{name:?}");
    }
    // Without a name, the console would run it as the caller.
    assert!(encoded(As::Users(Vec::new()), On::Every).is_err());
    assert!(encoded(As::Caller, On::Workspaces(Vec::new())).is_err());
}

#[test]
fn options_of_a_run_come_before_the_parameters() {
    let line = line().status_file("/tmp/s").task("t-1");
    let encoded = run_arguments(&line, &on(&["w"]), &Request::new(&LS), Accept::Xml).unwrap();
    let encoded: Vec<_> = encoded.iter().map(|argument| argument.expose_secret()).collect();
    assert_eq!(encoded[3..], ["-a=ls", "-s=/tmp/s", "-k=t-1", "--format=xml"]);
    let odd = line.task("=");
    assert!(run_arguments(&odd, &on(&["w"]), &Request::new(&LS), Accept::Xml).is_err());
}

/// Every value that is not refused is read back unchanged.
#[test]
fn the_console_reads_back_what_was_encoded() {
    let text =
        prop_oneof!["[=a-c,* \n-]{0,6}", "\\PC{0,6}", Just("=x".to_owned()), Just(String::new())];
    let name = prop_oneof![
        "[a-c=_0-]{0,5}",
        prop::sample::select(vec!["help", "quiet", "dir", "cli_token", "file", "a.b", "n[]"])
            .prop_map(str::to_owned),
    ];
    let parameters = vec((name, text.clone()), 0..5);
    let nodes = prop::option::of(vec(text.clone(), 0..4));
    let ids = vec("[a=*,/ é-]{1,4}", 0..3);
    let mut runner = TestRunner::new(repeatable(2000));
    let taken = std::cell::Cell::new(0);
    let strategy = (parameters, nodes, prop::option::of(ids.clone()), prop::option::of(ids));
    let result = runner.run(&strategy, |(parameters, nodes, users, workspaces)| {
        let mut request = Request::new(&LS).fields("", parameters);
        if let Some(nodes) = nodes {
            request = request.nodes("nodes", nodes);
        }
        let target = Target {
            users: users.clone().map_or(As::Caller, As::Users),
            on: workspaces.clone().map_or(On::Every, On::Workspaces),
        };
        let Ok(encoded) = arguments(&target, &request, Accept::Json) else { return Ok(()) };
        taken.set(taken.get() + 1);
        let read = console::read(&encoded).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&read.parameters, &meant(&request));
        prop_assert_eq!(&read.options[&'u'], "alice");
        prop_assert_eq!(&read.options[&'p'], SECRET);
        prop_assert_eq!(&read.options[&'a'], "ls");
        let split = |text: &String| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let every = vec!["*".to_owned()];
        prop_assert_eq!(split(&read.options[&'r']), workspaces.unwrap_or(every));
        prop_assert_eq!(read.options.get(&'i').map(split), users);
        Ok(())
    });
    result.unwrap();
    assert!(taken.get() > 200, "{taken:?}");
}

/// Returns the parameters of a request, as the action must receive them.
fn meant(request: &Request) -> BTreeMap<String, String> {
    let values = &request.values;
    let list = values.iter().find_map(|given| match &given.value {
        Value::Nodes(nodes) => Some(nodes),
        _ => None,
    });
    let mut meant = BTreeMap::from([("format".to_owned(), "json".to_owned())]);
    for given in values {
        if let Value::Text(value) | Value::Node(value) = &given.value
            && (list.is_none() || given.name != "file")
        {
            meant.insert(given.name.to_string(), value.clone());
        }
    }
    match list.map(Vec::as_slice) {
        None => {}
        Some([only]) => drop(meant.insert("file".to_owned(), only.clone())),
        Some(several) => {
            let numbered = several.iter().enumerate();
            meant.extend(numbered.map(|(index, node)| (format!("file_{index}"), node.clone())));
        }
    }
    meant
}

static V6: Bindings = Bindings::pydio("6.4.2");

static OLD: Endpoint =
    crate::testing::action(&V6, "ls", Method::Get, &[Param::rest_of_path("dir")]);

static NOWHERE: Endpoint =
    Endpoint::action(&crate::testing::BINDINGS, Method::Get, "core.x", "nowhere").session_only();

static UNSUPPORTED: Endpoint =
    crate::testing::action(&crate::testing::BINDINGS, "old", Method::Get, &[])
        .unsupported("it lost it");
