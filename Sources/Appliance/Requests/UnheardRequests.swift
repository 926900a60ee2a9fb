// Requests on their way from the door's thread to the appliance's: how many of each session.

internal import Fencing
internal import LinuxSystem

final class UnheardRequests: Sendable {
    /// Of one session, with what it has abandoned. With lines of 4096 bytes and 500 sessions, 32 MB.
    static let mostPerSession = 16

    private let counts = Lock<[SessionID: Int]>([:])

    func hasRoom(for session: SessionID) -> Bool {
        counts.withLock { $0[session, default: 0] < Self.mostPerSession }
    }

    func add(_ session: SessionID) { counts.withLock { $0[session, default: 0] += 1 } }

    func remove(_ session: SessionID) {
        counts.withLock { counts in
            let left = counts[session, default: 1] - 1
            counts[session] = left > 0 ? left : nil
        }
    }
}
