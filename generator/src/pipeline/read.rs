//! An input that was read, and its selection.

use std::{collections::BTreeSet, path::Path};

use glob::Pattern;

use super::{Account, Corrections, Input, Skipped, Unselected, read_selected, summary::places};
use crate::{
    diagnostic::{Diagnostic, Severity},
    input::Library,
    ir::{Api, Calls},
    select::Selection,
    settings::Settings,
    suggest::did_you_mean,
};

/// The help for finding out what exists.
const LISTS: &str = "`inspect` lists the plugins with their actions";

/// An input that was read and corrected.
pub(super) struct Read {
    pub(super) api: Api,
    /// Findings about the declarations.
    pub(super) findings: Vec<Diagnostic>,
    /// Other findings.
    pub(super) remarks: Vec<Diagnostic>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) account: Account,
    pub(super) library: Library,
    unselected: Unselected,
}

impl Read {
    /// Reads a spec alone.
    pub(super) fn of_spec(
        path: &Path,
        corrections: &Corrections,
        from: &Path,
        selection: &Selection,
    ) -> Result<Self, Vec<Diagnostic>> {
        let external = read_selected(path, corrections, selection)?;
        let account = Account::of_spec(&external);
        Ok(Self {
            skipped: account.skipped(),
            account,
            api: external.api,
            findings: external.findings,
            remarks: Vec::new(),
            library: Library::above(from),
            unselected: external.unselected,
        })
    }

    /// Corrects an installation or a bundle.
    pub(super) fn of_input(mut input: Input) -> Result<Self, Vec<Diagnostic>> {
        let corrected = input.corrected()?;
        let account = Account::of(&input, &corrected);
        let mut remarks = std::mem::take(&mut input.remarks);
        remarks.extend(left_out(&corrected.skipped));
        Ok(Self {
            skipped: account.skipped(),
            account,
            api: corrected.api,
            findings: input.set.diagnostics,
            remarks,
            library: input.library,
            unselected: input.unselected,
        })
    }

    /// Returns whether there is nothing to generate.
    pub(super) fn is_empty(&self) -> bool {
        self.api.endpoints.is_empty()
    }

    /// Reduces the model to the selection. Returns an error for each pattern that matches nothing,
    /// neither in the model nor in what was skipped.
    pub(super) fn select(&mut self, selection: &Selection, settings: &Settings) -> Vec<Diagnostic> {
        let known = Known::of(&self.api, &self.unselected);
        let idle = selection.apply(&mut self.api);
        let idle = idle.iter().filter_map(|pattern| {
            let is_plugin = settings.plugins.contains(pattern);
            if self.selects_skipped(pattern, is_plugin) {
                return None;
            }
            Some(match is_plugin {
                true => known.no_plugin(pattern, &self.api.title),
                false => known.no_tag(pattern, &self.api.title),
            })
        });
        let idle = idle.collect();
        self.account.leave_unselected(&known.calls, &self.unselected, &self.api);
        idle
    }

    fn selects_skipped(&self, text: &str, is_plugin: bool) -> bool {
        let Ok(pattern) = Pattern::new(text) else { return false };
        if !is_plugin {
            return self.unselected.tags.iter().any(|tag| pattern.matches(tag));
        }
        let of_plugins = self.skipped.iter().filter(|one| matches!(one.kind, "plugin" | "action"));
        let plugin = text.split_once('/').and_then(|(plugin, _)| Pattern::new(plugin).ok());
        of_plugins.into_iter().any(|one| {
            pattern.matches(&one.name)
                || one.kind == "plugin" && plugin.as_ref().is_some_and(|p| p.matches(&one.name))
        })
    }
}

/// Returns an error if there are warnings, for strict runs.
pub(crate) fn strict(findings: &[Diagnostic]) -> Option<Diagnostic> {
    let warnings = findings.iter().filter(|found| found.severity >= Severity::Warning).count();
    let message = match warnings {
        0 => return None,
        1 => "1 warning, but `--strict` allows none".to_owned(),
        n => format!("{n} warnings, but `--strict` allows none"),
    };
    let help = "nothing was written; without `--strict`, the affected parts are left out";
    Some(Diagnostic::error("strict", message).help(help))
}

/// Returns one finding for all corrections that do not fit: there may be many if the installation
/// has fewer plugins than the release.
pub(crate) fn left_out(skipped: &[Diagnostic]) -> Option<Diagnostic> {
    if skipped.is_empty() {
        return None;
    }
    let places = places(skipped).join(", ");
    let message = match skipped.len() {
        1 => format!("a correction does not fit this installation and was left out: {places}"),
        n => format!("{n} corrections do not fit this installation and were left out: {places}"),
    };
    let help = "they were written for the release; `--corrections FILE` adds others";
    Some(Diagnostic::warning("corrections-left-out", message).help(help))
}

/// The names that patterns can match.
struct Known {
    plugins: Vec<String>,
    tags: BTreeSet<String>,
    calls: Calls,
}

impl Known {
    fn of(api: &Api, unselected: &Unselected) -> Self {
        let tags = api.operations().map(|operation| &operation.group);
        Self {
            plugins: api.plugins().map(|plugin| plugin.id.clone()).collect(),
            tags: tags.chain(&unselected.tags).cloned().collect(),
            calls: api.calls(),
        }
    }

    /// Creates the error that a pattern matches neither a plugin nor an action.
    fn no_plugin(&self, pattern: &str, title: &str) -> Diagnostic {
        let of_action =
            pattern.split_once('/').filter(|(id, _)| self.plugins.iter().any(|p| p == id));
        let message = match of_action {
            Some((plugin, action)) => format!("no action `{action}` in {plugin}"),
            None => format!("no plugin `{pattern}` in {title}"),
        };
        let help = match of_action {
            Some((plugin, action)) => {
                let prefix = format!("{plugin}/");
                let own = self.calls.actions.iter().filter_map(|name| name.strip_prefix(&*prefix));
                did_you_mean(action, own)
            }
            None => {
                let actions = self.calls.actions.iter().filter(|_| pattern.contains('/'));
                did_you_mean(pattern, self.plugins.iter().chain(actions).map(String::as_str))
            }
        };
        let error = Diagnostic::error("no-plugin", message);
        error.help(help.unwrap_or_else(|| LISTS.to_owned()))
    }

    /// Creates the error that a pattern matches no tag.
    fn no_tag(&self, pattern: &str, title: &str) -> Diagnostic {
        let message = format!("no operation has the tag `{pattern}` in {title}");
        let help = did_you_mean(pattern, self.tags.iter().map(String::as_str));
        Diagnostic::error("no-tag", message).help(help.unwrap_or_else(|| match self.tags.len() {
            0 => "it has no operations".to_owned(),
            _ => format!("there are: {}", Vec::from_iter(self.tags.iter().cloned()).join(", ")),
        }))
    }
}
