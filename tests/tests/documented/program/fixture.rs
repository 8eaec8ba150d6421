//! The server of the examples: two users, an administrator, and some of everything that the examples
//! name.

use pydio_test_server::Server;

/// The password of every user.
pub const PASSWORD: &str = "secret";

/// A photo of one pixel.
const PHOTO: &[u8] = &[
    0xff, 0xd8, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x03, 0x02, 0x02, 0x02, 0x02, 0x02, 0x03, 0x02, 0x02,
    0xff, 0xd9,
];

/// The disks with the files below: those that alice and the administrator see.
const DISKS: [&str; 3] = ["my-files/alice", "my-files/admin", "common"];

/// Fills a new server.
pub fn fill(server: &Server) {
    for login in ["admin", "alice", "bob"] {
        server.set_password(login, PASSWORD);
    }
    for disk in DISKS {
        server.put(disk, "/photos/beach.jpg", PHOTO);
        server.put(disk, "/photos/forest.jpg", PHOTO);
        server.put(disk, "/notes.txt", "Call the lighthouse on Monday.\n");
        server.folder(disk, "/archive");
    }
    server.add_group("/staff", "Staff");
    server.add_user("carol", PASSWORD);
    server.set_group("carol", "/staff");
    server.add_role("editors", &[("common", "rw")]);
    server.assign_role("carol", "editors");
}

/// Adds what only the example of this name needs.
pub fn fill_for(server: &Server, name: &str) {
    let _ = (server, name);
}
