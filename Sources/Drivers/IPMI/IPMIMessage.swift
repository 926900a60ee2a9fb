// What is asked of a BMC and what it answers, whatever carries it. After the IPMI specification 2.0:
// 5.2 (completion codes), 22.13 to 22.19 (sessions), 28.2 and 28.3 (chassis).

internal import Fencing

struct IPMIRequest: Hashable, Sendable {
    let netFunction: UInt8
    let command: UInt8
    var data: [UInt8] = []

    /// Changes nothing, and needs no session.
    static let deviceID = IPMIRequest(netFunction: 0x06, command: 0x01)
    static let chassisStatus = IPMIRequest(netFunction: 0x00, command: 0x01)

    /// Power down at once, or up. The values for a cycle and a reset are not here: the off inside
    /// them could not be observed.
    static func chassisControl(_ command: PowerCommand) -> IPMIRequest {
        switch command {
        case .off: IPMIRequest(netFunction: 0x00, command: 0x02, data: [0])
        case .on: IPMIRequest(netFunction: 0x00, command: 0x02, data: [1])
        }
    }
}

struct IPMIReply: Hashable, Sendable {
    let code: IPMICode
    var data: [UInt8] = []

    /// Of an answer to `chassisStatus`, which has three bytes or four; nil for any other number.
    var power: PowerState? {
        guard code == .fine, (3...4).contains(data.count) else { return nil }
        return data[0] & 1 == 1 ? .on : .off
    }
}

/// A completion code.
struct IPMICode: Hashable, Sendable {
    let value: UInt8

    static let fine = IPMICode(value: 0x00)
    static let busy = IPMICode(value: 0xC0)
    static let unknownCommand = IPMICode(value: 0xC1)
    static let notPrivileged = IPMICode(value: 0xD4)

    var text: String {
        let number = String(value, radix: 16, uppercase: true)
        let code = "completion code \(number.utf8.count < 2 ? "0" : "")\(number)"
        guard let meaning else { return code }
        return "\(code), \(meaning)"
    }

    private var meaning: String? {
        switch value {
        case 0xC0: "it is busy"
        case 0xC1: "it does not know the command"
        case 0xC3: "it took too long itself"
        case 0xC7: "the length is wrong"
        case 0xC9, 0xCC: "it does not take the value"
        case 0xD4: "we may not: look at the user's privilege and at the BIOS's restricted mode"
        case 0xD5: "it cannot now"
        case 0xD6: "it is switched off in its set-up"
        case 0xFF: "it failed"
        default: nil
        }
    }
}
