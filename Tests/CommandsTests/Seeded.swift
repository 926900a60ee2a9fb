// Random requests and replies are made of these.

import Fencing
import TestSupport

extension Seeded {
    mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? {
        number(0...1) == 0 ? nil : value(&self)
    }

    mutating func text(from alphabet: [Character], _ length: ClosedRange<Int>) -> String {
        String((0..<number(length)).map { _ in one(of: alphabet) })
    }

    mutating func name<Kind>() -> Name<Kind> {
        while true {
            let alphabet = Array("abcxyzABCXYZ0189_.-")
            if let name = Name<Kind>(text(from: alphabet, 1...64)) { return name }
        }
    }
}
