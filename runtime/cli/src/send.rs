//! Sending a call, whichever way, and handing on what comes.

use std::marker::PhantomData;

use clap::ArgMatches;
use pydio_runtime::{
    Accept, Action, Answer, Bindings, Call, Error, Json, Method, Operation, OperationCall,
    OperationRequest, PathRules, Pydio, Request, Response, RestCall, Server, Verb,
    answer::{AnyAnswer, Decoding, Download, Element, Envelope, Listing, Nothing, Text},
    transfer::FileUpload,
};

use super::{
    ActionEntry, Answered, Failed, OperationEntry, args,
    connect::{Settings, Way},
    input::Input,
    print::{Bytes, Output, Reply},
    request::{self, Said},
    tree,
};

/// Calls an action.
pub(super) async fn action(
    entry: &'static ActionEntry,
    (settings, output): &(Settings, Output),
    matches: &ArgMatches,
) -> Result<(), Failed> {
    output.check(entry.answer)?;
    let mut input = Input::default();
    let request = request::of_action(entry, &mut Said::new(matches, &mut input)).await?;
    let way = settings.way(entry, &input).await?;
    let part_size = matches.try_get_one::<u64>(args::PART_SIZE).ok().flatten().copied();
    let outcome = answered(entry, &way, (request, part_size), output).await;
    if let Way::Session(session, _) = &way
        && let Err(error) = session.logout().await
    {
        super::say(format_args!("the session could not be ended: {error}"));
    }
    outcome
}

async fn answered(
    entry: &'static ActionEntry,
    way: &Way,
    (request, part_size): (Request, Option<u64>),
    output: &Output,
) -> Result<(), Failed> {
    let is_upload = tree::is_upload(&entry.call);
    let is_download = entry.answer == Answered::Bytes;
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
        _ => output.reply(reply(entry, way, request).await?).await,
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

async fn reply(entry: &ActionEntry, way: &Way, request: Request) -> Result<Reply, Failed> {
    Ok(match entry.answer {
        Answered::Any | Answered::ByStatus => any(way.call::<AnyAnswer>(request).await?)?,
        Answered::Listing => Reply::Listing(way.call::<Listing>(request).await?),
        Answered::Envelope => Reply::Envelope(way.call::<Envelope>(request).await?),
        Answered::Report => match way.call::<Option<Envelope>>(request).await? {
            Some(envelope) => Reply::Envelope(envelope),
            None => Reply::Nothing,
        },
        Answered::Xml => Reply::Xml(way.call::<Element>(request).await?),
        Answered::Text => Reply::Text(way.call::<Text>(request).await?.0),
        Answered::Bytes => Reply::Bytes(way.call::<Download>(request).await?),
        Answered::Nothing | Answered::Silence => {
            let Nothing = way.call::<Nothing>(request).await?;
            Reply::Nothing
        }
        Answered::Json => Reply::Json(way.call::<Json>(request).await?),
        Answered::MaybeJson => maybe(way.call::<Option<Json>>(request).await?),
        Answered::OneOrMany => {
            let json = way.call::<Json>(request).await?;
            let is_empty = json.as_object().is_some_and(serde_json::Map::is_empty)
                || json.as_array().is_some_and(Vec::is_empty);
            if is_empty {
                return Err(Failed::refused("there is no such node"));
            }
            Reply::Json(json)
        }
    })
}

fn any(answer: AnyAnswer) -> Result<Reply, Failed> {
    Ok(match answer {
        AnyAnswer::Empty => Reply::Nothing,
        AnyAnswer::Envelope(envelope) => Reply::Envelope(envelope),
        AnyAnswer::Xml(element) => Reply::Xml(element),
        AnyAnswer::Json(json) => Reply::Json(json),
        AnyAnswer::Text(text) => Reply::Text(text),
        AnyAnswer::Bytes(download) => Reply::Bytes(download),
        _ => return Err(Failed::refused("the answer is of a kind that cannot be shown")),
    })
}

fn maybe(json: Option<Json>) -> Reply {
    json.map_or(Reply::Nothing, Reply::Json)
}

/// Calls an operation.
pub(super) async fn operation(
    entry: &'static OperationEntry,
    (settings, output): &(Settings, Output),
    matches: &ArgMatches,
) -> Result<(), Failed> {
    output.check(entry.answer)?;
    let mut input = Input::default();
    let request = request::of_operation(entry, &mut Said::new(matches, &mut input)).await?;
    let pydio = settings.rest(&input)?;
    if entry.answer == Answered::Bytes {
        let download = pydio.download(DynamicOperation::<Download>::of(request));
        return output.bytes(Bytes::Transfer(Box::new(download))).await;
    }
    let (status, reply) = received(entry.answer, &pydio, request).await?;
    if let Some(status) = status {
        super::say(format_args!("status {status}"));
    }
    output.reply(reply).await
}

/// What an operation returns, with its status where the rest depends on that.
async fn received(
    answer: Answered,
    pydio: &Pydio,
    request: OperationRequest,
) -> Result<(Option<u16>, Reply), Failed> {
    let reply = match answer {
        Answered::ByStatus => {
            let call = DynamicOperation::<WithStatus>::of(request);
            let WithStatus(status, answer) = pydio.call(call).await?;
            return Ok((Some(status), any(answer)?));
        }
        Answered::Envelope => {
            Reply::Envelope(pydio.call(DynamicOperation::<Envelope>::of(request)).await?)
        }
        Answered::Text => Reply::Text(pydio.call(DynamicOperation::<Text>::of(request)).await?.0),
        Answered::Silence => {
            pydio.call(DynamicOperation::<()>::of(request)).await?;
            Reply::Nothing
        }
        Answered::MaybeJson => {
            maybe(pydio.call(DynamicOperation::<Option<Json>>::of(request)).await?)
        }
        _ => Reply::Json(pydio.call(DynamicOperation::<Json>::of(request)).await?),
    };
    Ok((None, reply))
}

impl Way {
    async fn call<A: Answer>(&self, request: Request) -> Result<A, Error> {
        let call = Dynamic::<A>::of(request);
        match self {
            Self::Rest(workspace) => workspace.call(call).await,
            Self::Session(_, Some(workspace)) => workspace.call(call).await,
            Self::Session(session, None) => session.call(call).await,
            #[cfg(feature = "cmd")]
            Self::Command(workspace) => workspace.call(call).await,
        }
    }
}

/// A call of whatever action the request is for.
struct Dynamic<A>(Request, PhantomData<fn() -> A>);

impl<A> Dynamic<A> {
    fn of(request: Request) -> Self {
        Self(request, PhantomData)
    }
}

static NO_BINDINGS: Bindings =
    Bindings { version: "", paths: PathRules::DecodeThenSplit, transfer: None };

impl<A: Answer> Call for Dynamic<A> {
    // What is sent is the action of the request.
    const ACTION: &'static Action = &Action {
        bindings: &NO_BINDINGS,
        plugin: "",
        name: "",
        verb: Verb::Post,
        rest_params: None,
    };

    type Answer = A;

    fn into_request(self) -> Request {
        self.0
    }
}

/// What REST does not reach is refused before it is called.
impl<A: Answer> RestCall for Dynamic<A> {}

/// A response whose status says what it is.
struct WithStatus(u16, AnyAnswer);

impl Answer for WithStatus {
    const ACCEPT: Accept = Accept::Json;

    fn decode(response: Response) -> Decoding<Self> {
        let status = response.status();
        let answer = AnyAnswer::decode(response);
        Box::pin(async move { Ok(Self(status, answer.await?)) })
    }
}

/// A call of whatever operation the request is for.
pub(super) struct DynamicOperation<A>(OperationRequest, PhantomData<fn() -> A>);

impl<A> DynamicOperation<A> {
    pub(super) fn of(request: OperationRequest) -> Self {
        Self(request, PhantomData)
    }
}

impl<A: Answer> OperationCall for DynamicOperation<A> {
    // What is sent is the operation of the request.
    const OPERATION: &'static Operation = &Operation {
        id: "",
        server: Server::Pydio,
        method: Method::Get,
        path: "",
        ..Operation::UNSET
    };

    type Answer = A;

    fn into_request(self) -> OperationRequest {
        self.0
    }
}

#[cfg(test)]
mod tests;
