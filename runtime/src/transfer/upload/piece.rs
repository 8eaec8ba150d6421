//! One request of an upload: the whole file, or a part of it.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use super::{Options, Planned};
use crate::{
    client::Workspace,
    encode::encode_segment,
    response::FromResponse as _,
    transfer::files::Files,
    types::{Body, Envelope, Error, FilePart, NodePath, RawUpload, Request},
};

/// The content of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'n> {
    /// The file that it is, or that it is a part of.
    pub(super) node: &'n NodePath,
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) keep_both: bool,
    /// Whether it is appended to a file that is complete, rather than to collected parts.
    pub(super) appends: bool,
}

impl Planned {
    /// Sends a piece, and returns the server's response.
    pub(super) async fn send(
        &self,
        files: &Files,
        options: &Options,
        piece: Piece<'_>,
    ) -> Result<Envelope, Error> {
        let body = self.source.piece(piece.offset, piece.length, &options.listener);
        let raw = self.actions.raw.as_ref().filter(|_| options.is_raw);
        match (raw, files) {
            (Some(raw), Files::Rest(workspace)) => {
                let request = self.operation(raw, workspace, piece, body);
                let response = workspace.pydio().operate(request, Envelope::ACCEPT).await?;
                Envelope::decode(response).await
            }
            _ => files.call(self.form(piece, body)).await,
        }
    }

    fn form(&self, piece: Piece<'_>, body: Body) -> Request {
        let upload = &self.actions.upload;
        let file = FilePart::new(&self.file_name, body).media_type(&self.media_type);
        let request = self.request.clone().text(upload.name, self.name_of(piece));
        let request = request.file(upload.file, file).flag(upload.keep_both, piece.keep_both);
        self.placed(request, piece, piece.node.name())
    }

    fn operation(
        &self,
        raw: &RawUpload,
        workspace: &Workspace,
        piece: Piece<'_>,
        body: Body,
    ) -> Request {
        let folder = piece.node.parent().unwrap_or_else(NodePath::root);
        let request = Request::new(raw.endpoint)
            .text(raw.workspace, workspace.id())
            .node(raw.node, folder.join(&self.name_of(piece)))
            .flag(raw.keep_both, piece.keep_both);
        let request = self.placed(request, piece, encode_segment(piece.node.name()));
        let content = raw.endpoint.body().map_or("body", |param| param.key);
        request.bytes(content, body)
    }

    /// Says which part of the file `target` a piece is.
    fn placed(&self, mut request: Request, piece: Piece<'_>, target: impl Into<String>) -> Request {
        let parts = &self.actions.parts;
        if piece.appends {
            return request.text(parts.append_to, target);
        }
        if self.is_part(piece) {
            let size = self.source.length().to_string();
            request = request.flag(parts.is_part, true).text(parts.size, size);
        }
        match piece.offset {
            0 => request,
            _ => request.text(parts.append_to, target),
        }
    }

    fn is_part(&self, piece: Piece<'_>) -> bool {
        piece.length < self.source.length()
    }

    /// Returns the name under which a piece is sent. A piece that is appended to another file gets
    /// a unique name with the same extension, since a server may accept only certain extensions.
    fn name_of(&self, piece: Piece<'_>) -> String {
        let name = piece.node.name();
        if piece.offset == 0 && !piece.appends {
            return name.to_owned();
        }
        // Unique, because the keys of the hasher are random.
        let unique = RandomState::new().build_hasher().finish();
        match name.rsplit_once('.') {
            Some((_, ending)) => format!("{unique:016x}.{ending}"),
            None => format!("{unique:016x}"),
        }
    }
}
