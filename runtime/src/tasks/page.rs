//! One page of a folder.

use crate::{
    response::Listing,
    types::{Error, ErrorKind, Node},
};

use super::{failed, invalid};

/// One page of a folder. It is all of it only if [`pages`](Self::pages) is 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodePage {
    /// The nodes of this page, in the server's order; none on a page after the last.
    pub nodes: Vec<Node>,
    /// The number of this page, from 1.
    pub number: u64,
    /// The number of pages. The server counts one too many if the nodes fill the last one exactly.
    pub pages: u64,
    /// The number of nodes in the folder.
    pub count: u64,
}

impl NodePage {
    /// Reads the page from the response of a call that asked for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`] if it is another page.
    pub fn of(listing: Listing, number: u32) -> Result<Self, Error> {
        let (number, nodes) = (u64::from(number), listing.nodes);
        let (pages, count, current) = match listing.pagination {
            Some(pagination) => (pagination.total, pagination.count, pagination.current),
            None => (1, u64::try_from(nodes.len()).unwrap_or(u64::MAX), 1),
        };
        // For a page after the last, servers return another one.
        let nodes = match number {
            _ if number == current => nodes,
            _ if number > pages => Vec::new(),
            _ => {
                let message = format!("the server returned page {current} instead of {number}");
                return Err(failed(ErrorKind::Malformed, message));
            }
        };
        Ok(Self { nodes, number, pages, count })
    }

    /// Refuses a number of a page that does not exist in any folder.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for 0.
    pub fn check(number: u32) -> Result<(), Error> {
        match number {
            0 => Err(invalid("page 0 does not exist; the first page is 1")),
            _ => Ok(()),
        }
    }

    /// Returns whether pages follow this one.
    pub fn has_more(&self) -> bool {
        self.number < self.pages
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, Node, NodePage};
    use crate::{ErrorKind, types::Pagination};

    fn listing(pagination: Option<Pagination>) -> Listing {
        let node = Node::new([("filename", "/a")]);
        Listing { pagination, ..Listing::new(Node::default(), [node]) }
    }

    #[test]
    fn a_folder_without_pages_has_one() {
        let page = NodePage::of(listing(None), 1).unwrap();
        assert_eq!((page.nodes.len(), page.pages, page.count, page.has_more()), (1, 1, 1, false));
        assert!(NodePage::of(listing(None), 2).unwrap().nodes.is_empty());
    }

    #[test]
    fn another_page_is_an_error_unless_there_is_none_of_that_number() {
        let third = |asked| NodePage::of(listing(Some(Pagination::new(9, 3, 3))), asked);
        assert_eq!(third(3).unwrap().nodes.len(), 1);
        assert_eq!(third(2).unwrap_err().kind(), ErrorKind::Malformed);
        assert!(third(4).unwrap().nodes.is_empty());
        assert_eq!(NodePage::check(0).unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
