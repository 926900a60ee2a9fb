// What is fed with arbitrary bytes: everything that reads what strangers, switches or careless
// editors may have written. A subject must take any input, and a few things must hold whatever comes.

import Commands
import Drivers
import Fencing
import SiteConfiguration
import Telnet

package enum Subject: String, CaseIterable, Sendable {
    case request
    case reply
    case site
    case deviceFile = "device-file"
    /// Each built-in driver under the rules of a session, by the first byte.
    case session
    /// A device file's scripts under the same rules.
    case script
    /// What a concentrator may say: telnet, and RFC 2217 on top of it.
    case telnet

    /// Stops the program where something does not hold.
    package func take(_ bytes: [UInt8]) {
        switch self {
        case .request: Self.request(bytes)
        case .reply: Self.reply(bytes)
        case .site: Self.site(bytes)
        case .deviceFile: Self.deviceFile(bytes)
        case .session: Self.session(bytes)
        case .script: Self.script(bytes)
        case .telnet: Self.telnet(bytes)
        }
    }

    /// A line that is understood is printed as a line that means the same.
    private static func request(_ bytes: [UInt8]) {
        let request: Request
        do throws(UsageError) { request = try Request(line: bytes) } catch {
            precondition(!error.description.isEmpty)
            precondition(error.description.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            return
        }
        precondition((try? Request(line: request.line)) == request, request.line)
    }

    /// And so is a reply.
    private static func reply(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let reply = try? Reply(parsing: text, code: .ok) else { return }
        let printed = reply.printed(as: .text)
        precondition((try? Reply(parsing: printed, code: .ok)) == reply, printed)
        precondition(printed.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    }

    private static func site(_ bytes: [UInt8]) {
        do throws(SiteRefused) { _ = try SiteFile(reading: bytes, path: "site.yaml") } catch {
            precondition(error.findings.contains { $0.severity == .error })
        }
    }

    private static func deviceFile(_ bytes: [UInt8]) {
        guard
            let file = try? PowermanFile.parse(text: bytes, path: "file.dev", include: { _ in nil })
        else { return }
        for specification in file.specifications {
            precondition(!specification.name.isEmpty || file.specifications.count > 0)
        }
    }

    private static func session(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let names = DriverCatalog.names
        var options = DriverOptions()
        options.credentials = Credentials(user: "apc", password: Secret("secret"))
        let name = names[Int(first) % names.count]
        // A driver that logs in nowhere takes no credentials.
        let driver =
            (try? DriverCatalog.make(named: name, options))
            ?? (try? DriverCatalog.make(named: name))
        guard let driver else { return }
        var game = SessionGame(driver, bytes.dropFirst())
        game.play()
    }

    /// However it is split, it means the same; and it is never answered without end.
    private static func telnet(_ bytes: [UInt8]) {
        let half = bytes.count / 2
        let (whole, said) = heard([bytes[...]])
        let (split, saidSplit) = heard([bytes[..<half], bytes[half...]])
        precondition(whole == split && said == saidSplit)
        precondition(whole.count <= bytes.count)
        precondition(said.count <= TelnetCodec.mostAnswers * 3 + 64)
        var client = ComPortClient()
        for request in [ComPortRequest.speed(9600), .dtr(.off), .modemState] { client.ask(request) }
        _ = client.received(bytes)
        precondition(client.unanswered.count <= 3)
    }

    /// Every byte of data and every end of something, and what was sent.
    private static func heard(_ parts: [ArraySlice<UInt8>]) -> ([TelnetCodec.Event], [UInt8]) {
        var codec = TelnetCodec(serving: [.comPort])
        var events: [TelnetCodec.Event] = []
        for event in parts.flatMap({ codec.received($0) }) {
            if case .data(let bytes) = event {
                events += bytes.map { .data([$0]) }
            } else {
                events.append(event)
            }
        }
        return (events, codec.takeOutput())
    }

    /// The file, a zero, and what happens.
    private static func script(_ bytes: [UInt8]) {
        let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
        guard
            let file = try? PowermanFile.parse(
                text: Array(bytes[..<end]), path: "file.dev", include: { _ in nil }),
            let specification = file.specifications.first, let one = OutletName("1")
        else { return }
        // One that is written for a program is refused.
        guard let driver = try? PowermanDriver(specification, outlets: [one]) else { return }
        var game = SessionGame(driver, bytes[end...].dropFirst())
        game.play()
    }
}
