// What a person, or a script, may tell the simulator while it runs: one line each.

internal import Fencing
internal import SimulatedSwitches

enum Instruction {
    case fault(Faults)
    case press(OutletName, PowerCommand)
    case outlets
    case drop
    case quit

    static let known = "fault late=8s mute, fault none, press 3 on, outlets, drop, quit"

    init(parsing line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("fault", 2...):
            self = .fault(try Faults(parsing: words.dropFirst().joined(separator: " ")))
        case ("press", 3):
            guard let outlet = OutletName(words[1]), let command = PowerCommand(rawValue: words[2])
            else { throw UnknownInstruction(line: line) }
            self = .press(outlet, command)
        case ("outlets", 1): self = .outlets
        case ("drop", 1): self = .drop
        case ("quit", 1): self = .quit
        default: throw UnknownInstruction(line: line)
        }
    }
}

struct UnknownInstruction: Error, CustomStringConvertible {
    let line: String
    var description: String { "`\(line)` is no command. Known: \(Instruction.known)" }
}
