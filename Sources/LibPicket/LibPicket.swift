// libpicket: the functions of picket.h. The compiler compares each with its declaration there.

internal import ApplianceClient
public import CPicket
internal import Commands
internal import Fencing
internal import Glibc
internal import LinuxSystem

/// Shoots; the exit code is returned.
@c @implementation
public func picket_shoot(_ node: UnsafePointer<CChar>?) -> CInt {
    unsafe picket_shoot_told(node, nil)
}

/// Shoots; the words go into `told`, where it is not nil.
@c @implementation
public func picket_shoot_told(
    _ node: UnsafePointer<CChar>?, _ told: UnsafeMutablePointer<picket_verdict>?
) -> CInt {
    let answer = Question().asked { question throws(SettingError) in
        try question.shoot(unsafe text(node))
    }
    return unsafe answer.write(to: told)
}

/// Has the feeds read; `told.power` says what they are.
@c @implementation
public func picket_status(
    _ node: UnsafePointer<CChar>?, _ told: UnsafeMutablePointer<picket_verdict>?
) -> CInt {
    let answer = Question().asked { question throws(SettingError) in
        let node = try name(unsafe text(node), NodeName.init)
        var answer = question.ask(.status(node), about: node)
        switch answer.reported?["power"] {
        case "on": answer.power = PICKET_POWER_ON
        case "off": answer.power = PICKET_POWER_OFF
        default: break
        }
        return answer
    }
    return unsafe answer.write(to: told)
}

/// May this node ask?
@c @implementation
public func picket_quorum(_ told: UnsafeMutablePointer<picket_verdict>?) -> CInt {
    let answer = Question().asked { question throws(SettingError) in
        question.ask(.quorum(sees: nil), about: nil)
    }
    return unsafe answer.write(to: told)
}

/// What became of the request with this id.
@c @implementation
public func picket_result(
    _ id: UnsafePointer<CChar>?, _ told: UnsafeMutablePointer<picket_verdict>?
) -> CInt {
    let answer = Question().asked { question throws(SettingError) in
        question.ask(.result(try name(unsafe text(id), RequestID.init)), about: nil)
    }
    return unsafe answer.write(to: told)
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return unsafe String(cString: pointer)
}

private func name<Kind>(
    _ text: String, _ make: (String) -> Name<Kind>?
) throws(SettingError) -> Name<Kind> {
    guard let name = make(text) else { throw SettingError("'\(text)' is no name") }
    return name
}
