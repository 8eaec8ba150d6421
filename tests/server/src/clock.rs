//! The clock of a server: it advances with every change, and on request of a test.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Seconds since 1970, shared by all parts of a server.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new(start: i64) -> Self {
        Self(Arc::new(AtomicI64::new(start)))
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Advances by a second, and returns the new time.
    pub(crate) fn tick(&self) -> i64 {
        self.advance(1)
    }

    pub(crate) fn advance(&self, seconds: i64) -> i64 {
        self.0.fetch_add(seconds, Ordering::Relaxed) + seconds
    }
}

/// Returns the time of a date and a time of day: year, month, day; hour, minute, second.
pub(crate) fn seconds([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> i64 {
    // Years begin with March, in eras of 400 years.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    days * 86_400 + hour * 3600 + minute * 60 + second
}

/// Returns a time as in the header `Date`: `Mon, 30 Nov 2026 09:24:21 GMT`.
pub(crate) fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
    };
    let (weekday, text) = (seconds.div_euclid(86_400).rem_euclid(7), date(seconds));
    let number = |part: &str| part.parse::<i64>().unwrap_or_default();
    let (year, month, day) = (&text[..4], number(&text[5..7]), &text[8..10]);
    let (weekday, month) = (name(&DAYS, weekday), name(&MONTHS, month - 1));
    format!("{weekday}, {day} {month} {year} {}:{:02} GMT", &text[11..], seconds.rem_euclid(60))
}

/// Returns a time as `2026/12/03 19:02`.
pub(crate) fn date(seconds: i64) -> String {
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 1 March 0000, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year}/{month:02}/{day:02} {:02}:{:02}", time / 3600, time / 60 % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_time_has_a_date() {
        assert_eq!(super::date(0), "1970/01/01 00:00");
        assert_eq!(super::date(1_795_892_544), "2026/11/28 19:02");
        assert_eq!(super::date(951_782_400), "2000/02/29 00:00");
        assert_eq!(super::http_date(1_796_030_661), "Mon, 30 Nov 2026 09:24:21 GMT");
        assert_eq!(super::http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(super::seconds([2000, 2, 29], [0, 0, 1]), 951_782_401);
        assert_eq!(super::seconds([2026, 11, 28], [19, 2, 24]), 1_795_892_544);
    }
}
