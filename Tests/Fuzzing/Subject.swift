// What is fed with arbitrary bytes: everything that reads what strangers, switches or careless
// editors may have written. A subject must take any input, and a few things must hold whatever comes.

import Commands
import Drivers
import Fencing
import Keys
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
    /// A line of authorized_keys; and a certificate, as its bytes, shown at the door.
    case key
    case certificate
    /// What answers the questions of a probe.
    case probe
    /// What somebody types at the console, and what it hears meanwhile.
    case console

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
        case .key: Self.key(bytes)
        case .certificate: Self.certificate(bytes)
        case .probe: Self.probe(bytes)
        case .console: Self.console(bytes)
        }
    }

    private static func key(_ bytes: [UInt8]) {
        do throws(KeyLineFault) {
            let key = try AuthorizedKey(line: String(decoding: bytes, as: UTF8.self))
            precondition(key.key.fingerprint != nil)
        } catch {
            precondition(error.what.utf8.allSatisfy { (0x20...0x7E).contains($0) }, error.what)
        }
    }

    /// Nobody holds the authority's private half: so nothing is ever let in.
    private static func certificate(_ bytes: [UInt8]) {
        let authority = PublicKey(
            algorithm: "ssh-ed25519",
            base64: "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH")
        guard let name = PrincipalName("alice") else { return }
        let trusted = AuthorizedKey(authority, .authority(principals: nil))
        let admissions = Admissions(
            passes: [name: Pass(.operator(name), keys: [trusted])])
        let offer = Offer(user: "alice", blob: base64(bytes), host: [192, 0, 2, 7])
        precondition((try? admissions.admit(offer, at: UnixTime(seconds: 1))) == nil)
    }

    /// The first byte of each two says how many of the next come together. It always ends.
    private static func probe(_ bytes: [UInt8]) {
        var probe = Probe(.usual)
        var now = Moment(sinceStart: .zero)
        var rest = bytes[...]
        var steps = probe.begin(at: now)
        for _ in 0..<10_000 {
            var wake: Moment?
            var hasSent = false
            for step in steps {
                switch step {
                case .send: hasSent = true
                case .wake(let moment): wake = moment
                case .end: return
                }
            }
            if hasSent { steps = probe.sent(at: now) } else { steps = [] }
            for case .wake(let moment) in steps { wake = moment }
            let count = Int(rest.popFirst() ?? 0) % 64
            steps = probe.received(Array(rest.prefix(count)), at: now)
            rest = rest.dropFirst(count)
            for case .wake(let moment) in steps { wake = moment }
            guard let wake else { preconditionFailure("it waits for nothing, and has not ended") }
            now = max(now, wake)
            steps = probe.timePassed(at: now)
        }
        preconditionFailure("it does not end")
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
