// What `trace` says: the latest bytes of a line, oldest first.

internal import Commands
internal import Fencing
internal import Lines
internal import LinuxSystem

extension Appliance {
    /// For operators: it shows what stands on the consoles of switches, and nodes have no use for it.
    func trace(
        _ token: RequestToken, of name: SwitchName, as format: ReplyFormat, for principal: Principal
    ) {
        switch principal {
        case .node: break
        case .operator:
            if let trace = switchboard?.trace(of: name) {
                return answer(token, page: trace.table(of: name).printed(as: format))
            }
        }
        answer(
            token,
            Reply(
                .notPermitted,
                [
                    ReplyField("switch", name),
                    ReplyField(
                        "why", "\(principal) may not trace \(name), or there is no such switch"),
                ]))
    }
}

extension LineTrace {
    fileprivate func table(of name: SwitchName) -> Table {
        let now = MonotonicClock.now()
        return Tables.trace(
            of: name,
            lines.map { line in
                TraceSight(
                    at: WallClock.time(of: line.moment, now: now), kind: line.kind.rawValue,
                    sign: line.kind.sign, text: line.text)
            })
    }
}

extension LineTrace.Kind {
    /// As `picket try` shows it.
    package var sign: String {
        switch self {
        case .sent: ">"
        case .received: "<"
        case .note: "."
        }
    }
}
