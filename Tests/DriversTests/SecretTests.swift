// What a switch asks a password for is told to the switch and to nobody else.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("A password")
struct SecretTests {
    private static let secret = "Sesame-71"
    private static let models: [(driver: String, user: String?, model: SimulatedModel)] = [
        ("baytech", nil, .baytechMenu), ("wti", nil, .wti), ("apc", "apc", .apc),
        ("apc", "apc", .apcMenu), ("sentry", "admn", .sentry), ("cyclades-pm", "admin", .cyclades),
        ("ipmi-terminal", "fence", .ipmiTerminalLogin), ("ipmi-basic", "fence", .ipmiBasicLogin),
    ]

    @Test(
        "is in nothing that a job finds, though the switch repeats it, garbles it or refuses it",
        arguments: Self.models.indices, [Self.secret, nil])
    func findings(_ index: Int, _ password: String?) throws {
        let (name, user, model) = Self.models[index]
        let faults = ["echo", "echo duplicate", "echo mute", "echo refuse", "echo logoff"]
        let losses = (1...200).map { "echo lose-sent=\($0)" }
        for fault in faults + losses {
            let driver = try builtIn(name, user: user, password: Self.secret)
            let kind: Model = name.hasPrefix("ipmi") ? .ipmiTerminalLogin : .wti
            var bench = Bench(kind, SwitchSession(driver), model.make(password: password))
            try bench.set(fault)
            bench.open()
            for time in [3, 30] {
                let finding = try bench.turn(.off, "3", within: .seconds(time))
                let trouble = finding.trouble ?? ""
                #expect(!trouble.contains("Sesame") && !trouble.contains("same-71"), "\(fault)")
            }
            var dumped = ""
            dump(bench.session, to: &dumped)
            #expect(!dumped.contains(Self.secret), "\(fault)")
        }
    }

    @Test("that is refused is a clear error, and is not tried again and again")
    func refused() throws {
        let driver = try builtIn("cyclades-pm", user: "admin", password: Self.secret)
        var bench = Bench(.cyclades, SwitchSession(driver), SimulatedModel.cyclades.make())
        bench.open(andWait: .seconds(600))
        let before = bench.sentBytes
        bench.run(for: .seconds(3600))
        #expect(bench.sentBytes == before)
        let finding = try bench.turn(.off, "3", within: .seconds(20))
        #expect(finding.state == .unknown)
        let trouble = try #require(finding.trouble)
        #expect(trouble.contains("it does not take the password (it said `authentication failed`)"))
        #expect(trouble.contains("`user` and `password`"))
        #expect(bench.state("3") == .on)
    }

    @Test(
        "that the site does not give is asked for by name",
        arguments: [("cyclades-pm", SimulatedModel.cyclades), ("wti", .wti), ("apc", .apcMenu)])
    func missing(_ name: String, _ model: SimulatedModel) throws {
        var bench = Bench(.wti, SwitchSession(try builtIn(name)), model.make())
        bench.open()
        let trouble = try #require(try bench.turn(.off, "3", within: .seconds(20)).trouble)
        #expect(trouble.contains("give this switch"), "\(trouble)")
    }
}
