//! Lists of any length, item by item: with every form of paging that servers have.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use pydio_client::{
    ErrorKind, Items, Pydio, RetryPolicy, Workspace,
    response::Node,
    v1::{access_ajxp_conf, access_fs, action_share, core_notifications, meta_comments},
    v2::{file, models, provisioning},
};
use pydio_tests::{ADMIN, ALICE, Canned, Fault, Server, Version};

use crate::support::{common, connect};

/// Returns an 8.2.5 server, and the administrator's connection to it.
async fn administered() -> (Server, Pydio) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = connect(&server, &ADMIN);
    (server, pydio)
}

/// Makes the users of the root group exactly this many, and returns their logins.
fn crowd(server: &Server, count: usize) -> Vec<String> {
    let mut logins = vec!["admin".to_owned(), "alice".to_owned(), "bob".to_owned()];
    for number in 0..count - logins.len() {
        let login = format!("u{number:05}");
        server.add_user(&login, "u-pw");
        logins.push(login);
    }
    logins
}

fn login(node: &Node) -> String {
    node.attributes.get("object_id").unwrap().to_owned()
}

async fn logins(mut users: Items<Node>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(user) = users.next().await.unwrap() {
        found.push(login(&user));
    }
    found
}

fn users(settings: &Workspace) -> Items<Node> {
    settings.items(access_ajxp_conf::ls("/data/users"))
}

#[tokio::test]
async fn users_come_from_all_pages_whether_the_last_is_full_or_not() {
    for (count, requests) in [(3, 1), (49, 1), (50, 1), (51, 2), (100, 2), (101, 3)] {
        let (server, pydio) = administered().await;
        let expected = crowd(&server, count);
        let mut list = users(&pydio.workspace("settings"));
        assert_eq!(server.seen().len(), 0, "nothing is sent before the first user is needed");
        let first = list.next().await.unwrap().unwrap();
        assert_eq!(server.seen().len(), 1);
        assert_eq!(list.count(), (count >= 50).then_some(count as u64));
        let mut found = vec![login(&first)];
        while let Some(user) = list.next().await.unwrap() {
            found.push(login(&user));
        }
        assert_eq!(found, expected, "{count}");
        assert_eq!((server.seen().len(), list.has_changed()), (requests, false), "{count}");
        assert!(list.next().await.unwrap().is_none());

        let people = pydio.items(provisioning::get_people("/"));
        let people: Vec<_> = people.into_stream().try_collect().await.unwrap();
        let found: Vec<_> = people.iter().map(|(_, one)| one.object_id.clone().unwrap()).collect();
        assert_eq!(found, expected, "{count} over v2");
    }
}

#[tokio::test]
async fn ten_thousand_users_come_once_each() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 10_000);
    assert_eq!(logins(users(&pydio.workspace("settings"))).await, expected);
    assert_eq!(server.seen().len(), 200);
    let people = pydio.items(provisioning::get_people("/"));
    let found: Vec<_> = people.into_stream().try_collect().await.unwrap();
    assert_eq!(found.len(), 10_000);
}

#[tokio::test]
async fn a_user_who_is_moved_to_a_later_page_comes_once() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 120);
    let mut list = users(&pydio.workspace("settings"));
    let mut found = vec![login(&list.next().await.unwrap().unwrap())];
    for number in 0..60 {
        server.add_user(&format!("aa{number}"), "x");
    }
    while let Some(user) = list.next().await.unwrap() {
        found.push(login(&user));
    }
    let mut known: Vec<_> = found.iter().filter(|login| !login.starts_with("aa")).collect();
    known.sort();
    assert_eq!(known, expected.iter().collect::<Vec<_>>());
    assert!(list.has_changed());
    assert_eq!(list.count(), Some(180));
}

#[tokio::test]
async fn a_list_that_others_shorten_says_so() {
    let (server, pydio) = administered().await;
    crowd(&server, 120);
    let mut list = users(&pydio.workspace("settings"));
    list.next().await.unwrap();
    server.remove_user("u00000");
    let mut count = 1;
    while list.next().await.unwrap().is_some() {
        count += 1;
    }
    // The first user of the second page has moved to the first one, which has been read.
    assert_eq!((count, list.has_changed()), (119, true));
}

#[tokio::test]
async fn a_list_that_became_short_enough_comes_whole_and_nobody_twice() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 60);
    let mut list = users(&pydio.workspace("settings"));
    let mut found = vec![login(&list.next().await.unwrap().unwrap())];
    for login in &expected[40..55] {
        server.remove_user(login);
    }
    while let Some(user) = list.next().await.unwrap() {
        found.push(login(&user));
    }
    // Fifty came with the first page, and the five others when the whole list did.
    assert_eq!(found.len(), 55);
    assert!(expected[55..].iter().all(|login| found.contains(login)));
}

#[tokio::test]
async fn a_list_begins_at_the_page_that_the_call_sets() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 120);
    let list = pydio.workspace("settings").items(access_ajxp_conf::ls("/data/users").page(3));
    assert_eq!(logins(list).await, expected[100..]);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_session_reads_lists_too() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 101);
    let session = pydio.session().login(ADMIN.login, ADMIN.password).await.unwrap();
    let list = session.workspace("settings").items(access_ajxp_conf::ls("/data/users"));
    assert_eq!(logins(list).await, expected);
    session.switch_workspace("settings").await.unwrap();
    assert_eq!(logins(session.items(access_ajxp_conf::ls("/data/users"))).await, expected);
}

#[tokio::test]
async fn roles_and_workspaces_come_in_one_go() {
    let (server, pydio) = administered().await;
    for number in 0..10 {
        server.add_workspace(&format!("w{number}"));
    }
    let settings = pydio.workspace("settings");
    let workspaces = settings.items(access_ajxp_conf::ls("/data/repositories"));
    let by_v1: Vec<_> = workspaces.into_stream().try_collect().await.unwrap();
    let mut workspaces = pydio.items(provisioning::admin_list_workspaces());
    let mut slugs = Vec::new();
    while let Some((_, workspace)) = workspaces.next().await.unwrap() {
        slugs.extend(workspace.slug);
    }
    assert_eq!(slugs.len(), by_v1.len());
    assert!((0..10).all(|number| slugs.contains(&format!("w{number}"))), "{slugs:?}");
    let mut roles = pydio.items(provisioning::get_roles());
    let (path, role) = roles.next().await.unwrap().unwrap();
    assert!(role.role.is_some(), "{path}");
    let names = settings.items(access_ajxp_conf::list_all_repositories_json());
    let names: Vec<(String, String)> = names.into_stream().try_collect().await.unwrap();
    assert!(names.iter().any(|(_, name)| name == "w3"), "{names:?}");
    assert_eq!(server.seen().len(), 4, "each list is one request");
}

/// Shares this many files.
fn share(server: &Server, count: usize) {
    server.put("common", "/f.txt", "");
    for _ in 0..count {
        server.add_link("common", "/f.txt", ALICE.login);
    }
}

/// The server counts 60 shares as one page of 50.
#[tokio::test]
async fn shares_come_from_pages_that_the_server_does_not_count() {
    for (count, requests) in [(0, 1), (1, 1), (50, 1), (60, 2), (100, 2), (120, 3), (10_000, 200)] {
        let (server, files) = common().await;
        share(&server, count);
        let shares = files.items(action_share::sharelist_load());
        let found: Vec<_> = shares.into_stream().try_collect().await.unwrap();
        let mut paths: Vec<_> = found.iter().map(|share| share.path().to_string()).collect();
        paths.sort();
        paths.dedup();
        assert_eq!((paths.len(), server.seen().len()), (count, requests));
        let records = files.items(action_share::sharelist_load_data());
        let records: Vec<_> = records.into_stream().try_collect().await.unwrap();
        let mut hashes: Vec<_> = records.iter().map(|(hash, _)| hash).collect();
        hashes.sort();
        assert!(hashes.iter().zip(&paths).all(|(hash, path)| path.ends_with(&***hash)));
        assert_eq!(hashes.len(), count);
    }
}

#[tokio::test]
async fn comments_come_although_the_server_joins_some() {
    for (count, apart, items) in
        [(0, 60, 0), (1, 60, 1), (100, 60, 100), (250, 60, 250), (250, 1, 6)]
    {
        let (server, files) = common().await;
        server.put("common", "/a.txt", "");
        server.add_comments("common", "/a.txt", "bob", count, apart);
        let comments = files.items(meta_comments::load_comments_feed("/a.txt"));
        let comments: Vec<_> = comments.into_stream().try_collect().await.unwrap();
        let texts = comments.iter().flat_map(|comment| comment.content.split("<br>"));
        let numbers: Vec<u64> = texts.map(|text| text.parse().unwrap()).collect();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{apart} seconds apart");
        // A comment is joined with others of its minute on the same page.
        assert!(comments.len() >= items && comments.len() <= items + 3, "{}", comments.len());
    }
}

#[tokio::test]
async fn ten_thousand_comments_are_read_in_parts_of_the_size_that_the_call_sets() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "");
    server.add_comments("common", "/a.txt", "bob", 10_000, 60);
    let call = meta_comments::load_comments_feed("/a.txt").limit(1000).offset(500);
    let comments: Vec<_> = files.items(call).into_stream().try_collect().await.unwrap();
    assert_eq!((comments.len(), &*comments[0].content), (9500, "501"));
    // Ten with comments, and an empty one: the server does not say how many there are.
    assert_eq!(server.seen().len(), 11);
    let last = server.last().unwrap().target;
    assert!(last.contains("offset=10500") && last.contains("limit=1000"), "{last}");
}

#[tokio::test]
async fn events_come_although_those_of_deleted_nodes_are_left_out() {
    let (server, files) = common().await;
    for number in 0..230 {
        server.put("common", &format!("/gone/{number}"), "");
    }
    for number in 0..120 {
        server.put("common", &format!("/kept/{number:03}"), "");
    }
    // More than a whole page of events is left out.
    for number in 0..230 {
        files.call(access_fs::delete([format!("/gone/{number}")])).await.unwrap();
    }
    let before = server.seen().len();
    let feed = core_notifications::feed(core_notifications::FeedFeedType::Notif, "/");
    let events: Vec<_> = files.items(feed).into_stream().try_collect().await.unwrap();
    let kept = events.iter().filter(|event| {
        event.attributes.get("real_path").is_some_and(|path| path.starts_with("/kept/"))
    });
    assert_eq!(kept.count(), 120);
    // An empty page, one that looks far behind it, and the same again at the end.
    let requests = server.seen().split_off(before);
    assert!(requests.len() <= 6, "{}", requests.len());
    assert!(requests[0].target.contains("offset=0&limit=100"), "{}", requests[0].target);
}

#[tokio::test]
async fn ten_thousand_events_come_once_each_while_others_are_added() {
    let (server, files) = common().await;
    for number in 0..10_000 {
        server.put("common", &format!("/d/{number:05}"), "");
    }
    let feed = || core_notifications::feed(core_notifications::FeedFeedType::Notif, "/");
    let mut events = files.items(feed().limit(1000));
    let mut found = vec![events.next().await.unwrap().unwrap()];
    for number in 0..5 {
        server.put("common", &format!("/new/{number}"), "");
    }
    while let Some(event) = events.next().await.unwrap() {
        found.push(event);
    }
    let mut paths: Vec<_> =
        found.iter().filter_map(|event| event.attributes.get("real_path")).collect();
    let count = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), count, "no event comes twice");
    assert_eq!(paths.iter().filter(|path| path.starts_with("/d/")).count(), 10_000);
}

#[tokio::test]
async fn folders_come_over_v2_and_on_a_session() {
    for count in [0, 1, 500, 501, 600, 10_000] {
        let (server, files) = common().await;
        server.folder("common", "/large");
        for number in 0..count {
            server.put("common", &format!("/large/{number:05}"), "");
        }
        let pydio = connect(&server, &ALICE);
        let call = file::get_node_infos("common", "/large").children(file_children());
        let nodes: Vec<_> = pydio.items(call).into_stream().try_collect().await.unwrap();
        assert_eq!(nodes.len(), count, "{count} over v2");
        let nodes: Vec<_> =
            files.items(access_fs::ls("/large")).into_stream().try_collect().await.unwrap();
        assert_eq!(nodes.len(), count, "{count} over v1");
        let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
        let nodes = session.workspace("common").items(access_fs::ls("/large"));
        assert_eq!(nodes.into_stream().try_collect::<Vec<_>>().await.unwrap().len(), count);
    }
}

fn file_children() -> models::GetNodeInfosChildren {
    models::GetNodeInfosChildren::Df
}

#[tokio::test]
async fn folders_whose_pages_are_cut_off_are_an_error_after_all_items() {
    let (server, files) = common().await;
    for number in 0..501 {
        server.put("common", &format!("/top/large/{number}"), "");
    }
    let pydio = connect(&server, &ALICE);
    let mut by_v1 = files.items(access_fs::ls("/top").recursive(true));
    assert_eq!(by_v1.next().await.unwrap().unwrap().children.len(), 200);
    let error = by_v1.next().await.unwrap_err();
    assert!(error.message().contains("1 subfolders have more children"), "{error}");
    let call = file::get_node_infos("common", "/top").children(file_children()).recursive(true);
    let mut by_v2 = pydio.items(call);
    assert!(by_v2.next().await.unwrap().is_some());
    assert_eq!(by_v2.next().await.unwrap_err().kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn a_page_that_breaks_is_requested_again_and_nobody_comes_twice() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let expected = crowd(&server, 120);
    let retry = RetryPolicy::new(3).pause(Duration::ZERO, Duration::ZERO);
    let builder = Pydio::builder(server.url()).login(ADMIN.login, ADMIN.password).retry(retry);
    let settings = builder.build().unwrap().workspace("settings");
    let mut list = users(&settings);
    let mut found = vec![login(&list.next().await.unwrap().unwrap())];
    server.fail(Fault::Truncate(900));
    server.fail(Fault::Answer(Canned::new(502, "text/plain", "")));
    while let Some(user) = list.next().await.unwrap() {
        found.push(login(&user));
    }
    assert_eq!(found, expected);
    assert_eq!(server.seen().len(), 5);
    let mut once = users(&connect(&server, &ADMIN).workspace("settings"));
    server.fail(Fault::Truncate(900));
    assert_eq!(once.next().await.unwrap_err().kind(), ErrorKind::Transport);
    assert!(once.next().await.unwrap().is_none(), "it has ended");
}

#[tokio::test]
async fn a_page_that_repeats_forever_is_an_error() {
    let (server, pydio) = administered().await;
    let mut list = users(&pydio.workspace("settings"));
    for number in 1..=3 {
        let page = format!(
            "<?xml version=\"1.0\"?><tree filename=\"/data/users\"><pagination count=\"999\" \
             total=\"99\" current=\"{number}\"/><tree filename=\"/data/users/x\"/></tree>"
        );
        server.fail(Fault::Answer(Canned::new(200, "text/xml", page)));
    }
    assert!(list.next().await.unwrap().is_some());
    let error = list.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.message().contains("keeps returning the same page"), "{error}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_future_that_is_dropped_loses_nothing() {
    let (server, pydio) = administered().await;
    let expected = crowd(&server, 120);
    let mut list = users(&pydio.workspace("settings"));
    let (mut found, mut dropped) = (Vec::new(), 0);
    loop {
        let next = tokio::time::timeout(Duration::from_micros(100), list.next()).await;
        match next {
            Err(_) => dropped += 1,
            Ok(Ok(Some(user))) => found.push(login(&user)),
            Ok(end) => break assert!(end.unwrap().is_none()),
        }
    }
    assert_eq!(found, expected);
    assert!(dropped > 0);
    assert_eq!(server.seen().len(), 3, "a request goes on when its future is dropped");
}
