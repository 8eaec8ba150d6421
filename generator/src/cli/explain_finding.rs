//! `explain-finding`: what a code of `diff` or `lint` means.

use clap::Args;
use serde_json::json;

use super::{Failure, Format, terminal::print};
use crate::{
    diagnostic::Diagnostic,
    diff,
    lint::{self, CODES},
    suggest::did_you_mean,
};

/// Explains a code of `diff` or `lint`, or lists all of them
#[derive(Args)]
pub(super) struct ExplainFinding {
    /// The code, such as `enum-renamed`; without it, all codes are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,

    /// Print the JSON Schema of `diff --format json` instead
    #[arg(long, conflicts_with = "code")]
    schema: bool,

    /// The output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

impl ExplainFinding {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.schema {
            return print(diff::SCHEMA.trim_end());
        }
        let Some(name) = &self.code else { return self.list() };
        let of_diff = diff::codes().find(|code| code.name == name);
        let of_lint = CODES.into_iter().find(|code| code.name == name);
        match (of_diff, of_lint, self.format) {
            (Some(code), _, Format::Human) => print(&diff::explanation(code)),
            (Some(code), ..) => print(&serde_json::to_string_pretty(code)?),
            (_, Some(code), Format::Human) => print(&explanation(code)),
            (_, Some(code), _) => print(&serde_json::to_string_pretty(code)?),
            (None, None, _) => {
                let known = diff::codes().map(|code| code.name);
                let help = did_you_mean(name, known.chain(CODES.iter().map(|code| code.name)));
                let help = help.unwrap_or_else(|| "`explain-finding` lists the codes".to_owned());
                Err(Diagnostic::error("no-code", format!("no code `{name}`")).help(help).into())
            }
        }
    }

    fn list(&self) -> Result<(), Failure> {
        if self.format == Format::Json {
            let all = json!({ "diff": diff::codes().collect::<Vec<_>>(), "lint": CODES[..] });
            return print(&serde_json::to_string_pretty(&all)?);
        }
        let of_diff = diff::codes().map(|code| format!("{:<28} {}", code.name, code.summary()));
        let of_lint = CODES.iter().map(|code| format!("{:<28} {}", code.name, code.summary));
        let lines = ["Codes of `diff`:".to_owned()].into_iter().chain(of_diff);
        let lines = lines.chain(["\nCodes of `lint`:".to_owned()]).chain(of_lint);
        print(&lines.collect::<Vec<_>>().join("\n"))
    }
}

fn explanation(code: &lint::Code) -> String {
    format!(
        "{}: {}\n\nUnless a correction says otherwise, it is treated as: {}.\n\nLevel: {}.",
        code.name, code.summary, code.taken_for, code.level
    )
}
