// swift-tools-version: 6.2

import PackageDescription

// The arrows below are the architecture: docs/architecture.md draws them, and
// Tests/TidyTests compares them with what SwiftPM resolved.

/// A product target: strict in everything the compiler can be strict about.
func room(_ name: String, _ needs: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: needs, swiftSettings: strict)
}

func program(_ name: String, _ needs: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: needs, swiftSettings: strict)
}

func tests(
    _ name: String, _ needs: [Target.Dependency], exclude: [String] = [],
    resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: needs, exclude: exclude, resources: resources,
        swiftSettings: hygiene)
}

let hygiene: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let strict: [SwiftSetting] = hygiene + [.strictMemorySafety()]

let package = Package(
    name: "picket",
    products: [
        .executable(name: "picketd", targets: ["picketd"]),
        .executable(name: "picket", targets: ["picket"]),
        .executable(name: "switch-simulator", targets: ["switch-simulator"]),
        .executable(name: "fence_picket", targets: ["fence_picket"]),
        .executable(name: "picket-quorum", targets: ["picket-quorum"]),
        .executable(name: "picket-alert", targets: ["picket-alert"]),
        // libpicket.so: `picket` is a program's name already. deploy/build-library names it.
        .library(name: "picketclient", type: .dynamic, targets: ["LibPicket"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Pure: no I/O, no clock, nothing but the standard library (and what is a pure function of
        // its input: libyaml's parser, libc's regular expressions, swift-crypto's arithmetic).
        room("Fencing"),
        room("Arbiter", ["Fencing"]),
        room("Drivers", ["Fencing"]),
        room("Commands", ["Fencing"]),
        room("Console", ["Commands", "Fencing"]),
        room("Pictures", ["Fencing"]),
        room("Keys", ["Fencing", .product(name: "Crypto", package: "swift-crypto")]),
        room("SiteConfiguration", ["Fencing", "Keys", "CYAML"]),
        room("SimulatedSwitches", ["Fencing"]),
        room("Telnet"),

        // C, and the one Swift door to each.
        .systemLibrary(
            name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CLinux"),
        room("LinuxSystem", ["CLinux", "Fencing"]),
        room("LibSSH", ["CLibSSH"]),

        // Edge: everything that touches the world.
        room("SSHDoor", ["Console", "LibSSH", "LinuxSystem", "Fencing", "Keys"]),
        room("Ledger", ["CSQLite", "Fencing", "LinuxSystem"]),
        room("Lines", ["Drivers", "LinuxSystem", "Fencing", "Telnet"]),
        room("SwitchBench", ["SimulatedSwitches", "LinuxSystem", "Fencing"]),

        // The other end of the ssh connection: what runs on the cluster's nodes.
        room("ApplianceClient", ["Commands", "Fencing", "LinuxSystem"]),
        program("fence_picket", ["ApplianceClient", "Commands", "Fencing", "LinuxSystem"]),
        program("picket-quorum", ["ApplianceClient", "Commands", "Fencing", "LinuxSystem"]),
        program("picket-alert", ["ApplianceClient", "Fencing", "LinuxSystem"]),
        .target(name: "CPicket"),
        room("LibPicket", ["ApplianceClient", "CPicket", "Commands", "Fencing", "LinuxSystem"]),

        // Root: where decisions meet the world.
        room(
            "Appliance",
            [
                "Arbiter", "Commands", "Drivers", "Fencing", "Keys", "Ledger", "LibSSH", "Lines",
                "LinuxSystem",
                "SSHDoor", "SiteConfiguration",
                .product(name: "Logging", package: "swift-log"),
            ]),

        room(
            "Workbench",
            ["Appliance", "Drivers", "Fencing", "Lines", "LinuxSystem", "SiteConfiguration"]),

        program(
            "picket",
            [
                "Appliance", "Commands", "Drivers", "Fencing", "Keys", "Ledger", "Lines",
                "LinuxSystem", "Pictures", "SSHDoor", "SiteConfiguration", "Workbench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        program(
            "picketd",
            [
                "Appliance", "Fencing", "LinuxSystem", "SiteConfiguration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        program(
            "switch-simulator",
            [
                "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Fencing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests mirror the targets.
        tests(
            "ApplianceTests",
            [
                "Appliance", "Arbiter", "Drivers", "Fencing", "Keys", "Ledger", "Lines",
                "LinuxSystem", "SSHDoor", "SiteConfiguration", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests("ApplianceClientTests", ["ApplianceClient", "Fencing"]),
        tests("ArbiterTests", ["Arbiter", "Fencing"]),
        tests("CommandsTests", ["Commands", "Fencing", "TestSupport"]),
        tests("PicturesTests", ["Pictures", "Fencing"]),
        tests("ConsoleTests", ["Console", "Commands", "Fencing", "TestSupport"]),
        tests(
            "DriversTests", ["Drivers", "SimulatedSwitches", "Fencing", "Noise", "TestSupport"]),
        tests("FencingTests", ["Fencing"]),
        tests("LedgerTests", ["CSQLite", "Fencing", "Ledger"]),
        tests(
            "LinesTests",
            [
                "Lines", "Drivers", "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Telnet",
                "Fencing", "TestSupport",
            ], exclude: ["Peers"]),
        tests(
            "SSHDoorTests",
            ["SSHDoor", "LibSSH", "LinuxSystem", "Fencing", "Keys", "TestSupport"],
            exclude: ["Hostile"]),
        tests("SimulatedSwitchesTests", ["SimulatedSwitches", "Fencing"]),
        tests(
            "KeysTests",
            ["Keys", "Fencing", "TestSupport", .product(name: "Crypto", package: "swift-crypto")]),
        tests("SiteConfigurationTests", ["SiteConfiguration", "Fencing", "Keys", "TestSupport"]),
        tests(
            "SwitchBenchTests",
            [
                "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Fencing", "switch-simulator",
                "TestSupport",
            ]),
        tests("TelnetTests", ["Telnet", "TestSupport"]),
        tests(
            "WorkbenchTests",
            ["picket", "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Fencing", "TestSupport"]),
        tests(
            "PeerTests",
            [
                "Drivers", "Lines", "Noise", "SwitchBench", "SimulatedSwitches", "TestSupport",
                "LinuxSystem", "Fencing",
            ], exclude: ["modbus-server.py"]),
        tests(
            "ClusterTests",
            [
                "picketd", "switch-simulator", "fence_picket", "picket-quorum", "picket-alert",
                "TestSupport", "LinuxSystem", "Fencing",
            ], exclude: ["Rig"]),
        tests("TidyTests", []),

        // Whole sites, and what the tests share.
        .target(
            name: "TestSupport", dependencies: ["LinuxSystem", "Fencing"],
            path: "Tests/TestSupport", swiftSettings: hygiene),
        .target(
            name: "Noise",
            dependencies: [
                "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Fencing", "TestSupport",
            ],
            path: "Tests/Noise", swiftSettings: hygiene),
        .executableTarget(
            name: "picket-noise",
            dependencies: ["Noise", "SimulatedSwitches", "LinuxSystem", "Fencing", "TestSupport"],
            path: "Tests/picket-noise", swiftSettings: hygiene),
        .target(
            name: "Simulation", dependencies: ["Arbiter", "Fencing", "TestSupport"],
            path: "Tests/Simulation", swiftSettings: hygiene),
        tests(
            "ScenarioTests", ["Arbiter", "Commands", "Fencing", "Simulation", "TestSupport"],
            exclude: ["README.md", "Scenarios"]),
        .executableTarget(
            name: "picket-simulate", dependencies: ["Simulation", "Fencing"],
            path: "Tests/picket-simulate", swiftSettings: hygiene),
        .executableTarget(
            name: "picket-bench", dependencies: ["Arbiter", "Fencing", "Ledger"],
            path: "Tests/picket-bench", swiftSettings: hygiene),
        .target(
            name: "Fuzzing",
            dependencies: [
                "Commands", "Console", "Drivers", "Fencing", "Keys", "SiteConfiguration", "Telnet",
            ],
            path: "Tests/Fuzzing", swiftSettings: hygiene),
        .executableTarget(
            name: "picket-fuzz", dependencies: ["Fuzzing"], path: "Tests/picket-fuzz",
            swiftSettings: hygiene),
        tests("FuzzTests", ["Fuzzing", "TestSupport"], exclude: ["Corpora"]),
        .executableTarget(
            name: "picket-bench-lines",
            dependencies: [
                "Lines", "Drivers", "SwitchBench", "SimulatedSwitches", "LinuxSystem", "Fencing",
                "TestSupport",
            ],
            path: "Tests/picket-bench-lines", swiftSettings: hygiene),
        tests("SimulationTests", ["Simulation", "Arbiter", "Fencing"]),
        .executableTarget(
            name: "picketd-killed",
            dependencies: ["Appliance", "Arbiter", "Fencing", "Ledger", "LinuxSystem"],
            path: "Tests/picketd-killed", swiftSettings: hygiene),
        tests(
            "EndToEndTests",
            [
                "picket", "picketd", "picketd-killed", "fence_picket", "picket-alert",
                "picket-quorum",
                "switch-simulator", "SwitchBench", "SimulatedSwitches", "TestSupport",
                "LinuxSystem", "Fencing",
            ],
            exclude: [
                "wall-clock.c", "slow-names.c", "hanging-disk.c", "Clients", "Screens",
                "Agent/metadata.rng",
                "Agent/use-libpicket.c",
            ]),
    ]
)
