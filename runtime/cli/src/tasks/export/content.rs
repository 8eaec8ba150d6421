//! The files of workspaces, with their metadata.

use std::{collections::BTreeSet, path::Path};

use pydio_client::{NodePath, Workspace, response::Node, v2::models::RegistryWorkspace};

use super::{Export, Failed, Lines, fields};
use crate::{
    context::Output,
    filter::Filter,
    mirror::{Compare, Down, Lock, Options, STAGING},
    tree::{self, Kind, Problem, Tree},
};

/// How many files are fetched at a time.
const TRANSFERS: usize = 4;

impl Export {
    /// Exports one workspace.
    pub(super) async fn content(
        &mut self,
        workspace: &RegistryWorkspace,
        metadata: &mut Lines,
        comments: &mut Lines,
    ) -> Result<(), Failed> {
        let slug = workspace.repository_slug.as_deref().unwrap_or(&workspace.id);
        if workspace.user_scope == Some(true) {
            let whose = format!("the workspace `{slug}` of all other users: it is personal");
            match self.options.without_others {
                true => self.report.notes.push(whose),
                false => self.report.missing.push(whose),
            }
        }
        if let Some(why) = tree::local_name(slug) {
            return Err(format!("`{slug}` cannot be the name of a folder here: {why}").into());
        }
        let files = self.options.pydio.workspace(slug);
        self.comments(&files, comments).await?;
        let missing = self.report.missing.len();
        let tree = self.nodes(&files, slug, metadata).await?;
        let listed: Option<BTreeSet<String>> =
            (missing == self.report.missing.len()).then(|| tree.entries.keys().cloned().collect());
        let down = Down {
            files,
            from: NodePath::root(),
            to: self.options.folder.join("files").join(slug),
            options: Options {
                is_dry: false,
                compare: Compare::ChecksumsIfKnown,
                deletes: false,
                filter: Filter::default(),
                transfers: TRANSFERS,
                part_size: None,
                output: Output { is_json: false },
            },
            reach: self.reach.clone(),
        };
        self.report.add("folders", tree.folders());
        let summary = down.to_folder(tree, Lock::new(&down.to)?).await?;
        self.report.add("files", summary.count("files") + summary.count("files unchanged"));
        self.report.add("bytes", summary.count("bytes") + summary.count("bytes unchanged"));
        self.report.add("files kept from an earlier run", summary.count("files unchanged"));
        let by_size = summary.count("files compared by size alone")
            + summary.count("files compared by size and time alone");
        self.report.add("files checked by size alone", by_size);
        let worst = summary.problems().map(|problem| problem.status).max();
        self.report.worst = self.report.worst.max(worst.unwrap_or_default());
        let missing = summary.problems().map(|Problem { path, message, .. }| {
            format!("{}: {message}", folder_name(slug, &NodePath::from(format!("/{path}"))))
        });
        self.report.missing.extend(missing);
        if let Some(listed) = listed {
            self.left_over(slug, &down.to, &listed);
        }
        Ok(())
    }

    /// Records files of an earlier run that the server has no more, and those of the user's own.
    fn left_over(&mut self, slug: &str, folder: &Path, listed: &BTreeSet<String>) {
        let here = tree::local(folder, STAGING, &Filter::default()).entries.into_iter();
        let is_left =
            |(path, kind): &(String, Kind)| *kind != Kind::Folder && !listed.contains(path);
        let left: Vec<_> = here.filter(is_left).map(|(path, _)| path).collect();
        if !left.is_empty() {
            let names = tree::few(left.into_iter());
            let text = format!("files of `{slug}` that are here, and not on the server: {names}");
            self.report.findings.push(text);
        }
    }

    /// Reads all folders, and writes the metadata of every node.
    async fn nodes(
        &mut self,
        files: &Workspace,
        slug: &str,
        metadata: &mut Lines,
    ) -> Result<Tree, Failed> {
        let mut tree = Tree::default();
        let mut left = vec![NodePath::root()];
        while let Some(folder) = left.pop() {
            self.options.progress.set_message(pydio_cli::shown(folder.as_str()).into_owned());
            let (nodes, ended) = tree::list(files, &self.reach, &folder).await;
            self.report.got(folder_name(slug, &folder), ended.map_err(Failed::from));
            let mut seen = BTreeSet::new();
            for node in nodes {
                let mut line = fields(&node.attributes);
                line["workspace"] = slug.into();
                metadata.write(&line)?;
                if !seen.insert(node.path()) || tree::leads_elsewhere(&node, &folder) {
                    self.report.missing.push(format!(
                        "`{}` in {}: the server lists it with the path `{}`, which is not its own",
                        node.label(),
                        folder_name(slug, &folder),
                        node.path(),
                    ));
                } else if let Some(kind) = self.kind(slug, &node) {
                    tree.entries
                        .insert(node.path().as_str().trim_start_matches('/').to_owned(), kind);
                    if kind == Kind::Folder {
                        left.push(node.path());
                    }
                }
            }
        }
        Ok(tree)
    }

    fn kind(&mut self, slug: &str, node: &Node) -> Option<Kind> {
        if !node.is_file() {
            return Some(Kind::Folder);
        }
        let size = node.size().ok_or_else(|| Failed::from("the server reports no size"));
        let size = self.report.got(folder_name(slug, &node.path()), size)?;
        Some(Kind::File { size, modified: node.modified().map(|time| time.as_secs()) })
    }
}

fn folder_name(slug: &str, path: &NodePath) -> String {
    format!("`{path}` of the workspace `{slug}`")
}
