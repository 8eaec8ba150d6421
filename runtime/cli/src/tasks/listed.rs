//! Reads a list whole.

use std::error::Error as StdError;

use pydio_client::Items;

/// Returns all items of a list; fails unless their number is that of the server, if it sends one.
pub async fn listed<T: Send + 'static>(
    mut list: Items<T>,
) -> Result<Vec<T>, Box<dyn StdError + Send + Sync>> {
    let mut items = Vec::new();
    while let Some(item) = list.next().await? {
        items.push(item);
    }
    match list.count().filter(|count| *count != items.len() as u64) {
        Some(count) => Err(format!("{} of {count} came", items.len()).into()),
        None => Ok(items),
    }
}
