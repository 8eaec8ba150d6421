//! The page of an endpoint: the documentation of the function that makes the call.

use proc_macro2::TokenStream;

use super::{
    access,
    doc::{self, Doc, code},
    endpoint::{Argument, Emitter},
    facts, response,
};
use crate::{
    example::Example,
    ir::{Dialect, sentence},
};

impl Emitter<'_> {
    /// Returns the documentation: one line, an example, details, arguments, errors and notes.
    pub(super) fn docs(&self, arguments: &[Argument], has_setters: bool) -> TokenStream {
        let endpoint = self.endpoint;
        let kind = if endpoint.is_action() { "action" } else { "operation" };
        let mut docs = Doc::default();
        docs.summary(&endpoint.docs, &format!("Calls the {kind} {}.", code(&endpoint.id)));
        if let Some(note) = &endpoint.unsupported {
            let note = match self.api.dialect {
                Dialect::Pydio => sentence(note),
                Dialect::Other => sentence(&doc::escape(note)),
            };
            docs.paragraph(&format!(
                "**The server cannot do this.** {note} This call fails before it is sent."
            ));
        }
        if endpoint.interface {
            docs.paragraph(
                "**For the web interface.** Only the web interface, the installer or the server itself \
                 calls this; programs rarely need it.",
            );
        }
        let example = Example::new(self.api, self.names, self.index, None, self.crate_name);
        if let Some(example) = example {
            docs.paragraph("# Examples");
            docs.lines(self.example(&example));
        }
        if endpoint.docs.details.is_some() || has_setters {
            docs.paragraph("# Details");
        }
        docs.details(&endpoint.docs);
        if has_setters {
            let call = doc::type_link(&self.own.call);
            docs.paragraph(&format!("Set optional parameters on the returned {call}."));
        }
        if !arguments.is_empty() {
            docs.paragraph("# Arguments");
            docs.list(arguments.iter().map(|one| format!("`{}`: {}", one.name, one.text)));
        }
        if let Some(errors) = response::error_text(&endpoint.errors, self.scope()) {
            docs.paragraph("# Errors");
            docs.paragraph(&errors);
        }
        docs.paragraph("# Notes");
        docs.list(self.facts());
        docs.outer()
    }

    /// Returns the block of code of an example, with its result.
    fn example(&self, example: &Example) -> Vec<String> {
        let root = self.crate_name.replace('-', "_");
        let mut lines = vec![
            "```no_run".to_owned(),
            format!("# async fn example(pydio: {root}::Pydio) -> Result<(), {root}::Error> {{"),
        ];
        lines.extend(example.code());
        lines.extend(self.endpoint.docs.example.result.iter().map(|line| format!("// {line}")));
        lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
        lines
    }

    fn facts(&self) -> Vec<String> {
        let Self { endpoint, own, names, api, .. } = self;
        let returned = own.response.as_ref().map(|response| doc::type_link(&response.name));
        let returned =
            returned.map(|link| format!("Returns a response that depends on the status: {link}."));
        let mut facts = facts::of(endpoint, returned);
        let auth = names.auth.as_deref().unwrap_or_default();
        let has_schemes = !auth.is_empty() || !api.certificates.is_empty();
        if let Some(required) = endpoint.security.as_ref().filter(|_| has_schemes) {
            facts.push(access::wanted(required, api, names, &format!("super::{auth}::")));
        }
        if let Some(server) = endpoint.own_server.as_ref().filter(|own| own.contains("://")) {
            facts.push(format!(
                "Sent to the server {}, or to the one registered for it with \
                 [`Builder::server`](super::Builder::server).",
                code(server)
            ));
        }
        facts.extend(facts::declared_by(endpoint));
        facts
    }
}
