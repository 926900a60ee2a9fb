// The page of figures over HTTP, for a Prometheus on this machine. Each asker has a thread of its own
// for at most two seconds, and gets the same page whatever it asks for: a slow client delays no other.

internal import Fencing
internal import LinuxSystem
internal import SiteConfiguration

final class MetricsListener: Sendable {
    private let place: Place
    private let page: @Sendable (Mailbox<String>) -> Void
    private let loop: AcceptLoop
    private let askers = Lock(0)

    private enum Place: Sendable {
        case loopback(ListeningSocket)
        case local(LocalSocket)
    }

    /// For each asker, from the connection to the last byte.
    private static let patience = Duration.seconds(2)
    /// Clients served at a time; further connections are closed.
    private static let mostAskers = 16
    private static let longestRequest = 8192

    /// `page` posts the page into the mailbox, soon, from whatever thread.
    init(
        at place: MetricsPlace, page: @escaping @Sendable (Mailbox<String>) -> Void
    ) throws(SystemCallError) {
        switch place {
        case .loopback(let host, let port):
            guard let address = InternetAddress(host: host, port: port) else {
                preconditionFailure("the site file was checked")
            }
            let socket = try ListeningSocket(on: address)
            self.place = .loopback(socket)
            loop = try AcceptLoop(on: socket.number)
        case .local(let path):
            let socket = try LocalSocket(listeningAt: path)
            self.place = .local(socket)
            loop = try AcceptLoop(on: socket.number)
        }
        self.page = page
    }

    /// With the port that the kernel chose.
    var description: String {
        switch place {
        case .loopback(let socket): socket.address.description
        case .local: "a local socket"
        }
    }

    func start() throws(SystemCallError) {
        try loop.start("metrics") { [self] in serveNext() }
    }

    func stop() { loop.stop() }

    private func serveNext() {
        switch place {
        case .loopback(let socket):
            switch socket.accept() {
            case .connection(let connection, from: _): begin(connection)
            case .stillborn: break
            case .nothing: break
            // Nobody else takes the connection, and the kernel would say so again and again.
            case .exhausted: loop.pause(for: Self.patience)
            }
        case .local(let socket):
            if let connection = socket.accept() { begin(connection) }
        }
    }

    private func begin(_ connection: consuming Descriptor) {
        let hasPlace = askers.withLock { count in
            guard count < Self.mostAskers else { return false }
            count += 1
            return true
        }
        // Closed where it is let go of.
        guard hasPlace else { return }
        let number = connection.release()
        do throws(SystemCallError) {
            try Thread.start("metrics asker", niceness: 10) { [self] in
                Signals.blockBrokenPipeInThisThread()
                serve(Descriptor(owning: number))
                askers.withLock { $0 -= 1 }
            }
        } catch {
            _ = Descriptor(owning: number)
            askers.withLock { $0 -= 1 }
        }
    }

    private func serve(_ connection: consuming Descriptor) {
        let deadline = MonotonicClock.now() + Self.patience
        guard hears(connection, until: deadline) else { return }
        let answers: Mailbox<String>
        do throws(SystemCallError) {
            answers = try Mailbox()
        } catch {
            return
        }
        page(answers)
        answers.wait(until: deadline)
        guard let text = answers.collect().first else { return }
        let head =
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n"
        send(Array((head + text).utf8), to: connection, until: deadline)
    }

    /// The empty line that ends a request's head has come.
    private func hears(_ connection: borrowing Descriptor, until deadline: Moment) -> Bool {
        var heard: [UInt8] = []
        while heard.count <= Self.longestRequest, connection.wait(for: .read, until: deadline) {
            do throws(SystemCallError) {
                guard let more = try connection.read(atMost: 2048) else { continue }
                if more.isEmpty { return false }
                heard += more
            } catch {
                return false
            }
            let text = heard.filter { $0 != 0x0D }
            if zip(text, text.dropFirst()).contains(where: { $0 == 0x0A && $1 == 0x0A }) {
                return true
            }
        }
        return false
    }

    private func send(
        _ bytes: [UInt8], to connection: borrowing Descriptor, until deadline: Moment
    ) {
        var rest = bytes[...]
        while !rest.isEmpty, connection.wait(for: .write, until: deadline) {
            do throws(SystemCallError) {
                rest = rest.dropFirst(try connection.write(rest))
            } catch {
                // Whoever asked has gone: nobody is left to be told.
                return
            }
        }
    }
}
