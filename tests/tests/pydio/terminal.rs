//! Prompts and output on a terminal.

use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::ExitStatusExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use pty_process::blocking::{Command, Pty, open};
use pydio_tests::{ALICE, Account};
use rustix::termios::{LocalModes, tcgetattr};

use crate::support::{PYDIO, Place, VARIABLES};

/// Longer than any test takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal that runs the program.
struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    coming: Receiver<Vec<u8>>,
    /// The output that was not read yet.
    shown: String,
}

impl Terminal {
    fn new(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let (pty, pts) = open().unwrap();
        let mut command = Command::new(PYDIO).args(arguments).current_dir(place.path(""));
        for variable in VARIABLES {
            command = command.env_remove(variable);
        }
        let here = place.path("");
        let command = command
            .env("PYDIO_URL", place.server.url())
            .env("PYDIO_USER", ALICE.login)
            .env("PYDIO_WORKSPACE", "my-files")
            .env("TMPDIR", &here)
            .env("TERM", "xterm")
            .envs(variables.iter().copied());
        let child = command.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let (send, coming) = mpsc::channel();
        let reader = Arc::clone(&pty);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = (&*reader).read(&mut buffer) {
                if send.send(buffer[..length].to_owned()).is_err() {
                    break;
                }
            }
        });
        Self { pty, child, coming, shown: String::new() }
    }

    /// Returns the output up to that text.
    #[track_caller]
    fn until(&mut self, text: &str) -> String {
        loop {
            if let Some((before, after)) = self.shown.split_once(text) {
                let (before, after) = (before.to_owned(), after.to_owned());
                self.shown = after;
                return before;
            }
            match self.coming.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(std::str::from_utf8(&bytes).unwrap()),
                Err(error) => panic!("no {text:?} in {:?}: {error}", self.shown),
            }
        }
    }

    fn type_in(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Types hidden input, as soon as the terminal hides it.
    #[track_caller]
    fn type_unseen(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while tcgetattr(&*self.pty).unwrap().local_modes.contains(LocalModes::ECHO) {
            assert!(Instant::now() < end, "what is typed is shown");
            thread::sleep(Duration::from_millis(5));
        }
        self.type_in(text);
    }

    /// Returns the remaining output and the exit status.
    fn end(mut self) -> (String, ExitStatus) {
        loop {
            match self.coming.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(std::str::from_utf8(&bytes).unwrap()),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().unwrap();
                    panic!("it does not end: {:?}", self.shown);
                }
            }
        }
        (self.shown, self.child.wait().unwrap())
    }

    /// Returns the picture that the program mentions.
    fn picture(&mut self) -> PathBuf {
        self.until("the picture is in ");
        let path = PathBuf::from(self.until("\r\n"));
        self.until("Text of the picture (leave empty for another one): ");
        assert!(fs::read(&path).unwrap().starts_with(b"\x89PNG"));
        let metadata = path.metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(path.extension().unwrap(), "png");
        path
    }
}

const LIST: [&str; 5] = ["--session", "v1", "access.fs", "ls", "/"];

/// Returns a server that requires a captcha, since three logins have failed.
async fn suspicious() -> Place {
    let place = Place::new().await;
    let wrong = Account { login: "alice", password: "wr0ng" };
    for _ in 0..3 {
        place.run_as(&wrong, &LIST).await.failed(1);
    }
    place
}

fn ask(place: &Place) -> Terminal {
    Terminal::new(place, &LIST, &[("PYDIO_PASSWORD", ALICE.password)])
}

/// Runs the work on another thread than the server.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn left(place: &Place) -> Vec<PathBuf> {
    fs::read_dir(place.path("")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_captcha_text_completes_the_login() {
    let place = suspicious().await;
    let (text, status) = apart(move || {
        let mut terminal = ask(&place);
        terminal.until("the server requires the text of a picture");
        let first = terminal.picture();
        terminal.type_in("\n");
        let second = terminal.picture();
        assert!(!first.exists() && second.exists());
        terminal.type_in("guess\n");
        terminal.until("that is wrong: either the text or the password of alice");
        terminal.picture();
        terminal.type_in(&format!(" {}\n", place.server.captcha().unwrap()));
        let ended = terminal.end();
        assert_eq!(left(&place), [""; 0].map(PathBuf::from));
        ended
    })
    .await;
    assert!(status.success() && text.contains("recycle"), "{text}");
    assert!(!text.contains(ALICE.password), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_login_removes_the_picture() {
    let place = suspicious().await;
    apart(move || {
        let mut terminal = ask(&place);
        terminal.picture();
        terminal.type_in("\x04");
        let (text, status) = terminal.end();
        assert_eq!(status.code(), Some(1), "{text}");
        assert!(text.starts_with("\r\n") && text.contains("captcha required: "), "{text}");
        let mut terminal = ask(&place);
        terminal.picture();
        terminal.type_in("\x03");
        // The signal status that makes a shell stop its script.
        assert_eq!(terminal.end().1.signal(), Some(2));
        assert_eq!(left(&place), [""; 0].map(PathBuf::from));
    })
    .await;
}

#[tokio::test]
async fn without_a_terminal_the_error_says_what_to_do() {
    let place = suspicious().await;
    let run = place.run(&LIST).await;
    let said = run.failed(1);
    assert!(said.starts_with("error: captcha required: "), "{said}");
    assert!(said.contains("tip: call it on a terminal"), "{said}");
    // Over REST, no captcha is required.
    place.run(&LIST[1..]).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_prompted_for_and_not_shown() {
    let place = Place::new().await;
    apart(move || {
        let list = &LIST[1..];
        let mut terminal = Terminal::new(&place, list, &[]);
        terminal.until("Password of alice: ");
        terminal.type_unseen(&format!("{}\n", ALICE.password));
        let (text, status) = terminal.end();
        assert!(status.success() && text.contains("name "), "{text}");
        assert!(!text.contains(ALICE.password), "{text}");
        // An empty password does not count as a failed login.
        for nothing in ["\n", "\x04"] {
            let seen = place.server.seen().len();
            let mut terminal = Terminal::new(&place, list, &[]);
            terminal.until("Password of alice: ");
            terminal.type_unseen(nothing);
            let (text, status) = terminal.end();
            assert_eq!(status.code(), Some(2), "{text}");
            assert!(text.contains("no password of alice"), "{text}");
            assert_eq!(place.server.seen().len(), seen);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_cannot_control_a_terminal() {
    let place = Place::new().await;
    place.run(&["v1", "access.fs", "mkdir", "/evil\u{202e}name"]).await.done();
    apart(move || {
        let shown = |arguments: &[&str], variables: &[(&str, &str)]| {
            let password = [("PYDIO_PASSWORD", ALICE.password)];
            let terminal = Terminal::new(&place, arguments, &[&password, variables].concat());
            let (text, status) = terminal.end();
            assert!(status.success(), "{text}");
            text
        };
        let list = &LIST[1..];
        let coloured = shown(list, &[]);
        assert!(coloured.contains("\x1b[34mevil\\u{202e}name\x1b[0m"), "{coloured}");
        for none in [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")] {
            let plain = shown(list, &[none]);
            assert!(plain.contains("\nevil\\u{202e}name ") && !plain.contains('\x1b'), "{plain}");
        }
        let json = shown(&[list, &["--json"]].concat(), &[]);
        assert!(json.contains("evil\\u{202e}name"), "{json}");
    })
    .await;
}

/// Bytes are written to a file, and the user interrupts the download.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_removes_the_partial_file() {
    let place = Place::new().await;
    place.file("stdin", "");
    apart(move || {
        let arguments = ["v1", "access.fs", "upload", "/", "-", "--urlencoded_filename", "x"];
        let terminal = Terminal::new(&place, &arguments, &[("PYDIO_PASSWORD", ALICE.password)]);
        terminal.type_in("beginning\n");
        let kept = || {
            left(&place).into_iter().find(|path| path.metadata().is_ok_and(|file| file.size() > 0))
        };
        let end = Instant::now() + PATIENCE;
        while kept().is_none() {
            assert!(Instant::now() < end, "nothing is kept");
            thread::sleep(Duration::from_millis(10));
        }
        terminal.type_in("\x03");
        assert_eq!(terminal.end().1.signal(), Some(2));
        assert_eq!(kept().as_deref(), None::<&Path>);
    })
    .await;
}
