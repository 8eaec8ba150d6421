//! Examples of every subcommand, for its help and its man page.

use std::fmt::Write as _;

use clap::Command;

/// A command line without the program's name, and what it does.
pub(super) type Example = (&'static str, &'static str);

/// The examples of each subcommand.
pub(super) const EXAMPLES: [(&str, &[Example]); 14] = [
    (
        "generate",
        &[
            (
                "generate --pydio /var/www/pydio --out mine --crate-name my-pydio",
                "bindings for an installation, or for the archive of a release",
            ),
            (
                "generate --version 7.0.4 --plugins 'access.*' --out small",
                "bindings for a part of a bundled release",
            ),
            (
                "generate --spec api.yaml --out cells --crate-name cells-client",
                "the operations of any other server",
            ),
            (
                "generate --pydio /var/www/pydio --out ../my-pydio --with-tests",
                "with two tests for each call, to run with `cargo test`",
            ),
            ("generate --check", "for CI: check that the bindings are up to date"),
        ],
    ),
    (
        "inspect",
        &[
            ("inspect", "every action with its REST path"),
            ("inspect --pydio /var/www/pydio --format json", "all details, for a program"),
            ("inspect --spec rest.swagger.json", "the operations of any other server"),
        ],
    ),
    (
        "import",
        &[
            ("import /var/www/pydio", "from a directory, into `manifests/<version>`"),
            ("import pydio-core-8.2.5.zip --out bundle", "from the archive of a release"),
            (
                "import --url https://files.example.org --user admin",
                "what is active on a running server",
            ),
        ],
    ),
    (
        "releases",
        &[
            ("releases", "what only some of the bundled releases declare"),
            (
                "releases pydio-core-*.tar.gz --out manifests/releases.yaml",
                "for the documentation of bindings, from the archives of all releases",
            ),
        ],
    ),
    (
        "versions",
        &[("versions", "as a table"), ("versions --format json", "as JSON, for a program")],
    ),
    (
        "openapi",
        &[
            ("openapi --out pydio.openapi.json", "for the newest bundled release"),
            ("openapi --pydio /var/www/pydio", "for an installation, to standard output"),
        ],
    ),
    (
        "diff",
        &[
            ("diff 7.0.4 8.2.5", "between two bundled releases"),
            (
                "diff ../my-pydio /var/www/pydio",
                "between generated bindings and what is installed now",
            ),
            ("diff old.yaml new.yaml --format markdown", "between two specs, for a changelog"),
            (
                "diff ../my-pydio --url https://files.example.org --user admin",
                "between generated bindings and a running server",
            ),
            (
                "diff 7.0.4 8.2.5 --allow accepted.toml --format sarif",
                "for CI: what breaks, except for what is accepted",
            ),
        ],
    ),
    (
        "explain-finding",
        &[
            ("explain-finding enum-renamed", "what a code of `diff` or `lint` means"),
            ("explain-finding", "all codes"),
            ("explain-finding --schema", "the JSON Schema of `diff --format json`"),
        ],
    ),
    ("docs", &[("docs", "check the documentation of everything that is bundled")]),
    (
        "explain",
        &[
            ("explain access.fs/ls", "an action of one plugin"),
            ("explain ls", "all actions with that name"),
            ("explain createNode --format json", "an operation of v2, as JSON"),
        ],
    ),
    (
        "lint",
        &[
            ("lint --pydio /var/www/pydio", "an installation"),
            ("lint --spec rest.swagger.json --level note", "a spec, with all details"),
            ("lint --deny all --format sarif", "for CI: fail if anything is not corrected"),
            ("lint --codes", "list the codes of all findings"),
        ],
    ),
    (
        "learn",
        &[
            (
                "learn traffic.har --pydio /var/www/pydio --out learnt",
                "from a browser recording, for the plugins of an installation",
            ),
            (
                "learn recordings --corrections mine.yaml --deny-contradictions",
                "for CI: fail if the traffic contradicts the corrections",
            ),
        ],
    ),
    (
        "completions",
        &[
            ("completions bash > ~/.pydio-codegen.bash", "for bash, to source in ~/.bashrc"),
            ("completions zsh > ~/.pydio-codegen.zsh", "for zsh, to source after compinit"),
            ("completions fish > ~/.config/fish/completions/pydio-codegen.fish", "for fish"),
        ],
    ),
    (
        "man",
        &[
            ("man --out ~/.local/share/man/man1", "to read with `man pydio-codegen-generate`"),
            ("man | man -l -", "to read immediately"),
        ],
    ),
];

/// Adds the examples to the help of each subcommand.
pub(super) fn add_to(command: Command) -> Command {
    let is_there = |name: &str| cfg!(feature = "completions") || name != "completions";
    let examples = EXAMPLES.into_iter().filter(|(name, _)| is_there(name));
    examples.fold(command, |command, (name, examples)| {
        command.mut_subcommand(name, |subcommand| {
            let heading = subcommand.get_styles().get_header();
            let mut text = format!("{heading}Examples:{heading:#}");
            for (line, what) in examples {
                let _ = write!(text, "\n  # {what}\n  pydio-codegen {line}");
            }
            subcommand.after_help(text)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use crate::cli::command_line;

    #[test]
    fn every_subcommand_has_valid_examples() {
        let command = command_line();
        let names: Vec<_> = command.get_subcommands().map(|one| one.get_name()).collect();
        let mut with: Vec<_> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(with.len(), names.len());
        with.retain(|name| !names.contains(name));
        assert_eq!(with, [""; 0]);
        for (name, line) in
            EXAMPLES.iter().flat_map(|(name, of)| of.iter().map(|one| (*name, one.0)))
        {
            // Redirections and pipes belong to the shell, not to the tool.
            let own = line.split(['>', '|']).next().unwrap();
            let words = shlex::split(&format!("pydio-codegen {own}")).unwrap();
            let matches = command_line().try_get_matches_from(words);
            let matches = matches.unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(matches.subcommand_name(), Some(name), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_valid() {
        command_line().debug_assert();
    }
}
