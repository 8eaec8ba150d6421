//! What the bundled manifests and their corrections say of the action that was recorded.

use std::path::Path;

use pydio_codegen::{
    model::{Action, Api, ReturnKind},
    source,
};
use pydio_tests::recordings::Recording;

/// The model the bindings of 8.2.5 are made from.
pub(crate) struct Declared(Api);

/// How a recorded target relates to the bindings.
pub(crate) enum Reached {
    /// A generated call of an action that answers this.
    Rest(ReturnKind),
    /// The action is declared, without `restParams`.
    Elsewhere,
    /// The target names no action that is declared.
    Nothing,
}

impl Declared {
    pub(crate) fn bundled() -> Self {
        let request = source::Request {
            installation: None,
            version: Some("8.2.5".to_owned()),
            from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
            ..source::Request::default()
        };
        let input = source::read(&request).unwrap();
        Self(input.api().unwrap())
    }

    pub(crate) fn find(&self, recording: &Recording) -> Reached {
        let path = recording.target.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches("/api/").splitn(3, '/');
        let (workspace, name) = (parts.next().unwrap_or_default(), parts.next());
        let Some(name) = name.filter(|_| path.starts_with("/api/")) else {
            return Reached::Nothing;
        };
        let driver = if workspace == "settings" { "access.ajxp_conf" } else { "access.fs" };
        let mut found: Vec<_> =
            self.actions(name).filter(|a| !is_other_driver(a, driver)).collect();
        found.sort_by_key(|action| (action.owner != driver, action.route.is_none()));
        match found.first() {
            Some(Action { route: Some(_), returns, .. }) => Reached::Rest(returns.clone()),
            Some(_) => Reached::Elsewhere,
            None => Reached::Nothing,
        }
    }

    fn actions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Action> {
        self.0.actions.iter().filter(move |action| action.name == name)
    }
}

fn is_other_driver(action: &Action, driver: &str) -> bool {
    let plugins = std::iter::once(&action.owner).chain(&action.also);
    action.owner.starts_with("access.") && !plugins.into_iter().any(|id| id == driver)
}
