//! Parameter styles of OpenAPI: how a list or an object becomes text.

/// How a parameter is encoded: `style` and `explode` of OpenAPI, and what goes with them.
///
/// ```
/// use pydio_runtime::Style;
///
/// // `color=blue&color=black`, where `Style::form()` is `color=blue,black`.
/// let style = Style::form().exploded();
/// # let _ = style;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub(crate) kind: StyleKind,
    pub(crate) explode: bool,
    pub(crate) reserved: bool,
    pub(crate) empty: bool,
}

/// The `style` of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StyleKind {
    Simple,
    Label,
    Matrix,
    Form,
    /// The items in one text, with this character between them.
    Delimited(char),
    DeepObject,
}

impl Style {
    const fn new(kind: StyleKind) -> Self {
        Self { kind, explode: false, reserved: false, empty: false }
    }

    /// `blue,black`: paths and headers.
    pub const fn simple() -> Self {
        Self::new(StyleKind::Simple)
    }

    /// `.blue,black`: paths.
    pub const fn label() -> Self {
        Self::new(StyleKind::Label)
    }

    /// `;color=blue,black`: paths.
    pub const fn matrix() -> Self {
        Self::new(StyleKind::Matrix)
    }

    /// `color=blue,black`: queries, forms and cookies.
    pub const fn form() -> Self {
        Self::new(StyleKind::Form)
    }

    /// `color=blue%20black`: queries and forms.
    pub const fn space_delimited() -> Self {
        Self::new(StyleKind::Delimited(' '))
    }

    /// `color=blue|black`: queries and forms.
    pub const fn pipe_delimited() -> Self {
        Self::new(StyleKind::Delimited('|'))
    }

    /// `color=blue%09black`: queries and forms of Swagger 2.0.
    pub const fn tab_delimited() -> Self {
        Self::new(StyleKind::Delimited('\t'))
    }

    /// `color[R]=100&color[G]=200`: queries and forms.
    pub const fn deep_object() -> Self {
        Self::new(StyleKind::DeepObject)
    }

    /// Encodes each item and each field separately: `explode`.
    #[must_use]
    pub const fn exploded(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Leaves the reserved characters as they are that a query can hold: `allowReserved`.
    #[must_use]
    pub const fn reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    /// Sends an empty list or object as `color=`, which is otherwise left out: `allowEmptyValue`.
    #[must_use]
    pub const fn with_empty(mut self) -> Self {
        self.empty = true;
        self
    }
}
