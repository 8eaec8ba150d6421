//! Decodes recorded v2 responses with the types that the bindings declare.

pub(crate) mod requests;

use std::fmt::Debug;

use pydio_client::{
    Error,
    response::{Download, Envelope},
    v2::{file, provisioning, task, user_account, workspace},
};
use pydio_codegen::ir::Endpoint;
use pydio_tests::recordings::{Recorded, Recording, below};

use crate::replay::{
    canned::{self, Outcome, answer, is_json, is_xml},
    counted,
    declared::{self, Declared},
    expected,
    kept::kept,
    shown, structure,
};

/// The formatted result of decoding.
type Decoded = Result<String, Error>;

pub(crate) async fn every_response_matches_its_operation() {
    let recordings = below("v2").unwrap();
    let declared = Declared::bundled();
    let counts = counted(&recordings, async |recording| replay(&declared, recording).await).await;
    insta::assert_snapshot!(shown(&counts));
}

/// The models that 7.0.4 declares are those of 8.2.5.
pub(crate) async fn responses_of_7_0_4_match_its_operations() {
    let recordings = below("exchanges/7.0.4/v2").unwrap();
    let declared = Declared::of("7.0.4");
    let counts = counted(&recordings, async |recording| replay(&declared, recording).await).await;
    insta::assert_snapshot!(shown(&counts));
}

/// Every operation has a type that its responses can be decoded as.
pub(crate) async fn every_operation_can_be_replayed() {
    let recording = Recording {
        name: "nothing".to_owned(),
        user: None,
        method: "GET".to_owned(),
        target: "/".to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        response: Recorded::empty(),
    };
    let declared = Declared::bundled();
    assert_eq!(declared.operations().count(), 36);
    for operation in declared.operations() {
        let decoded = decode(&operation.id, &recording).await;
        assert!(decoded.is_some(), "{} is not in the table", operation.id);
    }
}

/// Replays a response, and returns its row in the table.
async fn replay(declared: &Declared, recording: &Recording) -> Result<String, String> {
    if matches!(&*recording.method, "HEAD" | "OPTIONS") {
        return Ok(format!("skipped: the client never sends {}", recording.method));
    }
    match declared.operation(recording) {
        Some(Endpoint { unsupported: None, id, response: answer, .. }) => {
            let note = match canned::is_xml(recording) && expected::message(recording).is_none() {
                true if id != "uploadStream" => ", asked for in XML",
                _ if &*recording.response.body == b"{}" => ", asked for without format=json",
                _ => "",
            };
            let decoded = decode(id, recording).await.ok_or("the operation is not in the table")?;
            let expected = expected::of_operation(answer, recording);
            judge(decoded, expected, recording, &format!("{note} ({id})"))
        }
        other => {
            let note = if other.is_some() { ", retired" } else { ", of no operation" };
            let decoded = canned::decode(&declared::ANY, recording).await;
            let decoded = decoded.map(|outcome| format!("{outcome:?}"));
            judge(decoded, expected::of(&declared::ANY, recording), recording, note)
        }
    }
}

/// Compares the result of a response with the expected one.
fn judge(
    decoded: Decoded,
    expected: Result<(), &'static [&'static str]>,
    recording: &Recording,
    note: &str,
) -> Result<String, String> {
    match (decoded, expected) {
        (Ok(shown), Ok(())) => {
            check(&shown, recording)?;
            Ok(format!("ok{note}"))
        }
        (Err(error), Err(names)) => {
            let name = canned::name(&error);
            if !names.contains(&name.as_str()) {
                return Err(format!("{error:?} where one of {names:?} was expected"));
            }
            let told = expected::message(recording);
            if told.is_some_and(|told| told.trim() != error.message()) {
                return Err(format!("{error} does not say what the server said"));
            }
            let why = if name == "Malformed" { error.message() } else { "" };
            Ok(format!("error: {name}{note} {why}").trim_end().to_owned())
        }
        (Ok(shown), Err(names)) => Err(format!("{shown} where {names:?} was expected")),
        (Err(error), Ok(())) => Err(format!("{error:?} where a success was expected")),
    }
}

/// Checks that the result contains every value of a JSON response.
fn check(shown: &str, recording: &Recording) -> Result<(), String> {
    if !is_json(recording) || is_xml(recording) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&recording.response.body);
    kept(&structure::document(&text)?, shown)
}

/// Decodes a response like the operation with that id, and formats it; `None` if it does not exist.
async fn decode(id: &str, recording: &Recording) -> Option<Decoded> {
    macro_rules! table {
        ($($id:literal => $call:ty as $show:ident,)*) => {
            Some(match id {
                $($id => match answer::<$call>(recording).await {
                    Ok(answer) => $show(answer, recording).await,
                    Err(error) => Err(error),
                },)*
                _ => return None,
            })
        };
    }
    table! {
        "adminAddWorkspaceFeature" => provisioning::AdminAddWorkspaceFeature as debug,
        "adminCreateWorkspace" => provisioning::AdminCreateWorkspace as debug,
        "adminDeleteWorkspace" => provisioning::AdminDeleteWorkspace as debug,
        "adminEditWorkspace" => provisioning::AdminEditWorkspace as debug,
        "adminEditWorkspaceFeature" => provisioning::AdminEditWorkspaceFeature as debug,
        "adminGetWorkspace" => provisioning::AdminGetWorkspace as debug,
        "adminListWorkspaces" => provisioning::AdminListWorkspaces as debug,
        "adminLoadShareList" => provisioning::AdminLoadShareList as debug,
        "adminLoadSharedElementData" => provisioning::AdminLoadSharedElementData as debug,
        "adminRemoveWorkspaceFeature" => provisioning::AdminRemoveWorkspaceFeature as debug,
        "adminUpdateWorkspace" => provisioning::AdminUpdateWorkspace as debug,
        "changes" => workspace::Changes as debug,
        "createNode" => file::CreateNode as debug,
        "createPeople" => provisioning::CreatePeople as debug,
        "createRole" => provisioning::CreateRole as debug,
        "createTask" => task::CreateTask as debug,
        "deleteNode" => file::DeleteNode as debug,
        "deletePeople" => provisioning::DeletePeople as debug,
        "deleteRole" => provisioning::DeleteRole as debug,
        "deleteTask" => task::DeleteTask as debug,
        "download" => file::Download as bytes,
        "getNodeInfos" => file::GetNodeInfos as debug,
        "getPeople" => provisioning::GetPeople as debug,
        "getRole" => provisioning::GetRole as debug,
        "getRoles" => provisioning::GetRoles as debug,
        "getTaskInfo" => task::GetTaskInfo as debug,
        "getWorkspaceInfo" => workspace::GetWorkspaceInfo as debug,
        "listTasks" => task::ListTasks as debug,
        "patchPeople" => provisioning::PatchPeople as debug,
        "updateNode" => file::UpdateNode as debug,
        "updateRole" => provisioning::UpdateRole as debug,
        "updateTask" => task::UpdateTask as debug,
        "uploadStream" => file::UploadStream as envelope,
        "userInfo" => user_account::UserInfo as debug,
        "userPreferences" => user_account::UserPreferences as debug,
        "userWorkspaces" => user_account::UserWorkspaces as debug,
    }
}

async fn debug(answer: impl Debug, _: &Recording) -> Decoded {
    Ok(format!("{answer:?}"))
}

async fn bytes(download: Download, recording: &Recording) -> Decoded {
    let bytes = download.bytes(u64::MAX).await?;
    assert_eq!(bytes, recording.response.body, "{}", recording.name);
    Ok(format!("{} bytes", bytes.len()))
}

async fn envelope(envelope: Envelope, recording: &Recording) -> Decoded {
    let shown = format!("{envelope:?}");
    let whole = structure::check(&Outcome::Envelope(envelope), recording);
    assert_eq!(whole, Ok(()), "{}", recording.name);
    Ok(shown)
}
