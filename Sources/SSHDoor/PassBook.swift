// Who is admitted, shared by the threads of the door.

internal import Fencing
internal import Keys
internal import LibSSH
internal import LinuxSystem

final class PassBook: Sendable {
    private let admissions: Lock<Admissions>

    init(_ admissions: Admissions) { self.admissions = Lock(admissions) }

    func replace(with admissions: Admissions) {
        self.admissions.withLock { $0 = admissions }
    }

    /// Whether somebody whom we know is expected at this address.
    func knows(_ host: [UInt8]) -> Bool { admissions.withLock { $0 }.knows(host) }

    /// By the rules of this moment.
    func admit(_ offer: Offer) throws(RefusedOffer) -> Admitted {
        let admissions = admissions.withLock { $0 }
        return try admissions.admit(offer, at: UnixTime(seconds: WallClock.unixSeconds()))
    }
}

/// Judges what one visitor offers, where it sits.
struct VisitorJudge: KeyJudge {
    let book: PassBook
    /// The 4 or 16 bytes of its address.
    let host: [UInt8]

    func verdict(on key: PublicKeyText, of user: String) -> KeyVerdict {
        do throws(RefusedOffer) {
            _ = try book.admit(Offer(user: user, blob: key.base64, host: host))
            return .known
        } catch {
            return .refused(error.description)
        }
    }
}
