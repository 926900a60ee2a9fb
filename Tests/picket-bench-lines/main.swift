// How many lines behave as one: a shot at 64 switches at once against a shot at one, the cost of
// lines on which nothing happens, and the memory of a line; and what a look at all outlets of a large
// switch costs the shot behind it. Not a test, because it measures time:
//
//     swift run -c release picket-bench-lines [LINES [BAUD]]
//
// Exit status 1 if the shot at all takes more than 1.2 times the shot at one, or the shot behind a look
// more than 1.2 times the shot alone.

import Fencing
import Glibc
import LinuxSystem
import SimulatedSwitches

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 64
let speed = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 9600
let mostTimes = 1.2

func say(_ text: String) { StandardStream.output.say(text) }

func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

let field = try Field(count, speed: speed)
let before = Usage.residentMemory
try field.open()
let lines = 0..<count
say("lines=\(count) baud=\(speed) memory-per-line=\((Usage.residentMemory - before) / count)KiB")

// Idle: nothing is asked of any line.
let idleSeconds = 5
let start = Usage(ofThreads: "line ")
usleep(UInt32(idleSeconds) * 1_000_000)
let end = Usage(ofThreads: "line ")
say(
    "idle threads=\(end.threads) seconds=\(idleSeconds) wakeups=\(end.sleeps - start.sleeps) "
        + "cpu=\((end.ticks - start.ticks) * 10)ms")

// One shot, and all at once, in turn, so that whatever else the machine does meets both.
var one: [Duration] = []
var all: [Duration] = []
for round in 0..<5 {
    let line = round * 7 % count
    one.append(try field.turn(.off, line..<line + 1, "3"))
    _ = try field.turn(.on, line..<line + 1, "3")
    all.append(try field.turn(.off, lines, "3"))
    _ = try field.turn(.on, lines, "3")
}
let times = Double(median(all).milliseconds) / Double(median(one).milliseconds)
say("shot one=\(median(one).brief) all=\(median(all).brief) times=\(Int(times * 1000))/1000")

// While every line is being polled: a shot waits for the reading under way, and for no other.
try field.poll(lines)
let polledOne = try field.turn(.off, 0..<1, "4")
try field.poll(lines)
let polledAll = try field.turn(.off, lines, "5")
say("shot-while-polled one=\(polledOne.brief) all=\(polledAll.brief)")

field.close()

// A shot behind somebody who has looked at all 48 outlets of a switch, and a shot alone.
var isHeldUp = false
for model in [SimulatedModel.baytech48, .wti48] {
    let large = try Field(1, speed: speed, model)
    try large.open()
    var (alone, behind, looks) = ([Duration](), [Duration](), [Duration]())
    for _ in 0..<3 {
        alone.append(try large.turn(.off, 0..<1, "3"))
        _ = try large.turn(.on, 0..<1, "3")
        looks.append(try large.look(at: 1...48))
        behind.append(try large.turn(.off, 0..<1, "3"))
        _ = try large.turn(.on, 0..<1, "3")
    }
    let times = Double(median(behind).milliseconds) / Double(median(alone).milliseconds)
    isHeldUp = isHeldUp || times > mostTimes
    say(
        "outlets=48 model=\(model.rawValue) look=\(median(looks).brief) shot=\(median(alone).brief) "
            + "shot-behind-look=\(median(behind).brief) times=\(Int(times * 1000))/1000")
    large.close()
}
exit(times <= mostTimes && !isHeldUp ? 0 : 1)
