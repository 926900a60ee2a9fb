// Debian's serial concentrator, ser2net, in front of a terminal, on a port that the system chose.

internal import Glibc
internal import Testing

package final class Ser2net {
    package let program: Program
    /// Of 127.0.0.1.
    package let port: UInt16
    private let directory = TemporaryDirectory()

    private static let path = "/usr/sbin/ser2net"
    package static var isInstalled: Bool { access(path, X_OK) == 0 }

    package struct NotReady: Error {}

    /// `accepter` is the stack of protocols in its words: `tcp`, `telnet(rfc2217),tcp`.
    package init(_ accepter: String, device: String) throws {
        directory.write(
            "ser2net.yaml",
            """
            %YAML 1.1
            ---
            connection: &pdu
              accepter: \(accepter),127.0.0.1,0
              connector: serialdev,\(device),9600n81,local
            """)
        program = try Program(
            Self.path,
            ["-n", "-c", "\(directory.path)/ser2net.yaml", "-P", "\(directory.path)/ser2net.pid"])
        var found: UInt16?
        let process = program.process
        eventually("ser2net listens") {
            // It may be between two of its descriptors.
            found = try? ListeningPort.of(process)
            return found != nil
        }
        guard let found else { throw NotReady() }
        port = found
    }
}
