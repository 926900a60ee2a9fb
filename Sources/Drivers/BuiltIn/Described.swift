// The models that are described and need no code of their own. Each is also in its page under
// docs/switches, as a file for which a test holds that it says the same.

internal import Fencing

extension ConsoleDescription {
    /// All of them.
    package static let builtIn = [cyclades, raritan, eatonG3, cyberPower, synaccess]

    /// Cyclades (later Avocent) AlterPath PM: PM8, PM10, PM20, PM42. After powerman's cyclades-pm*.dev
    /// and its simulator, cluster-glue's cyclades.c and Avocent's PM manual (pp. 46, 58, 60). A chain
    /// of units goes up to 128 outlets. An old firmware takes LF and nothing else.
    static let cyclades = {
        var described = ConsoleDescription(
            name: "cyclades-pm", prompts: ["pm>"], off: "off {outlet}", on: "on {outlet}",
            status: "status {outlet}", outlets: "1-128",
            row: "{outlet}( .*)? (Unlocked|Locked) +{state}( .*)?", readsOff: ["OFF"],
            readsOn: ["ON"],
            refusals: ["input error", "invalid", "denied", "not allowed", "is locked"],
            latency: .seconds(10))
        described.state = "ON|OFF"
        described.enter = .lf
        described.logout = "exit"
        return described
    }()

    /// Raritan PX2, PX3, PX4, Legrand PRO3X and PRO4X, which have one firmware (Xerus). After Raritan's
    /// PX2 and PX3 user guides, Legrand's PRO3X guide, fence-agents' fence_raritan_px3 and Intel's
    /// ttbl.raritan_px.
    static let raritan = {
        var described = ConsoleDescription(
            name: "raritan", prompts: ["([[][^]]*] )?[#>]"], off: "power outlets {outlet} off /y",
            on: "power outlets {outlet} on /y", status: "show outlets {outlet}", outlets: "1-60",
            row: "Power state: *{state}", readsOff: ["Off"], readsOn: ["On"],
            refusals: [
                "invalid", "unknown", "denied", "not allowed", "not permitted", "failed", "error",
                "expected",
            ],
            latency: .seconds(10))
        described.heading = "Outlet {outlet}( -.*|:.*)"
        described.state = "[A-Za-z]+.*"
        described.yes = "y"
        described.no = "n"
        described.logout = "exit"
        described.settings = "115200,8n1"
        return described
    }()

    /// Eaton ePDU G3. After Eaton's ePDU G3 operation manual (P-164000277, pp. 80 to 84) and
    /// fence-agents' fence_eaton_ssh. Its answer is a number and names nothing; the echo does.
    static let eatonG3 = {
        var described = ConsoleDescription(
            name: "eaton-g3", prompts: ["pdu#[0-9]+>"],
            off: "set PDU.OutletSystem.Outlet[{outlet}].DelayBeforeShutdown 0",
            on: "set PDU.OutletSystem.Outlet[{outlet}].DelayBeforeStartup 0",
            status: "get PDU.OutletSystem.Outlet[{outlet}].PresentStatus.SwitchOnOff",
            outlets: "1-56", row: "{state}", readsOff: ["0"], readsOn: ["1"],
            refusals: ["error", "invalid", "unknown", "denied", "not supported", "not available"],
            latency: .seconds(10))
        described.state = "-?[0-9]+"
        described.logout = "quit"
        return described
    }()

    /// CyberPower PDUs with a command line: PDU31xxx, 41xxx, 71xxx, 81xxx. After CyberPower's
    /// Intelligent PDU guide, fence-agents' fence_cyberpower_ssh and captures of a PDU41002 (firmware
    /// 1.3.4) and of a PDU44001 that others have published.
    static let cyberPower = {
        var described = ConsoleDescription(
            name: "cyberpower", prompts: ["(CyberPower )?>"], off: "oltctrl index {outlet} act off",
            on: "oltctrl index {outlet} act on", status: "oltsta show", outlets: "1-48",
            row: "{outlet} +.*[^ ] +{state}( +[0-9.]+)*", readsOff: ["Off"], readsOn: ["On"],
            refusals: ["index number must", "^", "invalid", "error", "denied", "not allowed"],
            latency: .seconds(10))
        described.state = "[A-Za-z]+"
        described.logout = "exit"
        return described
    }()

    /// Synaccess netBooter NP and NPB. After Synaccess' netBooter manual (1140V3) and programs of
    /// others, one of them an observatory's simulator with an answer of firmware 6.2.
    static let synaccess = {
        var described = ConsoleDescription(
            name: "synaccess", prompts: [">"], off: "pset {outlet} 0", on: "pset {outlet} 1",
            status: "pshow", outlets: "1-32", row: "{outlet} *[|][^|]*[|] *{state} *[|]?",
            readsOff: ["OFF"], readsOn: ["ON"],
            refusals: ["invalid", "unknown", "denied", "not allowed", "login", "error"],
            latency: .seconds(10))
        described.state = "[A-Z]+"
        described.logout = "logout"
        return described
    }()
}
