// What a person may safely do about a node, in a sentence. What is unsafe is not advised, what would
// be refused just now is not advised, and a sentence goes when it is no longer true.

internal import Fencing

extension NodeSight {
    /// Nothing about a node that stands as it should.
    package var advice: [String] {
        // Who reads this one needs no other.
        if let alarm { return [alarm] + locks.map(lockAdvice) }
        return [shotAdvice, standingAdvice, feedAdvice].compactMap(\.self) + locks.map(lockAdvice)
    }

    private var alarm: String? {
        guard case .off(let shot, let who) = onRecord, !onThoughOff.isEmpty else { return nil }
        let since = shot.map { " since shot \($0)" } ?? ""
        let by = who.map { " (\($0) confirmed it)" } ?? ""
        return "\(name): ON ALTHOUGH IT IS ON RECORD AS OFF\(since)\(by): "
            + "\(Self.listed(onThoughOff)) reads on. Who was told that it is off may have taken over: two may write. See that "
            + "it is off at once: `off \(name)`, or its plugs."
    }

    // MARK: The last shot

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
        case .ended(.failed(let feeds)) where power == .on && standing != .probation:
            return "\(name): shot \(shot.number) by \(shot.by) failed, \(Self.listed(feeds)) read "
                + "on: \(name) lives. Look at the switch, then shoot again. \(story)"
        case .ended(.onFailed) where power != .on:
            let held = isHeldOff ? "" : " `on \(name)` tries again."
            return "\(name): it could not be switched on after shot \(shot.number).\(held) \(story)"
        case .ended(.onUnknown) where power == .unknown:
            return "\(name): it was switched on after shot \(shot.number) and cannot be read. "
                + "`status \(name)` reads anew. \(story)"
        case .running(.verifiedOff), .ended: return nil
        }
    }

    private var isHeldOff: Bool { locks.contains { $0.kind == .holdOff } }

    private var isRunning: Bool {
        switch shot?.stage {
        case .running, .inDoubt: true
        case .ended, nil: false
        }
    }

    // MARK: Standing

    private var standingAdvice: String? {
        switch standing {
        case .member where power == .off && !isRunning:
            switch onRecord {
            case .off:
                return "\(name): admitted, and off as the record has it."
                    + (isHeldOff ? "" : " To give it power: `on \(name)`.")
            case .notOff:
                return "\(name): reads off although no shot is on record that left it so: somebody "
                    + "has switched it by hand, or its site file names the wrong outlets."
            }
        case .member, .doomed: return nil
        case .probation: return probationAdvice
        }
    }

    private var probationAdvice: String {
        let since = standingFor.map { " for \($0.aged)" } ?? ""
        // Switching on is a shot as well, and no reason for a probation.
        let reason = shot.flatMap { $0.verb == .on ? nil : $0 }
        let why = reason.map { " since shot \($0.number) by \($0.by)" } ?? ""
        let stands = "on probation\(since)\(why)."
        if case .running(.verifiedOff)? = shot?.stage, shot?.verb == .reboot, !isHeldOff {
            return "\(name): off, and \(stands) Its reboot is not over: it is switched on again by "
                + "itself. Nothing of it may be taken over for long."
        }
        let power = isHeldOff || isRunning ? "" : " To give it power: `on \(name)`."
        let check = "Before anything of it is taken over: `check-off \(name)`.\(power)"
        if self.power == .off { return "\(name): off, and \(stands) \(check)" }
        switch onRecord {
        case .off(_, let who?):
            return "\(name): \(who) says that it is off, and no switch has read it since; "
                + "\(stands)\(power)"
        case .off:
            return "\(name): off as the record has it, and not read since; \(stands) \(check)"
        case .notOff:
            return isHeldOff
                ? "\(name): \(stands) It is held off, so that nobody counts on it: `release "
                    + "\(name)` comes before `admit \(name)`."
                : "\(name): \(stands) When it works again: `admit \(name)`."
        }
    }

    // MARK: Feeds

    /// Of feeds that are not as the node's power is.
    private var feedAdvice: String? {
        if isRunning { return nil }
        let blind = feeds.filter { $0.knowledge.state == .unknown }
        switch power {
        case .off: return nil
        case .on:
            let lost = feeds.filter { $0.knowledge.state != .on }
            if lost.isEmpty { return nil }
            let states = lost.map { feed in
                if feed.knowledge.state == .off { return "\(feed.outlet) reads off" }
                return isNotReadYet(feed)
                    ? "\(feed.outlet) is not read yet"
                    : "\(feed.outlet) cannot be read\(Self.why(feed))"
            }
            let doubt =
                blind.allSatisfy(isNotReadYet) ? "" : " A shot at it would be in doubt."
            return "\(name): \(feeds.count - lost.count) of its \(feeds.count) feeds is on; "
                + "\(states.joined(separator: "; ")).\(doubt) Look at `outlets`."
        case .unknown:
            guard case .notOff = onRecord else { return nil }
            if blind.allSatisfy(isNotReadYet) {
                return "\(name): not read yet: the daemon has been up for \(uptime.aged). "
                    + "`status \(name)` reads it."
            }
            let why = blind.first.map(Self.why) ?? ""
            return "\(name): its feeds cannot be read\(why): a shot at it would be in doubt. Look "
                + "at `switches`."
        }
    }

    /// The daemon has just started, and its lines may not even be open.
    private func isNotReadYet(_ feed: FeedSight) -> Bool {
        feed.knowledge == .unknown(was: nil)
            && (uptime < .seconds(30) || feed.trouble == nil)
    }

    private static func why(_ feed: FeedSight) -> String {
        feed.trouble.map { " (\($0))" } ?? ""
    }

    private static func listed(_ outlets: [Outlet]) -> String {
        outlets.map(\.description).joined(separator: ", ")
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
