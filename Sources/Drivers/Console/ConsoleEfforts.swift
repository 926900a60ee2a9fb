// How far a conversation with a switch at a terminal is, and what was tried in it.

internal import Fencing

/// What was tried for the task under way. All of it has a limit.
struct ConsoleEfforts: Sendable {
    var pokes = 0
    var presses = 0
    var wipes = 0
    /// A line was entered, or a question answered.
    var hasCommanded = false
    /// Nothing that it said was understood yet.
    var isInTheDark = true
    /// What came back last instead of the line that was typed.
    var strangeEcho: [UInt8]?
    /// What was read, and is asked again.
    var firstReading: PowerState?
    /// A question that was entered before its echo was seen: the answer must begin with it.
    var askedAhead: String?
}
