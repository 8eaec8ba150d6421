//! Reads a list page after page, as its endpoint says that it comes.

use std::collections::{HashMap, HashSet, VecDeque};

use super::target::Target;
use crate::{
    json::Json,
    response::{ListedPage, Origin, PageItem, not_utf8, number_at},
    types::{Error, ErrorKind, Kind, PagedBy, Paging, Request, ResponseKind},
};

/// How many times as many entries are asked for behind an empty page of a list whose server leaves
/// entries out.
const PROBE: u64 = 100;

/// The pages of a list.
pub(super) struct Pager {
    target: Target,
    request: Request,
    paging: Paging,
    /// What to request next; `None` after the last page.
    next: Option<Position>,
    /// The items of the page that was read.
    items: VecDeque<PageItem>,
    /// What identifies the items so far.
    seen: HashSet<String>,
    /// How many items there were that are not repeated yet, by what their echoes have in common
    /// with them.
    originals: HashMap<Vec<Option<String>>, u32>,
    pages: Progress,
    /// The paths of nodes whose names are not UTF-8.
    unreadable: Vec<String>,
    /// How many folders lack children.
    cut_folders: usize,
    /// Whether the server has more, which cannot be requested.
    lacks_pages: bool,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// What the call asks for.
    First,
    Page(u64),
    Entries {
        offset: u64,
        limit: u64,
        is_probe: bool,
    },
}

/// How many pages brought something, and how many after the last of them brought nothing.
#[derive(Default)]
struct Progress {
    useful: u32,
    useless: u32,
}

/// A page as it came.
struct Page {
    items: Vec<PageItem>,
    count: Option<u64>,
    total: Option<u64>,
    current: Option<u64>,
}

/// What reading a list brings.
pub(super) enum Step {
    Item(PageItem),
    /// The number of items of all pages, as the server counts them.
    Count(u64),
}

impl Pager {
    pub(super) fn new(target: Target, request: Request) -> Self {
        let paging = request.endpoint().paging.unwrap_or(Paging::whole());
        let next = Some(first(&paging, &request));
        Self {
            target,
            request,
            paging,
            next,
            items: VecDeque::new(),
            seen: HashSet::new(),
            originals: HashMap::new(),
            pages: Progress::default(),
            unreadable: Vec::new(),
            cut_folders: 0,
            lacks_pages: false,
        }
    }

    /// Returns the next item or count; `None` at the end.
    pub(super) async fn step(&mut self) -> Result<Option<Step>, Error> {
        loop {
            if let Some(item) = self.items.pop_front() {
                self.cut_folders += item.cut_folders();
                return Ok(Some(Step::Item(item)));
            }
            let Some(position) = self.next.take() else {
                return self.end().map(|()| None);
            };
            let page = self.read(position).await?;
            self.next = self.after(position, &page)?;
            let count = page.count.filter(|_| self.paging.echoes.is_none());
            self.take_new(page.items)?;
            if let Some(count) = count {
                return Ok(Some(Step::Count(count)));
            }
        }
    }

    async fn read(&mut self, position: Position) -> Result<Page, Error> {
        let request = self.positioned(position);
        if request.endpoint().response == ResponseKind::Listing {
            let ListedPage { listing, unreadable } = self.target.ask(request).await?;
            self.unreadable.extend(unreadable);
            let paging = listing.pagination;
            return Ok(Page {
                items: listing.nodes.into_iter().map(PageItem::of_node).collect(),
                count: paging.map(|paging| paging.count),
                total: paging.map(|paging| paging.total),
                current: paging.map(|paging| paging.current),
            });
        }
        let document: Json = self.target.ask(request).await?;
        let number = |pointer: Option<&str>| number_at(&document, pointer?);
        let Paging { count, pages, current, .. } = self.paging;
        let (count, total, current) = (number(count), number(pages), number(current));
        let items = items_of(document, self.paging.items)
            .ok_or_else(|| self.malformed("the response does not contain the list"))?;
        Ok(Page { items, count, total, current })
    }

    /// Returns the call of a part of the list.
    fn positioned(&self, position: Position) -> Request {
        let request = self.request.clone();
        match (self.paging.by, position) {
            (PagedBy::Page(param), Position::Page(number)) => {
                let is_in_path =
                    request.endpoint().param(param).is_some_and(|param| param.kind == Kind::Page);
                match is_in_path {
                    true => request.page(u32::try_from(number).unwrap_or(u32::MAX)),
                    false => request.number(param, number),
                }
            }
            (PagedBy::Suffix(param), Position::Page(number)) => {
                let text = request.text_of(param).unwrap_or("/");
                let text = text.split_once(HASH).map_or(text, |(text, _)| text);
                let text = format!("{text}{HASH}{number}");
                request.text(param, text)
            }
            (PagedBy::Offset(param), Position::Entries { offset, limit, .. }) => {
                let request = request.number(param, offset);
                match self.paging.limit {
                    Some(param) => request.number(param, limit),
                    None => request,
                }
            }
            _ => request,
        }
    }

    /// Returns what follows a page.
    fn after(&mut self, asked: Position, page: &Page) -> Result<Option<Position>, Error> {
        match (self.paging.by, asked) {
            (PagedBy::Page(_) | PagedBy::Suffix(_), Position::Page(number)) => {
                self.after_page(number, page)
            }
            (PagedBy::Page(_) | PagedBy::Suffix(_), _) => self.after_page(1, page),
            (PagedBy::Offset(_), Position::Entries { offset, limit, is_probe }) => {
                Ok(self.after_entries((offset, limit, is_probe), page))
            }
            _ => {
                self.lacks_pages = page.current < page.total;
                Ok(None)
            }
        }
    }

    fn after_page(&self, asked: u64, page: &Page) -> Result<Option<Position>, Error> {
        if let Some(current) = page.current.filter(|current| *current != asked) {
            // A list that has become short enough comes whole, whatever is asked for.
            let is_whole = current == 1 && page.total.is_none_or(|total| total <= 1);
            if is_whole && !self.paging.identity.is_empty() {
                return Ok(None);
            }
            let message = format!("the server returned page {current} instead of {asked}");
            return Err(self.malformed(&message));
        }
        let has_more = match (u64::from(self.paging.size), page.count, page.total) {
            (1.., Some(count), _) => asked.saturating_mul(self.paging.size.into()) < count,
            (_, _, Some(total)) => asked < total,
            // A server that does not say where it ends has sent everything.
            _ => false,
        };
        Ok(has_more.then_some(Position::Page(asked + 1)))
    }

    /// Returns what follows the entries at an offset. The server counts rows, from which it makes
    /// fewer items, so that a short page is not the last one.
    fn after_entries(&self, asked: (u64, u64, bool), page: &Page) -> Option<Position> {
        let (offset, limit, is_probe) = asked;
        let offset = offset.checked_add(limit).filter(|_| limit > 0)?;
        let size = self.size();
        let own = Position::Entries { offset, limit: size, is_probe: false };
        let key = self.paging.identity.first();
        if page.items.iter().any(|item| key.is_none_or(|key| item.has(key))) {
            return Some(own);
        }
        let is_first = self.pages.useful == 0 && self.pages.useless == 0;
        let is_unpaged = is_first && !page.items.is_empty();
        let may_follow = self.paging.is_sparse && !is_probe && !is_unpaged;
        let limit = size.saturating_mul(PROBE);
        may_follow.then_some(Position::Entries { offset, limit, is_probe: true })
    }

    /// Returns the number of entries per page.
    fn size(&self) -> u64 {
        entries(&self.paging, &self.request)
    }

    /// Keeps the items of a page that were not there before.
    fn take_new(&mut self, items: Vec<PageItem>) -> Result<(), Error> {
        let is_only = self.next.is_none() && self.seen.is_empty();
        let is_empty = items.is_empty();
        for item in items {
            let identity = (!is_only).then(|| item.identity(self.paging.identity)).flatten();
            let is_new = identity.is_none_or(|identity| self.seen.insert(identity));
            if is_new && !self.is_echo(&item) {
                self.items.push_back(item);
            }
        }
        match self.items.is_empty() {
            false => (self.pages.useful, self.pages.useless) = (self.pages.useful + 1, 0),
            // An empty page repeats nothing: what it had was left out.
            true => self.pages.useless += u32::from(!is_empty),
        }
        // Items that are added in front move others by as many pages as were read, at the most.
        let Progress { useful, useless } = self.pages;
        match self.next.is_some() && useless > useful {
            true => Err(self.malformed("the server keeps returning the same page")),
            false => Ok(()),
        }
    }

    /// Returns whether an item repeats one before it.
    fn is_echo(&mut self, item: &PageItem) -> bool {
        let Some(echoes) = self.paging.echoes else { return false };
        let alike = echoes.alike.iter().map(|name| item.text(name)).collect();
        let is_one = item.text(echoes.field).is_some_and(|text| text.starts_with(echoes.prefix));
        let originals = self.originals.entry(alike).or_default();
        if is_one && *originals > 0 {
            *originals -= 1;
            return true;
        }
        *originals += u32::from(!is_one);
        false
    }

    /// Reports what the list lacks, after its last item.
    fn end(&mut self) -> Result<(), Error> {
        let paths = std::mem::take(&mut self.unreadable);
        if !paths.is_empty() {
            return Err(not_utf8(&self.origin(), &paths, None));
        }
        if std::mem::take(&mut self.lacks_pages) {
            let message = "the list is incomplete: the server has more pages, which this call \
                           cannot request";
            return Err(self.malformed(message));
        }
        match std::mem::take(&mut self.cut_folders) {
            0 => Ok(()),
            count => {
                let message = format!(
                    "the list is incomplete: {count} subfolders have more children, of which the \
                     server returns only the first page; list these folders one by one"
                );
                Err(self.malformed(&message))
            }
        }
    }

    /// Returns an error about the list.
    pub(super) fn malformed(&self, message: &str) -> Error {
        Error::new(ErrorKind::Malformed, self.origin().failure(message))
    }

    fn origin(&self) -> Origin {
        Origin::new(self.request.endpoint(), self.target.workspace())
    }
}

/// What stands before a page at the end of a text, which the server does not decode.
const HASH: &str = "%23";

/// Returns the part that a call begins with: that which the caller has set, or else the first one.
fn first(paging: &Paging, request: &Request) -> Position {
    match paging.by {
        PagedBy::Page(param) => {
            let number = request.page_number().map(u64::from);
            let number = number.or_else(|| request.text_of(param)?.parse().ok());
            number.map_or(Position::First, Position::Page)
        }
        PagedBy::Suffix(param) => {
            let text = request.text_of(param).and_then(|text| text.split_once(HASH));
            let number = text.and_then(|(_, number)| number.parse().ok());
            number.map_or(Position::First, Position::Page)
        }
        PagedBy::Offset(param) => {
            let offset = request.text_of(param).and_then(|text| text.parse().ok());
            let limit = entries(paging, request);
            Position::Entries { offset: offset.unwrap_or(0), limit, is_probe: false }
        }
        PagedBy::Whole | PagedBy::Sequence(_) => Position::First,
    }
}

/// Returns the number of entries per page: that which the caller has set, or else the usual one.
fn entries(paging: &Paging, request: &Request) -> u64 {
    match paging.limit.and_then(|param| request.text_of(param)) {
        // What the server makes of another number is one page.
        Some(text) => text.parse().unwrap_or(0),
        None => paging.size.into(),
    }
}

/// Returns the items in a document: at the first of these places that is there.
pub(super) fn items_of(mut document: Json, places: &[&str]) -> Option<Vec<PageItem>> {
    let place = places.iter().find(|place| document.pointer(place).is_some())?;
    match document.pointer_mut(place)?.take() {
        Json::Array(items) => {
            Some(items.into_iter().map(|item| PageItem::of_json(None, item)).collect())
        }
        Json::Object(items) => {
            let items = items.into_iter();
            Some(items.map(|(key, item)| PageItem::of_json(Some(key), item)).collect())
        }
        Json::Null | Json::Bool(false) => Some(Vec::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
