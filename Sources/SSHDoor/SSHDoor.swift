// The way in: SSH connections become authenticated principals, and what they say becomes requests.
//
//     anybody ──▶ gate ──▶ a lobby (low priority) ──login──▶ hall (main thread) ──request──▶ keeper
//                                                             ▲                                │
//                                                             └────────────── answer ──────────┘

package import Fencing
package import Keys
package import LibSSH
package import LinuxSystem

package final class SSHDoor: Sendable {
    /// Where it listens, with the ports that the kernel chose.
    package let addresses: [InternetAddress]

    private let gate: Gate
    /// For known addresses, and for all others.
    private let known: Lobby
    private let strangers: Lobby
    private let hall: Hall
    private let passes: PassBook
    private let stage = Lock(Stage.built)
    private let ended: Mailbox<Room>

    private enum Stage: Hashable, Sendable {
        case built
        case open
        case left
    }
    private enum Room: Hashable, Sendable, CaseIterable {
        case gate
        case known
        case strangers
        case hall
    }

    /// `tell` is called from all of the door's threads, and must not wait.
    package init(
        listen sockets: [ListeningSocket], hostKeys: [HostKey], admissions: Admissions,
        userKeys: UserKeyKinds = .withoutRSA, algorithms: Algorithms = .modern,
        limits: DoorLimits = DoorLimits(),
        keeper: any DoorKeeper,
        tell: @escaping @Sendable (DoorEvent) -> Void
    ) throws {
        addresses = sockets.map(\.address)
        passes = PassBook(admissions)
        ended = try Mailbox()
        hall = try Hall(passes, limits, keeper, tell: tell)
        // One bind for each thread that takes connections.
        known = try Lobby(
            Bind(hostKeys: hostKeys, userKeys: userKeys, algorithms: algorithms), passes, limits,
            hall: hall.mailbox, tell: tell)
        strangers = try Lobby(
            Bind(hostKeys: hostKeys, userKeys: userKeys, algorithms: algorithms), passes, limits,
            hall: hall.mailbox, tell: tell)
        gate = try Gate(
            sockets, passes, known: known, strangers: strangers, limits, tell: tell)
    }

    /// Lets people in. Once.
    package func open() throws(SystemCallError) {
        stage.withLock { stage in
            precondition(stage == .built, "a door is opened once")
            stage = .open
        }
        try start("door", .hall, niceness: 0, hall.run)
        try start("lobby known", .known, niceness: 5, known.run)
        try start("lobby", .strangers, niceness: 10, strangers.run)
        try start("gate", .gate, niceness: 0, gate.run)
    }

    private func start(
        _ name: String, _ room: Room, niceness: Int32, _ body: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        let ended = ended
        try Thread.start(name, niceness: niceness) {
            body()
            ended.post(room)
        }
    }

    // MARK: From any thread

    /// Sends the reply, and on an exec channel ends it. Does nothing for a token that is not under
    /// way any more. `text` is whole lines; a missing last line end is added.
    package func answer(_ token: RequestToken, text: String, exit: UInt8) {
        hall.mailbox.post(.answer(token, text, exit: exit))
    }

    package func closeSession(_ session: SessionID) {
        hall.mailbox.post(.close(session))
    }

    /// Asks the peer for a sign of life; the keeper's `probed` tells what came of it.
    package func probe(_ session: SessionID) {
        hall.mailbox.post(.probe(session))
    }

    /// Calls `answer` from the thread that serves whoever is in, once what came before is done. It
    /// must not wait.
    package func echo(_ answer: @escaping @Sendable () -> Void) {
        hall.mailbox.post(.echo(answer))
    }

    /// From now on these are admitted, and nobody else. Sessions of whoever would not be let in any
    /// more, from where it sits and at this time, are closed.
    package func admit(_ admissions: Admissions) {
        passes.replace(with: admissions)
        hall.mailbox.post(.passesChanged)
    }

    /// Closes the listening sockets. Whoever is in may stay.
    package func stopListening() {
        gate.mailbox.post(.stopListening)
    }

    package enum Farewell: Hashable, Sendable {
        /// Everybody is out, and all threads have ended.
        case complete
        /// A thread was still running a little after the deadline: something called from it waits.
        case threadsStillRunning
    }

    /// Closes everything: strangers at once, guests when the answers given so far are out, all by
    /// `deadline` at the latest. Requests under way are abandoned. Waits for all threads to end.
    @discardableResult
    package func leave(by deadline: Moment) -> Farewell {
        let before = stage.withLock { stage in
            defer { stage = .left }
            return stage
        }
        guard before == .open else { return .complete }
        gate.mailbox.post(.leave)
        known.mailbox.post(.leave)
        strangers.mailbox.post(.leave)
        hall.mailbox.post(.leave(by: deadline))
        return waitForThreads(until: deadline + Self.endingTime)
    }

    /// From the moment at which the last connection is cut to the end of the thread.
    private static let endingTime = Duration.seconds(2)

    private func waitForThreads(until deadline: Moment) -> Farewell {
        var running = Set(Room.allCases)
        while !running.isEmpty, MonotonicClock.now() < deadline {
            ended.wait(until: deadline)
            running.subtract(ended.collect())
        }
        return running.isEmpty ? .complete : .threadsStillRunning
    }
}
