//! The lifecycle of nodes.

use pydio_client::{
    NodePath, Workspace,
    response::{Listing, OneOrMany},
    v1::{access_fs, models::Stat},
};

use super::{
    Scenario, Scene, Trouble,
    scene::{added, moved, restore, updated},
    trouble::{ensure, equal, refused},
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

    let renamed = files.call(access_fs::rename(&first, "second.txt")).await?;
    let second = from.join("second.txt");
    equal("the renamed file", updated(renamed)?, second.clone())?;
    files.call(access_fs::copy([&second], &to)).await?;
    #[cfg(since = "6.5.1")]
    files.call(access_fs::copy([&second], &to).target_base_name("third.txt")).await?;
    // A copy cannot have another name there.
    #[cfg(not(since = "6.5.1"))]
    files.call(access_fs::mkfile(to.join("third.txt")).content("eleven bytes")).await?;
    files.call(access_fs::mkdir(folder.join("moved"))).await?;
    files.call(access_fs::move_nodes([&second], folder.join("moved"))).await?;
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
    let files = scene.files();
    let path = NodePath::root().join(&scene.name("recycled.txt"));
    scene.remove_node(&path);
    files.call(access_fs::mkfile(&path).content("keep me")).await?;
    let Some(node) = moved(files.call(access_fs::delete([&path])).await?)? else {
        return Err(Trouble::Skipped("the workspace has no recycle bin".to_owned()));
    };
    let recycled = node.path();
    scene.remove_node(&recycled);
    #[cfg(since = "6.5.1")]
    equal("where it came from", node.original_path(), Some(path.clone()))?;
    ensure(stat(&files, &path).await?.is_none(), "the deleted file is still there")?;
    let restored = files.call(restore(&recycled)).await?;
    equal("the restored file", updated(restored)?, path.clone())?;
    let content = files.call(access_fs::get_content(&path)).await?.bytes(100).await?;
    equal("its content", &*content, b"keep me")
}
