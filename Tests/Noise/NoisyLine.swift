// A line on which bytes are lost, changed and added, from a seed.

internal import TestSupport

package struct NoisyLine: Sendable {
    private var dice: Seeded
    /// Of a thousand bytes, in either direction, so many are hit.
    package let perMille: Int

    package init(seed: UInt64, perMille: Int) {
        dice = Seeded(seed: seed)
        self.perMille = perMille
    }

    package mutating func carried(_ bytes: [UInt8]) -> [UInt8] {
        guard perMille > 0 else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 2)
        for byte in bytes {
            // One draw for most bytes: a shot has thousands of them.
            let draw = dice.next()
            guard draw % 1000 < UInt64(perMille) else {
                result.append(byte)
                continue
            }
            let other = UInt8(truncatingIfNeeded: draw >> 32)
            switch (draw >> 48) % 3 {
            case 0: break
            case 1: result.append(other)
            default: result += [byte, other]
            }
        }
        return result
    }
}
