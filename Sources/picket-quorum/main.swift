// picket-quorum: may this node ask the appliance? One question, one attempt, within 2 seconds, for
// corosync-qdevice's heuristics (`exec_picket`), which throws away what is printed.
//
// Exit status 0: an arbiter answered, and this node is a member in good standing. 1: anything else,
// the appliance's own no included. 64: called wrongly.

internal import ApplianceClient
internal import Commands
internal import Fencing
internal import Glibc
internal import LinuxSystem

let started = MonotonicClock.now()

struct Probe {
    var config: String?
    var within = Duration.seconds(2)

    init(_ words: [String]) throws(SettingError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw SettingError("usage: picket-quorum [--config FILE] [--within SECONDS]")
            }
            switch word {
            case "--config": config = value
            case "--within":
                guard let seconds = Int(value), (1...60).contains(seconds) else {
                    throw SettingError("--within takes 1 to 60 seconds, not '\(value)'")
                }
                within = .seconds(seconds)
            default: throw SettingError("unknown option '\(word)'")
            }
        }
    }

    /// A view goes with the question: in a cluster that wants consent it is this node's vote.
    func ask() throws(SettingError) -> Int32 {
        let settings = try ClientSettings(file: config)
        if let why = settings.whyUnusable { throw why }
        // A corosync that hangs leaves most of the time for the question.
        let map = CorosyncMap(program: settings.corosyncMap, patience: .milliseconds(500))
        let membership = map.membership()
        for text in membership?.warnings ?? [] {
            StandardStream.error.say("picket-quorum: \(text)")
        }
        let seen = membership?.members.filter(\.value.isJoined).keys.sorted()
        let sees = seen?.compactMap { NodeName($0) }
        let caller = Caller(
            settings, as: settings.user ?? membership?.ourselves ?? hostName())
        do throws(Trouble) {
            let reply = try caller.askOnce(
                Request(.quorum(sees: sees)), until: started + within)
            // It is the one program that runs on every member all the time.
            if let membership { Watch(caller, map).note(membership, reply) }
            StandardStream.output.say(reply.lines.first?.brief ?? reply.code.word)
            guard reply.code == .ok, reply.lines.first?["standing"] == "member" else { return 1 }
            return 0
        } catch {
            StandardStream.error.say("picket-quorum: \(error)")
            return 1
        }
    }
}

do throws(SettingError) {
    exit(try Probe(Array(CommandLine.arguments.dropFirst())).ask())
} catch {
    StandardStream.error.say("picket-quorum: \(error)")
    exit(64)
}
