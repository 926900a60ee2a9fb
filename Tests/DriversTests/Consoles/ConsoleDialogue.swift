// A conversation with a driver that hears a switch out: what it does is known when the line has been
// silent for a while.

import Drivers
import Fencing

struct ConsoleDialogue {
    var dialogue: DriverDialogue

    init(_ driver: any SwitchDriver) { dialogue = DriverDialogue(driver) }

    mutating func begin(_ task: SwitchTask) -> [String] { dialogue.begin(task) }

    /// What it does to this, at the latest when the line has been silent for half a second.
    mutating func hear(_ text: String) -> [String] {
        var steps = dialogue.hear(text)
        for _ in 1...50 where steps.isEmpty { steps = dialogue.wait(.milliseconds(10)) }
        return steps
    }

    mutating func wait(_ time: Duration) -> [String] { dialogue.wait(time) }

    mutating func greet(_ prompt: String) {
        _ = begin(.greet)
        _ = hear(prompt)
    }

    /// A while later wakes it up, lets it type `line` with echo, and answers.
    mutating func ask(
        _ task: SwitchTask, _ prompt: String, _ line: String, _ answer: String
    ) -> [String] {
        _ = wait(.seconds(2))
        _ = begin(task)
        switch hear(prompt) {
        case ["> \(line)\\r"]: return hear(line + "\r\n" + answer)
        case ["> \(line)"] where hear(line).first?.hasPrefix("> ") == true: return hear(answer)
        case let other: return ["did not type `\(line)`, but \(other)"]
        }
    }
}
