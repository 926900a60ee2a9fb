// powerman's language: words, strings, grammar, and what is said about a file.

import Drivers
import Fencing
import Testing

/// A file with one specification, around these items.
func specification(_ items: String) throws -> PowermanSpecification {
    let file = try parsed("specification \"test\" {\n\(items)\n}\n")
    return try #require(file.specifications.first)
}

func parsed(_ text: String, files: [String: String] = [:]) throws -> PowermanFile {
    try PowermanFile.parse(text: Array(text.utf8), path: "top.dev") { path in
        files[path].map { Array($0.utf8) }
    }
}

@Suite("powerman's language")
struct PowermanFileTests {
    /// What `send` sends for a string as it is written in a file.
    private func sent(_ written: String) throws -> [String] {
        let test = try specification("script login { send \"\(written)\" expect \"x\" }")
        var dialogue = DriverDialogue(try PowermanDriver(test))
        return dialogue.begin(.greet)
    }

    @Test(
        "undoes the escapes of strings",
        arguments: [
            (#"a\r\nb"#, #"> a\r\nb"#), (#"\a\b\e\f\t\v"#, "> <7><8><1b><c><9><b>"),
            (#"\033("#, "> <1b>("), (#"\777"#, "> <ff>"), (#"\0181"#, "> <1>1"), (#"\01"#, "> 01"),
            (#"\0"#, "> 0"), (#"\.\?\/"#, "> .?/"), (#"\"\\"#, #"> "\"#), (#"a\000b"#, "> a"),
            ("a\\\nb", #"> a\nb"#), ("100%%", "> 100%"),
        ])
    func strings(_ written: String, _ bytes: String) throws {
        #expect(try sent(written).first == bytes)
    }

    @Test("sends nothing, and does not wait for its leaving, where nothing is left of a string")
    func emptyString() throws {
        #expect(try sent(#"\089b"#) == [])
        let test = try specification("script login { send \"\" send \"b\" expect \"x\" }")
        var dialogue = DriverDialogue(try PowermanDriver(test))
        #expect(dialogue.begin(.greet) == ["> b"])
    }

    @Test("refuses what refers back: to match it can take for ever")
    func backReference() {
        for pattern in [#"(a*)*\\1"#, #"([a-z]+)-\\1>"#] {
            let error = #expect(throws: PowermanError.self) {
                try specification("script login { expect \"\(pattern)\" }")
            }
            #expect(error?.description.contains("refers back") == true, "\(pattern)")
        }
    }

    @Test(
        "refuses repetitions of repetitions that nobody has the memory for",
        arguments: [
            "a" + String(repeating: "+", count: 30), "((((a{99}){99}){99}){99})",
            String(repeating: "(", count: 40) + "a" + String(repeating: "+)", count: 40),
        ])
    func explosions(_ pattern: String) {
        let error = #expect(throws: PowermanError.self) {
            try specification("script login { expect \"\(pattern)\" }")
        }
        #expect(error?.description.contains("repetitions stand within repetitions") == true)
    }

    @Test("needs no blanks between words, and takes CR for a blank")
    func blanks() throws {
        let file = try parsed(
            "specification\"a\"{timeout 7.5\r\nplug \t name{\"1\"\"2\"}scriptlogin{delay.5}}# end")
        let only = try #require(file.specifications.first)
        #expect(only.name == "a")
        #expect(only.timeout == .milliseconds(7500))
        #expect(only.outlets == [outlet("1"), outlet("2")])
    }

    @Test(
        "reads times with and without a fraction",
        arguments: [
            ("10", 10_000), ("0.7", 700), ("7.", 7000), (".25", 250), ("15.0", 15_000),
        ])
    func times(_ written: String, _ milliseconds: Int) throws {
        let test = try specification("timeout \(written)\nscript login { delay 1 }")
        #expect(test.timeout == .milliseconds(milliseconds))
    }

    @Test(
        "expands ranges in lists of plugs",
        arguments: [
            ("p[1-3,7]", "p1 p2 p3 p7"), ("[01-03]", "01 02 03"), ("n[1-2]x", "n1x n2x"),
            ("n[1-2][3-4]", "n13 n14 n23 n24"), ("a,b c", "a b c"),
            ("Gi2/0/[1-2]", "Gi2/0/1 Gi2/0/2"),
            ("A4.02.B3", "A4.02.B3"),
        ])
    func hostLists(_ written: String, _ names: String) throws {
        let test = try specification("plug name { \"\(written)\" } script login { delay 1 }")
        #expect(test.outlets?.map(\.text).joined(separator: " ") == names)
    }

    @Test(
        "says where and what is wrong",
        arguments: [
            ("specification \"a\" { }", "top.dev:1: expected `timeout`"),
            ("specification \"a\" {\n script login { } }", "top.dev:2: expected a statement"),
            ("specification \"a\" {\n\n frobnicate }", "top.dev:3: `frobnicate` is no word"),
            ("specification \"a\" {\n script login { send \"x\n\" } }", "top.dev:2: the string"),
            ("specification \"a\" { script login { send \"%d\" } }", "not `%d`"),
            ("specification \"a\" { script login { send \"50%\" } }", "not `%`"),
            (
                "specification \"a\" { script login { expect \"(\" } }",
                "the pattern `(` cannot be used"
            ),
            ("specification \"a\" { script login { setplugstate $21 } }", "$0 to $20"),
            ("specification \"a\" { plug name { \"[3-1]\" } }", "is no list of plugs"),
            ("specification \"a\" { plug\nname { \"1\" } }", "`plug` is no word"),
            (
                "specification \"a\" { script on { delay 1 } script on { delay 1 } }",
                "a second script"
            ),
            ("specification \"a\" { script login { delay 1 }", "expected `}`"),
            ("timeout 5", "cannot stand here"),
            ("include \"gone.dev\"", "top.dev:1: the included file `gone.dev` cannot be read"),
        ])
    func mistakes(_ text: String, _ message: String) throws {
        let error = #expect(throws: PowermanError.self) { try parsed(text) }
        #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    }

    @Test("follows `include` anywhere outside a string, with the position of each file")
    func includes() throws {
        let files = ["in.dev": "script login {\n delay 1 }", "bad.dev": "\n\n }"]
        let file = try parsed(
            "specification \"a\" { include \"in.dev\"\n timeout 3 }", files: files)
        #expect(file.specifications.first?.timeout == .seconds(3))
        let error = #expect(throws: PowermanError.self) {
            try parsed("# include \"gone\"\ninclude\n\"bad.dev\"", files: files)
        }
        #expect(error?.position == FilePosition(path: "bad.dev", line: 3))
    }

    @Test("follows files nine deep and no deeper")
    func depth() throws {
        var files: [String: String] = [:]
        for level in 1...9 { files["\(level)"] = "include \"\(level + 1)\"" }
        files["9"] = "specification \"deep\" { script login { delay 1 } }"
        #expect(try parsed("include \"1\"", files: files).specifications.first?.name == "deep")
        #expect(throws: PowermanError.self) {
            try parsed("include \"1\"", files: ["1": "include \"1\""])
        }
    }

    @Test("reads over what is about powermand, and says so")
    func directives() throws {
        let file = try parsed(
            """
            listen "0.0.0.0:10101"
            tcpwrappers yes
            plug_log_level "debug"
            device "b" "spec" "/dev/ttyS0" "9600,8n1"
            node "n[1-8]" "b"
            alias "all" "n[1-8]"
            """)
        #expect(file.specifications.isEmpty)
        #expect(file.findings.map(\.position.line) == [1, 2, 3, 4, 5, 6])
    }
}
