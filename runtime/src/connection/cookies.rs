//! The cookies of one login, which are sent only to the server that set them.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::encode::add_cookies;

/// The cookies that a server has set.
///
/// A jar's cookies are sent only to the address of its server, so `Domain` cannot widen their scope
/// and is ignored.
#[derive(Default)]
pub(crate) struct Jar(Mutex<Vec<Cookie>>);

/// More than any Pydio sets; above this number the oldest are dropped.
const MOST_COOKIES: usize = 50;

#[derive(Clone)]
struct Cookie {
    name: String,
    value: SecretString,
    path: String,
    is_secure: bool,
    /// When it expires; `None` for the end of the session.
    expires: Option<SystemTime>,
}

impl Jar {
    /// Stores the cookies that a response from `url` sets. Cookies that cannot be sent back are
    /// dropped.
    pub(crate) fn store(&self, url: &Url, headers: &HeaderMap) {
        let now = SystemTime::now();
        let mut cookies = self.lock();
        let lines = headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for cookie in lines.filter_map(|line| Cookie::parse(line, url, now)) {
            cookies.retain(|known| (&known.name, &known.path) != (&cookie.name, &cookie.path));
            if !cookie.has_ended(now) {
                cookies.push(cookie);
            }
        }
        let surplus = cookies.len().saturating_sub(MOST_COOKIES);
        cookies.drain(..surplus);
    }

    /// Adds the cookies to the headers of a request to `url`, marked sensitive.
    pub(crate) fn attach(&self, url: &Url, headers: &mut HeaderMap) {
        let now = SystemTime::now();
        let mut cookies: Vec<_> = self.lock().clone();
        cookies.retain(|cookie| cookie.goes_to(url) && !cookie.has_ended(now));
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs = cookies.iter().map(|c| format!("{}={}", c.name, c.value.expose_secret()));
        let pairs = SecretString::from(pairs.collect::<Vec<_>>().join("; "));
        // Values that are invalid in a header were not stored.
        if let Ok(mut value) = HeaderValue::from_str(pairs.expose_secret())
            && !cookies.is_empty()
        {
            value.set_sensitive(true);
            add_cookies(headers, value);
        }
    }

    /// Returns a jar with only those cookies that outlive a session, such as the remember-me
    /// cookie.
    pub(crate) fn lasting(&self) -> Self {
        let mut cookies = self.lock().clone();
        cookies.retain(|cookie| cookie.expires.is_some_and(|end| end > SystemTime::now()));
        Self(Mutex::new(cookies))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Cookie>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cookie {
    /// Reads the value of a `Set-Cookie` header.
    fn parse(line: &str, url: &Url, now: SystemTime) -> Option<Self> {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let is_odd = |c: char| c.is_control() || !c.is_ascii();
        if name.is_empty() || name.contains(is_odd) || value.contains(is_odd) {
            return None;
        }
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.into(),
            path: folder(url.path()).to_owned(),
            is_secure: false,
            expires: None,
        };
        let mut age = None;
        for attribute in attributes.split(';') {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            match (&*name.trim().to_ascii_lowercase(), value.trim()) {
                ("path", path) if path.starts_with('/') => path.clone_into(&mut cookie.path),
                ("secure", _) => cookie.is_secure = true,
                ("expires", date) => cookie.expires = date_of(date).or(cookie.expires),
                ("max-age", seconds) => age = seconds.parse::<i64>().ok().or(age),
                _ => {}
            }
        }
        if let Some(age) = age {
            let lasts = Duration::from_secs(age.try_into().unwrap_or(0));
            // A cookie that expires beyond the range of the clock expires with the session.
            cookie.expires = now.checked_add(lasts);
        }
        Some(cookie)
    }

    fn goes_to(&self, url: &Url) -> bool {
        let path = url.path();
        let is_below = path.strip_prefix(&*self.path).is_some_and(|rest| {
            rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/')
        });
        is_below && (!self.is_secure || url.scheme() == "https")
    }

    fn has_ended(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }
}

/// Returns the path of a cookie that names none: that of the folder of the page.
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

/// Parses a date. Old versions of PHP write `Thu, 03-Dec-2026 09:09:03 GMT`.
fn date_of(text: &str) -> Option<SystemTime> {
    let date = httpdate::parse_http_date(text);
    date.or_else(|_| httpdate::parse_http_date(&text.replace('-', " "))).ok()
}

#[cfg(test)]
mod tests {
    use http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE},
    };
    use url::Url;

    use super::Jar;

    const PAGE: &str = "https://pydio.test/sub/index.php";

    fn store(jar: &Jar, url: &str, lines: &[&str]) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SET_COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        jar.store(&Url::parse(url).unwrap(), &headers);
    }

    fn jar(lines: &[&str]) -> Jar {
        let jar = Jar::default();
        store(&jar, PAGE, lines);
        jar
    }

    fn sent(jar: &Jar, url: &str) -> String {
        let mut headers = HeaderMap::new();
        jar.attach(&Url::parse(url).unwrap(), &mut headers);
        let Some(value) = headers.get(COOKIE) else { return String::new() };
        assert!(value.is_sensitive());
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn cookies_come_back_as_they_were_set() {
        let jar = jar(&["AjaXplorer=a1; path=/; HttpOnly", "other = b=2 ", "bare", "=x", "é=1"]);
        assert_eq!(sent(&jar, PAGE), "other=b=2; AjaXplorer=a1");
        store(&jar, PAGE, &["AjaXplorer=a2; path=/; HttpOnly"]);
        assert_eq!(sent(&jar, PAGE), "other=b=2; AjaXplorer=a2");
        assert_eq!(sent(&Jar::default(), PAGE), "");
    }

    #[test]
    fn a_cookie_goes_below_its_path_only() {
        let jar = jar(&["here=1", "root=1; path=/", "deep=1; Path=/sub/x", "odd=1; path=x"]);
        assert_eq!(sent(&jar, PAGE), "here=1; odd=1; root=1");
        assert_eq!(sent(&jar, "https://pydio.test/sub/x/y"), "deep=1; here=1; odd=1; root=1");
        assert_eq!(sent(&jar, "https://pydio.test/subx"), "root=1");
        assert_eq!(sent(&jar, "https://pydio.test/sub/xy"), "here=1; odd=1; root=1");
    }

    #[test]
    fn a_secure_cookie_does_not_go_over_plain_http() {
        let jar = jar(&["a=1; path=/; secure", "b=2; path=/"]);
        assert_eq!(sent(&jar, PAGE), "a=1; b=2");
        assert_eq!(sent(&jar, "http://pydio.test/"), "b=2");
    }

    #[test]
    fn a_cookie_expires_as_declared() {
        let jar = jar(&["a=1; Max-Age=60", "b=1; expires=Thu, 03-Dec-2099 09:09:03 GMT", "c=1"]);
        assert_eq!(sent(&jar, PAGE), "a=1; b=1; c=1");
        let gone = "deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; HttpOnly";
        store(&jar, PAGE, &[&format!("a={gone}")]);
        assert_eq!(sent(&jar, PAGE), "b=1; c=1");
        let old = "b=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT";
        store(&jar, PAGE, &[old, "c=2; Max-Age=-1", "d=1; max-age=99999999999999999"]);
        assert_eq!(sent(&jar, PAGE), "d=1");
        store(&jar, PAGE, &["d=2; expires=Sunday, 06-Nov-94 08:49:37 GMT; Max-Age=9", "e=1"]);
        store(&jar, PAGE, &["e=; expires=never; max-age=soon"]);
        assert_eq!(sent(&jar, PAGE), "d=2; e=");
    }

    #[test]
    fn a_server_cannot_fill_the_jar() {
        let jar = Jar::default();
        for number in 0..200 {
            store(&jar, PAGE, &[&format!("a{number}=1")]);
        }
        let sent = sent(&jar, PAGE);
        assert!(sent.starts_with("a150=1; ") && sent.ends_with("a199=1"), "{sent}");
    }

    #[test]
    fn only_what_outlives_a_session_is_kept_for_the_next() {
        let jar = jar(&["AjaXplorer=a; path=/", "AjaXplorer-remember=b; Max-Age=864000; HttpOnly"]);
        assert_eq!(sent(&jar.lasting(), PAGE), "AjaXplorer-remember=b");
        assert!(!jar.lasting().is_empty() && Jar::default().lasting().is_empty());
    }
}
