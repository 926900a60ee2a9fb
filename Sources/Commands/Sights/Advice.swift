// What a person may safely do about a node, in a sentence. What is unsafe is not advised, and what
// has to be looked at by somebody who stands there says so.

internal import Fencing

extension NodeSight {
    /// Nothing about a node that stands as it should.
    package var advice: [String] {
        [shotAdvice, standingAdvice].compactMap(\.self) + locks.map(lockAdvice)
    }

    private var shotAdvice: String? {
        guard let shot else { return nil }
        let story = "`why \(shot.number)` tells the story."
        switch shot.stage {
        case .inDoubt(let why):
            return "\(name): shot \(shot.number) by \(shot.by) is in doubt (\(why)). Take \(name) "
                + "for alive. It is read on and on; if somebody has seen that it is off: "
                + "`confirm-off \(name) shot=\(shot.number) reason=WORD`. \(story)"
        case .running(.granted), .running(.onIntended):
            return "\(name): shot \(shot.number) by \(shot.by) is running. \(story)"
        case .ended(.failed(let feeds)) where standing != .probation:
            let names = feeds.map(\.description).joined(separator: ", ")
            return "\(name): shot \(shot.number) by \(shot.by) failed, \(names) read on: \(name) "
                + "lives. Look at the switch, then shoot again. \(story)"
        case .ended(.onFailed):
            return "\(name): it is off, and could not be switched on after shot \(shot.number). "
                + "`on \(name)` tries again. \(story)"
        case .ended(.onUnknown):
            return "\(name): it was switched on after shot \(shot.number) and cannot be read. "
                + "`status \(name)` reads anew. \(story)"
        case .running(.verifiedOff), .ended(.held), .ended(.on), .ended(.failed): return nil
        }
    }

    private var standingAdvice: String? {
        switch standing {
        case .member where power == .off:
            return "\(name): reads off although no shot is on record that left it so: somebody has "
                + "switched it by hand, or its site file names the wrong outlets."
        case .member where power == .unknown:
            let why = feeds.compactMap(\.trouble).first.map { " (\($0))" } ?? ""
            return "\(name): its feeds cannot be read\(why): a shot at it would be in doubt. Look "
                + "at `switches`."
        case .member, .doomed: return nil
        case .probation:
            let since = standingFor.map { " for \($0.aged)" } ?? ""
            let why = shot.map { " since shot \($0.number) by \($0.by)" } ?? ""
            switch power {
            case .off:
                return
                    "\(name): off, and on probation\(since)\(why). Before anything of it is taken "
                    + "over: `check-off \(name)`. To give it power: `on \(name)`."
            case .on, .unknown:
                return "\(name): on probation\(since)\(why). When it works again: "
                    + "`admit \(name)`."
            }
        }
    }

    private func lockAdvice(_ lock: NodeLock) -> String {
        let means =
            switch lock.kind {
            case .protect: "nobody switches it off"
            case .holdOff: "nobody switches it on"
            }
        return "\(name): \(lock.kind.rawValue) by \(lock.owner), reason \(lock.reason): \(means) "
            + "until `release \(name)`."
    }
}
