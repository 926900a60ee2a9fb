// What can be asked of the agent.

enum Action: String, Hashable, CaseIterable {
    case on
    case off
    case reboot
    case status
    case list
    case listStatus = "list-status"
    case monitor
    case metadata
    case manpage
    case validateAll = "validate-all"

    init?(named name: String) {
        self.init(rawValue: name == "meta-data" ? "metadata" : name)
    }

    var needsTarget: Bool {
        switch self {
        case .on, .off, .reboot, .status: true
        case .list, .listStatus, .monitor, .metadata, .manpage, .validateAll: false
        }
    }

    /// Of those that take power away; questions are never delayed.
    var isDelayed: Bool {
        switch self {
        case .off, .reboot: true
        case .on, .status, .list, .listStatus, .monitor, .metadata, .manpage, .validateAll: false
        }
    }
}
