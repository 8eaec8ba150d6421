//! Sends a call by the chosen access method and returns its response.

use std::marker::PhantomData;

use clap::ArgMatches;
use pydio_runtime::{
    Accept, ActionCall, Bindings, Call, Endpoint, Error, FromResponse, Json, Method, OperationCall,
    Pydio, Request, Response, ResponseKind, RestCall, hidden,
    response::{AnyResponse, Decoding, Download, Element, Envelope, Listing, Nothing, Text},
    transfer::FileUpload,
};

use super::{
    Entry, Failed, args,
    connect::{Settings, Way},
    input::Input,
    print::{Bytes, Output, Reply},
    request::{self, Said},
    tree,
};

/// Calls an action.
pub(super) async fn action(
    entry: &'static Entry,
    (settings, output): &(Settings, Output),
    matches: &ArgMatches,
) -> Result<(), Failed> {
    output.check(entry.endpoint.response())?;
    let mut input = Input::default();
    let request = request::of(entry, &mut Said::new(matches, &mut input)).await?;
    let way = settings.way(entry, &input).await?;
    let part_size = matches.try_get_one::<u64>(args::PART_SIZE).ok().flatten().copied();
    let outcome = match (answered(entry, &way, (request, part_size), output).await, &way) {
        (Err(failed), Way::Rest(files)) => Err(failed.compared(hidden::pydio(files)).await),
        // A session has learnt the release of the server, and names it in its errors.
        (outcome, _) => outcome,
    };
    if let Way::Session(session, _) = &way
        && let Err(error) = session.logout().await
    {
        super::say(format_args!("the session could not be ended: {error}"));
    }
    outcome
}

async fn answered(
    entry: &'static Entry,
    way: &Way,
    (request, part_size): (Request, Option<u64>),
    output: &Output,
) -> Result<(), Failed> {
    let is_upload = tree::is_upload(&entry.endpoint);
    let is_download = entry.endpoint.response() == ResponseKind::Bytes;
    match way {
        Way::Rest(files) if is_upload => {
            let upload = files.upload(Dynamic::<Nothing>::of(request));
            uploaded(upload, part_size, output).await
        }
        Way::Session(_, Some(files)) if is_upload => {
            let upload = files.upload(Dynamic::<Nothing>::of(request));
            uploaded(upload, part_size, output).await
        }
        Way::Rest(files) if is_download => {
            let download = files.download(Dynamic::<Download>::of(request));
            output.bytes(Bytes::Transfer(Box::new(download))).await
        }
        Way::Session(_, Some(files)) if is_download => {
            let download = files.download(Dynamic::<Download>::of(request));
            output.bytes(Bytes::Transfer(Box::new(download))).await
        }
        _ => output.reply(reply(entry.endpoint.response(), way, request).await?).await,
    }
}

async fn uploaded(
    upload: FileUpload,
    part_size: Option<u64>,
    output: &Output,
) -> Result<(), Failed> {
    let upload = match part_size {
        Some(bytes) => upload.part_size(bytes),
        None => upload,
    };
    output.uploaded(&upload.await?)
}

async fn reply(kind: ResponseKind, way: &Way, request: Request) -> Result<Reply, Failed> {
    Ok(match kind {
        ResponseKind::Listing => Reply::Listing(way.call::<Listing>(request).await?),
        ResponseKind::Envelope => Reply::Envelope(way.call::<Envelope>(request).await?),
        ResponseKind::OptionalEnvelope => match way.call::<Option<Envelope>>(request).await? {
            Some(envelope) => Reply::Envelope(envelope),
            None => Reply::Nothing,
        },
        ResponseKind::Xml => Reply::Xml(way.call::<Element>(request).await?),
        ResponseKind::Text => Reply::Text(way.call::<Text>(request).await?.0),
        ResponseKind::Bytes => Reply::Bytes(way.call::<Download>(request).await?),
        ResponseKind::Nothing => {
            let Nothing = way.call::<Nothing>(request).await?;
            Reply::Nothing
        }
        ResponseKind::Json => Reply::Json(way.call::<Json>(request).await?),
        ResponseKind::OptionalJson => maybe(way.call::<Option<Json>>(request).await?),
        ResponseKind::OneOrMany => {
            let json = way.call::<Json>(request).await?;
            let is_empty = json.as_object().is_some_and(serde_json::Map::is_empty)
                || json.as_array().is_some_and(Vec::is_empty);
            if is_empty {
                return Err(Failed::refused("there is no such node"));
            }
            Reply::Json(json)
        }
        _ => any(way.call::<AnyResponse>(request).await?)?,
    })
}

fn any(answer: AnyResponse) -> Result<Reply, Failed> {
    Ok(match answer {
        AnyResponse::Empty => Reply::Nothing,
        AnyResponse::Envelope(envelope) => Reply::Envelope(envelope),
        AnyResponse::Xml(element) => Reply::Xml(element),
        AnyResponse::Json(json) => Reply::Json(json),
        AnyResponse::Text(text) => Reply::Text(text),
        AnyResponse::Bytes(download) => Reply::Bytes(download),
        _ => return Err(Failed::refused("the response is of a kind that cannot be shown")),
    })
}

fn maybe(json: Option<Json>) -> Reply {
    json.map_or(Reply::Nothing, Reply::Json)
}

/// Calls an operation.
pub(super) async fn operation(
    entry: &'static Entry,
    (settings, output): &(Settings, Output),
    matches: &ArgMatches,
) -> Result<(), Failed> {
    output.check(entry.endpoint.response())?;
    let mut input = Input::default();
    let request = request::of(entry, &mut Said::new(matches, &mut input)).await?;
    let pydio = settings.rest(&input)?;
    if entry.endpoint.response() == ResponseKind::Bytes {
        let download = pydio.download(Dynamic::<Download>::of(request));
        return output.bytes(Bytes::Transfer(Box::new(download))).await;
    }
    let (status, reply) = match received(entry.endpoint.response(), &pydio, request).await {
        Ok(received) => received,
        Err(failed) => return Err(failed.compared(&pydio).await),
    };
    if let Some(status) = status {
        super::say(format_args!("status {status}"));
    }
    output.reply(reply).await
}

/// Receives the response of an operation, with its status if the rest depends on that.
async fn received(
    kind: ResponseKind,
    pydio: &Pydio,
    request: Request,
) -> Result<(Option<u16>, Reply), Failed> {
    let reply = match kind {
        ResponseKind::ByStatus => {
            let WithStatus(status, response) =
                pydio.call(Dynamic::<WithStatus>::of(request)).await?;
            return Ok((Some(status), any(response)?));
        }
        ResponseKind::Envelope => {
            Reply::Envelope(pydio.call(Dynamic::<Envelope>::of(request)).await?)
        }
        ResponseKind::Text => Reply::Text(pydio.call(Dynamic::<Text>::of(request)).await?.0),
        ResponseKind::Nothing | ResponseKind::Head => {
            pydio.call(Dynamic::<()>::of(request)).await?;
            Reply::Nothing
        }
        ResponseKind::OptionalJson => {
            maybe(pydio.call(Dynamic::<Option<Json>>::of(request)).await?)
        }
        _ => Reply::Json(pydio.call(Dynamic::<Json>::of(request)).await?),
    };
    Ok((None, reply))
}

impl Way {
    async fn call<R: FromResponse>(&self, request: Request) -> Result<R, Error> {
        let call = Dynamic::<R>::of(request);
        match self {
            Self::Rest(workspace) => workspace.call(call).await,
            Self::Session(_, Some(workspace)) => workspace.call(call).await,
            Self::Session(session, None) => session.call(call).await,
            #[cfg(feature = "cmd")]
            Self::Command(workspace) => workspace.call(call).await,
        }
    }
}

/// A call of the endpoint of the request.
pub(super) struct Dynamic<R>(Request, PhantomData<fn() -> R>);

impl<R> Dynamic<R> {
    pub(super) fn of(request: Request) -> Self {
        Self(request, PhantomData)
    }
}

static NO_BINDINGS: Bindings = Bindings::other();

impl<R: FromResponse> Call for Dynamic<R> {
    // The endpoint of the request is sent instead.
    const ENDPOINT: &'static Endpoint = &Endpoint::operation(&NO_BINDINGS, Method::Get, "", "");

    type Response = R;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl<R: FromResponse> ActionCall for Dynamic<R> {}

/// Calls that REST does not reach are refused before they are sent.
impl<R: FromResponse> RestCall for Dynamic<R> {}

impl<R: FromResponse> OperationCall for Dynamic<R> {}

/// A response whose status determines its type.
struct WithStatus(u16, AnyResponse);

impl FromResponse for WithStatus {
    const ACCEPT: Accept = Accept::Json;

    fn decode(response: Response) -> Decoding<Self> {
        let status = response.status();
        let answer = AnyResponse::decode(response);
        Box::pin(async move { Ok(Self(status, answer.await?)) })
    }
}

#[cfg(test)]
mod tests;
