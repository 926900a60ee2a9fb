// corosync's map, read and written by its own program: what stands there lives exactly as long as
// the corosync whose counts it quotes.

internal import Fencing
internal import LinuxSystem

package struct CorosyncMap {
    private let program: String
    private let patience: Duration

    /// `patience`: a corosync that hangs must not cost the shot much of its time.
    package init(program: String, patience: Duration = .seconds(2)) {
        self.program = program
        self.patience = patience
    }

    /// Nil where there is no corosync, or none that answers.
    package func membership() -> Membership? {
        let prefixes = [
            "nodelist.node.", "runtime.members.", "runtime.votequorum.this_node_id",
            Membership.notePrefix,
        ]
        return run(prefixes).map { Membership(parsing: $0, localName: systemName()) }
    }

    /// Without the note the next process knows less, and asks anew: it may then be one power cycle
    /// too many, and never one too few. So a note that could not be written stops nothing.
    package func write(_ note: LifeNote, of node: String) {
        _ = run(["-s", Membership.notePrefix + node, "str", note.description])
    }

    private func run(_ arguments: [String]) -> String? {
        do throws(SystemCallError) {
            let process = try ChildProcess([program] + arguments)
            process.endInput()
            guard process.finish(until: MonotonicClock.now() + patience) == 0 else {
                return nil
            }
            return String(decoding: process.output, as: UTF8.self)
        } catch {
            return nil
        }
    }
}
