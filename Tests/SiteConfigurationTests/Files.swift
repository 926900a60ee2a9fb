// Site files for tests: one good file, and ways to change it.

import Fencing
import Keys
import SiteConfiguration
import Testing

let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIEGKV4Z+rdKH3XNdTMdKgqgWEhr1Sdn7WLlo/hpzUCce"
/// Another key of the same kind.
let other = "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
let nistp256 =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKXAHqCIfFpCsfqvnbRogQCiLqCuf2fy"
    + "6YmLQSYrWVTNjKQxT67qQwF5Oz5S1qW3i8IwgDUGQsYzF54zCTzxEPc="
let nistp384 =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBHKbcsEJQkCQU4ptkr+B9NYTsACi5B7s"
    + "SORLgA4rAXOkkVnUK4pnSihwfPrrQBtVfaxkER2FxatJ7mnkqwlQN/ASru4FCQl/IoH8199VSV2AZpgPm2d7"
    + "NnyEKUJLdhhkDw=="

/// A file that nothing can be said against.
let good = """
    appliance:
      listen: ["0.0.0.0:22", "[::]:2222"]
      host_keys: [/etc/picket/host_key]
      ledger: /srv/ledger.sqlite
      lock_directory: /var/lock
      power_source: ups-c
      feeds: [house/3]
    switches:
      pdu-a:
        driver: baytech
        line: /dev/ttyS0
        settings: 9600,8n1
        patience: 30s
        latency: 5s
        power_source: ups-a
      pdu-b:
        driver: powerman:/etc/powerman/wti-rps10.dev#wti
        line: /dev/ttyS1
        power_source: ups-b
    clusters:
      db:
        hold_up: 3s
        nodes:
          node1:
            feeds: [pdu-a/1, pdu-b/1]
            keys: ["ssh-ed25519 \(ed25519) root@node1"]
          node2:
            feeds: [pdu-a/2, pdu-b/2]
            keys:
              - ecdsa-sha2-nistp256 \(nistp256)
            hold_up: 500ms
            off_time: 10s
            shoot: off
    operators:
      alice:
        keys: [ecdsa-sha2-nistp384 \(nistp384) alice@desk]

    """

/// A short file with the same parts, for tests of one line.
let short = """
    switches:
      a: {driver: x, line: /dev/ttyS0}
    clusters:
      c:
        nodes:
          n1: {feeds: [a/1], keys: [ssh-ed25519 \(ed25519)]}
          n2: {feeds: [a/2], keys: [ecdsa-sha2-nistp256 \(nistp256)]}

    """

/// The text with one part of it replaced. The part has to be there.
func changing(_ text: String, _ old: String, _ new: String) -> String {
    let pieces = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
    precondition(pieces.count == 2, "the file has \(old)")
    return pieces[0] + new + pieces[1]
}

func read(_ text: String) throws(SiteRefused) -> SiteFile {
    try SiteFile(reading: [UInt8](text.utf8), path: "picket.yaml")
}

/// What is found in a file, taken or refused, as it is printed.
func findings(_ text: String) -> [String] {
    findings([UInt8](text.utf8))
}

func findings(_ bytes: [UInt8]) -> [String] {
    do throws(SiteRefused) {
        return try SiteFile(reading: bytes, path: "picket.yaml").warnings.map(\.description)
    } catch {
        return error.findings.map(\.description)
    }
}

func named<Kind>(_ text: String) throws -> Name<Kind> { try #require(Name<Kind>(text)) }

/// The blob of a key (RFC 4251, section 5), in base64.
func blob(_ parts: [[UInt8]]) -> String {
    base64(parts.flatMap { [0, 0, UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 })
}
