//! A call over REST: its attempts, until the response of one is read or time is up.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Sleep, sleep};

use super::{
    Connection,
    dispatch::{InFlight, operation, rest},
    options::Attempts,
};
use crate::{
    hook::AccessMethod,
    json::Json,
    response::{Accept, Begun, Called, Caller, Decoding, FromResponse, Listing, Sent},
    types::{Endpoint, Error, ErrorKind, Failure, Request},
};

/// A call until its response is read. Only this is compiled for each type of response, written by
/// hand because an `async` function generates twice as much code.
pub(crate) struct Decoded<'a, R> {
    state: State<'a, R>,
    call: Calling<'a>,
}

enum State<'a, R> {
    Sending(InFlight<'a>),
    Reading(Decoding<R>),
}

impl<'a, R: FromResponse> Decoded<'a, R> {
    /// Sends the call of an action on a workspace, or of an operation.
    pub(crate) fn new(
        connection: &'a Connection,
        workspace: Option<&'a str>,
        request: Request,
    ) -> Self {
        let (call, sending) = Calling::begin(connection, workspace, request, R::ACCEPT);
        Self { state: State::Sending(sending), call }
    }
}

impl<R: FromResponse> Future for Decoded<'_, R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { state, call } = &mut *self;
        if let Poll::Ready(error) = call.poll_timeout(context) {
            return Poll::Ready(Err(error));
        }
        loop {
            let error = match state {
                State::Sending(sending) => match ready!(sending.as_mut().poll(context)) {
                    Ok(response) => {
                        *state = State::Reading(R::decode(response));
                        continue;
                    }
                    Err(error) => error,
                },
                State::Reading(reading) => match ready!(reading.as_mut().poll(context)) {
                    Ok(mut response) => {
                        if let Some(begun) = call.begun.take() {
                            response.begun(*begun);
                        }
                        return Poll::Ready(Ok(response));
                    }
                    Err(error) => error,
                },
            };
            match call.again(error) {
                Ok(sending) => *state = State::Sending(sending),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// What a call needs to be sent again, and its time limit.
struct Calling<'a> {
    connection: &'a Connection,
    workspace: Option<&'a str>,
    endpoint: &'static Endpoint,
    accept: Accept,
    sent: Sent,
    /// The next attempt, unless the call is sent once.
    next: Option<(Attempts, Request)>,
    limit: Option<(Pin<Box<Sleep>>, Duration)>,
    /// For the response, if the work may go on after it.
    begun: Option<Box<Begun>>,
}

impl<'a> Calling<'a> {
    fn begin(
        connection: &'a Connection,
        workspace: Option<&'a str>,
        request: Request,
        accept: Accept,
    ) -> (Self, InFlight<'a>) {
        let endpoint = request.endpoint();
        let options = &connection.options;
        let attempts = Attempts::begin(options.retry.as_ref(), endpoint);
        let next = attempts.and_then(|attempts| Some((attempts, request.try_clone()?)));
        let limit = options.timeout.map(|timeout| (Box::pin(sleep(timeout)), timeout));
        let sent = Sent::default();
        let begun = endpoint.is_awaitable().then(|| {
            let caller = Arc::new(connection.clone());
            Box::new(Begun::new(caller, workspace.unwrap_or_default(), &request))
        });
        let call = Self { connection, workspace, endpoint, accept, sent, next, limit, begun };
        let sending = call.send(request);
        (call, sending)
    }

    fn send(&self, request: Request) -> InFlight<'a> {
        match self.workspace {
            Some(workspace) => rest(self.connection, workspace, request, self.accept, &self.sent),
            None => operation(self.connection, request, self.accept, &self.sent),
        }
    }

    /// Sends the call again after a pause, or returns the error.
    fn again(&mut self, error: Error) -> Result<InFlight<'a>, Error> {
        let Some((attempts, request)) = &mut self.next else { return Err(error) };
        let pause = attempts.pause(error)?;
        let request = request.clone();
        let sending = self.send(request);
        Ok(Box::pin(async move {
            sleep(pause).await;
            sending.await
        }))
    }

    fn poll_timeout(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        let Some((sleep, timeout)) = &mut self.limit else { return Poll::Pending };
        ready!(sleep.as_mut().poll(context));
        Poll::Ready(timed_out(self.endpoint, self.workspace.unwrap_or_default(), *timeout))
    }
}

impl Caller for Connection {
    fn access_method(&self) -> AccessMethod {
        AccessMethod::RestV1
    }

    fn json<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Json> {
        let workspace = (!request.endpoint().is_operation()).then_some(workspace);
        Box::pin(Decoded::new(self, workspace, request))
    }

    fn listing<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Listing> {
        Box::pin(Decoded::new(self, Some(workspace), request))
    }
}

/// Returns the error of a call that takes longer than its options allow.
pub(crate) fn timed_out(endpoint: &Endpoint, workspace: &str, timeout: Duration) -> Error {
    let message = format!(
        "the call did not complete within its time limit of {timeout:?}; the server may have \
         done the work, or still be working"
    );
    Error::new(ErrorKind::Transport, Failure::new(message).call(endpoint.to_string(), workspace))
}
