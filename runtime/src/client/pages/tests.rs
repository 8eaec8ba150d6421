use super::{Pager, Step, Target};
use crate::{
    Endpoint, Method, Paging, Param, Request, ResponseKind,
    json::Json,
    testing::{BINDINGS, Canned, action, connect, ready},
    types::Error,
};

static COMMENTS: Endpoint = action(
    &BINDINGS,
    "load_comments_feed",
    Method::Get,
    &[Param::form("offset").integer(), Param::form("limit").integer()],
)
.returns(ResponseKind::Json)
.paged(Paging::offset("offset").limit("limit").size(2).items(&[""]).identity(&["uuid"]));

static PEOPLE: Endpoint = action(&BINDINGS, "people", Method::Get, &[])
    .returns(ResponseKind::Json)
    .paged(Paging::whole().items(&["/data", "/all"]).pages("/total").current("/current"));

/// Returns the items of a list as text, how it ended, and how many requests it took.
fn read(request: Request, answers: &[&str]) -> (Vec<String>, Result<(), Error>, usize) {
    let (pydio, log) = connect(answers.iter().map(|answer| Canned::json(answer)));
    let mut pager = Pager::new(Target::Workspace(pydio.workspace("w")), request);
    let mut items = Vec::new();
    let end = loop {
        match ready(pager.step()) {
            Ok(Some(Step::Item(item))) => items.push(item.value::<Json>().unwrap().to_string()),
            Ok(Some(Step::Count(_))) => {}
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let requests = log.lock().unwrap().len();
    (items, end, requests)
}

/// Without a plugin that counts them, comments have no numbers and come whole each time.
#[test]
fn a_list_by_position_without_its_identity_is_not_paged() {
    let (items, end, requests) =
        read(Request::new(&COMMENTS), &[r#"[{"content":"a"},{"content":"b"},{"content":"c"}]"#]);
    assert_eq!((items.len(), end.is_ok(), requests), (3, true, 1));
}

#[test]
fn a_list_by_position_ends_with_an_empty_page_and_drops_what_came_before() {
    let pages = [r#"[{"uuid":1},{"uuid":2}]"#, r#"[{"uuid":2},{"uuid":3}]"#, "[]"];
    let (items, end, requests) = read(Request::new(&COMMENTS), &pages);
    assert_eq!(items, [r#"{"uuid":1}"#, r#"{"uuid":2}"#, r#"{"uuid":3}"#]);
    assert_eq!((end.is_ok(), requests), (true, 3));
}

#[test]
fn a_limit_that_is_no_number_of_entries_is_one_request() {
    for limit in ["0", "-1"] {
        let request = Request::new(&COMMENTS).text("limit", limit);
        let (items, end, requests) = read(request, &[r#"[{"uuid":1}]"#]);
        assert_eq!((items.len(), end.is_ok(), requests), (1, true, 1));
    }
}

#[test]
fn pages_that_cannot_be_asked_for_are_an_error_after_the_first() {
    let first = r#"{"data":{"a":1,"b":2},"total":3,"current":"1"}"#;
    let (items, end, requests) = read(Request::new(&PEOPLE), &[first]);
    assert_eq!((items.len(), requests), (2, 1));
    assert!(end.unwrap_err().message().contains("the server has more pages"));
    let (items, end, _) = read(Request::new(&PEOPLE), &[r#"{"all":[]}"#]);
    assert_eq!((items.len(), end.is_ok()), (0, true));
    let (_, end, _) = read(Request::new(&PEOPLE), &[r#"{"other":[]}"#]);
    assert!(end.unwrap_err().message().contains("does not contain the list"));
}

static SHARES: Endpoint =
    action(&BINDINGS, "shares", Method::Get, &[Param::form("page").integer()])
        .returns(ResponseKind::Json)
        .paged(
            Paging::page("page")
                .size(2)
                .items(&["/data"])
                .count("/total")
                .identity(&["id"])
                .echoes("id", "repo-", &["owner", "text"]),
        );

/// Two shares are alike, and so is one that has no record of its own.
#[test]
fn items_that_are_listed_again_as_others_are_dropped() {
    let pages = [
        r#"{"total":4,"data":[{"id":"a","owner":"o","text":"x"},{"id":"b","owner":"o","text":"x"}]}"#,
        r#"{"total":7,"data":[{"id":"c","owner":"o"},{"id":"repo-1","owner":"o","text":"x"}]}"#,
        r#"{"total":7,"data":[{"id":"repo-2","owner":"o","text":"x"},{"id":"repo-1","owner":"o","text":"x"}]}"#,
        r#"{"total":7,"data":[{"id":"repo-3","owner":"o","text":"x"},{"id":"repo-4","owner":"p","text":"x"}]}"#,
    ];
    let (items, end, requests) = read(Request::new(&SHARES), &pages);
    let ids: Vec<_> = items.iter().map(|item| item.split('"').nth(3).unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c", "repo-3", "repo-4"]);
    assert_eq!((end.is_ok(), requests), (true, 4));
}
