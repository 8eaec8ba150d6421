//! The service: what OpenDAL asks, and what a Pydio server can do.

use opendal_core::{
    Capability, OperationContext, Result,
    raw::{
        OpCopy, OpCreateDir, OpList, OpPresign, OpRead, OpRename, OpStat, OpWrite, RpCreateDir,
        RpPresign, RpRename, RpStat, Service, ServiceInfo, oio,
    },
};
use pydio_client::Files as _;

use crate::{
    PYDIO_SCHEME, arrange,
    delete::{MOST, PydioDeleter},
    error::{converted, not_found, unsupported},
    files::{PydioFiles, metadata, refuse_new_name},
    list::PydioLister,
    read::PydioReader,
    write::PydioWriter,
};

/// A folder of a workspace, as a service of OpenDAL.
#[derive(Clone, Debug)]
pub(crate) struct PydioService {
    files: PydioFiles,
}

impl PydioService {
    pub(crate) fn new(files: PydioFiles) -> Self {
        Self { files }
    }
}

/// What is possible over REST; the documentation of the crate says why the rest is not.
fn capability() -> Capability {
    Capability {
        stat: true,
        read: true,
        write: true,
        write_can_empty: true,
        write_can_multi: true,
        write_can_append: true,
        create_dir: true,
        delete: true,
        delete_max_size: Some(MOST),
        delete_with_recursive: true,
        copy: true,
        rename: true,
        list: true,
        shared: true,
        ..Capability::default()
    }
}

impl Service for PydioService {
    type Reader = oio::StreamReader<PydioReader>;
    type Writer = PydioWriter;
    type Lister = oio::PageLister<PydioLister>;
    type Deleter = oio::BatchDeleter<PydioDeleter>;
    type Copier = oio::OneShotCopier;
    type Composer = ();

    fn info(&self) -> ServiceInfo {
        ServiceInfo::new(PYDIO_SCHEME, self.files.root(), self.files.workspace().id())
    }

    fn capability(&self) -> Capability {
        capability()
    }

    async fn create_dir(
        &self,
        _: &OperationContext,
        path: &str,
        _: OpCreateDir,
    ) -> Result<RpCreateDir> {
        let node = self.files.node(path)?;
        self.files.workspace().create_folder(node).await.map_err(converted)?;
        Ok(RpCreateDir::default())
    }

    async fn stat(&self, _: &OperationContext, path: &str, _: OpStat) -> Result<RpStat> {
        let node = self.files.node(path)?;
        let found = self.files.find(&node).await?.ok_or_else(|| not_found(&node))?;
        Ok(RpStat::new(metadata(&found)?))
    }

    fn read(&self, _: &OperationContext, path: &str, _: OpRead) -> Result<Self::Reader> {
        let node = self.files.node(path)?;
        Ok(oio::StreamReader::new(PydioReader::new(self.files.clone(), node)))
    }

    fn write(&self, _: &OperationContext, path: &str, args: OpWrite) -> Result<Self::Writer> {
        let node = self.files.node(path)?;
        refuse_new_name(&node)?;
        Ok(PydioWriter::new(self.files.clone(), node, args.append()))
    }

    fn delete(&self, _: &OperationContext) -> Result<Self::Deleter> {
        Ok(oio::BatchDeleter::new(PydioDeleter::new(self.files.clone()), Some(MOST)))
    }

    fn list(&self, _: &OperationContext, path: &str, _: OpList) -> Result<Self::Lister> {
        let node = self.files.node(path)?;
        Ok(oio::PageLister::new(PydioLister::new(self.files.clone(), node, path)))
    }

    fn copy(&self, _: &OperationContext, from: &str, to: &str, _: OpCopy) -> Result<Self::Copier> {
        let (from, to) = (self.files.node(from)?, self.files.node(to)?);
        let files = self.files.clone();
        Ok(oio::OneShotCopier::new_with(move || {
            let (files, from, to) = (files.clone(), from.clone(), to.clone());
            async move { arrange::copy(&files, &from, &to).await }
        }))
    }

    async fn rename(
        &self,
        _: &OperationContext,
        from: &str,
        to: &str,
        _: OpRename,
    ) -> Result<RpRename> {
        arrange::rename(&self.files, &self.files.node(from)?, &self.files.node(to)?).await?;
        Ok(RpRename::default())
    }

    async fn presign(&self, _: &OperationContext, _: &str, _: OpPresign) -> Result<RpPresign> {
        Err(unsupported("the server signs no URLs; share the file with `Files::share_link`"))
    }
}
