// Shoots with powermand over bad lines, as often as one likes: docs/noise.md.
//
//     picket-noise [SHOTS]
//
// SHOTS at each rate with each device file, 2000 without it. 25 daemons at a time: they mostly wait.

import Fencing
import Glibc
import LinuxSystem
import Noise
import SimulatedSwitches
import TestSupport

func fail(_ text: String, _ status: Int32) -> Never {
    StandardStream.error.say("picket-noise: \(text)")
    exit(status)
}

let wanted = CommandLine.arguments.dropFirst().first.map { Int($0) } ?? 2000
guard let shots = wanted, shots > 0, shots <= 1_000_000 else {
    fail("usage: picket-noise [SHOTS]", 64)
}
guard Powermand.isInstalled else {
    fail("there is no /usr/sbin/powermand: apt-get install powerman", 69)
}

/// Files that begin by sending: the others wait for a login that a line without a beginning never
/// shows again.
let files: [(device: String, make: @Sendable () -> any SimulatedSwitch)] = [
    ("baytech-rpc3-nc", { SimulatedBayTech() }),
    ("baytech-rpc22", { SimulatedBayTech(model: "RPC-22", outlets: 12) }),
    ("baytech-rpc28-nc", { SimulatedBayTech(model: "RPC-28", outlets: 20) }),
    ("wti-rps10", { SimulatedRPS10() }),
]
/// A simulated switch answers within milliseconds.
let timeout = Duration.seconds(1)
let atATime = 25

/// All shots of one series, on threads of their own: they block.
func shoot(_ series: PowermandShots, _ perMille: Int) throws -> PowermandShots.Tally {
    let last = UInt64((shots + PowermandShots.perSeed - 1) / PowermandShots.perSeed)
    let seeds = Lock(Array(1...last))
    let results = try Mailbox<Result<PowermandShots.Tally, any Error>>()
    for number in 1...atATime {
        try Thread.start("shots-\(number)") {
            while let seed = seeds.withLock({ $0.popLast() }) {
                results.post(
                    Result { try series.shoot(NoisyLine(seed: seed, perMille: perMille)) })
            }
        }
    }
    var sum = PowermandShots.Tally()
    var count = 0
    while count < last {
        results.wait(until: nil)
        for result in results.collect() {
            sum = sum + (try result.get())
            count += 1
        }
    }
    return sum
}

for perMille in [1, 10] {
    for file in files {
        let series = try PowermandShots(file.device, timeout: timeout, file.make)
        let tally = try shoot(series, perMille)
        StandardStream.output.say("powermand \(perMille)/1000 \(file.device): \(tally)")
    }
}
