//! Listings of folders of any size, one node at a time.

use std::{fmt, pin::Pin};

use futures_core::Stream;
use futures_util::{StreamExt as _, stream};

use super::Workspace;
use crate::{
    connection::Attempts,
    response::{Accept, NodeReader, Origin, not_utf8},
    types::{Endpoint, Error, ErrorKind, Node, Pagination, Request},
};

/// The nodes of a folder, over all its pages: returned by
/// [`Workspace::nodes`](crate::Workspace::nodes).
///
/// A node is returned as soon as it has arrived, so a folder takes no more memory than its largest
/// node, and [`Builder::max_response_size`](crate::Builder::max_response_size) applies to each. The
/// next page is requested when it is needed. A node that is added or removed in the meantime moves
/// others to another page, so a node may be returned twice or not at all: the server does not
/// freeze a folder.
///
/// If a call requests several levels, nested nodes are returned inside their parents. The server
/// sends only the first page of a nested folder; the others are requested before the node is
/// returned, unless the call limits the number of nodes (`max_nodes`).
///
/// Names that are not UTF-8 cannot be named in a call. Such nodes are left out, and an error lists
/// them after all others.
pub struct Nodes {
    endpoint: &'static Endpoint,
    workspace: String,
    /// Work in progress stays here when a future of [`Nodes::next`] is dropped.
    steps: Pin<Box<dyn Stream<Item = Result<Step, Error>> + Send>>,
    count: Option<u64>,
}

/// The items of a listing.
enum Step {
    Node(Box<Node>),
    /// Number of nodes in the folder as the server counts them.
    Count(u64),
}

impl Nodes {
    pub(crate) fn new(workspace: Workspace, request: Request) -> Self {
        let (endpoint, id) = (request.endpoint(), workspace.id().to_owned());
        let begin = State::Page(request.page_number());
        let pager = Pager { workspace, request, unreadable: Vec::new() };
        let steps = stream::try_unfold((pager, begin), |(mut pager, state)| async move {
            Ok(pager.step(state).await?.map(|(step, next)| (step, (pager, next))))
        });
        let steps = Box::pin(steps);
        Self { endpoint, workspace: id, steps, count: None }
    }

    /// Returns the next node; `None` after the last, and after an error.
    ///
    /// The future may be dropped, by a timeout or `select!`: the next one continues, and no node is
    /// lost.
    ///
    /// # Errors
    /// Returns the errors of [`Workspace::call`](crate::Workspace::call). A failure that the server reports at
    /// the end of its response is returned after the nodes before it: the list is complete only if
    /// `None` is returned first.
    pub async fn next(&mut self) -> Result<Option<Node>, Error> {
        while let Some(step) = self.steps.next().await {
            match step? {
                Step::Node(node) => return Ok(Some(*node)),
                Step::Count(count) => self.count = Some(count),
            }
        }
        Ok(None)
    }

    /// Returns the number of nodes in the folder as the server counts them, once a page has ended;
    /// `None` if there are no pages. Compare it with the number of nodes you received if none may
    /// be lost.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// Returns the nodes as a stream, which ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Node, Error>> + Send {
        stream::try_unfold(self, |mut nodes| async {
            Ok(nodes.next().await?.map(|node| (node, nodes)))
        })
    }
}

/// Requests page after page.
struct Pager {
    workspace: Workspace,
    request: Request,
    /// The paths of nodes whose names are not UTF-8.
    unreadable: Vec<String>,
}

enum State {
    /// This page is requested next; the first one if none is named.
    Page(Option<u32>),
    /// This page is being read.
    Reading(Option<u32>, Box<NodeReader>),
    Ended,
}

impl Pager {
    /// Returns the next node or count, and the state after it; `None` at the end.
    async fn step(&mut self, mut state: State) -> Result<Option<(Step, State)>, Error> {
        loop {
            state = match state {
                State::Page(page) => {
                    let request = self.page(page);
                    State::Reading(page, Box::new(self.ask(request).await?))
                }
                State::Reading(page, mut arriving) => {
                    if let Some(mut node) = arriving.next().await? {
                        self.complete(&mut node, 1).await?;
                        let node = Step::Node(Box::new(node));
                        return Ok(Some((node, State::Reading(page, arriving))));
                    }
                    let (envelope, unreadable) = arriving.rest()?;
                    self.unreadable.extend(unreadable);
                    match envelope.root.pagination {
                        Some(pagination) => {
                            let count = Step::Count(pagination.count);
                            return Ok(Some((count, self.after(page, pagination)?)));
                        }
                        None => State::Ended,
                    }
                }
                State::Ended => match std::mem::take(&mut self.unreadable) {
                    paths if paths.is_empty() => return Ok(None),
                    paths => return Err(not_utf8(&self.origin(), &paths, None)),
                },
            }
        }
    }

    fn page(&self, page: Option<u32>) -> Request {
        match page {
            Some(page) => self.request.clone().page(page),
            None => self.request.clone(),
        }
    }

    async fn ask(&self, request: Request) -> Result<NodeReader, Error> {
        let retry = self.workspace.pydio().connection().options.retry.as_ref();
        let mut attempts = Attempts::begin(retry, request.endpoint());
        loop {
            let sent = self.workspace.send(request.clone(), Accept::Xml).await;
            let begun = match sent {
                Ok(response) => NodeReader::of(response).await,
                Err(error) => Err(error),
            };
            match begun {
                Ok(reader) => return Ok(reader),
                Err(error) => Attempts::wait(&mut attempts, error).await?,
            }
        }
    }

    fn origin(&self) -> Origin {
        Origin::new(self.request.endpoint(), self.workspace.id())
    }

    /// Requests the pages of folders in a node that the server left out of a recursive listing.
    /// `depth` is that of the node below the folder that is listed.
    async fn complete(&mut self, node: &mut Node, depth: u64) -> Result<(), Error> {
        // Most nodes have no children, and need no boxed future.
        match node.children.is_empty() && node.pagination.is_none() {
            true => Ok(()),
            false => self.complete_folder(node, depth).await,
        }
    }

    fn complete_folder<'a>(
        &'a mut self,
        node: &'a mut Node,
        depth: u64,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        Box::pin(async move {
            for child in &mut node.children {
                self.complete(child, depth + 1).await?;
            }
            while let Some(pagination) = node.pagination.filter(Pagination::has_more) {
                let Some(request) = self.nested(node, depth, pagination.current + 1) else { break };
                let mut arriving = self.ask(request).await?;
                while let Some(mut child) = arriving.next().await? {
                    self.complete(&mut child, depth + 1).await?;
                    node.children.push(child);
                }
                let (envelope, unreadable) = arriving.rest()?;
                self.unreadable.extend(unreadable);
                let next = envelope.root.pagination;
                if next.is_none_or(|next| next.current != pagination.current + 1) {
                    let message = format!(
                        "the server returned another page of `{}` than \
                                           requested",
                        node.path()
                    );
                    let failure = self.origin().failure(message);
                    return Err(Error::new(ErrorKind::Malformed, failure));
                }
                node.pagination = next;
            }
            Ok(())
        })
    }

    /// Returns the request for a page of a folder in a recursive listing; `None` if the call limits
    /// the number of nodes, or has no folder in its path.
    fn nested(&self, folder: &Node, depth: u64, page: u64) -> Option<Request> {
        let param = self.request.endpoint().rest_of_path()?;
        if self.request.text_of("max_nodes").is_some() {
            return None;
        }
        let mut request = self.request.clone().node(param.key, folder.path());
        if let Some(depths) = self.request.text_of("max_depth") {
            // The folder is that much deeper than the one whose depth was limited.
            let rest = depths.parse::<u64>().ok()?.checked_sub(depth)?;
            request = request.number("max_depth", rest);
        }
        Some(request.page(u32::try_from(page).ok()?))
    }

    /// Returns the state after a page that has ended.
    fn after(&self, asked: Option<u32>, pagination: Pagination) -> Result<State, Error> {
        let Pagination { current, .. } = pagination;
        let number =
            u32::try_from(current).ok().filter(|number| asked.is_none_or(|n| n == *number));
        let next = number.and_then(|number| number.checked_add(1));
        match next {
            // A server that returns the same page forever would otherwise keep the client busy
            // forever.
            None => {
                let asked = asked.unwrap_or(1);
                let message = format!("the server returned page {current} instead of {asked}");
                Err(Error::new(ErrorKind::Malformed, self.origin().failure(message)))
            }
            Some(next) if pagination.has_more() => Ok(State::Page(Some(next))),
            Some(_) => Ok(State::Ended),
        }
    }
}

impl fmt::Debug for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nodes")
            .field("action", &self.endpoint.id)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        marker::PhantomData,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::Poll,
    };

    use bytes::Bytes;
    use futures_util::{StreamExt as _, TryStreamExt as _, stream};
    use http::header::CONTENT_TYPE;

    use crate::{
        Body, Error, ErrorKind, Pydio, Request,
        client::Nodes,
        response::Listing,
        testing::{Canned, LS, Server, Typed, ready},
        transport::{Exchange, ResponseBody, Transport},
    };

    fn page(names: &[&str], current: u64, total: u64) -> Canned {
        let nodes: String =
            names.iter().map(|name| format!("<tree filename=\"/{name}\"/>")).collect();
        Canned::xml(&format!(
            "<tree filename=\"/a\"><pagination count=\"9\" total=\"{total}\" \
             current=\"{current}\"/>{nodes}</tree>"
        ))
    }

    /// The nodes of these responses, and the requests.
    fn nodes(answers: impl IntoIterator<Item = Canned>) -> (Nodes, impl Fn() -> Vec<String>) {
        let (server, log) = Server::new(answers);
        let builder = Pydio::builder("http://pydio.test").login("alice", "secret");
        let files = builder.transport(server).build().unwrap().workspace("w");
        let call = Typed::<Listing>(Request::new(&LS).node("dir", "/a"), PhantomData);
        let asked = move || {
            let log = log.lock().unwrap();
            log.iter().map(|request| request.uri().to_string()).collect()
        };
        (files.nodes(call), asked)
    }

    fn names(nodes: Nodes) -> Result<Vec<String>, Error> {
        let names = nodes.into_stream().map_ok(|node| node.path().to_string());
        ready(names.try_collect())
    }

    #[test]
    fn all_pages_are_one_list() {
        let pages = [page(&["a", "b"], 1, 3), page(&["c"], 2, 3), page(&[], 3, 3)];
        let (mut nodes, asked) = nodes(pages);
        assert!(asked().is_empty(), "nothing is sent before the first node is asked for");
        assert_eq!(ready(nodes.next()).unwrap().unwrap().path().as_str(), "/a");
        assert_eq!(nodes.count(), None);
        let rest = ready(async {
            let mut paths = Vec::new();
            while let Some(node) = nodes.next().await.unwrap() {
                paths.push(node.path().to_string());
            }
            paths
        });
        assert_eq!((rest, nodes.count()), (vec!["/b".to_owned(), "/c".to_owned()], Some(9)));
        let pages: Vec<_> =
            asked().iter().map(|url| url.rsplit_once("%2523").map(|(_, n)| n.to_owned())).collect();
        assert_eq!(pages, [None, Some("2".to_owned()), Some("3".to_owned())]);
    }

    #[test]
    fn a_folder_without_pages_is_asked_for_once() {
        let xml =
            "<tree filename=\"/a\"><tree filename=\"/d\"><tree filename=\"/d/e\"/></tree></tree>";
        let (mut nodes, asked) = nodes([Canned::xml(xml)]);
        let node = ready(nodes.next()).unwrap().unwrap();
        assert_eq!((node.path().as_str(), node.children.len()), ("/d", 1));
        assert!(ready(nodes.next()).unwrap().is_none());
        assert!(ready(nodes.next()).unwrap().is_none());
        assert_eq!(asked().len(), 1);
    }

    fn nested(name: &str, current: u64, total: u64, inner: &str) -> String {
        format!(
            "<tree filename=\"/{name}\"><pagination count=\"3\" total=\"{total}\" \
             current=\"{current}\"/>{inner}</tree>"
        )
    }

    #[test]
    fn pages_that_a_recursive_listing_cut_off_are_fetched() {
        let leaf = |name: &str| format!("<tree filename=\"/{name}\"/>");
        let deep = nested("a/b/c", 1, 2, &leaf("a/b/c/1"));
        let inner = nested("a/b", 1, 2, &(leaf("a/b/1") + &deep));
        let first = format!("<tree filename=\"/a\">{inner}</tree>");
        let (nodes, asked) = nodes([
            Canned::xml(&first),
            Canned::xml(&nested("a/b/c", 2, 2, &leaf("a/b/c/2"))),
            Canned::xml(&nested("a/b", 2, 2, &leaf("a/b/2"))),
        ]);
        let all: Vec<_> = ready(nodes.into_stream().try_collect()).unwrap();
        assert_eq!(all.len(), 1);
        assert!(all[0].incomplete_folders().is_empty());
        let paths = |node: &crate::response::Node| -> Vec<String> {
            node.children.iter().map(|node| node.path().to_string()).collect()
        };
        assert_eq!(paths(&all[0]), ["/a/b/1", "/a/b/c", "/a/b/2"]);
        assert_eq!(paths(&all[0].children[1]), ["/a/b/c/1", "/a/b/c/2"]);
        let asked = asked();
        assert_eq!(asked.len(), 3);
        assert!(asked[1].contains("/ls/a/b/c%25232"), "{asked:?}");
        assert!(asked[2].contains("/ls/a/b%25232"), "{asked:?}");
    }

    #[test]
    fn names_that_are_not_utf8_are_told_after_all_nodes() {
        let bytes = |name: &[u8], current: u8| {
            let mut body = format!(
                "<tree filename=\"/a\"><pagination count=\"3\" total=\"2\" current=\"{current}\"/>"
            )
            .into_bytes();
            body.extend_from_slice(b"<tree filename=\"/a/");
            body.extend_from_slice(name);
            body.extend_from_slice(b"\"/></tree>");
            Canned::new("text/xml", body)
        };
        let (mut files, asked) = nodes([bytes(b"\xff", 1), bytes(b"ok", 2)]);
        assert_eq!(ready(files.next()).unwrap().unwrap().path().as_str(), "/a/ok");
        let error = ready(files.next()).unwrap_err();
        assert!(error.to_string().contains("`/a/\u{fffd}`"), "{error}");
        assert!(ready(files.next()).unwrap().is_none());
        assert_eq!(asked().len(), 2);
    }

    #[test]
    fn a_repeated_page_is_an_error() {
        let (nodes, asked) = nodes([page(&["a"], 1, 3), page(&["a"], 1, 3)]);
        let error = names(nodes).unwrap_err();
        assert!(error.to_string().contains("returned page 1 instead of 2"), "{error}");
        assert_eq!(asked().len(), 2);
    }

    #[test]
    fn a_failure_behind_the_nodes_is_reported_after_them() {
        let xml = "<tree><tree filename=\"/a\"/><message type=\"ERROR\">no more</message></tree>";
        let (mut files, _) = nodes([Canned::xml(xml)]);
        assert_eq!(ready(files.next()).unwrap().unwrap().path().as_str(), "/a");
        let error = ready(files.next()).unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{error}");
        assert!(ready(files.next()).unwrap().is_none(), "it has ended");

        let (mut cut, _) = nodes([Canned::xml("<tree><tree filename=\"/a\"/>")]);
        assert!(ready(cut.next()).unwrap().is_some());
        assert!(
            ready(cut.next()).as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed)
        );
    }

    /// An endless listing, and how many chunks of it were read.
    struct Endless(Arc<AtomicUsize>);

    impl Transport for Endless {
        fn send(&self, _: http::Request<Body>) -> Exchange<'_> {
            let taken = Arc::clone(&self.0);
            let head = stream::iter([Ok(Bytes::from_static(b"<tree>"))]);
            let rest = stream::repeat_with(move || {
                taken.fetch_add(1, Ordering::Relaxed);
                Ok(Bytes::from_static(b"<tree filename=\"/a\" text=\"a\"/>"))
            });
            let body = Box::pin(head.chain(rest)) as ResponseBody;
            let response = http::Response::builder().header(CONTENT_TYPE, "text/xml").body(body);
            Box::pin(async { Ok(response?) })
        }
    }

    #[test]
    fn nothing_is_read_ahead_and_the_limit_is_for_each_node() {
        let taken = Arc::new(AtomicUsize::new(0));
        let builder = Pydio::builder("http://pydio.test").transport(Endless(Arc::clone(&taken)));
        let files = builder.max_response_size(100).build().unwrap().workspace("w");
        let call = || Typed::<Listing>(Request::new(&LS).node("dir", "/a"), PhantomData);
        let mut nodes = files.nodes(call());
        for count in 1..=10_000 {
            assert!(ready(nodes.next()).unwrap().is_some());
            assert!(taken.load(Ordering::Relaxed) <= count + 1);
        }
        assert!(
            ready(files.call(call()))
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::TooLarge)
        );
    }

    /// A listing that stops until it is polled twice, like a slow server.
    struct Hesitant(&'static [&'static str]);

    impl Transport for Hesitant {
        fn send(&self, _: http::Request<Body>) -> Exchange<'_> {
            let chunks = stream::iter(self.0).then(|chunk| async {
                tokio::task::yield_now().await;
                Ok(Bytes::from_static(chunk.as_bytes()))
            });
            let body = Box::pin(chunks) as ResponseBody;
            let response = http::Response::builder().header(CONTENT_TYPE, "text/xml").body(body);
            Box::pin(async {
                tokio::task::yield_now().await;
                Ok(response?)
            })
        }
    }

    #[tokio::test]
    async fn a_future_that_is_dropped_loses_nothing() {
        const CHUNKS: [&str; 4] =
            ["<tree><tree file", "name=\"/a\"/>", "<tree filename=\"/b\"", "/></tree>"];
        let builder = Pydio::builder("http://pydio.test").transport(Hesitant(&CHUNKS));
        let files = builder.build().unwrap().workspace("w");
        let call = Typed::<Listing>(Request::new(&LS).node("dir", "/a"), PhantomData);
        let mut nodes = files.nodes(call);
        let mut names = Vec::new();
        let mut dropped = 0;
        loop {
            let mut next = Box::pin(nodes.next());
            match std::future::poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx))).await {
                Poll::Pending => dropped += 1,
                Poll::Ready(Ok(Some(node))) => names.push(node.path().to_string()),
                Poll::Ready(end) => break assert!(end.unwrap().is_none()),
            }
        }
        assert_eq!((names, dropped), (vec!["/a".to_owned(), "/b".to_owned()], 5));
    }
}
