//! Nodes and their content.

use pydio_client::{
    NodePath,
    v1::access_fs,
    v2::{
        file,
        models::{GetNodeInfosChildren, NodeList, PydioResponse},
    },
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, refused},
};

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let (pydio, workspace) = (scene.user(), scene.workspace());
    let folder = scene.folder().await?;
    let below = folder.join("a/b/");
    scene.operation(pydio, file::create_node(workspace, &below).recursive(true)).await?;
    let path = folder.join("a/b/ü + 100%.txt");
    let create = file::create_node(workspace, &path).content("x=1 & é");
    let made: Option<PydioResponse> = scene.operation(pydio, create).await?.into();
    let made = made.unwrap_or_default();
    let added = made.nodes_diff.and_then(|diff| diff.add).or(made.add).unwrap_or_default();
    let paths: Vec<_> = added.iter().filter_map(|node| node.path.as_deref()).collect();
    equal("the new node", paths, [path.as_str()])?;

    let listed = file::get_node_infos(workspace, folder.join("a/b"));
    let listed = listed.children(GetNodeInfosChildren::Dfz);
    let listed = children(scene.operation(pydio, listed).await?);
    equal("the folder", listed, [path.to_string()])?;
    let content = scene.operation(pydio, file::download(workspace, &path)).await?;
    equal("the content", &*content.bytes(100).await?, "x=1 & é".as_bytes())?;

    scene.operation(pydio, file::delete_node(workspace, &path)).await?;
    scene.remove_node(&NodePath::from("/recycle_bin").join(path.name()));
    ensure(
        scene.files().call(access_fs::stat(&path)).await?.one().is_none(),
        "the deleted file is still there",
    )?;
    let root = pydio.call(file::delete_node(workspace, "/")).await;
    refused("to delete the root", root)?;
    #[expect(deprecated, reason = "that it is not sent is what is tested")]
    let update = file::update_node(workspace, &path, "{}");
    scene.unsupported(update).await
}

/// Returns the paths of a folder's children, paged or not.
fn children(list: NodeList) -> Vec<String> {
    let of_page = list.data.and_then(|page| page.children);
    list.children.or(of_page).unwrap_or_default().into_keys().collect()
}
