//! Reads over v2 what users and administrators see.

use pydio_client::{
    NodePath, Pydio,
    v2::{
        file,
        models::{GetNodeInfosChildren, GetNodeInfosMeta, Person, PersonList},
        provisioning, task, user_account, workspace,
    },
};

use super::{Sweep, administration::Seen};
use crate::{Scene, Trouble, trouble::ensure};

pub(super) async fn account(sweep: &mut Sweep, pydio: &Pydio) {
    sweep.operate(pydio, "", user_account::user_info()).await;
    sweep.operate(pydio, "", user_account::user_preferences()).await;
    sweep.operate(pydio, "", user_account::user_workspaces()).await;
}

pub(super) async fn inside(sweep: &mut Sweep, pydio: &Pydio, id: &str) {
    for collect in [false, true] {
        let call = workspace::get_workspace_info(id).collect(collect);
        sweep.operate(pydio, id, call).await;
    }
    sweep.operate(pydio, id, workspace::changes(id, 0, 0)).await;
    for known in sweep.operate(pydio, id, task::list_tasks(id)).await.unwrap_or_default() {
        sweep.operate(pydio, &known.id, task::get_task_info(&known.id)).await;
    }
    // For an unknown task, the server returns an error or nothing.
    sweep.operate(pydio, "none", task::get_task_info("none")).await;
}

pub(super) async fn root(sweep: &mut Sweep, pydio: &Pydio, id: &str) {
    for meta in [GetNodeInfosMeta::Minimal, GetNodeInfosMeta::Standard, GetNodeInfosMeta::Extended]
    {
        let call = file::get_node_infos(id, "/").meta(meta);
        sweep.operate(pydio, id, call.children(GetNodeInfosChildren::Dfz)).await;
    }
}

pub(super) async fn nodes(sweep: &mut Sweep, scene: &Scene, paths: &[NodePath]) {
    let (pydio, id) = (scene.user(), scene.workspace());
    for path in paths {
        sweep.operate(pydio, path, file::get_node_infos(id, path)).await;
    }
    if let Some(text) = paths.iter().find(|path| path.as_str().ends_with(".txt")) {
        sweep.operate(pydio, text, file::download(id, text)).await;
    }
}

/// Reads workspaces, people and roles, and adds the roles that only people have.
pub(super) async fn administration(
    sweep: &mut Sweep,
    admin: &Pydio,
    seen: &mut Seen,
) -> Result<(), Trouble> {
    sweep.operate(admin, "", provisioning::admin_list_workspaces()).await;
    for id in &seen.workspaces {
        sweep.operate(admin, id, provisioning::admin_get_workspace(id)).await;
        let filled = provisioning::admin_get_workspace(id).load_fill_values(true);
        sweep.operate(admin, id, filled).await;
    }
    let all = sweep.operate(admin, "", provisioning::get_roles()).await;
    let all = all.and_then(|all| all.children).unwrap_or_default();
    seen.roles.extend(all.into_values().map(|role| role.role_id));
    people(sweep, admin, seen).await?;
    for id in &seen.roles {
        sweep.operate(admin, id, provisioning::get_role(id)).await;
        let filled = provisioning::get_role(id).load_fill_values(true);
        sweep.operate(admin, id, filled).await;
    }
    Ok(())
}

/// Reads groups, from the root down, and users.
async fn people(sweep: &mut Sweep, admin: &Pydio, seen: &mut Seen) -> Result<(), Trouble> {
    let (mut left, mut people) = (vec!["/".to_owned()], Vec::new());
    while let Some(group) = left.pop() {
        let listed = sweep.operate(admin, &group, provisioning::get_people(&group)).await;
        for member in listed.map(members).unwrap_or_default() {
            let ids = [&member.personal_role_id, &member.group_role_id].into_iter().flatten();
            seen.roles.extend(ids.map(|id| id.trim_start_matches('/').to_owned()));
            match (member.ajxp_mime.as_deref(), member.path) {
                (Some("group"), Some(path)) => left.push(path),
                (_, path) => people.extend(path),
            }
        }
    }
    for path in &people {
        sweep.operate(admin, path, provisioning::get_people(path)).await;
    }
    ensure(!people.is_empty(), "v2 lists no users")
}

fn members(list: PersonList) -> Vec<Person> {
    let of_page = list.data.and_then(|page| page.children);
    list.children.or(of_page).unwrap_or_default().into_values().collect()
}
