//! Sessions on `index.php`: recorded exchanges through the client, and a login over the wire.

mod cases;
mod fake;
mod replay;
mod script;
mod wire;
