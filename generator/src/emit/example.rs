//! The first example of a crate, for its documentation and for its README.

use super::{access, tasks};
use crate::{
    ir::{Api, Endpoint, EndpointKind, Location, Method, Response},
    names::{EndpointNames, Names},
};

/// Code that connects and sends one call.
pub(super) struct Example {
    /// What the example imports from the crate.
    pub(super) uses: String,
    /// The statements. Those that begin with `# ` are hidden in the documentation.
    pub(super) lines: Vec<String>,
    /// The final expression.
    pub(super) end: &'static str,
}

impl Example {
    /// Creates an example with an action that every release has, or an operation without required
    /// arguments, if this input has one.
    pub(super) fn of(api: &Api, names: &Names) -> Option<Self> {
        match api.is_external() {
            true => of_operation(api, names),
            false => listing(api, names),
        }
    }

    /// Formats the example as a block in the documentation of a crate.
    pub(super) fn in_docs(&self, crate_name: &str) -> Vec<String> {
        let krate = crate_name.replace('-', "_");
        let signature = format!("async fn demo() -> Result<(), {krate}::Error>");
        let body = self.lines.iter().cloned().chain([self.end.to_owned()]);
        block(&signature, &format!("{krate}::{{{}}}", self.uses), body)
    }

    /// Formats the example as a complete program.
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

/// Formats a block of code in the documentation: the body of a function whose signature is hidden,
/// as are lines that begin with `# `.
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

/// Returns whether a matching action lists a folder the way the example does.
pub(super) fn has_listing(api: &Api, fits: fn(&Endpoint) -> bool) -> bool {
    api.actions().any(|action| {
        let mut path = action.path_params().map(|param| (&*param.name, param.location));
        action.group == "access.fs"
            && action.id == "ls"
            && action.response == Response::Listing
            && action.param("options").is_some()
            && action.rest
            && path.next() == Some(("dir", Location::RestOfPath))
            && fits(action)
    })
}

/// Creates the example that lists a folder and downloads a file: by tasks, or else by a call.
fn listing(api: &Api, names: &Names) -> Option<Example> {
    let (uses, list) = match tasks::has(api, names, "list") {
        true => ("Files, Pydio", "for node in files.list(\"/photos\").await? {"),
        false if has_listing(api, |_| true) => (
            "Pydio, v1::access_fs",
            "for node in files.call(access_fs::ls(\"/photos\").options(\"al\")).await? {",
        ),
        false => return None,
    };
    let download = tasks::has(api, names, "download_file")
        .then_some("files.download_file(\"/big.iso\", \"big.iso\").await?;");
    let lines = [
        "let pydio = Pydio::builder(\"https://files.example.org\").login(\"alice\", \"secret\").build()?;",
        "let files = pydio.workspace(\"my-files\");",
        list,
        "    println!(\"{} {:?}\", node.path(), node.size());",
        "}",
    ];
    Some(Example {
        uses: uses.to_owned(),
        lines: lines.into_iter().chain(download).map(str::to_owned).collect(),
        end: "# Ok(())",
    })
}

/// Returns the operations that read something and have no required arguments, with their names.
pub(super) fn plain<'m>(
    api: &'m Api,
    names: &'m Names,
) -> impl Iterator<Item = (&'m Endpoint, &'m EndpointNames)> {
    let is_plain = |operation: &Endpoint| {
        operation.method == Method::Get
            && !operation.deprecated
            && operation.unsupported.is_none()
            && operation.params.iter().all(|param| !param.required)
            && matches!(operation.response, Response::Json(_))
    };
    let operations = api.of_kind(EndpointKind::Operation);
    let operations = operations.map(|(index, operation)| (operation, &names.endpoints[index]));
    operations.filter(move |(operation, _)| is_plain(operation))
}

/// Creates an example with one of them, if there is one.
fn of_operation(api: &Api, names: &Names) -> Option<Example> {
    let (operation, own) = plain(api, names).next()?;
    let module = names.module(operation.kind, &operation.group)?;
    let function = &own.function;
    let credentials = access::example(api, names);
    let mut uses = vec!["Pydio"];
    let address = match access::has_address(api) {
        true => "SERVER",
        false => "\"https://example.org\"",
    };
    uses.extend(access::has_address(api).then_some("SERVER"));
    uses.extend(names.auth.as_deref().filter(|_| !credentials.is_empty()));
    uses.push(module);
    let credentials = match credentials.is_empty() {
        true => ".token(\"secret\")".to_owned(),
        false => credentials.iter().map(|one| format!(".credentials({one})")).collect(),
    };
    Some(Example {
        uses: uses.join(", "),
        lines: vec![
            format!("let server = Pydio::builder({address}){credentials}.build()?;"),
            format!("let answer = server.call({module}::{function}()).await?;"),
        ],
        end: "# let _ = answer; Ok(())",
    })
}
