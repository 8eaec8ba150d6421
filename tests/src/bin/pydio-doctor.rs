//! Reports what works on a server, and how to fix the rest.
//!
//! It runs the live suite, and leaves nothing behind: see [`pydio_tests::live`].

use std::{env, io, process::ExitCode};

use clap::Parser;
use pydio_tests::live::{self, Login, Target};

/// Tries on a Pydio what clients do, says what works, and what to do about what does not.
///
/// Passwords are read from the environment, PYDIO_PASSWORD and PYDIO_ADMIN_PASSWORD, or asked for.
/// Everything that is made on the server has a name that begins with `pydio-live-`, and is removed.
#[derive(Debug, Parser)]
#[command(name = "pydio-doctor", disable_version_flag = true)]
struct Arguments {
    /// The address that the web interface has, such as `https://files.example.org/pydio`
    #[arg(long)]
    url: String,
    /// The login of a user who may read and write the workspace
    #[arg(long)]
    user: String,
    /// The slug or id of the workspace to work in
    #[arg(long, default_value = "my-files")]
    workspace: String,
    /// The login of an administrator, for users, roles and workspaces; the user, when they are one
    #[arg(long)]
    admin: Option<String>,
    /// A command that leads to `cmd.php`: `sudo -n -u www-data php /var/www/pydio/cmd.php`
    #[arg(long)]
    command: Option<String>,
    /// Only what has one of these words in its name; see `--list`
    #[arg(long)]
    only: Vec<String>,
    /// Says what can be tried, and tries nothing
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
