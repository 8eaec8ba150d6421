//! `man`: the manual pages of the tool.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{
    Failure, STATUS,
    examples::EXAMPLES,
    terminal::{Terminal, print},
};
use crate::{diagnostic::Diagnostic, write};

/// Prints the man page, or writes one for each subcommand
///
/// Without `--out`, prints the page of the tool itself to standard output.
#[derive(Args)]
pub(super) struct ManPages {
    /// Write the pages of the tool and of every subcommand to this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl ManPages {
    pub(super) fn run(&self, command: Command, terminal: Terminal) -> Result<(), Failure> {
        let mut command = command.disable_help_subcommand(true);
        command.build();
        let Some(out) = &self.out else { return print(page(&command)?.trim_end()) };
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        let mut files = Vec::new();
        for command in commands {
            let name = command.get_display_name().unwrap_or(command.get_name());
            files.push((out.join(format!("{name}.1")), page(command)?));
        }
        write::write(&files)?;
        for (path, _) in &files {
            terminal.detail("written", &path.display().to_string());
        }
        terminal.say(&format!("{} pages written in {}", files.len(), out.display()));
        Ok(())
    }
}

/// Returns the page of a command, with its examples.
fn page(command: &Command) -> Result<String, Failure> {
    // The text below `--help` has sections of its own in a man page.
    let man = Man::new(command.clone().after_help("").after_long_help(""));
    let mut page = Vec::new();
    let rendered = man.render_title(&mut page).and_then(|()| {
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if command.has_subcommands() {
            man.render_subcommands_section(&mut page)?;
        }
        sections(command.get_name()).to_writer(&mut page)
    });
    rendered.map_err(|error| Diagnostic::error("man", error.to_string()))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Returns the sections with the examples and the exit status.
fn sections(name: &str) -> Roff {
    let mut roff = Roff::new();
    let examples = EXAMPLES.into_iter().find(|(of, _)| *of == name);
    if let Some((_, examples)) = examples {
        roff.control("SH", ["EXAMPLES"]);
        for (line, what) in examples {
            roff.control("TP", []);
            roff.text([bold(format!("pydio-codegen {line}"))]);
            roff.text([roman(*what)]);
        }
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in STATUS {
        roff.control("TP", []);
        roff.text([bold(status.to_string())]);
        roff.text([roman(meaning)]);
    }
    roff
}
