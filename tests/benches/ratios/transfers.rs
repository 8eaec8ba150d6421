//! Compares file transfers over the loopback interface with the bare client moving the same bytes.

use std::hint::black_box;

use bytes::Bytes;
use pydio_client::{FilePart, Pydio, v1::access_fs};
use pydio_tests::{ALICE, Server, Version};
use tokio::runtime;

use crate::pairs::ratio;

const LENGTH: usize = 64 << 20;

pub(crate) fn files() {
    let server_runtime =
        runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = server_runtime.block_on(Server::start(Version::V8_2)).unwrap();
    let content = Bytes::from(vec![b'x'; LENGTH]);
    server.put("common", "/big.bin", &content);
    let client_runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pydio = client_runtime.block_on(async {
        Pydio::builder(server.url()).login(ALICE.login, ALICE.password).build().unwrap()
    });
    let files = pydio.workspace("common");
    let bare = crate::bare().no_proxy().build().unwrap();

    let download = || {
        let length = client_runtime.block_on(async {
            let mut file = files.call(access_fs::download("/big.bin")).await.unwrap();
            let mut length = 0;
            while let Some(chunk) = file.chunk().await.unwrap() {
                length += black_box(chunk).len();
            }
            length
        });
        assert_eq!(length, LENGTH);
    };
    let url = format!("{}/api/common/download/big.bin", server.url());
    let get = || {
        let length = client_runtime.block_on(async {
            let request = bare.get(&url).basic_auth(ALICE.login, Some(ALICE.password));
            let mut answer = request.send().await.unwrap().error_for_status().unwrap();
            let mut length = 0;
            while let Some(chunk) = answer.chunk().await.unwrap() {
                length += black_box(chunk).len();
            }
            length
        });
        assert_eq!(length, LENGTH);
    };
    ratio("64 MiB down over the loopback / the bare client", download, get);

    let upload = || {
        let file = FilePart::new("up.bin", content.clone());
        let call = access_fs::upload("/", "up.bin", file);
        client_runtime.block_on(files.call(call)).unwrap();
    };
    let url = format!("{}/api/common/upload/put/", server.url());
    let post = || {
        let length = content.len() as u64;
        let part = reqwest::multipart::Part::stream_with_length(content.clone(), length);
        let form = reqwest::multipart::Form::new()
            .text("force_post", "true")
            .text("xhr_uploader", "true")
            .text("urlencoded_filename", "up.bin")
            .part("userfile_0", part.file_name("up.bin"));
        let request = bare.post(&url).basic_auth(ALICE.login, Some(ALICE.password));
        let answer = client_runtime.block_on(async {
            request.multipart(form).send().await?.error_for_status()?.text().await
        });
        assert!(!black_box(answer).unwrap().contains("type=\"ERROR\""));
    };
    ratio("64 MiB up over the loopback / the bare client", upload, post);
}
