//! The nodes that an action applies to.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    dialect::Dialect,
    names::{BadPath, secure},
    parameters::Parameters,
    php::lossy,
};

/// The nodes that a call selects, in order; actions differ in how they handle an empty selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection(Vec<String>);

impl Selection {
    /// Reads `nodes[]` if it exists, otherwise `file` followed by `file_0`, `file_1` …
    pub(crate) fn of(dialect: &Dialect, parameters: &Parameters) -> Result<Self, BadPath> {
        if let Some(nodes) = parameters.list("nodes") {
            let nodes = nodes.iter().filter(|node| !node.is_empty());
            return nodes.map(|node| secure(dialect, node)).collect::<Result<_, _>>().map(Self);
        }
        let numbered = (0..).map_while(|n| parameters.text(&format!("file_{n}")));
        let files = parameters.text("file").into_iter().chain(numbered);
        files.map(|file| secure(dialect, &decode(file))).collect::<Result<_, _>>().map(Self)
    }

    /// Reads the selection of a background task: its console adds `nodes[]` to `file`, and an empty
    /// `file` is the root.
    pub(crate) fn in_background(
        dialect: &Dialect,
        parameters: &Parameters,
    ) -> Result<Self, BadPath> {
        let mut paths = Self::of(dialect, parameters)?.0;
        if parameters.list("nodes").is_some()
            && let Some(file) = parameters.raw("file")
        {
            let file =
                if file.is_empty() { "/".to_owned() } else { secure(dialect, &decode(file))? };
            if !paths.contains(&file) {
                paths.insert(0, file);
            }
        }
        Ok(Self(paths))
    }

    pub(crate) fn paths(&self) -> &[String] {
        &self.0
    }

    /// Returns the node of an action that takes a single one: the root if none is selected.
    pub(crate) fn first(&self) -> &str {
        self.0.first().map_or("/", String::as_str)
    }
}

fn decode(file: &str) -> String {
    let encoded = file.strip_prefix("base64encoded:");
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
    decoded.map_or_else(|| file.to_owned(), lossy)
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::{Version, parameters::Parameters};

    fn select(fields: &str, path: &[(&str, &str)]) -> Vec<String> {
        let mut parameters = Parameters::default();
        parameters.add_fields(fields.as_bytes());
        for (name, value) in path {
            parameters.set((*name).to_owned(), (*value).to_owned());
        }
        Selection::of(Version::V8_2.dialect(), &parameters).unwrap().0
    }

    #[test]
    fn nodes_reset_the_selection() {
        let path = [("file", "/in/path")];
        assert_eq!(select("", &path), ["/in/path"]);
        assert_eq!(select("nodes[]=/a&nodes[]=b", &path), ["/a", "/b"]);
        assert_eq!(select("node=/a", &[]), [""; 0]);
    }

    #[test]
    fn numbered_files_follow_the_one_in_the_path() {
        let fields = "file_0=/a&file_1=base64encoded%3AL29kZC9zaW5nbGUnLnR4dA%3D%3D&file_3=/c";
        assert_eq!(select(fields, &[("file", "/")]), ["/", "/a", "/odd/single'.txt"]);
        assert_eq!(select(fields, &[]), ["/a", "/odd/single'.txt"]);
    }

    #[test]
    fn background_tasks_combine_nodes_and_path() {
        let select = |fields: &str, path: &str| {
            let mut parameters = Parameters::default();
            parameters.add_fields(fields.as_bytes());
            parameters.set("file".to_owned(), path.to_owned());
            Selection::in_background(Version::V8_2.dialect(), &parameters).unwrap().0
        };
        assert_eq!(select("nodes[]=/a&nodes[]=/b", "/c"), ["/c", "/a", "/b"]);
        assert_eq!(select("nodes[]=/a&nodes[]=/b", "/a"), ["/a", "/b"]);
        assert_eq!(select("nodes[]=/a", ""), ["/", "/a"]);
        assert_eq!(select("file_0=/b", "/a"), ["/a", "/b"]);
    }

    #[test]
    fn a_path_parameter_of_that_name_is_not_a_list() {
        assert_eq!(select("nodes[]=/a", &[("nodes", "/")]), [""; 0]);
        assert_eq!(select("nodes[]=/a&file=/b", &[("nodes", "/c")]), ["/b"]);
    }
}
