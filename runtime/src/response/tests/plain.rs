//! JSON, text, and undeclared responses.

use crate::{
    ErrorKind, FromResponse, Json,
    json::{Fields, FromJson, JsonError, Map, Value},
    response::{AnyResponse, Element, Envelope, Listing, Nothing, Text},
    testing::{BINDINGS, Canned, Typed, action, connect, read, ready},
    types::{Endpoint, Error, Method, Request},
};

const PAGE: &str = "<!DOCTYPE html>\n<html><body>It works!<br></body></html>";

#[test]
fn json_is_handed_on() {
    let json: Json = read(Canned::json(r#"{"USAGE":"1","TOTAL":2}"#)).unwrap();
    assert_eq!(json["TOTAL"], 2);
    assert_eq!(read::<Json>(Canned::json("[]")).unwrap(), Json::Array(vec![]));
    assert_eq!(read::<Json>(Canned::new("text/html", " {} ")).unwrap(), serde_json::json!({}));
    let logged = r#"{"level":"Info","message":"done"}"#;
    assert_eq!(read::<Json>(Canned::json(logged)).unwrap()["level"], "Info");
}

#[test]
fn json_reports_failures_in_four_shapes() {
    let error = |body| read::<Json>(Canned::json(body)).unwrap_err();
    let bare = error(r#"{"level":"Error","message":"Could not find action x"}"#);
    assert!(bare.kind() == ErrorKind::UnknownAction);
    let keyed = error(r#"{"message":{"level":"Error","message":"no"},"nodesDiff":{}}"#);
    assert!(keyed.kind() == ErrorKind::Server);
    assert_eq!(keyed.message(), "no");
    let saving = error(r#"{"ERROR":"no such role"}"#);
    assert!(saving.kind() == ErrorKind::Server);
    assert_eq!(saving.message(), "no such role");
    assert!(read::<Json>(Canned::json(r#"{"ERROR":"x","ACL":[]}"#)).is_ok());
    assert!(read::<Json>(Canned::json(r#"{"ERROR":1}"#)).is_ok());
    let right = error(r#"{"message":""}"#);
    assert!(right.kind() == ErrorKind::AuthenticationRequired);
    let found = r#"{"message":"ok","insertId":"7"}"#;
    assert_eq!(read::<Json>(Canned::json(found)).unwrap()["insertId"], "7");
}

/// The actions of teams return one, such as `user_team_add_user`.
#[test]
fn a_bare_message_is_a_value_of_a_type_that_needs_it() {
    #[derive(Debug)]
    struct Changed(String);
    impl FromJson for Changed {
        fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
            Ok(Self(Fields::of(json)?.required("message")?))
        }
    }
    let body = r#"{"message":"User bob added"}"#;
    assert_eq!(read::<Changed>(Canned::json(body)).unwrap().0, "User bob added");
    assert!(read::<Map<String>>(Canned::json(body)).unwrap_err().is_auth());
    assert!(read::<Changed>(Canned::json(r#"{"message":""}"#)).unwrap_err().is_auth());
}

#[test]
fn invalid_json_is_refused() {
    let kind = |answer| read::<Json>(answer).unwrap_err();
    assert!(kind(Canned::json("")).kind() == ErrorKind::Empty);
    assert!(kind(Canned::json(" \n")).kind() == ErrorKind::Empty);
    assert!(kind(Canned::json("{\"a\":")).kind() == ErrorKind::Malformed);
    assert!(kind(Canned::json("{\"a\":\"\u{1}\"}")).kind() == ErrorKind::Malformed);
    assert!(kind(Canned::new("application/json", b"\"\xff\"")).kind() == ErrorKind::Malformed);
    assert!(kind(Canned::json(&"[".repeat(10_000))).kind() == ErrorKind::Malformed);
    assert!(kind(Canned::xml("<tree ></tree>")).kind() == ErrorKind::Malformed);
    assert!(kind(Canned::new("text/html", PAGE)).kind() == ErrorKind::UnexpectedContentType);
}

#[test]
fn null_is_an_answer_where_there_may_be_none() {
    assert_eq!(read::<Option<String>>(Canned::json("null")).unwrap(), None);
    assert_eq!(read::<Option<String>>(Canned::new("text/html", "")).unwrap(), None);
    assert_eq!(read::<Json>(Canned::json("null")).unwrap(), Json::Null);
    for nothing in ["null", " ", ""] {
        read::<()>(Canned::json(nothing)).unwrap();
        let error = read::<Vec<String>>(Canned::json(nothing)).unwrap_err();
        assert!(error.kind() == ErrorKind::Empty, "{error:?}");
    }
    let item = read::<Vec<String>>(Canned::json("[null]")).unwrap_err();
    assert!(item.kind() == ErrorKind::Malformed, "{item:?}");
}

#[test]
fn a_message_with_a_status_in_place_of_xml_is_a_refusal() {
    for media_type in ["text/plain", "text/html; charset=UTF-8", ""] {
        let answer = Canned::new(media_type, "You must select a file (410)\n");
        let error = read::<Envelope>(answer).unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{error:?}");
        assert_eq!(error.message(), "You must select a file (410)");
    }
    for page in ["<p>no (410)", "no (4100)", "no (x10)", "(410)", "no (510)", ")"] {
        let error = read::<Envelope>(Canned::new("text/html", page)).unwrap_err();
        assert!(error.kind() == ErrorKind::UnexpectedContentType, "{page}: {error:?}");
    }
}

#[test]
fn plain_text_in_place_of_json_is_a_refusal() {
    let error =
        read::<Json>(Canned::new("text/plain; charset=UTF-8", "No way (412)\n")).unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    assert_eq!(error.message(), "No way (412)");
    assert!(read::<Json>(Canned::new("text/plain", "{\"a\":1}")).is_ok());
    let told = read::<Json>(Canned::new("text/plain", r#"{"level":"Error","message":"x"}"#));
    assert_eq!(told.unwrap_err().message(), "x");
    assert!(
        read::<Json>(Canned::new("text/html", "oops"))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Malformed)
    );
}

#[test]
fn changes_may_be_one_per_line() {
    let read = |body: &str| read::<Json>(Canned::json(body)).map_err(|error| error.to_string());
    let document = serde_json::json!({"changes": [{"seq": 1}, {"seq": 2}], "last_seq": 2});
    assert_eq!(read("{\"seq\":1}\n{\"seq\":2}\nLAST_SEQ:2"), Ok(document));
    let nothing = serde_json::json!({"changes": [], "last_seq": 7});
    assert_eq!((read("LAST_SEQ:7"), read("\nLAST_SEQ:7\n")), (Ok(nothing.clone()), Ok(nothing)));
    for broken in ["{\"seq\":1}\n{\"seq\":2}", "{\"seq\":1}\n{\"se\nLAST_SEQ:2", "{}\nLAST_SEQ:x"] {
        assert!(read(broken).is_err(), "{broken}");
    }
}

#[test]
fn a_refused_password_is_an_error() {
    let read = |text| respond::<Text>(&PASS_CHANGE, text);
    let error = read("PASS_ERROR").unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    assert_eq!(error.message(), "PASS_ERROR");
    assert_eq!(read("SUCCESS").ok(), Some(Text("SUCCESS".to_owned())));
}

/// As recorded on 6.4.2: a folder, and a file that may not be written.
#[test]
fn a_file_that_was_not_written_is_an_error() {
    for text in ["1001", "1002"] {
        for error in [
            respond::<Text>(&PUT_CONTENT, text).unwrap_err(),
            respond::<AnyResponse>(&PUT_CONTENT, text).unwrap_err(),
            respond::<Nothing>(&PUT_CONTENT, text).unwrap_err(),
        ] {
            assert!(error.kind() == ErrorKind::Server, "{error:?}");
            assert!(error.message().starts_with(text), "{error}");
        }
        // The content of a file may be that.
        assert_eq!(respond::<Text>(&GET_CONTENT, text).unwrap().0, text);
    }
    let done = "The file has been saved successfully";
    assert_eq!(respond::<Text>(&PUT_CONTENT, done).unwrap().0, done);
}

static PASS_CHANGE: Endpoint = action(&BINDINGS, "pass_change", Method::Post, &[]);
static PUT_CONTENT: Endpoint = action(&BINDINGS, "put_content", Method::Post, &[]);
static GET_CONTENT: Endpoint = action(&BINDINGS, "get_content", Method::Get, &[]);

fn respond<A: FromResponse>(endpoint: &'static Endpoint, text: &str) -> Result<A, Error> {
    let (pydio, _) = connect([Canned::new("text/plain; charset=utf-8", text)]);
    ready(pydio.workspace("w").call(Typed(Request::new(endpoint), std::marker::PhantomData)))
}

#[test]
fn a_web_page_is_not_a_response() {
    for page in
        [PAGE, "<HTML><p>x</p></HTML>", "<html><head><title>404", "<br />\n<b>Fatal error</b>"]
    {
        let page = || Canned::new("text/html; charset=UTF-8", page);
        assert!(
            read::<Envelope>(page())
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
        );
        assert!(
            read::<Listing>(page())
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
        );
        assert!(
            read::<Element>(page())
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
        );
    }
    assert!(
        read::<Envelope>(Canned::new("text/xml", PAGE))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
    assert!(
        read::<Text>(Canned::new("text/html", PAGE))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
    assert!(
        read::<AnyResponse>(Canned::new("text/html", PAGE))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
    assert!(
        read::<Nothing>(Canned::new("text/html", PAGE))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
}

#[test]
fn an_empty_body_is_not_an_envelope() {
    for answer in [Canned::new("text/html", ""), Canned::new("text/xml", " "), Canned::xml("")] {
        assert!(
            read::<Envelope>(answer).as_ref().is_err_and(|error| error.kind() == ErrorKind::Empty)
        );
    }
    let text: Text = read(Canned::new("text/plain", "")).unwrap();
    assert_eq!(text, Text(String::new()));
}

#[test]
fn an_upload_is_refused_in_plain_text() {
    let refused = Canned::new("text/plain; charset=UTF-8", "You must select a file (410)");
    let error = read::<Envelope>(refused).unwrap_err();
    assert!(error.kind() == ErrorKind::Server);
    assert_eq!(error.message(), "You must select a file (410)");
}

#[test]
fn an_envelope_needs_no_media_type() {
    let untyped =
        Canned::new("text/html", "<?xml version=\"1.0\"?><tree ><consume_channel/></tree>");
    assert!(read::<Envelope>(untyped).unwrap().background);
    let other = read::<Envelope>(Canned::new("image/png", "x")).unwrap_err();
    assert!(other.to_string().contains("received `image/png`"), "{other}");
    let json = read::<Envelope>(Canned::json("{}")).unwrap_err();
    assert!(json.to_string().contains("received JSON"), "{json}");
}

#[test]
fn text_is_handed_on() {
    let text = |answer| read::<Text>(answer).map(|text| text.0);
    let link = "http://pydio.test/public/74c196";
    assert_eq!(text(Canned::new("text/plain", link)).unwrap(), link);
    // The content of a file, which may be XML or a web page.
    for content in [PAGE, "<?xml version=\"1.0\"?><tree><message type=\"ERROR\"/>"] {
        assert_eq!(text(Canned::new("text/plain;charset=UTF-8", content)).unwrap(), content);
    }
    assert!(
        text(Canned::new("text/plain", b"\xff"))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Malformed)
    );
}

#[test]
fn an_undeclared_response_is_typed_by_its_content() {
    let any = |answer| read::<AnyResponse>(answer);
    assert!(matches!(any(Canned::new("text/html", "")), Ok(AnyResponse::Empty)));
    let envelope = any(Canned::xml("<tree ><consume_channel/></tree>")).unwrap();
    assert!(envelope.envelope().is_some_and(|envelope| envelope.background));
    let Ok(AnyResponse::Xml(element)) = any(Canned::xml("<admin_data/>")) else { panic!() };
    assert_eq!(element.name, "admin_data");
    assert!(matches!(any(Canned::json("{}")), Ok(AnyResponse::Json(_))));
    assert!(matches!(any(Canned::json("true")), Ok(AnyResponse::Json(Json::Bool(true)))));
    assert!(matches!(any(Canned::new("text/html", "[1]")), Ok(AnyResponse::Json(_))));
    for (media_type, text) in [
        ("text/plain", "{}"),
        ("text/html", "</ul>"),
        ("text/html", "[not] JSON"),
        ("application/json", "{\"seq\":1}\n{\"seq\":2}"),
    ] {
        let answer = any(Canned::new(media_type, text));
        assert!(matches!(&answer, Ok(AnyResponse::Text(came)) if came == text), "{answer:?}");
    }
    assert!(
        any(Canned::json("{\"seq\":1"))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Malformed)
    );
    assert!(
        any(Canned::json("nonsense"))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Malformed)
    );
}

#[test]
fn an_item_that_cannot_be_read_leaves_the_rest_in_the_error() {
    let error = read::<Vec<i64>>(Canned::json("[1,{},3]")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.message().starts_with("[1]: expected an integer"), "{error}");
    let readable = error.readable::<Vec<i64>>().unwrap();
    assert_eq!((readable.value, readable.skipped.len()), (vec![1, 3], 1));
}
