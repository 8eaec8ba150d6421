//! State that is kept between requests, and the administrator's settings.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pydio_client::{ErrorKind, Pydio, v1::access_fs};
use pydio_tests::{ADMIN, ALICE, Account, BOB, Front, Server, Version, recordings::Recorded};

use crate::raw;

async fn send(server: &Server, account: &Account, method: &str, target: &str) -> Recorded {
    let request = raw::Request::new(method, target, "").basic(account.login, account.password);
    raw::send(server, &request).await.unwrap()
}

async fn get(server: &Server, account: &Account, target: &str) -> String {
    let answer = send(server, account, "GET", target).await;
    String::from_utf8_lossy(&answer.body).into_owned()
}

async fn upload(server: &Server, name: &str, content: &str) -> String {
    let target = format!("/api/common/upload/put/?force_post=true&urlencoded_filename={name}");
    let mut request = raw::Request::new("POST", &target, "");
    let kind = "multipart/form-data; boundary=x".to_owned();
    request.headers.push(("Content-Type".to_owned(), kind));
    let disposition = "Content-Disposition: form-data; name=\"userfile_0\"; filename=\"x\"";
    request.body = format!("--x\r\n{disposition}\r\n\r\n{content}\r\n--x--\r\n").into_bytes();
    let request = request.basic(ALICE.login, ALICE.password);
    String::from_utf8(raw::send(server, &request).await.unwrap().body).unwrap()
}

#[tokio::test]
async fn a_task_is_listed_until_it_is_done() {
    let builder = Server::builder(Version::V8_2).task_steps(2);
    let server = builder.start().await.unwrap();
    server.put("common", "/a/b.txt", "b");
    let compress = "/api/common/compress/a?dir=/&archive_name=a.zip";
    assert!(get(&server, &ALICE, compress).await.contains("<consume_channel/>"));
    for _ in 0..2 {
        let tasks = get(&server, &ALICE, "/api/v2/tasks?workspaceId=common").await;
        assert!(tasks.contains("\"action\":\"compress\"") && !server.has("common", "/a.zip"));
    }
    assert_eq!(get(&server, &ALICE, "/api/v2/tasks?workspaceId=common").await, "[]");
    assert!(server.content("common", "/a.zip").unwrap().starts_with(b"PK"));
}

#[tokio::test]
async fn the_bin_is_emptied_in_the_background() {
    let builder = Server::builder(Version::V8_2).task_steps(0);
    let server = builder.start().await.unwrap();
    server.put("common", "/a.txt", "a");
    get(&server, &ALICE, "/api/common/delete/?file=/a.txt").await;
    let empty = get(&server, &ALICE, "/api/common/empty_recycle/").await;
    assert!(empty.contains("<consume_channel/>") && server.has("common", "/recycle_bin/a.txt"));
    // Over REST the task never completes.
    for _ in 0..3 {
        let tasks = get(&server, &ALICE, "/api/v2/tasks?workspaceId=common").await;
        assert!(tasks.contains("Starting...") && server.has("common", "/recycle_bin/a.txt"));
    }
}

#[tokio::test]
async fn a_shared_folder_is_a_workspace_for_others() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("my-files/alice", "/s/a.txt", "a");
    let share = "/api/my-files/share/x/s?sub_action=delegate_repo&repo_label=Ours&user_0=bob\
                 &right_read_0=true&return_json=true";
    let share = get(&server, &ALICE, share).await;
    assert!(share.contains("\"share_owner\":\"alice\""), "{share}");
    assert!(get(&server, &BOB, "/api/ours/ls").await.contains("filename=\"/a.txt\""));
    let write = get(&server, &BOB, "/api/ours/mkfile/b.txt").await;
    assert!(write.contains("You have no write permission"));
    get(&server, &ALICE, "/api/my-files/unshare/s").await;
    assert!(get(&server, &BOB, "/api/ours/ls").await.contains("Could not find workspace"));
    assert_eq!(server.content("my-files/alice", "/s/a.txt").as_deref(), Some(&b"a"[..]));
}

#[tokio::test]
async fn a_link_expires_by_time_and_by_downloads() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "content");
    let share = "/api/common/share/private/a.txt?guest_user_pass=pw&downloadlimit=2&expiration=7";
    let link = get(&server, &ALICE, share).await;
    let path = link.strip_prefix(&server.url()).unwrap().to_owned();
    let visit = async |query: &str| {
        let request = raw::Request::get(&format!("{path}{query}"));
        String::from_utf8(raw::send(&server, &request).await.unwrap().body).unwrap()
    };
    assert!(visit("").await.contains("password"));
    assert_eq!(visit("?password=pw&dl=true").await, "content");
    let load = "/api/common/load_shared_element_data/a.txt";
    assert!(get(&server, &ALICE, load).await.contains("\"expire_after\":7"));
    assert_eq!(visit("?password=pw&dl=true").await, "content");
    assert!(visit("?password=pw&dl=true").await.contains("expired"));
    get(&server, &ALICE, "/api/common/reset_counter/a.txt").await;
    assert!(visit("?password=pw").await.contains("a.txt"));
    server.advance(7 * 86_400);
    assert!(visit("?password=pw").await.contains("expired"));
    let clear = get(&server, &ALICE, "/api/common/sharelist-clearExpired/").await;
    assert!(clear.contains("Removed 1"));
    assert!(get(&server, &ALICE, load).await.contains("Cannot find share"));
}

#[tokio::test]
async fn uploads_are_refused_as_text() {
    let builder = Server::builder(Version::V8_2).upload_limit(10).quota(15);
    let server = builder.start().await.unwrap();
    assert!(upload(&server, "a.txt", "0123456789").await.contains("<add>"));
    assert!(upload(&server, "b.txt", "0123456789a").await.ends_with("(409)"));
    assert!(upload(&server, "b.txt", "0123456789").await.ends_with("(507)"));
    assert!(upload(&server, ".hidden", "0").await.ends_with("(411)"));
    assert!(upload(&server, "b.txt", "").await.ends_with("(410)"));
    let limit = "/api/pydio/state/plugins%2F%2A%5B%40id%3D%27core.uploader%27%5D";
    assert!(get(&server, &ALICE, limit).await.contains("<![CDATA[10]]>"));
}

#[tokio::test]
async fn an_administrator_may_misconfigure_the_server() {
    let builder = Server::builder(Version::V8_2);
    let server = builder.clone().front(Front::NoRewriting).start().await.unwrap();
    let answer = send(&server, &ALICE, "GET", "/api/common/ls").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html")));
    let server = builder.clone().front(Front::HeaderLost).start().await.unwrap();
    let answer = send(&server, &ALICE, "GET", "/api/common/ls").await;
    assert_eq!((answer.status, answer.header("www-authenticate").is_some()), (401, true));
    let server = builder.clone().grants_pairs(false).start().await.unwrap();
    let pair = "/api/pydio/keystore_generate_auth_token/d";
    assert_eq!(get(&server, &ALICE, pair).await, "");
    let server = builder.pages(2, 1).start().await.unwrap();
    for name in ["/a", "/b", "/c"] {
        server.put("default", name, "");
    }
    let page = get(&server, &ALICE, "/api/default/ls/%25232").await;
    assert!(page.contains("total=\"5\"") && page.contains("filename=\"/b\""), "{page}");
}

#[tokio::test]
async fn rest_v2_depends_on_the_version() {
    let create = "/api/v2/admin/people/eve?resourceType=user&userPass=secret";
    for (version, expected) in [
        (Version::V6_4, "Cannot find repository with ID v2"),
        (Version::V7_0_3, "User created successfully"),
        (Version::V7_0, "User created successfully"),
        (Version::V8_2, "Group was successfully created"),
    ] {
        let server = Server::start(version).await.unwrap();
        let answer = send(&server, &ADMIN, "POST", create).await;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains(expected), "{version:?}: {text}");
    }
}

#[tokio::test]
async fn a_locked_node_cannot_be_changed_by_others() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    get(&server, &ALICE, "/api/common/sl_lock/a.txt").await;
    for change in [
        "rename/?file=/a.txt&filename_new=b.txt",
        "delete/?file=/a.txt",
        "put_content/?file=/a.txt&content=x",
        "move/?file=/a.txt&dest=/recycle_bin",
    ] {
        let answer = get(&server, &ADMIN, &format!("/api/common/{change}")).await;
        assert!(answer.contains("locked by another user"), "{change}: {answer}");
    }
    let listed = get(&server, &ADMIN, "/api/common/ls/?options=al").await;
    assert!(listed.contains("sl_locked=\"true\"") && !listed.contains("sl_mylock"));
    get(&server, &ALICE, "/api/common/sl_lock/a.txt?unlock=false").await;
    let delete = get(&server, &ADMIN, "/api/common/delete/?file=/a.txt").await;
    assert!(delete.contains("SUCCESS"));
}

/// Sends JSON or a form as the administrator, and reads the response as JSON.
async fn admin(server: &Server, method: &str, target: &str, body: &str) -> serde_json::Value {
    let target = format!("/api/v2{target}");
    let mut request = raw::Request::new(method, &target, body);
    request.headers.push(("Accept".to_owned(), "application/json".to_owned()));
    let request = request.basic(ADMIN.login, ADMIN.password);
    let answer = raw::send(server, &request).await.unwrap();
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

#[tokio::test]
async fn workspaces_and_their_features_are_created_changed_and_removed() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let payload = "payload={\"display\":\"Ours\",\"accessType\":\"fs\",\"parameters\":{}}";
    let made = admin(&server, "POST", "/admin/workspaces", payload).await;
    let id = made["reload"]["pendingSelection"].as_str().unwrap().to_owned();
    let workspace = format!("/admin/workspaces/{id}");
    let get = async || admin(&server, "GET", &format!("{workspace}?format=json"), "").await;
    assert_eq!((get().await["slug"].as_str(), server.workspaces().len()), (Some("ours"), 7));
    let feature = format!("{workspace}/features/meta.quota");
    for (method, body, quota) in [
        ("POST", "{\"DEFAULT_QUOTA\":\"1G\"}", "1G"),
        ("PATCH", "{\"DEFAULT_QUOTA\":\"2G\"}", "2G"),
    ] {
        let answer = admin(&server, method, &feature, body).await;
        assert_eq!(answer["level"], "Info", "{answer}");
        assert_eq!(get().await["features"]["meta.quota"]["DEFAULT_QUOTA"], quota);
    }
    admin(&server, "DELETE", &feature, "").await;
    assert_eq!(get().await["features"], serde_json::json!([]));
    let rename = "payload=%7B%22display%22%3A%22Yours%22%7D";
    for target in [format!("{workspace}?{rename}"), {
        format!("/admin/workspaces?workspaceId={id}&{rename}")
    }] {
        assert_eq!(admin(&server, "PATCH", &target, "").await["display"], "Yours");
    }
    let answer = admin(&server, "DELETE", &workspace, "").await;
    assert_eq!(answer["message"]["level"], "Info");
    assert_eq!((get().await["level"].as_str(), server.workspaces().len()), (Some("Error"), 6));
}

#[tokio::test]
async fn roles_and_tasks_are_created_changed_and_removed() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let role = "/admin/roles/guests";
    assert_eq!(admin(&server, "POST", role, "").await["message"]["level"], "Info");
    // The role is saved despite the error.
    let partial = "{\"ACL\":{\"0\":\"rw\"},\"ACTIONS\":{},\"PARAMETERS\":{}}";
    assert_eq!(admin(&server, "PATCH", role, partial).await["level"], "Error");
    let saved = admin(&server, "GET", &format!("{role}?format=json"), "").await;
    assert_eq!(saved["ACL"], serde_json::json!(["rw"]));
    let whole = "{\"ACL\":{\"0\":\"r\"},\"ACTIONS\":{},\"PARAMETERS\":{},\"APPLIES\":[]}";
    assert_eq!(admin(&server, "PATCH", role, whole).await["ACL"], serde_json::json!(["r"]));
    let give = "{\"resourceType\":\"user\",\"parameterName\":\"userAddRole\",\
                \"parameterValue\":\"guests\"}";
    admin(&server, "PATCH", "/admin/people/bob", give).await;
    assert!(get(&server, &BOB, "/api/default/ls").await.contains("recycle_bin"));
    let take = give.replace("userAddRole", "userRemoveRole");
    admin(&server, "PATCH", "/admin/people/bob", &take).await;
    assert_eq!(send(&server, &BOB, "GET", "/api/default/ls").await.status, 401);
    assert_eq!(admin(&server, "DELETE", role, "").await["message"]["level"], "Info");

    let task = "task={\"label\":\"mine\",\"action\":\"compress\",\"statusMessage\":\"waiting\"}";
    assert_eq!(admin(&server, "POST", "/tasks/t1?workspaceId=common", task).await["status"], 2);
    let patched = admin(&server, "PATCH", "/tasks/t1", "{\"status\":8}").await;
    assert_eq!((&patched["status"], &patched["label"]), (&8.into(), &"mine".into()));
    assert_eq!(admin(&server, "GET", "/tasks/t1", "").await, patched);
    admin(&server, "DELETE", "/tasks/t1", "").await;
    assert!(admin(&server, "GET", "/tasks/t1", "").await.is_null());
}

/// Sends a part of a file of six bytes: the first one, or an appended one.
async fn part(server: &Server, name: &str, content: &str, is_first: bool) -> String {
    let (own, target) = match is_first {
        true => (name.to_owned(), String::new()),
        false => (format!("part-of-{name}"), format!("&appendto_urlencoded_part={name}")),
    };
    let fields = format!("{own}&partial_upload=true&partial_target_bytesize=6{target}");
    upload(server, &fields, content).await
}

async fn size(server: &Server, name: &str) -> Option<String> {
    let stat = get(server, &ALICE, &format!("/api/common/stat/{name}")).await;
    let (_, size) = stat.split_once("\"size\":")?;
    Some(size.split(',').next()?.to_owned())
}

/// As measured on 8.2.5 with APCu, which its installer sets up.
#[tokio::test]
async fn a_part_that_became_a_file_is_still_reported() {
    for caches in [true, false] {
        let builder = Server::builder(Version::V8_2).caches_stats(caches);
        let server = builder.start().await.unwrap();
        part(&server, "f", "abc", true).await;
        assert_eq!(size(&server, "f.dlpart").await.as_deref(), Some("3"));
        assert!(part(&server, "f", "def", false).await.contains("nodes_diff"));
        assert!(!server.has("common", "/f.dlpart"));
        assert_eq!(size(&server, "f.dlpart").await.is_some(), caches);
        // An appended part begins a new file, or is lost.
        part(&server, "f", "x", false).await;
        let begun = server.content("common", "/f.dlpart");
        assert_eq!(begun.as_deref(), caches.then_some(&b"x"[..]));
        assert_eq!(server.content("common", "/f").unwrap(), b"abcdef");
    }
}

/// Waits for a second to begin, so that the following steps happen within it.
async fn second() {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let left = 1000 - u64::from(passed.subsec_millis());
    tokio::time::sleep(Duration::from_millis(left + 5)).await;
}

/// As measured on 8.2.5 with APCu: times are whole seconds, and only a later one counts.
#[tokio::test]
async fn a_role_written_in_the_second_of_its_user_stays_in_force() {
    let right = |right: &str| format!("/api/settings/role_update_right/0/more/{right}");
    for caches in [true, false] {
        let builder = Server::builder(Version::V8_2).caches_users(caches);
        let server = builder.start().await.unwrap();
        let may_enter = async || get(&server, &BOB, "/api/default/ls/").await.contains("<tree");
        for target in ["/api/settings/create_role/more", &right("r")] {
            assert!(get(&server, &ADMIN, target).await.contains("SUCCESS"));
        }
        assert!(!may_enter().await);
        second().await;
        get(&server, &ADMIN, "/api/settings/user_update_role/bob/add/more").await;
        assert!(may_enter().await);
        get(&server, &ADMIN, &right("n")).await;
        assert_eq!(may_enter().await, caches);
        second().await;
        assert_eq!(may_enter().await, caches);
        get(&server, &ADMIN, &right("n")).await;
        assert!(!may_enter().await);
    }
}

/// As measured on 8.2.5 with APCu: saving the personal role does not refresh the roles, but an
/// empty cache does.
#[tokio::test]
async fn a_deleted_role_stays_in_force() {
    for caches in [true, false] {
        let builder = Server::builder(Version::V8_2).caches_users(caches);
        let server = builder.start().await.unwrap();
        let may_enter = async || get(&server, &BOB, "/api/default/ls/").await.contains("<tree");
        for target in [
            "/api/settings/create_role/more",
            "/api/settings/role_update_right/0/more/r",
            "/api/settings/user_update_role/bob/add/more",
        ] {
            get(&server, &ADMIN, target).await;
        }
        assert!(may_enter().await);
        second().await;
        get(&server, &ADMIN, "/api/settings/delete/role/more").await;
        assert_eq!(may_enter().await, caches);
        get(&server, &ADMIN, "/api/settings/user_update_right/1/bob/rw").await;
        assert_eq!(may_enter().await, caches);
        get(&server, &ADMIN, "/api/settings/cache_service_clear_cache/shared").await;
        assert!(!may_enter().await);
    }
}

#[tokio::test]
async fn reading_a_part_that_became_a_file_fails() {
    let server = Server::start(Version::V8_2).await.unwrap();
    for content in ["abc", "def"] {
        part(&server, "f", content, content == "abc").await;
    }
    let hash = get(&server, &ALICE, "/api/common/stat_hash/f.dlpart").await;
    assert!(hash.contains("filesize(): stat failed for pydio://alice@"), "{hash}");
    assert!(part(&server, "f", "x", false).await.contains("stat failed for"));
    assert_eq!(size(&server, "f.dlpart").await, None);
    assert!(!server.has("common", "/f.dlpart"));
}

/// As measured on 8.2.5: v1 drops characters of the folder to list, and cuts names.
#[tokio::test]
async fn siblings_of_plainer_names_are_listed() {
    let server = Server::start(Version::V8_2).await.unwrap();
    for name in ["dirdq/a.txt", "dir\"dq/b.txt", "with", "with?question.txt", "d?e"] {
        server.put("common", &format!("/names/{name}"), "words");
    }
    for folder in ["dir%22dq", "dir%7Cdq", "dir%5Cdq", "dirdq%3Fx"] {
        let listed = get(&server, &ALICE, &format!("/api/common/ls/names/{folder}")).await;
        assert!(listed.contains("filename=\"/names/dirdq/a.txt\""), "{folder}: {listed}");
    }
    let listed = get(&server, &ALICE, "/api/common/ls/names").await;
    assert_eq!(listed.matches("filename=\"/names/with\"").count(), 2, "{listed}");
    assert!(listed.contains("text=\"with?question.txt\""), "{listed}");
    assert!(listed.contains("text=\"d?e\" filename=\"/names/d\""), "{listed}");
}

/// The client compares the root with the requested path.
#[tokio::test]
async fn a_sibling_is_not_mistaken_for_the_folder() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/dirdq/a.txt", "words");
    let pydio = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).build().unwrap();
    let files = pydio.workspace("common");
    for folder in ["/dir\"dq", "/dir|dq"] {
        let error = files.call(access_fs::ls(folder)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Malformed, "{error}");
        let error = files.nodes(access_fs::ls(folder)).next().await.unwrap_err();
        assert!(error.to_string().contains("`/dirdq`"), "{error}");
    }
    assert_eq!(files.call(access_fs::ls("/dirdq")).await.unwrap().nodes.len(), 1);
}
