//! Sessions on `index.php`, over sockets and with the client's own HTTP.

mod captcha;
mod expiry;
mod faults;
mod login;
mod support;
mod transfers;
