//! Finds the links of all users that have expired, never expire, are open to everybody, or lead to
//! nothing.

use std::{collections::BTreeSet, error::Error as StdError, fmt};

use pydio_client::{Pydio, response::Node, v1::action_share};

use super::{listed, people};

/// A problem with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The link has expired but still exists.
    Expired,
    /// All downloads that the link permits were made, but it still exists.
    UsedUp,
    /// The link never expires, and the number of downloads is not limited.
    Endless,
    /// The link requires no password.
    Open,
    /// The shared node does not exist any more.
    Gone,
    /// The user who shared the node does not exist any more; whether the node does is not known.
    Ownerless,
}

/// A link with at least one problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The user who created the link.
    pub owner: String,
    /// The id or slug of the workspace of the node, if the server reports it.
    pub workspace: Option<String>,
    /// The node that the link gives access to.
    pub path: String,
    /// The URL of the link.
    pub address: String,
    /// How many downloads were made, if they are limited and the server reports it: it does not for a
    /// link whose target is gone.
    pub downloads: Option<i64>,
    /// How many downloads the link permits, as above.
    pub download_limit: Option<i64>,
    /// The problems of the link.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.findings.iter().map(|finding| match finding {
            Finding::Expired => "expired",
            Finding::UsedUp => "all downloads used up",
            Finding::Endless => "never expires",
            Finding::Open => "no password",
            Finding::Gone => "target does not exist",
            Finding::Ownerless => "owner does not exist",
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let workspace = self.workspace.as_deref().unwrap_or_default();
        write!(f, "{}\t{workspace}:{}\t{}\t{words}", self.owner, self.path, self.address)?;
        match self.download_limit {
            Some(limit) => {
                write!(f, "\t{} of {limit} downloads", self.downloads.unwrap_or_default())
            }
            None => Ok(()),
        }
    }
}

/// The result of an audit.
#[derive(Debug, Default)]
pub struct Audit {
    /// The number of shares, including those between users.
    pub shares: usize,
    /// The links that need attention.
    pub links: Vec<Link>,
    /// Shares that could not be read, as `workspace:/path` or their name, and why.
    pub unknown: Vec<(String, String)>,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Returns the path of a share whose node does not exist any more. The server marks the path.
pub(super) fn gone_target(share: &Node) -> Option<&str> {
    share.attributes.get("broken_link")?;
    let path = share.attributes.get("original_path").unwrap_or_default();
    Some(path.strip_suffix(" (BROKEN)").unwrap_or(path))
}

/// Checks every share, as an administrator.
///
/// # Errors
///
/// Returns an error if the shares cannot be listed.
pub async fn run(pydio: &Pydio) -> Result<Audit, Failed> {
    let mut audit = Audit::default();
    let shares = list(pydio).await?;
    let gone = gone_owners(pydio, &shares).await;
    for share in &shares {
        audit.shares += 1;
        // It is not about a link, and there is nothing to ask for.
        if is_remnant(share) {
            continue;
        }
        match links(pydio, share, &gone).await {
            Ok(links) => audit.links.extend(links),
            Err(error) => audit.unknown.push((place(share), error.to_string())),
        }
    }
    Ok(audit)
}

/// Returns whether the server knows nothing of a share, since the workspace that it is about was
/// deleted.
pub(super) fn is_remnant(share: &Node) -> bool {
    ["share_type", "owner", "original_path"].iter().all(|name| share.attributes.get(name).is_none())
}

/// Returns the owners that no list of users has. The address book is quick to read, but may leave users
/// out: only the groups show that one does not exist. Nobody if some users could not be read.
async fn gone_owners(pydio: &Pydio, shares: &[Node]) -> BTreeSet<String> {
    let owners = shares.iter().filter_map(|share| share.attributes.get("owner"));
    let mut owners: BTreeSet<String> = owners.map(str::to_owned).collect();
    if let Ok(users) = people::address_book(pydio).await {
        owners.retain(|owner| !users.contains(owner));
    }
    if owners.is_empty() {
        return owners;
    }
    let people = people::everybody(pydio).await;
    if !people.unread.is_empty() {
        return BTreeSet::new();
    }
    for user in &people.users {
        owners.remove(user["object_id"].as_str().unwrap_or_default());
    }
    owners
}

/// Returns where a share is, or its name if the server does not report that.
fn place(share: &Node) -> String {
    let of = |name: &str| share.attributes.get(name);
    match (of("shared_element_parent_repository"), of("original_path")) {
        (Some(workspace), Some(path)) => format!("{workspace}:{path}"),
        _ => share.label().to_owned(),
    }
}

/// Makes the server remove every expired link.
///
/// # Errors
///
/// Returns an error if the server refuses.
pub async fn clear_expired(pydio: &Pydio) -> Result<(), Failed> {
    pydio.workspace("settings").call(action_share::sharelist_clear_expired()).await?;
    Ok(())
}

/// Lists the shares of all users. The number of pages that the server sends is rounded, so it does
/// not say where they end.
async fn list(pydio: &Pydio) -> Result<Vec<Node>, Failed> {
    let call = action_share::sharelist_load().user_context(action_share::UserContext::Global);
    listed(pydio.workspace("settings").items(call)).await
}

/// Returns the links of a share that need attention. One between users has none, but a link whose
/// record is lost looks like one, until its details are asked for.
async fn links(
    pydio: &Pydio,
    share: &Node,
    gone_owners: &BTreeSet<String>,
) -> Result<Vec<Link>, Failed> {
    let is_link = share.attributes.get("share_type") == Some("minisite");
    let of = |name: &str| {
        let value = share.attributes.get(name);
        value.ok_or_else(|| format!("the server does not report its `{name}`"))
    };
    let workspace = share.attributes.get("shared_element_parent_repository").map(str::to_owned);
    let is_ownerless = share.attributes.get("owner").is_some_and(|it| gone_owners.contains(it));
    let finding = if is_ownerless { Finding::Ownerless } else { Finding::Gone };
    let path = share.attributes.get("original_path").filter(|_| is_ownerless);
    // The server also marks targets whose owner is gone, and has no details of either.
    if let Some(path) = gone_target(share).or(path) {
        if !is_link {
            return Ok(Vec::new());
        }
        return Ok(vec![Link {
            owner: of("owner")?.to_owned(),
            workspace,
            path: path.to_owned(),
            address: of("share_data")?.to_owned(),
            downloads: None,
            download_limit: None,
            findings: vec![finding],
        }]);
    }
    let (owner, path) = (of("owner")?, of("original_path")?);
    let files = pydio.workspace(of("shared_element_parent_repository")?);
    let call = action_share::load_shared_element_data(path).owner(owner);
    let details = files.call(call).await?;
    if !is_link {
        return Ok(Vec::new());
    }
    let hash = of("shared_element_hash")?;
    let link = details
        .links
        .get(hash)
        .ok_or("the server does not report this link, as after its owner was deleted")?;
    let download_limit = link.download_limit.filter(|limit| *limit > 0);
    let downloads = download_limit.map(|_| link.download_counter.unwrap_or_default());
    let is_used_up = download_limit.is_some() && downloads >= download_limit;
    // The server sends one state for both, and rounds the days: 0 is also a link's last half day.
    let has_time = link.expire_after != 0 || has_date(link.expire_time.as_deref());
    let is_expired = link.is_expired && (!is_used_up || link.expire_after < 0);
    let checks = [
        (is_expired, Finding::Expired),
        (is_used_up, Finding::UsedUp),
        (!has_time && !link.is_expired && download_limit.is_none(), Finding::Endless),
        (link.has_password != Some(true), Finding::Open),
    ];
    let findings: Vec<_> = checks.into_iter().filter(|(is, _)| *is).map(|(_, f)| f).collect();
    let link = Link {
        owner: owner.to_owned(),
        workspace,
        path: path.to_owned(),
        address: link.public_link.clone(),
        downloads,
        download_limit,
        findings,
    };
    Ok(Some(link).into_iter().filter(|link| !link.findings.is_empty()).collect())
}

/// Returns whether the server sends a date of expiry; some send 0 for none.
fn has_date(expires: Option<&str>) -> bool {
    expires.is_some_and(|date| !matches!(date.trim(), "" | "0"))
}
