//! Responses of calls whose work may go on in the background.

use std::{
    fmt,
    ops::Deref,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use http::header::DATE;

use super::{Accept, Decoding, FromResponse, Listing, Response};
use crate::{
    json::Json,
    types::{AccessMethod, Error, Request, Timestamp},
};

/// The response of a call whose work the server may continue after the response, or has done:
/// [`wait`](Self::wait) until the work is done and, if its expected result is known, verified.
///
/// ```
/// # use pydio_runtime::{Error, RestCall, Workspace, response::{Background, Envelope}};
/// # async fn demo<C>(files: Workspace, compress: C) -> Result<(), Error>
/// # where C: RestCall<Response = Background<Option<Envelope>>> {
/// let finished = files.call(compress).await?.wait().await?;
/// println!("{finished}");
/// # Ok(())
/// # }
/// ```
///
/// It dereferences to the response itself, which says nothing about work that continues. Nothing
/// is sent for a call that you do not wait for.
pub struct Background<T> {
    response: T,
    pub(crate) work: Option<Arc<Work>>,
}

impl<T> Background<T> {
    /// Returns the response itself.
    pub fn response(&self) -> &T {
        &self.response
    }

    /// Returns the response itself.
    pub fn into_response(self) -> T {
        self.response
    }
}

impl<T> Deref for Background<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.response
    }
}

/// The same for a release whose response may be empty, and for one whose response never is.
impl<T> From<Background<Self>> for Option<T> {
    fn from(background: Background<Self>) -> Self {
        background.response
    }
}

impl<T> From<Background<T>> for Option<T> {
    fn from(background: Background<T>) -> Self {
        Some(background.response)
    }
}

impl<T: FromResponse> FromResponse for Background<T> {
    const ACCEPT: Accept = T::ACCEPT;

    fn decode(response: Response) -> Decoding<Self> {
        let dated = Dated::of(&response);
        Box::pin(async move {
            let response = T::decode(response).await?;
            let work = Work { dated, begun: None };
            Ok(Self { response, work: Some(Arc::new(work)) })
        })
    }

    fn begun(&mut self, begun: Begun) {
        let dated = self.work.take().and_then(|work| work.dated);
        self.work = Some(Arc::new(Work { dated, begun: Some(begun) }));
    }
}

impl<T: fmt::Debug> fmt::Debug for Background<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Background").field(&self.response).finish()
    }
}

/// The work of a call that has been answered.
pub(crate) struct Work {
    pub(crate) dated: Option<Dated>,
    /// `None` for a response that did not come over a connection.
    pub(crate) begun: Option<Begun>,
}

/// When a response came, by the clocks of the server and of the client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dated {
    /// In seconds since 1970.
    pub(crate) server: i64,
    pub(crate) client: Instant,
}

impl Dated {
    fn of(response: &Response) -> Option<Self> {
        let date = response.headers.get(DATE)?.to_str().ok()?;
        let date = Timestamp::from(httpdate::parse_http_date(date).ok()?);
        Some(Self { server: date.as_secs(), client: Instant::now() })
    }
}

/// Returns whole seconds.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// A call that was sent, for whom waits for its work.
pub struct Begun {
    pub(crate) caller: Arc<dyn Caller>,
    /// As named by the caller; empty for a call on the session's current workspace.
    pub(crate) workspace: String,
    pub(crate) request: Request,
    /// When it was sent first.
    pub(crate) sent: Instant,
}

impl Begun {
    /// Describes a call that is about to be sent.
    pub(crate) fn new(caller: Arc<dyn Caller>, workspace: &str, request: &Request) -> Self {
        // An operation names it in a parameter.
        let workspace = match workspace {
            "" => request.text_of("workspaceId").unwrap_or_default(),
            workspace => workspace,
        };
        let (workspace, request) = (workspace.to_owned(), request.clone());
        Self { caller, workspace, request, sent: Instant::now() }
    }
}

/// The future of a call of a [`Caller`].
pub(crate) type Called<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Sends the calls that waiting takes, as the call itself was sent.
pub(crate) trait Caller: Send + Sync {
    /// Returns how the server is called.
    fn access_method(&self) -> AccessMethod;

    /// Sends a call that returns JSON; the workspace is empty if there is none.
    fn json<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Json>;

    /// Sends a call that returns nodes.
    fn listing<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Listing>;
}
