//! One request of every operation, byte for byte.

use std::{collections::BTreeSet, path::Path};

use pydio_client::{
    ErrorKind, OperationCall, Rights,
    json::Object,
    v2::{
        file,
        models::{
            GetNodeInfosChildren, GetNodeInfosMeta, NewPerson, NewPersonResourceType, NewWorkspace,
            PeoplePatch, PeoplePatchParameterName, PeoplePatchResourceType, Role, TaskDefinition,
            TaskPatch, WorkspacePatch,
        },
        provisioning, task, user_account, workspace,
    },
};
use pydio_codegen::pipeline;
use pydio_tests::{Canned, Seen};

use crate::support::{below_prefix, json, send, xml};

/// The operations that were called.
#[derive(Default)]
struct Called(BTreeSet<&'static str>);

impl Called {
    /// Asserts the request of a call, and that it reads its response successfully.
    async fn sends<C: OperationCall>(&mut self, call: C, answer: Canned, lines: &[&str]) {
        self.0.insert(C::ENDPOINT.id());
        let (result, seen) = send(call, answer).await;
        if let Err(error) = result {
            panic!("{error}");
        }
        assert_eq!(shown(&seen.unwrap()), lines);
    }

    /// Asserts that an operation is unsupported and not sent, and that the error names the
    /// alternative.
    async fn unsupported<C: OperationCall>(&mut self, call: C, instead: &str) {
        self.0.insert(C::ENDPOINT.id());
        let (result, seen) = send(call, json("{}")).await;
        let Err(error) = result else { panic!("it was sent") };
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(seen.is_none());
        let message = error.message();
        assert!(message.starts_with("the server cannot do this: "), "{message}");
        assert!(message.contains(instead), "{message}");
        assert_eq!(error.call_name(), C::ENDPOINT.id());
    }
}

/// Formats everything in a request that an operation determines, without the length of the body.
fn shown(seen: &Seen) -> Vec<String> {
    let length = seen.header("content-length");
    assert_eq!(length.unwrap_or("0"), seen.body.len().to_string());
    assert!(seen.header("authorization").unwrap().starts_with("Basic "));
    assert_eq!(seen.headers.get_all("accept").iter().count(), 1);
    assert_eq!(seen.header("transfer-encoding"), None);
    let mut lines = vec![format!("{} {}", seen.method, below_prefix(seen))];
    for name in ["accept", "content-type", "x-rename-if-exists"] {
        lines.extend(seen.header(name).map(|value| format!("{name}: {value}")));
    }
    lines.extend(length.filter(|length| *length == "0").map(|_| "content-length: 0".to_owned()));
    lines.extend(Some(seen.text()).filter(|body| !body.is_empty()));
    lines
}

const JSON: &str = "accept: application/json";

#[tokio::test]
async fn every_operation_is_sent_as_the_server_reads_it() {
    let mut called = Called::default();
    files(&mut called).await;
    tasks(&mut called).await;
    accounts_and_workspaces(&mut called).await;
    roles_and_people(&mut called).await;
    workspaces_of_the_administrator(&mut called).await;
    features(&mut called).await;
    unsupported(&mut called).await;
    let declared = declared();
    let declared: BTreeSet<_> = declared.iter().map(String::as_str).collect();
    assert_eq!((called.0.len(), called.0), (36, declared));
}

/// Returns the operations of the bundled spec.
fn declared() -> Vec<String> {
    let request = pipeline::Request {
        version: Some("8.2.5".to_owned()),
        from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        ..pipeline::Request::default()
    };
    let spec = pipeline::read(&request).unwrap().spec;
    spec.endpoints.into_iter().map(|operation| operation.id).collect()
}

async fn files(called: &mut Called) {
    let node = file::get_node_infos("common", "/");
    let node = node.children(GetNodeInfosChildren::Dfz).meta(GetNodeInfosMeta::Minimal);
    let node = node.recursive(true).max_depth(-1);
    called
        .sends(
            node,
            json("{}"),
            &["GET /api/v2/fs/common/?children=dfz&meta=minimal&recursive=true&max_depth=-1", JSON],
        )
        .await;
    let create = file::create_node("common", "/a b/ü.txt").overwrite(true).content("x=1 & é");
    called
        .sends(
            create,
            json("{}"),
            &[
                "POST /api/v2/fs/common/a%20b/%C3%BC.txt?override=true",
                JSON,
                "content-type: application/x-www-form-urlencoded",
                "content=x%3D1+%26+%C3%A9",
            ],
        )
        .await;
    let folder = file::create_node("common", "d2/");
    let empty = ["POST /api/v2/fs/common/d2/", JSON, "content-length: 0"];
    called.sends(folder, json("{}"), &empty).await;
    let delete = file::delete_node("common", "/d1/f2.txt");
    called.sends(delete, json("{}"), &["DELETE /api/v2/fs/common/d1/f2.txt", JSON]).await;
    let file = Canned::new(200, "application/force-download; name=\"f\"", "abc");
    let download = file::download("common", "d1/f.bin");
    called.sends(download, file, &["GET /api/v2/io/common/d1/f.bin", "accept: */*"]).await;
    let upload = file::upload_stream("common", "/d1/f.json", "{\"a\": 1}");
    let upload = upload.rename_if_exists(true).partial_upload(true).partial_target_bytesize(20);
    called
        .sends(
            upload.append_to_encoded("f.json"),
            xml("<tree ></tree>"),
            &[
                "PUT /api/v2/io/common/d1/f.json?partial_upload=true&partial_target_bytesize=20\
                 &appendto_urlencoded_part=f.json",
                "accept: text/xml",
                "content-type: application/octet-stream",
                "x-rename-if-exists: true",
                "{\"a\": 1}",
            ],
        )
        .await;
}

async fn tasks(called: &mut Called) {
    let task = || json("{\"id\":\"t1\",\"status\":2}");
    let list = task::list_tasks("common");
    called.sends(list, json("[]"), &["GET /api/v2/tasks?workspaceId=common", JSON]).await;
    let info = task::get_task_info("t1");
    called.sends(info, task(), &["GET /api/v2/tasks/t1", JSON]).await;
    let definition = TaskDefinition::new("compress", "my task", "waiting");
    called
        .sends(
            task::create_task("t1", "413d", &definition),
            task(),
            &[
                "POST /api/v2/tasks/t1?workspaceId=413d",
                JSON,
                "content-type: application/x-www-form-urlencoded",
                "task=%7B%22action%22%3A%22compress%22%2C%22label%22%3A%22my+task%22%2C\
                 %22statusMessage%22%3A%22waiting%22%7D",
            ],
        )
        .await;
    let mut patch = TaskPatch::default();
    patch.status = Some(8);
    patch.label = Some("é".to_owned());
    called
        .sends(
            task::update_task("t1", &patch),
            task(),
            &[
                "PATCH /api/v2/tasks/t1",
                JSON,
                "content-type: application/json",
                "{\"label\":\"é\",\"status\":8}",
            ],
        )
        .await;
    let delete = task::delete_task("9531B800-D584");
    called.sends(delete, json("{}"), &["DELETE /api/v2/tasks/9531B800-D584", JSON]).await;
}

async fn accounts_and_workspaces(called: &mut Called) {
    let user = json("{\"user\":{\"@id\":\"alice\"}}");
    called.sends(user_account::user_info(), user, &["GET /api/v2/user", JSON]).await;
    let preferences = json("{\"preferences\":{}}");
    let call = user_account::user_preferences();
    called.sends(call, preferences, &["GET /api/v2/user/preferences", JSON]).await;
    let workspaces = json("{\"repositories\":{}}");
    let call = user_account::user_workspaces();
    called.sends(call, workspaces, &["GET /api/v2/user/workspaces", JSON]).await;
    let info = workspace::get_workspace_info("common").collect(true);
    called.sends(info, json("{}"), &["GET /api/v2/workspaces/common?collect=true", JSON]).await;
    let changes = workspace::changes("common", 7, 7).filter("d1").flatten(true);
    let line = "GET /api/v2/workspaces/common/changes/7?seq_id=7&filter=%2Fd1&flatten=true";
    called.sends(changes, json("{\"changes\":[],\"last_seq\":7}"), &[line, JSON]).await;
}

async fn roles_and_people(called: &mut Called) {
    let get = "GET /api/v2/admin/roles?format=json";
    called.sends(provisioning::get_roles(), json("{}"), &[get, JSON]).await;
    let get = "GET /api/v2/admin/roles/AJXP_USR_/alice?format=json&load_fill_values=true";
    let role = provisioning::get_role("AJXP_USR_/alice").load_fill_values(true);
    called.sends(role, json("{}"), &[get, JSON]).await;
    let post = ["POST /api/v2/admin/roles/v2role", JSON, "content-length: 0"];
    called.sends(provisioning::create_role("v2role"), json("{}"), &post).await;
    let mut role = Role::new([].into(), Object::new(), Vec::new(), Object::new());
    role.acl.insert("0".to_owned(), Rights::READ);
    let patch = [
        "PATCH /api/v2/admin/roles/v2role",
        JSON,
        "content-type: application/json",
        "{\"ACL\":{\"0\":\"r\"},\"ACTIONS\":{},\"APPLIES\":[],\"PARAMETERS\":{}}",
    ];
    called.sends(provisioning::update_role("v2role", &role), json("{}"), &patch).await;
    let delete = ["DELETE /api/v2/admin/roles/v2role", JSON];
    called.sends(provisioning::delete_role("v2role"), json("{}"), &delete).await;

    let root = ["GET /api/v2/admin/people//?page=2", JSON];
    called.sends(provisioning::get_people("/").page(2), json("{}"), &root).await;
    let mut person = NewPerson::new(NewPersonResourceType::User);
    person.user_pass = Some("p\"w".into());
    let post = [
        "POST /api/v2/admin/people/group/bob",
        JSON,
        "content-type: application/json",
        "{\"resourceType\":\"user\",\"userPass\":\"p\\\"w\"}",
    ];
    called.sends(provisioning::create_people("group/bob", &person), json("{}"), &post).await;
    let value = vec!["GUEST"];
    let name = PeoplePatchParameterName::UserRoles;
    let change = PeoplePatch::new(name, value, PeoplePatchResourceType::User);
    let patch = [
        "PATCH /api/v2/admin/people/bob",
        JSON,
        "content-type: application/json",
        "{\"parameterName\":\"userRoles\",\"parameterValue\":[\"GUEST\"],\"resourceType\":\"user\"}",
    ];
    called.sends(provisioning::patch_people("bob", &change), json("{}"), &patch).await;
    let delete = ["DELETE /api/v2/admin/people/group/bob", JSON];
    called.sends(provisioning::delete_people("group/bob"), json("{}"), &delete).await;
}

async fn workspaces_of_the_administrator(called: &mut Called) {
    let get = ["GET /api/v2/admin/workspaces?format=json", JSON];
    called.sends(provisioning::admin_list_workspaces(), json("{}"), &get).await;
    let get = ["GET /api/v2/admin/workspaces/413d?format=json", JSON];
    let workspace = json("{\"accessType\":\"fs\",\"display\":\"Common\"}");
    called.sends(provisioning::admin_get_workspace("413d"), workspace, &get).await;
    let mut new = NewWorkspace::new("fs", "My WS");
    new.is_template = Some(false);
    let post = [
        "POST /api/v2/admin/workspaces",
        JSON,
        "content-type: application/x-www-form-urlencoded",
        "payload=%7B%22accessType%22%3A%22fs%22%2C%22display%22%3A%22My+WS%22%2C\
         %22isTemplate%22%3Afalse%7D",
    ];
    called.sends(provisioning::admin_create_workspace(&new), json("{}"), &post).await;
    let mut change = WorkspacePatch::new(Object::new());
    change.display = Some("New".to_owned());
    let payload = "payload=%7B%22display%22%3A%22New%22%2C%22parameters%22%3A%7B%7D%7D";
    let patch = format!("PATCH /api/v2/admin/workspaces/413d?{payload}");
    let edit = provisioning::admin_edit_workspace("413d", &change);
    called.sends(edit, json("{}"), &[&patch, JSON, "content-length: 0"]).await;
    let patch = format!("PATCH /api/v2/admin/workspaces?workspaceId=413d&{payload}");
    let update = provisioning::admin_update_workspace("413d", &change);
    called.sends(update, json("{}"), &[&patch, JSON, "content-length: 0"]).await;
    let delete = ["DELETE /api/v2/admin/workspaces/413d", JSON];
    called.sends(provisioning::admin_delete_workspace("413d"), json("{}"), &delete).await;
}

async fn features(called: &mut Called) {
    let path = "/api/v2/admin/workspaces/413d/features/meta.quota";
    let mut settings = Object::new();
    settings.insert("DEFAULT_QUOTA".to_owned(), "1G".into());
    let lines = |method: &str| format!("{method} {path}");
    let kind = "content-type: application/json";
    let body = "{\"DEFAULT_QUOTA\":\"1G\"}";
    let add = provisioning::admin_add_workspace_feature("413d", "meta.quota", &settings);
    let sent = [&lines("POST"), JSON, kind, body];
    called.sends(add, json("{}"), &sent).await;
    let edit = provisioning::admin_edit_workspace_feature("413d", "meta.quota", &Object::new());
    let sent = [&lines("PATCH"), JSON, kind, "{}"];
    called.sends(edit, json("{}"), &sent).await;
    let remove = provisioning::admin_remove_workspace_feature("413d", "meta.quota");
    called.sends(remove, json("{}"), &[&lines("DELETE"), JSON]).await;
}

#[expect(deprecated, reason = "that is what is tested")]
async fn unsupported(called: &mut Called) {
    let update = file::update_node("common", "/a.txt", "{}");
    called.unsupported(update, "`chmod`, `rename` and `edit_user_meta`").await;
    let shares = provisioning::admin_load_share_list("common");
    called.unsupported(shares, "`sharelist-load` with `parent_repository_id`").await;
    let share = provisioning::admin_load_shared_element_data("413d", "d1").owner("alice");
    called.unsupported(share, "`load_shared_element_data`").await;
}
