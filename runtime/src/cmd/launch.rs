//! Builds the command with its standard input from the arguments of `cmd.php`.

use secrecy::{ExposeSecret as _, SecretString};

use super::ArgumentPassing;

/// How `cmd.php` is started.
pub(crate) struct Launch {
    pub(crate) prefix: Vec<String>,
    /// The command that passes its last argument to a shell; empty if there is none.
    pub(crate) shell: Vec<String>,
    pub(crate) script: String,
    pub(crate) passing: ArgumentPassing,
}

/// A command to run.
pub(crate) struct Invocation {
    pub(crate) program: String,
    pub(crate) arguments: Vec<SecretString>,
    /// The text for its standard input; `None` for none.
    pub(crate) input: Option<SecretString>,
}

/// Reads arguments from standard input, with a NUL between them, and runs the script that the
/// first one names as `php SCRIPT ARGUMENTS…` would.
pub(crate) const LOADER: &str = concat!(
    r#"$argv=explode("\0",stream_get_contents(STDIN));$argc=count($argv);"#,
    r#"if($argc<2){fwrite(STDERR,"no arguments on standard input: does the prefix hand it on?\n");"#,
    r#"exit(1);}"#,
    // An exception that nobody catches is then reported, and warnings are not in the response.
    r#"ini_set("display_errors","stderr");"#,
    r#"$_SERVER["argv"]=$argv;$_SERVER["argc"]=$argc;$_SERVER["PHP_SELF"]=$_SERVER["SCRIPT_NAME"]="#,
    r#"$_SERVER["SCRIPT_FILENAME"]=$_SERVER["PATH_TRANSLATED"]=$argv[0];"#,
    r#"require realpath($argv[0])?:$argv[0];"#,
);

impl Launch {
    /// Returns why it cannot work, if so.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let mut all = self.prefix.iter().chain(&self.shell).chain([&self.script]);
        if self.script.is_empty() {
            Some("the path of `cmd.php` is empty")
        } else if self.script.starts_with('-') {
            Some("the path of `cmd.php` begins with `-`, which PHP would treat as an option")
        } else if self.prefix.first().is_none_or(String::is_empty) {
            Some("the prefix has to name at least PHP")
        } else if self.shell.first().is_some_and(String::is_empty) {
            Some("the name of the command to run through is empty")
        } else if all.any(|argument| argument.contains('\0')) {
            Some("an argument of a command cannot contain a NUL")
        } else {
            None
        }
    }

    /// Returns the command that runs `cmd.php` with these arguments, none of which contains a NUL.
    pub(crate) fn invocation(&self, arguments: Vec<SecretString>) -> Result<Invocation, String> {
        let mut words: Vec<SecretString> = self.prefix.iter().map(|w| w.clone().into()).collect();
        let input = match self.passing {
            ArgumentPassing::StandardInput => {
                words.extend(["-r", LOADER].map(SecretString::from));
                Some(joined(std::iter::once(&*self.script), &arguments, "\0"))
            }
            ArgumentPassing::Arguments => {
                words.push(self.script.clone().into());
                words.extend(arguments);
                None
            }
        };
        if !self.shell.is_empty() {
            let quoted: Result<Vec<SecretString>, _> = words.iter().map(quoted).collect();
            let line = joined(std::iter::empty(), &quoted?, " ");
            words = self.shell.iter().map(|word| word.clone().into()).chain([line]).collect();
        }
        let program = words.remove(0).expose_secret().to_owned();
        Ok(Invocation { program, arguments: words, input })
    }
}

fn joined<'a>(
    first: impl Iterator<Item = &'a str>,
    rest: &'a [SecretString],
    separator: &str,
) -> SecretString {
    let rest = rest.iter().map(|argument| argument.expose_secret());
    first.chain(rest).collect::<Vec<_>>().join(separator).into()
}

fn quoted(word: &SecretString) -> Result<SecretString, String> {
    let quoted = shlex::try_quote(word.expose_secret()).map_err(|error| error.to_string())?;
    Ok(quoted.into_owned().into())
}
