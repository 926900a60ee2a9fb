// The off is sent, and its end is told: what breaks before it has left is tried again, and a relay that
// does not move is told as such before the shot's time is over.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("Every driver, when an exchange breaks")
struct BrokenExchangeTests {
    /// Of a site that says nothing: as `SiteDefaults` has it.
    private func patience(_ latency: Duration) -> Duration {
        max(.seconds(20), latency * 2 + .seconds(5))
    }

    @Test("reaches an off where the line drops at the first byte", arguments: Model.allCases)
    func drops(_ model: Model) throws {
        let latency = Duration.seconds(8) + model.delay
        var bench = try model.bench("drop=1", latency: latency)
        let began = bench.now
        let finding = try bench.turn(.off, "3", within: patience(latency))
        #expect(finding.state == .off, "\(finding.trouble ?? "")")
        #expect(bench.now - began < latency + model.delay + .seconds(5))
    }

    @Test(
        "says that a stuck outlet is on to who asks as soon as the line is open, or soon after",
        arguments: Model.allCases)
    func stuckAtTheStart(_ model: Model) throws {
        let latency = try model.latency
        for tenths in [0, 21, 42] {
            var bench = try model.closedBench()
            try bench.set("stuck-on=3")
            bench.open(andWait: .milliseconds(100 * tenths))
            let finding = try bench.turn(.off, "3", within: patience(latency))
            #expect(finding.state == .on, "after \(tenths) tenths: \(finding.trouble ?? "")")
        }
    }

    private static let withLogin = Model.allCases.filter {
        Exemption.reason($0, .secondUser) == nil && $0.deviceFile == nil
    }

    @Test("reaches an off when somebody else has been in for 3 s", arguments: withLogin)
    func secondUser(_ model: Model) throws {
        var bench = try model.closedBench(latency: .seconds(8))
        bench.open()
        // Its session ends.
        bench.run(for: .seconds(60))
        try bench.set("occupied")
        bench.set("none", in: .seconds(3))
        let began = bench.now
        let finding = try bench.turn(.off, "3", within: patience(.seconds(8)))
        #expect(finding.state == .off, "\(finding.trouble ?? "")")
        #expect(bench.now - began < .seconds(7))
    }

    @Test(
        "says that a stuck outlet is on, in the time that a site gives a shot by itself",
        arguments: Model.allCases, ["stuck-on=3", "stuck-on=3 pace=2ms", "stuck-on=3 pace=4ms"])
    func stuck(_ model: Model, _ faults: String) throws {
        var bench = try model.bench(faults)
        let finding = try bench.turn(.off, "3", within: patience(try model.latency))
        #expect(finding.state == .on, "\(finding.trouble ?? "")")
        #expect(finding.trouble?.contains("still reads on") == true)
        #expect(bench.openings == 1)
        // The line has kept its step: the next shot is as quick as any.
        try bench.set("none")
        let began = bench.now
        #expect(try bench.turn(.off, "3", within: .seconds(60)).state == .off)
        #expect(bench.now - began < .seconds(3) + model.delay)
    }
}
