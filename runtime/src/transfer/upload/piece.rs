//! One request of an upload: the whole file, or a part of it.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use super::{Options, Planned};
use crate::{
    Body, Error, FilePart, NodePath, OperationRequest, Place, Request, Workspace,
    answer::{Answer as _, Envelope},
    path::encode_segment,
    transfer::{RawUpload, files::Files},
};

/// What one request sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'n> {
    /// The file it is, or is a part of.
    pub(super) node: &'n NodePath,
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) keep_both: bool,
}

impl Planned {
    /// Sends a piece, and tells what the server says.
    pub(super) async fn send(
        &self,
        files: &Files,
        options: &Options,
        piece: Piece<'_>,
    ) -> Result<Envelope, Error> {
        let body = self.source.piece(piece.offset, piece.length, &options.listener);
        let raw = self.roles.raw.as_ref().filter(|_| options.is_raw);
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
        let (upload, parts) = (&self.roles.upload, &self.roles.parts);
        let file = FilePart::new(&self.file_name, body).media_type(&self.media_type);
        let request = self.request.clone().encoded(upload.name, self.name_of(piece));
        let mut request = request.file(upload.file, file).flag(upload.keep_both, piece.keep_both);
        if self.is_part(piece) {
            let size = self.source.length().to_string();
            request = request.flag(parts.is_part, true).text(parts.size, size);
        }
        if piece.offset > 0 {
            request = request.encoded(parts.append_to, piece.node.name());
        }
        request
    }

    fn operation(
        &self,
        raw: &RawUpload,
        workspace: &Workspace,
        piece: Piece<'_>,
        body: Body,
    ) -> OperationRequest {
        let parts = &self.roles.parts;
        let folder = piece.node.parent().unwrap_or_else(NodePath::root);
        let request = OperationRequest::new(raw.operation)
            .set(Place::Path, raw.workspace, workspace.id())
            .node(Place::Path, raw.node, folder.join(&self.name_of(piece)))
            .flag(Place::Header, raw.keep_both, piece.keep_both)
            .flag(Place::Query, parts.is_part, self.is_part(piece));
        let size = self.source.length().to_string();
        let request = match self.is_part(piece) {
            true => request.set(Place::Query, parts.size, size),
            false => request,
        };
        let target = encode_segment(piece.node.name());
        let request = match piece.offset {
            0 => request,
            _ => request.set(Place::Query, parts.append_to, target),
        };
        request.upload(body)
    }

    fn is_part(&self, piece: Piece<'_>) -> bool {
        piece.length < self.source.length()
    }

    /// The name a piece is sent under. What is added to another file gets one of its own, with
    /// the same ending, since a server may take only files of some endings.
    fn name_of(&self, piece: Piece<'_>) -> String {
        let name = piece.node.name();
        if piece.offset == 0 {
            return name.to_owned();
        }
        // Never the same twice: the keys of the hasher are random.
        let unique = RandomState::new().build_hasher().finish();
        match name.rsplit_once('.') {
            Some((_, ending)) => format!("{unique:016x}.{ending}"),
            None => format!("{unique:016x}"),
        }
    }
}
