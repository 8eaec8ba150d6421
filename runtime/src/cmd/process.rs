//! Runs a command until it ends, within limits.

use std::{
    io,
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use futures_util::future::{Either, select, try_join3};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

use super::launch::Invocation;

/// The output of a command.
pub(crate) struct Printed {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    /// The beginning of it.
    pub(crate) stderr: Vec<u8>,
}

/// Why a command did not complete.
#[derive(Debug)]
pub(crate) enum Fault {
    NotStarted(io::Error),
    Broken(io::Error),
    TooLong,
    TimedOut,
}

/// How much of standard error is kept, in bytes.
const KEPT_OF_STDERR: u64 = 64 * 1024;

/// How long output may continue after the command has ended: processes that it has started, and
/// left running, may keep the pipes open forever.
const LINGER: Duration = Duration::from_secs(2);

/// Runs a command. It is killed when it prints more than `limit` bytes, when it times out, and when
/// this future is dropped.
pub(crate) async fn run(
    invocation: Invocation,
    time: Duration,
    limit: u64,
) -> Result<Printed, Fault> {
    let Invocation { program, arguments, input } = invocation;
    let mut command = Command::new(program);
    command
        .args(arguments.iter().map(|argument| argument.expose_secret()))
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(Fault::NotStarted)?;
    drop((command, arguments));
    let mut group = Group::of(&child);
    match timeout(time, finish(&mut child, input, limit)).await {
        Ok(Ok(printed)) => {
            group.spare();
            Ok(printed)
        }
        fault => {
            drop(group);
            // Fails for a command of another user, which cannot be waited for either.
            let _ = child.kill().await;
            Err(fault.map_or(Fault::TimedOut, |ended| ended.err().unwrap_or(Fault::TimedOut)))
        }
    }
}

/// Writes to and reads from a command until it has ended.
async fn finish(
    child: &mut Child,
    input: Option<SecretString>,
    limit: u64,
) -> Result<Printed, Fault> {
    let (stdin, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = {
        let reading = pin!(try_join3(
            feed(stdin, input),
            collect(out, &mut stdout, limit),
            keep_beginning(err, &mut stderr),
        ));
        let ending = pin!(child.wait());
        match select(reading, ending).await {
            Either::Left((read, ending)) => {
                read?;
                ending.await
            }
            Either::Right((status, reading)) => {
                if let Ok(read) = timeout(LINGER, reading).await {
                    read?;
                }
                status
            }
        }
    };
    Ok(Printed { status: status.map_err(Fault::Broken)?, stdout, stderr })
}

/// Ignores write errors: a command that does not read its input reports why.
async fn feed(stdin: Option<ChildStdin>, input: Option<SecretString>) -> Result<(), Fault> {
    if let (Some(mut stdin), Some(input)) = (stdin, input) {
        let _ = stdin.write_all(input.expose_secret().as_bytes()).await;
    }
    Ok(())
}

async fn collect(
    pipe: Option<impl AsyncRead + Unpin>,
    whole: &mut Vec<u8>,
    limit: u64,
) -> Result<(), Fault> {
    let Some(pipe) = pipe else { return Ok(()) };
    let read = pipe.take(limit.saturating_add(1)).read_to_end(whole).await;
    read.map_err(Fault::Broken)?;
    if whole.len() as u64 > limit { Err(Fault::TooLong) } else { Ok(()) }
}

async fn keep_beginning(
    pipe: Option<impl AsyncRead + Unpin>,
    beginning: &mut Vec<u8>,
) -> Result<(), Fault> {
    let Some(pipe) = pipe else { return Ok(()) };
    let mut pipe = pipe.take(KEPT_OF_STDERR);
    pipe.read_to_end(beginning).await.map_err(Fault::Broken)?;
    tokio::io::copy(&mut pipe.into_inner(), &mut tokio::io::sink()).await.map_err(Fault::Broken)?;
    Ok(())
}

/// The process group of a command, killed when dropped.
#[cfg(unix)]
struct Group(Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }

    /// Keeps it running.
    fn spare(&mut self) {
        self.0 = None;
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Fails if it has ended in the meantime, or belongs to another user.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// On other systems only the command is killed.
#[cfg(not(unix))]
struct Group;

#[cfg(not(unix))]
impl Group {
    fn of(_: &Child) -> Self {
        Self
    }

    fn spare(&mut self) {}
}
