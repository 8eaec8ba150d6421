//! The first example of a crate, for its documentation and for its README.

use super::spec;
use crate::{
    model::{Action, Api, ReturnKind},
    name::SpecNames,
};

/// A connection is made, and a call is sent on it.
pub(super) struct Example {
    /// What is used of the crate.
    pub(super) uses: String,
    /// The statements. Those that begin with `# ` are not shown in the documentation.
    pub(super) lines: Vec<String>,
    /// What it ends with.
    pub(super) end: &'static str,
}

impl Example {
    /// With an action that every release has, or an operation that needs nothing, where this input
    /// has it.
    pub(super) fn of(api: &Api, names: &SpecNames) -> Option<Self> {
        match api.spec.is_foreign() {
            true => spec::example(api, names),
            false => listing(api),
        }
    }

    /// As a block in the documentation of a crate.
    pub(super) fn in_docs(&self, crate_name: &str) -> Vec<String> {
        let krate = crate_name.replace('-', "_");
        let signature = format!("async fn demo() -> Result<(), {krate}::Error>");
        let body = self.lines.iter().cloned().chain([self.end.to_owned()]);
        block(&signature, &format!("{krate}::{{{}}}", self.uses), body)
    }

    /// As a program of its own.
    pub(super) fn as_program(&self, crate_name: &str) -> String {
        let krate = crate_name.replace('-', "_");
        let lines = self.lines.iter().map(String::as_str).chain([self.end]);
        let lines = lines.map(|line| format!("    {}\n", line.strip_prefix("# ").unwrap_or(line)));
        format!(
            "use {krate}::{{Error, {}}};\n\nasync fn run() -> Result<(), Error> {{\n{}}}\n\n\
             #[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n    \
             if let Err(error) = run().await {{\n        eprintln!(\"{{error}}\");\n        \
             std::process::exit(1);\n    }}\n}}\n",
            self.uses,
            lines.collect::<String>()
        )
    }
}

/// A block of code in the documentation: the body of a function that is not shown. Lines that begin
/// with `# ` are not either.
fn block(signature: &str, uses: &str, body: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines = vec![
        "```no_run".to_owned(),
        format!("# {signature} {{"),
        format!("use {uses};"),
        String::new(),
    ];
    lines.extend(body);
    lines.extend(["# }", "```"].map(str::to_owned));
    lines
}

/// Whether a folder is listed as the example does it, by an action that fits.
pub(super) fn has_listing(api: &Api, fits: fn(&Action) -> bool) -> bool {
    api.actions.iter().any(|action| {
        let params: Vec<_> = action.params.iter().map(|param| &*param.name).collect();
        action.owner == "access.fs"
            && action.name == "ls"
            && action.returns == ReturnKind::Listing
            && params.contains(&"options")
            && action.route.as_ref().is_some_and(|route| route.path == ["dir"] && route.catch_all)
            && fits(action)
    })
}

fn listing(api: &Api) -> Option<Example> {
    if !has_listing(api, |_| true) {
        return None;
    }
    let transfer = api.transfer.as_ref().filter(|roles| api.action(&roles.download).is_some());
    let download = transfer
        .map(|_| "files.download(access_fs::download(\"/big.iso\")).to_file(\"big.iso\").await?;");
    let lines = [
        "let pydio = Pydio::builder(\"https://files.example.org\").login(\"alice\", \"secret\").build()?;",
        "let files = pydio.workspace(\"my-files\");",
        "for node in files.call(access_fs::ls(\"/photos\").options(\"al\")).await? {",
        "    println!(\"{} {:?}\", node.path(), node.size());",
        "}",
    ];
    Some(Example {
        uses: "Pydio, v1::access_fs".to_owned(),
        lines: lines.into_iter().chain(download).map(str::to_owned).collect(),
        end: "# Ok(())",
    })
}
