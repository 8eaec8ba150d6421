//! The lifecycle of nodes.

use pydio_client::{
    NodePath, Workspace,
    response::{Listing, OneOrMany},
    v1::{access_fs, models::Stat},
    v2::{
        file,
        models::{GetNodeInfosChildren, NodeList},
    },
};

use super::{
    Scenario, Scene, Trouble,
    scene::{added, updated},
    trouble::{ensure, equal, given, refused},
};

const RIGHTS: &str = "the user has to read and write the workspace, and the web server its folder";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "list, stat, create, rename, copy, move and delete",
        needs: &[],
        help: RIGHTS,
        run: |scene| Box::pin(life_of_a_node(scene)),
    },
    Scenario {
        name: "a long folder is listed in pages or at once",
        needs: &[],
        help: RIGHTS,
        run: |scene| Box::pin(pages(scene)),
    },
    Scenario {
        name: "delete into the recycle bin, and restore",
        needs: &[],
        help: "the recycle bin of the workspace has to be writable to the web server",
        run: |scene| Box::pin(recycle_bin(scene)),
    },
    Scenario {
        name: "nodes over v2",
        needs: &[],
        help: "the web server has to let PUT, PATCH and DELETE through to /api/v2",
        run: |scene| Box::pin(over_v2(scene)),
    },
];

async fn stat(files: &Workspace, path: &NodePath) -> Result<Option<Stat>, Trouble> {
    Ok(files.call(access_fs::stat(path)).await?.one())
}

async fn list(files: &Workspace, path: &NodePath) -> Result<Listing, Trouble> {
    Ok(files.call(access_fs::ls(path).options("al")).await?)
}

async fn life_of_a_node(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let (from, to) = (folder.join("from"), folder.join("to"));
    for path in [&from, &to] {
        equal("the new folder", added(&files.call(access_fs::mkdir(path)).await?)?, path.clone())?;
    }
    let first = from.join("first.txt");
    let made = files.call(access_fs::mkfile(&first).content("eleven bytes")).await?;
    equal("the new file", added(&made)?, first.clone())?;
    refused("a second file of that name", files.call(access_fs::mkfile(&first)).await)?;
    equal("its size", stat(&files, &first).await?.and_then(|stat| stat.size), Some(12))?;

    let renamed = files.call(access_fs::rename(&first).filename_new("second.txt")).await?;
    let second = from.join("second.txt");
    equal("the renamed file", updated(&renamed)?, second.clone())?;
    files.call(access_fs::copy([&second], &to)).await?;
    files.call(access_fs::copy([&second], &to).target_base_name("third.txt")).await?;
    files.call(access_fs::mkdir(folder.join("moved"))).await?;
    files.call(access_fs::move_([&second], folder.join("moved"))).await?;
    ensure(stat(&files, &second).await?.is_none(), "the moved file is still where it was")?;

    let mut names: Vec<_> =
        list(&files, &to).await?.nodes.iter().map(|node| node.label().to_owned()).collect();
    names.sort();
    equal("the folder with the copies", names, ["second.txt", "third.txt"])?;
    let all = [to.join("second.txt"), to.join("third.txt"), folder.join("moved/second.txt"), first];
    let OneOrMany::Many(stats) = files.call(access_fs::stat("/").nodes(&all)).await? else {
        return Err(Trouble::Unmet("several nodes do not have several stats".to_owned()));
    };
    for (path, expected) in all.iter().zip([Some(12), Some(12), Some(12), None]) {
        let found = stats.get(path.as_str()).and_then(Option::as_ref).and_then(|stat| stat.size);
        equal(path.as_str(), found, expected)?;
    }
    files.call(access_fs::delete(&all[..2]).force_deletion(true)).await?;
    equal("what is left of the copies", list(&files, &to).await?.nodes.len(), 0)?;
    refused("to delete what is not there", files.call(access_fs::delete([&all[0]])).await)?;
    Ok(())
}

/// The server decides which folders it splits into pages: all nodes have to arrive.
async fn pages(scene: &Scene) -> Result<(), Trouble> {
    const COUNT: usize = 30;
    let (files, folder) = (scene.files(), scene.folder().await?);
    for number in 0..COUNT {
        files.call(access_fs::mkdir(folder.join(&format!("{number:02}")))).await?;
    }
    let mut names = Vec::new();
    let mut page = 1;
    loop {
        let listing = files.call(access_fs::ls(&folder).options("al").page(page)).await?;
        names.extend(listing.nodes.iter().map(|node| node.label().to_owned()));
        if !listing.pagination.is_some_and(|pagination| pagination.has_more()) {
            break;
        }
        page += 1;
    }
    names.sort();
    let expected: Vec<_> = (0..COUNT).map(|number| format!("{number:02}")).collect();
    equal("the folder", names, expected)
}

async fn recycle_bin(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let name = scene.name("recycled.txt");
    let path = folder.join(&name);
    files.call(access_fs::mkfile(&path).content("keep me")).await?;
    let deleted = files.call(access_fs::delete([&path])).await?;
    let deleted = given("the report of what was deleted", deleted)?;
    let Some(node) = deleted.diff.updated.first() else {
        return Err(Trouble::Skipped("the workspace has no recycle bin".to_owned()));
    };
    let recycled = node.path();
    scene.remove_node(&recycled);
    equal("where it came from", node.original_path(), Some(path.clone()))?;
    ensure(stat(&files, &path).await?.is_none(), "the deleted file is still there")?;
    let restored = files.call(access_fs::restore(&recycled)).await?;
    let restored = given("the report of what was restored", restored)?;
    equal("the restored file", updated(&restored)?, path.clone())?;
    let content = files.call(access_fs::get_content(&path)).await?.bytes(100).await?;
    equal("its content", &*content, b"keep me")
}

async fn over_v2(scene: &Scene) -> Result<(), Trouble> {
    let (pydio, workspace) = (scene.user(), scene.workspace());
    let folder = scene.folder().await?;
    let below = folder.join("a/b/");
    scene.operation(pydio, file::create_node(workspace, &below).recursive(true)).await?;
    let path = folder.join("a/b/ü + 100%.txt");
    let create = file::create_node(workspace, &path).content("x=1 & é");
    let made = scene.operation(pydio, create).await?;
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
    ensure(stat(&scene.files(), &path).await?.is_none(), "the deleted file is still there")?;
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
