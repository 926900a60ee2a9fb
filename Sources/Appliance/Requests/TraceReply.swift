// What `trace` says: the latest bytes of a line, oldest first.

internal import Fencing
internal import Lines
internal import LinuxSystem

extension Appliance {
    /// For operators: it shows what stands on the consoles of switches, and nodes have no use for it.
    func trace(of name: SwitchName, for principal: Principal) -> Reply {
        switch principal {
        case .node: break
        case .operator:
            if let trace = switchboard?.trace(of: name) {
                return trace.reply(about: name, at: MonotonicClock.now())
            }
        }
        return Reply(
            .notPermitted,
            [
                ReplyField("switch", name),
                ReplyField("why", "\(principal) may not trace \(name), or there is no such switch"),
            ])
    }
}

extension LineTrace {
    fileprivate func reply(about name: SwitchName, at now: Moment) -> Reply {
        let word = ExitCode.ok.word
        let all = lines.map { line in
            ReplyLine(
                word,
                [
                    ReplyField("switch", name),
                    ReplyField("at", WallClock.time(of: line.moment, now: now)),
                    ReplyField("what", line.kind.rawValue), ReplyField("text", line.text),
                ])
        }
        if !all.isEmpty { return Reply(.ok, all) }
        return Reply(
            .ok, [ReplyField("switch", name), ReplyField("text", "nothing went over its line yet")])
    }
}
