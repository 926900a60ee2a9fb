// MD5 against the test suite of RFC 1321, A.5, and around the length of a block against another
// implementation (Python's hashlib).

import Testing

@testable import Drivers

@Suite("MD5")
struct MD5Tests {
    @Test(
        "gives the digests of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f"
            ),
        ])
    func digests(_ text: String, _ digest: String) {
        #expect(hexadecimal(MD5.digest(Array(text.utf8))) == digest)
    }

    @Test("gives the last of them too")
    func eighty() {
        let text = String(repeating: "1234567890", count: 8)
        #expect(hexadecimal(MD5.digest(Array(text.utf8))) == "57edf4a22be3c955ac49da2e2107b67a")
    }

    @Test(
        "pads as it should, whatever the length",
        arguments: [
            (55, "04364420e25c512fd958a70738aa8f72"),
            (56, "668a72d5ba17f08e62dabcafad6db14b"),
            (57, "693037871c4a9d3d8685018905cb530a"),
            (63, "7dc2ca208106a2f703567bdff99d8981"),
            (64, "c1bb4f81d892b2d57947682aeb252456"),
            (65, "1bc932052302d074bdec39795fe00cf6"),
            (119, "ab347a5f68c8a443cfcddc633f12c24f"),
            (120, "fb98667f98096de92620b64f46e1c5b5"),
            (128, "d69cb61a6ee87200676eb0d4b90edbcb"),
            (200, "30a83621ce5422fbdfdd539777458c78"),
        ])
    func lengths(_ length: Int, _ digest: String) {
        let message = [UInt8](repeating: UInt8(ascii: "x"), count: length)
        #expect(hexadecimal(MD5.digest(message)) == digest)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
