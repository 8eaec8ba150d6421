//! The files of an installation as XML, each parsed once.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::xml::{self, Document};
use crate::{diagnostic::Diagnostic, input::Installation};

/// The parsed files of an installation.
pub(crate) struct Documents<'i> {
    installation: &'i Installation,
    parsed: RefCell<HashMap<String, Result<Rc<Document>, Diagnostic>>>,
}

impl<'i> Documents<'i> {
    pub(crate) fn of(installation: &'i Installation) -> Self {
        Self { installation, parsed: RefCell::default() }
    }

    /// Returns the file at `path`, from the installation's root, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Installation::source`], and an error when the file is not
    /// well-formed.
    pub(crate) fn get(&self, path: &str) -> Result<Rc<Document>, Diagnostic> {
        let path = self.installation.normalised(path)?;
        if let Some(result) = self.parsed.borrow().get(&path) {
            return result.clone();
        }
        let file = self.installation.source(&path);
        let result = file.and_then(|file| xml::parse(&file)).map(Rc::new);
        self.parsed.borrow_mut().insert(path, result.clone());
        result
    }
}
