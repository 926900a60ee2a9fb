// `from="192.0.2.0/24,!192.0.2.9,2001:db8::7"`: addresses and blocks of them, with exceptions.

internal import Glibc

package struct AddressList: Hashable, Sendable {
    private var allowed: [AddressBlock] = []
    private var excepted: [AddressBlock] = []

    /// Nil where an element is no address and no block, or where nothing is allowed at all.
    package init?(_ text: String) {
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isException = element.first == "!"
            guard let block = AddressBlock(String(isException ? element.dropFirst() : element))
            else { return nil }
            if isException { excepted.append(block) } else { allowed.append(block) }
        }
        if allowed.isEmpty { return nil }
    }

    /// `host` has the 4 or 16 bytes of an address. One exception outweighs everything else
    /// (ssh_config(5), PATTERNS).
    package func contains(_ host: [UInt8]) -> Bool {
        allowed.contains { $0.contains(host) } && !excepted.contains { $0.contains(host) }
    }
}

/// `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/64`.
struct AddressBlock: Hashable, Sendable {
    private let address: [UInt8]
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let address = Self.bytes(of: String(first)),
            parts.count <= 2
        else { return nil }
        self.address = address
        guard parts.count == 2 else {
            bits = address.count * 8
            return
        }
        guard let bits = Int(parts[1]), String(bits) == parts[1],
            (0...address.count * 8).contains(bits),
            // Bits behind the mask mean that somebody thought of something else.
            (bits..<address.count * 8).allSatisfy({ Self.bit($0, of: address) == 0 })
        else { return nil }
        self.bits = bits
    }

    func contains(_ host: [UInt8]) -> Bool {
        host.count == address.count
            && (0..<bits).allSatisfy { Self.bit($0, of: host) == Self.bit($0, of: address) }
    }

    private static func bit(_ index: Int, of bytes: [UInt8]) -> UInt8 {
        bytes[index / 8] >> UInt8(7 - index % 8) & 1
    }

    private static func bytes(of text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if unsafe inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
