//! What follows the end of a document, which servers do not always end with.

use super::{Builder, Document, Fault, Open, is_blank, parts::reported};
use crate::types::{Message, Severity};

/// The text that 6.5 and 7.0.0 to 7.0.3 print after a response if PHP fails then (measured on 6.5.5
/// with PHP 7.4, whose warnings are enough).
pub(in crate::response) const FAILED_AFTER: &str = "Error";

const WARNING: &str = "the server failed after it had reported this (`Error` follows the \
                       response): the work is done, but subsequent steps such as indexing and \
                       notifications may not be";

impl Builder {
    /// Continues the report of a failure that has ended: 6.4.2 goes on after some errors, and
    /// reports what it did next in the same response. Anything after another document is refused,
    /// since it may contradict it.
    pub(super) fn reopen(&mut self, document: Document, name: &str) -> Result<(), Fault> {
        match document {
            Document::Report(mut report) if report.has_failed() => {
                self.open.push(Open::Node(std::mem::take(&mut report.envelope.root)));
                self.report = report;
                self.is_continued = true;
                Ok(())
            }
            Document::Element(element) if reported(&element).is_some() => {
                self.open.push(Open::Element(element));
                self.is_continued = true;
                Ok(())
            }
            _ => Err(Fault::Malformed(format!("`<{name}>` after the end of the document"))),
        }
    }

    /// Returns whether the document has ended and reports a failure.
    pub(super) fn has_failed(&self) -> bool {
        match &self.document {
            Some(Document::Report(report)) => report.has_failed(),
            Some(Document::Element(element)) => reported(element).is_some(),
            None => false,
        }
    }

    /// Processes text after the end of the document.
    pub(super) fn text_after(&mut self, text: &str) -> Result<(), Fault> {
        let has_failed = self.has_failed();
        match &mut self.document {
            _ if has_failed => Ok(()),
            Some(Document::Report(report)) if text.trim_matches(is_blank) == FAILED_AFTER => {
                let severity = Severity::Other("WARNING".to_owned());
                report.envelope.messages.push(Message { severity, text: WARNING.to_owned() });
                Ok(())
            }
            _ => Err(Fault::Malformed("text outside the elements that may contain it".to_owned())),
        }
    }
}
