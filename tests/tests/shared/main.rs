//! All tests that need the folder `../shared` next to the project: recorded exchanges with a real
//! server, published releases, and an inventory of them.
//!
//! If the folder is missing, these tests are reported as ignored, and fail if `CI` is set. A
//! function is a test if it is in the lists below; a forgotten one is dead code.

#[allow(dead_code, reason = "the tests of v2 use the rest")]
#[path = "../v2/support.rs"]
mod canned;
mod compile;
mod ground_truth;
mod learn;
mod lint;
mod published;
#[path = "../server/raw.rs"]
mod raw;
mod replay;
mod server;
mod specs;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cmd/support.rs"]
mod support;
mod transfers;
mod v2;
mod ways;

use std::process::ExitCode;

use pydio_tests::suite::{self, Need, Test};

use crate::{
    replay::{operations, produced, targets},
    v2::{account, answers, file, on_both, provisioning, tasks},
    ways::session,
};

fn main() -> ExitCode {
    let everywhere = [
        Test::of_async(operations::every_operation_can_be_replayed),
        Test::new(replay::kept::tests::lost_values_are_detected),
        Test::new(server::shape::tests::only_structure_is_compared),
        Test::new(ways::keystore::verify::the_published_vectors_are_signatures),
        Test::of_async(account::one_workspace_is_a_list_of_one),
        Test::of_async(answers::errors_have_a_location),
        Test::of_async(answers::invalid_json_is_an_error),
        Test::of_async(answers::php_representations_are_accepted),
        Test::of_async(file::removed_nodes_have_a_path_and_a_time),
        Test::of_async(tasks::parameters_without_fields_are_a_list),
    ];
    let both = [
        on_both(account::the_user_is_part_of_the_registry),
        on_both(account::preferences_may_have_no_value),
        on_both(account::workspaces_are_listed_with_their_rights),
        on_both(account::plugins_tell_about_a_workspace),
        on_both(account::changes_come_with_the_last_number),
        on_both(answers::a_report_of_a_failure_is_an_error),
        on_both(answers::a_bare_message_is_a_missing_right),
        on_both(answers::a_role_that_could_not_be_saved_is_an_error),
        on_both(answers::the_router_has_words_of_its_own),
        on_both(answers::nothing_is_an_answer_only_where_it_is_declared),
        on_both(file::a_node_is_described_below_an_unnamed_root),
        on_both(file::a_missing_node_is_an_empty_list),
        on_both(file::a_folder_comes_in_pages),
        on_both(file::a_recursive_listing_is_nested),
        on_both(file::what_was_made_is_reported),
        on_both(file::a_deleted_node_is_in_the_recycle_bin),
        on_both(file::an_upload_reports_its_node),
        on_both(provisioning::a_role_is_its_maps),
        on_both(provisioning::a_role_comes_with_what_a_form_needs),
        on_both(provisioning::roles_are_listed_by_path),
        on_both(provisioning::people_are_listed_below_their_group),
        on_both(provisioning::people_are_made_changed_and_removed),
        on_both(provisioning::a_workspace_is_read_with_its_settings),
        on_both(provisioning::workspaces_are_listed_in_pages),
        on_both(provisioning::workspaces_are_made_changed_and_removed),
        on_both(tasks::a_task_is_described),
        on_both(tasks::no_task_is_none),
        on_both(tasks::a_task_that_is_not_there_cannot_be_changed),
    ];
    let shared = [
        // Generator tests with published releases.
        Test::new(compile::clippy_finds_nothing),
        Test::new(compile::rustdoc_finds_nothing),
        Test::new(compile::emitted_tests_of_another_server_pass),
        Test::new(ground_truth::corrections_apply_to_their_versions),
        Test::new(ground_truth::release_6_4_2),
        Test::new(ground_truth::release_7_0_4),
        Test::new(ground_truth::release_8_2_5),
        Test::new(lint::another_servers_spec),
        Test::new(lint::what_is_odd_in_published_releases),
        Test::new(published::a_published_release_matches_its_bundle),
        Test::new(published::published_releases_are_read_from_an_archive),
        Test::new(published::published_releases_generate_unmodified),
        Test::new(specs::facts_are_enough),
        Test::new(specs::no_type_is_lost),
        Test::new(specs::nothing_is_lost),
        Test::new(specs::our_corrections_apply_to_published_specs),
        Test::new(specs::the_crate_does_not_depend_on_formatting),
        Test::new(specs::the_order_of_keys_does_not_matter),
        Test::new(specs::output_can_be_read_again),
        Test::new(specs::yaml_is_json),
        Test::new(learn::a_third_of_the_exchanges_predicts_the_others),
        Test::new(learn::what_is_learnt_from_all_exchanges_applies),
        // Client tests with recorded exchanges.
        Test::of_async(replay::every_answer_is_what_it_was),
        Test::of_async(replay::later_answers_are_read_as_declared),
        Test::of_async(replay::answers_on_sessions_are_read_as_declared),
        Test::of_async(replay::answers_of_older_releases_are_read_as_declared),
        Test::of_async(operations::every_response_matches_its_operation),
        Test::of_async(operations::requests::recorded_requests_are_reproduced),
        Test::of_async(produced::recorded_requests_are_reproduced),
        Test::of_async(produced::later_requests_are_reproduced),
        Test::of_async(produced::requests_on_sessions_are_reproduced),
        Test::of_async(produced::emitted::the_table_fills_requests_as_the_bindings_do),
        Test::of_async(targets::listings_are_requested_as_recorded),
        Test::of_async(targets::paths_are_encoded_as_recorded),
        Test::of_async(transfers::recorded_downloads_start_at_the_requested_offset),
        Test::of_async(transfers::recorded_uploads_are_reproduced),
        Test::of_async(ways::every_recorded_exchange_is_reproduced_and_read),
        Test::of_async(session::the_cookie_of_remember_me_is_kept_until_logout),
        // Test server tests with recorded exchanges.
        Test::of_async(server::responses_match_the_recordings),
        Test::of_async(server::files_are_sent_as_recorded),
        Test::of_async(server::names_in_paths_and_forms_are_read_as_recorded),
        Test::of_async(server::replay::recorded_requests_get_equivalent_responses),
        Test::of_async(server::releases::older_releases_get_equivalent_responses),
        Test::of_async(server::exchanges::later_exchanges_get_equivalent_responses),
    ];
    let shared = shared.map(|test| test.needs(Need::Shared));
    suite::run(everywhere.into_iter().chain(both.into_iter().flatten()).chain(shared))
}
