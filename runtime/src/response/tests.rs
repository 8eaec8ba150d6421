//! Responses as the server sends them, and invalid ones.

use proptest::prelude::{any, prop_assert_eq};
use proptest::{collection, proptest, sample};

use super::{AnyResponse, Element, Envelope, Listing, Nothing, Severity, Text};
use crate::{
    Error, ErrorKind, Json, Timestamp,
    testing::{Canned, LIMIT, read, repeatable},
};

mod files;
mod plain;

fn envelope(xml: &str) -> Result<Envelope, Error> {
    read(Canned::xml(xml))
}

#[test]
fn a_listing_has_its_folder_nodes_and_page() {
    let listing: Listing = read(Canned::xml(
        r#"<tree is_file="false" filename="/many" text="many"><pagination count="1235" total="7"
        current="2" overflowMessage="2/7" remote_order='true'/><tree text="a &amp; b.txt" is_file="true"
        filename="/many/a &#38; b.txt" bytesize="5" ajxp_modiftime="1795425357" file_perms="0644"
        ajxp_mime="txt" ajxp_readonly="false" meta_x='1'></tree><tree is_file="false"
        filename="/many/sub"/></tree>"#,
    ))
    .unwrap();
    assert_eq!(listing.folder.path().as_str(), "/many");
    let pagination = listing.pagination.unwrap();
    assert_eq!((pagination.count, pagination.total, pagination.current), (1235, 7, 2));
    assert!(pagination.has_more());
    let [file, folder] = &listing.nodes[..] else { panic!("{listing:?}") };
    assert_eq!(file.path().as_str(), "/many/a & b.txt");
    assert_eq!((file.label(), file.size()), ("a & b.txt", Some(5)));
    assert_eq!((file.is_file(), file.is_read_only()), (true, false));
    assert_eq!(
        (file.modified(), file.permissions()),
        (Timestamp::from_secs(1_795_425_357), Some("0644"))
    );
    assert_eq!((file.mime(), file.attributes.get("meta_x")), (Some("txt"), Some("1")));
    assert_eq!(file.attributes.iter().next(), Some(("text", "a & b.txt")));
    assert_eq!((folder.label(), folder.size(), folder.is_file()), ("sub", None, false));
}

#[test]
fn a_recursive_listing_is_nested_and_reports_truncated_folders() {
    let listing: Listing = read(Canned::xml(
        r#"<tree filename="/"><tree filename="/a"><pagination count="600" total="4" current="1"/><tree
        filename="/a/b"><tree filename="/a/b/c"/></tree></tree><tree filename="/d"/></tree>"#,
    ))
    .unwrap();
    assert_eq!(listing.pagination, None);
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
    assert_eq!(paths, ["/a", "/d"]);
    assert!(listing.nodes[0].pagination.unwrap().has_more());
    assert_eq!(listing.nodes[0].children[0].children[0].path().as_str(), "/a/b/c");
}

#[test]
fn pages_that_cannot_be_counted_are_refused() {
    for attributes in ["", "count='1' total='x' current='1'", "count='1' total='2'"] {
        let xml = format!("<tree filename='/'><pagination {attributes}/></tree>");
        assert!(
            envelope(&xml).as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed),
            "{attributes}"
        );
    }
}

#[test]
fn a_report_has_messages_diff_and_reloads() {
    let report = envelope(
        r#"<tree ><message type="SUCCESS"> Done &lt;b&gt;</message><message type="INFO"><![CDATA[x & y]]></message>
        <nodes_diff><add><tree filename="/n"/><tree filename="/m"/></add><update><tree filename="/new"
        original_path="/old"/></update><remove><tree filename="/gone"/></remove></nodes_diff>
        <reload_instruction object="data" node="/d" file=""/><reload_instruction
        object="repository_list"/><consume_channel/></tree>"#,
    )
    .unwrap();
    assert_eq!(report.messages[0].severity, Severity::Success);
    assert_eq!(report.messages[0].text, "Done <b>");
    assert_eq!(report.messages[1].severity, Severity::Other("INFO".to_owned()));
    assert_eq!(report.messages[1].text, "x & y");
    assert_eq!(report.diff.added.len(), 2);
    assert_eq!(report.diff.updated[0].original_path().unwrap().as_str(), "/old");
    assert_eq!(report.diff.removed[0].path().as_str(), "/gone");
    assert_eq!(report.reloads[0].object, "data");
    assert_eq!(report.reloads[0].node.as_ref().unwrap().as_str(), "/d");
    assert_eq!(report.reloads[0].file, None);
    assert_eq!(report.reloads[1].object, "repository_list");
    assert!(report.background && !report.is_empty());
}

/// As recorded on 6.4.2, which deletes after it has refused to, and goes on with its report.
#[test]
fn a_failure_that_goes_on_is_an_error_with_what_was_done() {
    let rest =
        r#"<message type="SUCCESS">User erased</message><reload_instruction object="data"/>"#;
    let first = r#"<tree ><message type="ERROR">Wrong arguments!</message></tree>"#;
    for whole in [
        format!("{first}{rest}</tree>"),
        format!("{first}{rest}"),
        format!("{first}<tree >{rest}</tree>"),
    ] {
        for error in [
            read::<Envelope>(Canned::xml(&whole)).unwrap_err(),
            read::<AnyResponse>(Canned::xml(&whole)).unwrap_err(),
            read::<Nothing>(Canned::xml(&whole)).unwrap_err(),
        ] {
            assert!(error.kind() == ErrorKind::Server, "{whole} {error:?}");
            assert_eq!(error.message(), "Wrong arguments!");
            let done = error.partial().unwrap();
            assert_eq!(done.messages[0].text, "User erased");
            assert_eq!(done.reloads.len(), 1);
        }
        let error = read::<Element>(Canned::xml(&whole)).unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{whole} {error:?}");
    }
    // A success that another document follows may not be one.
    for other in [first, "<tree ></tree>", "<message type='SUCCESS'>x</message>"] {
        let whole = format!("<tree ><message type='SUCCESS'>done</message></tree>{other}");
        let error = envelope(&whole).unwrap_err();
        assert!(error.kind() == ErrorKind::Malformed && error.may_be_done(), "{whole} {error:?}");
    }
}

/// As recorded on 6.5.5, where warnings of PHP come after the response.
#[test]
fn a_failure_after_the_report_is_a_warning() {
    let done = r#"<tree ><message type="SUCCESS">made</message><nodes_diff><add><tree
                  filename="/a"/></add></nodes_diff></tree>"#;
    let report = envelope(&format!("{done}Error")).unwrap();
    assert_eq!(report.diff.added.len(), 1);
    let [made, warning] = &report.messages[..] else { panic!("{:?}", report.messages) };
    assert_eq!((&made.severity, &*made.text), (&Severity::Success, "made"));
    assert_eq!(warning.severity, Severity::Other("WARNING".to_owned()));
    assert!(warning.text.contains("failed after it had reported this"), "{}", warning.text);

    let failed = r#"<tree ><message type="ERROR">no</message></tree>Error"#;
    let error = envelope(failed).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Server, "no"));
    let error = read::<Element>(Canned::xml(failed)).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Server, "no"));
}

#[test]
fn a_message_keeps_the_text_of_its_markup() {
    let report =
        envelope("<tree ><message type='SUCCESS'>a <b>b <i>c</i></b><br/> d</message></tree>");
    assert_eq!(report.unwrap().messages[0].text, "a b c d");
}

#[test]
fn what_plugins_add_is_kept() {
    let report = envelope(
        r#"<tree ><client_configs><component_config className="X"><columns a="1">t</columns>
        </component_config></client_configs><tree filename="/a"><bookmark/></tree><nodes_diff><odd
        k="v"/></nodes_diff><taskList><![CDATA[ [] ]]></taskList></tree>"#,
    )
    .unwrap();
    let names: Vec<_> = report.elements().iter().map(|element| &*element.name).collect();
    assert_eq!(names, ["client_configs", "odd", "taskList"]);
    let columns = report.elements()[0].child("component_config").unwrap().child("columns").unwrap();
    assert_eq!((columns.attributes.get("a"), &*columns.text), (Some("1"), "t"));
    assert_eq!(report.elements()[2].text, " [] ");
    assert_eq!(report.root.children[0].elements[0].name, "bookmark");
}

#[test]
fn an_error_is_an_error_whatever_was_asked_for() {
    let xml = r#"<tree ><message type="ERROR">Cannot find file!</message></tree>"#;
    let outcomes = [
        read::<Envelope>(Canned::xml(xml)).map(drop),
        read::<Listing>(Canned::xml(xml)).map(drop),
        read::<Element>(Canned::xml(xml)).map(drop),
        read::<AnyResponse>(Canned::xml(xml)).map(drop),
        read::<Text>(Canned::xml(xml)).map(drop),
        read::<Json>(Canned::xml(xml)).map(drop),
        read::<super::Download>(Canned::xml(xml)).map(drop),
        read::<Json>(Canned::json(r#"{"level":"Error","message":"Cannot find file!"}"#)).map(drop),
        read::<Envelope>(Canned::json(r#"{"level":"Error","message":"Cannot find file!"}"#))
            .map(drop),
        read::<Envelope>(Canned::xml(
            "<admin_data><message type='error'>Cannot find file!</message></admin_data>",
        ))
        .map(drop),
    ];
    for outcome in outcomes {
        let failure = outcome.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Server);
        assert_eq!(failure.message(), "Cannot find file!");
        assert_eq!(failure.call_name(), "access.fs/ls");
        assert_eq!((failure.workspace(), failure.status()), ("my-files", Some(200)));
        assert!(failure.partial().is_none());
    }
}

#[test]
fn an_error_without_a_text_is_still_an_error() {
    let error = envelope(r#"<tree ><message type="ERROR"></message></tree>"#).unwrap_err();
    assert!(error.kind() == ErrorKind::Server);
    assert_eq!(
        error.to_string(),
        "the server reports: access.fs/ls on workspace `my-files` (HTTP 200): no message given"
    );
}

#[test]
fn work_done_before_an_error_is_reported() {
    let error = envelope(
        r#"<tree ><message type="ERROR">first</message><nodes_diff><remove><tree filename="/a"/></remove>
        </nodes_diff><message type="ERROR">second</message><message type="SUCCESS">ok</message></tree>"#,
    )
    .unwrap_err();
    assert_eq!(error.message(), "first; second");
    let partial = error.partial().unwrap();
    assert_eq!(partial.diff.removed[0].path().as_str(), "/a");
    assert_eq!(partial.messages.len(), 1);
}

#[test]
fn errors_of_the_routing_code_are_recognised() {
    let error = |text| envelope(&format!("<tree ><message type=\"ERROR\">{text}</message></tree>"));
    let unknown = error("Could not find workspace with id/alias x");
    assert!(unknown.as_ref().is_err_and(|error| error.kind() == ErrorKind::UnknownWorkspace));
    assert!(
        error("Could not find action x")
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnknownAction)
    );
    let no_endpoint = error("Could not find any endpoint for this URI");
    assert!(no_endpoint.as_ref().is_err_and(|error| error.kind() == ErrorKind::UnknownAction));
}

#[test]
fn a_missing_right_keeps_the_server_s_words() {
    let bare = envelope("<tree ><require_auth/></tree>").unwrap_err();
    assert!(bare.kind() == ErrorKind::AuthenticationRequired && bare.is_auth());
    let told = "<tree ><require_auth/><message type=\"ERROR\">You have no write permission</message></tree>";
    let json = Canned::json(r#"{"message":"You have no write permission"}"#);
    let element = read::<Element>(Canned::xml(told)).unwrap_err();
    for error in [envelope(told).unwrap_err(), element, read::<Envelope>(json).unwrap_err()] {
        assert!(error.kind() == ErrorKind::Forbidden && error.is_auth());
        assert_eq!(error.message(), "You have no write permission");
    }
}

#[test]
fn elements_are_kept_when_no_envelope_is_read() {
    let element: Element = read(Canned::xml(
        "<tree a='1'>x<tree b='2'/><message type='SUCCESS'>m</message><nodes_diff/></tree>",
    ))
    .unwrap();
    let names: Vec<_> = element.children.iter().map(|child| &*child.name).collect();
    assert_eq!(names, ["tree", "message", "nodes_diff"]);
    assert_eq!((element.attributes.get("a"), &*element.text), (Some("1"), "x"));
    let registry = read::<Element>(Canned::xml("<ajxp_registry_part xPath='user'/>")).unwrap();
    assert_eq!(registry.attributes.get("xPath"), Some("user"));
    let error = envelope("<ajxp_registry_part/>").unwrap_err();
    assert!(error.to_string().contains("but received `<ajxp_registry_part>`"));
}

#[test]
fn ill_formed_xml_is_never_a_truncated_response() {
    const WHOLE: &str =
        "<tree filename='/'><tree filename='/a' text='b'/><tree filename='/c'/></tree>";
    assert_eq!(read::<Listing>(Canned::xml(WHOLE)).unwrap().nodes.len(), 2);
    for end in 1..WHOLE.len() {
        let cut = read::<Listing>(Canned::xml(&WHOLE[..end]));
        assert!(
            cut.as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed),
            "{} {cut:?}",
            &WHOLE[..end]
        );
    }
    for (odd, what) in [
        ("<tree filename='/'><tree text='no path'/></tree>", "without a path"),
        ("<tree ><nodes_diff><add><tree/></add></nodes_diff></tree>", "without a path"),
        ("<tree a='1' a='2'/>", "duplicate"),
        ("<tree a=1/>", "attribute"),
        ("<tree ></message></tree>", ""),
        ("<tree ></tree><tree ></tree>", "after the end"),
        ("<tree ></tree> Warning: x", "text outside"),
        ("<tree >Notice: x</tree>", "text outside"),
        ("<tree ><nodes_diff>x</nodes_diff></tree>", "text outside"),
        ("<!DOCTYPE tree [<!ENTITY x 'y'>]><tree a='&x;'/>", "DOCTYPE"),
        ("<tree a='&nbsp;'/>", "nbsp"),
        ("<tree ><message>&nbsp;</message></tree>", "nbsp"),
        ("<tree ><message>a & b</message></tree>", ""),
    ] {
        let error = envelope(odd).unwrap_err();
        assert!(error.kind() == ErrorKind::Malformed, "{odd:?} {error}");
        assert!(error.to_string().contains(what), "{odd:?} {error}");
        assert!(error.to_string().contains(" at byte "), "{odd:?} {error}");
    }
}

/// `eml_get_xml_structure` refers to a DTD, which is never fetched.
#[test]
fn a_doctype_without_declarations_is_skipped() {
    let xml = "<?xml version='1.0'?>\n<!DOCTYPE email SYSTEM 'http://pydio.test/a.dtd'>\n<email/>";
    assert_eq!(read::<Element>(Canned::xml(xml)).unwrap().name, "email");
}

#[test]
fn control_characters_are_parts_of_names() {
    let xml = "<tree filename='/'><tree filename='/a\u{7}\n&amp;\u{1}' text='a'/></tree>";
    let listing = read::<Listing>(Canned::xml(xml)).unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/a\u{7}\n&\u{1}");
    // Each is written as the other: an exchange of 8.2.5 names `new\nline.txt` with `&#13;`.
    let xml = "<tree filename='/'><tree filename='/new&#13;line &amp; re&#10;turn'/></tree>";
    let listing = read::<Listing>(Canned::xml(xml)).unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/new\nline & re\rturn");
    // A message names files.
    for text in ["a\u{8}b", "a&#8;b"] {
        let envelope = envelope(&format!("<tree ><message>{text}</message></tree>")).unwrap();
        assert_eq!(envelope.messages[0].text, "a\u{8}b");
    }
}

#[test]
fn names_that_are_not_utf8_are_an_error_that_names_the_folder() {
    let listing = |bytes: &[u8]| read::<Listing>(Canned::new("text/xml", bytes));
    let bytes = b"<tree filename='/b'><tree filename='/b/ok'/><tree filename='/b/d\xe9'>\
        <tree filename='/b/d\xe9/f'/></tree><tree filename='/b/\xff'/><tree filename='/b/z'/></tree>";
    let error = listing(bytes).unwrap_err();
    assert!(error.kind() == ErrorKind::Malformed);
    let text = error.to_string();
    let said = "the listing lacks 2 nodes that no call can address, because their names are not UTF-8: \
                `/b/d\u{fffd}`, `/b/\u{fffd}`";
    assert!(text.contains(said), "{text}");
    let rest = error.partial().expect("the other nodes");
    let paths: Vec<_> = rest.root.children.iter().map(|node| node.path().to_string()).collect();
    assert_eq!(paths, ["/b/ok", "/b/z"]);
    for other in
        [&b"<tree ><message>\xe9</message></tree>"[..], b"<tree a='\xe9'/>", b"<tree >\xe9"]
    {
        let error = listing(other).unwrap_err();
        assert!(error.to_string().contains("not UTF-8"), "{error}");
    }
}

#[test]
fn any_number_of_attributes_is_kept_and_none_is_there_twice() {
    let names: Vec<_> = (0..500).map(|index| format!("a{index:03}z")).collect();
    let tag: String = names.iter().map(|name| format!(" {name}='{name}&lt;'")).collect();
    let element = read::<Element>(Canned::xml(&format!("<many{tag}/>"))).unwrap();
    let kept: Vec<_> = element.attributes.iter().collect();
    assert_eq!(kept.len(), names.len());
    for ((name, value), expected) in kept.into_iter().zip(&names) {
        assert_eq!((name, value), (&**expected, &*format!("{expected}<")));
    }
    for name in &names {
        let twice = read::<Element>(Canned::xml(&format!("<many{tag} {name}=''/>")));
        assert!(
            twice
                .unwrap_err()
                .to_string()
                .contains(&format!("duplicate of the attribute `{name}`"))
        );
    }
}

#[test]
fn text_before_the_declaration_is_no_answer() {
    let warned = "\nWarning: x in y.php<?xml version=\"1.0\"?><tree ></tree>";
    let answer = read::<AnyResponse>(Canned::new("text/xml", warned));
    assert!(answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed), "{answer:?}");
}

#[test]
fn bytes_that_are_not_text_are_ill_formed() {
    let bytes =
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><tree filename='/a\xff'/></tree>";
    let answer = read::<Envelope>(Canned::new("text/xml", bytes));
    assert!(answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed), "{answer:?}");
}

#[test]
fn a_line_break_in_a_name_is_kept() {
    let listing: Listing =
        read(Canned::xml("<tree filename='/'><tree filename='/a\nb\tc'/></tree>")).unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/a\nb\tc");
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth| {
        let open = "<tree filename='/'>".repeat(depth);
        envelope(&format!("{open}{}", "</tree>".repeat(depth)))
    };
    assert!(nested(512).is_ok());
    assert!(nested(513).unwrap_err().to_string().contains("nested deeper than 512"));
}

#[test]
fn an_answer_past_the_limit_is_refused_while_it_comes() {
    let long = format!("<tree ><message type='SUCCESS'>{}</message></tree>", "x".repeat(70_000));
    for size in [100_000, 1000] {
        let error = read::<Envelope>(Canned::xml(&long).chunked(size)).unwrap_err();
        assert!(error.kind() == ErrorKind::TooLarge, "{error}");
        assert!(error.to_string().contains(&LIMIT.to_string()));
        let text = Canned::new("text/plain", &long).chunked(size);
        assert!(
            read::<Text>(text).as_ref().is_err_and(|error| error.kind() == ErrorKind::TooLarge)
        );
    }
}

#[test]
fn a_truncated_response_is_an_error() {
    let broken = Canned::xml("<tree ></tree>").broken("connection reset");
    let error = read::<Envelope>(broken).unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains("connection reset"));
    for answer in [
        Canned::new("text/plain", "half").header("content-length", "8"),
        Canned::new("text/plain", "half").header("content-length", "8").chunked(1),
        Canned::new("text/plain", "too much").header("content-length", "4"),
    ] {
        let error = read::<Text>(answer).unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error}");
        assert!(error.to_string().contains("bytes arrived"), "{error}");
    }
}

#[test]
fn a_byte_order_mark_may_come_in_pieces() {
    let xml = "\u{feff}<?xml version=\"1.0\"?><tree filename=\"/\"><tree filename=\"/a\"/></tree>";
    for size in 1..5 {
        let listing: Listing = read(Canned::xml(xml).chunked(size)).unwrap();
        assert_eq!(listing.nodes[0].path().as_str(), "/a");
    }
}

proptest! {
    #![proptest_config(repeatable(400))]

    /// Any bytes result in a response or an error, and the same one however they are chunked.
    #[test]
    fn no_bytes_make_it_panic(
        media_type in sample::select(vec![
            "", "text/xml", "application/json", "text/html", "text/plain", "image/png",
        ]),
        pieces in collection::vec(sample::select(PIECES.to_vec()), 0..12),
        noise in collection::vec(any::<u8>(), 0..8),
        at in any::<sample::Index>(),
        declared in any::<bool>(),
        size in 1_usize..9,
    ) {
        let mut body: Vec<u8> = if declared { PIECES[0].to_vec() } else { Vec::new() };
        body.extend(pieces.concat());
        let at = at.index(body.len() + 1);
        body.splice(at..at, noise);
        let whole = Canned::new(media_type, &body);
        let pieces = whole.clone().chunked(size);
        prop_assert_eq!(shown::<Envelope>(&whole), shown::<Envelope>(&pieces));
        prop_assert_eq!(shown::<Listing>(&whole), shown::<Listing>(&pieces));
        prop_assert_eq!(shown::<Element>(&whole), shown::<Element>(&pieces));
        prop_assert_eq!(shown::<AnyResponse>(&whole), shown::<AnyResponse>(&pieces));
        prop_assert_eq!(shown::<Json>(&whole), shown::<Json>(&pieces));
        prop_assert_eq!(shown::<Text>(&whole), shown::<Text>(&pieces));
        prop_assert_eq!(files::content(&whole), files::content(&pieces));
    }
}

const PIECES: [&[u8]; 22] = [
    b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    b"<tree >",
    b"<tree filename=\"/a\">",
    b"</tree>",
    b"<message type=\"ERROR\">",
    b"<message type='SUCCESS'>",
    b"</message>",
    b"<nodes_diff><add>",
    b"</add></nodes_diff>",
    b"<pagination count=\"1\" total=\"2\" current=\"1\"/>",
    b"<require_auth/>",
    b"<reload_instruction object=\"data\"/>",
    b"<![CDATA[ x ]]>",
    b"&amp;",
    b"&#x41;",
    b"&odd;",
    "é".as_bytes(),
    b"<!DOCTYPE html><html>",
    b"{\"level\":\"Error\",\"message\":\"x\"}",
    b"[1,2]",
    b"<!-- c -->",
    b" text\n",
];

fn shown<A: super::FromResponse + std::fmt::Debug>(answer: &Canned) -> String {
    match read::<A>(answer.clone()) {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}
