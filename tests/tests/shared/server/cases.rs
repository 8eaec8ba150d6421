//! The files required on the disk by recorded exchanges.

use pydio_tests::Server;

/// Recordings that need the same files.
pub(crate) struct Case {
    /// Below `common`: folders end in `/`; a file has the number of bytes after its `=`.
    disk: &'static [&'static str],
    pub(crate) recordings: &'static [&'static str],
}

impl Case {
    pub(crate) fn prepare(&self, server: &Server) {
        for entry in self.disk {
            match entry.split_once('=') {
                Some((path, size)) => {
                    let size = size.parse().unwrap();
                    server.put("common", path, "x".repeat(size));
                }
                None => server.folder("common", entry),
            }
        }
    }
}

/// The recordings of `v1/download` that need neither a zip nor a session.
pub(crate) const DOWNLOADS: [&str; 14] = [
    "file",
    "head",
    "if_modified_since",
    "missing",
    "missing_json",
    "nodes_single",
    "range_bad",
    "range_beyond",
    "range_first100",
    "range_last_inclusive",
    "range_mid",
    "range_one_byte",
    "range_open",
    "text",
];

pub(crate) const ALL: &[Case] = &[
    Case {
        disk: &[],
        recordings: &[
            "v1/errors/accept_json_charset",
            "v1/errors/api_root",
            "v1/errors/body_json_content_type",
            "v1/errors/empty_password",
            "v1/errors/forbidden_workspace_alice_settings",
            "v1/errors/format_json_overrides_accept",
            "v1/errors/index_php_api",
            "v1/errors/method_PATCH",
            "v1/errors/method_PUT",
            "v1/errors/no_action",
            "v1/errors/no_action_slash",
            "v1/errors/no_credentials_json",
            "v1/errors/options_cors",
            "v1/errors/unknown_user",
            "v1/errors/unknown_workspace",
            "v1/errors/unknown_workspace_format_json",
            "v1/errors/unknown_workspace_json",
            "v1/errors/wrong_password",
            "v1/state/get_xml_registry_not_rest",
            "v1/state/load_repository_info",
        ],
    },
    Case {
        disk: &["/folder1/", "/folder_post/", "/nope/"],
        recordings: &[
            "v1/fs/ls_options_a",
            "v1/fs/ls_options_al",
            "v1/fs/ls_options_dzf",
            "v1/fs/ls_options_f",
            "v1/fs/ls_options_l",
            "v1/fs/ls_options_z",
            "v1/fs/mkdir_dir_dirname_query",
            "v1/fs/mkdir_ignore_exists",
            "v1/fs/mkdir_nested_recursive",
            "v1/fs/mkfile_missing_parent",
            "v1/fs/mkfile_with_content",
            "v1/fs/stat_missing",
            "v1/fs/stat_root",
        ],
    },
    Case {
        disk: &[],
        recordings: &[
            "v1/fs/mkdir_nested_missing_parent",
            "v1/fs/mkdir_post_form",
            "v1/fs/mkdir_recursive_1",
            "v1/status/hidden_json",
            "v1/status/hidden_ls",
            "v1/status/hidden_mkfile",
            "v1/status/hidden_download",
            "v1/status/recycle_mkdir",
            "v1/odd/hidden_stat",
            "v1/odd/stat_question_nodes",
            "v1/odd/stat_question_path",
            "v1/pagination/ls_page_hash_char",
        ],
    },
    Case {
        disk: &["/folder1/sub/", "/folder1/file1.txt=0", "/folder1/file2.txt=19"],
        recordings: &[
            "v1/fs/get_content_missing",
            "v1/fs/ls_folder",
            "v1/fs/ls_folder_json_format",
            "v1/fs/ls_nodes_array",
            "v1/fs/ls_nodes_missing",
            "v1/fs/ls_options_al_folder",
            "v1/fs/ls_workspace_by_id",
            "v1/fs/put_content_file_form",
            "v1/fs/put_content_missing_file",
            "v1/fs/put_content_no_content",
            "v1/fs/put_content_path",
            "v1/fs/stat_dir",
            "v1/fs/stat_file_0_n",
            "v1/fs/stat_many",
            "v1/fs/stat_one",
            "v1/fs/stat_xml_accept",
        ],
    },
    Case {
        disk: &[
            "/a/f1.txt=20",
            "/a/f2.txt=20",
            "/a/f3.txt=20",
            "/a/f4.txt=20",
            "/a/f4-copy.txt=20",
            "/a/sub/",
            "/b/",
        ],
        recordings: &[
            "v1/ops/chmod_file_query",
            "v1/ops/compress_flat",
            "v1/ops/compress_nodes",
            "v1/ops/compress_path",
            "v1/ops/copy_file_param",
            "v1/ops/copy_missing",
            "v1/ops/copy_missing_dest",
            "v1/ops/copy_nodes",
            "v1/ops/copy_nodes_json",
            "v1/ops/copy_target_base_name",
            "v1/ops/delete_again_missing",
            "v1/ops/delete_json",
            "v1/ops/delete_nodes_query",
            "v1/ops/delete_nodes_post",
            "v1/ops/delete_path_param",
            "v1/ops/lsync",
            "v1/ops/lsync_none",
            "v1/ops/move_into_itself",
            "v1/ops/purge",
            "v1/ops/rename_empty_name",
            "v1/ops/rename_existing",
            "v1/ops/rename_filename_new",
            "v1/ops/rename_missing",
        ],
    },
    Case {
        disk: &[
            "/a/sub/f2.txt=20",
            "/b/f2.txt=20",
            "/b/f3.txt=20",
            "/b/f4-copy.txt=20",
            "/b/d1.txt=1",
            "/b/d2.txt=1",
        ],
        recordings: &[
            "v1/ops/copy_same_dest_autorename",
            "v1/ops/delete_file_0",
            "v1/ops/delete_file_query",
            "v1/ops/move_nodes_json",
        ],
    },
    Case {
        disk: &["/a/sub/f2.txt=20", "/a/sub/f3.txt=20", "/b/"],
        recordings: &["v1/ops/chmod_recursive", "v1/ops/move_force_copy_delete"],
    },
    Case {
        disk: &["/a/sub/", "/b/sub/", "/b/f2.txt=20", "/b/f3.txt=20"],
        recordings: &["v1/ops/delete_folder", "v1/ops/move_nodes"],
    },
    Case { disk: &["/a/sub/f.txt=3", "/b/"], recordings: &["v1/ops/copy_folder"] },
    Case {
        disk: &["/recycle_bin/f4-copy.txt=20"],
        recordings: &["v1/ops/restore_node_query", "v1/ops/restore_path_param"],
    },
    Case {
        disk: &["/s/a.txt=3", "/s/b.txt=3"],
        recordings: &[
            "v1/share/private_no_pass",
            "v1/share/public_file",
            "v1/share/share_missing_file",
        ],
    },
    Case {
        disk: &[
            "/big/b.bin=11000000",
            "/recycle_bin/b.bin=11000000",
            "/recycle_bin/c.bin=11000000",
        ],
        recordings: &["v1/big/delete_in_recycle_11MB", "v1/big/delete_in_recycle_11MB_json"],
    },
    Case { disk: &["/emptyfolder/"], recordings: &["v1/pagination/ls_json_empty_folder"] },
];
