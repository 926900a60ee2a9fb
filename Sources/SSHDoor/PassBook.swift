// Who is admitted, shared by the two threads of the door.

internal import Fencing
internal import LibSSH
internal import LinuxSystem

final class PassBook: KeyJudge, Sendable {
    private let passes: Lock<[PrincipalName: Pass]>

    init(_ passes: [PrincipalName: Pass]) { self.passes = Lock(passes) }

    func replace(with passes: [PrincipalName: Pass]) {
        self.passes.withLock { $0 = passes }
    }

    /// Whom this user name and this key prove; nil for an unknown name and a wrong key alike.
    func principal(_ user: String, _ key: PublicKeyText) -> Principal? {
        guard let name = PrincipalName(user), let pass = passes.withLock({ $0[name] }),
            // The blob names its algorithm itself.
            pass.keys.contains(where: { $0.base64 == key.base64 })
        else { return nil }
        return pass.principal
    }

    func verdict(on key: PublicKeyText, of user: String) -> KeyVerdict {
        principal(user, key) == nil ? .unknown : .known
    }
}
