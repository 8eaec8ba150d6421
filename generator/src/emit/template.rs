//! The texts of emitted crates: Jinja templates in `templates/`.

use minijinja::{Environment, Error, UndefinedBehavior, Value, syntax::SyntaxConfig};

use super::doc;

/// Renders a template: `crate.md`, `README.md`, `calls.rs` or `tasks.rs`.
pub(super) fn fill(name: &str, values: Value) -> Result<String, Error> {
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.add_filter("wrap", |text: String| doc::wrapped(&text));
    environment.add_filter("item", |text: String| doc::item(&text));
    environment.add_template("crate.md", include_str!("templates/crate.md.j2"))?;
    environment.add_template("README.md", include_str!("templates/README.md.j2"))?;
    environment.add_template("ways.md", include_str!("templates/access_methods.md.j2"))?;
    environment.add_template("calls.rs", include_str!("templates/calls.rs.j2"))?;
    environment.add_template("tasks.rs", include_str!("templates/tasks.rs.j2"))?;
    environment.get_template(name)?.render(values)
}
