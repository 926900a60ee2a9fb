// The speed and the framing of a serial line, as people write them: `9600,8n1`.

package struct LineSettings: Hashable, Sendable, CustomStringConvertible {
    /// Bits a second; one of `speeds`.
    package let speed: Int
    package let dataBits: DataBits
    package let parity: Parity
    package let stopBits: StopBits

    package enum DataBits: Int, Hashable, Sendable, CaseIterable { case seven = 7, eight = 8 }
    package enum StopBits: Int, Hashable, Sendable, CaseIterable { case one = 1, two = 2 }
    package enum Parity: Character, Hashable, Sendable, CaseIterable {
        case none = "n"
        case even = "e"
        case odd = "o"
    }

    /// What power switches, BMCs and UPSes have been built for.
    package static let speeds = [
        300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400,
    ]

    /// A speed, and perhaps a comma and a framing, which is `8n1` otherwise.
    package init(parsing text: String) throws(LineSettingsError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let number = parts[0].utf8.count < 10 ? Int(parts[0]) : nil,
            Self.speeds.contains(number), String(number) == parts[0]
        else { throw .unknownSpeed(String(parts[0])) }
        speed = number
        let framing = parts.count == 1 ? "8n1" : parts[1...].joined(separator: ",")
        let letters = Array(framing.lowercased())
        guard letters.count == 3, let data = letters[0].wholeNumberValue,
            let dataBits = DataBits(rawValue: data), let parity = Parity(rawValue: letters[1]),
            let stop = letters[2].wholeNumberValue, let stopBits = StopBits(rawValue: stop)
        else { throw .unknownFraming(framing) }
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
    }

    package var description: String {
        "\(speed),\(dataBits.rawValue)\(parity.rawValue)\(stopBits.rawValue)"
    }

    /// How long one byte is on the wire, start bit and all.
    package var byteTime: Duration {
        let bits = 1 + dataBits.rawValue + (parity == .none ? 0 : 1) + stopBits.rawValue
        return .seconds(bits) / speed
    }
}

package enum LineSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownSpeed(String)
    case unknownFraming(String)

    package var description: String {
        switch self {
        case .unknownSpeed(let text):
            "`\(text)` is no speed of a line; known: "
                + LineSettings.speeds.map(String.init).joined(separator: ", ")
        case .unknownFraming(let text):
            "`\(text)` is no framing; write 7 or 8, then n, e or o, then 1 or 2, such as 8n1"
        }
    }
}
