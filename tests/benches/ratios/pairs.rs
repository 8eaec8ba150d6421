//! Measures two alternating tasks and the ratio of their durations.

use std::{
    env,
    time::{Duration, Instant},
};

/// Number of comparisons.
const PAIRS: usize = 15;

/// Minimum duration of one measurement, since clocks and schedulers are coarse.
const SHORTEST: Duration = Duration::from_millis(20);

/// Prints the column headers.
pub(crate) fn head() {
    println!("{:<58} {:>11} {:>11} {:>7}", "medians", "this", "of that", "ratio");
}

/// Prints the durations of `this` and `that` and their ratio. Skips the measurement if an argument
/// selects others: `cargo bench -- listing`.
pub(crate) fn ratio(what: &str, mut this: impl FnMut(), mut that: impl FnMut()) {
    let mut asked_for =
        env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    if asked_for.peek().is_some() && !asked_for.any(|part| what.contains(&part)) {
        return;
    }
    let (this_times, that_times) = (often_enough(&mut this), often_enough(&mut that));
    let mut pairs: Vec<_> = (0..PAIRS)
        .map(|_| (measure(&mut this, this_times), measure(&mut that, that_times)))
        .collect();
    let median = |of: fn(&(f64, f64)) -> f64, pairs: &mut [(f64, f64)]| {
        pairs.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&pairs[PAIRS / 2])
    };
    let this = median(|pair| pair.0, &mut pairs);
    let that = median(|pair| pair.1, &mut pairs);
    let ratio = median(|pair| pair.0 / pair.1, &mut pairs);
    println!("{what:<58} {:>11} {:>11} {ratio:>7.2}", shown(this), shown(that));
}

/// Returns how many repetitions take long enough to measure.
fn often_enough(job: &mut impl FnMut()) -> u32 {
    let mut times = 1;
    while measure(job, times) * f64::from(times) < SHORTEST.as_secs_f64() {
        times *= 2;
    }
    times
}

/// Returns the seconds that one repetition takes.
fn measure(job: &mut impl FnMut(), times: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        job();
    }
    start.elapsed().as_secs_f64() / f64::from(times)
}

fn shown(seconds: f64) -> String {
    match seconds {
        long if long >= 1e-2 => format!("{:.1} ms", long * 1e3),
        short => format!("{:.2} µs", short * 1e6),
    }
}
