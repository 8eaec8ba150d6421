//! Checksums: those that the server computes, and those of local files.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use pydio_client::{
    Error, ErrorKind, NodePath, Workspace, response::OneOrMany, v1::meta_filehasher,
};

/// The checksums of files on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hashes {
    /// The server computes none: the plugin `meta.filehasher` is off.
    Unknown,
    /// By path. A file that does not exist has none.
    Known(BTreeMap<String, String>),
}

/// The number of nodes in one call; the server accepts no more than 200.
pub(crate) const MOST: usize = 100;

/// Requests the MD5 checksums of several files.
///
/// # Errors
///
/// Those of the call.
pub(crate) async fn of(files: &Workspace, nodes: &[NodePath]) -> Result<Hashes, Error> {
    let mut known = BTreeMap::new();
    for some in nodes.chunks(MOST) {
        let [first, rest @ ..] = some else { continue };
        let mut call = meta_filehasher::stat_hash(first);
        // The response for one node has no path.
        if !rest.is_empty() {
            call = call.nodes(some);
        }
        match files.call(call).await {
            Ok(OneOrMany::One(stat)) => {
                known.extend(stat.hash.map(|hash| (first.to_string(), hash.to_ascii_lowercase())));
            }
            Ok(OneOrMany::Many(all)) => known.extend(
                all.into_iter()
                    .filter_map(|(path, stat)| Some((path, stat?.hash?.to_ascii_lowercase()))),
            ),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::UnknownAction => return Ok(Hashes::Unknown),
            Err(error) => return Err(error),
        }
    }
    Ok(Hashes::Known(known))
}

/// Returns the MD5 checksum of bytes, as the server writes it.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    format!("{:x}", md5::compute(bytes))
}

/// Returns the MD5 checksum of a local file.
pub(crate) fn of_file(path: &Path) -> io::Result<String> {
    let (mut file, mut context) = (File::open(path)?, md5::Context::new());
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(format!("{:x}", context.finalize())),
            length => context.consume(&buffer[..length]),
        }
    }
}
