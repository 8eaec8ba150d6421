//! Reports what works on a server, and how to fix the rest.
//!
//! It runs the live suite, and leaves nothing behind: see [`pydio_tests::live`].

use std::{env, io, process::ExitCode};

use clap::Parser;
use pydio_live::{self as live, Login, Target};

/// Runs typical client tasks on a Pydio, and reports what works and how to fix the rest.
///
/// Reads passwords from the environment, PYDIO_PASSWORD and PYDIO_ADMIN_PASSWORD, or prompts for
/// them. Everything it creates has a name that begins with `pydio-live-`, and is removed again.
#[derive(Debug, Parser)]
#[command(name = "pydio-doctor", disable_version_flag = true)]
struct Arguments {
    /// The URL of the web interface, such as `https://files.example.org/pydio`
    #[arg(long)]
    url: String,
    /// The login of a user with read and write access to the workspace
    #[arg(long)]
    user: String,
    /// The slug or id of the workspace to use
    #[arg(long, default_value = "my-files")]
    workspace: String,
    /// The login of an administrator, for users, roles and workspaces; by default the user, if they
    /// are one
    #[arg(long)]
    admin: Option<String>,
    /// A command that runs `cmd.php`: `sudo -n -u www-data php /var/www/pydio/cmd.php`
    #[arg(long)]
    command: Option<String>,
    /// Run only scenarios whose name contains one of these words; see `--list`
    #[arg(long)]
    only: Vec<String>,
    /// List the scenarios without running them
    #[arg(long, exclusive = true)]
    list: bool,
}

fn main() -> ExitCode {
    if env::args().skip(1).eq(["--list"]) {
        live::scenarios().for_each(|scenario| println!("{}", scenario.name));
        return ExitCode::SUCCESS;
    }
    match examine(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("pydio-doctor: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs the checks; returns whether none failed.
fn examine(arguments: &Arguments) -> Result<bool, Box<dyn std::error::Error>> {
    let user = login(&arguments.user, "PYDIO_PASSWORD")?;
    let mut target = Target::new(&arguments.url, user).workspace(&arguments.workspace);
    if let Some(admin) = &arguments.admin {
        target = target.admin(login(admin, "PYDIO_ADMIN_PASSWORD")?);
    }
    if let Some(command) = &arguments.command {
        target = target.command(command)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(live::run(&target, &arguments.only, |line| println!("{line}")));
    println!("{report}");
    Ok(!report.has_failed())
}

/// Returns a login with its password, from the environment or a prompt on the terminal.
fn login(name: &str, variable: &str) -> io::Result<Login> {
    let password = match env::var(variable) {
        Ok(password) if !password.is_empty() => password,
        _ => rpassword::prompt_password(format!("Password of {name}: ")).map_err(|error| {
            let message = format!("no password of {name}: set {variable} ({error})");
            io::Error::new(error.kind(), message)
        })?,
    };
    Ok(Login::new(name, password))
}
