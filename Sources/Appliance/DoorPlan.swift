// What the site file says of the door, as the door wants it.

internal import Fencing
internal import Keys
internal import LibSSH
internal import SSHDoor
internal import SiteConfiguration

extension SitePlan {
    var admissions: Admissions { admissions(file.passes) }

    /// Of this file's principals those that may come in while `running` is what is decided by: nodes
    /// that it knows, and people.
    func passes(for running: SitePlan) -> [PrincipalName: Pass] {
        file.passes.filter { name, pass in
            switch pass.principal {
            case .node(let node):
                running.file.nodes[node].map { $0.cluster == file.nodes[node]?.cluster } ?? false
            case .operator: !running.file.nodes.keys.contains { $0.text == name.text }
            }
        }
    }

    func admissions(_ passes: [PrincipalName: Pass]) -> Admissions {
        Admissions(
            passes: passes, authorities: file.appliance.authorities,
            revoked: file.appliance.revokedKeys,
            knownAddresses: file.appliance.door.knownAddresses)
    }

    var userKeys: UserKeyKinds {
        switch file.appliance.rsa {
        case .accepted: .withRSA
        case .refused: .withoutRSA
        }
    }

    var algorithms: Algorithms {
        switch file.appliance.algorithms {
        case .modern: .modern
        case .compatible: .compatible
        }
    }

    var doorLimits: DoorLimits {
        var limits = DoorLimits()
        for (count, value) in file.appliance.door.counts { limits.set(count, value) }
        for (time, value) in file.appliance.door.times { limits.set(time, value) }
        return limits
    }
}

extension DoorLimits {
    fileprivate mutating func set(_ count: DoorCount, _ value: Int) {
        switch count {
        case .strangers: strangers = value
        case .strangersPerAddress: strangersPerAddress = value
        case .tries: tries = value
        case .packetsBeforeLogin: packetsBeforeLogin = UInt64(value)
        case .sessions: sessions = value
        case .sessionsPerPrincipal: sessionsPerPrincipal = value
        case .channels: channels = value
        case .requestsInFlight: requestsInFlight = value
        case .requestLength: requestLength = value
        case .pipelinedInput: pipelinedInput = value
        case .queuedOutput: queuedOutput = value
        case .keepaliveMisses: keepaliveMisses = value
        }
    }

    fileprivate mutating func set(_ time: DoorTime, _ value: Duration) {
        switch time {
        case .loginTime: loginTime = value
        case .keepaliveInterval: keepaliveInterval = value
        }
    }
}
