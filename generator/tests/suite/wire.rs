//! Calls of generated crates, and what a server receives.

use std::{
    io::Write as _,
    net::TcpListener,
    sync::mpsc::{self, Receiver},
    thread,
};

use pydio_runtime::{FilePart, Json, OperationCall, json::Map};
use spec_contents::contents;
use spec_families::{models as family, notes as family_notes, uploads};
use spec_forms::{fields, files, models as form};
use spec_lists::lists;
use spec_media_types::{bytes, models as media, notes, text};
use spec_styles::{headers, models as style, paths, queries};

/// Reads one request: its head, and a body of the declared length.
fn read(stream: &mut impl std::io::Read) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        text.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&text).into_owned();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length"))];
    stream.read_exact(&mut body).expect("a body");
    shown(&head, &String::from_utf8_lossy(&body))
}

/// Returns the first line, the headers, and the body; the boundary of a form is `B`.
fn shown(head: &str, body: &str) -> String {
    let first = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1");
    let told = ["content-type: ", "cookie: ", "x-"];
    let lines = head.lines().filter(|line| told.iter().any(|one| line.starts_with(one)));
    let mut text = first.to_owned();
    for line in lines {
        text.push_str(&format!("\n{line}"));
    }
    if !body.is_empty() {
        text.push_str(&format!("\n\n{body}"));
    }
    match head.split_once("boundary=").and_then(|(_, rest)| rest.split_once("\r\n")) {
        Some((boundary, _)) => text.replace(boundary, "B").replace('\r', ""),
        None => text,
    }
}

/// Starts a server that returns what it reads.
fn server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            tell.send(read(&mut stream)).expect("a listener");
            let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).expect("an answer");
        }
    });
    (address, told)
}

struct Client {
    server: pydio_runtime::Pydio,
    told: Receiver<String>,
}

impl Client {
    async fn call<C: OperationCall>(&self, call: C) {
        match self.server.call(call).await {
            Ok(_) => println!("{}\n-----", self.told.recv().expect("a request")),
            Err(error) => println!("not sent: {error}\n-----"),
        }
    }
}

/// Starts a server that answers one call with this response.
fn answering(status: &str, media_type: &str, body: &str) -> pydio_runtime::Pydio {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {media_type}\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a call");
        println!("{}", accepted(&mut stream));
        stream.write_all(answer.as_bytes()).expect("an answer");
    });
    pydio_runtime::Pydio::builder(address).token("t").build().expect("a client")
}

/// Returns what a request accepts.
fn accepted(stream: &mut impl std::io::Read) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        text.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&text).into_owned();
    head.lines().find(|line| line.starts_with("accept: ")).unwrap_or("no accept").to_owned()
}

/// Prints the result of reading a response, or why it fails.
async fn reads<C: OperationCall>(call: C, status: &str, media_type: &str, body: &str)
where
    C::Response: std::fmt::Debug,
{
    match answering(status, media_type, body).call(call).await {
        Ok(answer) => println!("{answer:?}\n-----"),
        Err(error) => println!("error: {error}\n-----"),
    }
}

fn colour() -> style::Colour {
    let mut colour = style::Colour::new(100);
    colour.g = Some(200);
    colour
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (address, told) = server();
    let server = pydio_runtime::Pydio::builder(address).token("t").build().expect("a client");
    let client = Client { server, told };
    let map: Map<String> = [("k".to_owned(), "v w".to_owned())].into();

    client.call(paths::simple(["a,b", "c/d"], &colour(), "x y")).await;
    client.call(paths::styled(style::Name::Red, [1.5], 7, &map)).await;
    client.call(paths::styled(style::Name::Red, [1.0, 2.0], 7, &map)).await;
    let mut range = style::FilterRange::default();
    range.from = Some(0.5);
    let mut filter = style::Filter::default();
    (filter.name, filter.range) = (Some("a&b".to_owned()), Some(range));
    filter.tags = Some(vec!["x".to_owned(), "y".to_owned()]);
    let query = queries::query().comma(["a,b", "c d"]).pipe(["a|b", "c"]).space([true, false]);
    client.call(query.empty([""; 0]).filter(&filter).expand(["a.b"]).fields(&map)).await;
    let created: Json = [("gt".to_owned(), Json::from(5))].into_iter().collect();
    let query = queries::query().created(&created).pair(&colour()).list(&vec![colour()]);
    client.call(query.url("https://a/?b=c&d").json(&filter).xml("<a/>").either("1").maybe(2)).await;
    client.call(queries::query_of_path().a("b")).await;
    client.call(queries::fragment()).await;
    let call = headers::headers(["a", "b"], "s;1").x_object(&colour()).x_json(&vec![1, 2]);
    client.call(call.many(["1", "2"]).one([3, 4])).await;
    client.call(headers::headers(["a,b"], "s")).await;

    let mut note = media::Note::default();
    note.title = Some("t".to_owned());
    client.call(notes::replace(1, &note)).await;
    client.call(notes::create(&note)).await;
    client
        .call(notes::create(&note).content_type(media::JsonOrVndNoteJson::ApplicationVndNoteJson))
        .await;
    let types = media::ApplyPatchYamlOrJsonPatchJsonOrMergePatchJson::ApplicationJsonPatchJson;
    client.call(notes::patch(1, types, &Json::from(vec!["op"]))).await;
    client.call(notes::change(1, &note)).await;
    client.call(notes::change_json_patch_json(1, &vec![])).await;
    client.call(notes::maybe()).await;
    let types = media::MergePatchJsonOrVndNoteJson::ApplicationMergePatchJson;
    client.call(notes::maybe().body(types, &note)).await;
    client.call(bytes::put_picture(media::ImageJpegOrImagePng::ImagePng, "raw")).await;
    client.call(bytes::post_pdf().body("raw")).await;
    client.call(bytes::patch_any("image/webp", "raw")).await;
    client.call(bytes::delete_any().body("a/b", "raw")).await;
    client.call(text::put_text("é")).await;
    client.call(text::post_xml().body("<a/>")).await;
    client.call(text::patch_yaml("a: 1")).await;

    let mut meta = form::Meta::default();
    meta.a = Some("b c".to_owned());
    let picture = FilePart::new("a.gif", "GIF").media_type("image/gif");
    let upload = files::upload("a caption", picture).thumbnail("PNG").more(["one", "two"]);
    let upload = upload.tags(["x", "y"]).size(3).meta(&meta).note("<n/>");
    client.call(upload.history(&vec![meta.clone()])).await;
    client.call(files::any_parts().field("a", "1").file("b", "2")).await;
    client.call(files::open_parts().name("n").field("other", "o")).await;
    let call = fields::nested("i d").card(&meta).items(&vec![meta.clone()]).spread(&map);
    client.call(call.plain(&map).list(["a", "b"]).state("s")).await;
    client.call(fields::open_fields().field("a b", "c&d").field("a b", "e")).await;
    client.call(fields::delete_fields("a")).await;
    client.call(fields::encoded("a=b&c=d")).await;

    let call = lists::places(["a|b", "c"], [1, 2]).x_spaces(["a", "b"]);
    client.call(call.also(["a,b", "c"])).await;
    client.call(lists::places(["a"], [1]).also(["a\tb"])).await;
    client.call(lists::places(["a"], [1]).x_spaces(["a b"])).await;
    client.call(lists::nested().rows([["a,b", "c"], ["d", "e"]]).many([[1, 2], [3, 4]])).await;
    client.call(lists::nested().rows([["a|b"]])).await;
    client.call(lists::form().tabs(["a", "b"]).rows([["a", "b"], ["c", "d"]])).await;

    let mut note = family::Note::default();
    note.title = Some("t".to_owned());
    client.call(family_notes::create(&note)).await;
    client.call(family_notes::create_multipart_form_data("t").file("bytes")).await;
    client.call(family_notes::change(&note)).await;
    let picture = family::ImageJpegOrImagePng::ImagePng;
    client.call(family_notes::change_image_jpeg(picture, "PNG")).await;
    client.call(uploads::upload_multipart_form_data().name("n").file("bytes")).await;
    client.call(uploads::send().address("a b")).await;
    client.call(uploads::send_octet_stream().body("raw")).await;

    let (json, csv) = ("application/json", "text/csv");
    reads(contents::json(), "200 OK", json, "{\"title\":\"t\"}").await;
    reads(contents::json(), "200 OK", "text/plain; charset=utf-8", "{\"title\":\"t\"}").await;
    reads(contents::json(), "200 OK", csv, "title\nt\n").await;
    reads(contents::number(), "200 OK", csv, "1").await;
    reads(contents::created(), "200 OK", json, "{\"title\":\"t\"}").await;
    reads(contents::created(), "201 Created", "text/plain", "1").await;
    reads(contents::created(), "202 Accepted", json, "{}").await;
    reads(contents::range(), "200 OK", json, "{}").await;
    reads(contents::range(), "206 Partial Content", "application/pdf", "PDF").await;
    reads(contents::range(), "203 Non-Authoritative", "application/pdf", "PDF").await;
    reads(contents::bytes(), "201 Created", "application/pdf", "PDF").await;
    reads(contents::texts(), "200 OK", "text/plain", "t").await;
    reads(contents::texts(), "200 OK", "image/png", "PNG").await;
    reads(contents::xml(), "200 OK", "application/xml", "<a/>").await;
}
