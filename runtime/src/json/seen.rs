//! A cheap record of names.

/// The names that were seen, so that most new names are recognised as new without a comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen(u64);

impl Seen {
    /// Records a name, and returns whether it may have been seen before.
    pub(crate) fn record(&mut self, name: &str) -> bool {
        let may_have = self.may_have(name);
        self.0 |= bit(name);
        may_have
    }

    /// Returns whether the name may have been seen.
    pub(crate) fn may_have(self, name: &str) -> bool {
        self.0 & bit(name) != 0
    }
}

fn bit(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let middle = bytes.get(bytes.len() / 2).copied().unwrap_or_default();
    let last = bytes.last().copied().unwrap_or_default();
    1 << ((3 * (bytes.len() + usize::from(last)) + usize::from(middle)) % 64)
}
