//! Tests shell completion with the scripts that the program prints.

#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(windows)]
use std::os::windows::fs::symlink_file as symlink;
use std::{env, path::Path, process::Command};

use crate::pydio::{PYDIO, Place, finish, program};

/// Lines, and the possible replacements of their last word.
const LINES: [(&str, &[&str]); 8] = [
    ("pydio comp", &["completions"]),
    ("pydio v1 access.f", &["access.fs", "access.ftp"]),
    ("pydio v1 access.fs l", &["ls", "lsync"]),
    ("pydio v1 access.fs ls / --rec", &["--recursive"]),
    ("pydio v1 access.fs ls --recursive --js", &["--json"]),
    ("pydio v2 user-account userW", &["userWorkspaces"]),
    ("pydio v1 access.fs upload / pic", &["picture.png"]),
    // The path of a node is not a local file.
    ("pydio v1 access.fs ls pic", &[]),
];

/// Returns a shell that finds the program by its name, in a folder with a picture.
fn shell(place: &Place, name: &str) -> Command {
    if !place.path("pydio").exists() {
        symlink(PYDIO, place.path("pydio")).unwrap();
        place.file("picture.png", "");
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&folders).collect::<Vec<_>>();
    let folder = place.path("");
    let all = [folder.as_path()].into_iter().chain(folders.iter().map(Path::new));
    let mut command = Command::new(name);
    command.current_dir(&folder).env("PATH", env::join_paths(all).unwrap());
    command
}

async fn script(shell: &str) -> String {
    finish(program(&["completions", shell]), "").await.done().to_owned()
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

const BASH: &str = r#"
eval "$(cat)"
COMP_WORDS=($LINE); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
_clap_complete_pydio pydio "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

pub(crate) async fn bash_completes_with_its_script() {
    let place = Place::new().await;
    for (line, offered) in LINES {
        let mut bash = shell(&place, "bash");
        bash.args(["--norc", "-c", BASH]).env("LINE", line);
        let run = finish(bash, &script("bash").await).await;
        assert_eq!(words(&run.done().trim().replace('\n', " ")), padded(offered), "{line}");
    }
}

/// Replaces an empty list with one empty word.
fn padded<'a>(offered: &'a [&'a str]) -> &'a [&'a str] {
    if offered.is_empty() { &[""] } else { offered }
}

pub(crate) async fn fish_completes_with_its_script() {
    let place = Place::new().await;
    for (line, offered) in LINES {
        let mut fish = shell(&place, "fish");
        fish.args(["--no-config", "-c", "source; complete -C $LINE"]).env("LINE", line);
        let run = finish(fish, &script("fish").await).await;
        let found: Vec<_> = run.done().lines().map(|l| l.split('\t').next().unwrap()).collect();
        assert_eq!(found, offered, "{line}");
    }
}

/// Calls the program like the zsh script does, since zsh completes only interactively.
pub(crate) async fn zsh_is_answered() {
    let asked = script("zsh").await;
    assert!(asked.contains("PYDIO_COMPLETE=\"zsh\""), "{asked}");
    let place = Place::new().await;
    place.file("picture.png", "");
    for (line, offered) in LINES {
        let words = words(line);
        let mut command = program(&[]);
        command.current_dir(place.path("")).arg("--").args(&words);
        command.env("PYDIO_COMPLETE", "zsh").env("_CLAP_IFS", "\n");
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        let run = finish(command, "").await;
        let found: Vec<_> = run.done().lines().map(|l| l.split(':').next().unwrap()).collect();
        assert_eq!(found, offered, "{line}");
    }
}

pub(crate) async fn every_shell_has_a_short_script() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = script(shell).await;
        assert!(script.contains("PYDIO_COMPLETE") && script.contains("pydio"), "{shell}");
        assert!(script.len() < 4_000, "{shell}: {} bytes", script.len());
    }
    let unknown = finish(program(&["completions", "tcsh"]), "").await;
    assert!(unknown.failed(2).contains("possible values: bash"), "{unknown:?}");
}
