//! Settings of single calls, and when a call is sent again.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, sleep};

use crate::types::{Endpoint, Error, ErrorKind, Failure};

/// The headers that the client sets itself, from the call and the credentials.
const OWN_HEADERS: [HeaderName; 9] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::AUTHORIZATION,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::COOKIE,
    header::HOST,
    header::TRANSFER_ENCODING,
];

/// Settings of some calls, which differ from those of their connection.
///
/// ```
/// # use std::time::Duration;
/// use pydio_runtime::{CallOptions, Pydio, RetryPolicy};
///
/// # fn demo(pydio: Pydio) -> Result<(), pydio_runtime::Error> {
/// let patient = CallOptions::new()
///     .timeout(Duration::from_secs(600))
///     .retry(RetryPolicy::new(5))
///     .header("X-Request-Id", "nightly-42")?;
/// let files = pydio.with_options(patient).workspace("my-files");
/// # let _ = files; Ok(())
/// # }
/// ```
///
/// Options that are not set have the values of the connection.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) headers: HeaderMap,
}

impl CallOptions {
    /// Creates settings that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the time of a whole call, with all its attempts, until its response is read. A
    /// download is limited until its first bytes arrive.
    ///
    /// A call that takes longer is [`ErrorKind::Transport`]. The server may have done it, or still
    /// be at it.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Repeats calls according to this policy, if repeating them is harmless.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sends this header with every request to the server. The value is kept as a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for a name or value that no header may have, and for headers that the
    /// client sets itself.
    pub fn header(
        mut self,
        name: impl AsRef<str>,
        value: impl Into<SecretString>,
    ) -> Result<Self, Error> {
        add_header(&mut self.headers, name.as_ref(), &value.into())?;
        Ok(self)
    }

    /// Returns these settings, with those of `others` where they have any.
    pub(crate) fn overridden(&self, others: Self) -> Self {
        let mut headers = self.headers.clone();
        headers.extend(others.headers);
        Self {
            timeout: others.timeout.or(self.timeout),
            retry: others.retry.or_else(|| self.retry.clone()),
            headers,
        }
    }
}

/// Adds a header, or returns why it cannot be sent.
pub(crate) fn add_header(
    headers: &mut HeaderMap,
    name: &str,
    value: &SecretString,
) -> Result<(), Error> {
    let refused = |why: &str| {
        Error::new(ErrorKind::Config, Failure::new(format!("the header `{name}`: {why}")))
    };
    let Ok(header) = HeaderName::try_from(name) else {
        return Err(refused("the name is not a valid header name"));
    };
    if OWN_HEADERS.contains(&header) {
        return Err(refused("the client sets it itself"));
    }
    let mut value = HeaderValue::from_str(value.expose_secret())
        .map_err(|_| refused("the value contains a character that a header must not contain"))?;
    value.set_sensitive(true);
    headers.insert(header, value);
    Ok(())
}

/// When a call that failed is sent again.
///
/// Only calls that are known to be harmless when repeated are
/// ([`Endpoint::is_repeatable`](crate::Endpoint::is_repeatable)), and only after a failure that may
/// pass: the connection broke, the response broke off, or the status is 408, 429, 500, 502, 503 or
/// 504. A call is never repeated after its credentials were refused, since the server locks out an
/// address after three failures, nor if its body is a stream.
///
/// ```
/// # use std::time::Duration;
/// use pydio_runtime::{Pydio, RetryPolicy};
///
/// # fn demo() -> Result<(), pydio_runtime::Error> {
/// let policy = RetryPolicy::new(5)
///     .pause(Duration::from_millis(200), Duration::from_secs(10))
///     .deadline(Duration::from_secs(60))
///     .retry_if(|error| error.message().contains("database is locked"));
/// let pydio = Pydio::builder("https://files.example.org").retry(policy).build()?;
/// # let _ = pydio; Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    attempts: u32,
    first: Duration,
    longest: Duration,
    deadline: Option<Duration>,
    further: Option<Arc<Further>>,
}

/// Which errors are repeated beyond those that may pass.
type Further = dyn Fn(&Error) -> bool + Send + Sync;

impl RetryPolicy {
    /// Sends a call up to this many times. Before the second attempt it waits for half a second,
    /// then twice as long each time, up to 30 seconds; each pause is shortened by up to a half at
    /// random, so that many clients do not return together. A longer `Retry-After` of the server
    /// is respected, up to an hour; after one that is longer the call is not repeated.
    pub const fn new(attempts: u32) -> Self {
        Self {
            attempts,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            deadline: None,
            further: None,
        }
    }

    /// Sends every call once.
    pub const fn never() -> Self {
        Self::new(1)
    }

    /// Sets the pause before the second attempt, and the longest before any other.
    #[must_use]
    pub fn pause(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }

    /// Starts no attempt later than this after the first.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Repeats calls after these errors as well. It is not asked about errors of authentication,
    /// and only about calls that are harmless to repeat.
    #[must_use]
    pub fn retry_if(mut self, further: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.further = Some(Arc::new(further));
        self
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("attempts", &self.attempts)
            .field("first", &self.first)
            .field("longest", &self.longest)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A call is not repeated if the server asks for a longer pause than this: its caller has better things
/// to do.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// The attempts of one call so far.
pub(crate) struct Attempts {
    policy: RetryPolicy,
    begun: Instant,
    failures: u32,
}

impl Attempts {
    /// Begins to count the attempts of a call; `None` for one that is never repeated.
    pub(crate) fn begin(policy: Option<&RetryPolicy>, endpoint: &Endpoint) -> Option<Self> {
        let policy = policy.filter(|policy| policy.attempts > 1 && endpoint.is_repeatable())?;
        Some(Self { policy: policy.clone(), begun: Instant::now(), failures: 0 })
    }

    /// Waits before the next attempt of a call, or returns the error: after the last one, and of a
    /// call that is sent once.
    pub(crate) async fn wait(attempts: &mut Option<Self>, error: Error) -> Result<(), Error> {
        let Some(attempts) = attempts else { return Err(error) };
        sleep(attempts.pause(error)?).await;
        Ok(())
    }

    /// Returns the pause before the next attempt, or the error after the last.
    pub(crate) fn pause(&mut self, error: Error) -> Result<Duration, Error> {
        let RetryPolicy { attempts, first, longest, deadline, further } = &self.policy;
        self.failures += 1;
        // Some proxies refuse with a status alone.
        let is_refused =
            |error: &Error| error.is_auth() || matches!(error.status(), Some(401 | 403 | 407));
        let is_told = |error: &Error| {
            !is_refused(error) && further.as_ref().is_some_and(|further| further(error))
        };
        if self.failures >= *attempts || !(may_pass(&error) || is_told(&error)) {
            return Err(error);
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > LONGEST_ASKED {
            return Err(error);
        }
        let pause = shortened(backoff(*first, self.failures - 1, *longest)).max(asked);
        match deadline {
            Some(deadline) if self.begun.elapsed().saturating_add(pause) > *deadline => Err(error),
            _ => Ok(pause),
        }
    }
}

/// Returns whether the same call may succeed a little later.
pub(crate) fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport => true,
        ErrorKind::Status => matches!(error.status(), Some(408 | 429 | 500 | 502..=504)),
        ErrorKind::Malformed => error.is_cut_short(),
        _ => false,
    }
}

/// Returns the pause after that many earlier failures: twice as long as the last one, up to the
/// longest.
pub(crate) fn backoff(first: Duration, failures: u32, longest: Duration) -> Duration {
    first.saturating_mul(1 << failures.min(16)).min(longest)
}

/// Shortens a pause by up to a half, at random.
fn shortened(pause: Duration) -> Duration {
    // Without randomness of the system, the pause is whole.
    let random = getrandom::u32().unwrap_or_default();
    pause - pause.mul_f64(f64::from(random) / f64::from(u32::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Attempts, RetryPolicy};
    use crate::{
        testing::{LS, MKDIR},
        types::{Endpoint, Error, ErrorKind, Failure},
    };

    const SECOND: Duration = Duration::from_secs(1);

    fn attempts(policy: &RetryPolicy) -> Attempts {
        static REPEATABLE: std::sync::LazyLock<Endpoint> =
            std::sync::LazyLock::new(|| LS.clone().repeatable());
        Attempts::begin(Some(policy), &REPEATABLE).unwrap()
    }

    fn broken() -> Error {
        Error::new(ErrorKind::Transport, Failure::new("broken"))
    }

    #[test]
    fn only_calls_known_to_be_harmless_are_repeated() {
        let policy = RetryPolicy::new(3);
        assert!(Attempts::begin(Some(&policy), &MKDIR).is_none());
        assert!(Attempts::begin(Some(&RetryPolicy::never()), &LS.clone().repeatable()).is_none());
        assert!(Attempts::begin(None, &LS.clone().repeatable()).is_none());
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_differ() {
        let mut attempts = attempts(&RetryPolicy::new(6).pause(SECOND, SECOND * 5));
        let pauses: Vec<_> = (0..5).map(|_| attempts.pause(broken()).unwrap()).collect();
        for (pause, whole) in pauses.iter().zip([1, 2, 4, 5, 5]) {
            assert!((SECOND * whole / 2..=SECOND * whole).contains(pause), "{pauses:?}");
        }
        assert!(attempts.pause(broken()).is_err());
        assert!(pauses[3] != pauses[4], "{pauses:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_starts_after_the_deadline() {
        let policy = RetryPolicy::new(9).pause(SECOND * 4, SECOND * 4).deadline(SECOND * 10);
        let mut attempts = attempts(&policy);
        for _ in 0..2 {
            assert!(attempts.pause(broken()).is_ok());
            tokio::time::advance(SECOND * 4).await;
        }
        assert!(attempts.pause(broken()).is_err());
    }

    #[test]
    fn the_server_may_ask_for_a_longer_pause() {
        let after = |wait| {
            let failure = Failure::new("").status(http::StatusCode::SERVICE_UNAVAILABLE);
            let error = Error::new(ErrorKind::Status, failure.retry_after(Some(wait)));
            attempts(&RetryPolicy::new(2).pause(SECOND, SECOND)).pause(error)
        };
        assert_eq!(after(SECOND * 90).unwrap(), SECOND * 90);
        assert!(after(Duration::ZERO).unwrap() >= SECOND / 2);
        assert!(after(SECOND * 3601).is_err() && after(Duration::MAX).is_err());
    }

    #[test]
    fn further_errors_are_repeated_when_told_but_never_a_refused_login() {
        let locked = || Error::new(ErrorKind::Server, Failure::new("database is locked"));
        let told = RetryPolicy::new(2).retry_if(|_| true);
        assert!(attempts(&RetryPolicy::new(2)).pause(locked()).is_err());
        assert!(attempts(&told).pause(locked()).is_ok());
        for kind in [ErrorKind::BadCredentials, ErrorKind::Forbidden, ErrorKind::CaptchaRequired] {
            assert!(attempts(&told).pause(Error::new(kind, Failure::new(""))).is_err());
        }
        for status in [http::StatusCode::FORBIDDEN, http::StatusCode::UNAUTHORIZED] {
            let error = Error::new(ErrorKind::Status, Failure::new("").status(status));
            assert!(attempts(&told).pause(error).is_err(), "{status}");
        }
    }
}
