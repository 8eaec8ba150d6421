//! Names that a server accepts, and those that it must not confuse with others.

use pydio_client::{ErrorKind, NodePath, Workspace, v1::access_fs};

use super::{
    Scenario, Scene, Trouble,
    scene::{added, moved, restore, updated},
    trouble::{ensure, equal, given, refused},
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "names in Unicode and with special characters",
        needs: &[],
        help: "PHP needs a UTF-8 locale, and nothing in front of the server may decode paths \
               (`AllowEncodedSlashes NoDecode`, no `merge_slashes`)",
        run: |scene| Box::pin(every_name(scene)),
    },
    Scenario {
        name: "names that the server does not take",
        needs: &[],
        help: "the bindings are of another version than the server: generate them for yours",
        run: |scene| Box::pin(refused_names(scene)),
    },
];

/// Names that every server accepts; before 6.5.1, except for the one with angle brackets.
pub const NAMES: [&str; 30] = [
    "plain",
    "sp ace.txt",
    "ünï-漢字.txt",
    "NFD-e\u{301}.txt",
    "emoji-😀.txt",
    "per%cent.txt",
    "%",
    "100%",
    "%41",
    "lit%20eral.txt",
    "%2520",
    "%2F",
    "%252F",
    "%3F",
    "plus+sign",
    "plus + space",
    "%2B",
    "hash#tag",
    "amp&and=b",
    "semi;colon",
    "apo'strophe",
    "til~de",
    "at@colon:",
    "comma,(paren)[br]{cu}",
    "dollar$!*",
    "back`tick^",
    "lt<gt>",
    "dot..dot",
    "trailing.dot.",
    "under_score-dash",
];

/// Names that older servers take for markup and cut.
const STRIPPED: &[&str] = if cfg!(since = "6.5.1") { &[] } else { &["lt<gt>"] };

/// Names that newer servers refuse.
const REFUSED: &[&str] =
    if cfg!(since = "6.5.1") { &["quo\"te", "pi|pe", "back\\slash", "enti&amp;ty"] } else { &[] };

async fn every_name(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    for name in NAMES.into_iter().filter(|name| !STRIPPED.contains(name)) {
        let during = |trouble: Trouble| trouble.during(&format!("the name {name:?}"));
        round_trip(scene, &files, &folder, name).await.map_err(during)?;
    }
    Ok(())
}

async fn round_trip(
    scene: &Scene,
    files: &Workspace,
    top: &NodePath,
    name: &str,
) -> Result<(), Trouble> {
    let folder = top.join(&format!("in {name}"));
    let path = folder.join(name);
    equal("the folder", added(&files.call(access_fs::mkdir(&folder)).await?)?, folder.clone())?;
    let made = files.call(access_fs::mkfile(&path).content(name)).await?;
    equal("the file", added(&made)?, path.clone())?;
    let stat = files.call(access_fs::stat(&path)).await?.one();
    let size = i64::try_from(name.len()).unwrap_or_default();
    equal("its size", given("its stat", stat)?.size, Some(size))?;

    let download = files.call(access_fs::download(&path)).await?;
    equal("the name it is downloaded by", download.file_name(), Some(name))?;
    equal("what is downloaded", &*download.bytes(1000).await?, name.as_bytes())?;
    let content = files.call(access_fs::get_content(&path)).await?;
    equal("its content", &*content.bytes(1000).await?, name.as_bytes())?;

    let moved = format!("moved {name}");
    let renamed = files.call(access_fs::rename(&path, &*moved)).await?;
    equal("the new path", updated(renamed)?, folder.join(&moved))?;
    let to = folder.join(&format!("to {name}"));
    files.call(access_fs::mkdir(&to)).await?;
    files.call(access_fs::copy([folder.join(&moved)], &to)).await?;
    files.call(access_fs::move_nodes([folder.join(&moved)], top)).await?;
    let listing = files.call(access_fs::ls(&folder).options("al")).await?;
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path()).collect();
    equal("what is left", paths, [to.clone()])?;
    let listing = files.call(access_fs::ls(&to).options("al")).await?;
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path()).collect();
    equal("the copy", paths, [to.join(&moved)])?;
    recycle(scene, files, &to.join(&moved)).await?;
    let all = [folder, top.join(&moved)];
    files.call(access_fs::delete(&all).force_deletion(true)).await?;
    let missing = files.call(access_fs::stat(&all[1])).await?.one();
    ensure(missing.is_none(), "the deleted file is still there")
}

/// Recycles and restores a node, if the workspace has a recycle bin.
async fn recycle(scene: &Scene, files: &Workspace, path: &NodePath) -> Result<(), Trouble> {
    let Some(node) = moved(files.call(access_fs::delete([path])).await?)? else { return Ok(()) };
    let recycled = node.path();
    let what = scene.remove_from(files, &recycled);
    let restored = files.call(restore(&recycled)).await;
    #[cfg(any(since = "7.0.0", not(since = "6.5.1")))]
    equal("the restored file", &updated(restored?)?, path)?;
    // The server wants to make the folder that the file came from, which is there.
    #[cfg(all(since = "6.5.1", not(since = "7.0.0")))]
    {
        refused("to restore into a folder that is there", restored)?;
        let folder = given("the folder of the file", path.parent())?;
        files.call(access_fs::move_nodes([&recycled], folder)).await?;
    }
    let stat = files.call(access_fs::stat(path)).await?.one();
    given("the stat of the restored file", stat)?;
    scene.removed(&what);
    Ok(())
}

/// An unsupported name is refused by the client or the server, and never replaced with another.
async fn refused_names(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    for name in ["que?stion", "line\nbreak", "nul\0", "..", "a/../b", "./a"] {
        let error = files.call(access_fs::mkfile(folder.join(name))).await;
        let error = refused(&format!("the name {name:?}"), error)?;
        ensure(error.kind() == ErrorKind::InvalidRequest, format!("{name:?} was sent: {error}"))?;
    }
    let always = ["a<script>b", ".hidden"];
    for name in always.iter().chain(REFUSED).chain(STRIPPED) {
        let error = files.call(access_fs::mkfile(folder.join(name))).await;
        let error = refused(&format!("the name {name:?}"), error)?;
        ensure(
            matches!(error.kind(), ErrorKind::Server | ErrorKind::InvalidRequest),
            format!("{name:?} is not an error of the server: {error}"),
        )?;
    }
    let listing = files.call(access_fs::ls(&folder).options("al")).await?;
    equal("the number of nodes that were made", listing.nodes.len(), 0)
}
