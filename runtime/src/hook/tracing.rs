//! Spans of each attempt, for the crate `tracing`.

use ::tracing::{Span, field::Empty, info_span};

use super::{After, Attempt, Ending, Hook, Outcome};

/// A hook that opens a span of the crate [`tracing`](::tracing) for each attempt.
///
/// ```
/// use pydio_runtime::{Pydio, hook::Tracing};
///
/// # fn demo() -> Result<(), pydio_runtime::Error> {
/// let pydio = Pydio::builder("https://files.example.org").hook(Tracing).build()?;
/// # let _ = pydio; Ok(())
/// # }
/// ```
///
/// The spans are at level `INFO`, with the target `pydio_runtime::hook`, and named `pydio.request`.
/// They are children of the span in which the call is made. Their fields are those of
/// OpenTelemetry's conventions for HTTP clients, as far as they reveal no arguments:
/// `http.request.method`, `server.address`, `server.port`, `url.scheme`,
/// `http.request.resend_count`, `http.request.body.size`, `http.response.status_code`,
/// `http.response.body.size` and `error.type`; with `otel.kind` and `otel.name`, a method and the
/// call, as `tracing-opentelemetry` reads them; and `pydio.call`, `pydio.access_method` and
/// `pydio.workspace`. There is no `url.full`, since it contains the arguments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tracing;

impl Hook for Tracing {
    fn before(&self, attempt: &Attempt<'_>) -> After {
        let span = span(attempt);
        Box::new(move |outcome| record(&span, outcome))
    }
}

fn span(attempt: &Attempt<'_>) -> Span {
    let call = attempt.call();
    let method = attempt.method().map_or("", http::Method::as_str);
    let (scheme, host, port) = attempt.server().unwrap_or_default();
    let span = info_span!(
        target: "pydio_runtime::hook",
        "pydio.request",
        otel.kind = "client",
        otel.name = %format!("{method} {call}").trim_start(),
        otel.status_code = Empty,
        http.request.method = Empty,
        http.request.resend_count = Empty,
        http.request.body.size = Empty,
        http.response.status_code = Empty,
        http.response.body.size = Empty,
        server.address = Empty,
        server.port = Empty,
        url.scheme = Empty,
        "error.type" = Empty,
        pydio.call = %call,
        pydio.access_method = attempt.access_method().name(),
        pydio.workspace = attempt.workspace(),
    );
    if attempt.method().is_some() {
        span.record("http.request.method", method);
        span.record("server.address", host).record("server.port", port);
        span.record("url.scheme", scheme);
    }
    if attempt.number() > 1 {
        span.record("http.request.resend_count", attempt.number() - 1);
    }
    span
}

fn record(span: &Span, outcome: &Outcome) {
    span.record("http.request.body.size", outcome.request_bytes());
    span.record("http.response.body.size", outcome.response_bytes());
    let status = outcome.status();
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    let failure = match (outcome.ending(), status) {
        (Ending::Failed, _) => Some("transport".to_owned()),
        (_, Some(status @ 400..)) => Some(status.to_string()),
        _ => None,
    };
    if let Some(failure) = failure {
        span.record("error.type", failure).record("otel.status_code", "ERROR");
    }
}
