//! The captcha that a server requires after failed logins.

use std::io::{self, Write as _};

use pydio_runtime::{Captcha, Challenge, LoginError, Session};
use tempfile::NamedTempFile;

use super::{Failed, input, interrupted, say};

/// Returns the session, as soon as the server has received the text of the captcha, if it requires
/// one.
pub(super) async fn answered(
    mut outcome: Result<Session, LoginError>,
    user: &str,
) -> Result<Session, Failed> {
    if matches!(outcome, Err(LoginError::Captcha(_))) && input::is_somebody_there() {
        say("logins from this address have failed: the server requires the text of a picture");
    }
    while let Err(LoginError::Captcha(challenge)) = outcome {
        let Some(text) = text_of(&challenge).await? else {
            return Err(LoginError::Captcha(challenge).into());
        };
        outcome = challenge.answer(&text).await;
        if let Err(LoginError::Captcha(_)) = outcome {
            say(format_args!("that is wrong: either the text or the password of {user}"));
        }
    }
    Ok(outcome?)
}

/// Prompts for the text of the picture; `None` if there is no answer.
async fn text_of(challenge: &Challenge) -> Result<Option<String>, Failed> {
    if !input::is_somebody_there() {
        return Ok(None);
    }
    loop {
        let picture = challenge.image().await?;
        let file = keep(&picture).map_err(|error| Failed::local("the picture", &error))?;
        say(format_args!("the picture is in {}", file.path().display()));
        match input::line("Text of the picture (leave empty for another one)")? {
            Some(text) if text.is_empty() => {}
            text => return Ok(text),
        }
    }
}

/// Writes the picture to a file that nobody else may read, and that is removed afterwards.
fn keep(picture: &Captcha) -> io::Result<NamedTempFile> {
    let kind = picture.media_type.strip_prefix("image/").unwrap_or_default();
    let is_plain = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let suffix = if is_plain { format!(".{kind}") } else { String::new() };
    let file = tempfile::Builder::new().prefix("pydio-captcha-").suffix(&suffix).tempfile()?;
    let mut file = interrupted::guarded(file);
    file.write_all(&picture.bytes)?;
    Ok(file)
}
