// Specifications for a program whose login shows nothing of it are known by their names, and those
// names are not their files'.

import Testing

@testable import Drivers

@Suite("A specification for a program")
struct CoprocessNameTests {
    @Test(
        "is refused by its name, whatever its file is called",
        arguments: [
            ("rancid-ubnt-poe", Coprocess.clogin), ("rancid-cisco-poe", .clogin),
            ("rancid-other", .clogin), ("kvm-ssh", .ssh), ("bashfun", .bash),
        ])
    func refused(_ name: String, _ program: Coprocess) throws {
        let text = """
            specification "\(name)" {
                script login { expect "\\\\$" }
                script off { send "off %s\\n" expect "\\\\$" }
            }
            """
        let file = try PowermanFile.parse(text: Array(text.utf8), path: "f10.dev") { _ in nil }
        #expect(file.specifications.map(\.coprocess) == [program])
    }
}
