// Names of hosts as /etc/hosts gives them, and nobody else: a name server may be among what has just
// failed, and whoever asks one waits for it.

package struct HostsFile: Sendable {
    private let lines: [[Substring]]

    package static let path = "/etc/hosts"
    /// In bytes; a longer file is an error.
    package static let longest = 1 << 20

    /// Reads the file anew: it may have changed since.
    package init(reading path: String = Self.path) throws(SystemCallError) {
        let bytes = try FileContent.read(path, atMost: Self.longest)
        self.init(text: String(decoding: bytes, as: UTF8.self))
    }

    /// An address, then names, in each line; `#` begins a comment (hosts(5)).
    package init(text: String) {
        lines = text.split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        }
    }

    /// What the text says itself, if it is an address; else the address in the first line with
    /// this name in whatever case. Nil: nobody knows it.
    package func address(of host: String, port: UInt16) -> InternetAddress? {
        if let address = InternetAddress(host: host, port: port) { return address }
        let name = host.lowercased()
        for words in lines where words.dropFirst().contains(where: { $0.lowercased() == name }) {
            if let address = InternetAddress(host: String(words[0]), port: port) { return address }
        }
        return nil
    }
}
