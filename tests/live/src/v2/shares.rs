//! Shares.

use pydio_client::v2::provisioning;

use crate::{Scene, Trouble};

#[expect(deprecated, reason = "that they are not sent is what is tested")]
pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    scene.unsupported(provisioning::admin_load_share_list(scene.workspace())).await?;
    let share = provisioning::admin_load_shared_element_data(scene.workspace(), "a");
    scene.unsupported(share).await
}
