//! What to do about each diagnosis.

pub(super) const NO_CREDENTIALS: &str =
    "the connection has no credentials; set them with `login`, `key_pair` or `keystore`";

pub(super) const PASSWORD_OR_HEADER: &str = "\
    the login or password is wrong, or the web server does not pass the `Authorization` header on \
    to PHP: Pydio responds in the same way to both. Check the password; if it is right, log in \
    with a session, which does not need the header. The server locks out an IP address after three \
    failures";

pub(super) const BAD_CREDENTIALS: &str = "\
    the login or password is wrong, or the account is locked; check them before you retry, because \
    the server locks out an IP address after three failures";

pub(super) const FRONT_SERVER: &str = "\
    a server in front of Pydio, such as a reverse proxy, requires a separate password; bypass that \
    server, or configure it to let these URLs through";

pub(super) const PAIR_REFUSED: &str = "\
    the key pair is not accepted: it was revoked, replaced by another pair for the same device, or \
    invalidated by a change of the password; create a new one. If new pairs are refused too, or \
    only for some names, a proxy changes the signed path; use the URL that the server itself sees";

pub(super) const TOKEN_REFUSED: &str = "\
    a bearer token was sent, which Pydio 6-8 does not accept; use a login and password, or a key \
    pair";

pub(super) const LOCKED_OUT: &str = "\
    the login or password is wrong, and after three failures from this IP address the server no \
    longer says so; correct them, because the right ones are still accepted over REST. The web \
    interface requires a captcha for the next login";

pub(super) const FORBIDDEN: &str = "\
    the credentials are right, but the user may not enter this workspace or use this action; an \
    administrator can grant the right. Slugs are case-sensitive. A user who has to change the \
    password may enter none until that is done in the web interface";

pub(super) const HEADER_LOST: &str = "\
    the password is right, but the web server does not pass the `Authorization` header on to PHP, \
    or truncates a password that contains a `:`; on Apache, set `CGIPassAuth On`, or put a rewrite \
    rule for `HTTP_AUTHORIZATION` on a separate line. A session does not need the header, and \
    neither does a key pair that was created in one (`Keystore::on_session`, `--pair-on-session`)";

pub(super) const REWRITING_OFF: &str = "\
    Pydio is there, but the web server does not route `/api/` to it; turn on URL rewriting (on \
    Apache, mod_rewrite, `AllowOverride All` and a `RewriteBase` that is the prefix; on nginx, \
    rules in the site), or use a session";

pub(super) const ADDRESS_REFUSED: &str = "\
    the API is there, but the web server refuses this URL: Apache does so for a `/` in a parameter \
    of the path (`%2F`) unless it has `AllowEncodedSlashes NoDecode`. A session does not use such \
    URLs";

pub(super) const PREFIX_MOVED: &str = "\
    Pydio is there, but keeps its routes under another prefix, under which it was reached before; \
    delete `data/cache/plugins_*routes*.php` on the server";

pub(super) const MOVED: &str =
    "the server redirects the call to another URL, which the error names; use that one";

pub(super) const WEB_SERVER: &str = "\
    the web server failed, or something between it and Pydio did; see its log for the reason. \
    Apache with mod_fcgid accepts no request of more than 128 KiB unless `FcgidMaxRequestLen` \
    allows it";

pub(super) const GATEWAY: &str = "\
    a proxy in front of Pydio got no response from it, or none in time; the work may be done or \
    still running, so check before you repeat the call";

pub(super) const PLAIN_TO_TLS: &str = "\
    the web server refuses the request, as for an `http://` URL with a port that expects TLS; try \
    `https://`";

pub(super) const NOT_REACHED: &str = "\
    nothing responds at this URL, or the connection broke; check `http` or `https`, the name, the \
    port and the network";

pub(super) const CERTIFICATE: &str = "\
    the certificate of the server is not accepted: its authority is unknown here, or this name or \
    IP address is not among its alternative names. For a private authority on Linux, set the \
    environment variable `SSL_CERT_FILE` to the file with its certificate";

pub(super) const CERTIFICATE_FILE: &str = "\
    the certificate of the server is not accepted, and the environment variable `SSL_CERT_FILE` \
    names a file that does not exist, which is otherwise ignored; set it to the file with the \
    certificate of the authority";

pub(super) const CERTIFICATE_OF_AUTHORITY: &str = "\
    the server uses the certificate of an authority (`CA:TRUE`) as its own, as created by `openssl \
    req -x509` by default, and such a certificate is not accepted; create one with `CA:FALSE`, and \
    set the environment variable `SSL_CERT_FILE` to it";

pub(super) const WRONG_ADDRESS: &str = "\
    there is no Pydio at this URL; check the host, the port and the prefix that the web interface \
    shows in the browser";

pub(super) const OTHER_RELEASE: &str = "\
    generate bindings for the release of the server: between releases, actions, parameters, \
    responses and the encoding of names differ";

pub(super) const UNRELATED: &str =
    "the error has nothing to do with credentials, rights or routing";

pub(super) const NO_ACTIVE_WORKSPACE: &str = "\
    the credentials are right, but the user may enter no workspace: either an administrator has to \
    grant one, or the user has to change the password in the web interface first";
