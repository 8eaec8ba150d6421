//! Finds the links of all users that have expired, never expire, are open to everybody, or lead to
//! nothing.

use std::{error::Error as StdError, fmt};

use pydio_client::{Pydio, response::Node, v1::action_share};

use super::listed;

/// A problem with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The link has expired but still exists.
    Expired,
    /// The link never expires.
    Endless,
    /// The link requires no password.
    Open,
    /// The shared node does not exist any more.
    Gone,
}

/// A link with at least one problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The user who created the link.
    pub owner: String,
    /// The node that the link gives access to.
    pub path: String,
    /// The URL of the link.
    pub address: String,
    /// The problems of the link.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.findings.iter().map(|finding| match finding {
            Finding::Expired => "expired",
            Finding::Endless => "never expires",
            Finding::Open => "no password",
            Finding::Gone => "target does not exist",
        });
        let words = words.collect::<Vec<_>>().join(", ");
        write!(f, "{}\t{}\t{}\t{words}", self.owner, self.path, self.address)
    }
}

/// The result of an audit.
#[derive(Debug, Default)]
pub struct Audit {
    /// The number of shares, including those between users.
    pub shares: usize,
    /// The links that need attention.
    pub links: Vec<Link>,
    /// Shares that could not be read, and why.
    pub unknown: Vec<String>,
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
    for share in list(pydio).await? {
        audit.shares += 1;
        if share.attributes.get("share_type") != Some("minisite") {
            continue;
        }
        match links(pydio, &share).await {
            Ok(links) => audit.links.extend(links),
            Err(error) => audit.unknown.push(format!("{}: {error}", share.label())),
        }
    }
    Ok(audit)
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

async fn links(pydio: &Pydio, share: &Node) -> Result<Vec<Link>, Failed> {
    let of = |name: &str| {
        let value = share.attributes.get(name);
        value.ok_or_else(|| format!("the server does not report its `{name}`"))
    };
    if let Some(path) = gone_target(share) {
        return Ok(vec![Link {
            owner: of("owner")?.to_owned(),
            path: path.to_owned(),
            address: of("share_data")?.to_owned(),
            findings: vec![Finding::Gone],
        }]);
    }
    let (owner, path, hash) = (of("owner")?, of("original_path")?, of("shared_element_hash")?);
    let workspace = pydio.workspace(of("shared_element_parent_repository")?);
    let call = action_share::load_shared_element_data(path).owner(owner);
    let details = workspace.call(call).await?;
    let link = details
        .links
        .get(hash)
        .ok_or("the server does not report this link, as after its owner was deleted")?;
    let checks = [
        (link.is_expired, Finding::Expired),
        (link.expire_after == 0 && !link.is_expired, Finding::Endless),
        (link.has_password != Some(true), Finding::Open),
    ];
    let findings: Vec<_> = checks.into_iter().filter(|(is, _)| *is).map(|(_, f)| f).collect();
    let link = Link {
        owner: owner.to_owned(),
        path: path.to_owned(),
        address: link.public_link.clone(),
        findings,
    };
    Ok(Some(link).into_iter().filter(|link| !link.findings.is_empty()).collect())
}
