// What `picket check` says of a site file in the first hour.

import Fencing
import Glibc
import TestSupport
import Testing

@Suite("What check says")
struct CheckTests {
    private let directory = TemporaryDirectory()

    private func check(_ site: String) throws -> Program.Result {
        let path = directory.write("picket.yaml", site)
        return try Program.run("\(Program.products)/picket", ["check", path])
    }

    private func site(_ terms: Town.Terms = Town.Terms()) throws -> String {
        try Town.site(terms, directory.path)
    }

    @Test("a driver that is misspelt is suggested")
    func suggestion() throws {
        let text = try site().replacing("driver: wti-rps10", with: "driver: acp")
        #expect(try check(text).errors.contains("did you mean `apc`?"))
    }

    @Test(
        "an outlet that the driver would refuse, with the driver's own reason",
        arguments: [
            ("baytech", "0", "a BayTech's outlets are numbers"),
            ("apc-smart", "2", "has no outlet 2"), ("cyclades-pm", "all", "outlets are numbers"),
        ])
    func outlet(driver: String, outlet: String, says: String) throws {
        let text = try site().replacing("driver: wti-rps10", with: "driver: \(driver)")
            .replacing("pdu-b/3", with: "pdu-b/\(outlet)")
        let found = try check(text)
        #expect(found.status == 78, "\(found)")
        #expect(found.errors.lowercased().contains(says.lowercased()), "\(found)")
    }

    /// A switch of the site's own description, with one line of it changed.
    private func described(_ change: (String) -> String) throws -> Program.Result {
        let file = directory.write(
            "acme.yaml",
            change(
                """
                name: acme
                prompts: ["acme>"]
                off: off {outlet}
                on: on {outlet}
                status: status {outlet}
                outlets: 1-8
                row: '{outlet} +.* +{state}'
                reads_off: [Off]
                reads_on: [On]
                latency: 5s

                """))
        let text = try site().replacing("driver: wti-rps10", with: "driver: console:\(file)")
        return try check(text)
    }

    @Test("nothing about a description that can be used")
    func description() throws {
        let found = try described { $0 }
        #expect(found.status == 0, "\(found)")
        let outlet = try described { $0.replacing("1-8", with: "1-2") }
        #expect(outlet.errors.contains("acme's outlets are numbers from 1 to 2"), "\(outlet)")
    }

    @Test(
        "what is wrong with a description, and where",
        arguments: [
            ("latency: 5s", "", "acme.yaml:1:1: error: the description has no `latency`"),
            ("status:", "stauts:", "did you mean `status`?"),
            ("acme>", ".*", "acme.yaml:2:11: error: `.*` also matches nothing at all"),
            ("+.* +{state}", "+(.*)\\1 +{state}", "acme.yaml:7:6: error: the pattern"),
            ("reads_off: [Off]", "reads_off: []", "no word is read so"),
            ("latency: 5s", "latency: soon", "write a duration from 1s to 300s"),
            ("off: off {outlet}", "off: off all", "it could mean all of them"),
            ("1-8", "'.+'", "can mean several outlets"),
        ])
    func descriptionFaults(line: String, instead: String, says: String) throws {
        let found = try described { $0.replacing(line, with: instead) }
        #expect(found.status == 78, "\(found)")
        #expect(found.errors.contains(says), "\(found)")
    }

    @Test("a latency below what the driver or the device file knows")
    func latency() throws {
        let found = try check(try site(Town.Terms(latency: "4s", patience: "30s")))
        #expect(found.status == 0)
        #expect(found.output.contains("latency of switch pdu-a is 4s, and"), "\(found)")
        #expect(found.output.contains("write 10s, or leave `latency` out"), "\(found)")
        #expect(found.output.contains("latency of switch pdu-b is 4s"), "\(found)")
        let fine = try check(try site(Town.Terms(latency: "10s", patience: "30s")))
        #expect(!fine.output.contains("latency of switch"), "\(fine)")
    }

    @Test("a site without people")
    func nobody() throws {
        #expect(!(try check(try site())).output.contains("the site has no operator"))
        let text = try site().split(separator: "operators:")[0]
        #expect(try check(String(text)).output.contains("the site has no operator"))
    }

    @Test("two host keys of one kind: in the check, and at the start")
    func hostKeys() throws {
        let keys = ["first", "second"].map { "\(directory.path)/\($0)" }
        for key in keys {
            let made = try Program.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
            try #require(made.status == 0)
        }
        let text = try site().replacing(
            "host_keys: [\"\(Keys.host)\"]", with: "host_keys: [\(keys.joined(separator: ", "))]")
        let found = try check(text)
        #expect(found.status == 78, "\(found)")
        #expect(found.errors.contains("a second key of the kind ssh-ed25519"), "\(found)")
        // Where nobody can see the public halves, the start says it.
        for key in keys { unlink(key + ".pub") }
        let started = try Program.run(
            "\(Program.products)/picketd", ["--site", "\(directory.path)/picket.yaml"])
        #expect(started.status == 71, "\(started)")
        #expect(started.errors.contains("a second key of the kind ssh-ed25519"), "\(started)")
    }

    /// With a user `picket`, as the package makes one, in a view of the file system of its own.
    @Test(
        "one rule for password files that root's check and picketd both take",
        .enabled(if: geteuid() == 0))
    func passwordFile() throws {
        let text = try site().replacing(
            "driver: wti-rps10",
            with: "driver: wti\n    password_file: \(directory.path)/secret")
        directory.write("picket.yaml", text)
        chmod(directory.path, 0o755)
        let script = """
            set -e
            mount --make-rprivate /
            cd \(directory.path)
            (cat /etc/passwd; echo 'picket:x:64123:64123::/:/bin/sh') >passwd
            mount --bind passwd /etc/passwd
            chgrp 64123 picket.yaml; chmod 640 picket.yaml
            try() {
                echo s3cret >secret; chown "$1" secret; chmod "$2" secret; status=0
                \(Program.products)/picket check --brief picket.yaml >root.out 2>&1 || status=$?
                setpriv --reuid=64123 --regid=64123 --clear-groups \
                    \(Program.products)/picketd --check --site picket.yaml >daemon.out 2>&1 ||
                    status=$status,$?
                echo "$1 $2: $status $(grep -c 'picketd as the user picket cannot' root.out || true)"
            }
            try root:64123 640; try 64123:64123 600; try root:root 600; try root:64123 644
            """
        let tried = try Program.run(
            "unshare", ["--mount", "bash", "-c", script], within: .seconds(30))
        #expect(
            tried.output.split(separator: "\n") == [
                "root:64123 640: 0 0", "64123:64123 600: 0 0", "root:root 600: 0,78 1",
                "root:64123 644: 78,78 0",
            ], "\(tried)")
    }
}
