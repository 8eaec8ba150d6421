//! Uploads and downloads, small and large, in parts and packed.
//!
//! These scenarios use single calls; those in `transfers` use the client's transfers with their
//! parts and checks.

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::DeflateDecoder;
use futures_util::stream;
#[cfg(since = "6.5.1")]
use pydio_client::v2::file;
use pydio_client::{
    Body, ErrorKind, NodePath, Workspace,
    v1::{access_fs, conf_sql},
};
use rawzip::{CompressionMethod, ZipArchive};

use super::{
    Scenario, Scene, Trouble,
    scene::added,
    trouble::{ensure, equal, given, refused},
};

pub(super) const LIMITS: &str = "compare PHP's `upload_max_filesize` and `post_max_size`, the limit of the web \
                      server (`client_max_body_size`, `LimitRequestBody`) and the quota";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "up and down: nothing, and one byte",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(small(scene)),
    },
    Scenario {
        name: "up and down: 50 MB",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(large(scene)),
    },
    Scenario {
        name: "up in parts, with an interruption",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(parts(scene)),
    },
    Scenario {
        name: "several nodes are downloaded as a zip",
        needs: &[],
        help: "PHP needs its extension zip, and room in its folder for temporary files",
        run: |scene| Box::pin(zip(scene)),
    },
];

/// Returns bytes that do not repeat locally, so that a misplaced part is detected.
pub(super) fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

pub(super) async fn size(files: &Workspace, path: &NodePath) -> Result<Option<i64>, Trouble> {
    Ok(files.call(access_fs::stat(path)).await?.one().and_then(|stat| stat.size))
}

/// Returns whether the folder lists a node of that name. A server that caches `stat`, the
/// installer's default, still reports a part after it was renamed.
pub(super) async fn is_listed(
    files: &Workspace,
    folder: &NodePath,
    name: &str,
) -> Result<bool, Trouble> {
    let listing = files.call(access_fs::ls(folder).options("al")).await?;
    Ok(listing.nodes.iter().any(|node| node.path() == folder.join(name)))
}

async fn small(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let empty = folder.join("empty.bin");
    files.call(access_fs::mkfile(&empty)).await?;
    equal("the size of nothing", size(&files, &empty).await?, Some(0))?;
    let nothing = files.call(access_fs::download(&empty)).await?.bytes(10).await?;
    equal("nothing", nothing.len(), 0)?;
    let one = folder.join("one.bin");
    let upload = access_fs::upload(&folder, one.name(), &b"\xff"[..]);
    equal("the new file", added(&files.call(upload).await?)?, one.clone())?;
    let byte = files.call(access_fs::download(&one)).await?.bytes(10).await?;
    equal("the byte", &*byte, [0xff])?;
    #[cfg(since = "6.5.1")]
    {
        let two = folder.join("two.bin");
        let upload = file::upload_stream(scene.workspace(), &two, &b"\xfe"[..]);
        let made = scene.operation(scene.user(), upload).await?;
        equal("the new file over v2", added(&made)?, two.clone())?;
        let byte = scene.operation(scene.user(), file::download(scene.workspace(), &two)).await?;
        equal("the byte over v2", &*byte.bytes(10).await?, [0xfe])?;
    }
    Ok(())
}

/// Returns the largest file that the server accepts in one request; `None` if it does not say.
async fn limit(scene: &Scene) -> Result<Option<u64>, Trouble> {
    let call = conf_sql::state("plugins/*[@id='core.uploader']");
    let found = scene.user().workspace("pydio").call(call).await?.other_fields;
    let plugin = found.get("ajxpcore").unwrap_or(&pydio_client::Json::Null);
    let settings = plugin["plugin_configs"]["property"].as_array();
    let limit = settings.into_iter().flatten().find(|p| p["@name"] == "UPLOAD_MAX_SIZE");
    let limit = limit.and_then(|setting| setting["$"].as_str());
    Ok(limit.and_then(|text| text.trim_matches('"').parse().ok()).filter(|limit| *limit > 0))
}

async fn large(scene: &Scene) -> Result<(), Trouble> {
    const LENGTH: usize = 50_000_000;
    if let Some(limit) = limit(scene).await?.filter(|limit| *limit < LENGTH as u64) {
        return Err(Trouble::Skipped(format!("the server takes files up to {limit} bytes")));
    }
    let (files, folder) = (scene.files(), scene.folder().await?);
    let (content, path) = (Bytes::from(bytes(LENGTH)), folder.join("50 MB.bin"));
    let chunks: Vec<_> = (0..LENGTH)
        .step_by(1 << 20)
        .map(|start| Ok(content.slice(start..LENGTH.min(start + (1 << 20)))))
        .collect();
    let body = Body::stream(LENGTH as u64, stream::iter(chunks));
    files.call(access_fs::upload(&folder, path.name(), body)).await?;
    let down = files.call(access_fs::download(&path)).await?;
    equal("the announced length", down.len(), Some(LENGTH as u64))?;
    ensure(down.bytes(LENGTH as u64).await? == *content, "other bytes came back")?;
    #[cfg(since = "6.5.1")]
    {
        let call = file::download(scene.workspace(), &path);
        let down = scene.operation(scene.user(), call).await?;
        ensure(down.bytes(LENGTH as u64).await? == *content, "other bytes came back over v2")?;
    }
    Ok(())
}

/// Breaks off the second part, asks what the server has, and sends the rest.
async fn parts(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let content = Bytes::from(bytes(3_000_000));
    let (whole, first) = (content.len(), 1_000_000);
    let path = folder.join("in parts é.bin");
    let part = |name: &str, body: Body| {
        let upload = access_fs::upload(&folder, name, body).partial_upload(true);
        upload.partial_target_bytesize(whole.try_into().unwrap_or_default())
    };
    files.call(part(path.name(), content.slice(..first).into())).await?;
    ensure(size(&files, &path).await?.is_none(), "the file is there before it is whole")?;
    let partial = folder.join(&format!("{}.dlpart", path.name()));
    equal("the size of the first part", size(&files, &partial).await?, Some(1_000_000))?;

    let broken = stream::iter([Ok(content.slice(first..first + 300_000)), Err("cut".into())]);
    let broken = Body::stream((whole - first) as u64, broken);
    let more = |body: Body, name: &str| part(name, body).append_to(path.name());
    let error = refused("half a part", files.call(more(broken, "part-2.bin")).await)?;
    ensure(error.kind() == ErrorKind::Transport, format!("no broken connection: {error}"))?;

    let there = given("the first part", size(&files, &partial).await?)?;
    let there = usize::try_from(there).unwrap_or_default();
    ensure((first..whole).contains(&there), format!("{there} bytes are there"))?;
    let rest = more(content.slice(there..).into(), "part-3.bin");
    files.call(rest).await?;
    let down = files.call(access_fs::download(&path)).await?.bytes(whole as u64).await?;
    ensure(down == *content, "other bytes came back")?;
    let is_left = is_listed(&files, &folder, partial.name()).await?;
    ensure(!is_left, "the part is still there")
}

async fn zip(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let below = folder.join("below");
    files.call(access_fs::mkdir(&below)).await?;
    let nodes = [folder.join("a.txt"), below.join("b.txt")];
    for path in &nodes {
        files.call(access_fs::mkfile(path).content(path.name())).await?;
    }
    let call = access_fs::download(&folder).nodes([&nodes[0], &below]).archive_name("both.zip");
    let archive = files.call(call).await?.bytes(1_000_000).await?;
    let mut found = unpacked(archive)?;
    found.sort();
    let ends: Vec<_> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let is_whole = matches!(
        &ends[..],
        [(a, "a.txt"), (b, "b.txt")] if a.ends_with("a.txt") && b.ends_with("below/b.txt")
    );
    ensure(is_whole, format!("the archive holds {found:?}"))
}

/// Returns the files of an archive, with their text.
pub(super) fn unpacked(archive: Vec<u8>) -> Result<Vec<(String, String)>, Trouble> {
    let broken = |error: &dyn std::fmt::Display| Trouble::Unmet(format!("no archive: {error}"));
    let archive = ZipArchive::from_slice(&archive).map_err(|e| broken(&e))?;
    let (mut files, mut entries) = (Vec::new(), archive.entries());
    while let Some(record) = entries.next_entry().map_err(|e| broken(&e))? {
        if record.is_dir() {
            continue;
        }
        let name = String::from_utf8_lossy(record.file_path().as_ref()).into_owned();
        let entry = archive.get_entry(record.wayfinder()).map_err(|e| broken(&e))?;
        let content: Box<dyn Read> = match record.compression_method() {
            CompressionMethod::STORE => Box::new(entry.data()),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(entry.data())),
            other => return Err(broken(&format!("`{name}` is compressed by {other:?}"))),
        };
        let mut text = String::new();
        entry.verifying_reader(content).read_to_string(&mut text).map_err(|e| broken(&e))?;
        files.push((name, text));
    }
    Ok(files)
}
