//! What the actions do to a folder, and what they answer.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::arguments::Arguments;

/// An action on a workspace.
pub(super) struct Job<'j> {
    pub(super) asked: &'j Arguments,
    pub(super) disk: PathBuf,
    pub(super) label: &'static str,
    pub(super) may_write: bool,
}

/// Runs an action, or says why it failed.
pub(super) fn run(action: &str, job: &Job<'_>) -> Result<String, String> {
    // A workspace is there as soon as somebody looks.
    fs::create_dir_all(&job.disk).map_err(said)?;
    match action {
        "ls" => job.list(),
        "stat" => job.stat(),
        "mkdir" => job.create("file", |file, _| fs::create_dir(file)),
        "mkfile" => job.create("node", |file, content| fs::write(file, content)),
        "delete" => job.delete(),
        "compress" => job.compress(),
        "empty_recycle" => job.empty_recycle(),
        "index" => Ok(job.tell("Indexation launched", "<consume_channel/>")),
        "sharelist-clearExpired" => Ok(job.tell("Nothing to do", "")),
        "get_xml_registry" => Ok(format!("{DECLARATION}<registry label={:?}/>", job.label)),
        // Its answer is lost here.
        "share" => Ok(String::new()),
        unknown => Err(format!("Could not find action {unknown}")),
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

impl Job<'_> {
    fn list(&self) -> Result<String, String> {
        let dir = self.asked.parameter("dir");
        let folder = self.locate(dir);
        let problem = |_| format!("There was a problem trying to open folder {dir}");
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(folder).map_err(problem)? {
            names.push(entry.map_err(said)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let paths = names.iter().map(|name| format!("{}/{name}", dir.trim_end_matches('/')));
        match self.asked.parameter("format") {
            "xml" => {
                let nodes: Result<String, String> = paths.map(|path| self.node(&path)).collect();
                let root = format!("<tree filename=\"{}\" is_file=\"false\">", escaped(dir));
                Ok(format!("{DECLARATION}\n{root}\n{}</tree>\n", nodes?))
            }
            "json" => {
                let children: Vec<Value> = paths.map(|path| json!({ "path": path })).collect();
                Ok(format!("{:#}", json!({ "node": { "path": dir }, "children": children })))
            }
            _ => Ok(format!("+--+\n| {} |\n+--+\n", names.join(" |\n| "))),
        }
    }

    fn stat(&self) -> Result<String, String> {
        let [node] = self.asked.nodes()[..] else { return Err("one node".to_owned()) };
        Ok(match fs::metadata(self.locate(node)) {
            Ok(data) => json!({ "7": data.len(), "size": data.len(), "mode": 33206 }).to_string(),
            Err(_) => "{}".to_owned(),
        })
    }

    fn create(
        &self,
        parameter: &str,
        make: impl FnOnce(&Path, &str) -> io::Result<()>,
    ) -> Result<String, String> {
        let path = self.asked.parameter(parameter);
        if !self.may_write {
            return Err("You have no write permission on this folder".to_owned());
        }
        let file = self.locate(path);
        if file.exists() {
            return Err("This directory already exists (names are case insensitive)".to_owned());
        }
        make(&file, self.asked.parameter("content")).map_err(said)?;
        self.changed("add", &[path])
    }

    fn delete(&self) -> Result<String, String> {
        let nodes = self.asked.nodes();
        for node in &nodes {
            let file = self.locate(node);
            let gone = match file.is_dir() {
                true => fs::remove_dir_all(file),
                false => fs::remove_file(file),
            };
            gone.map_err(|_| format!("Cannot find file {node}"))?;
        }
        let nodes = nodes.iter().map(|node| format!("<tree filename=\"{}\"/>", escaped(node)));
        let removed: String = nodes.collect();
        Ok(self.report(&format!("<nodes_diff><remove>{removed}</remove></nodes_diff>")))
    }

    /// Writes the archive before it answers, as the real one does here.
    fn compress(&self) -> Result<String, String> {
        let (dir, name) = (self.asked.parameter("dir"), self.asked.parameter("archive_name"));
        let archive = self.locate(&format!("{}/{name}", dir.trim_end_matches('/')));
        fs::write(archive, self.asked.nodes().join("\n")).map_err(said)?;
        Ok(self.report("<consume_channel/><consume_channel/>"))
    }

    /// Says nothing where there is nothing to delete.
    fn empty_recycle(&self) -> Result<String, String> {
        if !self.may_write {
            return Err("You have no write permission on this folder".to_owned());
        }
        let bin = self.disk.join("recycle_bin");
        let names: Vec<String> = match fs::read_dir(&bin) {
            Err(_) => return Ok(String::new()),
            Ok(entries) => entries
                .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
                .collect::<io::Result<_>>()
                .map_err(said)?,
        };
        for name in &names {
            fs::remove_file(bin.join(name)).map_err(said)?;
        }
        let gone =
            names.iter().map(|name| format!("The file /recycle_bin/{name} has been deleted."));
        Ok(self.tell(&escaped(&gone.collect::<String>()), "<consume_channel/>"))
    }

    fn changed(&self, how: &str, paths: &[&str]) -> Result<String, String> {
        let nodes: Result<String, String> = paths.iter().map(|path| self.node(path)).collect();
        Ok(self.report(&format!("<nodes_diff><{how}>{}</{how}></nodes_diff>", nodes?)))
    }

    fn report(&self, content: &str) -> String {
        self.tell("Done", content)
    }

    fn tell(&self, message: &str, content: &str) -> String {
        format!("{DECLARATION}<tree ><message type=\"SUCCESS\">{message}</message>{content}</tree>")
    }

    fn node(&self, path: &str) -> Result<String, String> {
        let data = fs::metadata(self.locate(path)).map_err(said)?;
        let (is_file, size) = (data.is_file(), if data.is_file() { data.len() } else { 0 });
        let path = escaped(path);
        Ok(format!("<tree is_file=\"{is_file}\" filename=\"{path}\" bytesize=\"{size}\"/>\n"))
    }

    /// The server blanks `.` and `..`: the rest names another node.
    fn locate(&self, path: &str) -> PathBuf {
        let names = path.split('/').filter(|name| !matches!(*name, "" | "." | ".."));
        names.fold(self.disk.clone(), |folder, name| folder.join(name))
    }
}

fn said(error: io::Error) -> String {
    error.to_string()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}
