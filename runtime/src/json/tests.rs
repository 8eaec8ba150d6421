//! Values as declared, values as PHP writes them, and the errors for all others.

use std::{borrow::Cow, fmt::Debug};

use super::{
    Fields, FromJson, Json, JsonError, Lenient, Map, Object, Quoted, Readable, Secret, Secrets,
    ToJson, Value, Written,
};

fn json(text: &str) -> Value<'_> {
    Value::from_slice(text.as_bytes()).unwrap()
}

fn read<T: FromJson>(text: &str) -> Result<T, String> {
    T::from_json(json(text)).map_err(|error| error.to_string())
}

fn lenient<T>(text: &str) -> Result<T, String>
where
    Lenient<T>: FromJson,
{
    read::<Lenient<T>>(text).map(|value| value.0)
}

/// Asserts that each is read as this value.
fn all<T: PartialEq + Debug>(read: impl Fn(&str) -> Result<T, String>, value: &T, texts: &[&str]) {
    for text in texts {
        assert_eq!(read(text).as_ref(), Ok(value), "{text}");
    }
}

/// Asserts that each is refused with this message.
fn none<T: Debug>(read: impl Fn(&str) -> Result<T, String>, expected: &str, texts: &[&str]) {
    for text in texts {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_empty_list_may_be_an_object_without_fields() {
    let fields = |text: &str| {
        let fields = Fields::of_lenient(json(text)).map_err(|error| error.to_string())?;
        Ok(fields.rest().len())
    };
    all(fields, &0, &["[]", "{}"]);
    none(fields, "an object", &["[1]", "\"\"", "null"]);
}

#[test]
fn values_that_stand_for_none_count_as_missing() {
    let fields = |text: &str| {
        let mut fields = Fields::of(json(text)).unwrap();
        fields.unset("a", &["\"NULL\"", "false", "-1"]);
        fields.optional::<String>("a")
    };
    for text in [r#"{"a":"NULL"}"#, r#"{"a":false}"#, r#"{"a":-1}"#, r#"{"a":null}"#, "{}"] {
        assert_eq!(fields(text), Ok(None), "{text}");
    }
    assert_eq!(fields(r#"{"a":"NULLS"}"#), Ok(Some("NULLS".to_owned())));
}

#[test]
fn what_cannot_be_the_value_is_refused() {
    all(read::<i64>, &-7, &["-7"]);
    none(
        read::<i64>,
        "expected an integer, found",
        &["\"7k\"", "7.5", "\"7.5\"", "\"\"", "\"nan\"", "true", "null", "[]", "1e30"],
    );
    all(read::<u64>, &u64::MAX, &["18446744073709551615", "\"18446744073709551615\""]);
    none(read::<u64>, "expected an integer from 0, found", &["-1", "\"-1\"", "\"x\"", "0.5"]);
    all(read::<f64>, &2.0, &["2", "2.0", "20e-1"]);
    none(read::<f64>, "expected a number, found", &["\"two\"", "\"inf\"", "null", "true"]);
    all(read::<bool>, &true, &["true"]);
    none(read::<bool>, "expected true or false, found", &["2", "\"yes\"", "1.5", "null", "[]"]);
    all(read::<String>, &"7".to_owned(), &["\"7\""]);
    none(read::<String>, "expected text, found", &["false", "null", "[\"7\"]"]);
    none(read::<Object>, "expected an object, found", &["[1]", "null", "\"{}\""]);
    none(read::<Map<i64>>, "expected an object, found", &["[1]", "null"]);
    none(read::<Vec<i64>>, "expected a list, found", &["{}", "null", "1", "{\"a\":1}"]);
    all(read::<Option<i64>>, &None, &["null"]);
    all(read::<Box<i64>>, &Box::new(1), &["1"]);
    all(read::<()>, &(), &["null", "{}", "[1]"]);
}

/// None of these fields has a correction, so they use the plain types.
#[test]
fn plain_values_are_read_as_php_writes_them() {
    all(read::<i64>, &0, &["-0", "\"0\"", "0.0", "\"-0\""]);
    all(read::<i64>, &1, &["1.0", "\"1\"", "\"1.0\"", "\" 1 \""]);
    all(read::<u64>, &3, &["3.0", "\"3\"", "\"3.0\""]);
    all(read::<f64>, &0.5, &["\"0.5\"", "\"5e-1\""]);
    all(read::<bool>, &true, &["\"true\"", "1", "\"1\""]);
    all(read::<bool>, &false, &["\"false\"", "0", "\"0\"", "\"\""]);
    all(read::<String>, &"421".to_owned(), &["421"]);
    all(read::<Vec<String>>, &vec!["MINISITE".to_owned()], &["{\"1\":\"MINISITE\"}"]);
    all(read::<Vec<i64>>, &vec![9, 10], &["{\"10\":10,\"9\":9}"]);
    all(read::<Map<i64>>, &Map::new(), &["[]"]);
    all(read::<Object>, &Object::new(), &["[]"]);
    all(read::<Option<String>>, &None, &["false"]);
    all(read::<Option<bool>>, &Some(false), &["false"]);
    all(read::<Option<Vec<String>>>, &Some(Vec::new()), &["[]"]);
    // An object without the fields that it needs, as a share that there is none of.
    let person = |text| read::<Option<Person>>(text).unwrap().map(|person| person.name);
    assert_eq!((person("[]"), person(r#"{"name":"a"}"#)), (None, Some("a".to_owned())));
    assert!(read::<Option<Person>>("{}").is_err() && read::<Option<Person>>("[1]").is_err());
    let field =
        |name: &str| Fields::of(json(r#"{"node_path":false}"#)).unwrap().optional::<String>(name);
    assert_eq!(field("node_path"), Ok(None));
}

#[test]
fn numbers_come_as_text() {
    all(lenient::<i64>, &12, &["12", "\"12\"", "\" 12 \"", "12.0"]);
    all(lenient::<i64>, &1, &["true"]);
    none(lenient::<i64>, "expected an integer", &["\"12k\"", "\"\"", "1.5", "1e300", "null", "[]"]);
    all(lenient::<u64>, &12, &["12", "\"12\""]);
    none(lenient::<u64>, "expected an integer from 0", &["-1", "\"-1\"", "{}", "1.5"]);
    all(lenient::<f64>, &0.5, &["0.5", "\"0.5\"", "\"5e-1\""]);
    none(lenient::<f64>, "expected a number", &["\"NaN\"", "\"inf\"", "\"\"", "true", "null"]);
}

#[test]
fn booleans_come_as_text_and_numbers() {
    all(lenient::<bool>, &true, &["true", "\"true\"", "1", "\"1\""]);
    all(lenient::<bool>, &false, &["false", "\"false\"", "0", "\"0\"", "\"\""]);
    none(lenient::<bool>, "expected true or false", &["2", "\"yes\"", "null", "[]", "1.5"]);
}

#[test]
fn text_comes_as_numbers_and_booleans() {
    let text = |text: &str| lenient::<String>(text).unwrap();
    assert_eq!([text("\"a\""), text("123"), text("false")], ["a", "123", "false"]);
    none(lenient::<String>, "expected text", &["null", "[]", "{}"]);
}

#[test]
fn maps_come_as_lists() {
    let map = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect::<Map<i64>>()
    };
    all(lenient::<Map<i64>>, &map(&[]), &["{}", "[]", "null"]);
    all(lenient::<Map<i64>>, &map(&[("0", 5), ("1", 6)]), &["[5,6]", "{\"1\":6,\"0\":5}"]);
    none(lenient::<Map<i64>>, "expected an object", &["1", "\"\"", "false"]);
    all(lenient::<Object>, &Object::new(), &["{}", "[]", "null"]);
    assert_eq!(lenient::<Object>("[\"r\"]").unwrap()["0"], "r");
    none(lenient::<Object>, "expected an object", &["1", "\"\""]);
    assert_eq!(
        lenient::<Map<i64>>("[5,\"x\"]").unwrap_err(),
        "1: expected an integer, found \"x\""
    );
}

#[test]
fn lists_come_as_maps_and_alone() {
    let list: Vec<i64> = (1..=11).collect();
    let numbered = (1..=11).map(|n| format!("\"{n}\":{n}")).collect::<Vec<_>>().join(",");
    all(lenient::<Vec<i64>>, &list, &[&*format!("{{{numbered}}}")]);
    all(lenient::<Vec<i64>>, &vec![], &["[]", "null"]);
    all(lenient::<Vec<i64>>, &vec![7], &["7", "[7]"]);
    let one = lenient::<Vec<Object>>("{\"@id\":\"1\"}").unwrap();
    assert_eq!(one.len(), 1);
    assert_eq!(lenient::<Vec<Object>>("{}").unwrap(), [Object::new()]);
    let error = lenient::<Vec<i64>>("{\"1\":1,\"2\":\"x\"}").unwrap_err();
    assert_eq!(error, "2: expected an integer, found \"x\"");
    none(lenient::<Vec<i64>>, "expected an integer", &["\"x\"", "{\"a\":1}", "[null]"]);
}

#[test]
fn large_numbers_come_as_text_or_not() {
    let read_u64 = |text: &str| read::<Quoted<u64>>(text).map(|value| value.0);
    all(read_u64, &u64::MAX, &["\"18446744073709551615\"", "18446744073709551615"]);
    none(read_u64, "expected an integer as text", &["\"\"", "\"-1\"", "\"1.0\"", "\" 1\""]);
    none(read_u64, "expected an integer from 0", &["-1", "null", "{}"]);
    assert_eq!(Quoted(-5_i64).to_json(), "-5");
}

/// Which fields may be missing, and their values then.
#[test]
fn only_some_fields_may_be_missing() {
    let fields = || Fields::of(json("{\"null\":null}")).unwrap();
    for name in ["absent", "null"] {
        assert_eq!(fields().optional::<i64>(name), Ok(None));
        assert_eq!(fields().optional_lenient::<Map<i64>>(name), Ok(None));
        assert_eq!(fields().optional_quoted::<i64>(name), Ok(None));
        assert_eq!(fields().required::<Option<i64>>(name), Ok(None));
        assert_eq!(fields().required_lenient::<Vec<i64>>(name), Ok(vec![]));
        assert!(fields().required::<i64>(name).is_err());
        assert!(fields().required::<Vec<i64>>(name).is_err());
        assert!(fields().required_lenient::<i64>(name).is_err());
        assert!(fields().required_quoted::<i64>(name).is_err());
    }
    assert_eq!(fields().required_lenient::<Map<i64>>("null"), Ok(Map::new()));
    let missing = fields().required_lenient::<Map<i64>>("absent").unwrap_err();
    assert_eq!(missing.to_string(), "absent: missing");
    let null = fields().required::<String>("null").unwrap_err();
    assert_eq!(null.to_string(), "null: expected text, found null");
    assert_eq!(Object::from_json(Json::Object(fields().rest()).into()).unwrap().len(), 1);
}

#[test]
fn an_error_names_the_place() {
    let at = |steps: &[&str]| {
        let inner = JsonError::expected("an integer", &json("\"12k\""));
        steps.iter().rev().fold(inner, |error, step| match step.parse() {
            Ok(index) => error.in_item(index),
            Err(_) => error.in_field(step),
        })
    };
    let found = "expected an integer, found \"12k\"";
    for (steps, place) in [
        (&["data", "children", "3", "bytesize"][..], "data.children[3].bytesize"),
        (&["children", "/d1/a \"b\".txt", "type"], "children[\"/d1/a \\\"b\\\".txt\"].type"),
        (&["core.users", "users"], "[\"core.users\"].users"),
        (&["repo", "0", "@id"], "repo[0].@id"),
        (&[".hidden"], "[\".hidden\"]"),
        (&["", "x"], "[\"\"].x"),
    ] {
        assert_eq!(at(steps).to_string(), format!("{place}: {found}"));
    }
    assert_eq!(at(&[]).to_string(), found);
}

#[test]
fn a_value_is_described_briefly() {
    let found = |text: &str| JsonError::expected("x", &json(text)).to_string();
    assert_eq!(found("[1,2]"), "expected x, found a list of 2");
    assert_eq!(found("{\"a\":1}"), "expected x, found an object of 1 fields");
    assert_eq!(found("\"a\\nb\""), "expected x, found \"a\\nb\"");
    let long = found(&format!("\"{}\"", "é".repeat(1000)));
    assert_eq!(long, format!("expected x, found text beginning with \"{}\"", "é".repeat(40)));
}

#[test]
fn missing_values_are_not_written() {
    let map: Map<f64> = [("x".to_owned(), 0.5)].into();
    let undeclared: Object =
        [("a".to_owned(), Json::Null), ("g".to_owned(), Json::Null)].into_iter().collect();
    let written = Written::with(Secrets::Included, &undeclared)
        .required("a", &1_i64)
        .optional::<String>("b", &None)
        .optional("c", &Some(Lenient(vec![Box::new(true)])))
        .required_quoted("d", &u64::MAX)
        .optional_quoted::<u64>("e", &None)
        .required("f", &map);
    let text = "{\"a\":1,\"c\":[true],\"d\":\"18446744073709551615\",\"f\":{\"x\":0.5},\"g\":null}";
    assert_eq!(written.json(), json(text).into_json());
}

#[test]
fn an_integral_number_is_an_integer() {
    for (text, number) in [
        ("1.0", Some(1)),
        ("-0", Some(0)),
        ("-0.0", Some(0)),
        ("1e3", Some(1000)),
        ("-2E1", Some(-20)),
        ("9007199254740992.0", Some(1 << 53)),
        ("9223372036854775807", Some(i64::MAX)),
        ("1.5", None),
        ("1e300", None),
        ("18446744073709551615", None),
        ("\"1\"", Some(1)),
        ("\"1.5\"", None),
    ] {
        let json = json(text);
        assert_eq!(i64::from_json(json.clone()).ok(), number, "{text}");
        let unsigned = number.and_then(|number| u64::try_from(number).ok());
        let unsigned = unsigned.or((text == "18446744073709551615").then_some(u64::MAX));
        assert_eq!(u64::from_json(json).ok(), unsigned, "{text}");
    }
}

#[test]
fn nothing_is_null_at_any_depth() {
    let value = vec![Some(1_i64), None];
    assert_eq!(value.to_json().to_string(), "[1,null]");
    assert_eq!(None::<String>.to_json(), Json::Null);
    let written = Written::new(Secrets::Included)
        .nullable("a", &None::<i64>)
        .nullable("b", &Some(1_i64))
        .nullable_quoted("c", &None::<i64>)
        .nullable_quoted("d", &Some(1))
        .optional("e", &None::<i64>);
    assert_eq!(written.json().to_string(), r#"{"a":null,"b":1,"c":null,"d":"1"}"#);
}

#[test]
fn a_list_that_is_null_is_named_with_its_path() {
    struct Item(Vec<i64>);

    impl FromJson for Item {
        fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
            Fields::of(json)?.required("l").map(Self)
        }
    }

    struct Page(Vec<Item>);

    impl FromJson for Page {
        fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
            Fields::of(json)?.required("items").map(Self)
        }
    }

    let page = read::<Page>(r#"{"items":[{"l":[]},{"l":null}]}"#);
    assert_eq!(page.err().as_deref(), Some("items[1].l: expected a list, found null"));
    let page = read::<Page>(r#"{"items":[{"l":[1.0, -0]}]}"#).unwrap_or(Page(Vec::new()));
    assert_eq!(page.0.first().map(|item| &*item.0), Some(&[1, 0][..]));
}

/// A person as the v2 API lists them: the name is required.
#[derive(Debug, PartialEq)]
struct Person {
    name: String,
    roles: Option<Vec<String>>,
}

impl FromJson for Person {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self { name: fields.required("name")?, roles: fields.optional("roles")? })
    }
}

fn readable<T: FromJson>(text: &str) -> (T, Vec<String>) {
    let Readable { value, skipped } = Readable::of(json(text).into_json()).unwrap();
    (value, skipped.iter().map(ToString::to_string).collect())
}

#[test]
fn one_item_that_cannot_be_read_does_not_lose_the_list() {
    let list = r#"[{"name":"a"},{"name":[]},{"roles":[]},7,{"name":"b","roles":"x"},{"name":"c"}]"#;
    let (people, skipped) = readable::<Vec<Person>>(list);
    assert_eq!(people.iter().map(|person| &*person.name).collect::<Vec<_>>(), ["a", "b", "c"]);
    let expected = [
        "[1].name: expected text, found a list of 0",
        "[2].name: missing",
        "[3]: expected an object, found 7",
        "[4].roles: expected a list, found \"x\"",
    ];
    assert_eq!(skipped, expected);

    let nested = r#"{"x":[[1,"k",2],[null,null,3],null,[4]],"y":[]}"#;
    let (lists, skipped) = readable::<Map<Vec<Vec<i64>>>>(nested);
    assert_eq!(lists["x"], [vec![1, 2], vec![3], vec![4]]);
    assert_eq!(
        skipped,
        [
            "x[0][1]: expected an integer, found \"k\"",
            "x[1][0]: expected an integer, found null",
            "x[1][1]: expected an integer, found null",
            "x[2]: expected a list, found null",
        ]
    );
}

#[test]
fn a_document_without_a_readable_rest_is_an_error() {
    let (people, skipped) = readable::<Map<Person>>(r#"{"a":{"name":"a"}}"#);
    assert_eq!((people.len(), skipped.len()), (1, 0));
    let error = Readable::<Vec<Person>>::of(json("{\"a\":1}").into_json()).unwrap_err();
    assert_eq!(error.to_string(), "expected a list, found an object of 1 fields");
    let error = Readable::<Person>::of(json("{}").into_json()).unwrap_err();
    assert_eq!(error.to_string(), "name: missing");
    let many = Json::Array(vec![Json::Null; 1001]);
    assert_eq!(
        Readable::<Vec<i64>>::of(many).unwrap_err().to_string(),
        "[0]: expected an integer, found null"
    );
}

/// As everywhere else: the last one counts.
#[test]
fn a_repeated_field_has_its_last_value() {
    let repeated = r#"{"a": "x", "b": 1, "a": 2, "a": 3}"#;
    assert_eq!(read::<Map<i64>>(repeated), Ok([("a".to_owned(), 3), ("b".to_owned(), 1)].into()));
    let mut fields = Fields::of(json(repeated)).unwrap();
    assert_eq!((fields.required::<i64>("a"), fields.rest().len()), (Ok(3), 1));
    assert_eq!(read::<Vec<i64>>(r#"{"1": 5, "0": 4, "1": 6}"#), Ok(vec![4, 6]));
    let many = |value| (0..100).rev().map(move |index| format!("\"k{index}\": {value}"));
    let many: Vec<_> = many("null").chain(many("7")).collect();
    let map = read::<Map<i64>>(&format!("{{{}}}", many.join(", "))).unwrap();
    assert!(map.len() == 100 && map.values().all(|value| *value == 7), "{map:?}");
}

#[test]
fn a_document_is_what_serde_json_parses() {
    for text in [
        r#"{"b": [1, -2, 1.5, 1e300, null, true], "a": {"c": "\u00e9\n", "é": "é"}, "": []}"#,
        "18446744073709551615",
        "123456789012345678901234567890",
        "-0",
        "\"\"",
        "{}",
        "[]",
    ] {
        let expected: Json = serde_json::from_str(text).unwrap();
        assert_eq!(json(text).into_json(), expected, "{text}");
        assert_eq!(Value::from(&expected).into_json(), expected);
        assert_eq!(Value::from(expected.clone()).into_json(), expected);
    }
    for text in ["", "{", "[1,]", "nul", "{\"a\" 1}", "\"\u{1}\"", "1 2"] {
        let expected = serde_json::from_str::<Json>(text).unwrap_err().to_string();
        assert_eq!(Value::from_slice(text.as_bytes()).unwrap_err().to_string(), expected);
    }
    let invalid = b"{\"a\": \"\xff\"}";
    let expected = serde_json::from_slice::<Json>(invalid).unwrap_err().to_string();
    assert_eq!(Value::from_slice(invalid).unwrap_err().to_string(), expected);
    assert!(Value::from_slice("[".repeat(10_000).as_bytes()).is_err());
}

#[test]
fn texts_without_escapes_are_borrowed() {
    let Value::List(items) = json(r#"["plain é", "a\tb"]"#) else { panic!("a list") };
    let is_borrowed = |item: &Value<'_>| matches!(item, Value::Text(Cow::Borrowed(_)));
    assert_eq!(items.iter().map(is_borrowed).collect::<Vec<_>>(), [true, false]);
}

/// `serde_json` hands out numbers like this with its feature `arbitrary_precision`, which any crate
/// of a program can turn on.
#[test]
fn a_number_of_any_precision_is_a_number() {
    let number = json(r#"{"$serde_json::private::Number": "12"}"#);
    assert_eq!(number.into_json(), Json::from(12));
    assert!(Value::from_slice(br#"{"$serde_json::private::Number": "x"}"#).is_err());
}

#[test]
fn values_that_stand_for_none_are_compared_as_json() {
    let is_unset = |text: &str, nothing: &str| {
        let text = format!("{{\"a\": {text}}}");
        let mut fields = Fields::of(json(&text)).unwrap();
        fields.unset("a", &[nothing]);
        fields.rest().is_empty()
    };
    for (text, nothing) in
        [("null", "null"), ("0", "0"), ("[ ]", "[]"), (r#""a\n""#, r#""a\n""#), ("true", "true")]
    {
        assert!(is_unset(text, nothing), "{text}");
    }
    for (text, nothing) in
        [("\"0\"", "0"), ("0", "\"0\""), ("0.0", "0"), ("[1]", "[]"), (r#""a\\n""#, r#""a\n""#)]
    {
        assert!(!is_unset(text, nothing), "{text}");
    }
}

#[test]
fn a_secret_is_written_only_where_it_is_sent() {
    let login = |secrets| {
        let secret = Secret::from("hunter2");
        let list = vec![Secret::from("hunter3")];
        let written = Written::new(secrets).required("password", &secret).required("all", &list);
        written.optional("again", &Some(secret)).json().to_string()
    };
    let sent = r#"{"again":"hunter2","all":["hunter3"],"password":"hunter2"}"#;
    assert_eq!(login(Secrets::Included), sent);
    assert_eq!(login(Secrets::Omitted), r#"{"all":[]}"#);
}
