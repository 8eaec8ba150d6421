//! How a server sends a list in pages.

/// How a server sends a list in pages, as data of an [`Endpoint`](crate::Endpoint).
///
/// [`Workspace::items`](crate::Workspace::items) and its likes read a list by it.
///
/// ```
/// use pydio_runtime::Paging;
///
/// // Pages of 50, by number; the total is in the response.
/// const SHARES: Paging = Paging::page("page").size(50).count("/cursor/total").items(&["/data"]);
/// // Twenty entries from a position.
/// const EVENTS: Paging = Paging::offset("offset").limit("limit").size(20);
/// # let _ = (SHARES, EVENTS);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    pub(crate) by: PagedBy,
    /// The parameter for the number of items per page.
    pub(crate) limit: Option<&'static str>,
    /// The number of entries per page; 0 where the server's pages say where they end.
    pub(crate) size: u32,
    /// JSON pointers to the items, of which the first that is there has them.
    pub(crate) items: &'static [&'static str],
    /// JSON pointers to the number of items, the number of pages, and that of this page.
    pub(crate) count: Option<&'static str>,
    pub(crate) pages: Option<&'static str>,
    pub(crate) current: Option<&'static str>,
    /// Attributes or fields that identify an item, the most important one first.
    pub(crate) identity: &'static [&'static str],
    pub(crate) is_sparse: bool,
    pub(crate) echoes: Option<Echoes>,
    /// The parameter that makes the server merge the entries of a feed.
    pub(crate) merged_by: Option<&'static str>,
}

/// Items that the server lists again under another identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Echoes {
    /// The attribute or field by which they are known, and what it begins with.
    pub(crate) field: &'static str,
    pub(crate) prefix: &'static str,
    /// What they have in common with the item that they repeat.
    pub(crate) alike: &'static [&'static str],
}

/// How the next part of a list is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagedBy {
    /// Not requested: the server sends the whole list.
    Whole,
    /// By the number of a page, from 1, in this parameter.
    Page(&'static str),
    /// By the number of a page, behind an encoded `#` at the end of this text.
    Suffix(&'static str),
    /// By the number of entries before it, in this parameter.
    Offset(&'static str),
    /// By the number of the last entry that is known, in this parameter. Each response has all
    /// entries after it.
    Sequence(&'static str),
}

impl Paging {
    const fn new(by: PagedBy) -> Self {
        Self {
            by,
            limit: None,
            size: 0,
            items: &[],
            count: None,
            pages: None,
            current: None,
            identity: &[],
            is_sparse: false,
            echoes: None,
            merged_by: None,
        }
    }

    /// Describes a list that the server always sends whole.
    pub const fn whole() -> Self {
        Self::new(PagedBy::Whole)
    }

    /// Describes a list whose pages are requested by their number in this parameter. A server that
    /// sends no paging data has sent the whole list.
    pub const fn page(param: &'static str) -> Self {
        Self::new(PagedBy::Page(param))
    }

    /// Describes a list whose pages are requested by their number at the end of this text.
    pub const fn suffix(param: &'static str) -> Self {
        Self::new(PagedBy::Suffix(param))
    }

    /// Describes a list whose pages begin at a position in this parameter.
    pub const fn offset(param: &'static str) -> Self {
        Self::new(PagedBy::Offset(param))
    }

    /// Describes a feed that is read on from the number in this parameter.
    pub const fn sequence(param: &'static str) -> Self {
        Self::new(PagedBy::Sequence(param))
    }

    /// Sets the parameter for the number of entries per page.
    #[must_use]
    pub const fn limit(mut self, param: &'static str) -> Self {
        self.limit = Some(param);
        self
    }

    /// Sets the number of entries per page: the number to request if there is a parameter for it,
    /// or else the fixed one of the server.
    #[must_use]
    pub const fn size(mut self, entries: u32) -> Self {
        self.size = entries;
        self
    }

    /// Sets JSON pointers to the items, of which the first existing one contains them: a list, or
    /// an object of items by key. An empty pointer is the document itself.
    #[must_use]
    pub const fn items(mut self, pointers: &'static [&'static str]) -> Self {
        self.items = pointers;
        self
    }

    /// Sets the JSON pointer to the number of items of all pages; of a feed, to the number of its
    /// last entry.
    #[must_use]
    pub const fn count(mut self, pointer: &'static str) -> Self {
        self.count = Some(pointer);
        self
    }

    /// Sets the JSON pointer to the number of pages.
    #[must_use]
    pub const fn pages(mut self, pointer: &'static str) -> Self {
        self.pages = Some(pointer);
        self
    }

    /// Sets the JSON pointer to the number of the page that was sent.
    #[must_use]
    pub const fn current(mut self, pointer: &'static str) -> Self {
        self.current = Some(pointer);
        self
    }

    /// Sets the attributes or fields that identify an item. An item that was returned before is
    /// dropped; the key of an object identifies an item without this. A list by position in which
    /// no item has the first of them is not paged by the server, and ends after its first page. Of a
    /// feed, it is the field with the number of an entry.
    #[must_use]
    pub const fn identity(mut self, names: &'static [&'static str]) -> Self {
        self.identity = names;
        self
    }

    /// Marks a list whose server leaves out entries after it has counted them, so that a page may be
    /// empty although others follow.
    #[must_use]
    pub const fn sparse(mut self) -> Self {
        self.is_sparse = true;
        self
    }

    /// Marks a list whose server lists items again as others: those whose `field` begins with
    /// `prefix`. One is dropped for each item before it that has the same values of `alike`. The
    /// server's count is not used.
    #[must_use]
    pub const fn echoes(
        mut self,
        field: &'static str,
        prefix: &'static str,
        alike: &'static [&'static str],
    ) -> Self {
        self.echoes = Some(Echoes { field, prefix, alike });
        self
    }

    /// Sets the parameter that makes the server merge the entries of a feed. The last number that it
    /// sends is then that of the last entry it has read, rather than looked up afterwards.
    #[must_use]
    pub const fn merged_by(mut self, param: &'static str) -> Self {
        self.merged_by = Some(param);
        self
    }

    /// Returns how the next part is requested.
    pub const fn by(&self) -> PagedBy {
        self.by
    }
}
