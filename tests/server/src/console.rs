//! A stand-in for `php` and the `cmd.php` of a Pydio, which runs as a separate process.
//!
//! Call it like PHP: `cmd-php cmd.php -u=… -a=…`, or `cmd-php -r CODE` with the arguments on
//! standard input, separated by NUL. Its own options come first:
//!
//! * `--server URL`: the [`Server`](crate::Server) whose world the actions run in: it sends the
//!   arguments there, to an endpoint that a real Pydio does not have, and prints the response;
//! * `--replay FILE`: print the output of a recording, whatever the arguments;
//! * `--argv-to FILE`: record the command line, with a NUL after each argument, followed by the
//!   standard input;
//! * `--fault NAME`: misbehave, see [`Fault`].

mod arguments;
mod bare;
mod fault;
pub(crate) mod run;

use std::{
    env, fs,
    io::{self, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::ExitCode,
};

use serde_json::Value;

pub use fault::Fault;

/// The output of a run, and its exit status.
#[derive(Debug, Default)]
struct Printed {
    stdout: Vec<u8>,
    stderr: String,
    status: u8,
}

#[derive(Default)]
struct Options {
    server: String,
    replay: Option<PathBuf>,
    argv_to: Option<PathBuf>,
    fault: Option<Fault>,
}

/// Runs the process.
pub fn main() -> ExitCode {
    match begin() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("cmd-php: {error}");
            ExitCode::from(70)
        }
    }
}

fn begin() -> io::Result<u8> {
    let mut words: Vec<String> = env::args().skip(1).collect();
    let options = options(&mut words)?;
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    if let Some(file) = &options.argv_to {
        let line: String = words.iter().map(|word| format!("{word}\0")).collect();
        fs::write(file, line + &input)?;
    }
    let printed = match (&options.replay, &words[..]) {
        (Some(file), _) => replay(file)?,
        (None, [option, code]) if option == "-r" && code.contains("stream_get_contents(STDIN)") => {
            let words: Vec<String> = input.split('\0').map(str::to_owned).collect();
            match &words[..] {
                [script, arguments @ ..] if !arguments.is_empty() => {
                    php(&options, script, arguments)
                }
                _ => {
                    let stderr = "no arguments on standard input\n".to_owned();
                    Printed { stderr, status: 1, ..Printed::default() }
                }
            }
        }
        (None, [script, arguments @ ..]) => php(&options, script, arguments),
        (None, []) => Printed::default(),
    };
    if let Some(fault) = options.fault {
        return fault.print(printed);
    }
    print(&printed)
}

fn print(printed: &Printed) -> io::Result<u8> {
    io::stderr().write_all(printed.stderr.as_bytes())?;
    io::stdout().write_all(&printed.stdout)?;
    io::stdout().flush()?;
    Ok(printed.status)
}

/// Removes its own options from the front.
fn options(words: &mut Vec<String>) -> io::Result<Options> {
    let mut options = Options::default();
    while words.len() >= 2 {
        let path = || Some(PathBuf::from(&words[1]));
        match &*words[0] {
            "--server" => options.server = words[1].clone(),
            "--replay" => options.replay = path(),
            "--argv-to" => options.argv_to = path(),
            "--fault" => options.fault = Some(Fault::named(&words[1])?),
            _ => break,
        }
        words.drain(..2);
    }
    Ok(options)
}

/// Runs a script, which exists if its name ends in `cmd.php`.
fn php(options: &Options, script: &str, arguments: &[String]) -> Printed {
    if !script.ends_with("cmd.php") {
        let stdout = format!("Could not open input file: {script}\n").into_bytes();
        return Printed { stdout, status: 1, ..Printed::default() };
    }
    match arguments::read(arguments) {
        Ok(asked) => match ask(&options.server, arguments.join("\0").as_bytes()) {
            Ok((bare::FATAL, text)) => {
                let stderr = String::from_utf8_lossy(&text).into_owned();
                Printed { stderr, status: 255, ..Printed::default() }
            }
            Ok((bare::REFUSED, stdout)) => Printed { stdout, status: 1, ..Printed::default() },
            Ok((_, stdout)) => {
                let status_file = asked.option("s");
                if stdout == run::REFUSED.as_bytes() && !status_file.is_empty() {
                    // A failure here would show only in the console's log.
                    let _ = fs::write(status_file, "ERROR:Authentication Failed.");
                }
                Printed { stdout, ..Printed::default() }
            }
            Err(error) => {
                let stderr = format!("{}: {error}\n", options.server);
                Printed { stderr, status: 69, ..Printed::default() }
            }
        },
        Err(message) => {
            let frame = " ".repeat(message.len() + 4);
            let exception = "[Symfony\\Component\\Console\\Exception\\RuntimeException]";
            let stderr =
                format!("\n{frame}\n  {exception}\n  {message}  \n{frame}\n\npydio [-u]\n\n");
            Printed { stderr, status: 1, ..Printed::default() }
        }
    }
}

/// Sends the arguments to a server to run; returns the status of its reply, and the body.
fn ask(server: &str, arguments: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let (address, prefix) = crate::server::split(server);
    let mut stream = TcpStream::connect(address)?;
    let (path, length) = (run::PATH, arguments.len());
    write!(
        stream,
        "POST {prefix}{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n"
    )?;
    stream.write_all(arguments)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let status = ["200 ", "403 ", "500 "].into_iter().find(|status| {
        answer.strip_prefix(b"HTTP/1.1 ").is_some_and(|rest| rest.starts_with(status.as_bytes()))
    });
    let status = status.and_then(|status| status.trim_end().parse().ok());
    match end.zip(status) {
        Some((end, status)) => Ok((status, answer.split_off(end + 4))),
        _ => Err(io::Error::other(String::from_utf8_lossy(&answer).into_owned())),
    }
}

fn replay(file: &PathBuf) -> io::Result<Printed> {
    let json: Value = serde_json::from_slice(&fs::read(file)?)?;
    let response = &json["response"];
    let text = |name: &str| response[name].as_str().unwrap_or_default().to_owned();
    let status = response["exit_status"].as_u64().and_then(|status| u8::try_from(status).ok());
    Ok(Printed {
        stdout: text("stdout").into_bytes(),
        stderr: text("stderr"),
        status: status.unwrap_or_default(),
    })
}
