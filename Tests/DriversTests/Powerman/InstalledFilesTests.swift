// The device files that Debian's package powerman installs. They are read where they are.

import Drivers
import Fencing
import Testing

@Suite("The installed device files")
struct InstalledFilesTests {
    private static let directory = "/etc/powerman"

    /// What powerman 2.3.27-2 installs; a newer package may have more.
    private static let debian = Set(
        """
        apc apc-snmp apc7900 apc7900v3 apc7920 apc8941 apcnew apcold apcpdu apcpdu3 appro-gb2 \
        appro-greenblade bashfun baytech baytech-rpc18d-nc baytech-rpc22 baytech-rpc28-nc \
        baytech-rpc3-nc baytech-snmp cb-7050 cyclades-pm10 cyclades-pm20 cyclades-pm42 cyclades-pm8 \
        dli dli4 eaton-epdu-blue-switched eaton-revelation-snmp hp3488 hpilo hpmp hpmpblade hpmpcell \
        hpmpdome ibmbladecenter icebox icebox3 ics8064 ilom ipmi ipmipower ipmipower-serial kvm \
        kvm-ssh lom openbmc phantom plmpower powerman rancid-cisco-poe raritan-px4316 \
        raritan-px5523 redfish-supermicro redfishpower-cray-r272z30 redfishpower-cray-windom \
        redfishpower-supermicro sentry_cdu swpdu vpc wti wti-rps10
        """.split(separator: " ").map { "\($0).dev" })

    private func allFiles() throws -> [(name: String, file: PowermanFile)] {
        try names(inDirectory: Self.directory).filter { $0.hasSuffix(".dev") }.map {
            ($0, try installedFile(String($0.dropLast(4))))
        }
    }

    @Test("can all be read")
    func parse() throws {
        let files = try allFiles()
        #expect(files.count >= 61)
        #expect(files.allSatisfy { !$0.file.specifications.isEmpty })
        #expect(files.map(\.file.specifications.count).reduce(0, +) >= 68)
    }

    /// By the program, the specifications that are written for it.
    private static let written: [Coprocess: [String]] = [
        .snmppower: [
            "apc-snmp", "apc8941", "baytech-snmp", "eaton-epdu-blue-switched",
            "eaton-revelation-snmp", "raritan-px4316", "raritan-px5523",
        ],
        .httppower: ["dli", "dli4", "openbmc", "redfish-supermicro"],
        .redfishpower: [
            "redfishpower-cray-r272z30", "redfishpower-cray-windom-node0",
            "redfishpower-cray-windom-node1", "redfishpower-supermicro",
        ],
        .ipmipower: ["ipmipower", "ipmipowerserial"],
        .plmpower: ["plmpower"],
        .hp3488: ["hp3488"],
        .ics8064: ["ics8064"],
        .virsh: ["kvm"],
        .ssh: ["kvm-ssh"],
        .clogin: ["rancid-cisco-poe"],
        .bash: ["bashfun"],
    ]

    @Test("are refused where they are written for a program, by its name")
    func coprocesses() throws {
        let specifications = try allFiles().flatMap(\.file.specifications)
        let found = Dictionary(grouping: specifications.filter { $0.coprocess != nil }) {
            $0.coprocess
        }
        for program in Coprocess.allCases {
            let names = found[program, default: []].map(\.name).sorted()
            #expect(names == Self.written[program, default: []].sorted(), "\(program)")
        }
        for specification in specifications {
            guard let program = specification.coprocess else { continue }
            let error = #expect(throws: PowermanError.self) {
                _ = try PowermanDriver(specification)
            }
            let text = try #require(error).description
            #expect(text.hasPrefix("\(specification.position): `\(specification.name)`"))
            #expect(text.contains("the program \(program.rawValue), which \(program.purpose)"))
        }
    }

    @Test("and of the 61 that Debian 12 has, 38 files with 44 specifications need a line only")
    func count() throws {
        let files = try allFiles().filter { Self.debian.contains($0.name) }
        #expect(files.count == 61)
        let (needLine, needProgram) = files.reduce(into: (0, 0)) { counts, entry in
            let programs = entry.file.specifications.map(\.coprocess)
            if programs.allSatisfy({ $0 == nil }) { counts.0 += 1 }
            if programs.allSatisfy({ $0 != nil }) { counts.1 += 1 }
        }
        #expect(needLine == 38)
        #expect(needProgram == 23)
        let specifications = files.flatMap(\.file.specifications)
        #expect(specifications.count { $0.coprocess == nil } == 44)
        #expect(specifications.count { $0.coprocess != nil } == 24)
    }

    @Test("a file that a site has renamed is still known by what it talks to")
    func renamed() throws {
        let renamed = try specification(
            #"script login { expect "snmppower> " send "start_v1 secret\n" expect "snmppower> " }"#)
        #expect(renamed.coprocess == .snmppower)
        #expect(try specification(#"script login { expect "pm> " }"#).coprocess == nil)
    }

    @Test("all make a driver that can begin every task, where they need a line only")
    func drivers() throws {
        var count = 0
        for (_, file) in try allFiles() {
            for specification in file.specifications where specification.coprocess == nil {
                let name = specification.outlets?.first ?? outlet("1")
                for task in [SwitchTask.greet, .read(name), .command(.off, name)] {
                    var driver = try PowermanDriver(specification, outlets: [name])
                    let start = Moment(sinceStart: .zero)
                    let isSilent = driver.begin(task, at: start).isEmpty
                    #expect(!isSilent || driver.wakesAt != nil, "\(specification.name)")
                    count += 1
                }
            }
        }
        #expect(count >= 44 * 3)
    }

    @Test(
        "lose the backslashes that they are known to lose",
        arguments: [
            ("sentry_cdu", 24), ("hpmpcell", 4), ("hpmpdome", 4), ("baytech-rpc18d-nc", 1),
            ("baytech-rpc3-nc", 0),
        ])
    func backslashes(_ name: String, _ count: Int) throws {
        let found = try installedFile(name).findings.count { finding in
            if case .lostBackslash = finding.fact { true } else { false }
        }
        #expect(found == count)
    }

    @Test("take a prompt alone for an off where they are known to")
    func promptOnly() throws {
        let known = [
            "baytech", "baytech-rpc3-nc", "baytech-rpc22", "baytech-rpc28-nc", "hpilo", "ilom",
            "lom",
            "sentry_cdu", "swpdu", "wti",
        ]
        for name in known {
            let facts = try installedFile(name).findings.map(\.fact)
            #expect(facts.contains(.promptOnlyOff), "\(name)")
        }
        for name in ["wti-rps10", "cyclades-pm8"] {
            let facts = try installedFile(name).findings.map(\.fact)
            #expect(!facts.contains(.promptOnlyOff), "\(name)")
        }
    }

    @Test("have one that reads nothing back")
    func noStatus() throws {
        let file = try installedFile("apc7920")
        #expect(file.findings.map(\.fact).contains(.noStatusScript))
        #expect(file.specifications.map(\.readsBack) == [.no])
    }

    /// Over all of Debian's files, for lines and for programs.
    private static let counts: [FindingKind: Int] = [
        .lostBackslash: 38, .promptOnlyOff: 33, .offLikeOn: 19, .noStatusScript: 1, .noNamedRows: 2,
        .rowsByPlace: 2, .answerWithoutOutlet: 15, .unanchoredInterpretations: 62, .openPattern: 5,
        .strayParenthesis: 1, .holdsPassword: 25, .matchesAnything: 2,
    ]

    @Test("hold so many findings, kind by kind")
    func counts() throws {
        let files = try allFiles().filter { Self.debian.contains($0.name) }
        let findings = files.flatMap(\.file.findings)
        let counted = Dictionary(grouping: findings) { FindingKind($0.fact) }.mapValues(\.count)
        #expect(counted == Self.counts)
        #expect(findings.allSatisfy { !$0.advice.isEmpty && $0.position.line > 0 })
    }
}
