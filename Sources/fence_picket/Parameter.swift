// The parameters of the agent: the one table from which input is read and the metadata is printed.

internal import ApplianceClient

struct Parameter: Hashable {
    enum Content: Hashable {
        case text, flag, seconds, number
        case selection([String])

        var word: String {
            switch self {
            case .text: "string"
            case .flag: "boolean"
            case .seconds: "second"
            case .number: "integer"
            case .selection: "select"
            }
        }
    }

    let name: String
    var short: Character?
    /// What stands for the value in the usage; flags have none.
    var value: String?
    var content = Content.text
    var standard: String?
    var isRequired = false
    /// The older name of the same.
    var alias: String?
    let means: String

    /// As fence-agents spells it on a command line: `identity_file` is `--identity-file`.
    var long: String { dashed(name) }
}

func dashed(_ name: String) -> String { name.split(separator: "_").joined(separator: "-") }

extension Parameter {
    static let all: [Parameter] = target + appliance + manners

    private static let target = [
        Parameter(
            name: "action", short: "o", value: "action", standard: "reboot", alias: "option",
            means: "What to do: \(Action.allCases.map(\.rawValue).joined(separator: ", "))"),
        Parameter(
            name: "plug", short: "n", value: "node", alias: "port",
            means: "The node, as the appliance's site file calls it"),
        Parameter(
            name: "nodename", short: "N", value: "node",
            means: "The node, as the cluster calls it; Pacemaker says it by itself"),
    ]

    private static let appliance = [
        Parameter(
            name: "ip", short: "a", value: "address", alias: "ipaddr",
            means: "The appliance's addresses, with commas between them: all are tried together, "
                + "and the first that answers is used"),
        Parameter(
            name: "ipport", short: "u", value: "number", content: .number, standard: "22",
            means: "The port of the appliance's SSH"),
        Parameter(
            name: "username", short: "l", value: "name", alias: "login",
            means: "Who asks. Usually left out: each node asks under its own name"),
        Parameter(
            name: "identity_file", short: "k", value: "path",
            standard: "/etc/picket/id_ed25519", means: "This node's private key"),
        Parameter(
            name: "known_hosts", value: "path", standard: "/etc/picket/known_hosts",
            means: "Holds the appliance's host key, under the name picket"),
        Parameter(
            name: "inet4_only", short: "4", content: .flag, means: "Use IPv4 addresses only"),
        Parameter(
            name: "inet6_only", short: "6", content: .flag, means: "Use IPv6 addresses only"),
        Parameter(
            name: "ssh_path", value: "path", standard: "/usr/bin/ssh", means: "The ssh program"),
        Parameter(
            name: "cmapctl_path", value: "path", standard: "/usr/sbin/corosync-cmapctl",
            means: "The program that reads corosync's map"),
        Parameter(
            name: "config", value: "path", standard: ClientSettings.defaultFile,
            means: "A file with these settings, for what is not said here"),
    ]

    private static let manners = [
        Parameter(
            name: "deadline", value: "seconds", content: .seconds, standard: "50",
            means: "On, off and reboot are given up after so long, retries included. Keep it ten "
                + "seconds below pcmk_reboot_timeout and pcmk_off_timeout"),
        Parameter(
            name: "question_deadline", value: "seconds", content: .seconds, standard: "15",
            means: "The same for monitor, status and list"),
        Parameter(
            name: "login_timeout", value: "seconds", content: .seconds, standard: "5",
            means: "For connection and login at one address"),
        Parameter(
            name: "delay", value: "seconds", content: .seconds, standard: "0",
            means: "Wait so long before off and reboot. Nothing needs it: the appliance lets one "
                + "of two quarrelling nodes win"),
        Parameter(
            name: "separator", short: "C", value: "char", standard: ",",
            means: "Between the columns of list"),
        Parameter(
            name: "debug_file", short: "D", value: "path",
            means: "Append what is asked and answered to this file"),
        Parameter(name: "verbose", short: "v", content: .flag, means: "Say more on stderr"),
        Parameter(name: "quiet", short: "q", content: .flag, means: "Say nothing on success"),
        Parameter(name: "version", short: "V", content: .flag, means: "Print the version"),
        Parameter(name: "help", short: "h", content: .flag, means: "Print the usage"),
    ]

    /// Of fence-agents' common parameters those that mean nothing here. They are taken, so that a
    /// device that is switched over from another agent keeps working.
    static let idle = [
        "passwd": "password", "password": "password", "password_script": "password",
        "passwd_script": "password", "ssh": "ssh", "secure": "ssh", "ssh_options": "ssh",
        "command_prompt": "screen", "cmd_prompt": "screen", "shell_timeout": "screen",
        "power_timeout": "appliance", "power_wait": "appliance",
        "stonith_status_sleep": "appliance", "retry_on": "appliance", "method": "appliance",
        "plug_separator": "appliance", "missing_as_off": "appliance",
        "disable_timeout": "deadline", "use_sudo": "ssh", "port_as_ip": "appliance",
    ]
}
