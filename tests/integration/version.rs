//! The binary starts.

use crate::support::entctl::Home;

#[test]
fn version_is_told_and_exits_0() {
    let home = Home::new();
    let output = home.entctl(["--version"]).run();
    assert_eq!(output.status, Some(0), "{output}");
    assert_eq!(output.stderr, "", "{output}");
}
