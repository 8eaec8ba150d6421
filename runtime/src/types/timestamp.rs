//! Points in time.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::json::{FromJson, Json, JsonError, Secrets, ToJson, Value};

/// A point in time, which servers write as the seconds since 1970 (UTC).
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use pydio_runtime::Timestamp;
///
/// let modified = Timestamp::from_secs(1_582_545_601).unwrap();
/// assert_eq!(modified.to_string(), "2020-02-24T12:00:01Z");
/// assert_eq!(modified.as_secs(), 1_582_545_601);
/// let time: SystemTime = modified.into();
/// assert_eq!(time, SystemTime::UNIX_EPOCH + Duration::from_secs(1_582_545_601));
/// assert!(Timestamp::from(SystemTime::now()) > modified);
/// ```
///
/// It is displayed as in RFC 3339, in UTC. With the features `jiff` and `time`, it converts to and
/// from the types of these crates.
///
/// In JSON it is a number of seconds, with a fraction to about a microsecond; digits in quotes are
/// accepted. In the
/// models, a field is unset if its value is empty, or too large for any time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(SystemTime);

const NANOS_PER_SECOND: u32 = 1_000_000_000;

impl Timestamp {
    /// Returns the point in time a number of seconds after 1970, or before it if the number is
    /// negative; `None` if the operating system cannot represent it. Unix represents all of them,
    /// Windows those of the years 1601 to 30827.
    pub fn from_secs(seconds: i64) -> Option<Self> {
        Self::of(seconds, 0)
    }

    fn of(seconds: i64, nanos: u32) -> Option<Self> {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        let second = match seconds < 0 {
            true => SystemTime::UNIX_EPOCH.checked_sub(distance),
            false => SystemTime::UNIX_EPOCH.checked_add(distance),
        };
        second?.checked_add(Duration::from_nanos(nanos.into())).map(Self)
    }

    /// Returns the whole seconds since 1970, rounded down; negative before 1970.
    pub fn as_secs(self) -> i64 {
        self.parts().0
    }

    /// Returns the nanoseconds since the beginning of its second.
    pub fn subsec_nanos(self) -> u32 {
        self.parts().1
    }

    /// Returns the seconds since 1970, rounded down, and the nanoseconds after that.
    fn parts(self) -> (i64, u32) {
        match self.0.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
            Err(error) => {
                let before = error.duration();
                let seconds = 0_i64.saturating_sub_unsigned(before.as_secs());
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanos => (seconds.saturating_sub(1), NANOS_PER_SECOND - nanos),
                }
            }
        }
    }

    /// Reads the seconds since 1970 in a text; `None` if it is not such a number.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Self::from_secs(text.trim().parse().ok()?)
    }

    /// Returns the point in time of a number of seconds with a fraction; `None` if it is out of
    /// range.
    fn from_float(seconds: f64) -> Option<Self> {
        // Beyond, the distance between floats is more than a second.
        const MOST: f64 = 9_007_199_254_740_992.0;
        let whole = seconds.floor();
        if whole.is_nan() || whole.abs() > MOST {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked to be in range")]
        let (whole, nanos) =
            (whole as i64, ((seconds - whole) * f64::from(NANOS_PER_SECOND)).round() as i64);
        // A fraction may be rounded to a whole second.
        let nanos = u32::try_from(nanos).ok()?.min(NANOS_PER_SECOND - 1);
        Self::of(whole, nanos)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(time)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECONDS_PER_DAY: i64 = 86_400;
        let (seconds, nanos) = self.parts();
        let (year, month, day) = date(seconds.div_euclid(SECONDS_PER_DAY));
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        // RFC 3339 has four digits; ISO 8601 puts a sign before more of them.
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            _ => write!(f, "{year:+05}")?,
        }
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if nanos > 0 {
            let digits = format!("{nanos:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// Returns year, month and day of a day that is counted from 1970-01-01, in the Gregorian calendar.
///
/// Years are counted from March here, so that the day that is not in every year is their last.
fn date(day: i64) -> (i64, i64, i64) {
    const DAYS_FROM_YEAR_0: i64 = 719_468;
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let day = day + DAYS_FROM_YEAR_0;
    let (era, day) = (day.div_euclid(DAYS_IN_400_YEARS), day.rem_euclid(DAYS_IN_400_YEARS));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March, and from August, have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (400 * era + year + next_year, month, day)
}

impl FromJson for Timestamp {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        read(&json)?.ok_or_else(|| JsonError::expected("a time in seconds since 1970", &json))
    }

    fn optional(json: Value<'_>) -> Result<Option<Self>, JsonError> {
        read(&json)
    }
}

/// Reads a time; `None` if there is none, or none that can be represented.
fn read(json: &Value<'_>) -> Result<Option<Timestamp>, JsonError> {
    let number = match json {
        Value::Null | Value::Bool(false) => return Ok(None),
        Value::Text(text) if text.trim().is_empty() => return Ok(None),
        Value::Text(text) => match text.trim().parse::<i64>() {
            Ok(seconds) => return Ok(Timestamp::from_secs(seconds)),
            Err(_) => text.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite()),
        },
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => return Ok(Timestamp::from_secs(seconds)),
            None => number.as_f64(),
        },
        _ => None,
    };
    match number {
        Some(seconds) => Ok(Timestamp::from_float(seconds)),
        None => Err(JsonError::expected("a time in seconds since 1970", json)),
    }
}

impl ToJson for Timestamp {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(match self.parts() {
            (seconds, 0) => Json::from(seconds),
            #[allow(clippy::cast_precision_loss, reason = "JSON numbers are floats")]
            (seconds, nanos) => {
                Json::from(seconds as f64 + f64::from(nanos) / f64::from(NANOS_PER_SECOND))
            }
        })
    }
}

#[cfg(feature = "jiff")]
mod jiff_conversions {
    use std::time::SystemTime;

    use super::Timestamp;

    /// Fails for a time outside of the years -9999 to 9999.
    impl TryFrom<Timestamp> for jiff::Timestamp {
        type Error = jiff::Error;

        fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
            Self::try_from(SystemTime::from(timestamp))
        }
    }

    impl From<jiff::Timestamp> for Timestamp {
        fn from(timestamp: jiff::Timestamp) -> Self {
            Self(timestamp.into())
        }
    }
}

#[cfg(feature = "time")]
mod time_conversions {
    use super::Timestamp;

    /// Fails for a time outside of the years that the crate `time` represents, -9999 to 9999 unless
    /// its features say otherwise.
    impl TryFrom<Timestamp> for time::OffsetDateTime {
        type Error = time::error::ComponentRange;

        fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
            let (seconds, nanos) = timestamp.parts();
            Self::from_unix_timestamp(seconds)?.replace_nanosecond(nanos)
        }
    }

    impl From<time::OffsetDateTime> for Timestamp {
        fn from(time: time::OffsetDateTime) -> Self {
            Self(time.into())
        }
    }
}

#[cfg(test)]
mod tests;
