// A serial port that hangs on a concentrator, or a switch that is itself on the network.

package import Drivers
internal import LinuxSystem

package struct NetworkPort: LinePort, Hashable {
    package var language: Language
    /// An address, or a name that /etc/hosts knows.
    package var host: String
    package var port: UInt16
    /// Set on the concentrator where it speaks RFC 2217. Otherwise they are its owner's affair, and
    /// only say how long a byte is under way behind it.
    package var settings: LineSettings
    package var modemLines: LeadLevel
    package var hostsFile: String

    package enum Language: String, Hashable, Sendable, CaseIterable {
        /// Bytes and nothing else.
        case raw = "tcp"
        case telnet
        case rfc2217
    }

    package init(
        _ language: Language, host: String, port: UInt16, settings: LineSettings,
        modemLines: LeadLevel = .lowered, hostsFile: String = HostsFile.path
    ) {
        self.language = language
        self.host = host
        self.port = port
        self.settings = settings
        self.modemLines = modemLines
        self.hostsFile = hostsFile
    }

    package var description: String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        switch language {
        case .raw, .telnet: return "\(language.rawValue):\(place)"
        case .rfc2217: return "\(language.rawValue):\(place) at \(settings)"
        }
    }

    /// Begins to connect. A name is looked up in a local file, each time anew: that waits for
    /// nobody.
    package func open() throws(PortError) -> any OpenLine {
        guard let address = try address() else {
            throw .unknownHost(port: description, host: host)
        }
        do throws(SystemCallError) {
            return NetworkLine(try ClientSocket(connectingTo: address), self)
        } catch {
            throw .noConnection(port: description, error)
        }
    }

    private func address() throws(PortError) -> InternetAddress? {
        if let address = InternetAddress(host: host, port: port) { return address }
        do throws(SystemCallError) {
            return try HostsFile(reading: hostsFile).address(of: host, port: port)
        } catch {
            throw .call(error)
        }
    }
}
