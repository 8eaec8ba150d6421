//! `man` and `completions`: what a system wants to know of the tool.

use std::{env, path::PathBuf, process::ExitCode};

use clap::{Args, Command};
use clap_complete::{CompleteEnv, Shell, env::Shells};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{
    Failure, NAME, STATUS, command_line,
    examples::EXAMPLES,
    terminal::{Terminal, print},
};
use crate::{diagnostic::Diagnostic, write};

/// Prints a script that completes the tool's commands and options
///
/// The script has the tool itself say what may follow: print it anew after an update.
#[derive(Args)]
pub(super) struct Completions {
    /// The shell to complete in
    shell: Shell,
}

/// By which the script tells that it is a shell that asks.
const VARIABLE: &str = "PYDIO_CODEGEN_COMPLETE";

/// Answers a shell, where it is one that asks what may follow. Somebody is in the middle of a
/// line: nothing is said of what goes wrong.
pub(super) fn answer_shell() -> Option<ExitCode> {
    let folder = env::current_dir().ok();
    let complete = CompleteEnv::with_factory(command_line).var(VARIABLE);
    match complete.try_complete(env::args_os(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let shells = Shells::builtins();
        let mut script = Vec::new();
        let refused = |why: String| Diagnostic::error("completions", why);
        let shell = shells.completer(&self.shell.to_string());
        let shell = shell.ok_or_else(|| refused(format!("no script for {}", self.shell)))?;
        let written = shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script);
        written.map_err(|error| refused(error.to_string()))?;
        print(String::from_utf8_lossy(&script).trim_end())
    }
}

/// Prints the man page, or writes one for each subcommand
///
/// Without `--out`, the page of the tool itself goes to standard output.
#[derive(Args)]
pub(super) struct ManPages {
    /// Write the pages of the tool and of every subcommand into this directory
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

/// The page of a command, with its examples.
fn page(command: &Command) -> Result<String, Failure> {
    // What `--help` has below has sections of its own here.
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

/// The examples and the exit status.
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
